// Clari's export jobs and limits, as its replies tell them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace plumbline {

enum class ClariJobStatus : std::uint8_t {
  kRunning,  // queued, running, or a word nobody has documented
  kDone,
  kFailed,
  kCancelled,  // before or while it ran
};

struct ClariJob {
  std::string id{};
  std::string module{};  // FORECAST
  std::string title{};
  std::string file_name{};  // clari_export_FORECAST_2027_Q1...; empty until it is written
  std::string status_text{};
  ClariJobStatus status = ClariJobStatus::kRunning;
  std::optional<Instant> started{};
  bool truncated = false;  // rows or cells are missing from its result
};

// Every job that is told of in the reply to a creation, a poll or a listing: by itself, within "job", in a
// list or within "jobs". A reply without any is an empty list. kUnavailable where it is no JSON.
Result<std::vector<ClariJob>> read_clari_jobs(std::string_view body);

struct ClariLimits {
  std::uint64_t monthly_quota = 0;
  std::uint64_t left_this_month = 0;
  std::uint64_t left_at_once = 0;
};

// kUnavailable where a number is missing.
Result<ClariLimits> read_clari_limits(std::string_view body);

// A job that was asked for and of which no answer came: the newest one of that forecast and quarter that
// began no earlier, but for what clocks differ. `known` is the id of the job before it.
std::optional<ClariJob> find_lost_job(const std::vector<ClariJob>& jobs, std::string_view forecast,
                                      std::string_view period, Instant asked, std::string_view known);

inline constexpr std::chrono::seconds kMostClockDifference = std::chrono::minutes{5};
inline constexpr std::size_t kMostListedJobs = 10'000;  // of a reply that are looked at

}  // namespace plumbline
