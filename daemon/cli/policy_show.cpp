// `plumbline policy show ID`: one policy or reminder, all of it, in the words of its pack.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/nearest_name.h"
#include "base/utf8.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/load_packs.h"
#include "daemon/cli/policy_commands.h"
#include "daemon/cli/select_policies.h"
#include "daemon/cli/wrap.h"
#include "policies/display.h"
#include "policies/mentions.h"

namespace plumbline {
namespace {

constexpr std::size_t kLabelColumns = 16;

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"--pack", "NAME|FILE", "Look in this pack. Default: the shipped packs.", OptionSpec::Times::kMany},
});

struct Found {
  const Pack* pack = nullptr;
  const Policy* policy = nullptr;
  const Reminder* reminder = nullptr;  // where it is no policy
};

// Empty lines are kept, so that a condition stands as it was written.
void add(std::string& page, std::string_view label, std::string_view text) {
  if (text.empty()) return;
  while (text.ends_with('\n')) text.remove_suffix(1);
  for (bool first = true; first || !text.empty(); first = false) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    page += fmt::format("{:<{}}{}\n", first ? label : "", kLabelColumns, printable(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void add_mentions(std::string& page, const Mentions& mentions) {
  std::string_view label = "where";
  for (const Definition* definition : mentions.definitions) {
    add(page, label, fmt::format("{} means {}", definition->name, definition->text.text));
    label = "";
  }
  label = "parameters";
  for (const Parameter* parameter : mentions.parameters) {
    const std::string changed = parameter->overridden_in.empty()
                                    ? ""
                                    : fmt::format(" (changed in pack {})", parameter->overridden_in);
    add(page, label, fmt::format(":{} = {}{}", parameter->name, display_parameter(*parameter), changed));
    label = "";
  }
}

template <class Written>
std::string source_of(const Written& written) {
  const std::string_view comma = written.document.empty() || written.section.empty() ? "" : ", ";
  return fmt::format("{}{}{}", written.document, comma, written.section);
}

std::string examples_of(const Policy& policy) {
  const auto violated = static_cast<std::size_t>(
      std::ranges::count(policy.examples, ExpectedVerdict::kViolated, &Example::expected));
  const auto unknown = static_cast<std::size_t>(
      std::ranges::count(policy.examples, ExpectedVerdict::kUnknown, &Example::expected));
  const std::size_t all = policy.examples.size();
  const std::string tail = unknown > 0 ? fmt::format(", {} unknown", unknown) : "";
  return fmt::format("{}: {} violated, {} not{}", all, violated, all - violated - unknown, tail);
}

std::string page_of(const Found& found) {
  const Policy& policy = *found.policy;
  std::string page = fmt::format("{}/{}{}\n{}\n\n", policy.pack, policy.id,
                                 policy.enabled ? "" : " (switched off)", printable(policy.title));
  add(page, "severity", to_string(policy.severity));
  add(page, "on", policy.object);
  add(page, "judged when", policy.judged_when ? policy.judged_when->text : "always");
  add(page, "violated when", policy.violated_when.text);
  add_mentions(page, mentions_of(*found.pack, policy));
  add(page, "says", policy.says.text);
  add(page, "fix", policy.fix.text);
  add(page, "source", source_of(policy));
  add(page, "tells", policy.tell);
  add(page, "time zone", policy.zone);
  add(page, "changed in", policy.changed_in.empty() ? "" : "pack " + policy.changed_in);
  add(page, "examples", examples_of(policy));
  return page;
}

std::string records_of(const Reminder& reminder) {
  if (!reminder.about.empty()) return fmt::format("each of {}", reminder.about);
  if (!reminder.records) return "each person told";
  return reminder.records->where
             ? fmt::format("{} where {}", reminder.records->object, reminder.records->where->text)
             : reminder.records->object;
}

std::string order_of(const Reminder& reminder) {
  std::vector<std::string> parts;
  for (const ReminderOrder& order : reminder.order)
    parts.push_back(fmt::format("{}{}", trim(order.by.text), order.descending ? ", highest first" : ""));
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string page_of_reminder(const Found& found) {
  const Reminder& reminder = *found.reminder;
  std::string page =
      fmt::format("{}/{}{}\n{}\n\n", reminder.pack, reminder.id, reminder.enabled ? "" : " (switched off)",
                  reminder.title.empty() ? "A reminder" : printable(reminder.title));
  add(page, "reminds", describe_times(reminder));
  add(page, "tells", fmt::format("{}", fmt::join(reminder.to, ", ")));
  add(page, "about", records_of(reminder));
  add(page, "unless", reminder.unless ? reminder.unless->text : "");
  add(page, "says", reminder.says.text);
  add(page, "a line each", reminder.line ? reminder.line->text : "");
  add(page, "a line for each", reminder.by ? reminder.by->text : "");
  add(page, "in order of", order_of(reminder));
  std::string_view label = "totals";
  for (const NamedText& total : reminder.totals) {
    add(page, label, fmt::format("{}: {}", total.name, total.text.text));
    label = "";
  }
  add_mentions(page, mentions_of(*found.pack, reminder));
  add(page, "source", source_of(reminder));
  add(page, "changed in", reminder.changed_in.empty() ? "" : "pack " + reminder.changed_in);
  return page;
}

bool is_named(const Reminder& reminder, std::string_view name) {
  return name == reminder.id || name == fmt::format("{}/{}", reminder.pack, reminder.id);
}

std::vector<Found> find(const LoadedPacks& loaded, std::string_view name) {
  std::vector<Found> found;
  for (const auto& pack : loaded.packs) {
    for (const Policy& policy : pack->policies) {
      if (is_named(*pack, policy, name)) found.push_back({.pack = pack.get(), .policy = &policy});
    }
    for (const Reminder& reminder : pack->reminders) {
      if (is_named(reminder, name)) found.push_back({.pack = pack.get(), .reminder = &reminder});
    }
  }
  return found;
}

int refuse_unknown(const LoadedPacks& loaded, const std::string& name, Streams& streams) {
  std::vector<const Pack*> packs;
  for (const auto& pack : loaded.packs) packs.push_back(pack.get());
  std::vector<std::string> known = policy_names(packs);
  for (const Pack* pack : packs) {
    for (const Reminder& reminder : pack->reminders) {
      known.push_back(reminder.id);
      known.push_back(fmt::format("{}/{}", reminder.pack, reminder.id));
    }
  }
  const std::string nearest = did_you_mean(name, known);
  complain(streams, fmt::format("unknown policy {}{}", name,
                                nearest.empty() ? "; plumbline policy list names them all" : nearest));
  return kExitUsage;
}

int run(ParsedOptions parsed, Streams& streams) {
  if (parsed.arguments.empty())
    parsed.faults.emplace_back("policy show needs a policy's id; plumbline policy list names them");
  if (!parsed.faults.empty()) return refuse(streams, "policy show", parsed.faults);
  const LoadedPacks loaded = load_named_packs(parsed.all("--pack"), PackExamples::kNeeded, streams);
  if (!loaded.complete) return kExitUsage;
  int status = kExitDone;
  std::string_view gap;
  for (const std::string& name : parsed.arguments) {
    const std::vector<Found> all = find(loaded, name);
    if (all.empty()) status = refuse_unknown(loaded, name, streams);
    for (const Found& found : all) {
      streams.out.write(
          fmt::format("{}{}", gap, found.reminder == nullptr ? page_of(found) : page_of_reminder(found)));
      gap = "\n";
    }
  }
  return status;
}

}  // namespace

const CommandSpec& policy_show_command() {
  static constexpr CommandSpec kCommand{
      .name = "policy show",
      .arguments = "ID...",
      .summary = "Show policies: their conditions, messages, parameters and source.",
      .options = kOptions,
      .notes = "ID is the id of a policy or of a reminder, or pack/id.",
      .examples =
          "plumbline policy show essentials/past-close-date\n"
          "plumbline policy show no-amount --pack our-rules.yaml",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
