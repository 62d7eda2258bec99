// Finding dates and logs in a text. Every date has a digit in it, so the scan goes from one run of digits to
// the next and asks the grammar only about the places where a date with these digits can begin. URLs are cut
// out first: what stands before one and what stands after it are judged as two texts. Work is linear in the
// length of the text, whatever is in it; nothing is allocated. Used by text_dates.cpp and by the test that
// counts the work.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "policies/functions/date_grammar.h"
#include "policies/functions/digit_runs.h"
#include "policies/functions/text_dates.h"
#include "policies/functions/text_reader.h"

namespace plumbline {

// How many bullets, brackets, initials and weekdays are looked through before the date of an entry.
inline constexpr std::size_t kEntryPrefixParts = 6;

inline constexpr std::array<std::string_view, 18> kWeekdayNames = {
    "mon",  "monday", "tue",      "tues", "tuesday", "wed", "weds",     "wednesday", "thu",
    "thur", "thurs",  "thursday", "fri",  "friday",  "sat", "saturday", "sun",       "sunday"};

// Hands out the parts of a text that lie between its URLs.
template <class Bytes>
class UrlCutter {
 public:
  explicit UrlCutter(Bytes bytes)
      : bytes_(bytes), text_(bytes), scheme_(find_scheme(0)), host_(find_host(0)) {}

  // The next part, or none when the text is used up. Parts may be empty.
  std::optional<DateSpan> next();

 private:
  // Start of a URL that begins at or behind `from`, or kNowhere.
  std::size_t find_scheme(std::size_t from) const;
  std::size_t find_host(std::size_t from) const;
  std::size_t url_end(std::size_t pos) const;

  Bytes bytes_;
  TextReader<Bytes> text_;
  std::size_t done_ = 0;
  bool finished_ = false;
  // The next of each kind, kept: looking again for one kind at each URL of the other would be quadratic.
  std::size_t scheme_;
  std::size_t host_;
};

template <class Bytes>
std::optional<DateSpan> UrlCutter<Bytes>::next() {
  if (finished_) return std::nullopt;
  if (scheme_ < done_) scheme_ = find_scheme(done_);
  if (host_ < done_) host_ = find_host(done_);
  const std::size_t url = std::min(scheme_, host_);
  const DateSpan part{.begin = done_, .end = std::min(url, bytes_.size())};
  if (url == kNowhere) {
    finished_ = true;
  } else {
    done_ = url_end(url);
  }
  return part;
}

template <class Bytes>
std::size_t UrlCutter<Bytes>::find_scheme(std::size_t from) const {
  for (std::size_t colon = from; (colon = bytes_.find(':', colon)) != kNowhere; ++colon) {
    if (text_.at(colon + 1) != '/' || text_.at(colon + 2) != '/') continue;
    std::size_t start = kNowhere;
    for (std::size_t pos = colon; pos > from; --pos) {
      const char byte = text_.at(pos - 1);
      if (is_ascii_letter(byte)) {
        start = pos - 1;
      } else if (!is_ascii_digit(byte)) {
        break;
      }
    }
    if (start != kNowhere) return start;
  }
  return kNowhere;
}

template <class Bytes>
std::size_t UrlCutter<Bytes>::find_host(std::size_t from) const {
  constexpr std::string_view kPrefix = "www";
  for (std::size_t stop = from; (stop = bytes_.find('.', stop)) != kNowhere; ++stop) {
    if (stop < from + kPrefix.size()) continue;
    const std::size_t start = stop - kPrefix.size();
    bool matches = true;
    for (std::size_t pos = start; matches && pos < stop; ++pos) {
      matches = to_ascii_lower(text_.at(pos)) == 'w';
    }
    if (matches && (start == from || !is_letter(text_.character_before(start)))) return start;
  }
  return kNowhere;
}

template <class Bytes>
std::size_t UrlCutter<Bytes>::url_end(std::size_t pos) const {
  while (pos < bytes_.size()) {
    std::size_t next = pos;
    if (is_space(bytes_.decode(next))) break;
    pos = next;
  }
  return pos;
}

// One part of a text, without URLs.
template <class Bytes>
class DateScanner {
 public:
  explicit DateScanner(Bytes bytes) : bytes_(bytes), text_(bytes), grammar_(bytes) {}

  // `from` is no place inside or behind the first digits of a date.
  std::optional<DateSpan> first_date(std::size_t from) const;

  enum class Opening : std::uint8_t {
    kEntry,       // the part's beginning is that of the text
    kInsideEntry  // a URL stands before it
  };
  // How many entries start with a date; counting ends at `enough`.
  std::size_t dated_entries(Opening opening, std::size_t enough) const;

 private:
  std::optional<DateSpan> date_with_digits(const DigitRun& run) const;
  std::size_t next_entry(std::size_t pos) const;
  bool is_dash_between_blanks(std::size_t begin, std::size_t end) const;
  std::optional<std::size_t> date_opening_entry(std::size_t pos) const;
  std::size_t skip_prefix(std::size_t pos) const;
  std::size_t skip_initials(std::size_t pos) const;
  std::size_t skip_weekday(std::size_t pos) const;

  Bytes bytes_;
  TextReader<Bytes> text_;
  DateGrammar<Bytes> grammar_;
};

template <class Bytes>
std::optional<DateSpan> DateScanner<Bytes>::first_date(std::size_t from) const {
  DigitRuns<Bytes> runs(bytes_, from);
  while (const auto run = runs.next_in_doubt()) {
    if (const auto date = date_with_digits(*run)) return date;
  }
  return std::nullopt;
}

// The date with these as its first digits: it starts at the month or the `the` before them, or with them.
template <class Bytes>
std::optional<DateSpan> DateScanner<Bytes>::date_with_digits(const DigitRun& run) const {
  if (run.may_follow_word) {
    std::size_t word_end = text_.skip_blanks_back(run.begin);
    const char joiner = text_.before(word_end);
    if (joiner == '.' || (word_end == run.begin && (joiner == '-' || joiner == '/'))) --word_end;
    const std::size_t word = text_.word_start(word_end);
    if (word != word_end) {
      if (const auto end = grammar_.date_at(word)) return DateSpan{.begin = word, .end = *end};
    }
  }
  if (!run.may_start) return std::nullopt;
  if (const auto end = grammar_.date_at(run.begin)) return DateSpan{.begin = run.begin, .end = *end};
  return std::nullopt;
}

template <class Bytes>
std::size_t DateScanner<Bytes>::dated_entries(Opening opening, std::size_t enough) const {
  std::size_t count = 0;
  std::size_t entry = opening == Opening::kEntry ? 0 : next_entry(0);
  while (entry != kNowhere && count < enough) {
    // A dash may be the separator and the bullet of one entry: behind its date the search goes on.
    const auto date_end = date_opening_entry(entry);
    if (date_end) ++count;
    entry = next_entry(date_end.value_or(entry));
  }
  return count;
}

// Behind the next separator at or after `pos`.
template <class Bytes>
std::size_t DateScanner<Bytes>::next_entry(std::size_t pos) const {
  while ((pos = bytes_.find_separator(pos)) != kNowhere) {
    const char byte = text_.at(pos);
    const std::size_t begin = pos;
    if (is_ascii_byte(byte)) {
      ++pos;
      if (byte != '-') return pos;
      if (is_dash_between_blanks(begin, pos)) return pos;
      continue;
    }
    const char32_t character = bytes_.decode(pos);
    if (is_line_break(character)) return pos;
    if ((character == U'–' || character == U'—') && is_dash_between_blanks(begin, pos)) return pos;
  }
  return kNowhere;
}

template <class Bytes>
bool DateScanner<Bytes>::is_dash_between_blanks(std::size_t begin, std::size_t end) const {
  return (begin == 0 || is_space(text_.character_before(begin))) &&
         (end == bytes_.size() || is_space(text_.character_at(end)));
}

template <class Bytes>
std::optional<std::size_t> DateScanner<Bytes>::date_opening_entry(std::size_t pos) const {
  for (std::size_t parts = 0; parts <= kEntryPrefixParts; ++parts) {
    pos = text_.skip_blanks(pos);
    if (const auto end = grammar_.date_at(pos)) return end;
    const std::size_t next = skip_prefix(pos);
    if (next == pos) break;
    pos = next;
  }
  return std::nullopt;
}

// Past one bullet, bracket, pair of initials or weekday.
template <class Bytes>
std::size_t DateScanner<Bytes>::skip_prefix(std::size_t pos) const {
  const char byte = text_.at(pos);
  if (byte == '-' || byte == '*' || byte == '[' || byte == '(') return pos + 1;
  if (text_.character_at(pos) == U'•') return pos + std::string_view("•").size();
  std::size_t end = skip_weekday(pos);
  if (end == pos) end = skip_initials(pos);
  if (end == pos || text_.alnum_at(end)) return pos;
  constexpr std::string_view kClosing = ":,)]";
  while (kClosing.find(text_.at(end)) != std::string_view::npos) ++end;
  return end;
}

// JD, JDS, J.D., J.D.S.
template <class Bytes>
std::size_t DateScanner<Bytes>::skip_initials(std::size_t pos) const {
  constexpr std::size_t kFewest = 2;
  constexpr std::size_t kMost = 3;
  std::size_t end = pos;
  std::size_t letters = 0;
  while (letters < kMost && text_.at(end) >= 'A' && text_.at(end) <= 'Z') {
    ++letters;
    ++end;
    if (text_.at(end) == '.') ++end;
  }
  return letters < kFewest ? pos : end;
}

template <class Bytes>
std::size_t DateScanner<Bytes>::skip_weekday(std::size_t pos) const {
  const std::size_t end = text_.word_end(pos);
  if (!date_rules::holds(kWeekdayNames, text_.word(pos, end).lower())) return pos;
  return text_.at(end) == '.' ? end + 1 : end;
}

// The first date of the whole text.
template <class Bytes>
std::optional<DateSpan> scan_for_date(Bytes bytes) {
  const auto first = DigitRuns<Bytes>(bytes).next_in_doubt();
  if (!first) return std::nullopt;
  UrlCutter<Bytes> cutter(bytes);
  while (const auto part = cutter.next()) {
    const std::size_t from = std::max(part->begin, first->begin);
    if (from >= part->end) continue;
    const DateScanner<Bytes> scanner(bytes.part(part->begin, part->end));
    if (const auto date = scanner.first_date(from - part->begin)) {
      return DateSpan{.begin = part->begin + date->begin, .end = part->begin + date->end};
    }
  }
  return std::nullopt;
}

template <class Bytes>
bool scan_for_log(Bytes bytes) {
  constexpr std::size_t kEntriesOfLog = 2;
  DigitRuns<Bytes> runs(bytes);
  for (std::size_t i = 0; i < kEntriesOfLog; ++i) {
    if (!runs.next_in_doubt()) return false;
  }
  using Scanner = DateScanner<Bytes>;
  UrlCutter<Bytes> cutter(bytes);
  std::size_t count = 0;
  while (const auto part = cutter.next()) {
    const auto opening = part->begin == 0 ? Scanner::Opening::kEntry : Scanner::Opening::kInsideEntry;
    count += Scanner(bytes.part(part->begin, part->end)).dated_entries(opening, kEntriesOfLog - count);
    if (count >= kEntriesOfLog) return true;
  }
  return false;
}

}  // namespace plumbline
