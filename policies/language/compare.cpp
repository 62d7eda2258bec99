#include "policies/language/compare.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "base/utf8.h"
#include "records/cell.h"
#include "records/record_id.h"

namespace plumbline {
namespace {

template <class T>
int three_way(const T& a, const T& b) {
  if (a < b) return -1;
  return b < a ? 1 : 0;
}

// Up to here every whole number of hundredths is a double of its own.
constexpr double kMostExactHundredths = 9'007'199'254'740'992.0;

// The amount a number was written as: 1000.01 has no binary form, yet whoever wrote it meant no other.
std::optional<Money> written_amount(double number) {
  const double hundredths = std::round(number * 100.0);
  const bool exact = std::abs(hundredths) <= kMostExactHundredths && hundredths / 100.0 == number;
  return exact ? std::optional(Money{static_cast<std::int64_t>(hundredths)}) : std::nullopt;
}

int compare_money(Money money, double number) {
  const auto amount = written_amount(number);
  return amount ? three_way(money, *amount) : compare_money_number(money, number);
}

int compare_numeric(const Value& left, const Value& right) {
  if (left.type == ValueType::kMoney && right.type == ValueType::kMoney)
    return three_way(left.money, right.money);
  if (left.type == ValueType::kMoney) return compare_money(left.money, right.number);
  if (right.type == ValueType::kMoney) return -compare_money(right.money, left.number);
  return three_way(left.number, right.number);
}

std::optional<double> number_in(std::string_view text) {
  const CellValue cell = read_cell(text, FieldType::kNumber);
  return cell.kind == CellKind::kKnown ? std::optional(cell.number) : std::nullopt;
}

// Where one side is numeric text: by the numbers, if both sides hold one.
int compare_texts(const Value& left, const Value& right) {
  if (left.type == ValueType::kNumericText || right.type == ValueType::kNumericText) {
    const auto a = number_in(left.text);
    const auto b = a ? number_in(right.text) : std::nullopt;
    if (b) return three_way(*a, *b);
  }
  return compare_folded(left.text, right.text);
}

int compare_choices(const Value& left, const Value& right) {
  return same_choices(left.text, right.text) ? 0 : compare_folded(left.text, right.text);
}

template <class Visit>
void each_choice(std::string_view choices, const Visit& visit) {
  while (!choices.empty()) {
    const std::size_t end = std::min(choices.find(';'), choices.size());
    const std::string_view choice = trim(choices.substr(0, end));
    if (!choice.empty()) visit(choice);
    choices.remove_prefix(std::min(end + 1, choices.size()));
  }
}

bool has_choice(std::string_view choices, std::string_view wanted) {
  bool found = false;
  each_choice(choices, [&](std::string_view choice) { found = found || equal_folded(choice, wanted); });
  return found;
}

// One position of a LIKE pattern: a character, or "any one".
struct LikeMark {
  char32_t character = 0;
  bool any = false;
};

// The pattern between two %, folded.
struct LikePart {
  std::vector<LikeMark> marks;
};

std::vector<LikePart> like_parts(std::string_view pattern) {
  const std::string folded = fold_case(pattern);
  std::vector<LikePart> parts(1);
  for (std::size_t i = 0; i < folded.size();) {
    char32_t c = decode_utf8(folded, i);
    if (c == '\\' && i < folded.size() && (folded[i] == '%' || folded[i] == '_')) {
      parts.back().marks.push_back({.character = decode_utf8(folded, i)});
    } else if (c == '%') {
      parts.emplace_back();
    } else {
      parts.back().marks.push_back({.character = c, .any = c == '_'});
    }
  }
  return parts;
}

bool part_at(const std::u32string& text, std::size_t at, const LikePart& part) {
  if (text.size() - at < part.marks.size()) return false;
  for (std::size_t i = 0; i < part.marks.size(); ++i) {
    if (!part.marks[i].any && part.marks[i].character != text[at + i]) return false;
  }
  return true;
}

std::u32string folded_characters(std::string_view text) {
  const std::string folded = fold_case(trim(text));
  std::u32string characters;
  for (std::size_t i = 0; i < folded.size();) characters += decode_utf8(folded, i);
  return characters;
}

}  // namespace

int compare_values(const Value& left, const Value& right) {
  switch (left.type) {
    case ValueType::kBoolean:
      return three_way(left.boolean, right.boolean);
    case ValueType::kNumber:
    case ValueType::kMoney:
      return compare_numeric(left, right);
    case ValueType::kDate:
      return three_way(left.day, right.day);
    case ValueType::kDateTime:
      return three_way(left.instant, right.instant);
    case ValueType::kId:
      return three_way(id_key(left.text), id_key(right.text));
    case ValueType::kMultiPicklist:
      return compare_choices(left, right);
    case ValueType::kText:
    case ValueType::kNumericText:
    case ValueType::kNull:
      break;
  }
  if (right.type == ValueType::kId) return three_way(id_key(left.text), id_key(right.text));
  if (right.type == ValueType::kMultiPicklist) return compare_choices(left, right);
  return compare_texts(left, right);
}

bool compare_known(const Value& left, CompareOp op, const Value& right) {
  if (left.is_null() || right.is_null()) {
    const bool both = left.is_null() && right.is_null();
    if (op == CompareOp::kNotEqual) return !both;
    return op == CompareOp::kEqual && both;
  }
  const int order = compare_values(left, right);
  switch (op) {
    case CompareOp::kEqual:
      return order == 0;
    case CompareOp::kNotEqual:
      return order != 0;
    case CompareOp::kLess:
      return order < 0;
    case CompareOp::kLessOrEqual:
      return order <= 0;
    case CompareOp::kGreater:
      return order > 0;
    case CompareOp::kGreaterOrEqual:
      return order >= 0;
  }
  return false;
}

bool same_choices(std::string_view left, std::string_view right) {
  return includes_choices(left, right) && includes_choices(right, left);
}

bool includes_choices(std::string_view choices, std::string_view group) {
  bool all = true;
  each_choice(group, [&](std::string_view choice) { all = all && has_choice(choices, choice); });
  return all;
}

bool matches_like(std::string_view text, std::string_view pattern) {
  const std::vector<LikePart> parts = like_parts(pattern);
  const std::u32string characters = folded_characters(text);
  std::size_t at = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool first = i == 0;
    const bool last = i + 1 == parts.size();
    if (last && !first) {
      if (characters.size() < at + parts[i].marks.size()) return false;
      return part_at(characters, characters.size() - parts[i].marks.size(), parts[i]);
    }
    if (first) {
      if (!part_at(characters, 0, parts[i])) return false;
      if (last) return characters.size() == parts[i].marks.size();
    } else {
      while (at <= characters.size() && !part_at(characters, at, parts[i])) ++at;
      if (at > characters.size()) return false;
    }
    at += parts[i].marks.size();
  }
  return true;
}

}  // namespace plumbline
