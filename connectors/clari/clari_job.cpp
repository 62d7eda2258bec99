#include "connectors/clari/clari_job.h"

#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "base/json_stream.h"

namespace plumbline {
namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct StatusWord {
  std::string_view word;
  ClariJobStatus status;
};

constexpr std::array kStatusWords = {
    StatusWord{"SCHEDULED", ClariJobStatus::kRunning},   StatusWord{"STARTED", ClariJobStatus::kRunning},
    StatusWord{"DONE", ClariJobStatus::kDone},           StatusWord{"FAILED", ClariJobStatus::kFailed},
    StatusWord{"CANCELLED", ClariJobStatus::kCancelled}, StatusWord{"ABORTED", ClariJobStatus::kCancelled},
};

ClariJobStatus status_of(std::string_view word) {
  for (const StatusWord& known : kStatusWords) {
    if (known.word == word) return known.status;
  }
  return ClariJobStatus::kRunning;
}

// Whatever object has an id is a job: where it stands is documented one way and seen in another.
class JobReader : public JsonEvents {
 public:
  std::vector<ClariJob> jobs{};

  bool begin_object() override {
    open_.emplace_back();
    return open_.size() <= kMaxJsonNesting;
  }
  bool end_object() override {
    ClariJob job = std::move(open_.back());
    open_.pop_back();
    if (!job.id.empty() && jobs.size() < kMostListedJobs) jobs.push_back(std::move(job));
    return true;
  }
  bool key(std::string_view name) override {
    key_ = name;
    return true;
  }
  bool value(JsonKind kind, std::string_view text) override {
    if (open_.empty()) return true;
    ClariJob& job = open_.back();
    if (kind == JsonKind::kString) take_text(job, text);
    if (kind == JsonKind::kTrue && (key_ == "cellsTruncated" || key_ == "rowsTruncated"))
      job.truncated = true;
    if (kind == JsonKind::kNumber && key_ == "startTime") take_start(job, text);
    return true;
  }

 private:
  void take_text(ClariJob& job, std::string_view text) {
    if (key_ == "jobId" || (key_ == "id" && job.id.empty())) job.id = text;
    if (key_ == "module") job.module = text;
    if (key_ == "title") job.title = text;
    if (key_ == "fileName") job.file_name = text;
    if (key_ == "status") {
      job.status_text = text;
      job.status = status_of(text);
    }
  }
  static void take_start(ClariJob& job, std::string_view text) {
    const std::optional<std::int64_t> ms = whole_number(text);
    if (ms)
      job.started = std::chrono::floor<std::chrono::seconds>(
          std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds{*ms}));
  }

  std::vector<ClariJob> open_;
  std::string key_;
};

class LimitsReader : public JsonEvents {
 public:
  std::optional<std::int64_t> quota{};
  std::optional<std::int64_t> month{};
  std::optional<std::int64_t> at_once{};

  bool key(std::string_view name) override {
    key_ = name;
    return true;
  }
  bool value(JsonKind kind, std::string_view text) override {
    if (kind != JsonKind::kNumber) return true;
    if (key_ == "monthlyQuota") quota = whole_number(text);
    if (key_ == "availableMonthlyQuota") month = whole_number(text);
    if (key_ == "availableConcurrentLimit") at_once = whole_number(text);
    return true;
  }

 private:
  std::string key_;
};

std::uint64_t none_below_zero(std::int64_t value) {
  return value < 0 ? 0 : static_cast<std::uint64_t>(value);
}

}  // namespace

Result<std::vector<ClariJob>> read_clari_jobs(std::string_view body) {
  JobReader reader;
  if (const Status read = read_json_events(body, reader); !read) {
    return fail(
        ErrorCode::kUnavailable,
        fmt::format("Clari's answer about an export {}; the next sync asks again", read.error().message));
  }
  return std::move(reader.jobs);
}

Result<ClariLimits> read_clari_limits(std::string_view body) {
  LimitsReader reader;
  const Status read = read_json_events(body, reader);
  if (!read || !reader.quota || !reader.month || !reader.at_once)
    return fail(ErrorCode::kUnavailable, "Clari's answer about its limits does not name them");
  return ClariLimits{.monthly_quota = none_below_zero(*reader.quota),
                     .left_this_month = none_below_zero(*reader.month),
                     .left_at_once = none_below_zero(*reader.at_once)};
}

std::optional<ClariJob> find_lost_job(const std::vector<ClariJob>& jobs, std::string_view forecast,
                                      std::string_view period, Instant asked, std::string_view known) {
  std::optional<ClariJob> newest;
  for (const ClariJob& job : jobs) {
    const bool is_forecast = job.module.empty() || job.module == "FORECAST";
    const bool in_time = job.started && *job.started + kMostClockDifference >= asked;
    const bool is_running = job.status == ClariJobStatus::kRunning || job.status == ClariJobStatus::kDone;
    // The title is what people see; where the file has no name yet, nothing better tells which forecast it
    // is.
    const bool fits =
        job.file_name.empty() || job.file_name.contains(fmt::format("_{}_{}", forecast, period));
    if (!is_forecast || !in_time || !is_running || !fits || job.id == known) continue;
    if (!newest || *newest->started < *job.started) newest = job;
  }
  return newest;
}

}  // namespace plumbline
