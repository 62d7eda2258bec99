// `plumbline policy list`: every policy in a line.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/load_packs.h"
#include "daemon/cli/policy_commands.h"
#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

constexpr std::size_t kSeverityColumns = 8;

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"--pack", "NAME|FILE", "Only the policies of this pack. Default: the shipped packs.",
     OptionSpec::Times::kMany},
});

void print_reminders(const Pack& pack, TextOutput& out) {
  std::size_t id_columns = 0;
  for (const Reminder& reminder : pack.reminders)
    id_columns = std::max(id_columns, display_width(reminder.id));
  if (!pack.reminders.empty())
    out.write(fmt::format("\n  Reminders ({})\n", counted(pack.reminders.size(), "reminder", "reminders")));
  for (const Reminder& reminder : pack.reminders) {
    out.write(fmt::format("    {}  {}{}\n", padded(reminder.id, id_columns),
                          printable(describe_times(reminder)), reminder.enabled ? "" : " (switched off)"));
  }
  std::vector<std::string_view> audiences;
  for (const Audience& audience : pack.audiences) audiences.push_back(audience.name);
  if (!audiences.empty()) {
    out.write(fmt::format("\n  {}: {}\n", counted(audiences.size(), "audience", "audiences"),
                          fmt::join(audiences, ", ")));
  }
}

void print_pack(const Pack& pack, TextOutput& out) {
  std::size_t id_columns = 0;
  std::size_t object_columns = 0;
  for (const Policy& policy : pack.policies) {
    id_columns = std::max(id_columns, display_width(policy.id));
    object_columns = std::max(object_columns, display_width(policy.object));
  }
  out.write(fmt::format("{}{}{} ({})\n", printable(pack.name), pack.title.empty() ? "" : ": ",
                        printable(pack.title), counted(pack.policies.size(), "policy", "policies")));
  for (const FamilyPolicies& family : by_family(pack)) {
    if (!family.title.empty()) {
      out.write(fmt::format("\n  {} ({})\n", printable(family.title),
                            counted(family.policies.size(), "policy", "policies")));
    }
    for (const Policy* policy : family.policies) {
      out.write(fmt::format("    {}{}  {}  {}{}\n", padded(to_string(policy->severity), kSeverityColumns),
                            padded(policy->id, id_columns), padded(policy->object, object_columns),
                            printable(policy->title), policy->enabled ? "" : " (switched off)"));
    }
  }
  print_reminders(pack, out);
  out.write("\n");
}

int run(ParsedOptions parsed, Streams& streams) {
  if (!parsed.arguments.empty()) {
    parsed.faults.push_back(fmt::format("policy list takes no {}; for one pack say --pack {}",
                                        parsed.arguments.front(), parsed.arguments.front()));
  }
  if (!parsed.faults.empty()) return refuse(streams, "policy list", parsed.faults);
  const LoadedPacks loaded = load_named_packs(parsed.all("--pack"), PackExamples::kNeeded, streams);
  std::size_t policies = 0;
  for (const auto& pack : loaded.packs) {
    print_pack(*pack, streams.out);
    policies += pack->policies.size();
  }
  if (!loaded.complete) return kExitUsage;
  streams.out.write(fmt::format("{} in {}.\n", counted(policies, "policy", "policies"),
                                counted(loaded.packs.size(), "pack", "packs")));
  return kExitDone;
}

}  // namespace

const CommandSpec& policy_list_command() {
  static constexpr CommandSpec kCommand{
      .name = "policy list",
      .arguments = "",
      .summary = "List the policies of the shipped packs, or of those named.",
      .options = kOptions,
      .notes = "Each pack ends with its reminders, when they come, and its audiences.",
      .examples =
          "plumbline policy list\n"
          "plumbline policy list --pack our-rules.yaml",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
