// Which export of a forecast is due. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "connectors/clari/clari_options.h"

namespace plumbline {

// A fiscal quarter as Clari names it.
struct ClariPeriod {
  std::string name;  // 2027_Q1
  Day first{};
  Day end{};  // the day after its last
};

ClariPeriod clari_period(const ClariOptions& options, Day day);
ClariPeriod clari_period_before(const ClariOptions& options, const ClariPeriod& period);

enum class ClariWeeks : std::uint8_t {
  kLatest,
  // All of the quarter until now. Its first week may begin before the quarter does, where asking for the
  // newest week alone passes it over; and a week's numbers may change until the morning after it ends.
  kAll,
};

struct WantedExport {
  std::string period{};
  ClariWeeks weeks = ClariWeeks::kLatest;
  bool closes = false;  // a quarter that has ended, once more
  friend bool operator==(const WantedExport&, const WantedExport&) = default;
};

// What is known of a forecast's exports.
struct ForecastPast {
  std::optional<Instant> exported{};  // the last one, whatever came of it
  std::optional<Instant> all_weeks{};
  std::string period{};   // of the last one
  std::string closing{};  // to be exported once more when it has ended
};

inline constexpr std::chrono::seconds kAllWeeksEvery = std::chrono::days{7};
// After a quarter's end, until which its last week may still change.
inline constexpr std::chrono::seconds kClosingTime = std::chrono::hours{24 + 8};
inline constexpr std::chrono::days kQuotaTime{30};

// How long to wait between two exports of one forecast: with so many forecasts, so large a quota, and some
// of it left to others.
std::chrono::seconds export_pause(const ClariOptions& options, std::uint64_t monthly_quota);

// Nothing where none is due.
std::optional<WantedExport> wanted_export(const ClariOptions& options, const ForecastPast& past,
                                          std::uint64_t monthly_quota, Instant now);

}  // namespace plumbline
