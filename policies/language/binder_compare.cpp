// Comparisons: which types meet, and what a constant becomes beside a field.
#include <fmt/format.h>

#include <algorithm>

#include "base/nearest_name.h"
#include "base/utf8.h"
#include "policies/language/binder_impl.h"
#include "records/table_builder.h"

namespace plumbline {
namespace {

bool is_constant(const Bound& bound) { return bound->kind == BoundKind::kConstant; }

Bound wrap(BoundKind kind, ValueType type, Bound inner) {
  auto made = std::make_unique<BoundExpr>();
  made->kind = kind;
  made->type = type;
  made->at = inner->at;
  made->children.push_back(std::move(inner));
  return made;
}

bool is_currency_literal(const AstNode& node) {
  return node.kind == AstKind::kCurrency ||
         (node.kind == AstKind::kNegate && is_currency_literal(*node.children[0]));
}

// A text literal that is a number: '1.0' beside Rank__c.
std::optional<double> number_in(std::string_view text) {
  const CellValue cell = read_cell(text, FieldType::kNumber);
  return cell.kind == CellKind::kKnown ? std::optional(cell.number) : std::nullopt;
}

}  // namespace

bool Binder::is_currency(const BoundExpr& expression) {
  const BoundExpr& inner = without_names(expression);
  return inner.kind == BoundKind::kConstant && !inner.name.empty();
}

Bound Binder::misplaced_currency(TextRange at) {
  return fault(at, "PB034", "a currency literal such as EUR500 is compared with an amount field");
}

// The field beside a currency literal, converted as the literal is. Nothing where it is no such field.
bool Binder::convert_beside_currency(Bound& field) {
  const bool converted = field->kind == BoundKind::kCall &&
                         (scope_.pack.amounts_converted || field->function->name == "CONVERTED");
  if (converted) return true;
  if (field->kind != BoundKind::kField) return false;
  field = converted_field(std::move(field));
  return true;
}

// 1000.01 as a number is not exactly 1000.01; beside an amount it is meant as one.
void Binder::money_constant(Bound& constant_side) {
  if (!is_constant(constant_side) || constant_side->type != ValueType::kNumber) return;
  const std::optional<Money> money = parse_money(fmt::format("{}", constant_side->constant.number));
  if (!money) return;
  constant_side->type = ValueType::kMoney;
  constant_side->constant = Value::of(*money);
}

Bound Binder::bind_compare(const AstNode& node) {
  const AstNode& left = *node.children[0];
  const AstNode& right = *node.children[1];
  const auto range = [](const AstNode& side) { return side.kind == AstKind::kDateLiteral; };
  if (range(right) && !range(left)) return compare_range(node, left, node.compare, right);
  if (range(left) && !range(right)) return compare_range(node, right, mirrored(node.compare), left);
  Bound bound_left = bind(left);
  Bound bound_right = bind(right);
  if (is_faulty(bound_left) || is_faulty(bound_right)) return faulty(node.at);
  return compare_bound(node.at, std::move(bound_left), node.compare, std::move(bound_right));
}

// A date literal stands for a range of whole local days: `<` is before it, `>` after it, `=` inside.
Bound Binder::compare_range(const AstNode& node, const AstNode& other, CompareOp op, const AstNode& literal) {
  Bound left = bind(other);
  if (is_faulty(left)) return left;
  if (left->type != ValueType::kDate && left->type != ValueType::kDateTime &&
      left->type != ValueType::kNull) {
    return fault(node.at, "PB032",
                 fmt::format("a date literal is compared with a date, not with {}", to_string(left->type)));
  }
  Bound whole = make(BoundKind::kInRange, ValueType::kBoolean, node.at);
  whole->compare = op;
  whole->literal = literal.literal;
  whole->children.push_back(std::move(left));
  return whole;
}

Bound Binder::compare_bound(TextRange at, Bound left, CompareOp op, Bound right) {
  if (!unify(left, right, at)) return faulty(at);
  if (!order_allowed(left->type == ValueType::kNull ? right->type : left->type, op, at)) return faulty(at);
  Bound whole = make(BoundKind::kCompare, ValueType::kBoolean, at);
  whole->compare = op;
  whole->children.push_back(std::move(left));
  whole->children.push_back(std::move(right));
  return whole;
}

bool Binder::order_allowed(ValueType type, CompareOp op, TextRange at) {
  if (op == CompareOp::kEqual || op == CompareOp::kNotEqual) return true;
  const bool unordered =
      type == ValueType::kBoolean || type == ValueType::kMultiPicklist || type == ValueType::kId;
  if (unordered) fault(at, "PB033", fmt::format("{} has no order; only = and != fit", to_string(type)));
  return !unordered;
}

// Makes both sides one type, or says why they never meet.
bool Binder::unify(Bound& left, Bound& right, TextRange at) {
  const ValueType a = left->type;
  const ValueType b = right->type;
  if (a == ValueType::kNull || b == ValueType::kNull ||
      (a == b && a != ValueType::kNumericText && a != ValueType::kMoney))
    return true;
  if (is_numeric_type(a) && is_numeric_type(b)) {
    if (a == ValueType::kMoney) money_constant(right);
    if (b == ValueType::kMoney) money_constant(left);
    if (is_currency(*right) == is_currency(*left)) return true;
    if (convert_beside_currency(is_currency(*right) ? left : right)) return true;
    misplaced_currency(at);
    return false;
  }
  const auto numeric_text = [](ValueType type) { return type == ValueType::kNumericText; };
  if (numeric_text(a) || numeric_text(b)) {
    Bound& text = numeric_text(a) ? left : right;
    Bound& other = numeric_text(a) ? right : left;
    if (is_constant(other) && other->type == ValueType::kText) {
      if (const auto number = number_in(other->constant.text))
        other = constant(Value::of(*number), other->at);
    }
    if (is_numeric_type(other->type)) {
      text = wrap(BoundKind::kToNumber, ValueType::kNumber, std::move(text));
      return true;
    }
    if (is_text_type(other->type)) return true;
  }
  if (is_text_type(a) && is_text_type(b)) {
    // Beside an id, a text is an id: 15 and 18 characters name the same record.
    if ((a == ValueType::kId) != (b == ValueType::kId))
      (a == ValueType::kId ? right : left)->type = ValueType::kId;
    if ((a == ValueType::kMultiPicklist) != (b == ValueType::kMultiPicklist)) {
      (a == ValueType::kMultiPicklist ? right : left)->type = ValueType::kMultiPicklist;
    }
    return true;
  }
  const auto time = [](ValueType type) { return type == ValueType::kDate || type == ValueType::kDateTime; };
  if (time(a) && time(b)) return unify_times(left, right, at);
  std::string remedy;
  if ((time(a) && is_text_type(b)) || (time(b) && is_text_type(a)))
    remedy = "; dates are written without quotes: 2022-04-30";
  if ((is_numeric_type(a) && is_text_type(b)) || (is_numeric_type(b) && is_text_type(a)))
    remedy = "; numbers are written without quotes, texts with single quotes";
  fault(at, "PB035", fmt::format("{} is compared with {}{}", to_string(a), to_string(b), remedy));
  return false;
}

bool Binder::unify_times(Bound& left, Bound& right, TextRange at) {
  Bound& date = left->type == ValueType::kDate ? left : right;
  Bound& moment = left->type == ValueType::kDate ? right : left;
  if (is_constant(date)) {
    fault(at, "PB036",
          "a date and time is compared with a date; write a full one (2022-04-30T00:00:00Z), or compare its "
          "day: DAY_ONLY(CreatedDate) > 2022-04-30");
    return false;
  }
  if (is_constant(moment)) {
    fault(at, "PB036", "a date is compared with a date and time; leave the time out: 2022-04-30");
    return false;
  }
  moment = wrap(BoundKind::kLocalDay, ValueType::kDate, std::move(moment));
  return true;
}

Bound Binder::bind_like(const AstNode& node) {
  Bound left = bind(*node.children[0]);
  Bound right = bind(*node.children[1]);
  if (is_faulty(left) || is_faulty(right)) return faulty(node.at);
  if (!is_text_type(left->type))
    return fault(node.at, "PB037", fmt::format("LIKE is for text, not for {}", to_string(left->type)));
  if (!is_constant(right) || right->type != ValueType::kText) {
    return fault(node.children[1]->at, "PB037", "LIKE is followed by a text: Name LIKE '%Renewal%'");
  }
  Bound whole = make(BoundKind::kLike, ValueType::kBoolean, node.at);
  whole->children.push_back(std::move(left));
  whole->list.push_back(right->constant);
  return whole;
}

// The elements after IN or INCLUDES: literals and scalar parameters, or one list parameter.
bool Binder::list_values(const AstNode& node, std::size_t first, std::vector<Value>& values) {
  for (std::size_t i = first; i < node.children.size(); ++i) {
    const AstNode& element = *node.children[i];
    if (element.kind == AstKind::kParameter) {
      const Parameter* parameter = find_parameter(element);
      if (parameter == nullptr) return false;
      if (parameter->kind == Parameter::Kind::kMap) {
        fault(element.at, "PB024",
              fmt::format(":{} is a map; read it with LOOKUP(:{}, key)", parameter->name, parameter->name));
        return false;
      }
      values.insert(values.end(), parameter->items.begin(), parameter->items.end());
      continue;
    }
    Bound bound = bind(element);
    if (is_faulty(bound)) return false;
    if (!is_constant(bound)) {
      fault(element.at, "PB038", "a list holds values and parameters, not fields; compare with = instead");
      return false;
    }
    values.push_back(bound->constant);
  }
  return true;
}

// Whether a list's element can equal the left side; turns it into the left side's type.
bool Binder::element_fits(Bound& left, Value& element, TextRange at) {
  const ValueType type = left->type;
  if (element.is_null() || type == ValueType::kNull) return true;
  if (is_text_type(type) && is_text_type(element.type)) {
    element.type = type == ValueType::kNumericText ? ValueType::kText : type;
    return true;
  }
  if (type == ValueType::kMoney && element.type == ValueType::kNumber) {
    if (const auto money = parse_money(fmt::format("{}", element.number))) element = Value::of(*money);
    return true;
  }
  if (type == element.type || (is_numeric_type(type) && is_numeric_type(element.type))) return true;
  // A list of stages such as [1, 2] is meant as texts.
  if (is_text_type(type) && element.type == ValueType::kNumber) {
    element = Value::of(scope_.constants.keep(fmt::format("{}", element.number)), type);
    return true;
  }
  if (type == ValueType::kDateTime && element.type == ValueType::kDate) {
    fault(at, "PB036",
          "a date and time is compared with dates; compare its day: DAY_ONLY(CreatedDate) IN (...)");
    return false;
  }
  fault(at, "PB035", fmt::format("{} is compared with {}", to_string(type), to_string(element.type)));
  return false;
}

// Amount IN (EUR500, USD10): as many comparisons, since each literal is converted by the rates of the data.
Bound Binder::bind_in_currencies(const AstNode& node) {
  Bound any = make(BoundKind::kOr, ValueType::kBoolean, node.at);
  for (std::size_t i = 1; i < node.children.size(); ++i) {
    if (!is_currency_literal(*node.children[i])) {
      return fault(node.children[i]->at, "PB034",
                   "a list holds plain amounts or currency literals such as EUR500, not both");
    }
    Bound left = bind(*node.children[0]);
    Bound right = bind(*node.children[i]);
    if (is_faulty(left) || is_faulty(right)) return faulty(node.at);
    Bound same = compare_bound(node.at, std::move(left), CompareOp::kEqual, std::move(right));
    if (is_faulty(same)) return same;
    any->children.push_back(std::move(same));
  }
  if (!node.negated) return any;
  Bound none = make(BoundKind::kNot, ValueType::kBoolean, node.at);
  none->children.push_back(std::move(any));
  return none;
}

Bound Binder::bind_in(const AstNode& node) {
  if (std::any_of(node.children.begin() + 1, node.children.end(),
                  [](const Ast& element) { return is_currency_literal(*element); })) {
    return bind_in_currencies(node);
  }
  Bound left = bind(*node.children[0]);
  if (is_faulty(left)) return left;
  if (node.children[1]->kind == AstKind::kSelect) return bind_in_select(node, std::move(left));
  std::vector<Value> values;
  if (!list_values(node, 1, values)) return faulty(node.at);
  if (left->type == ValueType::kNumericText) {
    bool all_numbers = !values.empty();
    std::vector<Value> numbers;
    for (const Value& value : values) {
      const auto number = value.type == ValueType::kNumber ? std::optional(value.number)
                          : value.type == ValueType::kText ? number_in(value.text)
                                                           : std::nullopt;
      all_numbers = all_numbers && number.has_value();
      if (number) numbers.push_back(Value::of(*number));
    }
    if (all_numbers) {
      values = std::move(numbers);
      left = wrap(BoundKind::kToNumber, ValueType::kNumber, std::move(left));
    }
  }
  for (Value& value : values) {
    if (!element_fits(left, value, node.at)) return faulty(node.at);
  }
  Bound whole = make(BoundKind::kIn, ValueType::kBoolean, node.at);
  whole->negated = node.negated;
  whole->list = std::move(values);
  whole->children.push_back(std::move(left));
  return whole;
}

Bound Binder::bind_in_select(const AstNode& node, Bound left) {
  const AstNode& select = *node.children[1];
  if (left->type != ValueType::kId) {
    return fault(node.children[0]->at, "PB039",
                 "a SELECT is searched for an id: Id IN (SELECT AccountId FROM Opportunity)");
  }
  const auto object = schema().find_object(select.text);
  if (!object) {
    return fault(
        select.at, "PB040",
        fmt::format("unknown object {}{}", select.text, did_you_mean(select.text, schema().object_names())));
  }
  require({.kind = Requirement::Kind::kObject, .object = *object});
  Bound whole = make(BoundKind::kInSelect, ValueType::kBoolean, node.at);
  whole->negated = node.negated;
  whole->children.push_back(std::move(left));
  whole->aggregate = std::make_unique<BoundAggregate>();
  BoundAggregate& rows = *whole->aggregate;
  rows.object = *object;
  rows.name = schema().object(*object).name;
  rows.frame = frames_.size();
  frames_.push_back({.object = *object, .outer = current_, .sees_record = false});
  const std::size_t before = std::exchange(current_, rows.frame);
  rows.value = bind(*select.children[0]);
  if (select.where) rows.where = bind_condition(*select.where);
  current_ = before;
  frames_.pop_back();
  if (is_faulty(rows.value) || (rows.where && is_faulty(rows.where))) return faulty(node.at);
  if (rows.value->type != ValueType::kId)
    return fault(select.children[0]->at, "PB039", "a SELECT after IN gives ids: SELECT AccountId FROM ...");
  return whole;
}

Bound Binder::bind_includes(const AstNode& node) {
  Bound left = bind(*node.children[0]);
  if (is_faulty(left)) return left;
  if (left->type != ValueType::kMultiPicklist) {
    return fault(node.at, "PB041",
                 fmt::format("{} is for multi-select picklists, not for {}",
                             node.negated ? "EXCLUDES" : "INCLUDES", to_string(left->type)));
  }
  std::vector<Value> values;
  if (!list_values(node, 1, values)) return faulty(node.at);
  for (const Value& value : values) {
    if (value.type != ValueType::kText || value.is_null())
      return fault(node.at, "PB041", "INCLUDES lists texts: INCLUDES ('A;B', 'C')");
  }
  Bound whole = make(BoundKind::kIncludes, ValueType::kBoolean, node.at);
  whole->negated = node.negated;
  whole->list = std::move(values);
  whole->children.push_back(std::move(left));
  return whole;
}

}  // namespace plumbline
