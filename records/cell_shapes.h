// The shapes most cells have, read without looking for anything else: the days and moments Salesforce writes,
// plain decimal numbers, true and false. Each function either reads the whole text, giving exactly what the
// general reader (base/time.h, base/money.h, from_chars) would give, or says that it cannot and leaves the
// text to that reader: a refusal says nothing about the text. Pure; nothing is allocated; no byte outside the
// text is read.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "base/money.h"
#include "base/time.h"

namespace plumbline::cell_shapes {

template <class Word>
inline Word load(const char* from) {
  Word word = 0;
  std::memcpy(&word, from, sizeof(word));
  return word;
}

// Eight bytes that should be digits and signs at known places. Xor with the pattern, which has a '0' for
// every digit, leaves the digits' values and zeros for the signs.
struct Packed {
  std::uint64_t values = 0;

  // `limits` has what lifts the first wrong value of each place to 0x80: 0x76 for digits, 0x7F for signs.
  bool fits(std::uint64_t limits) const { return (((values + limits) | values) & 0x8080808080808080U) == 0; }
  // Each byte times ten plus the one behind it: pairs of digits, at the place of their first.
  std::uint64_t pairs() const { return values * 10 + (values >> 8); }
};

constexpr unsigned byte_of(std::uint64_t word, unsigned index) {
  return static_cast<unsigned>(word >> (8 * index)) & 0xFF;
}

constexpr std::uint64_t pattern_word(std::string_view pattern) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < sizeof(word); ++i)
    word |= std::uint64_t{static_cast<unsigned char>(pattern[i])} << (8 * i);
  return word;
}
constexpr std::uint64_t pattern_limits(std::string_view pattern) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < sizeof(word); ++i)
    word |= std::uint64_t{pattern[i] == '0' ? 0x76U : 0x7FU} << (8 * i);
  return word;
}

inline constexpr std::size_t kDayLength = 10;
inline constexpr unsigned kFirstYear = 1700;  // of kFirstDay and kLastDay
inline constexpr unsigned kLastYear = 4000;

constexpr bool is_leap_year(unsigned year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

// For each month, which must be 1 to 12: days of the year before it, and its own, in a year without a leap
// day.
inline constexpr std::array<std::uint16_t, 13> kDaysBefore = {0,   0,   31,  59,  90,  120, 151,
                                                              181, 212, 243, 273, 304, 334};
inline constexpr std::array<std::uint8_t, 13> kMonthDays = {0,  31, 28, 31, 30, 31, 30,
                                                            31, 31, 30, 31, 30, 31};

// Days since 1970-01-01 of a day that exists.
constexpr std::int64_t day_number(unsigned year, unsigned month, unsigned day) {
  constexpr std::int64_t kDaysBefore1970 = 719'528;  // from 0000-01-01
  const unsigned before = year - 1;                  // the years that have ended
  const std::int64_t leap_days = std::int64_t{before / 4} - before / 100 + before / 400 + 1;  // with year 0's
  const unsigned leap_day = month > 2 && is_leap_year(year) ? 1 : 0;
  return std::int64_t{365} * year + leap_days + kDaysBefore[month] + leap_day + day - 1 - kDaysBefore1970;
}
static_assert(day_number(1970, 1, 1) == 0 && day_number(2000, 3, 1) == 11'017 &&
              day_number(1700, 1, 1) == kFirstDay.time_since_epoch().count() &&
              day_number(4000, 12, 31) == kLastDay.time_since_epoch().count());

// YYYY-MM-DD, of ten bytes.
inline std::optional<std::int64_t> read_day_number(const char* text) {
  constexpr std::string_view kPattern = "0000-00-";
  const Packed packed{load<std::uint64_t>(text) ^ pattern_word(kPattern)};
  const unsigned tens = static_cast<unsigned char>(text[8]) - unsigned{'0'};
  const unsigned ones = static_cast<unsigned char>(text[9]) - unsigned{'0'};
  if (!packed.fits(pattern_limits(kPattern)) || tens > 9 || ones > 9) return std::nullopt;
  const std::uint64_t pairs = packed.pairs();
  const unsigned year = byte_of(pairs, 0) * 100 + byte_of(pairs, 2);
  const unsigned month = byte_of(pairs, 5);
  const unsigned day = tens * 10 + ones;
  if (year < kFirstYear || year > kLastYear || month - 1 >= 12) return std::nullopt;
  const unsigned last = kMonthDays[month] + (month == 2 && is_leap_year(year) ? 1U : 0U);
  if (day - 1 >= last) return std::nullopt;
  return day_number(year, month, day);
}

// hh:mm:ss, of eight bytes, as seconds of the day.
inline std::optional<unsigned> read_clock(const char* text) {
  constexpr std::string_view kPattern = "00:00:00";
  const Packed packed{load<std::uint64_t>(text) ^ pattern_word(kPattern)};
  if (!packed.fits(pattern_limits(kPattern))) return std::nullopt;
  const std::uint64_t pairs = packed.pairs();
  const unsigned hour = byte_of(pairs, 0);
  const unsigned minute = byte_of(pairs, 3);
  const unsigned second = byte_of(pairs, 6);
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return hour * 3600 + minute * 60 + second;
}

// What stands behind the seconds in UTC: Z, .123Z or .123+0000.
inline bool is_utc_tail(std::string_view tail) {
  constexpr std::size_t kFraction = 4;
  if (tail.size() == 1) return tail.front() == 'Z';
  if (tail.size() != kFraction + 1 && tail.size() != kFraction + 5) return false;
  constexpr std::uint32_t kPattern = static_cast<std::uint32_t>(pattern_word(".000    "));
  constexpr std::uint32_t kLimits = static_cast<std::uint32_t>(pattern_limits(".000    "));
  const std::uint32_t values = load<std::uint32_t>(tail.data()) ^ kPattern;
  if ((((values + kLimits) | values) & 0x80808080U) != 0) return false;
  if (tail.size() == kFraction + 1) return tail.back() == 'Z';
  return tail.substr(kFraction) == "+0000";
}

// YYYY-MM-DDThh:mm:ss and one of those tails.
inline std::optional<Instant> read_instant(std::string_view text) {
  constexpr std::size_t kZoneAt = 19;
  if (text.size() <= kZoneAt || text[kDayLength] != 'T') return std::nullopt;
  const auto day = read_day_number(text.data());
  const auto clock = read_clock(text.data() + kDayLength + 1);
  if (!day || !clock || !is_utc_tail(text.substr(kZoneAt))) return std::nullopt;
  return Instant{std::chrono::seconds{*day * 86'400 + *clock}};
}

// YYYY-MM-DD, alone or with the rest of a moment behind it.
inline std::optional<Day> read_day(std::string_view text) {
  if (text.size() != kDayLength && !read_instant(text)) return std::nullopt;
  const auto number = read_day_number(text.data());
  if (!number) return std::nullopt;
  return Day{std::chrono::days{*number}};
}

// -digits.digits, with an exponent or without; the value is digits * 10^exponent.
struct Decimal {
  std::uint64_t digits = 0;
  std::size_t digit_count = 0;  // leading zeros included
  int exponent = 0;
  bool negative = false;
};

// At most this many digits, outer zeros included, so that they fit a double's 53 bits.
inline constexpr std::size_t kMostDigits = 15;

// Takes the digits at `text[pos]`, which moves behind them.
inline std::uint64_t take_digits(std::string_view text, std::size_t& pos, std::uint64_t value) {
  for (; pos < text.size(); ++pos) {
    const unsigned digit = static_cast<unsigned char>(text[pos]) - unsigned{'0'};
    if (digit > 9) break;
    value = value * 10 + digit;
  }
  return value;
}

// What follows an E: at most two digits, with a sign or without.
inline std::optional<int> read_exponent(std::string_view text) {
  constexpr std::size_t kMostExponentDigits = 2;
  const bool sign = !text.empty() && (text.front() == '-' || text.front() == '+');
  std::size_t pos = sign ? 1 : 0;
  if (text.size() == pos || text.size() > pos + kMostExponentDigits) return std::nullopt;
  const auto value = static_cast<int>(take_digits(text, pos, 0));
  if (pos != text.size()) return std::nullopt;
  return text.front() == '-' ? -value : value;
}

inline std::optional<Decimal> read_decimal(std::string_view text) {
  constexpr std::size_t kMostBytes = kMostDigits + 6;  // sign, point, E and its sign and digits
  if (text.empty() || text.size() > kMostBytes) return std::nullopt;
  Decimal decimal{.negative = text.front() == '-'};
  const std::size_t begin = decimal.negative ? 1 : 0;
  std::size_t pos = begin;
  decimal.digits = take_digits(text, pos, 0);
  std::size_t count = pos - begin;
  if (count == 0) return std::nullopt;
  if (pos < text.size() && text[pos] == '.') {
    const std::size_t point = pos++;
    decimal.digits = take_digits(text, pos, decimal.digits);
    const std::size_t places = pos - point - 1;
    if (places == 0) return std::nullopt;
    count += places;
    decimal.exponent = -static_cast<int>(places);
  }
  if (count > kMostDigits) return std::nullopt;
  decimal.digit_count = count;
  if (pos == text.size()) return decimal;
  if ((text[pos] | 0x20) != 'e') return std::nullopt;
  const auto exponent = read_exponent(text.substr(pos + 1));
  if (!exponent) return std::nullopt;
  decimal.exponent += *exponent;
  return decimal;
}

// Powers of ten that are doubles: with digits below 2^53, one multiplication or division by one of them is
// rounded once, which is how the nearest double is defined.
inline constexpr std::array<double, 23> kExactPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                        1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

inline std::optional<double> read_number(std::string_view text) {
  const auto decimal = read_decimal(text);
  constexpr int kMost = static_cast<int>(kExactPowers.size()) - 1;
  if (!decimal || decimal->exponent > kMost || decimal->exponent < -kMost) return std::nullopt;
  const auto digits = static_cast<double>(decimal->digits);
  const int exponent = decimal->exponent;
  const double value = exponent < 0 ? digits / kExactPowers[static_cast<std::size_t>(-exponent)]
                                    : digits * kExactPowers[static_cast<std::size_t>(exponent)];
  return decimal->negative ? -value : value;
}

// At most two places. Amounts that could be near kMoneyMaxHundredths are left to the general reader.
inline std::optional<Money> read_money(std::string_view text) {
  constexpr std::size_t kSafeDigits = 18;
  static_assert(kMoneyMaxHundredths >= 1'000'000'000'000'000'000);  // the first number with more
  const auto decimal = read_decimal(text);
  if (!decimal || decimal->exponent < -2) return std::nullopt;
  const auto scale = static_cast<std::size_t>(decimal->exponent + 2);
  if (decimal->digit_count + scale > kSafeDigits) return std::nullopt;
  auto amount = static_cast<std::int64_t>(decimal->digits);
  for (std::size_t i = 0; i < scale; ++i) amount *= 10;
  return Money{decimal->negative ? -amount : amount};
}

// true and false in any case.
inline std::optional<bool> read_boolean(std::string_view text) {
  constexpr std::uint32_t kSmall = 0x20202020U;  // set in small letters, and no other byte becomes one by it
  constexpr auto kTrue = static_cast<std::uint32_t>(pattern_word("true    "));
  constexpr auto kFals = static_cast<std::uint32_t>(pattern_word("fals    "));
  if (text.size() == 4 && (load<std::uint32_t>(text.data()) | kSmall) == kTrue) return true;
  if (text.size() == 5 && (load<std::uint32_t>(text.data()) | kSmall) == kFals && (text[4] | 0x20) == 'e')
    return false;
  return std::nullopt;
}

}  // namespace plumbline::cell_shapes
