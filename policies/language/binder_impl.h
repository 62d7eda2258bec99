// The binder's own face, shared by its three .cpp files: names (binder.cpp), comparisons
// (binder_compare.cpp), calls and aggregates (binder_call.cpp). Nothing else includes this.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policies/language/binder.h"

namespace plumbline {

inline constexpr std::size_t kMaxPathSteps = 12;
inline constexpr std::size_t kMaxNameBytes = 120;  // of an aggregate in evidence
inline constexpr std::size_t kMaxDefinitionDepth = 32;
inline constexpr std::size_t kMaxExpansions = 2'000;  // uses of definitions, unfolded, in one condition

class Binder {
 public:
  Binder(const BindScope& scope, const SourceText& text, std::size_t object);

  // Binds as a condition or as any value, starting `begin` bytes into the text.
  BoundCondition condition(std::string_view expression, std::uint32_t begin);
  BoundCondition value(std::string_view expression, std::uint32_t begin);

 private:
  // A record that names may be of: the one judged, or a row of an aggregate.
  struct Frame {
    std::size_t object = 0;
    std::size_t outer = 0;    // the frame of the enclosing row
    bool sees_record = true;  // false inside a SELECT, which knows its own rows alone
  };
  struct RelatedPath {
    RecordPath base;
    std::size_t relationship = 0;
  };

  // binder.cpp
  Bound parse_and_bind(std::string_view expression, std::uint32_t begin);
  Bound bind_parsed(const std::expected<Ast, SyntaxFault>& ast);
  Bound bind(const AstNode& node);
  Bound bind_condition(const AstNode& node);
  Bound bind_chain(const AstNode& node);
  Bound bind_not(const AstNode& node);
  Bound bind_path(const AstNode& node);
  Bound bind_parameter(const AstNode& node);
  Bound bind_number(const AstNode& node);
  Bound bind_currency(const AstNode& node);
  Bound bind_negate(const AstNode& node);
  Bound bind_arithmetic(const AstNode& node);
  Bound bind_date_literal(const AstNode& node);
  Bound bind_named(const AstNode& node, std::string_view name, const SourceText& text,
                   const RecordPath& path);
  bool begin_path(const AstNode& node, RecordPath& path, std::size_t& step);
  bool hop(const AstNode& node, std::size_t step, RecordPath& path);
  Bound field_of(const AstNode& node, RecordPath path, std::size_t step);
  void need_hop(const RecordPath& before, const PathHop& hop);
  const Definition* find_definition(std::string_view name) const;
  const Parameter* find_parameter(const AstNode& node);
  std::string path_name(const RecordPath& path, std::string_view last) const;
  Bound wrap_converted(Bound field);
  Bound converted_field(Bound field);
  std::optional<RecordPath> currency_record(const RecordPath& path) const;
  void add_currency(BoundExpr& call);
  static bool is_wrapped_field(const BoundExpr& expression);

  // binder_compare.cpp
  Bound bind_compare(const AstNode& node);
  Bound compare_bound(TextRange at, Bound left, CompareOp op, Bound right);
  Bound compare_range(const AstNode& node, const AstNode& other, CompareOp op, const AstNode& literal);
  Bound bind_like(const AstNode& node);
  Bound bind_in(const AstNode& node);
  Bound bind_in_select(const AstNode& node, Bound left);
  Bound bind_includes(const AstNode& node);
  bool list_values(const AstNode& node, std::size_t first, std::vector<Value>& values);
  bool element_fits(Bound& left, Value& element, TextRange at);
  bool unify(Bound& left, Bound& right, TextRange at);
  bool unify_times(Bound& left, Bound& right, TextRange at);
  void money_constant(Bound& constant);
  Bound bind_in_currencies(const AstNode& node);
  static bool is_currency(const BoundExpr& expression);
  Bound misplaced_currency(TextRange at);
  bool convert_beside_currency(Bound& field);
  bool order_allowed(ValueType type, CompareOp op, TextRange at);

  // binder_call.cpp
  Bound bind_call(const AstNode& node);
  Bound bind_function(const AstNode& node, const FunctionDescriptor& function);
  Bound bind_argument(const AstNode& argument, const FunctionDescriptor& function, std::size_t index,
                      BoundExpr& call);
  bool check_argument(const BoundExpr& argument, const FunctionDescriptor& function, std::size_t index);
  bool check_count(const AstNode& node, const FunctionDescriptor& function);
  bool settle_type(BoundExpr& call, const FunctionDescriptor& function);
  bool common_type(BoundExpr& call, const std::vector<std::size_t>& which);
  bool case_fits(const BoundExpr& looked_at, const BoundExpr& value);
  bool prepare(BoundExpr& call, const FunctionDescriptor& function);
  void need_history(const BoundExpr& field);
  Bound bind_lookup_table(const AstNode& node);
  Bound bind_aggregate(const AstNode& node, AggregateKind kind);
  bool aggregate_value(const AstNode& node, const AstNode& path, BoundAggregate& aggregate, bool has_field);
  std::optional<RelatedPath> find_related(const AstNode& path, std::size_t steps, bool report);
  bool is_related(const AstNode& path, std::size_t steps);
  void need_relationship(std::size_t relationship);
  std::optional<ValueType> aggregate_type(const AstNode& node, BoundAggregate& aggregate);

  // Shared.
  Bound make(BoundKind kind, ValueType type, TextRange at) const;
  Bound constant(Value value, TextRange at) const;
  Bound faulty(TextRange at) const { return make(BoundKind::kFaulty, ValueType::kNull, at); }
  std::string as_written(TextRange at) const;
  Bound fault(TextRange at, std::string code, std::string message);
  void warn(TextRange at, std::string code, std::string message);
  void require(Requirement requirement);
  void need_field(std::size_t object, std::size_t field);
  void need_field(const RecordPath& path, std::size_t field);
  void require_field(std::size_t object, std::size_t field);
  static bool is_of_record_judged(const RecordPath& path) { return path.frame == 0 && path.hops.empty(); }
  static bool is_faulty(const Bound& bound) { return bound->kind == BoundKind::kFaulty; }
  const Schema& schema() const { return scope_.schema; }

  const BindScope& scope_;
  const SourceText* text_;
  std::uint32_t offset_ = 0;  // of the expression in text_
  std::vector<Frame> frames_;
  std::size_t current_ = 0;
  std::size_t shield_ = 0;           // inside FIRST_KNOWN or IS_KNOWN, or a value: nothing is required
  bool date_function_ = false;       // convertTimezone may stand here
  std::vector<std::string> naming_;  // definitions being bound, innermost last
  std::size_t expansions_ = 0;
  BoundCondition result_;
};

bool is_text_type(ValueType type);
bool is_numeric_type(ValueType type);

}  // namespace plumbline
