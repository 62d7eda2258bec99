// The definition of date and log written a second time: slow, plain, and as a table of shapes tried
// everywhere, so that the scanner can be compared with something that shares neither its code nor its way of
// looking.
#pragma once

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utf8.h"

namespace plumbline::reference {

using Text = std::u32string;
using Stage = std::vector<std::string>;  // the shapes one of which must come next
using Stages = std::vector<Stage>;

inline Text decoded(std::string_view text) {
  Text out;
  for (std::size_t pos = 0; pos < text.size();) out += decode_utf8(text, pos);
  return out;
}

inline char32_t small(char32_t c) { return c >= U'A' && c <= U'Z' ? c + 32 : c; }
inline bool is_plain_letter(char32_t c) { return small(c) >= U'a' && small(c) <= U'z'; }
inline bool is_plain_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
inline bool in(std::u32string_view set, char32_t c) { return set.find(c) != std::u32string_view::npos; }
inline bool breaks_line(char32_t c) { return in(U"\n\v\f\r\u0085\u2028\u2029", c); }
inline bool is_gap(char32_t c) { return is_space(c) && !breaks_line(c); }

inline Text in_lower_case(Text text) {
  for (char32_t& c : text) c = small(c);
  return text;
}

inline bool url_at(const Text& text, std::size_t pos) {
  const Text host = in_lower_case(text.substr(pos, 4));
  if (host == U"www." && (pos == 0 || !is_letter(text[pos - 1]))) return true;
  if (!is_plain_letter(text[pos])) return false;
  while (pos < text.size() && (is_plain_letter(text[pos]) || is_plain_digit(text[pos]))) ++pos;
  return text.substr(pos, 3) == U"://";
}

// The pieces left when the URLs are cut out.
inline std::vector<Text> without_urls(const Text& text) {
  std::vector<Text> pieces(1);
  for (std::size_t pos = 0; pos < text.size();) {
    if (url_at(text, pos)) {
      while (pos < text.size() && !is_space(text[pos])) ++pos;
      pieces.emplace_back();
    } else {
      pieces.back() += text[pos++];
    }
  }
  return pieces;
}

struct Match {
  std::size_t end = 0;
  std::vector<unsigned> numbers;
  bool ordinal = false;
  bool certain = false;
  bool timed = false;
  Text month;
};

// A month beside a day, stage by stage; what the letters of a shape mean stands at Judge::apply.
struct NamedShapes {
  const Stage day = {"n", "nO"};
  const Stage second_day = {"", "-n", "-nO"};
  const Stage spaced_year = {"!P",   "!_P",   "!,P", "!,_P", "!'Z",  "!_'Z",
                             "!,'Z", "!,_'Z", "!qZ", "!_qZ", "!,qZ", "!,_qZ"};
  const Stage year_behind_day = joined({"", "!-P", "!/P", "-Z", "/Z"}, spaced_year);
  const Stage year_behind_month = joined({"", "!-P", "!/P", "!.P", "!-Z", "!/Z", "!.Z", "!Z"}, spaced_year);
  const Stage year_behind_stop = behind_stop(spaced_year);

  const std::vector<Stages> month_first = {
      {{"N", "N_", "N-", "N/", "A", "A_", "A-", "A/", "A.", "A._"}, day, second_day, year_behind_day}};
  const std::vector<Stages> day_first = {
      {day, second_day, {"_", "-", "/", "_f_"}, {"N", "A"}, year_behind_month},
      {day, second_day, {"_", "-", "/", "_f_"}, {"A"}, year_behind_stop},
      {{"n", "n-n", "nO-n"}, {"", ".", "._"}, {"N", "A"}, year_behind_month},
      {{"n", "n-n", "nO-n"}, {"", ".", "._"}, {"A"}, year_behind_stop}};
  const Stages the_day = {{"t", "t_"}, {"nO"}, second_day};

  static Stage joined(Stage first, const Stage& more) {
    first.insert(first.end(), more.begin(), more.end());
    return first;
  }
  static Stage behind_stop(Stage years) {
    for (std::string& shape : years) shape.insert(0, ".");
    return years;
  }
};

class Judge {
 public:
  explicit Judge(Text text) : text_(std::move(text)) {}

  bool has_date() const {
    for (std::size_t begin = 0; begin < text_.size(); ++begin) {
      if (date_at(begin)) return true;
    }
    return false;
  }

  // Where the dates begin that open an entry.
  std::set<std::size_t> opening_dates(bool from_start) const {
    std::set<std::size_t> dates;
    if (from_start) add_opening_date(0, dates);
    for (std::size_t pos = 0; pos < text_.size(); ++pos) {
      if (separates(pos)) add_opening_date(pos + 1, dates);
    }
    return dates;
  }

  bool date_at(std::size_t begin) const {
    if (touches_before(begin) || after_version(begin)) return false;
    for (const auto& [end, sure] : ends_of_dates(begin)) {
      if (sure) return true;
      if (at(end) != U'-') continue;
      for (const auto& [last, fine] : ends_of_dates(end + 1)) {
        if (fine) return true;
      }
    }
    return false;
  }

 private:
  char32_t at(std::size_t pos) const { return pos < text_.size() ? text_[pos] : U'\0'; }
  bool alnum(std::size_t pos) const { return pos < text_.size() && is_alnum(text_[pos]); }
  bool digit(std::size_t pos) const { return is_plain_digit(at(pos)); }

  Text letters_at(std::size_t pos) const {
    Text word;
    while (is_plain_letter(at(pos))) word += small(at(pos++));
    return word;
  }

  // Each way to read a date from `begin` on: its end, and whether what stands behind lets it be one by
  // itself.
  std::vector<std::pair<std::size_t, bool>> ends_of_dates(std::size_t begin) const {
    std::vector<std::pair<std::size_t, bool>> ends;
    add_numeric(begin, ends);
    add_named(begin, ends);
    return ends;
  }

  void add_numeric(std::size_t begin, std::vector<std::pair<std::size_t, bool>>& ends) const {
    const auto fits = [](unsigned month, unsigned day) {
      return month >= 1 && month <= 12 && day >= 1 && day <= 31;
    };
    for (const Match& m : matches({{"n/n/Y", "n-n-Y", "n.n.Y"}}, begin)) {
      if (fits(m.numbers[0], m.numbers[1]) || fits(m.numbers[1], m.numbers[0])) {
        ends.emplace_back(m.end, !touches_behind(m.end));
      }
    }
    for (const Match& m : matches({{"F-n-n", "F/n/n", "F.k.k", "F-n-nT"}}, begin)) {
      if (fits(m.numbers[1], m.numbers[2])) ends.emplace_back(m.end, m.timed || !touches_behind(m.end));
    }
    for (const Match& m : matches({{"n/n"}}, begin)) {
      if (text_.substr(begin, m.end - begin) == U"24/7") continue;
      if (fits(m.numbers[0], m.numbers[1]) || fits(m.numbers[1], m.numbers[0])) {
        ends.emplace_back(m.end, !touches_behind(m.end) && !before_unit(m.end));
      }
    }
  }

  void add_named(std::size_t begin, std::vector<std::pair<std::size_t, bool>>& ends) const {
    static const NamedShapes kShapes;
    for (const Stages& stages : kShapes.month_first) {
      for (const Match& m : matches(stages, begin)) {
        const bool hour = at(m.end) == U':' && digit(m.end + 1) && !m.certain;
        add_if_days_hold(m, !hour, ends);
      }
    }
    const bool minutes = begin >= 2 && at(begin - 1) == U':' && digit(begin - 2);
    for (const Stages& stages : kShapes.day_first) {
      if (minutes) break;
      for (const Match& m : matches(stages, begin)) add_if_days_hold(m, true, ends);
    }
    for (const Match& m : matches(kShapes.the_day, begin)) add_if_days_hold(m, true, ends);
  }

  void add_if_days_hold(const Match& m, bool allowed, std::vector<std::pair<std::size_t, bool>>& ends) const {
    for (const unsigned number : m.numbers) {
      const bool year = number > 1000;  // years are marked by being lifted above this
      if (!year && (number < 1 || number > 31)) return;
    }
    const bool doubtful = (m.month == U"may" || m.month == U"march") && !m.ordinal && !m.certain;
    ends.emplace_back(m.end, allowed && !touches_behind(m.end) && !(doubtful && !clause_over(m.end)));
  }

  std::vector<Match> matches(const Stages& stages, std::size_t begin) const {
    std::vector<Match> found = {Match{.end = begin, .numbers = {}, .month = {}}};
    for (const Stage& stage : stages) {
      std::vector<Match> next;
      for (const Match& match : found) {
        for (const std::string& shape : stage) {
          Match longer = match;
          if (apply(shape, longer)) next.push_back(longer);
        }
      }
      found = std::move(next);
    }
    return found;
  }

  // n: one or two digits, k: two, F: four; Y, Z, P: a year of two or four digits, of two, of four and of our
  // times; O: an ordinal's ending; N, A: a month's name, its abbreviation; _: blanks; T: T and a time; f, t:
  // of, the; q: a curly apostrophe; !: nothing, says that the year is certain; the rest stand for themselves.
  bool apply(const std::string& shape, Match& m) const {
    for (const char c : shape) {
      if (!step(c, m)) return false;
    }
    return true;
  }

  bool step(char shape, Match& m) const {
    switch (shape) {
      case 'n':
        return number(m, {1, 2}, 0);
      case 'k':
        return number(m, {2}, 0);
      case 'F':
        return number(m, {4}, 0);
      case 'Y':
        return number(m, {2, 4}, 0);
      case 'Z':
        return number(m, {2}, 10000);
      case 'P':
        return number(m, {4}, 0) && m.numbers.back() >= 1900 && m.numbers.back() <= 2099;
      case 'O':
        return ordinal(m);
      case 'N':
      case 'A':
        return month(m, shape == 'A');
      case '_':
        return gap(m);
      case 'T':
        return time(m);
      case 'f':
        return word(m, U"of");
      case 't':
        return word(m, U"the");
      case '!':
        m.certain = true;
        return true;
      case 'q':
        return at(m.end++) == U'’';
      default:
        return at(m.end++) == static_cast<char32_t>(shape);
    }
  }

  bool number(Match& m, const std::set<std::size_t>& lengths, unsigned lift) const {
    const std::size_t begin = m.end;
    unsigned value = 0;
    while (digit(m.end) && m.end - begin < 5) value = value * 10 + (at(m.end++) - U'0');
    m.numbers.push_back(value + lift);
    return lengths.contains(m.end - begin) && !digit(m.end);
  }

  bool ordinal(Match& m) const {
    const Text ending = in_lower_case(text_.substr(std::min(m.end, text_.size()), 2));
    m.end += 2;
    m.ordinal = true;
    return ending == U"st" || ending == U"nd" || ending == U"rd" || ending == U"th";
  }

  bool month(Match& m, bool abbreviated) const {
    static const std::vector<Text> kNames = {U"january",   U"february", U"march",    U"april",
                                             U"may",       U"june",     U"july",     U"august",
                                             U"september", U"october",  U"november", U"december"};
    const Text word = letters_at(m.end);
    m.month = text_.substr(std::min(m.end, text_.size()), word.size());
    m.end += word.size();
    for (const Text& name : kNames) {
      if (!abbreviated && word == name) return true;
      if (abbreviated && word == name.substr(0, 3) && word != name) return true;
    }
    return abbreviated && word == U"sept";
  }

  bool gap(Match& m) const {
    const std::size_t begin = m.end;
    while (m.end < text_.size() && is_gap(text_[m.end])) ++m.end;
    return m.end > begin;
  }

  bool time(Match& m) const {
    if (at(m.end) != U'T' || !digit(m.end + 1)) return false;
    m.timed = true;
    ++m.end;
    while (digit(m.end) || in(U":.+-Z", at(m.end))) {
      if (m.end >= text_.size()) break;
      ++m.end;
    }
    return true;
  }

  bool word(Match& m, const Text& wanted) const {
    const Text found = letters_at(m.end);
    m.end += found.size();
    return found == wanted;
  }

  bool touches(char32_t c) const { return is_alnum(c) || in(U"_$€£#", c); }
  bool touches_before(std::size_t begin) const {
    if (begin == 0) return false;
    if (touches(text_[begin - 1])) return true;
    return in(U".,/-", text_[begin - 1]) && begin >= 2 && is_alnum(text_[begin - 2]);
  }
  bool touches_behind(std::size_t end) const {
    if (end >= text_.size()) return false;
    return touches(text_[end]) || (in(U".,/-", text_[end]) && alnum(end + 1));
  }

  bool after_version(std::size_t begin) const {
    while (begin > 0 && is_gap(text_[begin - 1])) --begin;
    for (const Text& word : {Text(U"v"), Text(U"v."), Text(U"version"), Text(U"build"), Text(U"release")}) {
      if (begin < word.size()) continue;
      const std::size_t start = begin - word.size();
      if (in_lower_case(text_.substr(start, word.size())) != word) continue;
      if (start == 0 || (!is_alnum(text_[start - 1]) && text_[start - 1] != U'_')) return true;
    }
    return false;
  }

  bool before_unit(std::size_t end) const {
    static const std::set<Text> kUnits = {
        U"of",       U"th",      U"percent",  U"seat",      U"seats",      U"user",   U"users", U"license",
        U"licenses", U"licence", U"licences", U"developer", U"developers", U"people", U"team",  U"teams"};
    while (end < text_.size() && is_gap(text_[end])) ++end;
    if (at(end) == U'%') return true;
    const Text unit = letters_at(end);
    return kUnits.contains(unit) && !alnum(end + unit.size()) && at(end + unit.size()) != U'_';
  }

  bool clause_over(std::size_t end) const {
    while (end < text_.size() && is_gap(text_[end])) ++end;
    return end >= text_.size() || breaks_line(text_[end]) || in(U".,;:!?)]}|\"-–—…”»•·", text_[end]);
  }

  bool separates(std::size_t pos) const {
    if (text_[pos] == U';' || text_[pos] == U'|' || breaks_line(text_[pos])) return true;
    if (!in(U"-–—", text_[pos])) return false;
    return (pos == 0 || is_space(text_[pos - 1])) && (pos + 1 == text_.size() || is_space(text_[pos + 1]));
  }

  void add_opening_date(std::size_t pos, std::set<std::size_t>& dates) const {
    for (int parts = 0; parts <= 6; ++parts) {
      while (pos < text_.size() && is_gap(text_[pos])) ++pos;
      if (date_at(pos)) {
        dates.insert(pos);
        return;
      }
      if (pos < text_.size() && in(U"-*•[(", text_[pos])) {
        ++pos;
      } else if (!skip_name(pos)) {
        return;
      }
    }
  }

  // Initials or a weekday.
  bool skip_name(std::size_t& pos) const {
    static const std::set<Text> kDays = {
        U"mon", U"tue", U"tues",   U"wed",     U"weds",      U"thu",      U"thur",   U"thurs",    U"fri",
        U"sat", U"sun", U"monday", U"tuesday", U"wednesday", U"thursday", U"friday", U"saturday", U"sunday"};
    std::size_t end = pos;
    if (const Text word = letters_at(pos); kDays.contains(word)) {
      end += word.size();
      if (at(end) == U'.') ++end;
    } else {
      int capitals = 0;
      for (; capitals < 3 && at(end) >= U'A' && at(end) <= U'Z'; ++capitals)
        end += at(end + 1) == U'.' ? 2 : 1;
      if (capitals < 2) return false;
    }
    if (alnum(end)) return false;
    while (end < text_.size() && in(U":,)]", text_[end])) ++end;
    pos = end;
    return true;
  }

  Text text_;
};

inline bool contains_date(std::string_view text) {
  for (const Text& piece : without_urls(decoded(text))) {
    if (Judge(piece).has_date()) return true;
  }
  return false;
}

inline bool contains_log(std::string_view text) {
  const std::vector<Text> pieces = without_urls(decoded(text));
  std::size_t entries = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) entries += Judge(pieces[i]).opening_dates(i == 0).size();
  return entries >= 2;
}

}  // namespace plumbline::reference
