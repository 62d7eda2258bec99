#include "connectors/clari/clari_sync.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/json.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

// Kinds of numbers that Clari's types of export are for.
constexpr std::array<std::string_view, 5> kKnownValues = {"forecastValue", "quotaValue", "adjustmentValue",
                                                          "crmTotal", "crmClosed"};

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

Error unavailable(std::string message) {
  return {.code = ErrorCode::kUnavailable, .message = std::move(message), .where = std::nullopt};
}

}  // namespace

bool may_export(const ClariLimits& limits, double leave_percent) {
  constexpr double kWhole = 100;
  const double left_to_others = static_cast<double>(limits.monthly_quota) * leave_percent / kWhole;
  return limits.left_at_once > 0 && limits.left_this_month > 0 &&
         static_cast<double>(limits.left_this_month) > left_to_others;
}

std::string limit_sentence(std::string_view forecast, const std::optional<ClariLimits>& limits) {
  if (!limits) {
    return fmt::format(
        "forecast {} is not exported now: a limit of the organisation is reached, and Clari does "
        "not tell which",
        forecast);
  }
  if (limits->left_at_once == 0) {
    return fmt::format(
        "forecast {} is not exported now: other exports of the organisation are running; the "
        "next sync asks again",
        forecast);
  }
  return fmt::format(
      "forecast {} is not exported now: of the {} exports the organisation has in thirty days {} "
      "are left, which are left to others; export less often (export_every), or lower "
      "leave_percent",
      forecast, limits->monthly_quota, limits->left_this_month);
}

Error unfinished(std::string_view forecast, const OpenExport& open, bool given_up) {
  if (given_up) {
    return unavailable(fmt::format("export {} of forecast {}, asked for at {}, has not ended and is given up",
                                   open.job, forecast, format_instant(open.asked)));
  }
  return unavailable(fmt::format("export {} of forecast {} is still running; the next sync goes on with it",
                                 open.job, forecast));
}

Error not_done(std::string_view forecast, const ClariJob& job) {
  return unavailable(
      fmt::format("export {} of forecast {} ended as {}; another is asked for when the next is due", job.id,
                  forecast, job.status_text));
}

void tell(SourceReport& report, std::string_view forecast, const ForecastMemory& before,
          const ResultFacts& facts, bool truncated) {
  if (truncated) {
    report.alarms.push_back(fmt::format(
        "Clari left out rows or cells of forecast {}: what is not in it may be there all the same. "
        "Export a part of the hierarchy (scope), or fewer types",
        forecast));
  }
  if (facts.without_person > 0) {
    report.alarms.push_back(fmt::format(
        "{} entries of forecast {} belong to users without a Salesforce id or an e-mail address in "
        "Clari; no policy can tell whose they are",
        facts.without_person, forecast));
  }
  std::vector<std::string>& notices = report.delivered.notices;
  if (facts.users < before.users) {
    notices.push_back(fmt::format(
        "forecast {} has {} users, and had {}: who is not opted in any more is not exported, nor are "
        "past weeks; what was known stands",
        forecast, facts.users, before.users));
  }
  const std::vector<std::string> seen = lines_of(before.value_names);
  for (const std::string& name : facts.value_names) {
    const bool is_known = std::ranges::find(kKnownValues, name) != kKnownValues.end();
    if (!is_known && std::ranges::find(seen, name) == seen.end())
      notices.push_back(fmt::format(
          "forecast {} has numbers called {}, which is new to Plumbline; they are kept", forecast, name));
  }
}

ForecastMemory after_export(const ClariOptions& options, ForecastMemory memory, const ResultFacts& facts,
                            Instant now) {
  const OpenExport open = *std::exchange(memory.open, std::nullopt);
  if (!open.job.empty()) memory.last_job = open.job;
  memory.past.exported = now;
  memory.users = facts.users;
  std::vector<std::string> names = lines_of(memory.value_names);
  for (const std::string& name : facts.value_names) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  memory.value_names = fmt::format("{}", fmt::join(names, "\n"));
  if (open.wanted.closes) {
    memory.past.closing.clear();
    return memory;
  }
  if (open.wanted.weeks == ClariWeeks::kAll) memory.past.all_weeks = now;
  if (memory.past.period == open.wanted.period) return memory;
  // A quarter has begun: the one before is exported once more, when nothing of it changes any longer.
  const Day today{std::chrono::floor<std::chrono::days>(now).time_since_epoch()};
  const ClariPeriod before = clari_period_before(options, clari_period(options, today));
  if (memory.past.period == before.name) memory.past.closing = before.name;
  memory.past.period = open.wanted.period;
  return memory;
}

SourceNote poll_note(std::string_view forecast, const OpenExport& open, const ClariDownload& download,
                     const ResultFacts& facts, bool truncated) {
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("forecast").string(forecast);
  json.key("job").string(open.job).key("period").string(open.wanted.period);
  json.key("weeks").begin_array();
  for (const std::string& week : facts.weeks) json.string(week);
  json.end_array();
  json.key("asked_at").string(format_instant(open.asked));
  json.key("sha256").string(download.sha256).key("bytes").integer(download.bytes);
  json.key("entries").integer(facts.entries).key("users").integer(facts.users);
  json.key("users_sha256").string(facts.users_sha256);
  json.key("truncated").boolean(truncated).end_object();
  // Without the braces: a body is members.
  return {.kind = "clari.poll", .body = body.substr(1, body.size() - 2)};
}

void clear_folder(const fs::path& folder) {
  std::error_code ignored;
  std::vector<fs::path> left;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) left.push_back(entry.path());
  for (const fs::path& path : left) fs::remove(path, ignored);
}

}  // namespace plumbline
