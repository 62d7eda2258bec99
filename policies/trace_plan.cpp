// Taking conditions apart into the parts people see.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/utf8.h"
#include "policies/display.h"
#include "policies/language/lexer.h"
#include "policies/trace.h"

namespace plumbline {
namespace {

constexpr std::string_view kConvertedCall = "CONVERTED";

Bound copy_of(const BoundExpr& from);

Bound copy_of(const Bound& from) { return from ? copy_of(*from) : nullptr; }

std::unique_ptr<BoundAggregate> copy_of(const BoundAggregate& from) {
  auto copy = std::make_unique<BoundAggregate>();
  copy->kind = from.kind;
  copy->base = from.base;
  copy->relationship = from.relationship;
  copy->object = from.object;
  copy->frame = from.frame;
  copy->name = from.name;
  copy->where = copy_of(from.where);
  copy->value = copy_of(from.value);
  copy->by = copy_of(from.by);
  copy->list = from.list;
  return copy;
}

// With nothing shared: a part of a condition becomes a condition of its own, to be counted.
Bound copy_of(const BoundExpr& from) {
  auto copy = std::make_unique<BoundExpr>();
  copy->kind = from.kind;
  copy->type = from.type;
  copy->at = from.at;
  for (const Bound& child : from.children) copy->children.push_back(copy_of(child));
  copy->constant = from.constant;
  copy->path = from.path;
  copy->field = from.field;
  copy->name = from.name;
  copy->compare = from.compare;
  copy->arithmetic = from.arithmetic;
  copy->negated = from.negated;
  copy->literal = from.literal;
  copy->list = from.list;
  copy->values = from.values;
  copy->function = from.function;
  copy->field_arguments = from.field_arguments;
  copy->prepared = from.prepared;
  if (from.aggregate) copy->aggregate = copy_of(*from.aggregate);
  return copy;
}

// `kind` over the rows of another aggregate, for which `where` holds; a null one holds for all.
Bound over_rows_of(const BoundAggregate& rows, AggregateKind kind, Bound where) {
  auto made = std::make_unique<BoundExpr>();
  made->kind = BoundKind::kAggregate;
  made->type = kind == AggregateKind::kCount ? ValueType::kNumber : ValueType::kBoolean;
  made->aggregate = std::make_unique<BoundAggregate>();
  made->aggregate->kind = kind;
  made->aggregate->base = rows.base;
  made->aggregate->relationship = rows.relationship;
  made->aggregate->object = rows.object;
  made->aggregate->frame = rows.frame;
  made->aggregate->name = rows.name;
  made->aggregate->where = std::move(where);
  return made;
}

Bound opposite_of(Bound condition) {
  auto made = std::make_unique<BoundExpr>();
  made->kind = BoundKind::kNot;
  made->type = ValueType::kBoolean;
  made->at = condition->at;
  made->children.push_back(std::move(condition));
  return made;
}

bool is_whole_in_parentheses(const std::vector<Token>& tokens) {
  if (tokens.size() < 3 || tokens[0].kind != TokenKind::kOpen) return false;
  std::size_t depth = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind == TokenKind::kOpen) ++depth;
    if (tokens[i].kind == TokenKind::kClose && --depth == 0) return tokens[i + 1].kind == TokenKind::kEnd;
  }
  return false;
}

std::string_view without_parentheses(std::string_view text) {
  while (text.starts_with('(')) {
    const auto tokens = tokenize(text);
    if (!tokens || !is_whole_in_parentheses(*tokens)) break;
    const std::size_t last = (*tokens)[tokens->size() - 2].at.begin;
    text = trim(text.substr(1, last - 1));
  }
  return text;
}

std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank) line += c;
    if (blank && !line.ends_with(' ')) line += ' ';
  }
  return line;
}

}  // namespace

class TracePlan::Builder {
 public:
  Builder(TracePlan& plan, const std::vector<DerivedField>& derived) : made_(plan), derived_(derived) {}

  TracedPart condition(const BoundExpr& root, const SourceText& text) {
    source_ = &text;
    return part_of(root);
  }

 private:
  TracedPart part_of(const BoundExpr& expression) {
    TracedPart part = start(expression);
    switch (expression.kind) {
      case BoundKind::kNamed:
        add_definition(expression, part);
        break;
      case BoundKind::kAnd:
      case BoundKind::kOr:
      case BoundKind::kNot:
        add_chain(expression, part);
        break;
      case BoundKind::kConstant:
        constant(part);
        break;
      case BoundKind::kField:
        if (!part.is_boolean) part.kind = PartKind::kField;
        break;
      case BoundKind::kToday:
        part.kind = PartKind::kDays;
        part.literal = expression.literal;
        break;
      case BoundKind::kToNumber:
      case BoundKind::kLocalDay:
        return part_of(*expression.children[0]);
      case BoundKind::kAggregate:
        add_related(expression, part);
        break;
      case BoundKind::kCall:
        if (is_wrapped(expression)) return converted_field(expression);
        add_operands(expression, part);
        break;
      default:
        add_operands(expression, part);
    }
    return part;
  }

  TracedPart start(const BoundExpr& expression) {
    TracedPart part{.source = source_, .at = expression.at, .expression = &expression};
    part.text = text_at(expression.at);
    part.is_boolean = expression.type == ValueType::kBoolean;
    part.kind = part.is_boolean ? PartKind::kCondition : PartKind::kValue;
    part.of_rows = rows_ != nullptr;
    if (part.of_rows) {
      if (part.is_boolean) count(expression, part);
    } else {
      part.node = made_.plan_.add(expression, made_.frame_);
      part.is_converted = is_converted(expression);
    }
    return part;
  }

  std::string text_at(TextRange at) const {
    const std::string_view piece = std::string_view(source_->text).substr(at.begin, at.end - at.begin);
    return on_one_line(without_parentheses(trim(piece)));
  }

  NodeId add_made(Bound expression) {
    made_.made_.push_back(std::move(expression));
    return made_.plan_.add(*made_.made_.back(), made_.frame_);
  }

  // For how many of the rows around it a condition is true.
  void count(const BoundExpr& expression, TracedPart& part) {
    part.matching = add_made(over_rows_of(*rows_, AggregateKind::kCount, copy_of(expression)));
    part.some = add_made(over_rows_of(*rows_, AggregateKind::kExists, copy_of(expression)));
    part.some_not = add_made(over_rows_of(*rows_, AggregateKind::kExists, opposite_of(copy_of(expression))));
  }

  const SourceText* text_of(const BoundExpr& named) const {
    for (const Definition& definition : made_.pack_.definitions) {
      if (definition.name == named.name) return &definition.text;
    }
    for (const DerivedField& derived : derived_) {
      const ObjectSchema& object = made_.plan_.schema().object(derived.object);
      if (derived.object == named.path.target() && object.fields[derived.field].name == named.name)
        return &derived.text;
    }
    return nullptr;
  }

  void add_definition(const BoundExpr& named, TracedPart& part) {
    part.kind = PartKind::kDefinition;
    part.name = named.name;
    const SourceText* const inside = text_of(named);
    const bool is_new = told_.emplace(named.name, named.path.frame, rows_).second;
    part.told_before = inside != nullptr && !is_new;
    if (inside == nullptr || !is_new) return;
    const SourceText* const around = std::exchange(source_, inside);
    part.parts.push_back(part_of(*named.children[0]));
    source_ = around;
  }

  // What was written as one comparison may have become several: Amount IN (EUR500, USD10).
  static bool is_one_comparison(const BoundExpr& chain) {
    return std::ranges::all_of(chain.children, [&](const Bound& child) { return child->at == chain.at; });
  }

  void add_chain(const BoundExpr& chain, TracedPart& part) {
    if (is_one_comparison(chain)) {
      add_operands(without_chains(chain), part);
      return;
    }
    part.kind = chain.kind == BoundKind::kAnd  ? PartKind::kAll
                : chain.kind == BoundKind::kOr ? PartKind::kAny
                                               : PartKind::kNot;
    for (const Bound& child : chain.children) part.parts.push_back(part_of(*child));
  }

  static const BoundExpr& without_chains(const BoundExpr& chain) {
    const BoundExpr* inner = &chain;
    while (inner->kind == BoundKind::kNot || inner->kind == BoundKind::kOr) inner = inner->children[0].get();
    return *inner;
  }

  void constant(TracedPart& part) {
    const std::size_t colon = part.text.find(':');
    if (colon == std::string::npos || part.text.starts_with('\'')) return;
    const auto found = made_.pack_.parameters.find(part.text.substr(colon + 1));
    if (found == made_.pack_.parameters.end()) return;
    part = parameter(found->second, part.at);
  }

  TracedPart parameter(const Parameter& parameter, TextRange at) const {
    TracedPart part{.kind = PartKind::kParameter, .source = source_, .at = at};
    part.text = ":" + parameter.name;
    part.name = parameter.name;
    part.constant = display_parameter(parameter);
    return part;
  }

  // A field that is compared in the organisation's currency though nobody wrote CONVERTED.
  static bool is_wrapped(const BoundExpr& call) {
    return call.function->name == kConvertedCall && call.children[0]->at == call.at;
  }

  TracedPart converted_field(const BoundExpr& call) {
    TracedPart part = part_of(*call.children[0]);
    if (!part.of_rows) part.converted = made_.plan_.add(call, made_.frame_);
    return part;
  }

  // What stands beside an operator, or between the parentheses of a function. Of related rows the fields have
  // no one value; parameters and dates do.
  void add_operands(const BoundExpr& expression, TracedPart& part) {
    for (const Bound& child : expression.children) {
      // What the binder added to a call, a currency, nobody has written.
      if (expression.kind == BoundKind::kCall && child->at == expression.at) continue;
      const bool shifts = child->kind == BoundKind::kCall && child->function->name == "convertTimezone";
      TracedPart operand = part_of(shifts ? *child->children[0] : *child);
      const bool of_itself = operand.kind == PartKind::kParameter || operand.kind == PartKind::kDays;
      // A literal says what it is itself.
      if (of_itself || (!part.of_rows && child->kind != BoundKind::kConstant)) {
        add(part, std::move(operand));
      } else if (part.of_rows) {
        for (TracedPart& inner : operand.parts) add(part, std::move(inner));
      }
    }
    if (expression.kind == BoundKind::kInRange) {
      TracedPart days{.kind = PartKind::kDays, .source = source_, .at = expression.at};
      days.text = std::string(name_of(expression.literal.kind));
      if (takes_number(expression.literal.kind)) days.text += fmt::format(":{}", expression.literal.n);
      days.literal = expression.literal;
      add(part, std::move(days));
    }
    add_list_parameters(expression, part);
  }

  // Each once: the two sides of a comparison may read one field.
  static void add(TracedPart& part, TracedPart operand) {
    const bool seen = std::ranges::any_of(part.parts, [&](const TracedPart& known) {
      return known.text == operand.text && known.kind == operand.kind;
    });
    if (!seen) part.parts.push_back(std::move(operand));
  }

  // Lists and maps are bound into what reads them, so their names are found in its text.
  void add_list_parameters(const BoundExpr& expression, TracedPart& part) {
    const std::string_view piece =
        std::string_view(source_->text).substr(expression.at.begin, expression.at.end - expression.at.begin);
    if (piece.find(':') == std::string_view::npos) return;
    const auto tokens = tokenize(piece);
    if (!tokens) return;
    for (std::size_t i = 0; i + 1 < tokens->size(); ++i) {
      const Token& name = (*tokens)[i + 1];
      if ((*tokens)[i].kind != TokenKind::kColon || name.kind != TokenKind::kName) continue;
      const TextRange at{(*tokens)[i].at.begin + expression.at.begin, name.at.end + expression.at.begin};
      const auto found = made_.pack_.parameters.find(name.source);
      if (found == made_.pack_.parameters.end() || is_inside(expression, at)) continue;
      add(part, parameter(found->second, at));
    }
  }

  static bool is_inside(const BoundExpr& expression, TextRange at) {
    const auto holds = [&](const Bound& part) {
      return part && part->at != expression.at && part->at.begin <= at.begin && at.end <= part->at.end;
    };
    const BoundAggregate* const rows = expression.aggregate.get();
    return std::ranges::any_of(expression.children, holds) || (rows != nullptr && holds(rows->where));
  }

  void add_related(const BoundExpr& expression, TracedPart& part) {
    part.kind = PartKind::kRelated;
    const BoundAggregate& rows = *expression.aggregate;
    part.name = rows.name;
    if (rows_ != nullptr) return;  // rows of rows are not told apart
    part.related = add_made(over_rows_of(rows, AggregateKind::kCount, nullptr));
    if (rows.where) {
      part.matching = add_made(over_rows_of(rows, AggregateKind::kCount, copy_of(rows.where)));
      rows_ = &rows;
      part.parts.push_back(part_of(*rows.where));
      rows_ = nullptr;
    }
    add_list_parameters(expression, part);
  }

  TracePlan& made_;
  const std::vector<DerivedField>& derived_;
  const SourceText* source_ = nullptr;
  const BoundAggregate* rows_ = nullptr;  // the aggregate around
  std::set<std::tuple<std::string, std::size_t, const BoundAggregate*>> told_;
};

TracePlan::TracePlan(const Pack& pack, const BoundPolicy& policy, const std::vector<DerivedField>& derived,
                     const Schema& schema, TimeFrameId frame)
    : pack_(pack), policy_(policy), frame_(frame), plan_(schema, policy.object) {
  Builder builder(*this, derived);
  if (policy.judged_when) judged_when_ = builder.condition(*policy.judged_when, *policy.policy->judged_when);
  violated_when_ = builder.condition(*policy.violated_when, policy.policy->violated_when);
  if (const auto field = schema.object(policy.object).find("CurrencyIsoCode"))
    currency_ = plan_.add_cell(plan_.own_row(), *field);
}

bool TracedPart::is_leaf() const {
  switch (kind) {
    case PartKind::kAll:
    case PartKind::kAny:
      return false;
    case PartKind::kNot:
      return parts[0].is_leaf() && parts[0].kind != PartKind::kDefinition;
    case PartKind::kDefinition:
      return parts.empty() || !parts[0].is_boolean;
    default:
      return true;
  }
}

}  // namespace plumbline
