// What a date in running text is, and where it ends. Finding the places to ask about is date_scan.h's work.
//
// A *reading* is one way to understand the characters from a place on as a date, before the rules about what
// surrounds it are asked. There may be several: `Apr 20-22` ends in a day or in a year. Looks at a bounded
// number of characters beside runs of blanks and the time behind a `T`; nothing is allocated.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "policies/functions/text_reader.h"

namespace plumbline {

inline constexpr unsigned kMonthsOfYear = 12;
inline constexpr unsigned kLongestMonthDays = 31;
// Four digits beside a month name are a year between these; other numbers are amounts.
inline constexpr unsigned kFirstPlainYear = 1900;
inline constexpr unsigned kLastPlainYear = 2099;

inline constexpr std::array<std::string_view, kMonthsOfYear> kMonthNames = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};

// A bare 4/23 before one of these is a share or a count.
inline constexpr std::array<std::string_view, 16> kNotDateUnits = {
    "of",       "th",      "percent",  "seat",   "seats",     "user",       "users", "license",
    "licenses", "licence", "licences", "people", "developer", "developers", "team",  "teams"};

inline constexpr std::array<std::string_view, 4> kVersionWords = {"v", "version", "build", "release"};

template <class Bytes>
class DateGrammar {
 public:
  explicit DateGrammar(Bytes bytes) : text_(bytes) {}

  // Where the date that starts exactly at `begin` ends; for a range of two, the end of the second.
  std::optional<std::size_t> date_at(std::size_t begin) const;

 private:
  enum class Doubt : std::uint8_t { kNone, kLowerCaseMonth };
  enum class EndsIn : std::uint8_t {
    kOther,
    kDayOfMonth,  // followed by a colon and a digit, it was an hour
    kBarePair,    // M/D, which a unit behind makes a share
    kTime,        // which may run on as it likes
  };
  enum class YearAfter : std::uint8_t { kDay, kMonth };

  struct Reading {
    std::size_t end = 0;
    EndsIn ends_in = EndsIn::kOther;
    Doubt doubt = Doubt::kNone;
  };

  class Readings {
   public:
    void add(Reading reading) { items_[size_++] = reading; }
    auto begin() const { return items_.begin(); }
    auto end() const { return items_.begin() + static_cast<std::ptrdiff_t>(size_); }
    bool empty() const { return size_ == 0; }

   private:
    std::array<Reading, 4> items_{};  // a day and a range of days, each with and without a year
    std::size_t size_ = 0;
  };

  enum class Ordinal : std::uint8_t { kNo, kYes };
  struct Day {
    std::size_t end = 0;
    Ordinal ordinal = Ordinal::kNo;
  };
  struct Month {
    std::size_t end = 0;
    bool abbreviated = false;  // and so may have a full stop
    Doubt doubt = Doubt::kNone;
  };
  struct Year {
    std::size_t end = 0;
    bool certain = false;  // could not be the second day of a range
  };

  Readings readings(std::size_t begin) const;
  std::optional<Reading> numeric(std::size_t begin) const;
  std::optional<Reading> year_first(const SmallNumber& year) const;
  std::size_t time_end(std::size_t pos) const;
  void add_month_first(const Month& month, Readings& found) const;
  void add_day_first(const Day& day, Readings& found) const;
  void add_the_day(std::size_t word_end, Readings& found) const;
  void add_with_year(Reading plain, YearAfter place, bool abbreviated, Readings& found) const;

  std::optional<Day> day_at(std::size_t pos) const;
  std::optional<Day> second_day(const Day& first) const;
  std::optional<Month> month_at(std::size_t pos) const;
  std::optional<Month> month_after(const Day& day) const;
  std::optional<Year> year_after(std::size_t pos, YearAfter place, bool abbreviated) const;

  bool starts_freely(std::size_t begin) const;
  bool ends_freely(std::size_t end) const;
  bool follows_version_word(std::size_t begin) const;
  bool unit_follows(std::size_t end) const;
  bool clause_ends(std::size_t end) const;
  bool stands_alone(const Reading& reading) const;
  std::optional<std::size_t> range_end(const Reading& first) const;

  TextReader<Bytes> text_;
};

namespace date_rules {

constexpr bool is_joining(char byte) { return byte == '.' || byte == ',' || byte == '/' || byte == '-'; }

// What a date never touches, beside letters and digits.
constexpr bool is_mark(char32_t character) {
  return character == U'_' || character == U'$' || character == U'€' || character == U'£' ||
         character == U'#';
}

constexpr bool is_month(unsigned number) { return number >= 1 && number <= kMonthsOfYear; }
constexpr bool is_day(unsigned number) { return number >= 1 && number <= kLongestMonthDays; }
constexpr bool is_month_and_day(unsigned a, unsigned b) {
  return (is_month(a) && is_day(b)) || (is_day(a) && is_month(b));
}

constexpr bool ends_clause(char32_t character) {
  constexpr std::u32string_view kEnds = U".,;:!?)]}|\"-–—…”»•·";
  return kEnds.find(character) != std::u32string_view::npos;
}

constexpr bool is_time_byte(char byte) {
  return is_ascii_digit(byte) || byte == ':' || byte == '.' || byte == '+' || byte == '-' || byte == 'Z';
}

template <std::size_t kSize>
bool holds(const std::array<std::string_view, kSize>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// The first three letters of a word of at least three, as one number: twelve comparisons of those are nothing
// beside twelve of texts, and most words beside a number are no month.
constexpr std::uint32_t month_key(std::string_view word) {
  const auto letter = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(word[i]));
  };
  return letter(0) << 16U | letter(1) << 8U | letter(2);
}

// The month's name, or empty.
inline std::string_view month_named(std::string_view word) {
  constexpr std::size_t kShortest = 3;
  if (word.size() < kShortest) return {};
  const std::uint32_t key = month_key(word);
  for (const std::string_view name : kMonthNames) {
    if (month_key(name) != key) continue;
    return word.size() == kShortest || word == name || word == "sept" ? name : std::string_view{};
  }
  return {};
}

}  // namespace date_rules

template <class Bytes>
std::optional<std::size_t> DateGrammar<Bytes>::date_at(std::size_t begin) const {
  if (!starts_freely(begin)) return std::nullopt;
  const Readings found = readings(begin);
  if (found.empty() || follows_version_word(begin)) return std::nullopt;
  for (const Reading& reading : found) {
    if (stands_alone(reading)) return reading.end;
    if (const auto end = range_end(reading)) return end;
  }
  return std::nullopt;
}

template <class Bytes>
auto DateGrammar<Bytes>::readings(std::size_t begin) const -> Readings {
  Readings found;
  if (!text_.digit_at(begin)) {
    const std::size_t end = text_.word_end(begin);
    if (text_.word(begin, end).lower() == "the") {
      add_the_day(end, found);
    } else if (const auto month = month_at(begin)) {
      add_month_first(*month, found);
    }
    return found;
  }
  if (const auto reading = numeric(begin)) {
    found.add(*reading);
  } else if (const auto day = day_at(begin)) {
    add_day_first(*day, found);
  }
  return found;
}

// M/D, M/D/Y, M-D-Y, D.M.Y, and those that begin with the year.
template <class Bytes>
auto DateGrammar<Bytes>::numeric(std::size_t begin) const -> std::optional<Reading> {
  const SmallNumber first = text_.number_at(begin);
  const char separator = text_.at(first.end);
  if (separator != '/' && separator != '-' && separator != '.') return std::nullopt;
  if (first.digits == 4) return year_first(first);
  const SmallNumber second = text_.number_at(first.end + 1);
  if (first.digits > 2 || second.digits > 2 || !date_rules::is_month_and_day(first.value, second.value)) {
    return std::nullopt;
  }
  if (text_.at(second.end) == separator) {
    const SmallNumber year = text_.number_at(second.end + 1);
    if (year.digits == 2 || year.digits == 4) return Reading{.end = year.end};
  }
  const bool around_the_clock = first.value == 24 && second.value == 7 && second.digits == 1;
  if (separator != '/' || around_the_clock) return std::nullopt;
  return Reading{.end = second.end, .ends_in = EndsIn::kBarePair};
}

template <class Bytes>
auto DateGrammar<Bytes>::year_first(const SmallNumber& year) const -> std::optional<Reading> {
  const char separator = text_.at(year.end);
  const SmallNumber month = text_.number_at(year.end + 1);
  if (!date_rules::is_month(month.value) || text_.at(month.end) != separator) return std::nullopt;
  const SmallNumber day = text_.number_at(month.end + 1);
  if (!date_rules::is_day(day.value) || month.digits > 2 || day.digits > 2) return std::nullopt;
  // 2022.3.2 is how programs number their releases; people who write dots write 2022.03.02.
  if (separator == '.' && (month.digits != 2 || day.digits != 2)) return std::nullopt;
  if (separator == '-' && text_.at(day.end) == 'T' && text_.digit_at(day.end + 1)) {
    return Reading{.end = time_end(day.end + 1), .ends_in = EndsIn::kTime};
  }
  return Reading{.end = day.end};
}

template <class Bytes>
std::size_t DateGrammar<Bytes>::time_end(std::size_t pos) const {
  while (date_rules::is_time_byte(text_.at(pos))) ++pos;
  return pos;
}

template <class Bytes>
void DateGrammar<Bytes>::add_month_first(const Month& month, Readings& found) const {
  std::size_t pos = month.end;
  if (text_.at(pos) == '-' || text_.at(pos) == '/') {
    ++pos;
  } else {
    if (month.abbreviated && text_.at(pos) == '.') ++pos;
    pos = text_.skip_blanks(pos);
  }
  const auto day = day_at(pos);
  if (!day) return;
  const auto add = [&](const Day& last) {
    const bool ordinal = day->ordinal == Ordinal::kYes || last.ordinal == Ordinal::kYes;
    const Reading plain{
        .end = last.end, .ends_in = EndsIn::kDayOfMonth, .doubt = ordinal ? Doubt::kNone : month.doubt};
    add_with_year(plain, YearAfter::kDay, month.abbreviated, found);
  };
  add(*day);
  if (const auto last = second_day(*day)) add(*last);
}

template <class Bytes>
void DateGrammar<Bytes>::add_day_first(const Day& day, Readings& found) const {
  const auto last = second_day(day);
  const auto month = month_after(last ? *last : day);
  if (!month) return;
  const bool ordinal = day.ordinal == Ordinal::kYes || (last && last->ordinal == Ordinal::kYes);
  const Reading plain{.end = month->end, .doubt = ordinal ? Doubt::kNone : month->doubt};
  add_with_year(plain, YearAfter::kMonth, month->abbreviated, found);
}

template <class Bytes>
void DateGrammar<Bytes>::add_the_day(std::size_t word_end, Readings& found) const {
  const auto day = day_at(text_.skip_blanks(word_end));
  if (!day || day->ordinal == Ordinal::kNo) return;
  found.add({.end = day->end});
  if (const auto last = second_day(*day)) found.add({.end = last->end});
}

// The longer reading comes first, so that the span of a date includes its year.
template <class Bytes>
void DateGrammar<Bytes>::add_with_year(Reading plain, YearAfter place, bool abbreviated,
                                       Readings& found) const {
  if (const auto year = year_after(plain.end, place, abbreviated)) {
    Reading dated = year->certain ? Reading{} : plain;
    dated.end = year->end;
    found.add(dated);
  }
  found.add(plain);
}

template <class Bytes>
auto DateGrammar<Bytes>::day_at(std::size_t pos) const -> std::optional<Day> {
  const SmallNumber number = text_.number_at(pos);
  if (number.digits == 0 || number.digits > 2 || !date_rules::is_day(number.value)) return std::nullopt;
  const char first = to_ascii_lower(text_.at(number.end));
  const char second = to_ascii_lower(text_.at(number.end + 1));
  const bool suffix = (first == 's' && second == 't') || (first == 'n' && second == 'd') ||
                      (first == 'r' && second == 'd') || (first == 't' && second == 'h');
  if (suffix) return Day{.end = number.end + 2, .ordinal = Ordinal::kYes};
  return Day{.end = number.end, .ordinal = Ordinal::kNo};
}

template <class Bytes>
auto DateGrammar<Bytes>::second_day(const Day& first) const -> std::optional<Day> {
  if (text_.at(first.end) != '-') return std::nullopt;
  return day_at(first.end + 1);
}

template <class Bytes>
auto DateGrammar<Bytes>::month_at(std::size_t pos) const -> std::optional<Month> {
  const std::size_t end = text_.word_end(pos);
  const Word word = text_.word(pos, end);
  const std::string_view name = date_rules::month_named(word.lower());
  if (name.empty()) return std::nullopt;
  Month month{.end = end, .abbreviated = word.lower().size() < name.size()};
  if (!month.abbreviated && (name == "may" || name == "march")) {
    bool lower_case = true;
    for (std::size_t i = pos; i < end; ++i) lower_case = lower_case && text_.at(i) >= 'a';
    if (lower_case) month.doubt = Doubt::kLowerCaseMonth;
  }
  return month;
}

// 23Apr, 23-Apr, 23/Apr, 23. April, 23rd April, 23rd of April.
template <class Bytes>
auto DateGrammar<Bytes>::month_after(const Day& day) const -> std::optional<Month> {
  const char joiner = text_.at(day.end);
  if (joiner == '-' || joiner == '/') return month_at(day.end + 1);
  const bool bare = day.ordinal == Ordinal::kNo;
  if (bare && joiner == '.') return month_at(text_.skip_blanks(day.end + 1));
  const std::size_t pos = text_.skip_blanks(day.end);
  if (pos == day.end) return bare ? month_at(pos) : std::nullopt;
  const std::size_t end = text_.word_end(pos);
  if (text_.word(pos, end).lower() != "of") return month_at(pos);
  const std::size_t next = text_.skip_blanks(end);
  return next == end ? std::nullopt : month_at(next);
}

template <class Bytes>
auto DateGrammar<Bytes>::year_after(std::size_t pos, YearAfter place, bool abbreviated) const
    -> std::optional<Year> {
  const auto is_plain = [](const SmallNumber& number) {
    return number.digits == 4 && number.value >= kFirstPlainYear && number.value <= kLastPlainYear;
  };
  const bool after_month = place == YearAfter::kMonth;
  const char joiner = text_.at(pos);
  const bool joined = joiner == '-' || joiner == '/' || (after_month && joiner == '.');
  if (joined || (after_month && is_ascii_digit(joiner))) {
    const SmallNumber number = text_.number_at(joined ? pos + 1 : pos);
    if (is_plain(number)) return Year{.end = number.end, .certain = true};
    if (number.digits == 2) return Year{.end = number.end, .certain = after_month};
  }
  if (after_month && abbreviated && text_.at(pos) == '.') ++pos;
  if (text_.at(pos) == ',') ++pos;
  pos = text_.skip_blanks(pos);
  SmallNumber number = text_.number_at(pos);
  if (is_plain(number)) return Year{.end = number.end, .certain = true};
  const char32_t apostrophe = text_.character_at(pos);
  if (apostrophe != U'\'' && apostrophe != U'’') return std::nullopt;
  number = text_.number_at(pos + (apostrophe == U'\'' ? 1 : std::string_view("’").size()));
  if (number.digits == 2) return Year{.end = number.end, .certain = true};
  return std::nullopt;
}

template <class Bytes>
bool DateGrammar<Bytes>::starts_freely(std::size_t begin) const {
  const char32_t previous = text_.character_before(begin);
  if (is_word_character(previous) || date_rules::is_mark(previous)) return false;
  const char byte = text_.before(begin);
  if (date_rules::is_joining(byte)) return !text_.alnum_before(begin - 1);
  // 5:30 April: what follows the colon are minutes. A numeric date has its own separator to show what it is.
  if (byte == ':' && begin >= 2 && text_.digit_at(begin - 2) && text_.digit_at(begin)) {
    return numeric(begin).has_value();
  }
  return true;
}

template <class Bytes>
bool DateGrammar<Bytes>::ends_freely(std::size_t end) const {
  const char32_t next = text_.character_at(end);
  if (is_word_character(next) || date_rules::is_mark(next)) return false;
  return !date_rules::is_joining(text_.at(end)) || !text_.alnum_at(end + 1);
}

template <class Bytes>
bool DateGrammar<Bytes>::follows_version_word(std::size_t begin) const {
  std::size_t end = text_.skip_blanks_back(begin);
  const bool stop = text_.before(end) == '.';
  if (stop) --end;
  const std::size_t start = text_.word_start(end);
  const Word word = text_.word(start, end);
  if (stop ? word.lower() != "v" : !date_rules::holds(kVersionWords, word.lower())) return false;
  return !text_.alnum_before(start) && text_.before(start) != '_';
}

template <class Bytes>
bool DateGrammar<Bytes>::unit_follows(std::size_t end) const {
  const std::size_t pos = text_.skip_blanks(end);
  if (text_.at(pos) == '%') return true;
  const std::size_t unit_end = text_.word_end(pos);
  if (!date_rules::holds(kNotDateUnits, text_.word(pos, unit_end).lower())) return false;
  return !text_.alnum_at(unit_end) && text_.at(unit_end) != '_';
}

template <class Bytes>
bool DateGrammar<Bytes>::clause_ends(std::size_t end) const {
  const std::size_t pos = text_.skip_blanks(end);
  if (pos >= text_.size()) return true;
  const char32_t next = text_.character_at(pos);
  return is_line_break(next) || date_rules::ends_clause(next);
}

template <class Bytes>
bool DateGrammar<Bytes>::stands_alone(const Reading& reading) const {
  if (reading.ends_in == EndsIn::kTime) return true;
  if (!ends_freely(reading.end)) return false;
  if (reading.ends_in == EndsIn::kBarePair && unit_follows(reading.end)) return false;
  if (reading.ends_in == EndsIn::kDayOfMonth && text_.at(reading.end) == ':' &&
      text_.digit_at(reading.end + 1)) {
    return false;
  }
  return reading.doubt == Doubt::kNone || clause_ends(reading.end);
}

// In a range the hyphen joins two dates and so separates them. A lower-case `may` in its first half is a
// month without further proof: nobody may 5-june 7.
template <class Bytes>
std::optional<std::size_t> DateGrammar<Bytes>::range_end(const Reading& first) const {
  if (text_.at(first.end) != '-') return std::nullopt;
  for (const Reading& second : readings(first.end + 1)) {
    if (stands_alone(second)) return second.end;
  }
  return std::nullopt;
}

}  // namespace plumbline
