#include "base/recurrence.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "base/nearest_name.h"
#include "base/utf8.h"

namespace plumbline {
namespace {

using namespace std::string_view_literals;

constexpr std::array kFrequencies = {"DAILY"sv, "WEEKLY"sv, "MONTHLY"sv, "YEARLY"sv};
constexpr std::array kSubDaily = {"SECONDLY"sv, "MINUTELY"sv, "HOURLY"sv};
constexpr std::array kWeekdays = {"SU"sv, "MO"sv, "TU"sv, "WE"sv, "TH"sv, "FR"sv, "SA"sv};
constexpr std::array kParts = {"FREQ"sv,    "INTERVAL"sv,   "COUNT"sv,     "UNTIL"sv,
                               "BYDAY"sv,   "BYMONTHDAY"sv, "BYYEARDAY"sv, "BYWEEKNO"sv,
                               "BYMONTH"sv, "BYSETPOS"sv,   "WKST"sv};
constexpr std::array kTimeParts = {"BYHOUR"sv, "BYMINUTE"sv, "BYSECOND"sv};

constexpr std::array kWeekdayNames = {"Sunday"sv,   "Monday"sv, "Tuesday"sv, "Wednesday"sv,
                                      "Thursday"sv, "Friday"sv, "Saturday"sv};
constexpr std::array kMonthNames = {"January"sv,   "February"sv, "March"sv,    "April"sv,
                                    "May"sv,       "June"sv,     "July"sv,     "August"sv,
                                    "September"sv, "October"sv,  "November"sv, "December"sv};
constexpr std::array kMostDays = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};  // of a month

constexpr int kWeeksInYear = 53;
constexpr int kDaysInYear = 366;
constexpr int kDaysInMonth = 31;
constexpr int kMonths = 12;
constexpr int kWeekdaysInMonth = 5;  // of one kind, at most

template <std::size_t N>
std::optional<std::size_t> index_of(const std::array<std::string_view, N>& words, std::string_view word) {
  const auto found =
      std::ranges::find_if(words, [&](std::string_view known) { return equal_folded(known, word); });
  return found == words.end() ? std::nullopt : std::optional<std::size_t>(found - words.begin());
}

// A whole number, with or without a sign; nothing else.
std::optional<int> whole_number(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  int number = 0;
  const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : text_(text) {}

  std::expected<Recurrence, std::vector<RecurrenceFault>> read() {
    if (text_.size() > kMaxRecurrenceBytes) {
      fault(text_, fmt::format("a rule has at most {} bytes", kMaxRecurrenceBytes));
      return std::unexpected(std::move(faults_));
    }
    std::string_view rest = trim(text_);
    constexpr std::string_view kPrefix = "RRULE:";
    if (equal_folded(rest.substr(0, kPrefix.size()), kPrefix)) rest.remove_prefix(kPrefix.size());
    if (rest.ends_with(';')) rest.remove_suffix(1);
    for (bool more = true; more;) {
      const std::size_t end = std::min(rest.find(';'), rest.size());
      read_part(rest.substr(0, end));
      more = end < rest.size();
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (part(0).empty() && !refused_frequency_)
      fault(text_, "the rule lacks FREQ: DAILY, WEEKLY, MONTHLY or YEARLY; write FREQ=WEEKLY;BYDAY=WE");
    check_together();
    if (!faults_.empty()) {
      std::ranges::sort(faults_, {}, &RecurrenceFault::offset);
      return std::unexpected(std::move(faults_));
    }
    return std::move(rule_);
  }

 private:
  // `piece` is of text_; an empty one is the place where it should be.
  void fault(std::string_view piece, std::string message) {
    const auto offset = static_cast<std::size_t>(piece.data() - text_.data());
    faults_.push_back(
        {.offset = offset, .length = std::max<std::size_t>(piece.size(), 1), .message = std::move(message)});
  }

  std::string_view part(std::size_t index) const { return parts_.at(index); }
  std::string_view part(std::string_view name) const { return parts_.at(*index_of(kParts, name)); }

  void read_part(std::string_view written) {
    const std::string_view whole = trim(written);
    const std::size_t equals = whole.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      return fault(whole.empty() ? written : whole,
                   whole.empty()
                       ? "nothing stands here; parts are written NAME=VALUE, with ; between them"
                       : fmt::format("`{}` is no part of a rule; parts are written NAME=VALUE", whole));
    }
    const std::string_view name = trim(whole.substr(0, equals));
    const std::string_view value = trim(whole.substr(equals + 1));
    if (index_of(kTimeParts, name)) {
      return fault(name,
                   fmt::format("{} is a time of day, which stands beside the rule, under `at`", upper(name)));
    }
    const auto index = index_of(kParts, name);
    if (!index) return unknown_part(name);
    if (!parts_[*index].empty())
      return fault(name, fmt::format("{} stands here again; every part stands once", kParts[*index]));
    parts_[*index] = whole;
    if (value.empty()) {
      refused_frequency_ = refused_frequency_ || kParts[*index] == "FREQ";
      return fault(whole, fmt::format("{} has no value", kParts[*index]));
    }
    read_value(kParts[*index], value);
  }

  void unknown_part(std::string_view name) {
    const std::vector<std::string> known(kParts.begin(), kParts.end());
    const std::string guess = did_you_mean(name, known);
    fault(name, fmt::format("`{}` is no part of a rule{}", name,
                            guess.empty() ? fmt::format("; there are {}", fmt::join(kParts, ", ")) : guess));
  }

  void read_value(std::string_view part, std::string_view value) {
    if (part == "FREQ") return read_frequency(value);
    if (part == "INTERVAL") return read_interval(value);
    if (part == "COUNT") return read_count(value);
    if (part == "UNTIL") return read_until(value);
    if (part == "BYDAY") return read_days(value);
    if (part == "BYMONTHDAY")
      return read_numbers(part, value, -kDaysInMonth, kDaysInMonth, rule_.by_month_day);
    if (part == "BYYEARDAY") return read_numbers(part, value, -kDaysInYear, kDaysInYear, rule_.by_year_day);
    if (part == "BYWEEKNO")
      return read_numbers(part, value, -kWeeksInYear, kWeeksInYear, rule_.by_week_number);
    if (part == "BYMONTH") return read_numbers(part, value, 1, kMonths, rule_.by_month);
    if (part == "BYSETPOS") return read_numbers(part, value, -kDaysInYear, kDaysInYear, rule_.by_set_pos);
    if (const auto day = read_weekday(value)) rule_.week_start = *day;
  }

  void read_frequency(std::string_view value) {
    if (const auto index = index_of(kFrequencies, value)) {
      rule_.frequency = static_cast<Frequency>(*index);
      return;
    }
    refused_frequency_ = true;
    if (index_of(kSubDaily, value)) {
      return fault(value,
                   fmt::format("FREQ={} recurs within a day; rules name days, and `at` the times of each: "
                               "DAILY, WEEKLY, MONTHLY or YEARLY",
                               upper(value)));
    }
    const std::vector<std::string> known(kFrequencies.begin(), kFrequencies.end());
    const std::string guess = did_you_mean(value, known);
    fault(value, fmt::format("FREQ is DAILY, WEEKLY, MONTHLY or YEARLY, not `{}`{}", value, guess));
  }

  void read_interval(std::string_view value) {
    if (const auto number = positive("INTERVAL", value, kMostRecurrenceInterval)) rule_.interval = *number;
  }
  void read_count(std::string_view value) { rule_.count = positive("COUNT", value, kMostRecurrenceCount); }

  std::optional<unsigned> positive(std::string_view part, std::string_view value, unsigned most) {
    const auto number = whole_number(value);
    if (number && *number >= 1 && *number <= static_cast<int>(most)) return static_cast<unsigned>(*number);
    fault(value, fmt::format("{} is a number from 1 to {}, not `{}`", part, most, value));
    return std::nullopt;
  }

  void read_until(std::string_view value) {
    constexpr std::size_t kDateBytes = 8;
    if (value.size() == kDateBytes) {
      rule_.until =
          parse_day(fmt::format("{}-{}-{}", value.substr(0, 4), value.substr(4, 2), value.substr(6)));
    }
    if (!rule_.until)
      fault(value, fmt::format("UNTIL is a day without a time, written 20221231, not `{}`", value));
  }

  template <class Read>
  void each(std::string_view part, std::string_view value, const Read& read) {
    for (bool more = true; more;) {
      const std::size_t end = std::min(value.find(','), value.size());
      const std::string_view item = trim(value.substr(0, end));
      if (item.empty()) {
        fault(value.substr(0, end), fmt::format("a value of {} is missing here", part));
      } else {
        read(item);
      }
      more = end < value.size();
      value.remove_prefix(std::min(end + 1, value.size()));
    }
  }

  template <class Element>
  void add_once(std::string_view item, std::vector<Element>& list, Element element) {
    if (std::ranges::find(list, element) != list.end())
      return fault(item, fmt::format("{} stands here twice", item));
    list.push_back(element);
  }

  void read_numbers(std::string_view part, std::string_view value, int least, int most,
                    std::vector<int>& list) {
    each(part, value, [&](std::string_view item) {
      const auto number = whole_number(item);
      if (number && *number != 0 && *number >= least && *number <= most) return add_once(item, list, *number);
      const std::string range = least < 0 ? fmt::format("1 to {0}, or -1 to -{0} from the end", most)
                                          : fmt::format("{} to {}", least, most);
      fault(item, fmt::format("{} holds numbers from {}, not `{}`", part, range, item));
    });
  }

  std::optional<std::chrono::weekday> read_weekday(std::string_view text) {
    if (const auto index = index_of(kWeekdays, text))
      return std::chrono::weekday(static_cast<unsigned>(*index));
    const std::vector<std::string> known(kWeekdays.begin(), kWeekdays.end());
    fault(text, fmt::format("`{}` is no weekday; they are written MO, TU, WE, TH, FR, SA, SU", text));
    return std::nullopt;
  }

  void read_days(std::string_view value) {
    each("BYDAY", value, [&](std::string_view item) {
      constexpr std::size_t kNameBytes = 2;
      const std::string_view name = item.substr(item.size() - std::min(item.size(), kNameBytes));
      const std::string_view number = item.substr(0, item.size() - name.size());
      const auto day = index_of(kWeekdays, name);
      const auto ordinal = number.empty() ? 0 : whole_number(number);
      if (!day) return void(read_weekday(item));
      if (!ordinal || (!number.empty() && *ordinal == 0) || std::abs(*ordinal) > kWeeksInYear) {
        return fault(item, fmt::format("`{}` is no number of a weekday; 1{} is the first, -1{} the last",
                                       number, kWeekdays[*day], kWeekdays[*day]));
      }
      add_once(item, rule_.by_day,
               RecurrenceDay{.ordinal = *ordinal, .day = std::chrono::weekday(static_cast<unsigned>(*day))});
    });
  }

  // --- what parts mean to each other

  void check_together() {
    const bool known_frequency = !part("FREQ").empty() && !refused_frequency_;
    const Frequency frequency = rule_.frequency;
    if (!part("COUNT").empty() && !part("UNTIL").empty())
      fault(part("UNTIL"), "UNTIL and COUNT both end the rule; keep one");
    if (!part("BYSETPOS").empty() && !chooses_days() && part("BYMONTH").empty())
      fault(part("BYSETPOS"),
            "BYSETPOS takes some of the days that other parts name, and there is none such as BYDAY");
    if (!known_frequency) return;
    if (frequency == Frequency::kWeekly) not_with("BYMONTHDAY", "WEEKLY", "FREQ=MONTHLY");
    if (frequency != Frequency::kYearly) not_with("BYYEARDAY", kFrequencies[index(frequency)], "FREQ=YEARLY");
    if (frequency != Frequency::kYearly) not_with("BYWEEKNO", kFrequencies[index(frequency)], "FREQ=YEARLY");
    check_ordinals();
    check_months();
  }

  static std::size_t index(Frequency frequency) { return static_cast<std::size_t>(frequency); }

  bool chooses_days() const {
    return !part("BYDAY").empty() || !part("BYMONTHDAY").empty() || !part("BYYEARDAY").empty() ||
           !part("BYWEEKNO").empty();
  }

  void not_with(std::string_view name, std::string_view frequency, std::string_view remedy) {
    if (!part(name).empty())
      fault(part(name), fmt::format("{} has no meaning with FREQ={}; write {}", name, frequency, remedy));
  }

  void check_ordinals() {
    const bool numbered =
        std::ranges::any_of(rule_.by_day, [](const RecurrenceDay& day) { return day.ordinal != 0; });
    if (!numbered) return;
    const bool monthly = rule_.frequency == Frequency::kMonthly;
    if (!monthly && rule_.frequency != Frequency::kYearly) {
      return fault(part("BYDAY"),
                   "numbered weekdays such as 1MO are of a month or year; write FREQ=MONTHLY or FREQ=YEARLY");
    }
    if (!part("BYWEEKNO").empty()) return fault(part("BYDAY"), "numbered weekdays do not go with BYWEEKNO");
    const bool of_month = monthly || !rule_.by_month.empty();
    for (const RecurrenceDay& day : rule_.by_day) {
      if (of_month && std::abs(day.ordinal) > kWeekdaysInMonth) {
        return fault(part("BYDAY"), fmt::format("no month has a {}th {}", std::abs(day.ordinal),
                                                kWeekdayNames[day.day.c_encoding()]));
      }
    }
  }

  // 30 February, and the like: a rule that never comes to a day.
  void check_months() {
    if (rule_.by_month.empty() || rule_.by_month_day.empty()) return;
    for (const int month : rule_.by_month) {
      for (const int day : rule_.by_month_day) {
        if (std::abs(day) <= kMostDays[static_cast<std::size_t>(month - 1)]) return;
      }
    }
    fault(part("BYMONTHDAY"), "none of these months has such a day, so the rule never comes to one");
  }

  std::string_view text_;
  std::array<std::string_view, kParts.size()> parts_{};  // as written, NAME=VALUE
  bool refused_frequency_ = false;
  Recurrence rule_{};
  std::vector<RecurrenceFault> faults_{};
};

std::string join(const std::vector<int>& numbers) { return fmt::format("{}", fmt::join(numbers, ",")); }

// "Tuesday", "Tuesday and Thursday", "1, 2 and 3".
std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  return text;
}

// "first", "third to last", "21st".
std::string ordinal(int number) {
  constexpr std::array kWords = {"first"sv, "second"sv, "third"sv, "fourth"sv, "fifth"sv};
  const auto count = static_cast<std::size_t>(std::abs(number));
  if (number == -1) return "last";
  constexpr std::size_t kTeenFrom = 11;
  constexpr std::size_t kTeenTo = 13;
  constexpr std::array kEnds = {"th"sv, "st"sv, "nd"sv, "rd"sv};
  const bool teen = count % 100 >= kTeenFrom && count % 100 <= kTeenTo;
  const std::size_t digit = count % 10;
  const std::string word = count <= kWords.size()
                               ? std::string(kWords[count - 1])
                               : fmt::format("{}{}", count, kEnds[teen || digit > 3 ? 0 : digit]);
  return number < 0 ? word + " to last" : word;
}

template <class Element, class Say>
std::string each_said(const std::vector<Element>& list, const Say& say) {
  std::vector<std::string> words;
  for (const Element& element : list) words.emplace_back(say(element));
  return listed(words);
}

}  // namespace

std::expected<Recurrence, std::vector<RecurrenceFault>> parse_recurrence(std::string_view text) {
  return RuleReader(text).read();
}

std::string to_string(const Recurrence& rule) {
  std::string text = fmt::format("FREQ={}", kFrequencies[static_cast<std::size_t>(rule.frequency)]);
  if (rule.interval != 1) text += fmt::format(";INTERVAL={}", rule.interval);
  if (rule.count) text += fmt::format(";COUNT={}", *rule.count);
  if (rule.until) {
    std::string day = format_day(*rule.until);
    std::erase(day, '-');
    text += ";UNTIL=" + day;
  }
  if (!rule.by_month.empty()) text += ";BYMONTH=" + join(rule.by_month);
  if (!rule.by_week_number.empty()) text += ";BYWEEKNO=" + join(rule.by_week_number);
  if (!rule.by_year_day.empty()) text += ";BYYEARDAY=" + join(rule.by_year_day);
  if (!rule.by_month_day.empty()) text += ";BYMONTHDAY=" + join(rule.by_month_day);
  std::vector<std::string> days;
  for (const RecurrenceDay& day : rule.by_day) {
    const std::string number = day.ordinal == 0 ? "" : fmt::format("{}", day.ordinal);
    days.push_back(number + std::string(kWeekdays[day.day.c_encoding()]));
  }
  if (!days.empty()) text += fmt::format(";BYDAY={}", fmt::join(days, ","));
  if (!rule.by_set_pos.empty()) text += ";BYSETPOS=" + join(rule.by_set_pos);
  if (rule.week_start != std::chrono::Monday)
    text += fmt::format(";WKST={}", kWeekdays[rule.week_start.c_encoding()]);
  return text;
}

std::string describe(const Recurrence& rule) {
  constexpr std::array kPeriods = {"day"sv, "week"sv, "month"sv, "year"sv};
  const std::string_view period = kPeriods[static_cast<std::size_t>(rule.frequency)];
  std::string text = rule.interval == 1 ? fmt::format("every {}", period)
                                        : fmt::format("every {} {}s", rule.interval, period);
  std::vector<std::string> on;
  for (const RecurrenceDay& day : rule.by_day) {
    const std::string_view name = kWeekdayNames[day.day.c_encoding()];
    on.push_back(day.ordinal == 0 ? std::string(name) : fmt::format("the {} {}", ordinal(day.ordinal), name));
  }
  const auto day = [](int value) {
    return value > 0 ? fmt::format("day {}", value) : fmt::format("the {} day", ordinal(value));
  };
  const auto week = [](int value) {
    return value > 0 ? fmt::format("week {}", value) : fmt::format("the {} week", ordinal(value));
  };
  if (!on.empty()) text += " on " + listed(on);
  if (!rule.by_month_day.empty()) {
    text += fmt::format("{} on {} of the month", on.empty() ? "" : ", if it falls",
                        each_said(rule.by_month_day, day));
  }
  if (!rule.by_year_day.empty()) text += fmt::format(" on {} of the year", each_said(rule.by_year_day, day));
  if (!rule.by_week_number.empty()) text += fmt::format(" in {}", each_said(rule.by_week_number, week));
  if (!rule.by_month.empty()) {
    text += " in " + each_said(rule.by_month,
                               [](int month) { return kMonthNames[static_cast<std::size_t>(month - 1)]; });
  }
  if (!rule.by_set_pos.empty()) {
    text += fmt::format(", the {} of these days in the {}", each_said(rule.by_set_pos, ordinal), period);
  }
  if (rule.count) text += fmt::format(", {} times", *rule.count);
  if (rule.until) text += fmt::format(", until {}", display_day(*rule.until));
  return text;
}

bool needs_first_day(const Recurrence& rule) {
  const bool names_days = !rule.by_day.empty() || !rule.by_month_day.empty() || !rule.by_year_day.empty();
  return rule.interval > 1 || rule.count.has_value() || (rule.frequency != Frequency::kDaily && !names_days);
}

}  // namespace plumbline
