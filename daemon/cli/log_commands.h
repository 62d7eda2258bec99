// `plumbline log ...`: one file a subcommand.
#pragma once

#include "daemon/cli/command.h"

namespace plumbline {

const CommandSpec& log_verify_command();
const CommandSpec& log_show_command();
const CommandSpec& log_export_command();
const CommandSpec& log_receipt_command();

}  // namespace plumbline
