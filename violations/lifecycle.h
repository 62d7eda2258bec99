// From verdicts to what happened: a sink of judge() that holds each verdict against the violations known
// already, and hands on what is new about them as transitions.
//
//   known    verdict    same as told?   ->
//   -        violated                   opened
//   closed   violated                   reopened
//   open     violated   yes             nothing
//   open     violated   no              changed
//   unknown  violated                   known
//   open     unknown                    unknown
//   others   unknown                    nothing
//
// Open ones that no verdict came for are the business of closing.h. Pure: transitions come in the order of
// the verdicts, the same for any number of threads, and a verdict that tells nothing new allocates nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "model/transition.h"
#include "policies/verdict_view.h"
#include "records/snapshot.h"
#include "violations/known_violations.h"

namespace plumbline {

struct LifecycleCounts {
  std::uint64_t opened = 0;
  std::uint64_t reopened = 0;
  std::uint64_t changed = 0;
  std::uint64_t known = 0;
  std::uint64_t unknown = 0;     // became so
  std::uint64_t still_open = 0;  // violated as before, nothing new
  std::uint64_t without_id = 0;  // verdicts on records that nobody could find again; they are not kept
};

// What a person is told of a verdict, as 16 bytes of SHA-256 over severity, owner's id, evidence, message and
// remedy, each but the last with a line break behind it. Two verdicts with the same digest tell the same.
VerdictDigest digest_of(Severity severity, std::string_view owner_id, std::string_view evidence_json,
                        std::string_view message, std::string_view remedy);

class Lifecycle : public VerdictSink {
 public:
  // All must outlive it. `snapshot` tells how each object's records are identified. Judge with
  // JudgeOptions::Unknowns::kHandOn.
  Lifecycle(const KnownViolations& known, const Snapshot& snapshot, TransitionSink& sink);

  void begin(std::span<const PolicyFacts> policies) override;
  std::unique_ptr<VerdictBatch> make_batch() override;
  SinkAnswer take(VerdictBatch& batch) override;

  // What ended the run early: the transition sink's.
  const std::optional<Error>& error() const { return error_; }
  const LifecycleCounts& counts() const { return counts_; }
  // Known and open, and no verdict came for it. By number of the known violation.
  bool is_unmet(KnownViolations::Index index) const {
    return known_.entry(index).state == ViolationState::kOpen && !met_[index];
  }

  // One policy of the run, as batches need it.
  struct Judged {
    const PolicyFacts* facts = nullptr;
    IdentityMaker identities;
    IdRule id_rule = IdRule::kSalesforce;
  };

 private:
  void count(TransitionKind kind);

  const KnownViolations& known_;
  const Snapshot& snapshot_;
  TransitionSink& sink_;
  std::vector<Judged> policies_;  // not changed once the first batch is made
  std::vector<bool> met_;
  LifecycleCounts counts_;
  std::optional<Error> error_;
};

}  // namespace plumbline
