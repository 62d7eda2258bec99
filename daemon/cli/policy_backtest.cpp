// `plumbline policy backtest NEW --from DAY`: what a draft pack would have told, day by day, over the history
// that a ledger keeps.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "base/utf8.h"
#include "daemon/cli/backtest_output.h"
#include "daemon/cli/backtest_run.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/ledger_options.h"
#include "daemon/cli/load_packs.h"
#include "daemon/cli/policy_commands.h"
#include "daemon/cli/progress.h"
#include "daemon/cli/sheet.h"
#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"--from", "DAY", "The first day to replay: 2024-03-01."},
    {"--to", "DAY", "The last one. Default: today."},
    {"--every", "STEP", "Replay every day, or one day a week: day or week. Default: day."},
    {"--against", "NAME|FILE", "Replay this pack as well, the present one, and tell how many more or fewer."},
    kLedgerOption,
    {"--config", "FILE", "A configuration, which names the ledger, the field map and the zone."},
    {"--policy", "ID", "Replay this policy alone (id or pack/id).", OptionSpec::Times::kMany},
    {"--severity", "S", "Only policies of this severity or worse: low, medium, high."},
    {"--zone", "IANA",
     "Time zone of owners who have none in the data, such as Europe/Berlin. Default: the pack's."},
    {"--fields", "MAP.yaml", "A field map: your own names of objects, files and fields."},
    {"--format", "FORMAT", "table, or jsonl: one spell a line. Default: table."},
    {"--threads", "N", "Judge with so many threads. Default: one a processor."},
});

constexpr int kDaysAWeek = 7;
// More than the ten years any ledger has is a slip of the keyboard.
constexpr std::uint64_t kMostDays = 4000;

enum class BacktestFormat : std::uint8_t { kTable, kJsonl };

struct BacktestOptions {
  JudgingInput input{};
  JudgeOptions judge{};
  ReplayDays days{};
  BacktestFormat format = BacktestFormat::kTable;
};

std::optional<Day> read_day(ParsedOptions& parsed, std::string_view option) {
  const std::optional<std::string> text = parsed.one(option);
  if (!text) return std::nullopt;
  const std::optional<Day> day = parse_day(trim(*text));
  if (!day) parsed.faults.push_back(fmt::format("{} {} is no day; write it as 2024-03-01", option, *text));
  return day;
}

ReplayDays read_days(ParsedOptions& parsed, const Clock& clock) {
  const Day today = TimeZone::utc().day_of(clock.now());
  ReplayDays days{.last = today};
  const std::optional<Day> from = read_day(parsed, "--from");
  const std::optional<Day> to = read_day(parsed, "--to");
  days.step = read_choice(parsed, "--every", {"day", "week"}, 0) == 0 ? 1 : kDaysAWeek;
  if (!parsed.has("--from")) parsed.faults.emplace_back("from which day on? Say --from 2024-03-01");
  if (to) days.last = *to;
  if (!from || !parsed.faults.empty()) return days;
  days.first = *from;
  if (days.last > today) {
    parsed.faults.push_back(
        fmt::format("--to {} is after today, {} (UTC): what is to come cannot be replayed",
                    format_day(days.last), format_day(today)));
  } else if (days.last < days.first) {
    parsed.faults.push_back(
        fmt::format("--from {} is after {}, the last day", format_day(days.first), format_day(days.last)));
  } else if (days.count() > kMostDays) {
    parsed.faults.push_back(
        fmt::format("{} days are more than the {} that are replayed at a time; say a "
                    "later --from, or --every week",
                    days.count(), kMostDays));
  }
  return days;
}

BacktestOptions read_options(ParsedOptions& parsed, const std::string& ledger, const Clock& clock) {
  BacktestOptions options;
  options.judge = read_judge_options(parsed, clock);
  options.input = read_judging_input(parsed, options.judge);
  options.input.ledger = LedgerInput{.file = ledger};
  options.input.packs = parsed.arguments;
  if (const std::optional<std::string> present = parsed.one("--against")) {
    options.input.packs.push_back(*present);
    options.input.taken = JudgingInput::Packs::kCompared;
  }
  options.days = read_days(parsed, clock);
  options.format = static_cast<BacktestFormat>(read_choice(parsed, "--format", {"table", "jsonl"}, 0));
  return options;
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 12;
  std::vector<std::string> shown(names.begin(),
                                 names.begin() + static_cast<std::ptrdiff_t>(std::min(kShown, names.size())));
  if (names.size() > kShown) shown.push_back(fmt::format("{} more", names.size() - kShown));
  return fmt::format("{}", fmt::join(shown, ", "));
}

void add_history(const BacktestOptions& options, const ReplayDays& days, const HistorySpan& span,
                 Sheet& sheet) {
  sheet.section("History");
  if (days.first > options.days.first) {
    sheet.line(fmt::format("{} to {} were not replayed: {} {}", display_day(options.days.first),
                           display_day(days.first - std::chrono::days{1}),
                           span.pruned_before ? "changes were pruned before" : "the ledger's history begins",
                           format_instant(*span.begins)));
  }
  const auto day_of = [](Instant moment) { return TimeZone::utc().day_of(moment); };
  if (days.first < day_of(*span.first_sync)) {
    sheet.line(
        fmt::format("before the first sync ({}) only what histories tell is as it was{}; all else is as it "
                    "was seen first, and records that were gone by then are missing",
                    format_instant(*span.first_sync),
                    span.told_fields.empty() ? "" : fmt::format(" ({})", listed(span.told_fields))));
  }
  if (days.last > day_of(*span.last_sync)) {
    sheet.line(fmt::format("after the last sync ({}) the records are as they were then",
                           format_instant(*span.last_sync)));
  }
}

void add_unjudged(const JudgingSetup& setup, const Replay& replay, Sheet& sheet) {
  const auto whose = [&](std::size_t pack) {
    return setup.packs.size() == 1 ? std::string() : " of " + setup.packs[pack].pack->name;
  };
  sheet.section("Not judged");
  for (std::size_t pack = 0; pack < setup.packs.size(); ++pack) {
    std::map<std::string, std::vector<std::string>> by_reason;
    for (const NotJudged& policy : replay.newest[pack].not_judged)
      by_reason[policy.reason].push_back(policy.policy);
    for (const auto& [reason, policies] : by_reason)
      sheet.line(fmt::format("{}{}: {}", listed(policies), whose(pack), reason));
    if (const std::uint64_t without = replay.packs[pack].without_id(); without > 0) {
      sheet.line(fmt::format("{}{} of records without an id: nobody could follow them",
                             counted(without, "violation", "violations"), whose(pack)));
    }
  }
  sheet.section("Unknown");
  for (std::size_t pack = 0; pack < setup.packs.size(); ++pack) {
    std::uint64_t unknown = 0;
    for (const PolicyCount& policy : replay.newest[pack].policies) unknown += policy.unknown;
    if (unknown > 0) {
      sheet.line(fmt::format("{}{} on {}: the data did not tell, and nobody is counted for that",
                             counted(unknown, "verdict", "verdicts"), whose(pack),
                             display_day(replay.last_day)));
    }
  }
}

void tell_summary(const BacktestOptions& options, const JudgingSetup& setup, const ReplayDays& days,
                  const HistorySpan& span, const Replay& replayed, double seconds, Streams& streams) {
  Sheet sheet(streams.err_terminal.columns);
  sheet.section("Ledger");
  sheet.line(ledger_facts(*setup.ledger).front());  // the other is about one moment
  sheet.section("Replayed");
  sheet.line(fmt::format("{} in {:.1f} s: the records as they were at noon (UTC) of each, as is known now",
                         counted(replayed.days, "day", "days"), seconds));
  add_history(options, days, span, sheet);
  if (replayed.days > 0) add_unjudged(setup, replayed, sheet);
  streams.err.write("\n" + sheet.take());
}

void write_result(const BacktestOptions& options, const JudgingSetup& setup, const ReplayDays& days,
                  const Replay& replay, Streams& streams) {
  BacktestFacts facts{.replay = replay, .packs = setup.packs, .days = days};
  for (std::size_t i = 0; i < setup.packs.size(); ++i)
    facts.labels.push_back(label_of(*setup.packs[i].pack, options.input.packs[i]));
  if (options.format == BacktestFormat::kJsonl) {
    write_backtest_jsonl(facts, streams.out);
  } else {
    write_backtest_table(facts, streams.out_terminal, streams.out);
  }
}

// What ended the replay before its last day.
void tell_end(const Replay& replay, std::uint64_t wanted, int signal, Streams& streams) {
  const std::string_view shown =
      replay.days == 0 ? "nothing is shown" : "what follows is of these days alone";
  if (signal != 0) {
    complain(streams, fmt::format("interrupted after {} of {}; {}", replay.days,
                                  counted(wanted, "day", "days"), shown));
  } else if (replay.is_full) {
    complain(streams,
             fmt::format("ended after {} of {}: there are more than {} spells; {}; choose policies "
                         "with --policy, or a later --from",
                         replay.days, counted(wanted, "day", "days"), with_commas(kMostSpells), shown));
  }
}

int fail_with(const Error& error, Streams& streams) { return tell_ledger_error(streams, error); }

int backtest(const BacktestOptions& options, Streams& streams) {
  Progress progress(streams, "Replaying");
  const Step<JudgingSetup> setup = set_up_judging("policy backtest", options.input, streams);
  if (!setup) return setup.error().status;
  const Result<HistorySpan> span = read_history_span(setup->ledger->ledger);
  if (!span) return fail_with(span.error(), streams);
  const ReplayDays days = days_from(options.days, *span->begins);
  if (days.count() == 0) {
    complain(streams, fmt::format("no day to replay: the ledger's history begins {}, after noon of {}; say a "
                                  "later --to",
                                  format_instant(*span->begins), display_day(options.days.last)));
    return kExitInput;
  }
  if (streams.signals != nullptr) streams.signals->watch();
  const Instant known_at = std::max(streams.clock.now(), *span->last_sync);
  const Result<Replay> replayed = replay(*setup, days, known_at, options.judge, progress, streams);
  if (!replayed) return fail_with(replayed.error(), streams);
  const int signal = stop_signal(streams);
  tell_end(*replayed, days.count(), signal, streams);
  if (signal != 0) streams.signals->forget();
  if (replayed->days > 0) write_result(options, *setup, days, *replayed, streams);
  if (!streams.out.flush()) return signal == 0 ? kExitInput : kExitSignal + signal;
  tell_summary(options, *setup, days, *span, *replayed, progress.seconds(), streams);
  if (signal != 0) return kExitSignal + signal;
  return replayed->is_full ? kExitInput : kExitDone;
}

int run(ParsedOptions parsed, Streams& streams) {
  if (parsed.arguments.size() != 1)
    parsed.faults.emplace_back("policy backtest takes one pack: a shipped one's name, or a YAML file");
  const Step<LedgerSettings> settings = read_ledger_settings("policy backtest", parsed, streams);
  if (!settings) return settings.error().status;
  if (const Step<void> step = apply_configuration(parsed, streams); !step) return step.error().status;
  const BacktestOptions options = read_options(parsed, settings->file, streams.clock);
  if (!parsed.faults.empty()) return refuse(streams, "policy backtest", parsed.faults);
  return backtest(options, streams);
}

}  // namespace

const CommandSpec& policy_backtest_command() {
  static constexpr CommandSpec kCommand{
      .name = "policy backtest",
      .arguments = "NEW",
      .summary = "Replay a draft pack over a ledger's history: who would have been told what, and then.",
      .options = kOptions,
      .notes =
          "NEW is a pack: a shipped one's name, or a YAML file. On each day the records are judged as they "
          "truly were at noon, with all that has become known since. Nothing is written to the ledger.\n"
          "A violation counts from the first day it would have been told to the day the record passed "
          "(resolved) or the policy no longer asked about it (lapsed). Days before the ledger's history "
          "begins are not replayed, and it says so.\n"
          "Ctrl-C ends it with the days done so far.\n"
          "Exit status: 0 done; 2 a wrong option, pack or field map; 3 the ledger cannot be read, has no "
          "history of these days, or there is more than can be followed; 5 the ledger is damaged; 128 and "
          "the number of the signal where it was interrupted.",
      .examples =
          "plumbline policy backtest draft.yaml --from 2024-03-01 --ledger sales.ledger\n"
          "plumbline policy backtest draft.yaml --against essentials --from 2024-03-01 --to 2024-05-31 "
          "--config plumbline.yaml\n"
          "plumbline policy backtest draft.yaml --policy past-close-date --from 2023-06-01 --every week "
          "--ledger sales.ledger --format jsonl",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
