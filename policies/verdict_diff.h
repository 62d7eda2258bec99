// Two packs' verdicts on the same records, compared as both are judged in one run: what is kept is what
// differs, and counts of the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policies/pack_diff.h"
#include "policies/verdict_view.h"

namespace plumbline {

// More causes of one policy than this are not told apart: they count together.
inline constexpr std::size_t kMostCausesTried = 64;

// What a judged policy of the run stands for, by its number among the PolicyFacts.
struct ComparedPolicy {
  enum class Role : std::uint8_t {
    kBefore,
    kAfter,
    kTrial,  // the earlier pack with one cause changed
  };
  Role role = Role::kBefore;
  std::uint32_t policy = 0;  // index of PackDiff::policies
  std::uint32_t cause = 0;   // of kTrial: index of PolicyDiff::causes
};

// One record that a policy says something else of. Texts live as long as the comparison.
struct VerdictChange {
  enum class Kind : std::uint8_t {
    kGained,   // violated, and was not
    kLost,     // not violated, and was
    kUnknown,  // unknown, and was out of scope or not violated
    kKnown,    // no longer unknown, and not violated
  };
  Kind kind = Kind::kGained;
  std::uint32_t policy = 0;  // index of PackDiff::policies
  std::uint64_t alone = 0;   // bits of PolicyDiff::causes that each bring the change about by themselves
  std::string_view object{};
  std::string_view record_id{};
  std::string_view record_name{};
  std::string_view owner_id{};
  std::string_view owner_name{};
  std::string_view message{};  // of the violation there is or was; empty for kUnknown and kKnown
  std::string_view reason{};   // why unknown, of the verdict that was or is
};

struct VerdictTally {
  std::uint64_t before = 0;  // violations
  std::uint64_t after = 0;
  std::uint64_t gained = 0;
  std::uint64_t lost = 0;
  std::uint64_t stay = 0;
  std::uint64_t other_message = 0;   // of those that stay: message or remedy
  std::uint64_t other_evidence = 0;  // likewise, the message being the same

  void add(const VerdictTally& other);
};

// What brought a change about: indexes of PackDiff::changes.
struct ChangeCauses {
  std::vector<std::size_t> changes;
  bool together = false;  // none of them alone would do
};
ChangeCauses causes_of(const PolicyDiff& policy, const VerdictChange& change);

// A sink of judge() over the two packs and the trials. Give it unknown verdicts too, or a violation that
// becomes unknown is told as gone.
class VerdictComparison : public VerdictSink {
 public:
  enum class Unknowns : std::uint8_t { kLeftOut, kKept };
  // `judged`: by number among the PolicyFacts; `silent`: trials that the data cannot answer, which so have no
  // verdict on any record; `policies`: how many the PackDiff has.
  VerdictComparison(std::vector<ComparedPolicy> judged, const std::vector<ComparedPolicy>& silent,
                    std::size_t policies, Unknowns unknowns);

  void begin(std::span<const PolicyFacts> facts) override;
  std::unique_ptr<VerdictBatch> make_batch() override;
  SinkAnswer take(VerdictBatch& batch) override;

  // In order of object, record as in the file, policy as in the PackDiff.
  const std::vector<VerdictChange>& changes() const { return changes_; }
  const std::vector<VerdictTally>& tallies() const { return tallies_; }  // by policy

 private:
  class Batch;
  struct Told;

  // What is said of one record under one policy, before, after and in trials.
  struct Sides {
    const Told* before = nullptr;
    const Told* after = nullptr;
    std::uint64_t violated = 0;  // bits of the trials
    std::uint64_t unknown = 0;
    bool told = false;
  };
  void note(const Told& told);
  void compare(std::uint32_t policy, const Sides& sides);
  void add(VerdictChange change, const Told& told, std::string_view reason);

  std::vector<ComparedPolicy> judged_;
  std::vector<std::uint64_t> trials_;  // by policy: bits of the causes that are tried
  Unknowns unknowns_;
  std::vector<std::string_view> objects_;  // by number among the PolicyFacts
  std::vector<Sides> sides_;               // by policy, of the record under way
  std::vector<std::uint32_t> told_of_;     // policies with verdicts on it
  std::vector<VerdictChange> changes_;
  std::vector<VerdictTally> tallies_;
  TextArena texts_;
};

}  // namespace plumbline
