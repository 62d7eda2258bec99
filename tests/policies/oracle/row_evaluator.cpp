#include "tests/policies/oracle/row_evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/utf8.h"
#include "policies/functions/currency.h"
#include "policies/functions/support.h"
#include "policies/language/compare.h"
#include "records/table_builder.h"

namespace plumbline::oracle {
namespace {

// Days are whole; anything beyond this many is outside the calendar anyway.
constexpr double kMaxDays = 5e6;

Value known(Truth truth) { return Value::of(truth == Truth::kTrue); }

Value outside_calendar() { return Value::unknown("the date would lie outside of the years 1700 to 4000"); }

double as_number(const Value& value) {
  return value.type == ValueType::kMoney ? static_cast<double>(value.money.hundredths) / 100.0 : value.number;
}

Value finite(double number) {
  return std::isfinite(number) ? Value::of(number) : Value::unknown("the calculation has no finite result");
}

}  // namespace

void RowEvaluator::start_record(RowIndex row, const TimeContext& time) {
  frames_[0] = row;
  time_ = &time;
  arena_.clear();
  reason_ = {};
}

Truth RowEvaluator::truth(const BoundExpr& condition) {
  const Value result = value(condition);
  if (result.is_unknown()) {
    reason_ = result.text;
    return Truth::kUnknown;
  }
  return result.is_known() && result.boolean ? Truth::kTrue : Truth::kFalse;
}

Value RowEvaluator::value(const BoundExpr& expression) {
  switch (expression.kind) {
    case BoundKind::kConstant:
      return constant(expression);
    case BoundKind::kField:
      return field(expression);
    case BoundKind::kNamed:
      return value(*expression.children[0]);
    case BoundKind::kAnd:
    case BoundKind::kOr:
      return both(expression);
    case BoundKind::kNot:
      return negation(expression);
    case BoundKind::kCompare:
      return compare(expression);
    case BoundKind::kLike:
      return like(expression);
    case BoundKind::kIn:
      return in_list(expression);
    case BoundKind::kInSelect:
      return in_select(expression);
    case BoundKind::kIncludes:
      return includes(expression);
    case BoundKind::kInRange:
      return in_range(expression);
    case BoundKind::kToday:
      return today(expression);
    case BoundKind::kArithmetic:
      return arithmetic(expression);
    case BoundKind::kNegate: {
      Value operand = value(*expression.children[0]);
      if (!operand.is_known()) return operand;
      if (operand.type == ValueType::kMoney) return Value::of(Money{-operand.money.hundredths});
      return Value::of(-operand.number);
    }
    case BoundKind::kCall:
      return call(expression);
    case BoundKind::kLookupTable:
      return lookup_table(expression);
    case BoundKind::kAggregate:
      return aggregate(expression);
    case BoundKind::kToNumber:
      return to_number(expression);
    case BoundKind::kLocalDay:
      return local_day(expression);
    case BoundKind::kFaulty:
      break;
  }
  return Value::unknown("the condition has a fault");
}

// A literal; EUR500 is turned into the organisation's currency just as the field beside it.
Value RowEvaluator::constant(const BoundExpr& expression) {
  if (expression.name.empty()) return expression.constant;
  const auto rate = snapshot_.currency_rates().rate(expression.name);
  if (!rate || *rate <= 0)
    return Value::unknown(
        arena_.keep(fmt::format("no conversion rate of {} is in the data", expression.name)));
  const auto money = converted_amount(expression.constant.money, *rate);
  return money ? Value::of(*money) : Value::unknown("the amount is too large to be converted");
}

RowEvaluator::Located RowEvaluator::locate(const RecordPath& path) {
  RowIndex row = frames_[path.frame];
  std::size_t object = path.object;
  for (const PathHop& hop : path.hops) {
    RowIndex next = kNoRow;
    if (hop.kind == PathHop::Kind::kLookup) {
      next = snapshot_.target(object, hop.index, row);
    } else {
      const auto rows = snapshot_.related(hop.index, row);
      const bool unsure = snapshot_.has_unplaced(hop.index) || snapshot_.table(hop.object) == nullptr;
      if (rows.empty() && unsure) next = kMissingRow;
      if (!rows.empty()) next = rows.back();
    }
    if (next == kNoRow) return {.trouble = Value::null()};
    if (next == kMissingRow) return {.trouble = missing_record(hop, object, row)};
    row = next;
    object = hop.object;
  }
  return {.row = row, .found = true};
}

Value RowEvaluator::missing_record(const PathHop& hop, std::size_t object, RowIndex row) {
  const Schema& schema = snapshot_.schema();
  if (hop.kind == PathHop::Kind::kLastRow) {
    const std::string& name = schema.object(hop.object).name;
    return Value::unknown(arena_.keep(snapshot_.table(hop.object) == nullptr
                                          ? fmt::format("{} is not in the data", name)
                                          : fmt::format("some rows of {} do not say whose they are", name)));
  }
  const std::string& field_name = schema.object(object).fields[hop.index].name;
  const Table* table = snapshot_.table(object);
  const Column* column = table == nullptr ? nullptr : table->column(hop.index);
  if (column != nullptr && column->kind(row) == CellKind::kKnown) {
    return Value::unknown(arena_.keep(fmt::format(
        "{} {} is not in the data ({})", schema.object(hop.object).name, column->text(row), field_name)));
  }
  return Value::unknown(arena_.keep(fmt::format("{} could not be read", field_name)));
}

Value RowEvaluator::read(std::size_t object, std::size_t field_index, RowIndex row,
                         const BoundExpr& expression) {
  const Table* table = snapshot_.table(object);
  const Column* column = table == nullptr ? nullptr : table->column(field_index);
  if (column == nullptr) {
    const FieldSchema& schema = snapshot_.schema().object(object).fields[field_index];
    if (equal_folded(schema.name, "IsDeleted")) return Value::of(false);
    return Value::unknown(arena_.keep(fmt::format("{} is not in the data", expression.name)));
  }
  switch (column->kind(row)) {
    case CellKind::kNull:
      return Value::null(expression.type);
    case CellKind::kUnknown:
      return Value::unknown(arena_.keep(fmt::format("{} could not be read", expression.name)));
    case CellKind::kKnown:
      break;
  }
  switch (column->type()) {
    case FieldType::kBoolean:
      return Value::of(column->boolean(row));
    case FieldType::kNumber:
      return Value::of(column->number(row));
    case FieldType::kMoney:
      return Value::of(column->money(row));
    case FieldType::kDate:
      return Value::of(column->day(row));
    case FieldType::kDateTime:
      return Value::of(column->instant(row));
    default:
      return Value::of(column->text(row), expression.type);
  }
}

Value RowEvaluator::field(const BoundExpr& expression) {
  const Located at = locate(expression.path);
  if (!at.found) return at.trouble;
  return read(expression.path.target(), expression.field, at.row, expression);
}

// AND is false as soon as one part is, OR true; an unknown part decides only where no other does.
Value RowEvaluator::both(const BoundExpr& expression) {
  const bool conjunction = expression.kind == BoundKind::kAnd;
  const Truth deciding = conjunction ? Truth::kFalse : Truth::kTrue;
  std::optional<std::string_view> first_reason;
  for (const Bound& child : expression.children) {
    const Truth part = truth(*child);
    if (part == deciding) return known(deciding);
    if (part == Truth::kUnknown && !first_reason) first_reason = reason_;
  }
  if (first_reason) return Value::unknown(*first_reason);
  return Value::of(conjunction);
}

Value RowEvaluator::negation(const BoundExpr& expression) {
  const Truth operand = truth(*expression.children[0]);
  if (operand == Truth::kUnknown) return Value::unknown(reason_);
  return Value::of(operand == Truth::kFalse);
}

Value RowEvaluator::compare(const BoundExpr& expression) {
  if (const auto counted = compare_count(expression)) return *counted;
  const Value left = value(*expression.children[0]);
  if (left.is_unknown()) return left;
  const Value right = value(*expression.children[1]);
  if (right.is_unknown()) return right;
  if (const auto empty = compare_truth_with_null(expression, left, right)) return *empty;
  return Value::of(compare_known(left, expression.compare, right));
}

// SOQL reads `b = null` as `b = false`. Behind an empty lookup b is null, and `b = null` holds as well.
std::optional<Value> RowEvaluator::compare_truth_with_null(const BoundExpr& expression, const Value& left,
                                                           const Value& right) {
  const auto is_side = [&](std::size_t side, ValueType type) {
    return expression.children[side]->type == type;
  };
  const bool truth_left = is_side(0, ValueType::kBoolean) && is_side(1, ValueType::kNull);
  const bool truth_right = is_side(1, ValueType::kBoolean) && is_side(0, ValueType::kNull);
  if (!truth_left && !truth_right) return std::nullopt;
  const Value& truth = truth_left ? left : right;
  const bool empty = truth.is_null() || !truth.boolean;
  return Value::of(empty == (expression.compare == CompareOp::kEqual));
}

// A count beside a number is decided where the rows that cannot be told could not change the answer.
std::optional<Value> RowEvaluator::compare_count(const BoundExpr& expression) {
  const auto is_count = [](const BoundExpr& side) {
    return side.kind == BoundKind::kAggregate && side.aggregate->kind == AggregateKind::kCount;
  };
  const BoundExpr& left = without_names(*expression.children[0]);
  const BoundExpr& right = without_names(*expression.children[1]);
  const bool left_counts = is_count(left);
  if (left_counts == is_count(right)) return std::nullopt;
  const BoundExpr& counting = left_counts ? left : right;
  const Value other = value(left_counts ? right : left);
  if (other.is_unknown()) return std::nullopt;
  Value trouble;
  const auto counted = count(*counting.aggregate, trouble);
  if (!counted) return trouble;
  const CompareOp op = left_counts ? expression.compare : mirrored(expression.compare);
  const auto holds = [&](double n) { return compare_known(Value::of(n), op, other); };
  const auto least = static_cast<double>(counted->sure);
  const auto most = static_cast<double>(counted->possible);
  const bool at_least = holds(least);
  if (holds(most) != at_least) return Value::unknown(reason_);
  // Between the two the answer can only turn beside the number itself.
  const double near = other.is_null() ? least : std::floor(as_number(other));
  for (const double n : {near - 1, near, near + 1}) {
    if (n > least && n < most && holds(n) != at_least) return Value::unknown(reason_);
  }
  return Value::of(at_least);
}

Value RowEvaluator::like(const BoundExpr& expression) {
  const Value text = value(*expression.children[0]);
  if (!text.is_known()) return text.is_null() ? Value::of(false) : text;
  return Value::of(matches_like(text.text, expression.list[0].text));
}

Value RowEvaluator::in_list(const BoundExpr& expression) {
  const Value left = value(*expression.children[0]);
  if (left.is_unknown()) return left;
  const bool found = std::any_of(expression.list.begin(), expression.list.end(), [&](const Value& element) {
    return compare_known(left, CompareOp::kEqual, element);
  });
  return Value::of(found != expression.negated);
}

const RowEvaluator::Selected& RowEvaluator::selected(const BoundExpr& expression) {
  const auto [place, is_new] =
      selects_.try_emplace({&expression, time_->zone.name(), time_->now, time_->calendar});
  Selected& result = place->second;
  if (!is_new) return result;
  const BoundAggregate& rows = *expression.aggregate;
  const Table* table = snapshot_.table(rows.object);
  if (table == nullptr) {
    result.trouble = fmt::format("{} is not in the data", rows.name);
    return result;
  }
  for (RowIndex row = 0; row < table->rows(); ++row) {
    if (!table->visible(row)) continue;
    const Truth match = matches(rows, row);
    if (match == Truth::kUnknown) result.trouble = std::string(reason_);
    if (match != Truth::kTrue) continue;
    const Value id = value(*rows.value);
    if (id.is_unknown()) result.trouble = std::string(id.text);
    if (id.is_known()) result.ids.emplace_back(id_key(id.text));
  }
  std::sort(result.ids.begin(), result.ids.end());
  return result;
}

Value RowEvaluator::in_select(const BoundExpr& expression) {
  const Value left = value(*expression.children[0]);
  if (left.is_unknown()) return left;
  if (left.is_null()) return Value::of(expression.negated);
  const Selected& rows = selected(expression);
  const bool found = std::binary_search(rows.ids.begin(), rows.ids.end(), id_key(left.text), std::less<>{});
  if (!found && !rows.trouble.empty()) return Value::unknown(rows.trouble);
  return Value::of(found != expression.negated);
}

Value RowEvaluator::includes(const BoundExpr& expression) {
  const Value choices = value(*expression.children[0]);
  if (choices.is_unknown()) return choices;
  const bool found = choices.is_known() &&
                     std::any_of(expression.list.begin(), expression.list.end(), [&](const Value& group) {
                       return includes_choices(choices.text, group.text);
                     });
  return Value::of(found != expression.negated);
}

// A date literal names whole local days. A datetime is compared by its own local day, never by hours, so days
// of 23 and 25 hours come out right.
Value RowEvaluator::in_range(const BoundExpr& expression) {
  const Value left = value(*expression.children[0]);
  if (left.is_unknown()) return left;
  if (left.is_null()) return Value::of(expression.compare == CompareOp::kNotEqual);
  const auto range = days_of(expression.literal, time_->today, *time_->calendar);
  if (!range) return outside_calendar();
  const Day day = left.type == ValueType::kDateTime ? time_->zone.day_of(left.instant) : left.day;
  switch (expression.compare) {
    case CompareOp::kEqual:
      return Value::of(range->contains(day));
    case CompareOp::kNotEqual:
      return Value::of(!range->contains(day));
    case CompareOp::kLess:
      return Value::of(day < range->first);
    case CompareOp::kLessOrEqual:
      return Value::of(day <= range->last);
    case CompareOp::kGreater:
      return Value::of(day > range->last);
    case CompareOp::kGreaterOrEqual:
      return Value::of(day >= range->first);
  }
  return Value::of(false);
}

Value RowEvaluator::today(const BoundExpr& expression) {
  const auto range = days_of(expression.literal, time_->today, *time_->calendar);
  return range ? Value::of(range->first) : outside_calendar();
}

Value RowEvaluator::arithmetic(const BoundExpr& expression) {
  const Value left = value(*expression.children[0]);
  const Value right = value(*expression.children[1]);
  if (left.is_unknown()) return left;
  if (right.is_unknown()) return right;
  if (left.is_null() || right.is_null()) return Value::null(expression.type);
  const ArithmeticOp op = expression.arithmetic;
  const auto time = [](const Value& value) {
    return value.type == ValueType::kDate || value.type == ValueType::kDateTime;
  };
  if (time(left) || time(right)) return time_arithmetic(left, op, right);
  if (expression.type == ValueType::kMoney) {
    std::int64_t sum = 0;
    const bool overflow = op == ArithmeticOp::kAdd
                              ? __builtin_add_overflow(left.money.hundredths, right.money.hundredths, &sum)
                              : __builtin_sub_overflow(left.money.hundredths, right.money.hundredths, &sum);
    return overflow ? Value::unknown("the amount is too large to be calculated") : Value::of(Money{sum});
  }
  const double a = as_number(left);
  const double b = as_number(right);
  switch (op) {
    case ArithmeticOp::kAdd:
      return finite(a + b);
    case ArithmeticOp::kSubtract:
      return finite(a - b);
    case ArithmeticOp::kMultiply:
      return finite(a * b);
    case ArithmeticOp::kDivide:
      return b == 0 ? Value::unknown("a division by zero has no result") : finite(a / b);
  }
  return Value::null();
}

Value RowEvaluator::time_arithmetic(const Value& left, ArithmeticOp op, const Value& right) {
  if (left.type == ValueType::kDate && right.type == ValueType::kDate) {
    return Value::of(static_cast<double>((left.day - right.day).count()));
  }
  if (left.type == ValueType::kDateTime && right.type == ValueType::kDateTime) {
    return Value::of(static_cast<double>((left.instant - right.instant).count()) / 86400.0);
  }
  const bool number_right = right.type == ValueType::kNumber;
  const Value& moment = number_right ? left : right;
  const double days = (number_right ? right.number : left.number) * (op == ArithmeticOp::kSubtract ? -1 : 1);
  if (!(std::abs(days) <= kMaxDays)) return outside_calendar();
  if (moment.type == ValueType::kDate) {
    const auto day = add_days(moment.day, static_cast<std::int64_t>(std::trunc(days)));
    return day ? Value::of(*day) : outside_calendar();
  }
  const Instant instant = moment.instant + std::chrono::seconds{std::llround(days * 86400.0)};
  const Day day{std::chrono::floor<std::chrono::days>(instant).time_since_epoch()};
  return day > kFirstDay && day < kLastDay ? Value::of(instant) : outside_calendar();
}

Value RowEvaluator::call(const BoundExpr& expression) {
  const FunctionDescriptor& function = *expression.function;
  std::vector<Value> arguments;
  arguments.reserve(expression.children.size());
  for (const Bound& child : expression.children) arguments.push_back(value(*child));
  if (function.missing != MissingRule::kSeesUnknowns) {
    for (const Value& argument : arguments) {
      if (argument.is_unknown()) return argument;
    }
  }
  if (function.missing == MissingRule::kStrict) {
    for (const Value& argument : arguments) {
      if (argument.is_null()) return Value::null(expression.type);
    }
  }
  std::vector<FieldArgument> fields;
  for (const std::size_t index : expression.field_arguments) {
    const BoundExpr& field = *expression.children[index];
    const Located at = locate(field.path);
    fields.push_back({.object = field.path.target(),
                      .field = field.field,
                      .row = at.row,
                      .label = snapshot_.schema().object(field.path.target()).fields[field.field].label});
  }
  const CallContext context{.time = *time_,
                            .snapshot = snapshot_,
                            .arena = arena_,
                            .fields = fields,
                            .prepared = expression.prepared.get()};
  Value result = function.evaluate(context, arguments);
  // An unknown argument has no type, so a function of money and numbers may answer with money where the
  // binder settled on a number.
  if (result.is_known() && result.type == ValueType::kMoney && expression.type == ValueType::kNumber) {
    return Value::of(as_number(result));
  }
  // CASE and IF hand on an id or a numeric text as it is; among other texts it compares as they do.
  if (result.is_known() && holds_text(result.type) && holds_text(expression.type))
    result.type = expression.type;
  return result;
}

Value RowEvaluator::lookup_table(const BoundExpr& expression) {
  const Value key = value(*expression.children[0]);
  if (key.is_unknown()) return key;
  if (key.is_null()) return Value::null(expression.type);
  for (std::size_t i = 0; i < expression.list.size(); ++i) {
    if (compare_values(expression.list[i], key) == 0) return expression.values[i];
  }
  return Value::null(expression.type);
}

Value RowEvaluator::to_number(const BoundExpr& expression) {
  const Value text = value(*expression.children[0]);
  if (!text.is_known()) return text;
  const CellValue cell = read_cell(text.text, FieldType::kNumber);
  return cell.kind == CellKind::kKnown ? Value::of(cell.number) : Value::null(ValueType::kNumber);
}

Value RowEvaluator::local_day(const BoundExpr& expression) {
  const Value moment = value(*expression.children[0]);
  return moment.is_known() ? Value::of(time_->zone.day_of(moment.instant)) : moment;
}

}  // namespace plumbline::oracle
