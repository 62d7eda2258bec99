#include "daemon/cli/help.h"

namespace plumbline {

std::string_view program_version() { return PLUMBLINE_VERSION; }

}  // namespace plumbline
