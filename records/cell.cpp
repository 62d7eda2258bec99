// A cell is read in three steps. The shapes that exports consist of are tried first, on the cell as it
// stands. What has none of them is trimmed and read by the general readers. What these do not accept is
// looked at a third time, to find out what a person did: a currency sign, a decimal comma, an American date.
#include "records/cell.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/utf8.h"
#include "records/cell_shapes.h"

namespace plumbline {
namespace {

using std::string_view_literals::operator""sv;

bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_ascii_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_plain_space(char c) { return c == ' ' || c == '\t'; }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, ascii_lower, ascii_lower);
}

CellValue unknown(std::string_view reason) {
  CellValue value;
  value.kind = CellKind::kUnknown;
  value.reason = reason;
  return value;
}

CellValue known() {
  CellValue value;
  value.kind = CellKind::kKnown;
  return value;
}

// ---- numbers

// The whole text as a finite number. from_chars alone takes "inf" and "nan" too.
std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, value);
  if (fault != std::errc{} || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

constexpr std::array kCurrencySigns = {"$"sv, "€"sv, "£"sv, "¥"sv, "₹"sv, "₽"sv, "₩"sv, "₺"sv, "zł"sv};

bool has_currency_sign(std::string_view text) {
  const auto contained = [text](std::string_view sign) { return text.find(sign) != std::string_view::npos; };
  if (std::ranges::any_of(kCurrencySigns, contained)) return true;
  // USD 1234.50 or 1234.50 USD
  constexpr std::size_t kCodeLetters = 3;
  if (text.size() <= kCodeLetters) return false;
  const std::string_view head = text.substr(0, kCodeLetters);
  const std::string_view tail = text.substr(text.size() - kCodeLetters);
  return (std::ranges::all_of(head, is_capital) && !is_ascii_letter(text[kCodeLetters])) ||
         (std::ranges::all_of(tail, is_capital) && !is_ascii_letter(text[text.size() - kCodeLetters - 1]));
}

bool is_in_brackets(std::string_view text) {
  return text.size() > 2 && text.front() == '(' && text.back() == ')';
}

// 1,234 and 1,234,567.50: every comma has three digits behind it, and no point comes before one.
bool commas_group_thousands(std::string_view text) {
  const std::size_t point = text.find('.');
  constexpr std::size_t kGroup = 3;
  for (std::size_t comma = text.find(','); comma != std::string_view::npos;
       comma = text.find(',', comma + 1)) {
    const std::string_view group = text.substr(comma + 1, kGroup);
    const std::size_t next = comma + 1 + kGroup;
    if (comma > point || group.size() != kGroup || !std::ranges::all_of(group, is_ascii_digit)) return false;
    if (next < text.size() && is_ascii_digit(text[next])) return false;
  }
  return true;
}

// 1 234.50, 1'234 and the no-break spaces that spreadsheets put between groups.
bool has_spaced_groups(std::string_view text) {
  constexpr std::array kSeparators = {" "sv, "'"sv, "’"sv, "\u00A0"sv, "\u202F"sv, "\u2009"sv};
  const bool starts_well = is_ascii_digit(text.front()) || text.front() == '-';
  return starts_well && is_ascii_digit(text.back()) &&
         std::ranges::any_of(kSeparators,
                             [text](auto sign) { return text.find(sign) != std::string_view::npos; }) &&
         std::ranges::none_of(text, is_ascii_letter);
}

std::string_view number_fault(std::string_view text) {
  if (has_currency_sign(text)) {
    return "the number has a currency sign; write 1234.50 without the currency sign, or map the column as "
           "text";
  }
  if (text.ends_with('%')) {
    return "the number has a percent sign; write 12.5 without the percent sign, or map the column as text";
  }
  if (is_in_brackets(text)) {
    return "the number is in brackets; write a negative number as -1234.50, or map the column as text";
  }
  if (text.find(',') != std::string_view::npos && std::ranges::none_of(text, is_ascii_letter)) {
    if (commas_group_thousands(text)) {
      return "the number has a thousands separator; write 1234.50 without the comma, or map the column as "
             "text";
    }
    return "the number has a decimal comma; write 1234.50 with a point, or map the column as text";
  }
  if (has_spaced_groups(text)) {
    return "the number has a thousands separator; write 1234.50 without blanks or apostrophes, or map the "
           "column as "
           "text";
  }
  return "this is not a number; write it as 1234.50 or 1.0E7, or map the column as text";
}

// 1e999 has the form of a number and yet none that can be kept.
bool is_out_of_range(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, value);
  return fault == std::errc::result_out_of_range && stop == end;
}

constexpr std::string_view kNumberTooLarge =
    "the number is too large or too small to be kept; check the cell";

CellValue read_number(std::string_view text) {
  if (const auto number = parse_number(text)) {
    CellValue value = known();
    value.number = *number;
    return value;
  }
  return unknown(is_out_of_range(text) ? kNumberTooLarge : number_fault(text));
}

std::string_view money_fault(std::string_view text) {
  const auto number = parse_number(text);
  if (!number) return is_out_of_range(text) ? kNumberTooLarge : number_fault(text);
  constexpr double kHundred = 100;
  if (std::abs(*number) > static_cast<double>(kMoneyMaxHundredths) / kHundred) return kNumberTooLarge;
  return "the amount has more than 2 decimal places and is rejected, not rounded; write it as 1234.50, or "
         "map the "
         "column as a number";
}

CellValue read_money(std::string_view text) {
  if (const auto money = parse_money(text)) {
    CellValue value = known();
    value.money = *money;
    return value;
  }
  return unknown(money_fault(text));
}

CellValue read_boolean(std::string_view text) {
  CellValue value = known();
  if (text == "1" || equal_ignoring_case(text, "true")) {
    value.boolean = true;
  } else if (text != "0" && !equal_ignoring_case(text, "false")) {
    return unknown(
        "this is neither true nor false; write true, false, 1 or 0, or leave the cell blank for false");
  }
  return value;
}

// ---- dates

constexpr std::size_t kIsoDayLength = 10;

// NNNN-NN-NN, whether or not there is such a day.
bool has_iso_day_shape(std::string_view text) {
  if (text.size() < kIsoDayLength) return false;
  for (std::size_t i = 0; i < kIsoDayLength; ++i) {
    const bool dash = i == 4 || i == 7;
    if (dash ? text[i] != '-' : !is_ascii_digit(text[i])) return false;
  }
  return true;
}

// Spreadsheets count days from 1900, so a date of our time that lost its format has five digits.
bool is_spreadsheet_serial(std::string_view text) {
  constexpr std::size_t kSerialDigits = 5;
  const std::string_view whole = text.substr(0, text.find('.'));
  return whole.size() == kSerialDigits && std::ranges::all_of(whole, is_ascii_digit);
}

std::string_view date_fault(std::string_view text) {
  if (has_iso_day_shape(text) && !parse_day(text.substr(0, kIsoDayLength))) {
    return "there is no such day in the calendar; correct the date";
  }
  if (is_spreadsheet_serial(text)) {
    return "this looks like a spreadsheet's day number; format the column as YYYY-MM-DD before it is saved";
  }
  if (!text.empty() && is_ascii_digit(text.front()) && text.find_first_of("/.-") != std::string_view::npos) {
    return "the date is not written YYYY-MM-DD; declare how it is written in a field map, such as "
           "format: \"%m/%d/%Y\"";
  }
  return "this is not a date; write it as YYYY-MM-DD, or declare its format in a field map";
}

// The day part counts as it is written: a date has no zone to convert it to.
CellValue read_date(std::string_view text) {
  std::optional<Day> day = parse_day(text);
  if (!day && text.size() > kIsoDayLength && parse_instant(text))
    day = parse_day(text.substr(0, kIsoDayLength));
  if (!day) return unknown(date_fault(text));
  CellValue value = known();
  value.day = *day;
  return value;
}

std::string_view datetime_fault(std::string_view text) {
  if (parse_day(text)) {
    return "the cell has a date without a time; to read it as midnight UTC declare format: \"%Y-%m-%d\" in a "
           "field "
           "map";
  }
  if (has_iso_day_shape(text) && text.size() > kIsoDayLength && text[kIsoDayLength] == ' ') {
    return "the date and the time are parted by a blank and no zone is given; to read it as UTC declare "
           "format: "
           "\"%Y-%m-%d %H:%M:%S\" in a field map";
  }
  if (has_iso_day_shape(text) && parse_day(text.substr(0, kIsoDayLength))) {
    return "the time is incomplete or has no zone; write it as 2024-01-31T09:00:00Z, or declare its format "
           "in a field "
           "map";
  }
  if (has_iso_day_shape(text) || is_spreadsheet_serial(text)) return date_fault(text);
  return "this is not a date and time; write it as 2024-01-31T09:00:00Z, or declare its format in a field "
         "map";
}

CellValue read_datetime(std::string_view text) {
  const auto instant = parse_instant(text);
  if (!instant) return unknown(datetime_fault(text));
  CellValue value = known();
  value.instant = *instant;
  return value;
}

CellValue read_formatted(std::string_view text, std::string_view format) {
  const auto parsed = parse_with_format(text, format);
  if (!parsed)
    return unknown("the cell does not match the format the field map declares; correct one of the two");
  CellValue value = known();
  value.day = parsed->day;
  value.instant = Instant{parsed->day.time_since_epoch() + parsed->time};
  return value;
}

CellValue read_text(std::string_view text) {
  if (is_valid_utf8(text)) return known();
  return unknown(
      "the text is not UTF-8, and looks like Windows-1252 or Latin-1; save the file as UTF-8 (in a "
      "spreadsheet: "
      "\"CSV UTF-8\")");
}

// ---- formats of dates

constexpr std::array kMonths = {"january"sv,   "february"sv, "march"sv,    "april"sv,
                                "may"sv,       "june"sv,     "july"sv,     "august"sv,
                                "september"sv, "october"sv,  "november"sv, "december"sv};
constexpr std::string_view kDirectives = "YymdbHIMSp%";

// Walks a text along a format; after a mismatch nothing more is read.
class FormatReader {
 public:
  explicit FormatReader(std::string_view text) : rest_(text) {}

  void directive(char kind) {
    switch (kind) {
      case 'Y':
        year_ = number(4, 4, 0, 9999);
        break;
      case 'y':
        year_ = century(number(2, 2, 0, 99));
        break;
      case 'm':
        month_ = number(1, 2, 1, 12);
        break;
      case 'd':
        day_ = number(1, 2, 1, 31);
        break;
      case 'H':
        hour_ = number(1, 2, 0, 23);
        break;
      case 'I':
        hour_ = number(1, 2, 1, 12) % 12;
        break;
      case 'M':
        minute_ = number(1, 2, 0, 59);
        break;
      case 'S':
        second_ = number(1, 2, 0, 59);
        break;
      case 'b':
        month_name();
        break;
      case 'p':
        half_of_day();
        break;
      default:
        literal('%');
        break;
    }
  }

  void literal(char c) {
    if (is_plain_space(c)) {
      while (!rest_.empty() && is_plain_space(rest_.front())) rest_.remove_prefix(1);
    } else if (rest_.starts_with(c)) {
      rest_.remove_prefix(1);
    } else {
      matches_ = false;
    }
  }

  std::optional<FormattedTime> result() const {
    using std::chrono::hours, std::chrono::minutes, std::chrono::seconds;
    const std::chrono::year_month_day date{std::chrono::year{year_},
                                           std::chrono::month{static_cast<unsigned>(month_)},
                                           std::chrono::day{static_cast<unsigned>(day_)}};
    if (!matches_ || !rest_.empty() || !date.ok()) return std::nullopt;
    const Day day{date};
    if (day < kFirstDay || day > kLastDay) return std::nullopt;
    return FormattedTime{.day = day, .time = hours{hour_ + afternoon_} + minutes{minute_} + seconds{second_}};
  }

 private:
  int number(std::size_t fewest, std::size_t most, int low, int high) {
    std::size_t digits = 0;
    int value = 0;
    while (digits < most && digits < rest_.size() && is_ascii_digit(rest_[digits])) {
      value = value * 10 + (rest_[digits++] - '0');
    }
    rest_.remove_prefix(digits);
    if (digits < fewest || value < low || value > high) matches_ = false;
    return value;
  }

  // As POSIX splits two-digit years, shifted to the years a CRM knows.
  static int century(int year) { return year < 70 ? 2000 + year : 1900 + year; }

  void month_name() {
    constexpr std::size_t kShortName = 3;
    const auto* const end = std::ranges::find_if_not(rest_, is_ascii_letter);
    const std::string_view word(rest_.data(), static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(word.size());
    for (std::size_t i = 0; i < kMonths.size(); ++i) {
      if (equal_ignoring_case(word, kMonths[i]) ||
          equal_ignoring_case(word, kMonths[i].substr(0, kShortName))) {
        month_ = static_cast<int>(i) + 1;
        return;
      }
    }
    matches_ = false;
  }

  void half_of_day() {
    const std::string_view half = rest_.substr(0, 2);
    rest_.remove_prefix(half.size());
    if (equal_ignoring_case(half, "pm")) {
      afternoon_ = 12;
    } else if (!equal_ignoring_case(half, "am")) {
      matches_ = false;
    }
  }

  std::string_view rest_;
  bool matches_ = true;
  int year_ = 0;
  int month_ = 0;
  int day_ = 0;
  int hour_ = 0;
  int afternoon_ = 0;
  int minute_ = 0;
  int second_ = 0;
};

bool has_directive(std::string_view format, std::string_view kinds) {
  for (std::size_t i = 0; i + 1 < format.size(); ++i) {
    if (format[i] != '%') continue;
    ++i;
    if (kinds.find(format[i]) != std::string_view::npos) return true;
  }
  return false;
}

CellValue read_any_cell(std::string_view text, FieldType type, std::string_view date_format) {
  const std::string_view bare = trim(text);
  if (bare.empty()) {
    return type == FieldType::kBoolean ? known() : CellValue{};
  }
  switch (type) {
    case FieldType::kBoolean:
      return read_boolean(bare);
    case FieldType::kNumber:
      return read_number(bare);
    case FieldType::kMoney:
      return read_money(bare);
    case FieldType::kDate:
      return date_format.empty() ? read_date(bare) : read_formatted(bare, date_format);
    case FieldType::kDateTime:
      return date_format.empty() ? read_datetime(bare) : read_formatted(bare, date_format);
    case FieldType::kText:
    case FieldType::kNumericText:
    case FieldType::kMultiPicklist:
    case FieldType::kId:
    case FieldType::kReference:
      return read_text(text);
  }
  return read_text(text);
}

template <class T>
bool take(const std::optional<T>& found, T& value) {
  if (found) value = *found;
  return found.has_value();
}

// Whether the cell has one of the shapes most cells of its type have; then `value` has what it says.
bool read_common_shape(std::string_view text, FieldType type, CellValue& value) {
  switch (type) {
    case FieldType::kBoolean:
      return take(cell_shapes::read_boolean(text), value.boolean);
    case FieldType::kNumber:
      return take(cell_shapes::read_number(text), value.number);
    case FieldType::kMoney:
      return take(cell_shapes::read_money(text), value.money);
    case FieldType::kDate:
      return take(cell_shapes::read_day(text), value.day);
    case FieldType::kDateTime:
      return take(cell_shapes::read_instant(text), value.instant);
    case FieldType::kText:
    case FieldType::kNumericText:
    case FieldType::kMultiPicklist:
    case FieldType::kId:
    case FieldType::kReference:
      return (is_ascii_letter(text.front()) || is_ascii_digit(text.front())) && is_valid_utf8(text);
  }
  return false;
}

}  // namespace

std::optional<FormattedTime> parse_with_format(std::string_view text, std::string_view format) {
  FormatReader reader(text);
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] == '%' && i + 1 < format.size()) {
      reader.directive(format[++i]);
    } else {
      reader.literal(format[i]);
    }
  }
  return reader.result();
}

std::string_view date_format_fault(std::string_view format) {
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    if (i + 1 == format.size() || kDirectives.find(format[i + 1]) == std::string_view::npos) {
      return "after % stands one of Y, y, m, d, b, H, I, M, S, p, %";
    }
    ++i;
  }
  const bool whole = has_directive(format, "Yy") && has_directive(format, "mb") && has_directive(format, "d");
  if (!whole) return "a date needs a year (%Y or %y), a month (%m or %b) and a day (%d)";
  if (has_directive(format, "I") != has_directive(format, "p")) {
    return "%I and %p (AM or PM) belong together; hours of 24 are %H";
  }
  return {};
}

CellValue read_cell(std::string_view text, FieldType type, std::string_view date_format) {
  CellValue value;
  if (text.empty()) {
    if (type == FieldType::kBoolean) value.kind = CellKind::kKnown;
    return value;
  }
  if (date_format.empty() && read_common_shape(text, type, value)) {
    value.kind = CellKind::kKnown;
    return value;
  }
  return read_any_cell(text, type, date_format);
}

}  // namespace plumbline
