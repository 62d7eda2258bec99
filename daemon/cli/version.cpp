#include "daemon/cli/help.h"

namespace plumbline {

std::string_view program_version() { return PLUMBLINE_VERSION; }

std::string program_name() { return std::string("plumbline ") + PLUMBLINE_VERSION; }

}  // namespace plumbline
