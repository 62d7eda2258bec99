#include "policies/judge.h"
#include "policies/data_gaps.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <set>

#include "base/ordered_run.h"
#include "policies/judge_times.h"
#include "policies/object_judge.h"

namespace plumbline {
namespace {

std::string source_of(const Policy& policy) {
  if (policy.section.empty()) return policy.document;
  return policy.document.empty() ? policy.section : policy.document + ", " + policy.section;
}

void add(PolicyCount& total, const PolicyCount& part) {
  total.judged += part.judged;
  total.violated += part.violated;
  total.unknown += part.unknown;
  if (total.example_reason.empty()) total.example_reason = part.example_reason;
}

std::string missing_phrase(const Requirement& requirement, const Snapshot& snapshot) {
  const ObjectSchema& object = snapshot.schema().object(requirement.object);
  if (snapshot.table(requirement.object) == nullptr) return fmt::format("there is no {} data", object.name);
  if (requirement.kind == Requirement::Kind::kField)
    return fmt::format("{} has no column {}", object.name, object.fields[requirement.field].name);
  return fmt::format("{} holds no change of {}.{}", object.history_object, object.name,
                     object.fields[requirement.field].name);
}

bool is_met(const Requirement& requirement, const Snapshot& snapshot) {
  const Table* table = snapshot.table(requirement.object);
  if (table == nullptr) return false;
  switch (requirement.kind) {
    case Requirement::Kind::kObject:
      return true;
    case Requirement::Kind::kField:
      return table->has(requirement.field);
    case Requirement::Kind::kHistory:
      return snapshot.is_tracked(requirement.object, requirement.field);
  }
  return false;
}

// What the policy needs and does not find; the object alone where that is not there.
std::vector<Requirement> missing(const BoundPolicy& policy, const Snapshot& snapshot) {
  if (snapshot.table(policy.object) == nullptr)
    return {{.kind = Requirement::Kind::kObject, .object = policy.object}};
  std::vector<Requirement> out;
  for (const Requirement& requirement : policy.required) {
    if (!is_met(requirement, snapshot)) out.push_back(requirement);
  }
  return out;
}

void add_once(std::vector<std::string>& texts, std::string text) {
  if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
}

std::string join_once(const std::vector<Requirement>& requirements, const Snapshot& snapshot) {
  std::vector<std::string> phrases;
  for (const Requirement& requirement : requirements)
    add_once(phrases, missing_phrase(requirement, snapshot));
  return fmt::format("{}", fmt::join(phrases, "; "));
}

// Batches go from the judging threads to the sink and back.
class BatchPool {
 public:
  explicit BatchPool(VerdictSink& sink) : sink_(sink) {}

  std::unique_ptr<VerdictBatch> get() {
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        std::unique_ptr<VerdictBatch> batch = std::move(free_.back());
        free_.pop_back();
        return batch;
      }
    }
    return sink_.make_batch();
  }
  void put(std::unique_ptr<VerdictBatch> batch) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(batch));
  }

 private:
  VerdictSink& sink_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<VerdictBatch>> free_;
};

class Judge {
 public:
  Judge(const Snapshot& snapshot, const RecordSources& sources, const JudgeOptions& options,
        VerdictSink& sink, RejectSink* rejects)
      : snapshot_(snapshot),
        sources_(sources),
        options_(options),
        sink_(sink),
        rejects_(rejects),
        pool_(sink),
        times_(snapshot, options) {}

  Result<JudgeSummary> run(const std::vector<const BoundPack*>& packs) {
    for (const BoundPack* pack : packs) {
      for (const BoundPolicy& policy : pack->policies) add(*pack, policy);
    }
    for (auto& [object, plan] : plans_) plan->settle_gates();
    sink_.begin(facts_);
    for (const auto& [object, plan] : plans_) {
      judge_object(object, *plan);
      if (error_) return std::unexpected(*std::move(error_));
      if (enough_) break;
    }
    for (const std::string& zone : times_.unknown_zones()) {
      summary_.notices.push_back(fmt::format(
          "time zone `{}` of a user is not known; the default zone is used for what that user owns", zone));
    }
    return std::move(summary_);
  }

 private:
  void add(const BoundPack& pack, const BoundPolicy& bound) {
    const Policy& policy = *bound.policy;
    if (std::string reason = why_not_judged(bound, snapshot_); !reason.empty()) {
      summary_.not_judged.push_back({.pack = policy.pack,
                                     .policy = policy.id,
                                     .reason = std::move(reason),
                                     .title = policy.title,
                                     .remedy = what_would_help(bound, snapshot_)});
      return;
    }
    std::unique_ptr<ObjectPlan>& plan = plans_[bound.object];
    if (!plan) plan = std::make_unique<ObjectPlan>(snapshot_, bound.object);
    plan->add(bound, times_.frame(pack.pack->calendar, bound.zone), facts_.size());
    facts_.push_back({.policy = policy.id,
                      .pack = policy.pack,
                      .pack_hash = pack.pack->hash,
                      .severity = policy.severity,
                      .object = snapshot_.schema().object(bound.object).name,
                      .source = source_of(policy),
                      .title = policy.title});
    summary_.policies.push_back(
        {.pack = policy.pack, .policy = policy.id, .severity = policy.severity, .example_reason = {}});
  }

  void judge_object(std::size_t object, const ObjectPlan& plan) {
    const auto own = sources_.find(object);
    const std::unique_ptr<RecordSource> of_table =
        own == sources_.end() ? table_source(snapshot_, object) : nullptr;
    const RecordSource& source = of_table ? *of_table : *own->second;
    using Run = OrderedRun<ItemResult>;
    const Run::Take take = [&](ItemResult item) {
      add(object, plan, item);
      return error_ || enough_ ? Run::Answer::kEnough : Run::Answer::kMore;
    };
    Run(source.items(), take).run(std::clamp(options_.threads, 1U, kMaxThreads), [&] {
      return [this, judge = std::make_unique<ObjectJudge>(plan, source, times_.times(), options_)](
                 std::size_t item) { return judge->judge(item, [this] { return pool_.get(); }); };
    });
  }

  void add(std::size_t object, const ObjectPlan& plan, ItemResult& item) {
    summary_.records += item.records;
    for (std::size_t i = 0; i < item.counts.size(); ++i)
      plumbline::add(summary_.policies[plan.policies()[i].number], item.counts[i]);
    summary_.rejected_cells[object] += item.rejects.size();
    for (const Reject& reject : item.rejects) {
      if (rejects_ != nullptr) rejects_->reject(reject);
    }
    if (sink_.take(*item.verdicts) == SinkAnswer::kEnough) enough_ = true;
    pool_.put(std::move(item.verdicts));
    if (item.error) error_ = std::move(item.error);
  }

  const Snapshot& snapshot_;
  const RecordSources& sources_;
  const JudgeOptions& options_;
  VerdictSink& sink_;
  RejectSink* rejects_;
  BatchPool pool_;
  JudgeTimesBuilder times_;
  std::map<std::size_t, std::unique_ptr<ObjectPlan>> plans_;  // by object
  std::vector<PolicyFacts> facts_;
  JudgeSummary summary_;
  bool enough_ = false;
  std::optional<Error> error_;
};

}  // namespace

std::string why_not_judged(const BoundPolicy& policy, const Snapshot& snapshot) {
  return join_once(missing(policy, snapshot), snapshot);
}

std::string what_would_help(const BoundPolicy& policy, const Snapshot& snapshot) {
  std::vector<std::string> phrases;
  std::map<std::size_t, std::vector<std::string>> columns;  // of the exports that are there
  for (const Requirement& requirement : missing(policy, snapshot)) {
    const ObjectSchema& object = snapshot.schema().object(requirement.object);
    if (snapshot.table(requirement.object) == nullptr) {
      add_once(
          phrases,
          object.name == kViolationObject
              ? "it needs earlier violations: keep them in a ledger (plumbline judge), and judge that ledger"
              : fmt::format("export {}", object.name));
    } else if (requirement.kind == Requirement::Kind::kField) {
      add_once(columns[requirement.object], object.fields[requirement.field].name);
    } else {
      add_once(phrases, fmt::format("have Salesforce track changes of {}.{}, and export {}", object.name,
                                    object.fields[requirement.field].name, object.history_object));
    }
  }
  for (const auto& [object, names] : columns) {
    phrases.push_back(fmt::format("export {} with the {} {}", snapshot.schema().object(object).name,
                                  names.size() == 1 ? "column" : "columns", fmt::join(names, ", ")));
  }
  return fmt::format("{}", fmt::join(phrases, "; "));
}

Result<JudgeSummary> judge(const std::vector<const BoundPack*>& packs, const Snapshot& snapshot,
                           const RecordSources& sources, const JudgeOptions& options, VerdictSink& sink,
                           RejectSink* rejects) {
  return Judge(snapshot, sources, options, sink, rejects).run(packs);
}

JudgeSummary judge(const std::vector<const BoundPack*>& packs, const Snapshot& snapshot,
                   const JudgeOptions& options, const EachVerdict::Take& take) {
  EachVerdict sink(take);
  return *judge(packs, snapshot, {}, options, sink, nullptr);
}

}  // namespace plumbline
