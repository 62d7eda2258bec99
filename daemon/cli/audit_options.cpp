#include "daemon/cli/audit_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <thread>

#include "base/nearest_name.h"
#include "base/utf8.h"

namespace plumbline {
namespace {

constexpr std::chrono::hours kNoon{12};

// One of a few words. A word that is none of them is a fault with the nearest.
std::size_t choose(ParsedOptions& parsed, std::string_view option, const std::vector<std::string>& words,
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

void read_objects(ParsedOptions& parsed, AuditOptions& options) {
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
  selection.at_least = static_cast<Severity>(choose(parsed, "--severity", {"low", "medium", "high"}, 0));
}

void read_links(ParsedOptions& parsed, AuditOptions& options) {
  const std::optional<std::string> base = parsed.one("--link-base");
  if (!base) return;
  Result<RecordLinks> links = RecordLinks::to(*base);
  if (links) {
    options.links = *std::move(links);
  } else {
    parsed.faults.push_back(links.error().message);
  }
}

std::string file_option(ParsedOptions& parsed, std::string_view option) {
  const std::optional<std::string> path = parsed.one(option);
  if (path && path->empty()) parsed.faults.push_back(fmt::format("{} names no file", option));
  return path.value_or("");
}

}  // namespace

AuditOptions read_audit_options(ParsedOptions& parsed, const Clock& clock) {
  AuditOptions options;
  options.paths = parsed.arguments;
  options.packs = parsed.all("--pack");
  read_moment(parsed, clock, options.judge);
  read_zone(parsed, options.judge);
  read_threads(parsed, options.judge);
  read_objects(parsed, options);
  read_selection(parsed, options.selection);
  read_links(parsed, options);
  options.fields = file_option(parsed, "--fields");
  options.output = file_option(parsed, "--output");
  options.rejects = file_option(parsed, "--rejects");
  options.format = static_cast<OutputFormat>(choose(parsed, "--format", {"table", "jsonl", "csv"}, 0));
  options.group_by = static_cast<TableOptions::GroupBy>(choose(parsed, "--group-by", {"owner", "policy"}, 0));
  if (parsed.has("--include-unknown")) options.judge.unknowns = JudgeOptions::Unknowns::kHandOn;
  if (parsed.has("--exit-code")) options.on_violations = AuditOptions::OnViolations::kExitStatus;
  if (options.paths.empty() && options.objects.empty()) {
    parsed.faults.emplace_back("nothing to audit; name a folder of exports, or files");
  }
  return options;
}

}  // namespace plumbline
