#include "ledger/retention.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

#include "base/utf8.h"

namespace plumbline {
namespace {

using Unit = RetentionSpan::Unit;

constexpr unsigned kMonthsOfAYear = 12;
constexpr unsigned kMostDaysOfAYear = 366;

struct UnitName {
  std::string_view one;
  std::string_view many;
  Unit unit;
  unsigned most;
};
constexpr std::array kUnits = {
    UnitName{"day", "days", Unit::kDays, kMostRetentionYears* kMostDaysOfAYear},
    UnitName{"month", "months", Unit::kMonths, kMostRetentionYears* kMonthsOfAYear},
    UnitName{"year", "years", Unit::kYears, kMostRetentionYears},
};

Instant months_before(Instant now, unsigned months) {
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date{day};
  const std::chrono::year_month month =
      date.year() / date.month() - std::chrono::months{static_cast<int>(months)};
  std::chrono::year_month_day earlier = month / date.day();
  if (!earlier.ok()) earlier = month / std::chrono::last;
  return std::chrono::sys_days{earlier} + (now - day);
}

}  // namespace

Result<RetentionSpan> parse_retention_span(std::string_view text) {
  const std::string_view whole = trim(text);
  RetentionSpan span;
  const auto [stop, code] = std::from_chars(whole.data(), whole.data() + whole.size(), span.count);
  const std::string word =
      lower(trim(std::string_view(stop, static_cast<std::size_t>(whole.data() + whole.size() - stop))));
  for (const UnitName& unit : kUnits) {
    if (code != std::errc{} || (word != unit.one && word != unit.many)) continue;
    if (span.count < 1 || span.count > unit.most) {
      return fail(
          ErrorCode::kInvalidInput,
          fmt::format("{} is too short or too long; write 1 day to {} years", whole, kMostRetentionYears));
    }
    span.unit = unit.unit;
    return span;
  }
  return fail(
      ErrorCode::kInvalidInput,
      fmt::format("{} is no length of time; write a number and days, months or years, such as 18 months",
                  whole));
}

std::string to_string(const RetentionSpan& span) {
  const UnitName& unit = kUnits[std::to_underlying(span.unit)];
  return fmt::format("{} {}", span.count, span.count == 1 ? unit.one : unit.many);
}

Instant oldest_kept(const RetentionSpan& span, Instant now) {
  switch (span.unit) {
    case Unit::kDays:
      return now - std::chrono::days{span.count};
    case Unit::kMonths:
      return months_before(now, span.count);
    case Unit::kYears:
      return months_before(now, span.count * kMonthsOfAYear);
  }
  std::unreachable();
}

}  // namespace plumbline
