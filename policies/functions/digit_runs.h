// The runs of digits of a text that could be the first digits of a date, told by a few bytes around them.
// Most numbers people write (`5k`, `12 seats`, `at 5:30`, `Q3 FY23`) are none, and need no grammar to see it.
// Never passes over a run the grammar would accept: what is looked for here is what every date must have.
// That holds for the whole text as well as for its parts between URLs, because a URL begins with a letter
// and ends before a blank, and so cuts no run of digits and adds nothing to what stands around one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "policies/functions/date_grammar.h"
#include "policies/functions/text_reader.h"

namespace plumbline {

namespace date_rules {

// A set of small ASCII letters.
class LetterSet {
 public:
  constexpr LetterSet() = default;
  constexpr explicit LetterSet(std::string_view letters) {
    for (const char letter : letters) add(letter);
  }
  constexpr void add(char letter) { bits_ |= 1U << (letter - 'a'); }
  // In either case; false for what is no letter.
  constexpr bool has(char byte) const {
    return is_ascii_letter(byte) && (bits_ >> (to_ascii_lower(byte) - 'a') & 1) != 0;
  }

 private:
  std::uint32_t bits_ = 0;
};

// With which letters the words go on that may follow the digits directly: months and the endings of ordinals;
// and behind blanks: months and `of`.
inline constexpr LetterSet kBehindDigits{"jfmasondrt"};
inline constexpr LetterSet kBehindBlank{"jfmasond"};

// For each last letter of the words that may stand before the digits, the letters before it.
constexpr std::array<LetterSet, 26> last_letters() {
  std::array<LetterSet, 26> sets{};
  const auto add = [&sets](std::string_view word) {
    sets[static_cast<std::size_t>(word.back() - 'a')].add(word[word.size() - 2]);
  };
  for (const std::string_view month : kMonthNames) {
    add(month);
    add(month.substr(0, 3));
  }
  add("sept");
  add("the");
  return sets;
}
inline constexpr std::array<LetterSet, 26> kLastLetters = last_letters();

}  // namespace date_rules

template <class Bytes>
class DigitRuns {
 public:
  explicit DigitRuns(Bytes bytes) : bytes_(bytes), text_(bytes) {}

  // Start of the next run that may belong to a date; none when there are no more.
  std::optional<std::size_t> next_in_doubt();

 private:
  bool in_doubt(std::size_t begin, std::size_t end) const;
  bool date_may_go_on(std::size_t end) const;
  bool word_may_lead(std::size_t begin) const;

  Bytes bytes_;
  TextReader<Bytes> text_;
  std::size_t pos_ = 0;
};

template <class Bytes>
std::optional<std::size_t> DigitRuns<Bytes>::next_in_doubt() {
  while ((pos_ = bytes_.find_digit(pos_)) != kNowhere) {
    const std::size_t begin = pos_;
    do {
      ++pos_;
    } while (text_.digit_at(pos_));
    if (in_doubt(begin, pos_)) return begin;
  }
  pos_ = text_.size();
  return std::nullopt;
}

template <class Bytes>
bool DigitRuns<Bytes>::in_doubt(std::size_t begin, std::size_t end) const {
  constexpr std::size_t kYearDigits = 4;
  const std::size_t digits = end - begin;
  if (digits <= 2) return date_may_go_on(end) || word_may_lead(begin);
  return digits == kYearDigits && date_rules::is_joining(text_.at(end)) && text_.digit_at(end + 1);
}

// Behind a month or a day: a separator and what it separates, an ordinal's ending, or the month.
template <class Bytes>
bool DigitRuns<Bytes>::date_may_go_on(std::size_t end) const {
  const char next = text_.at(end);
  if (date_rules::kBehindDigits.has(next)) return true;
  const bool separator = next == '/' || next == '-' || next == '.';
  if (!separator && next != ' ') return next == '\t' || !is_ascii_byte(next);
  const char second = text_.at(end + 1);
  if (date_rules::kBehindBlank.has(second) || !is_ascii_byte(second)) return true;
  return second == ' ' || second == '\t' || (separator && is_ascii_digit(second));
}

// Before a day: a month or `the`, with no more between than blanks and a sign that joins.
template <class Bytes>
bool DigitRuns<Bytes>::word_may_lead(std::size_t begin) const {
  std::size_t end = text_.skip_blanks_back(begin);
  const char joiner = text_.before(end);
  if (joiner == '.' || joiner == '-' || joiner == '/') --end;
  const char last = to_ascii_lower(text_.before(end));
  if (!is_ascii_letter(last) || end < 2) return false;
  return date_rules::kLastLetters[static_cast<std::size_t>(last - 'a')].has(text_.at(end - 2));
}

}  // namespace plumbline
