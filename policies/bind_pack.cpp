#include <fmt/format.h>

#include <algorithm>

#include "base/nearest_name.h"
#include "base/utf8.h"
#include "policies/bind_template.h"
#include "policies/bound_pack.h"
#include "policies/lint.h"
#include "records/field_map.h"

namespace plumbline {
namespace {

class PolicyBinder {
 public:
  PolicyBinder(const BindScope& scope, const Policy& policy, BoundPolicy& bound)
      : scope_(scope), policy_(policy), bound_(bound) {}

  bool run() {
    if (policy_.judged_when)
      bound_.judged_when = take(bind_condition(scope_, *policy_.judged_when, bound_.object));
    bound_.violated_when = take(bind_condition(scope_, policy_.violated_when, bound_.object));
    const auto taken = [this](BoundCondition condition) { return take(std::move(condition)); };
    bound_.says = bind_template(scope_, policy_.says, bound_.object, taken);
    bound_.fix = bind_template(scope_, policy_.fix, bound_.object, taken);
    for (const NamedText& evidence : policy_.evidence) {
      Bound expression = take(bind_value(scope_, evidence.text, bound_.object));
      if (expression) bound_.evidence.push_back({.name = evidence.name, .expression = std::move(expression)});
    }
    bind_zone();
    if (!bound_.violated_when || (policy_.judged_when && !bound_.judged_when)) return false;
    for (const Bound* condition : {&bound_.judged_when, &bound_.violated_when}) {
      if (*condition) collect_reads(**condition, nullptr, true);
    }
    lint_negative_tests(scope_, policy_, bound_);
    return true;
  }

 private:
  Bound take(BoundCondition condition) {
    bound_.needs.add(condition.needs);
    bound_.required.insert(condition.required.begin(), condition.required.end());
    return std::move(condition.root);
  }

  void bind_zone() {
    if (policy_.zone.empty()) return;
    auto zone = TimeZone::find(policy_.zone);
    if (zone) {
      bound_.zone = *zone;
    } else {
      scope_.diagnostics.error("PB060", policy_.where, zone.error().message);
    }
  }

  // Fields of the record judged, of those its lookups lead to, and of the rows of an EXISTS, each once.
  void collect_reads(const BoundExpr& expression, const BoundAggregate* inside, bool reachable) {
    const bool derived = expression.kind == BoundKind::kNamed && is_field_name(expression);
    if ((expression.kind == BoundKind::kField || derived) && reachable) {
      const bool of_row = inside != nullptr && expression.path.frame == inside->frame;
      add_read(of_row ? inside->name + "." + expression.name : expression.name, expression,
               of_row ? inside : nullptr);
    }
    if (derived) return;
    for (const Bound& child : expression.children) collect_reads(*child, inside, reachable);
    if (!expression.aggregate) return;
    const BoundAggregate& aggregate = *expression.aggregate;
    const bool first_row = expression.kind == BoundKind::kAggregate &&
                           aggregate.kind == AggregateKind::kExists && inside == nullptr;
    if (aggregate.where && first_row) collect_reads(*aggregate.where, &aggregate, true);
    if (expression.kind == BoundKind::kAggregate && aggregate.kind != AggregateKind::kExists &&
        inside == nullptr) {
      add_read(expression.name, expression, nullptr);
    }
  }

  bool is_field_name(const BoundExpr& named) const {
    return scope_.schema.object(named.path.target()).find(named.name).has_value();
  }

  void add_read(std::string name, const BoundExpr& expression, const BoundAggregate* inside) {
    // A field of the row of an aggregate that is not EXISTS has no one value to show.
    if (expression.kind != BoundKind::kAggregate && expression.path.frame != 0 && inside == nullptr) return;
    const bool seen = std::any_of(bound_.reads.begin(), bound_.reads.end(),
                                  [&](const ReadField& read) { return read.name == name; });
    if (!seen) bound_.reads.push_back({.name = std::move(name), .expression = &expression, .inside = inside});
  }

  const BindScope& scope_;
  const Policy& policy_;
  BoundPolicy& bound_;
};

}  // namespace

BoundPack bind_pack(std::shared_ptr<const Pack> pack, const Schema& schema,
                    const std::vector<DerivedField>& derived, Diagnostics& diagnostics,
                    const PolicyChoice& wanted) {
  BoundPack bound;
  bound.pack = std::move(pack);
  check_definitions(*bound.pack, schema, diagnostics);
  const BindScope scope{.schema = schema,
                        .pack = *bound.pack,
                        .derived = derived,
                        .constants = *bound.constants,
                        .diagnostics = diagnostics};
  bound.policies.reserve(bound.pack->policies.size());
  for (const Policy& policy : bound.pack->policies) {
    // What could not be read at all has been reported by the loader.
    if (!policy.enabled || policy.object.empty() || policy.violated_when.text.empty()) continue;
    if (wanted && !wanted(policy)) continue;
    const auto object = schema.find_object(policy.object);
    if (!object) {
      diagnostics.error("PB040", policy.object_where,
                        fmt::format("unknown object {}{}", policy.object,
                                    did_you_mean(policy.object, schema.object_names())));
      continue;
    }
    BoundPolicy bound_policy;
    bound_policy.policy = &policy;
    bound_policy.object = *object;
    if (!PolicyBinder(scope, policy, bound_policy).run()) continue;
    bound_policy.needs.passing[*object];  // the object itself is needed, whatever is read of it
    bound.needs.add(bound_policy.needs);
    bound.policies.push_back(std::move(bound_policy));
  }
  bound.needs.add_implied(schema);
  return bound;
}

std::vector<DerivedField> derived_fields(const FieldMap& map, const Schema& schema) {
  std::vector<DerivedField> derived;
  const auto file = std::make_shared<const SourceFile>(map.file, map.source);
  for (const MappedObject& object : map.objects) {
    const auto index = schema.find_object(object.object);
    if (!index) continue;
    for (const MappedField& field : object.fields) {
      const auto found = field.when.empty() ? std::nullopt : schema.object(*index).find(field.field);
      if (!found) continue;
      YamlNode scalar;
      scalar.kind = YamlNode::Kind::kScalar;
      scalar.text = field.when;
      scalar.where = field.when_where;
      derived.push_back({.object = *index,
                         .field = *found,
                         .text = {.text = field.when, .file = file, .scalar = std::move(scalar)}});
    }
  }
  return derived;
}

}  // namespace plumbline
