// How many of the organisation's calls are used up, and what may still be spent: others share them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "connectors/salesforce/salesforce_options.h"

namespace plumbline {

// Of the rolling 24 hours.
struct CallUsage {
  std::uint64_t used = 0;
  std::uint64_t most = 0;
};

// api-usage of a Sforce-Limit-Info header, whatever stands beside it: "api-usage=18/5000; api-bursts=1/750".
std::optional<CallUsage> read_limit_info(std::string_view header);

// In the order in which they are given up as calls run short, last first.
enum class SyncWork : std::uint8_t { kDelta, kReconcile, kRefresh };

// What is known of the calls, from the replies that came. For one thread.
class CallBudget {
 public:
  explicit CallBudget(SalesforceBudget options) : options_(options) {}

  // A reply at `now` said so.
  void note(CallUsage usage, Instant now);
  std::optional<CallUsage> usage() const { return usage_; }

  // Calls that are left to others. As a deadline that somebody named comes nearer than kUrgentTime, half of
  // it.
  std::uint64_t floor(SyncWork work, bool urgent) const;
  // Whether work of that kind may go on. Nothing known: it may.
  bool may(SyncWork work, bool urgent) const;
  // "81,000 of 100,000 calls of the last 24 hours are used, and 20,000 are left to other programs".
  std::string why_not(SyncWork work, bool urgent) const;

  // When the floor is reached if all programs together go on as they did since the first note of the last
  // kRateTime; nothing where that is not within a day, or was seen for less than kLeastRateTime: the calls of
  // one sync come all at once.
  std::optional<Instant> exhausted_at() const;

  static constexpr std::chrono::seconds kUrgentTime = std::chrono::hours{1};
  static constexpr std::chrono::seconds kRateTime = std::chrono::hours{2};
  static constexpr std::chrono::seconds kLeastRateTime = std::chrono::minutes{10};

 private:
  SalesforceBudget options_;
  std::optional<CallUsage> usage_;
  Instant noted_at_{};
  // Where the rate is counted from.
  CallUsage first_{};
  Instant first_at_{};
};

}  // namespace plumbline
