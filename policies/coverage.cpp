#include "policies/coverage.h"

#include <fmt/format.h>

#include <algorithm>

#include "policies/judge_times.h"

namespace plumbline {
namespace {

constexpr int kInDefinition = 0;
constexpr int kInScope = 1;
constexpr int kInViolation = 2;

bool is_chain(const TracedPart& part) {
  return part.kind == PartKind::kAll || part.kind == PartKind::kAny ||
         (part.kind == PartKind::kNot && !part.is_leaf());
}

// A boolean field beside an operator is a value there: IsClosed = false is the condition, not IsClosed.
bool is_plain_operand(const TracedPart& around, const TracedPart& part) {
  const bool chained = is_chain(around) || around.kind == PartKind::kDefinition;
  return !chained && around.kind != PartKind::kRelated && part.kind == PartKind::kCondition &&
         part.expression->kind == BoundKind::kField;
}

std::string key_of(const Policy& policy) { return fmt::format("{}/{}", policy.pack, policy.id); }

}  // namespace

std::string_view to_string(CoverageGap::Kind kind) {
  switch (kind) {
    case CoverageGap::Kind::kNeverTrue:
      return "never true";
    case CoverageGap::Kind::kNeverFalse:
      return "never false";
    case CoverageGap::Kind::kNeverTold:
      return "never reached";
  }
  return "";
}

void Coverage::add(const BoundPack& pack, const BoundPolicy& policy, const std::vector<DerivedField>& derived,
                   const Snapshot& snapshot, RowIndex row, const JudgeOptions& options) {
  Group& group = policies_[key_of(*policy.policy)];
  ++group.cases;
  JudgeTimesBuilder times(snapshot, options);
  const TimeFrameId frame = times.frame(pack.pack->calendar, policy.zone);
  const TracePlan plan(*pack.pack, policy, derived, snapshot.schema(), frame);
  const Table* const table = snapshot.table(policy.object);
  const bool judged = table != nullptr && table->visible(row) && why_not_judged(policy, snapshot).empty();
  if (!judged) {
    if (plan.judged_when() != nullptr) declare(*plan.judged_when(), kInScope, group);
    declare(plan.violated_when(), kInViolation, group);
    return;
  }
  Tracer tracer(plan, snapshot, times.times());
  if (plan.judged_when() != nullptr) see(*plan.judged_when(), kInScope, group, tracer, row, true);
  const bool reached = tracer.outcome(row) != PolicyOutcome::kOutOfScope;
  see(plan.violated_when(), kInViolation, group, tracer, row, reached);
}

void Coverage::add(const ExampleRun& run) {
  const Table* const table = run.snapshot.table(run.policy.object);
  if (table == nullptr) return;
  const RowIndex found = table->find(run.record_id);
  static const std::vector<DerivedField> kNone;
  add(run.pack, run.policy, kNone, run.snapshot, found < table->rows() ? found : RowIndex{0}, run.options);
}

void Coverage::see(const TracedPart& part, int condition, Group& group, Tracer& tracer, RowIndex row,
                   bool reached) {
  if (part.is_boolean) note(part, condition, group, reached ? tracer.seen(part, row) : Tracer::Seen{});
  if (part.kind == PartKind::kNot && part.is_leaf()) return;
  const bool definition = part.kind == PartKind::kDefinition && !part.parts.empty();
  Group& inside = definition ? definitions_[part.name] : group;
  if (definition && reached) ++inside.cases;
  for (const TracedPart& inner : part.parts) {
    if (!is_plain_operand(part, inner))
      see(inner, definition ? kInDefinition : condition, inside, tracer, row, reached);
  }
}

void Coverage::note(const TracedPart& part, int condition, Group& group, const Tracer::Seen& seen) {
  const Place place{condition, part.at.begin, -static_cast<std::int64_t>(part.at.end)};
  const auto [known, is_new] = group.parts.try_emplace(place);
  Part& counted = known->second;
  if (is_new) {
    counted.text = part.text;
    counted.place = part.source->place(part.at);
    counted.is_chain = is_chain(part);
  }
  counted.as_true += seen.as_true ? 1 : 0;
  counted.as_false += seen.as_false ? 1 : 0;
}

void Coverage::declare(const TracedPart& part, int condition, Group& group) {
  if (part.is_boolean) note(part, condition, group, {});
  if (part.kind == PartKind::kNot && part.is_leaf()) return;
  const bool definition = part.kind == PartKind::kDefinition && !part.parts.empty();
  Group& inside = definition ? definitions_[part.name] : group;
  for (const TracedPart& inner : part.parts) {
    if (!is_plain_operand(part, inner)) declare(inner, definition ? kInDefinition : condition, inside);
  }
}

CoverageGroup Coverage::summary(const std::string& name, const Group& group) {
  CoverageGroup made{.name = name, .cases = group.cases};
  const auto is_whole = [](const Part& part) { return part.as_true > 0 && part.as_false > 0; };
  for (auto at = group.parts.begin(); at != group.parts.end(); ++at) {
    const auto& [place, part] = *at;
    if (part.is_chain) {
      // What is within it follows it, and tells more closely what is missing.
      const auto& [condition, begin, end] = place;
      const bool gap_within = std::any_of(std::next(at), group.parts.end(), [&](const auto& other) {
        const auto& [its_condition, its_begin, its_end] = other.first;
        return its_condition == condition && its_begin >= begin && its_end >= end && !is_whole(other.second);
      });
      if (gap_within) continue;
    }
    made.outcomes += 2;
    made.seen += (part.as_true > 0 ? 1U : 0U) + (part.as_false > 0 ? 1U : 0U);
    if (is_whole(part)) continue;
    const CoverageGap::Kind kind = part.as_true > 0    ? CoverageGap::Kind::kNeverFalse
                                   : part.as_false > 0 ? CoverageGap::Kind::kNeverTrue
                                                       : CoverageGap::Kind::kNeverTold;
    made.gaps.push_back({.kind = kind, .text = part.text, .place = part.place});
  }
  return made;
}

std::vector<CoverageGroup> Coverage::report(const Pack& pack) const {
  std::vector<CoverageGroup> report;
  for (const Policy& policy : pack.policies) {
    const auto found = policies_.find(key_of(policy));
    if (found != policies_.end()) report.push_back(summary(policy.id, found->second));
  }
  for (const Definition& definition : pack.definitions) {
    const auto found = definitions_.find(definition.name);
    if (found == definitions_.end()) continue;
    CoverageGroup group = summary(definition.name, found->second);
    group.is_definition = true;
    if (group.outcomes > 0) report.push_back(std::move(group));
  }
  return report;
}

}  // namespace plumbline
