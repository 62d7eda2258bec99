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
    std::string lookup;  // the id whose test is enough; empty where it is not
    TextRange at;
    bool inside_name = false;  // in the text of a definition, which has its own place
  };

  void walk(const BoundExpr& expression, bool negated, bool inside_name) {
    if (is_null_test(expression)) {
      for (const Bound& child : expression.children) note_tested(*child);
    } else if (holds_for_null(expression, negated)) {
      if (expression.kind == BoundKind::kField) note_negative(expression, expression.at, inside_name);
      for (const Bound& child : expression.children) note_negative(*child, expression.at, inside_name);
    }
    const bool flips = expression.kind == BoundKind::kNot;
    for (const Bound& child : expression.children)
      walk(*child, is_logic(expression) && negated != flips,
           inside_name || expression.kind == BoundKind::kNamed);
    if (expression.aggregate && expression.aggregate->where)
      walk(*expression.aggregate->where, false, inside_name);
  }

  const std::vector<Found>& found() const { return found_; }
  bool tested(const Found& found) const {
    return tested_.contains(found.field) || tested_.contains(found.lookup);
  }

 private:
  // Whether what is negated above reaches the parts.
  static bool is_logic(const BoundExpr& expression) {
    return expression.kind == BoundKind::kAnd || expression.kind == BoundKind::kOr ||
           expression.kind == BoundKind::kNot || expression.kind == BoundKind::kNamed;
  }

  // Whether the test, or what stands below a NOT, is met by null.
  static bool holds_for_null(const BoundExpr& expression, bool negated) {
    switch (expression.kind) {
      case BoundKind::kCompare:
      case BoundKind::kInRange:
        return (expression.compare == CompareOp::kNotEqual) != negated;
      case BoundKind::kIn:
      case BoundKind::kInSelect:
      case BoundKind::kIncludes:
        return expression.negated != negated;
      case BoundKind::kLike:
      case BoundKind::kField:
        return negated;
      default:
        return false;
    }
  }

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

  const FieldSchema& schema_of(const BoundExpr& field) const {
    return schema_.object(field.path.target()).fields[field.field];
  }

  // Owner.Id for Owner.Team__c.
  static std::string id_beside(const BoundExpr& field) {
    return field.name.substr(0, field.name.rfind('.') + 1) + "Id";
  }

  void note_tested(const BoundExpr& operand) {
    const BoundExpr* field = field_behind(operand);
    if (field == nullptr) return;
    tested_.insert(field->name);
    // OwnerId names a record exactly where Owner.Id is not null.
    const FieldSchema& schema = schema_of(*field);
    if (schema.type != FieldType::kReference) return;
    const std::string way = field->name.substr(0, field->name.rfind('.') + 1);
    tested_.insert(way + lookup_name(schema.name) + ".Id");
  }

  void note_negative(const BoundExpr& operand, TextRange at, bool inside_name) {
    const BoundExpr* field = field_behind(operand);
    if (field == nullptr) return;
    const FieldSchema& schema = schema_of(*field);
    const bool filled =
        schema.required || schema.type == FieldType::kBoolean || schema.type == FieldType::kId;
    if (filled && field->path.hops.empty()) return;
    found_.push_back({.field = schema.type == FieldType::kBoolean ? id_beside(*field) : field->name,
                      .lookup = filled ? id_beside(*field) : "",
                      .at = at,
                      .inside_name = inside_name});
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
      if (judged.tested(found) || violated.tested(found) || !reported.insert(found.field).second) continue;
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
