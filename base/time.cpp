#include "base/time.h"

#include <fmt/format.h>

#include <array>

namespace plumbline {
namespace {

constexpr std::size_t kDayLength = 10;      // YYYY-MM-DD
constexpr std::size_t kDayTimeLength = 19;  // YYYY-MM-DDThh:mm:ss
constexpr std::array<const char*, 12> kMonthNames = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

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

std::string format_day(Day day) {
  const std::chrono::year_month_day date = civil(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string format_instant(Instant instant) {
  const auto midnight = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::hh_mm_ss clock{instant - midnight};
  return fmt::format("{}T{:02}:{:02}:{:02}Z", format_day(Day{midnight.time_since_epoch()}),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string display_day(Day day) {
  const std::chrono::year_month_day date = civil(day);
  return fmt::format("{} {} {}", static_cast<unsigned>(date.day()),
                     kMonthNames[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()));
}

}  // namespace plumbline
