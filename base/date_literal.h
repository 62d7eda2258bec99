// SOQL's date literals: TODAY, LAST_N_WEEKS:3, THIS_FISCAL_QUARTER and the rest, as ranges of whole days.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "base/time.h"

namespace plumbline {

enum class DateLiteralKind : std::uint8_t {
  kYesterday,
  kToday,
  kTomorrow,
  kLastWeek,
  kThisWeek,
  kNextWeek,
  kLastMonth,
  kThisMonth,
  kNextMonth,
  kLast90Days,
  kNext90Days,
  kLastNDays,
  kNextNDays,
  kNDaysAgo,
  kLastNWeeks,
  kNextNWeeks,
  kNWeeksAgo,
  kLastNMonths,
  kNextNMonths,
  kNMonthsAgo,
  kLastQuarter,
  kThisQuarter,
  kNextQuarter,
  kLastNQuarters,
  kNextNQuarters,
  kNQuartersAgo,
  kLastYear,
  kThisYear,
  kNextYear,
  kLastNYears,
  kNextNYears,
  kNYearsAgo,
  kLastFiscalQuarter,
  kThisFiscalQuarter,
  kNextFiscalQuarter,
  kLastNFiscalQuarters,
  kNextNFiscalQuarters,
  kNFiscalQuartersAgo,
  kLastFiscalYear,
  kThisFiscalYear,
  kNextFiscalYear,
  kLastNFiscalYears,
  kNextNFiscalYears,
  kNFiscalYearsAgo,
};

inline constexpr std::size_t kDateLiteralCount = 44;

// What may follow the colon: 0 up to this.
inline constexpr int kMaxLiteralNumber = 100'000;

struct DateLiteral {
  DateLiteralKind kind = DateLiteralKind::kToday;
  int n = 0;  // read only where takes_number(kind)

  friend bool operator==(const DateLiteral&, const DateLiteral&) = default;
};

// Both ends belong to the range; first > last means that no day does.
struct DayRange {
  Day first;
  Day last;

  bool contains(Day day) const { return first <= day && day <= last; }
  friend bool operator==(const DayRange&, const DayRange&) = default;
};

// By the keyword alone, without ":n"; letter case and outer blanks do not matter.
std::optional<DateLiteralKind> find_date_literal(std::string_view keyword);

// In upper case, without ":n".
std::string_view name_of(DateLiteralKind kind);

// All of them, in the order of the enumerators: for did_you_mean().
const std::vector<std::string>& date_literal_names();

bool takes_number(DateLiteralKind kind);
bool is_single_day(DateLiteralKind kind);  // YESTERDAY, TODAY, TOMORROW and N_DAYS_AGO

// The days the literal means on `today`. LAST_N_DAYS counts today and n days before it; every other LAST_N_
// and NEXT_N_ leaves the current day, week, month ... out. With n = 0, LAST_N_DAYS is today, N_..._AGO the
// current period, and every other one the empty range.
// std::nullopt when n is not 0 to kMaxLiteralNumber, or when the range, or the period of today from which it
// is counted, leaves kFirstDay to kLastDay.
std::optional<DayRange> days_of(DateLiteral literal, Day today, const Calendar& calendar);

}  // namespace plumbline
