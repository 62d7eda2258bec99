#include "violations/snapshot_standings.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "policies/judge_times.h"
#include "policies/trace.h"

namespace plumbline {
namespace {

// Several parts may be unknown; the one that decided tells why.
std::string reason_in(const PartTrace& trace) {
  for (const PartTrace& part : trace.parts) {
    if (!part.is_unknown) continue;
    if (std::string reason = reason_in(part); !reason.empty()) return reason;
  }
  return trace.is_unknown ? trace.reason : std::string();
}

// Of one object's records: who owns them.
class Owners {
 public:
  Owners(const Snapshot& snapshot, std::size_t object) {
    const Schema& schema = snapshot.schema();
    const auto field = schema.object(object).find("OwnerId");
    if (field) owner_ids_ = snapshot.table(object)->column(*field);
    const auto user = schema.find_object("User");
    users_ = user ? snapshot.table(*user) : nullptr;
    const auto name = user ? schema.object(*user).find("Name") : std::nullopt;
    if (users_ != nullptr && name) names_ = users_->column(*name);
  }

  void tell(RowIndex row, Standing& standing) const {
    if (owner_ids_ == nullptr || owner_ids_->kind(row) != CellKind::kKnown) return;
    standing.owner = owner_ids_->text(row);
    if (names_ == nullptr) return;
    const RowIndex user = users_->find(standing.owner);
    if (user < users_->rows() && names_->kind(user) == CellKind::kKnown)
      standing.owner_name = names_->text(user);
  }

 private:
  const Column* owner_ids_ = nullptr;
  const Table* users_ = nullptr;
  const Column* names_ = nullptr;
};

StandingKind kind_of(PolicyOutcome outcome) {
  switch (outcome) {
    case PolicyOutcome::kViolated:
      return StandingKind::kViolated;
    case PolicyOutcome::kNotViolated:
      return StandingKind::kPassed;
    case PolicyOutcome::kOutOfScope:
      return StandingKind::kOutOfScope;
    case PolicyOutcome::kUnknown:
      break;
  }
  return StandingKind::kUnknown;
}

// Asks one policy about rows of its object.
class PolicyAsker {
 public:
  PolicyAsker(const RunScope::Answer& scope, const std::vector<DerivedField>& derived,
              const Snapshot& snapshot, JudgeTimesBuilder& times, bool given_zone)
      : plan_(*scope.pack->pack, *scope.policy, derived, snapshot.schema(),
              times.frame(scope.pack->pack->calendar, scope.policy->zone)),
        tracer_(plan_, snapshot, times.times(), given_zone),
        owners_(snapshot, scope.policy->object) {}

  Standing ask(RowIndex row) {
    Standing standing{.kind = kind_of(tracer_.outcome(row))};
    owners_.tell(row, standing);
    if (standing.kind == StandingKind::kOutOfScope) standing.reason = out_of_scope(row);
    if (standing.kind == StandingKind::kUnknown) standing.reason = unknown(row);
    return standing;
  }

 private:
  std::string out_of_scope(RowIndex row) {
    const std::vector<const TracedPart*> deciding = tracer_.deciding(row);
    if (deciding.empty()) return "out of scope";
    return "out of scope: it no longer holds that " + deciding.front()->text;
  }
  std::string unknown(RowIndex row) {
    const PolicyTrace trace = tracer_.trace(row);
    std::string reason = trace.judged_when ? reason_in(*trace.judged_when) : std::string();
    return reason.empty() ? reason_in(trace.violated_when) : reason;
  }

  TracePlan plan_;
  Tracer tracer_;
  Owners owners_;
};

}  // namespace

// The data of another moment may lack what today's has.
RunScope::Answer SnapshotStandings::judged_scope(const ViolationFacts& facts) const {
  RunScope::Answer scope = scope_.of(facts.pack, facts.policy, facts.object);
  if (scope.part == RunScope::Part::kJudged && !why_not_judged(*scope.policy, snapshot_).empty())
    scope.part = RunScope::Part::kNotJudged;
  return scope;
}

Result<std::vector<Standing>> SnapshotStandings::of(std::span<const ViolationFacts> violations) {
  std::vector<Standing> standings(violations.size());
  // By policy, and within one by row, which is the quickest way through.
  using PolicyName = std::tuple<std::string_view, std::string_view, std::string_view>;
  std::map<PolicyName, std::vector<std::pair<RowIndex, std::size_t>>> by_policy;
  std::map<PolicyName, RunScope::Answer> scopes;
  for (std::size_t i = 0; i < violations.size(); ++i) {
    const ViolationFacts& facts = violations[i];
    const PolicyName name{facts.pack, facts.policy, facts.object};
    const auto [place, is_new] = scopes.try_emplace(name);
    if (is_new) place->second = judged_scope(facts);
    const RunScope::Answer& scope = place->second;
    if (scope.part != RunScope::Part::kJudged) continue;
    const Table* const table = snapshot_.table(scope.policy->object);
    const RowIndex row = table->find(facts.record_key);
    if (row >= table->rows()) {
      standings[i].kind = StandingKind::kGone;
    } else {
      by_policy[name].emplace_back(row, i);
    }
  }
  JudgeTimesBuilder times(snapshot_, options_);
  for (auto& [name, rows] : by_policy) {
    std::ranges::sort(rows);
    PolicyAsker asker(scopes[name], derived_, snapshot_, times, options_.default_zone.has_value());
    for (const auto& [row, i] : rows) standings[i] = asker.ask(row);
  }
  return standings;
}

}  // namespace plumbline
