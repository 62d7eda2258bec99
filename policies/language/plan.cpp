#include "policies/language/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

namespace plumbline {
namespace {

// Rough prices of one row in nanoseconds.
constexpr std::uint32_t kBooleanCellPrice = 4;
constexpr std::uint32_t kCellPrice = 8;
constexpr std::uint32_t kTextCellPrice = 25;
constexpr std::uint32_t kHopPrice = 50;
constexpr std::uint32_t kCheapPrice = 1;
constexpr std::uint32_t kTextPrice = 5;
constexpr std::uint32_t kCallPrice = 10;
constexpr std::uint32_t kHistoryPrice = 60;
constexpr std::uint32_t kTextCallPrice = 100;
constexpr std::uint32_t kRowsPrice = 200;
constexpr std::uint32_t kMostPrice = 1'000'000;

PlanOp op_of(BoundKind kind) {
  switch (kind) {
    case BoundKind::kConstant:
      return PlanOp::kConstant;
    case BoundKind::kField:
    case BoundKind::kNamed:
      return PlanOp::kCell;
    case BoundKind::kAnd:
      return PlanOp::kAnd;
    case BoundKind::kOr:
      return PlanOp::kOr;
    case BoundKind::kNot:
      return PlanOp::kNot;
    case BoundKind::kCompare:
      return PlanOp::kCompare;
    case BoundKind::kLike:
      return PlanOp::kLike;
    case BoundKind::kIn:
      return PlanOp::kIn;
    case BoundKind::kInSelect:
      return PlanOp::kInSelect;
    case BoundKind::kIncludes:
      return PlanOp::kIncludes;
    case BoundKind::kInRange:
      return PlanOp::kInRange;
    case BoundKind::kToday:
      return PlanOp::kToday;
    case BoundKind::kArithmetic:
      return PlanOp::kArithmetic;
    case BoundKind::kNegate:
      return PlanOp::kNegate;
    case BoundKind::kCall:
      return PlanOp::kCall;
    case BoundKind::kLookupTable:
      return PlanOp::kLookupTable;
    case BoundKind::kAggregate:
      return PlanOp::kAggregate;
    case BoundKind::kToNumber:
      return PlanOp::kToNumber;
    case BoundKind::kLocalDay:
      return PlanOp::kLocalDay;
    case BoundKind::kFaulty:
      break;
  }
  return PlanOp::kFaulty;
}

bool is_text(ValueType type) {
  return type == ValueType::kText || type == ValueType::kNumericText || type == ValueType::kMultiPicklist ||
         type == ValueType::kId;
}

std::uint32_t price_of_call(const FunctionDescriptor& function) {
  if (function.reads_history) return kHistoryPrice;
  const bool reads_text =
      std::ranges::any_of(function.arguments, [](std::uint16_t types) { return types == kTextArg; });
  return reads_text ? kTextCallPrice : kCallPrice;
}

std::uint32_t own_price(const PlanNode& node) {
  switch (node.op) {
    case PlanOp::kCell:
    case PlanOp::kCellPassing:
      if (node.type == ValueType::kBoolean) return kBooleanCellPrice;
      return is_text(node.type) ? kTextCellPrice : kCellPrice;
    case PlanOp::kHop:
      return kHopPrice;
    case PlanOp::kLike:
      return kTextCallPrice;
    case PlanOp::kIn:
    case PlanOp::kIncludes:
    case PlanOp::kLookupTable:
    case PlanOp::kToNumber:
      return kTextPrice;
    case PlanOp::kInSelect:
    case PlanOp::kAggregate:
      return kRowsPrice;
    case PlanOp::kCall:
      return price_of_call(*node.expression->function);
    default:
      return kCheapPrice;
  }
}

bool depends_on_moment(const BoundExpr& expression) {
  switch (expression.kind) {
    case BoundKind::kInRange:
    case BoundKind::kToday:
    case BoundKind::kLocalDay:
    case BoundKind::kCall:
      return true;
    default:
      break;
  }
  const auto any = [](const Bound& child) { return child && depends_on_moment(*child); };
  if (std::ranges::any_of(expression.children, any)) return true;
  const BoundAggregate* rows = expression.aggregate.get();
  return rows != nullptr && (any(rows->where) || any(rows->value) || any(rows->by));
}

bool is_count(const BoundExpr& expression) {
  const BoundExpr& inner = without_names(expression);
  return inner.kind == BoundKind::kAggregate && inner.aggregate->kind == AggregateKind::kCount;
}

// Spells an expression out, so that two that mean the same are spelt the same, whichever numbers their frames
// were given.
class KeyWriter {
 public:
  KeyWriter(std::string& key, const std::map<std::size_t, ScopeId>& frames) : key_(key), frames_(frames) {}

  void write(const BoundExpr& named) {
    const BoundExpr& expression = without_names(named);
    key_ += '(';
    add(expression.kind, expression.type, expression.compare, expression.arithmetic, expression.negated,
        expression.field, expression.literal.kind, expression.literal.n,
        reinterpret_cast<std::uintptr_t>(expression.function));
    write_text(expression.name);
    if (expression.kind == BoundKind::kField) write(expression.path);
    if (expression.kind == BoundKind::kConstant) write(expression.constant);
    for (const Value& value : expression.list) write(value);
    key_ += '|';
    for (const Value& value : expression.values) write(value);
    for (const Bound& child : expression.children) write(*child);
    if (expression.aggregate) write(*expression.aggregate);
    key_ += ')';
  }

  void write(const BoundAggregate& rows) {
    key_ += '[';
    add(rows.kind, rows.relationship, rows.object);
    write(rows.base);
    inner_.push_back(rows.frame);
    for (const Bound* part : {&rows.where, &rows.value, &rows.by}) {
      key_ += '/';
      if (*part) write(**part);
    }
    inner_.pop_back();
    for (const Value& value : rows.list) write(value);
    key_ += ']';
  }

 private:
  // As bytes: a key is compared, never read.
  template <class... Numbers>
  void add(Numbers... numbers) {
    const std::array all{static_cast<std::uint64_t>(numbers)...};
    key_.append(reinterpret_cast<const char*>(all.data()), sizeof all);
  }
  void write_text(std::string_view text) {
    key_ += '\'';
    add(text.size());
    key_ += text;
  }
  void write(const Value& value) {
    key_ += '<';
    add(value.state, value.type, value.bits);
    write_text(value.text);
  }
  void write(const RecordPath& path) {
    const auto inner = std::ranges::find(inner_, path.frame);
    if (inner != inner_.end()) {
      key_ += 'i';
      add(inner - inner_.begin());
    } else {
      key_ += 's';
      add(frames_.at(path.frame));
    }
    for (const PathHop& hop : path.hops) {
      key_ += '-';
      add(hop.kind, hop.index);
    }
  }

  std::string& key_;
  const std::map<std::size_t, ScopeId>& frames_;
  std::vector<std::size_t> inner_;  // frames opened inside of the expression
};

}  // namespace

Plan::Plan(const Schema& schema, std::size_t object) : schema_(schema), object_(object) {
  scopes_.resize(2);
  scopes_[kRecordScope].object = object;
  scopes_[kRecordScope].own_row =
      find_or_add_row({.op = PlanOp::kOwnRow, .scope = kRecordScope, .object = object});
  frames_[0] = kRecordScope;
  const auto user = schema.find_object("User");
  if (user == object) {
    owner_ = scopes_[kRecordScope].own_row;
    return;
  }
  const auto field = schema.object(object).find("OwnerId");
  if (!user || !field || schema.object(object).fields[*field].type != FieldType::kReference) return;
  owner_ = hop_from(scopes_[kRecordScope].own_row,
                    {.kind = PathHop::Kind::kLookup, .index = *field, .object = *user});
}

NodeId Plan::add(const BoundExpr& expression, TimeFrameId time) {
  time_ = time;
  return brought_to(compile(expression), kRecordScope);
}

Plan::Inside Plan::add_inside(const BoundAggregate& aggregate, const BoundExpr& expression,
                              TimeFrameId time) {
  time_ = time;
  std::string key = "A";
  KeyWriter(key, frames_).write(aggregate);
  auto found = known_.find(key);
  if (found == known_.end()) found = known_.find(key + fmt::format("@{}", time));
  if (found == known_.end()) return {};
  const ScopeId rows = nodes_[found->second].rows_scope;
  frames_[aggregate.frame] = rows;
  const NodeId inside = brought_to(compile(expression), rows);
  frames_.erase(aggregate.frame);
  return {.aggregate = found->second, .expression = inside};
}

std::string Plan::key_of(const BoundExpr& expression) const {
  constexpr std::size_t kUsualKeyBytes = 512;
  std::string key;
  key.reserve(kUsualKeyBytes);
  if (expression.kind == BoundKind::kAggregate) {
    key += 'A';
    KeyWriter(key, frames_).write(*expression.aggregate);
  } else {
    KeyWriter(key, frames_).write(expression);
  }
  if (depends_on_moment(expression)) key += fmt::format("@{}", time_);
  return key;
}

NodeId Plan::intern(std::string key, PlanNode node) {
  std::uint64_t price = own_price(node);
  for (const NodeId input : node.inputs) price += nodes_[input].price;
  for (const NodeId place : node.places) price += nodes_[place].price;
  if (node.where != kNoNode) price += nodes_[node.where].price;
  node.price = static_cast<std::uint32_t>(std::min<std::uint64_t>(price, kMostPrice));
  const auto id = static_cast<NodeId>(nodes_.size());
  nodes_.push_back(std::move(node));
  known_.emplace(std::move(key), id);
  return id;
}

// Rows, and values of the scope around, are told apart by what they are made of alone.
NodeId Plan::find_or_add_row(PlanNode node) {
  const std::string key = fmt::format("row {} {} {} {} {}.{}.{}", static_cast<int>(node.op), node.scope,
                                      node.places.empty() ? kNoNode : node.places[0],
                                      node.op == PlanOp::kOuter ? node.inputs[0] : kNoNode,
                                      static_cast<int>(node.hop.kind), node.hop.index, node.object);
  const auto found = known_.find(key);
  return found != known_.end() ? found->second : intern(key, std::move(node));
}

NodeId Plan::hop_from(NodeId from, const PathHop& hop) {
  PlanNode node{.op = PlanOp::kHop, .scope = nodes_[from].scope, .object = hop.object};
  node.places = {from};
  node.hop = hop;
  if (from == own_row() && hop.kind == PathHop::Kind::kLookup) node.inputs = {add_cell(from, hop.index)};
  return find_or_add_row(std::move(node));
}

NodeId Plan::add_cell(NodeId row, std::size_t field) {
  PlanNode node{.op = row == own_row() ? PlanOp::kCellPassing : PlanOp::kCell, .scope = nodes_[row].scope};
  node.object = nodes_[row].object;
  node.field = field;
  node.type = value_type(schema_.object(node.object).fields[field].type);
  if (node.op == PlanOp::kCell) node.places = {row};
  const std::string key = fmt::format("cell {} {}", row, field);
  const auto found = known_.find(key);
  return found != known_.end() ? found->second : intern(key, std::move(node));
}

NodeId Plan::row_at(const RecordPath& path) {
  NodeId row = scopes_[frames_.at(path.frame)].own_row;
  for (const PathHop& hop : path.hops) row = hop_from(row, hop);
  return row;
}

ScopeId Plan::deeper(ScopeId a, ScopeId b) const {
  // Scopes are numbered as they are opened: of two around one place the later is the inner one.
  return std::max(a, b);
}

// The innermost scope an expression speaks of.
ScopeId Plan::home_of(const BoundExpr& expression) const {
  ScopeId home = kMomentScope;
  const auto look_at = [&](const RecordPath& path) {
    const auto frame = frames_.find(path.frame);
    if (frame != frames_.end()) home = deeper(home, frame->second);
  };
  if (expression.kind == BoundKind::kField) look_at(expression.path);
  for (const Bound& child : expression.children) home = deeper(home, home_of(*child));
  if (const BoundAggregate* rows = expression.aggregate.get()) {
    if (expression.kind == BoundKind::kAggregate) look_at(rows->base);
    for (const Bound* part : {&rows->where, &rows->value, &rows->by}) {
      if (*part) home = deeper(home, home_of(**part));
    }
  }
  return home;
}

// The same value or row, seen from a scope further in.
NodeId Plan::brought_to(NodeId id, ScopeId scope) {
  if (nodes_[id].scope == scope) return id;
  const ScopeId outer = scopes_[scope].outer;
  const bool momentary = nodes_[id].scope == kMomentScope;
  const NodeId nearer = momentary ? id : brought_to(id, outer);
  const PlanNode& from = nodes_[nearer];
  PlanNode node{.type = from.type, .scope = scope, .time = from.time, .object = from.object};
  const bool is_row = from.op == PlanOp::kOwnRow || from.op == PlanOp::kHop || from.op == PlanOp::kOuterRow;
  node.op = is_row ? PlanOp::kOuterRow : PlanOp::kOuter;
  (is_row ? node.places : node.inputs) = {nearer};
  return find_or_add_row(std::move(node));
}

void Plan::bring_inputs_home(PlanNode& node) {
  for (const NodeId input : node.inputs) node.scope = deeper(node.scope, nodes_[input].scope);
  for (const NodeId place : node.places) node.scope = deeper(node.scope, nodes_[place].scope);
  // These take what depends on the moment alone as it is, once a zone.
  const bool takes_moments =
      node.op == PlanOp::kCompare || node.op == PlanOp::kCall || node.op == PlanOp::kArithmetic;
  for (NodeId& input : node.inputs) {
    if (!takes_moments || !is_momentary(input)) input = brought_to(input, node.scope);
  }
  for (NodeId& place : node.places) place = brought_to(place, node.scope);
}

void Plan::order_by_price(PlanNode& node) const {
  node.cheapest_first.resize(node.inputs.size());
  std::iota(node.cheapest_first.begin(), node.cheapest_first.end(), NodeId{0});
  std::ranges::sort(node.cheapest_first, {}, [&](NodeId position) {
    return std::pair(nodes_[node.inputs[position]].price, position);
  });
}

void Plan::want_codes(NodeId id) {
  PlanNode& node = nodes_[id];
  if (node.op == PlanOp::kOuter && !is_momentary(node.inputs[0])) return want_codes(node.inputs[0]);
  // Of ids hardly one comes twice.
  const bool repeats = is_text(node.type) && node.type != ValueType::kId;
  if ((node.op == PlanOp::kCell || node.op == PlanOp::kCellPassing) && repeats) node.coded = true;
}

NodeId Plan::compile(const BoundExpr& named) {
  const BoundExpr& expression = without_names(named);
  std::string key = key_of(expression);
  if (const auto found = known_.find(key); found != known_.end()) return found->second;

  PlanNode node{.op = op_of(expression.kind), .type = expression.type, .expression = &expression};
  if (depends_on_moment(expression)) node.time = time_;
  if (expression.kind == BoundKind::kField) {
    node.object = expression.path.target();
    node.field = expression.field;
    const NodeId row = row_at(expression.path);
    node.scope = nodes_[row].scope;
    node.op = row == scopes_[kRecordScope].own_row ? PlanOp::kCellPassing : PlanOp::kCell;
    if (node.op == PlanOp::kCell) node.places = {row};
  } else if (expression.kind == BoundKind::kAggregate || expression.kind == BoundKind::kInSelect) {
    plan_rows(expression, node);
  } else if (expression.kind == BoundKind::kCompare) {
    plan_compare(expression, node);
  } else {
    for (const Bound& child : expression.children) node.inputs.push_back(compile(*child));
    for (const std::size_t argument : expression.field_arguments)
      node.places.push_back(row_at(expression.children[argument]->path));
    bring_inputs_home(node);
  }
  if (node.op == PlanOp::kAnd || node.op == PlanOp::kOr) order_by_price(node);
  if (node.op == PlanOp::kIn || node.op == PlanOp::kIncludes || node.op == PlanOp::kLike ||
      node.op == PlanOp::kLookupTable || node.op == PlanOp::kToNumber) {
    want_codes(node.inputs[0]);
  }
  return intern(std::move(key), std::move(node));
}

// An aggregate, or the rows of a SELECT. The rows have a scope of their own.
void Plan::plan_rows(const BoundExpr& expression, PlanNode& node) {
  const BoundAggregate& rows = *expression.aggregate;
  node.aggregate = &rows;
  const bool related = expression.kind == BoundKind::kAggregate;
  if (related) {
    node.scope = home_of(expression);
    node.places = {brought_to(row_at(rows.base), node.scope)};
  } else {
    node.inputs = {compile(*expression.children[0])};
    bring_inputs_home(node);
  }
  node.rows_scope = static_cast<ScopeId>(scopes_.size());
  // What a SELECT gives is the same for every record.
  scopes_.push_back({.outer = related ? node.scope : kMomentScope, .object = rows.object});
  const NodeId own_row =
      find_or_add_row({.op = PlanOp::kOwnRow, .scope = node.rows_scope, .object = rows.object});
  scopes_[node.rows_scope].own_row = own_row;
  frames_[rows.frame] = node.rows_scope;
  const auto inside = [&](const Bound& part) {
    return part ? brought_to(compile(*part), node.rows_scope) : kNoNode;
  };
  node.where = inside(rows.where);
  node.value = inside(rows.value);
  node.by = inside(rows.by);
  frames_.erase(rows.frame);
  if (related) node.shareable = nodes_[node.places[0]].op == PlanOp::kHop && !looks_out(node.rows_scope);
}

// Whether what is asked of an aggregate's rows depends on the record around them.
bool Plan::looks_out(ScopeId rows) const {
  return std::ranges::any_of(nodes_, [&](const PlanNode& node) {
    if (node.scope != rows) return false;
    return node.op == PlanOp::kOuterRow || (node.op == PlanOp::kOuter && !is_momentary(node.inputs[0]));
  });
}

void Plan::plan_compare(const BoundExpr& expression, PlanNode& node) {
  const BoundExpr& left = *expression.children[0];
  const BoundExpr& right = *expression.children[1];
  node.compare = expression.compare;
  node.inputs = {compile(left), compile(right)};
  if (is_count(left) != is_count(right)) {
    node.op = PlanOp::kCompareCount;
    if (is_count(right)) {
      std::swap(node.inputs[0], node.inputs[1]);
      node.compare = mirrored(expression.compare);
      node.count_last = true;
    }
  }
  bring_inputs_home(node);
  for (const std::size_t side : {0U, 1U}) {
    const NodeId other = node.inputs[1 - side];
    if (is_momentary(other) && nodes_[other].type != ValueType::kNull) want_codes(node.inputs[side]);
  }
}

}  // namespace plumbline
