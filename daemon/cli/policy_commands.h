// `plumbline policy ...`: one file a subcommand.
#pragma once

#include <string>
#include <vector>

#include "daemon/cli/command.h"

namespace plumbline {

const CommandSpec& policy_list_command();
const CommandSpec& policy_show_command();
const CommandSpec& policy_explain_command();
const CommandSpec& policy_test_command();
const CommandSpec& policy_check_command();
const CommandSpec& policy_diff_command();
const CommandSpec& policy_backtest_command();
const CommandSpec& policy_docs_command();

// `policy check --watch`: checks the packs now and after every change of them or of the field map (empty for
// none). Returns where it cannot go on; a signal ends the process as signals do.
int watch_packs(const std::vector<std::string>& files, const std::string& fields, Streams& streams);

}  // namespace plumbline
