#include "base/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/digits.h"

namespace plumbline {
namespace {

constexpr std::size_t kDayLength = 10;      // YYYY-MM-DD
constexpr std::size_t kDayTimeLength = 19;  // YYYY-MM-DDThh:mm:ss
constexpr std::array<const char*, 12> kMonthNames = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::size_t kMonthNameLength = 3;
constexpr int kLastFourDigitYear = 9999;
constexpr unsigned kSecondsPerMinute = 60;
constexpr unsigned kSecondsPerHour = 3600;

constexpr bool is_ascii_digit(char byte) { return byte >= '0' && byte <= '9'; }

// A number of exactly `count` digits at `pos`, or empty.
std::optional<int> read_digits(std::string_view text, std::size_t pos, std::size_t count) {
  if (pos + count > text.size()) return std::nullopt;
  int value = 0;
  for (const char byte : text.substr(pos, count)) {
    if (!is_ascii_digit(byte)) return std::nullopt;
    value = value * 10 + (byte - '0');
  }
  return value;
}

std::optional<int> read_bounded(std::string_view text, std::size_t pos, int limit) {
  const std::optional<int> value = read_digits(text, pos, 2);
  return value && *value <= limit ? value : std::nullopt;
}

// hh:mm:ss, eight bytes. Leap seconds do not exist in the CRM's time.
std::optional<std::chrono::seconds> parse_clock(std::string_view text) {
  if (text[2] != ':' || text[5] != ':') return std::nullopt;
  const std::optional<int> hour = read_bounded(text, 0, 23);
  const std::optional<int> minute = read_bounded(text, 3, 59);
  const std::optional<int> second = read_bounded(text, 6, 59);
  if (!hour || !minute || !second) return std::nullopt;
  return std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{*second};
}

// What stands behind the seconds: nothing, or a point and digits. Gives the rest; empty where the point
// stands alone.
std::optional<std::string_view> skip_fraction(std::string_view text) {
  if (text.empty() || text.front() != '.') return text;
  std::size_t end = 1;
  while (end < text.size() && is_ascii_digit(text[end])) ++end;
  if (end == 1) return std::nullopt;
  return text.substr(end);
}

// Z, +hh:mm or +hhmm.
std::optional<std::chrono::minutes> parse_offset(std::string_view text) {
  if (text == "Z") return std::chrono::minutes{0};
  const bool colon = text.size() == 6 && text[3] == ':';
  if (!colon && text.size() != 5) return std::nullopt;
  if (text.front() != '+' && text.front() != '-') return std::nullopt;
  const std::optional<int> hours = read_bounded(text, 1, 23);
  const std::optional<int> minutes = read_bounded(text, colon ? 4 : 3, 59);
  if (!hours || !minutes) return std::nullopt;
  const std::chrono::minutes offset = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
  return text.front() == '-' ? -offset : offset;
}

bool in_range(Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant).time_since_epoch();
  return day >= kFirstDay.time_since_epoch() && day <= kLastDay.time_since_epoch();
}

}  // namespace

Day make_day(int year, unsigned month, unsigned day) {
  return Day{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}};
}

std::chrono::year_month_day civil(Day day) { return std::chrono::year_month_day{day}; }

std::optional<Day> parse_day(std::string_view text) {
  if (text.size() != kDayLength || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::optional<int> year = read_digits(text, 0, 4);
  const std::optional<int> month = read_digits(text, 5, 2);
  const std::optional<int> day = read_digits(text, 8, 2);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  const Day parsed{date};
  return parsed >= kFirstDay && parsed <= kLastDay ? std::optional<Day>(parsed) : std::nullopt;
}

std::optional<Instant> parse_instant(std::string_view text) {
  if (text.size() <= kDayTimeLength || text[kDayLength] != 'T') return std::nullopt;
  const std::optional<Day> day = parse_day(text.substr(0, kDayLength));
  const std::optional<std::chrono::seconds> clock = parse_clock(text.substr(kDayLength + 1, 8));
  const std::optional<std::string_view> zone = skip_fraction(text.substr(kDayTimeLength));
  if (!day || !clock || !zone) return std::nullopt;
  const std::optional<std::chrono::minutes> offset = parse_offset(*zone);
  if (!offset) return std::nullopt;
  const Instant instant{day->time_since_epoch() + *clock - *offset};
  return in_range(instant) ? std::optional<Instant>(instant) : std::nullopt;
}

char* write_day(char* out, Day day) {
  const std::chrono::year_month_day date = civil(day);
  const int year = static_cast<int>(date.year());
  if (year >= 0 && year <= kLastFourDigitYear) {
    out = write_two_digits(out, static_cast<unsigned>(year) / 100);
    out = write_two_digits(out, static_cast<unsigned>(year) % 100);
  } else {
    out = fmt::format_to(out, "{:04}", year);
  }
  *out++ = '-';
  out = write_two_digits(out, static_cast<unsigned>(date.month()));
  *out++ = '-';
  return write_two_digits(out, static_cast<unsigned>(date.day()));
}

char* write_instant(char* out, Instant instant) {
  const auto midnight = std::chrono::floor<std::chrono::days>(instant);
  const auto seconds = static_cast<unsigned>((instant - midnight).count());
  out = write_day(out, Day{midnight.time_since_epoch()});
  *out++ = 'T';
  out = write_two_digits(out, seconds / kSecondsPerHour);
  *out++ = ':';
  out = write_two_digits(out, seconds / kSecondsPerMinute % kSecondsPerMinute);
  *out++ = ':';
  out = write_two_digits(out, seconds % kSecondsPerMinute);
  *out++ = 'Z';
  return out;
}

std::string format_day(Day day) {
  std::array<char, kDayRoom> text;
  return {text.data(), write_day(text.data(), day)};
}

std::string format_instant(Instant instant) {
  std::array<char, kInstantRoom> text;
  return {text.data(), write_instant(text.data(), instant)};
}

std::string display_day(Day day) {
  std::string text;
  append_display_day(text, day);
  return text;
}

void append_display_day(std::string& out, Day day) {
  const std::chrono::year_month_day date = civil(day);
  std::array<char, 2 * kIntegerRoom> text;
  char* end = write_integer(text.data(), static_cast<unsigned>(date.day()));
  *end++ = ' ';
  end = std::copy_n(kMonthNames[static_cast<unsigned>(date.month()) - 1], kMonthNameLength, end);
  *end++ = ' ';
  end = write_integer(end, static_cast<int>(date.year()));
  out.append(text.data(), end);
}

}  // namespace plumbline
