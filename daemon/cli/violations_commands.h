// What is done with the violations of a ledger: one file a command.
#pragma once

#include "daemon/cli/command.h"

namespace plumbline {

const CommandSpec& judge_command();
const CommandSpec& violations_list_command();
const CommandSpec& violations_show_command();
const CommandSpec& violations_waive_command();
const CommandSpec& violations_unwaive_command();
const CommandSpec& violations_snooze_command();

}  // namespace plumbline
