#include "connectors/clari/clari_plan.h"

#include <algorithm>

#include <fmt/format.h>

namespace plumbline {
namespace {

Calendar calendar_of(const ClariOptions& options) {
  Calendar calendar;
  calendar.fiscal_year_starts = options.fiscal_year_starts;
  calendar.fiscal_year_named_by = options.fiscal_year_named_by;
  return calendar;
}

Day day_of(Instant now) { return Day{std::chrono::floor<std::chrono::days>(now).time_since_epoch()}; }

Instant begin_of(Day day) { return Instant{day.time_since_epoch()}; }

}  // namespace

ClariPeriod clari_period(const ClariOptions& options, Day day) {
  const Calendar calendar = calendar_of(options);
  return {.name = fmt::format("{}_Q{}", fiscal_year_name(calendar, day), fiscal_quarter(calendar, day)),
          .first = fiscal_quarter_start(calendar, day, 0).value_or(day),
          .end = fiscal_quarter_start(calendar, day, 1).value_or(day)};
}

ClariPeriod clari_period_before(const ClariOptions& options, const ClariPeriod& period) {
  return clari_period(options, period.first - std::chrono::days{1});
}

std::chrono::seconds export_pause(const ClariOptions& options, std::uint64_t monthly_quota) {
  constexpr double kWhole = 100;
  const double share = (kWhole - options.leave_percent) / kWhole;
  const double exports = std::max(1.0, static_cast<double>(monthly_quota) * share);
  const double time = static_cast<double>(std::chrono::seconds{kQuotaTime}.count());
  const double forecasts = static_cast<double>(std::max<std::size_t>(options.forecasts.size(), 1));
  const std::chrono::seconds by_quota{static_cast<std::int64_t>(time * forecasts / exports)};
  return std::max(options.export_every, by_quota);
}

std::optional<WantedExport> wanted_export(const ClariOptions& options, const ForecastPast& past,
                                          std::uint64_t monthly_quota, Instant now) {
  // A timer that comes a little early is on time.
  constexpr std::chrono::seconds kEarly = std::chrono::minutes{5};
  if (past.exported && now - *past.exported + kEarly < export_pause(options, monthly_quota)) return {};
  const ClariPeriod period = clari_period(options, day_of(now));
  const bool is_new = past.period != period.name;
  const bool closes = !is_new && !past.closing.empty() && now >= begin_of(period.first) + kClosingTime;
  if (closes) return WantedExport{.period = past.closing, .closes = true};
  const bool all = is_new || !past.all_weeks || now - *past.all_weeks >= kAllWeeksEvery;
  return WantedExport{.period = period.name, .weeks = all ? ClariWeeks::kAll : ClariWeeks::kLatest};
}

}  // namespace plumbline
