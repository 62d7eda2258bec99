#include "daemon/cli/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "base/nearest_name.h"
#include "daemon/cli/audit.h"
#include "daemon/cli/check.h"
#include "daemon/cli/command_line.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/daemon_commands.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/help.h"
#include "daemon/cli/ingest.h"
#include "daemon/cli/init.h"
#include "daemon/cli/ledger_commands.h"
#include "daemon/cli/log_commands.h"
#include "daemon/cli/policy_commands.h"
#include "daemon/cli/schema.h"
#include "daemon/cli/status.h"
#include "daemon/cli/violations_commands.h"

namespace plumbline {
namespace {

// "policy list" has two words; none has more.
constexpr std::size_t kMostCommandWords = 2;

constexpr std::string_view kOutOfMemory =
    "out of memory, and the result is not whole; allow more (ulimit -v), say --threads 1, or audit fewer "
    "files "
    "or policies at once";

bool is_help(std::string_view word) { return word == "--help" || word == "-h" || word == "help"; }

// "policy" of "policy list"; the name itself where there is one word.
std::string_view group_of(const CommandSpec& command) {
  return command.name.substr(0, command.name.find(' '));
}

bool is_group(std::string_view word) {
  return std::ranges::any_of(commands(), [&](const CommandSpec& command) {
    return group_of(command) == word && command.name != word;
  });
}

const CommandSpec* find_command(const std::vector<std::string>& words, std::size_t& used) {
  for (used = std::min(kMostCommandWords, words.size()); used > 0; --used) {
    const std::string name = used == 1 ? words[0] : words[0] + " " + words[1];
    const auto found = std::ranges::find(commands(), name, &CommandSpec::name);
    if (found != commands().end()) return &*found;
  }
  return nullptr;
}

std::string unknown_word(std::string_view word, std::string_view group) {
  std::vector<std::string> known;
  for (const CommandSpec& command : commands()) {
    if (group.empty()) {
      known.emplace_back(group_of(command));
    } else if (group_of(command) == group) {
      known.emplace_back(command.name.substr(group.size() + 1));
    }
  }
  if (group.empty()) known.insert(known.end(), {"--help", "--version"});
  const std::string_view kind = word.starts_with('-') ? "option" : "command";
  const std::string_view gap = group.empty() ? "" : " ";
  return fmt::format("unknown {} {}{}{}{}", kind, group, gap, word, did_you_mean(word, known));
}

int run_group(const std::vector<std::string>& words, Streams& streams) {
  const std::string& group = words[0];
  if (words.size() > 1 && is_help(words[1])) {
    streams.out.write(help_for_all(commands(), group));
    return kExitDone;
  }
  if (words.size() > 1) return refuse(streams, group, {unknown_word(words[1], group)});
  streams.err.write(help_for_all(commands(), group));
  return kExitUsage;
}

int dispatch(const std::vector<std::string>& words, Streams& streams) {
  if (words.empty()) {
    streams.err.write(help_for_all(commands(), ""));
    return kExitUsage;
  }
  if (words[0] == "--version") {
    streams.out.write(fmt::format("plumbline {}\n", program_version()));
    return kExitDone;
  }
  if (is_help(words[0])) {
    streams.out.write(help_for_all(commands(), ""));
    return kExitDone;
  }
  std::size_t used = 0;
  const CommandSpec* const command = find_command(words, used);
  if (command == nullptr && is_group(words[0])) return run_group(words, streams);
  if (command == nullptr) return refuse(streams, "", {unknown_word(words[0], "")});
  const std::vector<std::string> rest(words.begin() + static_cast<std::ptrdiff_t>(used), words.end());
  if (wants_help(rest)) {
    streams.out.write(help_for(*command));
    return kExitDone;
  }
  return command->run(parse_options(*command, rest), streams);
}

}  // namespace

std::span<const CommandSpec> commands() {
  static const std::vector<CommandSpec> kCommands{
      audit_command(),
      init_command(),
      ingest_command(),
      judge_command(),
      sync_command(),
      run_command(),
      violations_list_command(),
      violations_show_command(),
      violations_waive_command(),
      violations_snooze_command(),
      violations_unwaive_command(),
      policy_list_command(),
      policy_show_command(),
      policy_explain_command(),
      policy_test_command(),
      policy_check_command(),
      policy_diff_command(),
      policy_backtest_command(),
      policy_docs_command(),
      log_verify_command(),
      log_show_command(),
      log_export_command(),
      log_receipt_command(),
      log_anchor_command(),
      status_command(),
      ledger_prune_command(),
      ledger_erase_personal_command(),
      check_command(),
      schema_command(),
  };
  return kCommands;
}

int run_command_line(const std::vector<std::string>& words, Streams& streams) {
  int status = kExitInput;
  try {
    status = dispatch(words, streams);
  } catch (const std::bad_alloc&) {  // what the command held is free again
    complain(streams, kOutOfMemory);
  }
  const Status written = streams.out.finish();
  // Whoever was interrupted has said so.
  if (!written && status < kExitSignal) {
    complain(streams, written.error());
    status = kExitInput;
  }
  // There is nobody left to tell where standard error cannot be written.
  static_cast<void>(streams.err.flush());
  return status;
}

}  // namespace plumbline
