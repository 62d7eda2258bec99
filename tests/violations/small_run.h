// One run of the lifecycle without data: the verdicts, and how the other records stand, are told by hand.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/violations/memory_violations.h"
#include "violations/closing.h"
#include "violations/lifecycle.h"
#include "violations/run_scope.h"

namespace plumbline {

// What a test says of a policy in a run.
struct SmallPolicy {
  enum class Part : std::uint8_t {
    kJudged,
    kLeftOut,
    kNotJudged,
    kSwitchedOff,
    kRemoved
  } part = Part::kJudged;
  std::string reason{};
};

struct SmallVerdict {
  std::string record;
  std::string policy;
  VerdictStatus status = VerdictStatus::kViolated;
  std::string text{};   // message, or reason
  std::string owner{};  // empty: "owner"
};

// Passes where nothing else is said.
class SaidStandings : public Standings {
 public:
  std::map<std::string, Standing> said;  // by RECORD/POLICY

  Result<std::vector<Standing>> of(std::span<const ViolationFacts> violations) override {
    std::vector<Standing> standings;
    for (const ViolationFacts& facts : violations) {
      const auto found = said.find(facts.record_key + "/" + facts.policy);
      standings.push_back(found == said.end() ? Standing{.kind = StandingKind::kPassed} : found->second);
    }
    return standings;
  }
};

class SmallRun {
 public:
  std::string pack_name = "rules";
  std::map<std::string, SmallPolicy> policies;
  std::vector<SmallVerdict> verdicts;
  SaidStandings standings;

  struct Outcome {
    LifecycleCounts verdicts;
    ClosingCounts closed;
  };

  Outcome run(MemoryViolations& memory, std::size_t batch_size = 2) {
    build_pack();
    const KnownViolations known = memory.known();
    const auto snapshot = empty_snapshot();
    Lifecycle lifecycle(known, *snapshot, memory);
    lifecycle.begin(facts_);
    feed(lifecycle, batch_size);
    const std::vector<const BoundPack*> packs{&bound_};
    const RunScope scope(packs, not_judged_);
    const Result<ClosingCounts> closed = close_unmet(known, lifecycle, scope, memory, standings, memory);
    EXPECT_TRUE(closed) << closed.error().to_string();
    return {.verdicts = lifecycle.counts(), .closed = closed.value_or(ClosingCounts{})};
  }

 private:
  static std::shared_ptr<const Snapshot> empty_snapshot() {
    static const auto kSchema = std::make_shared<const Schema>(Schema::standard());
    static const auto kEmpty =
        Snapshot::build(kSchema, std::vector<std::unique_ptr<Table>>(kSchema->object_count()), {});
    return kEmpty;
  }

  void build_pack() {
    auto pack = std::make_shared<Pack>();
    pack->name = pack_name;
    pack->hash = "hash";
    for (const auto& [id, policy] : policies) {
      if (policy.part == SmallPolicy::Part::kRemoved) continue;
      pack->policies.push_back({.id = id,
                                .pack = pack_name,
                                .title = id,
                                .object = "Opportunity",
                                .violated_when = {},
                                .says = {},
                                .fix = {},
                                .enabled = policy.part != SmallPolicy::Part::kSwitchedOff});
    }
    bound_.pack = pack;
    for (const Policy& policy : pack->policies) {
      const SmallPolicy& said = policies[policy.id];
      if (!policy.enabled || said.part == SmallPolicy::Part::kLeftOut) continue;
      bound_.policies.push_back({.policy = &policy});
      if (said.part == SmallPolicy::Part::kNotJudged) {
        not_judged_.push_back({.pack = pack_name, .policy = policy.id, .reason = said.reason});
      } else {
        numbers_[policy.id] = facts_.size();
        facts_.push_back({.policy = policy.id,
                          .pack = pack_name,
                          .pack_hash = "hash",
                          .severity = Severity::kMedium,
                          .object = "Opportunity",
                          .source = {}});
      }
    }
  }

  void feed(Lifecycle& lifecycle, std::size_t batch_size) {
    const std::unique_ptr<VerdictBatch> batch = lifecycle.make_batch();
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      const SmallVerdict& verdict = verdicts[i];
      const bool violated = verdict.status == VerdictStatus::kViolated;
      batch->add({.status = verdict.status,
                  .policy = numbers_.at(verdict.policy),
                  .record_id = verdict.record,
                  .record_name = "name",
                  .owner_id = verdict.owner.empty() ? std::string_view("owner") : verdict.owner,
                  .owner_name = "Owner",
                  .message = violated ? std::string_view(verdict.text) : std::string_view(),
                  .remedy = "mend it",
                  .reason = violated ? std::string_view() : std::string_view(verdict.text)});
      if ((i + 1) % batch_size == 0 || i + 1 == verdicts.size())
        EXPECT_EQ(lifecycle.take(*batch), SinkAnswer::kMore);
    }
  }

  BoundPack bound_;
  std::vector<NotJudged> not_judged_;
  std::vector<PolicyFacts> facts_;
  std::map<std::string, std::size_t> numbers_;
};

}  // namespace plumbline
