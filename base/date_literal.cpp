#include "base/date_literal.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "base/utf8.h"

namespace plumbline {

namespace {

enum class Unit : std::uint8_t { kDay, kWeek, kMonth, kQuarter, kYear, kFiscalQuarter, kFiscalYear };

enum class Shape : std::uint8_t {
  kAt,    // the one unit `number` away from the current one
  kLast,  // the `number` units before the current one
  kNext,  // the `number` units after it
  kLastN,
  kNextN,
  kNAgo,
};

struct Row {
  DateLiteralKind kind;
  std::string_view name;
  Unit unit;
  Shape shape;
  int number = 0;  // where the keyword fixes it
};

using enum DateLiteralKind;

constexpr std::array<Row, kDateLiteralCount> kRows = {{
    {kYesterday, "YESTERDAY", Unit::kDay, Shape::kAt, -1},
    {kToday, "TODAY", Unit::kDay, Shape::kAt, 0},
    {kTomorrow, "TOMORROW", Unit::kDay, Shape::kAt, 1},
    {kLastWeek, "LAST_WEEK", Unit::kWeek, Shape::kAt, -1},
    {kThisWeek, "THIS_WEEK", Unit::kWeek, Shape::kAt, 0},
    {kNextWeek, "NEXT_WEEK", Unit::kWeek, Shape::kAt, 1},
    {kLastMonth, "LAST_MONTH", Unit::kMonth, Shape::kAt, -1},
    {kThisMonth, "THIS_MONTH", Unit::kMonth, Shape::kAt, 0},
    {kNextMonth, "NEXT_MONTH", Unit::kMonth, Shape::kAt, 1},
    {kLast90Days, "LAST_90_DAYS", Unit::kDay, Shape::kLast, 90},
    {kNext90Days, "NEXT_90_DAYS", Unit::kDay, Shape::kNext, 90},
    {kLastNDays, "LAST_N_DAYS", Unit::kDay, Shape::kLastN},
    {kNextNDays, "NEXT_N_DAYS", Unit::kDay, Shape::kNextN},
    {kNDaysAgo, "N_DAYS_AGO", Unit::kDay, Shape::kNAgo},
    {kLastNWeeks, "LAST_N_WEEKS", Unit::kWeek, Shape::kLastN},
    {kNextNWeeks, "NEXT_N_WEEKS", Unit::kWeek, Shape::kNextN},
    {kNWeeksAgo, "N_WEEKS_AGO", Unit::kWeek, Shape::kNAgo},
    {kLastNMonths, "LAST_N_MONTHS", Unit::kMonth, Shape::kLastN},
    {kNextNMonths, "NEXT_N_MONTHS", Unit::kMonth, Shape::kNextN},
    {kNMonthsAgo, "N_MONTHS_AGO", Unit::kMonth, Shape::kNAgo},
    {kLastQuarter, "LAST_QUARTER", Unit::kQuarter, Shape::kAt, -1},
    {kThisQuarter, "THIS_QUARTER", Unit::kQuarter, Shape::kAt, 0},
    {kNextQuarter, "NEXT_QUARTER", Unit::kQuarter, Shape::kAt, 1},
    {kLastNQuarters, "LAST_N_QUARTERS", Unit::kQuarter, Shape::kLastN},
    {kNextNQuarters, "NEXT_N_QUARTERS", Unit::kQuarter, Shape::kNextN},
    {kNQuartersAgo, "N_QUARTERS_AGO", Unit::kQuarter, Shape::kNAgo},
    {kLastYear, "LAST_YEAR", Unit::kYear, Shape::kAt, -1},
    {kThisYear, "THIS_YEAR", Unit::kYear, Shape::kAt, 0},
    {kNextYear, "NEXT_YEAR", Unit::kYear, Shape::kAt, 1},
    {kLastNYears, "LAST_N_YEARS", Unit::kYear, Shape::kLastN},
    {kNextNYears, "NEXT_N_YEARS", Unit::kYear, Shape::kNextN},
    {kNYearsAgo, "N_YEARS_AGO", Unit::kYear, Shape::kNAgo},
    {kLastFiscalQuarter, "LAST_FISCAL_QUARTER", Unit::kFiscalQuarter, Shape::kAt, -1},
    {kThisFiscalQuarter, "THIS_FISCAL_QUARTER", Unit::kFiscalQuarter, Shape::kAt, 0},
    {kNextFiscalQuarter, "NEXT_FISCAL_QUARTER", Unit::kFiscalQuarter, Shape::kAt, 1},
    {kLastNFiscalQuarters, "LAST_N_FISCAL_QUARTERS", Unit::kFiscalQuarter, Shape::kLastN},
    {kNextNFiscalQuarters, "NEXT_N_FISCAL_QUARTERS", Unit::kFiscalQuarter, Shape::kNextN},
    {kNFiscalQuartersAgo, "N_FISCAL_QUARTERS_AGO", Unit::kFiscalQuarter, Shape::kNAgo},
    {kLastFiscalYear, "LAST_FISCAL_YEAR", Unit::kFiscalYear, Shape::kAt, -1},
    {kThisFiscalYear, "THIS_FISCAL_YEAR", Unit::kFiscalYear, Shape::kAt, 0},
    {kNextFiscalYear, "NEXT_FISCAL_YEAR", Unit::kFiscalYear, Shape::kAt, 1},
    {kLastNFiscalYears, "LAST_N_FISCAL_YEARS", Unit::kFiscalYear, Shape::kLastN},
    {kNextNFiscalYears, "NEXT_N_FISCAL_YEARS", Unit::kFiscalYear, Shape::kNextN},
    {kNFiscalYearsAgo, "N_FISCAL_YEARS_AGO", Unit::kFiscalYear, Shape::kNAgo},
}};

constexpr bool rows_follow_the_enumerators() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (std::to_underlying(kRows[i].kind) != i) {
      return false;
    }
  }
  return true;
}
static_assert(rows_follow_the_enumerators());

const Row& row_of(DateLiteralKind kind) { return kRows[std::to_underlying(kind)]; }

std::optional<DayRange> whole_week(const Calendar& calendar, Day today, std::int64_t offset) {
  constexpr int kWeekLength = 7;
  const auto own = week_start(calendar, today);
  const auto first = own ? add_days(*own, offset * kWeekLength) : std::nullopt;
  const auto last = first ? add_days(*first, kWeekLength - 1) : std::nullopt;
  return last ? std::optional(DayRange{.first = *first, .last = *last}) : std::nullopt;
}

std::optional<DayRange> whole_months(MonthPeriod period, Day today, std::int64_t offset) {
  const auto own = period_start(period, today);
  const auto first = own ? add_months(*own, offset * period.months) : std::nullopt;
  const auto last_month = first ? add_months(*first, period.months - 1) : std::nullopt;
  return last_month ? std::optional(DayRange{.first = *first, .last = month_end(*last_month)}) : std::nullopt;
}

// The whole unit that lies `offset` units after the one holding today.
std::optional<DayRange> unit_at(Unit unit, std::int64_t offset, Day today, const Calendar& calendar) {
  switch (unit) {
    case Unit::kDay: {
      const auto day = add_days(today, offset);
      return day ? std::optional(DayRange{.first = *day, .last = *day}) : std::nullopt;
    }
    case Unit::kWeek:
      return whole_week(calendar, today, offset);
    case Unit::kMonth:
      return whole_months({.months = 1, .first_month = 1}, today, offset);
    case Unit::kQuarter:
      return whole_months({.months = 3, .first_month = 1}, today, offset);
    case Unit::kYear:
      return whole_months({.months = 12, .first_month = 1}, today, offset);
    case Unit::kFiscalQuarter:
      return whole_months({.months = 3, .first_month = calendar.fiscal_year_starts}, today, offset);
    case Unit::kFiscalYear:
      return whole_months({.months = 12, .first_month = calendar.fiscal_year_starts}, today, offset);
  }
  return std::nullopt;
}

std::optional<DayRange> spanning(std::optional<DayRange> from, std::optional<DayRange> to) {
  return from && to ? std::optional(DayRange{.first = from->first, .last = to->last}) : std::nullopt;
}

}  // namespace

std::optional<DateLiteralKind> find_date_literal(std::string_view keyword) {
  // Asked of nearly every word of a condition.
  static const std::map<std::string, DateLiteralKind, std::less<>> kByName = [] {
    std::map<std::string, DateLiteralKind, std::less<>> by_name;
    for (const Row& row : kRows) by_name.emplace(fold_case(row.name), row.kind);
    return by_name;
  }();
  const auto found = kByName.find(fold_case(trim(keyword)));
  return found == kByName.end() ? std::nullopt : std::optional(found->second);
}

std::string_view name_of(DateLiteralKind kind) { return row_of(kind).name; }

const std::vector<std::string>& date_literal_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    all.reserve(kRows.size());
    for (const Row& row : kRows) {
      all.emplace_back(row.name);
    }
    return all;
  }();
  return names;
}

bool takes_number(DateLiteralKind kind) {
  const Shape shape = row_of(kind).shape;
  return shape == Shape::kLastN || shape == Shape::kNextN || shape == Shape::kNAgo;
}

bool is_single_day(DateLiteralKind kind) {
  const Row& row = row_of(kind);
  return row.unit == Unit::kDay && (row.shape == Shape::kAt || row.shape == Shape::kNAgo);
}

std::optional<DayRange> days_of(DateLiteral literal, Day today, const Calendar& calendar) {
  const Row& row = row_of(literal.kind);
  const std::int64_t number = takes_number(literal.kind) ? literal.n : row.number;
  if (takes_number(literal.kind) && (number < 0 || number > kMaxLiteralNumber)) {
    return std::nullopt;
  }
  const auto at = [&](std::int64_t offset) { return unit_at(row.unit, offset, today, calendar); };
  switch (row.shape) {
    case Shape::kAt:
      return at(number);
    case Shape::kNAgo:
      return at(-number);
    case Shape::kLast:
    case Shape::kLastN:
      // Salesforce counts today into the last n days, but never the current week, month ... into theirs.
      return spanning(at(-number), at(row.unit == Unit::kDay ? 0 : -1));
    case Shape::kNext:
    case Shape::kNextN:
      return spanning(at(1), at(number));
  }
  return std::nullopt;
}

}  // namespace plumbline
