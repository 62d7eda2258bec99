#include "policies/lint.h"

#include <fmt/format.h>

#include <set>
#include <string>

namespace plumbline {
namespace {

class NegativeTests {
 public:
  explicit NegativeTests(const Schema& schema) : schema_(schema) {}

  struct Found {
    std::string field;
    TextRange at;
    bool inside_name = false;  // in the text of a definition, which has its own place
  };

  void walk(const BoundExpr& expression, bool negated, bool inside_name) {
    const bool negative =
        (expression.kind == BoundKind::kCompare && (expression.compare == CompareOp::kNotEqual) != negated) ||
        ((expression.kind == BoundKind::kIn || expression.kind == BoundKind::kIncludes) &&
         expression.negated != negated) ||
        (negated && (expression.kind == BoundKind::kLike || expression.kind == BoundKind::kInRange ||
                     (expression.kind == BoundKind::kCompare && expression.compare != CompareOp::kEqual)));
    if (is_null_test(expression)) {
      for (const Bound& child : expression.children) note_tested(*child);
    } else if (negative) {
      for (const Bound& child : expression.children) note_negative(*child, expression.at, inside_name);
    }
    const bool flips = expression.kind == BoundKind::kNot;
    for (const Bound& child : expression.children)
      walk(*child, negated != flips, inside_name || expression.kind == BoundKind::kNamed);
    if (expression.aggregate && expression.aggregate->where)
      walk(*expression.aggregate->where, false, inside_name);
  }

  const std::vector<Found>& found() const { return found_; }
  bool tested(const std::string& field) const { return tested_.contains(field); }

 private:
  static bool is_null_test(const BoundExpr& expression) {
    if (expression.kind == BoundKind::kCall) {
      return expression.function->name == "ISBLANK" || expression.function->name == "BLANKVALUE" ||
             expression.function->name == "FIRST_KNOWN";
    }
    if (expression.kind != BoundKind::kCompare) return false;
    for (const Bound& child : expression.children) {
      if (child->kind == BoundKind::kConstant &&
          (child->constant.is_null() || (child->type == ValueType::kText && child->constant.text.empty())))
        return true;
    }
    return false;
  }

  static const BoundExpr* field_behind(const BoundExpr& expression) {
    if (expression.kind == BoundKind::kField) return &expression;
    const bool transparent =
        expression.kind == BoundKind::kToNumber || expression.kind == BoundKind::kLocalDay;
    return transparent ? field_behind(*expression.children[0]) : nullptr;
  }

  void note_tested(const BoundExpr& operand) {
    if (const BoundExpr* field = field_behind(operand)) tested_.insert(field->name);
  }

  void note_negative(const BoundExpr& operand, TextRange at, bool inside_name) {
    const BoundExpr* field = field_behind(operand);
    if (field == nullptr) return;
    const FieldSchema& schema = schema_.object(field->path.target()).fields[field->field];
    const bool can_be_null =
        !field->path.hops.empty() ||
        (!schema.required && schema.type != FieldType::kBoolean && schema.type != FieldType::kId);
    if (can_be_null) found_.push_back({.field = field->name, .at = at, .inside_name = inside_name});
  }

  const Schema& schema_;
  std::vector<Found> found_;
  std::set<std::string> tested_;
};

}  // namespace

void lint_negative_tests(const BindScope& scope, const Policy& policy, const BoundPolicy& bound) {
  NegativeTests judged(scope.schema);
  NegativeTests violated(scope.schema);
  if (bound.judged_when) judged.walk(*bound.judged_when, false, false);
  violated.walk(*bound.violated_when, false, false);
  const auto report = [&](const NegativeTests& tests, const SourceText& text) {
    std::set<std::string> reported;
    for (const NegativeTests::Found& found : tests.found()) {
      if (judged.tested(found.field) || violated.tested(found.field) || !reported.insert(found.field).second)
        continue;
      const TextRange at =
          found.inside_name ? TextRange{0, static_cast<std::uint32_t>(text.text.size())} : found.at;
      scope.diagnostics.warning("PB062", text.place(at),
                                fmt::format("this also holds where {0} is empty; if that is meant say `OR "
                                            "{0} = null`, otherwise add `AND {0} != null`",
                                            found.field));
    }
  };
  if (policy.judged_when) report(judged, *policy.judged_when);
  report(violated, policy.violated_when);
}

}  // namespace plumbline
