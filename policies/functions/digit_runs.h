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

// What a byte may be at the places around the digits.
enum ByteRole : std::uint8_t {
  kBlankRole = 1,      // blanks, and bytes beyond ASCII, which may be one
  kSeparatorRole = 2,  // between the numbers of a date, or before its month
  kDigitRole = 4,      //
  kMonthRole = 8,      // begins a month, or `of`
  kOrdinalRole = 16,   // begins the ending of an ordinal
};

constexpr std::array<std::uint8_t, 256> byte_roles() {
  std::array<std::uint8_t, 256> roles{};
  const auto add = [&roles](std::string_view bytes, std::uint8_t role) {
    for (const char byte : bytes) roles[static_cast<unsigned char>(byte)] |= role;
  };
  add(" \t", kBlankRole);
  for (std::size_t byte = 0x80; byte < roles.size(); ++byte) roles[byte] = kBlankRole;
  add("/-.", kSeparatorRole);
  add("0123456789", kDigitRole);
  add("jfmasondJFMASOND", kMonthRole);
  add("snrtSNRT", kOrdinalRole);
  return roles;
}
inline constexpr std::array<std::uint8_t, 256> kByteRoles = byte_roles();

constexpr bool has_role(char byte, unsigned roles) {
  return (kByteRoles[static_cast<unsigned char>(byte)] & roles) != 0;
}

// For each last letter of the words that may stand before the digits, which letters may precede it, one bit
// each.
constexpr std::array<std::uint32_t, 26> last_letters() {
  std::array<std::uint32_t, 26> sets{};
  const auto add = [&sets](std::string_view word) {
    sets[static_cast<std::size_t>(word.back() - 'a')] |= 1U << (word[word.size() - 2] - 'a');
  };
  for (const std::string_view month : kMonthNames) {
    add(month);
    add(month.substr(0, 3));
  }
  add("sept");
  add("the");
  return sets;
}
inline constexpr std::array<std::uint32_t, 26> kLastLetters = last_letters();

constexpr bool may_end_leading_word(char last_but_one, char last) {
  if (!is_ascii_letter(last) || !is_ascii_letter(last_but_one)) return false;
  const auto index = [](char letter) { return static_cast<unsigned>(to_ascii_lower(letter) - 'a'); };
  return (kLastLetters[index(last)] >> index(last_but_one) & 1) != 0;
}

}  // namespace date_rules

struct DigitRun {
  std::size_t begin = 0;
  bool may_follow_word = false;  // a month, or `the`
  bool may_start = false;        // a date that begins with the digits
};

template <class Bytes>
class DigitRuns {
 public:
  // Of the runs at or behind `from`, which must not be inside one.
  explicit DigitRuns(Bytes bytes, std::size_t from = 0) : bytes_(bytes), text_(bytes), pos_(from) {}

  // The next run that may belong to a date; none when there are no more.
  std::optional<DigitRun> next_in_doubt();

 private:
  bool may_start(std::size_t end) const;
  bool may_follow_word(std::size_t begin) const;

  Bytes bytes_;
  TextReader<Bytes> text_;
  std::size_t pos_;
};

template <class Bytes>
std::optional<DigitRun> DigitRuns<Bytes>::next_in_doubt() {
  constexpr std::size_t kDayDigits = 2;
  constexpr std::size_t kYearDigits = 4;
  while ((pos_ = bytes_.find_digit(pos_)) != kNowhere) {
    DigitRun run{.begin = pos_};
    do {
      ++pos_;
    } while (text_.digit_at(pos_));
    const std::size_t digits = pos_ - run.begin;
    if (digits <= kDayDigits) {
      run.may_start = may_start(pos_);
      run.may_follow_word = may_follow_word(run.begin);
    } else if (digits == kYearDigits) {
      run.may_start = date_rules::is_joining(text_.at(pos_)) && text_.digit_at(pos_ + 1);
    }
    if (run.may_start || run.may_follow_word) return run;
  }
  pos_ = text_.size();
  return std::nullopt;
}

// Behind a month or a day: a separator and what it separates, an ordinal's ending, or the month.
template <class Bytes>
bool DigitRuns<Bytes>::may_start(std::size_t end) const {
  using namespace date_rules;
  const char next = text_.at(end);
  if (!has_role(next, kBlankRole | kSeparatorRole)) return has_role(next, kMonthRole | kOrdinalRole);
  return !is_ascii_byte(next) || has_role(text_.at(end + 1), kBlankRole | kDigitRole | kMonthRole);
}

// Before a day: a month or `the`, with no more between than blanks and a sign that joins.
template <class Bytes>
bool DigitRuns<Bytes>::may_follow_word(std::size_t begin) const {
  std::size_t end = begin;
  if (date_rules::has_role(text_.before(end), date_rules::kBlankRole)) {
    const bool one_blank =
        text_.before(end) == ' ' && !date_rules::has_role(text_.before(end - 1), date_rules::kBlankRole);
    end = one_blank ? end - 1 : text_.skip_blanks_back(end);
  }
  if (date_rules::has_role(text_.before(end), date_rules::kSeparatorRole)) --end;
  return end >= 2 && date_rules::may_end_leading_word(text_.at(end - 2), text_.at(end - 1));
}

}  // namespace plumbline
