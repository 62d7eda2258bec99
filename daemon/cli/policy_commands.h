// `plumbline policy ...`: one file a subcommand.
#pragma once

#include "daemon/cli/command.h"

namespace plumbline {

const CommandSpec& policy_list_command();
const CommandSpec& policy_show_command();
const CommandSpec& policy_explain_command();
const CommandSpec& policy_test_command();
const CommandSpec& policy_check_command();
const CommandSpec& policy_docs_command();

}  // namespace plumbline
