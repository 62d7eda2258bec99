// The options that commands over data have in common.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <thread>

#include "base/nearest_name.h"
#include "base/utf8.h"
#include "daemon/cli/judging.h"

namespace plumbline {
namespace {

constexpr std::chrono::hours kNoon{12};

void read_moment(ParsedOptions& parsed, const Clock& clock, JudgeOptions& judge) {
  const std::optional<std::string> text = parsed.one("--as-of");
  if (!text) {
    judge.now = clock.now();
  } else if (const std::optional<Day> day = parse_day(trim(*text))) {
    judge.now_day = day;
    judge.now = TimeZone::utc().to_instant(*day, kNoon);
  } else if (const std::optional<Instant> instant = parse_instant(trim(*text))) {
    judge.now = *instant;
  } else {
    parsed.faults.push_back(
        fmt::format("--as-of {} is no moment; write 2024-06-01T12:00:00Z, an offset such as +02:00 for the "
                    "Z, or a date alone",
                    *text));
  }
}

void read_zone(ParsedOptions& parsed, JudgeOptions& judge) {
  const std::optional<std::string> name = parsed.one("--zone");
  if (!name) return;
  const Result<TimeZone> zone = TimeZone::find(*name);
  if (zone) {
    judge.default_zone = *zone;
  } else {
    parsed.faults.push_back(fmt::format("--zone: {}", zone.error().message));
  }
}

void read_threads(ParsedOptions& parsed, JudgeOptions& judge) {
  const std::optional<std::string> text = parsed.one("--threads");
  if (!text) {
    judge.threads = std::clamp(std::thread::hardware_concurrency(), 1U, kMaxThreads);
    return;
  }
  unsigned threads = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, code] = std::from_chars(text->data(), end, threads);
  if (code == std::errc{} && stop == end && threads >= 1 && threads <= kMaxThreads) {
    judge.threads = threads;
  } else {
    parsed.faults.push_back(fmt::format("--threads {} is not a number from 1 to {}", *text, kMaxThreads));
  }
}

void read_objects(ParsedOptions& parsed, JudgingInput& options) {
  for (const std::string& text : parsed.all("--object")) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
      parsed.faults.push_back(
          fmt::format("--object {} does not say which file; write --object Opportunity=FILE", text));
    } else {
      options.objects.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
  }
}

void read_selection(ParsedOptions& parsed, PolicySelection& selection) {
  selection.policies = parsed.all("--policy");
  if (!parsed.has("--severity")) return;
  selection.at_least = static_cast<Severity>(read_choice(parsed, "--severity", {"low", "medium", "high"}, 0));
}

}  // namespace

std::size_t read_choice(ParsedOptions& parsed, std::string_view option, const std::vector<std::string>& words,
                        std::size_t otherwise) {
  const std::optional<std::string> given = parsed.one(option);
  if (!given) return otherwise;
  const auto found = std::ranges::find(words, lower(*given));
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  const std::string nearest = did_you_mean(*given, words);
  parsed.faults.push_back(
      fmt::format("unknown {} {}{}", option, *given,
                  nearest.empty() ? fmt::format("; there are {}", fmt::join(words, ", ")) : nearest));
  return otherwise;
}

std::string read_file_option(ParsedOptions& parsed, std::string_view option) {
  const std::optional<std::string> path = parsed.one(option);
  if (path && path->empty()) parsed.faults.push_back(fmt::format("{} names no file", option));
  return path.value_or("");
}

std::string moment_of(const JudgeOptions& judge) {
  if (judge.now_day) return fmt::format("{}, noon where each owner is", format_day(*judge.now_day));
  return format_instant(judge.now);
}

JudgingInput read_judging_input(ParsedOptions& parsed, const JudgeOptions& judge) {
  JudgingInput input{.packs = parsed.all("--pack")};
  read_objects(parsed, input);
  read_selection(parsed, input.selection);
  input.fields = read_file_option(parsed, "--fields");
  input.ledger = read_ledger_input(parsed, judge);
  return input;
}

void check_source(const JudgingInput& input, std::string_view nothing, std::vector<std::string>& faults) {
  const bool exports = !input.paths.empty() || !input.objects.empty();
  if (exports && input.ledger) {
    faults.emplace_back("exports and --ledger are two sources; judge one of them at a time");
  } else if (!exports && !input.ledger) {
    faults.emplace_back(nothing);
  }
}

JudgeOptions read_judge_options(ParsedOptions& parsed, const Clock& clock) {
  JudgeOptions judge;
  read_moment(parsed, clock, judge);
  read_zone(parsed, judge);
  read_threads(parsed, judge);
  return judge;
}

}  // namespace plumbline
