#include "daemon/cli/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "daemon/cli/condition_tree.h"
#include "policies/judge_times.h"

namespace plumbline {
namespace {

// What a requirement that is not met asks for; empty for one that is.
std::string missing(const Requirement& requirement, const Snapshot& snapshot) {
  const ObjectSchema& object = snapshot.schema().object(requirement.object);
  const Table* const table = snapshot.table(requirement.object);
  if (table == nullptr) return fmt::format("an export of {}", object.name);
  switch (requirement.kind) {
    case Requirement::Kind::kObject:
      return {};
    case Requirement::Kind::kField:
      if (table->has(requirement.field)) return {};
      return fmt::format("the column {} in the export of {}", object.fields[requirement.field].name,
                         object.name);
    case Requirement::Kind::kHistory:
      if (snapshot.is_tracked(requirement.object, requirement.field)) return {};
      return fmt::format("changes of {} in an export of {}", object.fields[requirement.field].name,
                         object.history_object);
  }
  return {};
}

void add_once(std::vector<std::string>& texts, std::string text) {
  if (!text.empty() && std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
}

std::vector<std::string> missing_exports(const BoundPolicy& policy, const Snapshot& snapshot) {
  std::vector<std::string> needs;
  if (snapshot.table(policy.object) == nullptr)
    add_once(needs, fmt::format("an export of {}", snapshot.schema().object(policy.object).name));
  for (const Requirement& requirement : policy.required) add_once(needs, missing(requirement, snapshot));
  return needs;
}

void collect_remedies(const PartTrace& trace, std::vector<std::string>& needs) {
  add_once(needs, trace.remedy);
  for (const PartTrace& inner : trace.parts) collect_remedies(inner, needs);
}

const PartTrace& deciding_condition(const PolicyTrace& trace) {
  return trace.judged_when && trace.judged_when->decides ? *trace.judged_when : trace.violated_when;
}

class RecordExplainer {
 public:
  RecordExplainer(const Snapshot& snapshot, const RecordPlace& place, const JudgeOptions& options,
                  const std::vector<DerivedField>& derived)
      : snapshot_(snapshot), place_(place), options_(options), derived_(derived), times_(snapshot, options) {
    options_.unknowns = JudgeOptions::Unknowns::kHandOn;
  }

  void judge(const std::vector<BoundPack>& packs) {
    std::vector<const BoundPack*> all;
    for (const BoundPack& pack : packs) all.push_back(&pack);
    RecordSources sources;
    sources[place_.object] = one_record_source(snapshot_, place_.object, place_.row);
    EachVerdict sink([&](const Verdict& verdict) {
      verdicts_.push_back(verdict);
      return SinkAnswer::kMore;
    });
    // A table has been read; nothing is left that could fail.
    summary_ = *plumbline::judge(all, snapshot_, sources, options_, sink, nullptr);
  }

  ExplainedPolicy explain(const BoundPack& pack, const BoundPolicy& policy) {
    ExplainedPolicy told{.pack = pack.pack.get(), .policy = &policy};
    told.needs = missing_exports(policy, snapshot_);
    if (!why_not_judged(policy, snapshot_).empty()) return told;
    const TimeFrameId frame = times_.frame(pack.pack->calendar, policy.zone);
    told.plan = std::make_unique<TracePlan>(*pack.pack, policy, derived_, snapshot_.schema(), frame);
    Tracer tracer(*told.plan, snapshot_, times_.times(), options_.default_zone.has_value());
    told.trace = tracer.trace(place_.row);
    settle(told);
    return told;
  }

 private:
  // The judge has the last word; the trace only shows how it came to it.
  void settle(ExplainedPolicy& told) const {
    const Policy& policy = *told.policy->policy;
    for (const Verdict& verdict : verdicts_) {
      if (verdict.policy == policy.id && verdict.pack == policy.pack) told.verdict = verdict;
    }
    if (told.verdict) {
      const bool unknown = told.verdict->status == VerdictStatus::kUnknown;
      told.outcome = unknown ? PolicyOutcome::kUnknown : PolicyOutcome::kViolated;
      if (unknown) collect_remedies(deciding_condition(told.trace), told.needs);
      return;
    }
    const auto count = std::ranges::find_if(summary_.policies, [&](const PolicyCount& counted) {
      return counted.policy == policy.id && counted.pack == policy.pack;
    });
    const bool judged = count != summary_.policies.end() && count->judged > 0;
    told.outcome = judged ? PolicyOutcome::kNotViolated : PolicyOutcome::kOutOfScope;
  }

  const Snapshot& snapshot_;
  RecordPlace place_;
  JudgeOptions options_;
  const std::vector<DerivedField>& derived_;
  JudgeTimesBuilder times_;
  std::vector<Verdict> verdicts_;
  JudgeSummary summary_;
};

int rank_of(const ExplainedPolicy& policy) {
  return policy.outcome ? static_cast<int>(*policy.outcome)
                        : static_cast<int>(PolicyOutcome::kOutOfScope) + 1;
}

std::string owner_of(const Snapshot& snapshot, const RecordPlace& place) {
  const auto field = snapshot.schema().object(place.object).find("OwnerId");
  const Column* const owners = field ? snapshot.table(place.object)->column(*field) : nullptr;
  if (owners == nullptr || owners->kind(place.row) != CellKind::kKnown) return {};
  const std::string_view id = owners->text(place.row);
  const auto user = snapshot.schema().find_object("User");
  const Table* const users = user ? snapshot.table(*user) : nullptr;
  const RowIndex row = users == nullptr ? kMissingRow : users->find(id);
  if (users == nullptr || row >= users->rows()) return std::string(id);
  const std::string name = name_of_record(snapshot, {.object = *user, .row = row});
  return name.empty() ? std::string(id) : name;
}

// Of all records of one object.
class Tallier {
 public:
  Tallier(const Snapshot& snapshot, TalliedPolicy& tallied, const TracePlan& plan, const JudgeTimes& times)
      : snapshot_(snapshot), tallied_(tallied), plan_(plan), tracer_(plan, snapshot, times) {}

  void run() {
    const std::size_t object = plan_.policy().object;
    const Table& table = *snapshot_.table(object);
    for (RowIndex row = 0; row < table.rows(); ++row) {
      if (table.visible(row)) look_at({.object = object, .row = row});
    }
    // Two parts may be written alike.
    std::map<std::pair<PolicyOutcome, std::string_view>, TalliedReason> by_text;
    for (const auto& [key, reason] : reasons_) {
      const auto [known, is_new] = by_text.try_emplace({reason.outcome, reason.why}, reason);
      if (is_new) continue;
      TalliedReason& sum = known->second;
      const std::uint64_t records = sum.records + reason.records;
      if (reason.first_row < sum.first_row) sum = reason;
      sum.records = records;
    }
    for (const auto& [key, reason] : by_text) tallied_.reasons.push_back(reason);
    std::ranges::sort(tallied_.reasons, [](const TalliedReason& a, const TalliedReason& b) {
      return std::tie(b.records, a.outcome, a.why) < std::tie(a.records, b.outcome, b.why);
    });
  }

 private:
  void look_at(const RecordPlace& place) {
    const PolicyOutcome outcome = tracer_.outcome(place.row);
    ++tallied_.records;
    ++count_of(outcome);
    // By the parts themselves: their texts are put together once a reason, not once a record.
    const std::vector<const TracedPart*> deciding = tracer_.deciding(place.row);
    std::vector<std::pair<const TracedPart*, Truth>> key;
    for (const TracedPart* part : deciding) key.emplace_back(part, tracer_.truth(*part, place.row));
    const auto [known, is_new] = reasons_.try_emplace({outcome, std::move(key)});
    TalliedReason& reason = known->second;
    if (is_new) {
      reason.outcome = outcome;
      reason.why = why(known->first.second);
      reason.first_row = place.row;
      reason.first_id = id_of_record(snapshot_, place);
      reason.first_name = name_of_record(snapshot_, place);
    }
    ++reason.records;
  }

  std::uint64_t& count_of(PolicyOutcome outcome) {
    switch (outcome) {
      case PolicyOutcome::kViolated:
        return tallied_.violated;
      case PolicyOutcome::kUnknown:
        return tallied_.unknown;
      case PolicyOutcome::kNotViolated:
        return tallied_.not_violated;
      case PolicyOutcome::kOutOfScope:
        break;
    }
    return tallied_.out_of_scope;
  }

  using Deciding = std::vector<std::pair<const TracedPart*, Truth>>;

  std::string why(const Deciding& deciding) const {
    if (deciding.empty()) return "all that is asked for was true";
    std::string text;
    for (const auto& [part, truth] : deciding) {
      const bool scope = plan_.judged_when() != nullptr && holds(*plan_.judged_when(), *part);
      const TracedPart& root = scope ? *plan_.judged_when() : plan_.violated_when();
      text += fmt::format("{}{} was {}", text.empty() ? "" : " and ", label_of(*part, root), word_of(truth));
    }
    return text;
  }

  static bool holds(const TracedPart& whole, const TracedPart& part) {
    return &whole == &part ||
           std::ranges::any_of(whole.parts, [&](const TracedPart& inner) { return holds(inner, part); });
  }

  const Snapshot& snapshot_;
  TalliedPolicy& tallied_;
  const TracePlan& plan_;
  Tracer tracer_;
  std::map<std::pair<PolicyOutcome, Deciding>, TalliedReason> reasons_;
};

}  // namespace

ExplainedRecord explain_record(JudgingSetup& setup, const Snapshot& snapshot, const RecordPlace& place,
                               const JudgeOptions& options, const std::vector<DerivedField>& derived) {
  for (BoundPack& pack : setup.packs) {
    std::erase_if(pack.policies, [&](const BoundPolicy& policy) { return policy.object != place.object; });
  }
  ExplainedRecord record{.object = snapshot.schema().object(place.object).name,
                         .id = id_of_record(snapshot, place),
                         .name = name_of_record(snapshot, place),
                         .owner = owner_of(snapshot, place),
                         .policies = {}};
  RecordExplainer explainer(snapshot, place, options, derived);
  explainer.judge(setup.packs);
  for (const BoundPack& pack : setup.packs) {
    for (const BoundPolicy& policy : pack.policies) {
      record.policies.push_back(explainer.explain(pack, policy));
      record.policies.back().number = record.policies.size();
    }
  }
  std::ranges::sort(record.policies, [](const ExplainedPolicy& a, const ExplainedPolicy& b) {
    const auto severity = [](const ExplainedPolicy& told) {
      return -static_cast<int>(told.policy->policy->severity);
    };
    return std::tuple(rank_of(a), severity(a), a.number) < std::tuple(rank_of(b), severity(b), b.number);
  });
  return record;
}

std::vector<TalliedPolicy> tally_policies(const JudgingSetup& setup, const Snapshot& snapshot,
                                          const JudgeOptions& options,
                                          const std::vector<DerivedField>& derived) {
  std::vector<TalliedPolicy> all;
  JudgeTimesBuilder times(snapshot, options);
  for (const BoundPack& pack : setup.packs) {
    for (const BoundPolicy& policy : pack.policies) {
      TalliedPolicy tallied;
      tallied.pack = pack.pack.get();
      tallied.policy = &policy;
      tallied.object = snapshot.schema().object(policy.object).name;
      tallied.needs = missing_exports(policy, snapshot);
      if (tallied.needs.empty()) {
        const TimeFrameId frame = times.frame(pack.pack->calendar, policy.zone);
        const TracePlan plan(*pack.pack, policy, derived, snapshot.schema(), frame);
        Tallier(snapshot, tallied, plan, times.times()).run();
      }
      all.push_back(std::move(tallied));
    }
  }
  return all;
}

}  // namespace plumbline
