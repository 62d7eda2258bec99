#include "policies/language/binder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/nearest_name.h"
#include "base/utf8.h"
#include "policies/functions/currency.h"
#include "policies/language/binder_impl.h"
#include "policies/language/parser.h"

namespace plumbline {

bool is_text_type(ValueType type) {
  return type == ValueType::kText || type == ValueType::kNumericText || type == ValueType::kMultiPicklist ||
         type == ValueType::kId;
}

bool is_numeric_type(ValueType type) { return type == ValueType::kNumber || type == ValueType::kMoney; }

Binder::Binder(const BindScope& scope, const SourceText& text, std::size_t object)
    : scope_(scope), text_(&text) {
  frames_.push_back({.object = object});
}

BoundCondition Binder::condition(std::string_view expression, std::uint32_t begin) {
  Bound root = parse_and_bind(expression, begin);
  if (root && !is_faulty(root) && root->type != ValueType::kBoolean) {
    root =
        fault(root->at, "PB020",
              fmt::format("this is {}, not a condition; compare it with something", to_string(root->type)));
  }
  if (root && !is_faulty(root)) result_.root = std::move(root);
  return std::move(result_);
}

BoundCondition Binder::value(std::string_view expression, std::uint32_t begin) {
  ++shield_;
  Bound root = parse_and_bind(expression, begin);
  // A field that is only shown is shown as it was entered, in the record's own currency.
  if (is_wrapped_field(*root)) root = std::move(root->children[0]);
  if (root && !is_faulty(root)) result_.root = std::move(root);
  return std::move(result_);
}

Bound Binder::parse_and_bind(std::string_view expression, std::uint32_t begin) {
  offset_ = begin;
  return bind_parsed(parse_expression(expression));
}

Bound Binder::bind_parsed(const std::expected<Ast, SyntaxFault>& ast) {
  if (!ast) return fault(ast.error().at, ast.error().code, ast.error().message);
  return bind(**ast);
}

Bound Binder::make(BoundKind kind, ValueType type, TextRange at) const {
  auto made = std::make_unique<BoundExpr>();
  made->kind = kind;
  made->type = type;
  made->at = at;
  return made;
}

Bound Binder::constant(Value value, TextRange at) const {
  Bound made = make(BoundKind::kConstant, value.type, at);
  made->constant = value;
  return made;
}

Bound Binder::fault(TextRange at, std::string code, std::string message) {
  scope_.diagnostics.error(std::move(code), text_->place({at.begin + offset_, at.end + offset_}),
                           std::move(message));
  return faulty(at);
}

void Binder::warn(TextRange at, std::string code, std::string message) {
  scope_.diagnostics.warning(std::move(code), text_->place({at.begin + offset_, at.end + offset_}),
                             std::move(message));
}

// The piece of text as evidence names it: on one line, and not endless.
std::string Binder::as_written(TextRange at) const {
  const std::string_view piece =
      std::string_view(text_->text)
          .substr(at.begin + offset_, std::min<std::size_t>(at.end - at.begin, kMaxNameBytes));
  std::string name;
  for (const char c : piece) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank) name += c;
    if (blank && !name.ends_with(' ')) name += ' ';
  }
  if (at.end - at.begin <= kMaxNameBytes) return name;
  while (!name.empty() && !is_valid_utf8(name)) name.pop_back();  // the cut may have parted a character
  return name + "…";
}

void Binder::require(Requirement requirement) {
  if (shield_ == 0) result_.required.insert(requirement);
}

void Binder::need_field(std::size_t object, std::size_t field) {
  result_.needs.add_field(object, field);
  require_field(object, field);
}

// What is read of the record judged alone can be read as it passes, wherever in the condition that is.
void Binder::need_field(const RecordPath& path, std::size_t field) {
  if (!is_of_record_judged(path)) return need_field(path.target(), field);
  result_.needs.add_passing_field(path.object, field);
  require_field(path.object, field);
}

void Binder::require_field(std::size_t object, std::size_t field) {
  // An export without IsDeleted holds no deleted rows; that is no gap.
  if (equal_folded(schema().object(object).fields[field].name, "IsDeleted")) return;
  require({.kind = Requirement::Kind::kField, .object = object, .field = field});
}

Bound Binder::bind(const AstNode& node) {
  switch (node.kind) {
    case AstKind::kNull:
      return constant(Value::null(), node.at);
    case AstKind::kBoolean:
      return constant(Value::of(node.boolean), node.at);
    case AstKind::kNumber:
      return bind_number(node);
    case AstKind::kText:
      // Salesforce keeps no empty texts: '' is null.
      if (node.text.empty()) return constant(Value::null(ValueType::kText), node.at);
      return constant(Value::of(scope_.constants.keep(node.text)), node.at);
    case AstKind::kDate:
      return constant(Value::of(node.day), node.at);
    case AstKind::kDateTime:
      return constant(Value::of(node.instant), node.at);
    case AstKind::kDateLiteral:
      return bind_date_literal(node);
    case AstKind::kCurrency:
      return bind_currency(node);
    case AstKind::kPath:
      return bind_path(node);
    case AstKind::kParameter:
      return bind_parameter(node);
    case AstKind::kNegate:
      return bind_negate(node);
    case AstKind::kArithmetic:
      return bind_arithmetic(node);
    case AstKind::kNot:
      return bind_not(node);
    case AstKind::kAnd:
    case AstKind::kOr:
      return bind_chain(node);
    case AstKind::kCompare:
      return bind_compare(node);
    case AstKind::kLike:
      return bind_like(node);
    case AstKind::kIn:
      return bind_in(node);
    case AstKind::kIncludes:
      return bind_includes(node);
    case AstKind::kCall:
      return bind_call(node);
    case AstKind::kSelect:
      break;
  }
  return fault(node.at, "PB011", "a SELECT stands only after IN");
}

Bound Binder::bind_condition(const AstNode& node) {
  Bound bound = bind(node);
  if (is_faulty(bound) || bound->type == ValueType::kBoolean) return bound;
  return fault(node.at, "PB020",
               fmt::format("this is {}, not a condition; compare it with something", to_string(bound->type)));
}

Bound Binder::bind_chain(const AstNode& node) {
  Bound whole =
      make(node.kind == AstKind::kAnd ? BoundKind::kAnd : BoundKind::kOr, ValueType::kBoolean, node.at);
  bool sound = true;
  for (const Ast& child : node.children) {
    Bound bound = bind_condition(*child);
    sound = sound && !is_faulty(bound);
    whole->children.push_back(std::move(bound));
  }
  return sound ? std::move(whole) : faulty(node.at);
}

Bound Binder::bind_not(const AstNode& node) {
  Bound operand = bind_condition(*node.children[0]);
  if (is_faulty(operand)) return operand;
  Bound whole = make(BoundKind::kNot, ValueType::kBoolean, node.at);
  whole->children.push_back(std::move(operand));
  return whole;
}

Bound Binder::bind_number(const AstNode& node) {
  double number = 0;
  const auto [end, error] = std::from_chars(node.text.data(), node.text.data() + node.text.size(), number);
  if (error != std::errc{} || end != node.text.data() + node.text.size())
    return fault(node.at, "PB004", "this number is too large");
  return constant(Value::of(number), node.at);
}

// EUR500 is 500 of that currency, compared in the organisation's own: CONVERTED on both sides. A field or
// definition may be called so, too.
Bound Binder::bind_currency(const AstNode& node) {
  if (schema().object(frames_[current_].object).find(node.text) || find_definition(node.text)) {
    AstNode path;
    path.kind = AstKind::kPath;
    path.at = node.at;
    path.steps = {node.text};
    return bind_path(path);
  }
  const std::string_view code = std::string_view(node.text).substr(0, 3);
  const std::optional<Money> amount = parse_money(std::string_view(node.text).substr(3));
  if (!amount)
    return fault(
        node.at, "PB004",
        fmt::format("`{}` is no amount; write it USD5000 or EUR12.50, with at most two places", node.text));
  Bound made = make(BoundKind::kConstant, ValueType::kMoney, node.at);
  made->constant = Value::of(*amount);
  made->name = upper(code);
  if (const auto object = schema().find_object("CurrencyType")) {
    for (const std::string_view name : {"IsoCode", "ConversionRate"}) {
      if (const auto field = schema().object(*object).find(name)) need_field(*object, *field);
    }
  }
  return made;
}

Bound Binder::bind_date_literal(const AstNode& node) {
  if (!is_single_day(node.literal.kind)) {
    return fault(node.at, "PB021",
                 "this names a range of days, so it can only be compared with a date; for one day write "
                 "TODAY or N_DAYS_AGO:n");
  }
  Bound made = make(BoundKind::kToday, ValueType::kDate, node.at);
  made->literal = node.literal;
  return made;
}

Bound Binder::bind_negate(const AstNode& node) {
  Bound operand = bind(*node.children[0]);
  if (is_faulty(operand)) return operand;
  if (operand->type == ValueType::kNumericText) {
    Bound number = make(BoundKind::kToNumber, ValueType::kNumber, operand->at);
    number->children.push_back(std::move(operand));
    operand = std::move(number);
  }
  if (!is_numeric_type(operand->type) && operand->type != ValueType::kNull) {
    return fault(node.at, "PB022",
                 fmt::format("a minus sign goes before a number, not before {}", to_string(operand->type)));
  }
  if (operand->kind == BoundKind::kConstant && operand->type == ValueType::kNumber) {
    operand->constant = Value::of(-operand->constant.number);
    operand->at = node.at;
    return operand;
  }
  if (operand->kind == BoundKind::kConstant && operand->type == ValueType::kMoney) {
    operand->constant = Value::of(Money{-operand->constant.money.hundredths});
    operand->at = node.at;
    return operand;
  }
  Bound whole = make(BoundKind::kNegate, operand->type, node.at);
  whole->children.push_back(std::move(operand));
  return whole;
}

Bound Binder::bind_arithmetic(const AstNode& node) {
  Bound left = bind(*node.children[0]);
  Bound right = bind(*node.children[1]);
  if (is_faulty(left) || is_faulty(right)) return faulty(node.at);
  if (is_currency(*left) || is_currency(*right)) return misplaced_currency(node.at);
  if (left->type == ValueType::kMoney) money_constant(right);
  if (right->type == ValueType::kMoney) money_constant(left);
  const bool additive = node.arithmetic == ArithmeticOp::kAdd || node.arithmetic == ArithmeticOp::kSubtract;
  const bool minus = node.arithmetic == ArithmeticOp::kSubtract;
  const auto time = [](ValueType type) { return type == ValueType::kDate || type == ValueType::kDateTime; };
  std::optional<ValueType> type;
  if (left->type == ValueType::kNull || right->type == ValueType::kNull) {
    type = left->type == ValueType::kNull ? right->type : left->type;
  } else if (is_numeric_type(left->type) && is_numeric_type(right->type)) {
    type = additive && left->type == ValueType::kMoney && right->type == ValueType::kMoney
               ? ValueType::kMoney
               : ValueType::kNumber;
  } else if (time(left->type) && right->type == ValueType::kNumber && additive) {
    type = left->type;
  } else if (left->type == ValueType::kNumber && time(right->type) && node.arithmetic == ArithmeticOp::kAdd) {
    type = right->type;
  } else if (time(left->type) && left->type == right->type && minus) {
    type = ValueType::kNumber;
  }
  if (!type) {
    return fault(node.at, "PB022",
                 fmt::format("{} {} {} has no meaning; numbers and amounts can be added, days can be added "
                             "to a date, and two dates subtracted",
                             to_string(left->type), to_string(node.arithmetic), to_string(right->type)));
  }
  Bound whole = make(BoundKind::kArithmetic, *type, node.at);
  whole->arithmetic = node.arithmetic;
  whole->children.push_back(std::move(left));
  whole->children.push_back(std::move(right));
  return whole;
}

const Parameter* Binder::find_parameter(const AstNode& node) {
  const auto found = scope_.pack.parameters.find(node.text);
  if (found != scope_.pack.parameters.end()) return &found->second;
  if (scope_.pack.unreadable.contains(node.text)) return nullptr;
  std::vector<std::string> names;
  for (const auto& [name, parameter] : scope_.pack.parameters) names.push_back(name);
  fault(node.at, "PB023",
        fmt::format("no parameter :{} in this pack{}; declare it under `parameters:`", node.text,
                    did_you_mean(node.text, names)));
  return nullptr;
}

Bound Binder::bind_parameter(const AstNode& node) {
  const Parameter* parameter = find_parameter(node);
  if (parameter == nullptr) return faulty(node.at);
  if (parameter->kind == Parameter::Kind::kScalar) return constant(parameter->items[0], node.at);
  const std::string_view remedy = parameter->kind == Parameter::Kind::kList
                                      ? "use it after IN, INCLUDES or in MISSING"
                                      : "read it with LOOKUP(:name, key)";
  return fault(node.at, "PB024",
               fmt::format(":{} is a {}; {}", parameter->name,
                           parameter->kind == Parameter::Kind::kList ? "list" : "map", remedy));
}

const Definition* Binder::find_definition(std::string_view name) const {
  for (const Definition& definition : scope_.pack.definitions) {
    if (equal_folded(definition.name, name)) return &definition;
  }
  return nullptr;
}

// $Record and $Outer choose the frame; anything else is of the current one.
bool Binder::begin_path(const AstNode& node, RecordPath& path, std::size_t& step) {
  step = 0;
  path = {.frame = current_, .object = frames_[current_].object};
  if (node.steps.size() > kMaxPathSteps) {
    fault(node.at, "PB012", fmt::format("a path has at most {} steps", kMaxPathSteps));
    return false;
  }
  if (node.steps[0].front() != '$') return true;
  step = 1;
  const bool record = equal_folded(node.steps[0], "$Record");
  if (!record && !equal_folded(node.steps[0], "$Outer")) {
    fault(
        node.at, "PB025",
        fmt::format(
            "{} is not known; there are $Record (the record judged) and $Outer (the row around an aggregate)",
            node.steps[0]));
    return false;
  }
  if (node.steps.size() == 1) {
    fault(node.at, "PB025", fmt::format("{0} is a record; name one of its fields: {0}.Name", node.steps[0]));
    return false;
  }
  if (!record && current_ == 0) {
    fault(node.at, "PB025",
          "$Outer is the row around an aggregate; here there is only the record itself, so leave it out");
    return false;
  }
  if (!frames_[current_].sees_record) {
    fault(node.at, "PB025",
          "a SELECT after IN sees its own rows alone; write EXISTS(... WHERE ...) to compare with the record "
          "judged");
    return false;
  }
  path.frame = record ? 0 : frames_[current_].outer;
  path.object = frames_[path.frame].object;
  return true;
}

void Binder::need_hop(const RecordPath& before, const PathHop& hop) {
  if (hop.kind == PathHop::Kind::kLastRow) {
    need_relationship(hop.index);
    return;
  }
  need_field(before, hop.index);
  auto& lookups = is_of_record_judged(before) ? result_.needs.passing_lookups : result_.needs.lookups;
  lookups.insert({before.target(), hop.index});
  require({.kind = Requirement::Kind::kObject, .object = hop.object});
}

// One step from a record to another: a lookup, or a relationship that has one row.
bool Binder::hop(const AstNode& node, std::size_t step, RecordPath& path) {
  const std::size_t object = path.target();
  const std::string& name = node.steps[step];
  PathHop next;
  if (const auto field = schema().find_lookup(object, name)) {
    const auto target = schema().find_object(schema().object(object).fields[*field].references);
    if (!target) {
      fault(node.at, "PB026",
            fmt::format("{} may be a record of several objects, so its fields cannot be named", name));
      return false;
    }
    next = {.kind = PathHop::Kind::kLookup, .index = *field, .object = *target};
  } else if (const auto relationship = schema().find_relationship(object, name)) {
    if (schema().relationships()[*relationship].cardinality == Cardinality::kMany) {
      fault(node.at, "PB027",
            fmt::format(
                "{0} are many records; count or search them: COUNT({0} WHERE ...), EXISTS({0} WHERE ...)",
                name));
      return false;
    }
    next = {.kind = PathHop::Kind::kLastRow,
            .index = *relationship,
            .object = *schema().find_object(schema().relationships()[*relationship].child)};
  } else {
    std::vector<std::string> known = schema().lookup_names(object);
    for (const std::string& other : schema().relationship_names(object)) known.push_back(other);
    fault(node.at, "PB026",
          fmt::format("{} has no related record {}{}", schema().object(object).name, name,
                      did_you_mean(name, known)));
    return false;
  }
  need_hop(path, next);
  path.hops.push_back(next);
  return true;
}

std::string Binder::path_name(const RecordPath& path, std::string_view last) const {
  std::string name;
  std::size_t object = path.object;
  for (const PathHop& hop : path.hops) {
    name += hop.kind == PathHop::Kind::kLookup ? lookup_name(schema().object(object).fields[hop.index].name)
                                               : schema().relationships()[hop.index].name;
    name += '.';
    object = hop.object;
  }
  return name + std::string(last);
}

Bound Binder::bind_path(const AstNode& node) {
  RecordPath path;
  std::size_t step = 0;
  if (!begin_path(node, path, step)) return faulty(node.at);
  if (step + 1 == node.steps.size()) {
    if (const Definition* definition = find_definition(node.steps[step])) {
      return bind_named(node, definition->name, definition->text, path);
    }
  }
  for (; step + 1 < node.steps.size(); ++step) {
    if (!hop(node, step, path)) return faulty(node.at);
  }
  return field_of(node, std::move(path), step);
}

Bound Binder::field_of(const AstNode& node, RecordPath path, std::size_t step) {
  const std::size_t object = path.target();
  const ObjectSchema& of = schema().object(object);
  const std::string& name = node.steps[step];
  const auto field = of.find(name);
  if (!field) {
    if (schema().find_lookup(object, name))
      return fault(node.at, "PB025", fmt::format("{0} is a record; name one of its fields: {0}.Name", name));
    if (schema().find_relationship(object, name)) {
      return fault(
          node.at, "PB027",
          fmt::format(
              "{0} are many records; count or search them: COUNT({0} WHERE ...), EXISTS({0} WHERE ...)",
              name));
    }
    if (scope_.pack.unreadable.contains(name)) return faulty(node.at);
    std::vector<std::string> known = of.field_names();
    if (node.steps.size() == 1) {
      for (const Definition& definition : scope_.pack.definitions) known.push_back(definition.name);
    }
    const std::string guess = did_you_mean(name, known);
    return fault(node.at, "PB028",
                 fmt::format("unknown field {} on {}{}", name, of.name,
                             guess.empty() ? "; a field map can declare it" : guess));
  }
  for (const DerivedField& derived : scope_.derived) {
    if (derived.object != object || derived.field != *field) continue;
    if (path.hops.empty()) return bind_named(node, of.fields[*field].name, derived.text, path);
    return fault(
        node.at, "PB029",
        fmt::format("{} is derived by the field map and can only be read on the record itself", name));
  }
  need_field(path, *field);
  Bound made = make(BoundKind::kField, value_type(of.fields[*field].type), node.at);
  made->name = path_name(path, of.fields[*field].name);
  made->path = std::move(path);
  made->field = *field;
  return wrap_converted(std::move(made));
}

// A definition or derived field: its own text, bound for the record that `path` names.
Bound Binder::bind_named(const AstNode& node, std::string_view name, const SourceText& text,
                         const RecordPath& path) {
  if (std::find(naming_.begin(), naming_.end(), name) != naming_.end() ||
      naming_.size() >= kMaxDefinitionDepth) {
    // Circles of definitions are reported once for the whole pack (check_definitions).
    if (find_definition(name)) return faulty(node.at);
    return fault(node.at, "PB030", fmt::format("`{}` is derived from itself", name));
  }
  if (++expansions_ > kMaxExpansions)
    return fault(node.at, "PB012", "the definitions behind this unfold to too much; simplify them");
  naming_.emplace_back(name);
  const SourceText* const text_before = std::exchange(text_, &text);
  const std::uint32_t offset_before = std::exchange(offset_, 0);
  const std::size_t frame_before = std::exchange(current_, path.frame);
  Bound inner = bind_parsed(scope_.parsed->of(text));
  current_ = frame_before;
  text_ = text_before;
  offset_ = offset_before;
  naming_.pop_back();
  if (is_faulty(inner)) return faulty(node.at);
  Bound whole = make(BoundKind::kNamed, inner->type, node.at);
  whole->name = std::string(name);
  whole->path = path;
  whole->children.push_back(std::move(inner));
  return whole;
}

// What wrap_converted made, as against a CONVERTED that the policy wrote.
bool Binder::is_wrapped_field(const BoundExpr& expression) {
  return expression.kind == BoundKind::kCall && expression.function->name == "CONVERTED" &&
         expression.name != expression.function->name;
}

// `amounts: converted`: every amount is compared in the organisation's currency.
Bound Binder::wrap_converted(Bound field) {
  if (!scope_.pack.amounts_converted || field->type != ValueType::kMoney) return field;
  if (!currency_record(field->path)) return field;
  return converted_field(std::move(field));
}

Bound Binder::converted_field(Bound field) {
  Bound call = make(BoundKind::kCall, ValueType::kMoney, field->at);
  call->function = find_function("CONVERTED");
  call->name = field->name;
  call->field_arguments.push_back(0);
  call->children.push_back(std::move(field));
  add_currency(*call);
  return call;
}

// Whose CurrencyIsoCode an amount at the end of the path is in: the record's own or, where its object has
// none, as Clari's rows have not, that of the record whose one row it is.
std::optional<RecordPath> Binder::currency_record(const RecordPath& path) const {
  if (schema().object(path.target()).find("CurrencyIsoCode")) return path;
  if (path.hops.empty() || path.hops.back().kind != PathHop::Kind::kLastRow) return std::nullopt;
  RecordPath parent = path;
  parent.hops.pop_back();
  return schema().object(parent.target()).find("CurrencyIsoCode") ? std::optional(parent) : std::nullopt;
}

// What CONVERTED reads beside its field: the currency. It looks up that of the field's own record by itself;
// another record's becomes a second argument.
void Binder::add_currency(BoundExpr& call) {
  const RecordPath& path = call.children[0]->path;
  std::optional<RecordPath> record = currency_record(path);
  if (!record) return;
  const std::size_t object = record->target();
  const std::size_t code = *schema().object(object).find("CurrencyIsoCode");
  if (record->hops.size() == path.hops.size()) return result_.needs.add_field(object, code);
  ++shield_;  // an organisation with one currency has no such field
  need_field(*record, code);
  --shield_;
  Bound field = make(BoundKind::kField, value_type(schema().object(object).fields[code].type), call.at);
  field->name = path_name(*record, "CurrencyIsoCode");
  field->path = *std::move(record);
  field->field = code;
  Bound known = make(BoundKind::kCall, ValueType::kText, call.at);
  known->function = find_function("FIRST_KNOWN");
  known->name = "FIRST_KNOWN";
  known->children.push_back(std::move(field));
  known->children.push_back(constant(Value::of(kNoCurrency), call.at));
  call.children.push_back(std::move(known));
}

BoundCondition bind_condition(const BindScope& scope, const SourceText& text, std::size_t object) {
  return Binder(scope, text, object).condition(text.text, 0);
}

BoundCondition bind_value(const BindScope& scope, const SourceText& text, std::size_t object) {
  return Binder(scope, text, object).value(text.text, 0);
}

BoundCondition bind_value_at(const BindScope& scope, const SourceText& text, std::string_view expression,
                             std::uint32_t begin, std::size_t object) {
  return Binder(scope, text, object).value(expression, begin);
}
}  // namespace plumbline
