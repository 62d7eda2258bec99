#include "policies/verdict_diff.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <limits>
#include <memory>
#include <utility>

#include "records/record_id.h"

namespace plumbline {
namespace {

constexpr std::uint64_t bit(std::size_t number) { return std::uint64_t{1} << number; }

std::uint64_t mixed(std::uint64_t hash, std::uint64_t more) {
  constexpr std::uint64_t kOddMultiplier = 0x9E3779B97F4A7C15ULL;
  constexpr int kTurn = 27;
  return std::rotl((hash ^ more) * kOddMultiplier, kTurn);
}

// Equal for equal evidence; of other evidence all but never.
std::uint64_t fingerprint(std::span<const EvidenceView> evidence) {
  std::uint64_t hash = evidence.size();
  for (const EvidenceView& item : evidence) {
    hash = mixed(hash, hash_text(item.name));
    hash = mixed(hash, static_cast<std::uint64_t>(item.value.state) << 8U |
                           static_cast<std::uint64_t>(item.value.type));
    hash = mixed(hash, item.value.is_known() ? item.value.bits : 0);
    hash = mixed(hash, hash_text(item.value.text));
  }
  return hash;
}

}  // namespace

// A verdict in a batch.
struct VerdictComparison::Told {
  enum Text : std::uint8_t { kId, kName, kOwnerId, kOwnerName, kMessage, kRemedy, kReason, kTexts };

  std::uint32_t policy = 0;  // number among the PolicyFacts
  std::uint32_t record = 0;  // number within the batch
  VerdictStatus status = VerdictStatus::kViolated;
  std::uint64_t evidence = 0;
  std::size_t begin = 0;  // of its texts, which follow one another
  std::array<std::uint32_t, kTexts> lengths{};
  const std::string* texts = nullptr;  // of the batch

  std::string_view text(Text which) const {
    std::size_t at = begin;
    for (std::size_t i = 0; i < which; ++i) at += lengths[i];
    return std::string_view(*texts).substr(at, lengths[which]);
  }
  bool violated() const { return status == VerdictStatus::kViolated; }
};

class VerdictComparison::Batch : public VerdictBatch {
 public:
  explicit Batch(const VerdictComparison& comparison) : comparison_(comparison) {}

  void add(const VerdictView& verdict) override {
    Told told{.policy = static_cast<std::uint32_t>(verdict.policy),
              .record = verdict.row,
              .status = verdict.status,
              .begin = texts_.size(),
              .texts = &texts_};
    // A trial is counted and never told.
    if (comparison_.judged_[verdict.policy].role != ComparedPolicy::Role::kTrial) {
      told.evidence = fingerprint(verdict.evidence);
      std::size_t at = 0;
      for (const std::string_view text :
           {verdict.record_id, verdict.record_name, verdict.owner_id, verdict.owner_name, verdict.message,
            verdict.remedy, verdict.reason}) {
        texts_ += text;
        told.lengths[at++] = static_cast<std::uint32_t>(text.size());
      }
    }
    told_.push_back(told);
  }

  void arrange(std::span<const std::uint32_t> order) override {
    assert(order.size() == told_.size() - arranged_);
    spare_.clear();
    for (const std::uint32_t number : order) spare_.push_back(told_[arranged_ + number]);
    std::uint32_t row = std::numeric_limits<std::uint32_t>::max();
    for (std::size_t i = 0; i < spare_.size(); ++i) {
      if (i == 0 || spare_[i].record != row) ++records_;
      row = std::exchange(spare_[i].record, records_);
      told_[arranged_ + i] = spare_[i];
    }
    arranged_ = told_.size();
  }

  const std::vector<Told>& told() const { return told_; }

  void clear() {
    texts_.clear();
    told_.clear();
    arranged_ = 0;
    records_ = 0;
  }

 private:
  const VerdictComparison& comparison_;
  std::string texts_;
  std::vector<Told> told_;
  std::vector<Told> spare_;
  std::size_t arranged_ = 0;  // so many stand in their order
  std::uint32_t records_ = 0;
};

void VerdictTally::add(const VerdictTally& other) {
  before += other.before;
  after += other.after;
  gained += other.gained;
  lost += other.lost;
  stay += other.stay;
  other_message += other.other_message;
  other_evidence += other.other_evidence;
}

ChangeCauses causes_of(const PolicyDiff& policy, const VerdictChange& change) {
  ChangeCauses causes;
  if (policy.causes.size() < 2 || change.alone == 0) {
    causes.changes = policy.causes;
    causes.together = policy.causes.size() > 1;
    return causes;
  }
  for (std::size_t i = 0; i < std::min(policy.causes.size(), kMostCausesTried); ++i) {
    if ((change.alone & bit(i)) != 0) causes.changes.push_back(policy.causes[i]);
  }
  return causes;
}

VerdictComparison::VerdictComparison(std::vector<ComparedPolicy> judged,
                                     const std::vector<ComparedPolicy>& silent, std::size_t policies,
                                     Unknowns unknowns)
    : judged_(std::move(judged)),
      trials_(policies),
      unknowns_(unknowns),
      sides_(policies),
      tallies_(policies) {
  for (const std::vector<ComparedPolicy>* tried : {&std::as_const(judged_), &silent}) {
    for (const ComparedPolicy& policy : *tried) {
      if (policy.role == ComparedPolicy::Role::kTrial) trials_[policy.policy] |= bit(policy.cause);
    }
  }
}

// The facts end with the run, and what is told of it does not.
void VerdictComparison::begin(std::span<const PolicyFacts> facts) {
  for (const PolicyFacts& fact : facts) objects_.push_back(texts_.keep(fact.object));
}

std::unique_ptr<VerdictBatch> VerdictComparison::make_batch() { return std::make_unique<Batch>(*this); }

SinkAnswer VerdictComparison::take(VerdictBatch& taken) {
  auto& batch = static_cast<Batch&>(taken);
  const std::vector<Told>& told = batch.told();
  for (std::size_t i = 0; i < told.size(); ++i) {
    note(told[i]);
    if (i + 1 < told.size() && told[i + 1].record == told[i].record) continue;
    std::ranges::sort(told_of_);
    for (const std::uint32_t policy : told_of_) compare(policy, std::exchange(sides_[policy], {}));
    told_of_.clear();
  }
  batch.clear();
  return SinkAnswer::kMore;
}

void VerdictComparison::note(const Told& told) {
  const ComparedPolicy& judged = judged_[told.policy];
  Sides& sides = sides_[judged.policy];
  if (!std::exchange(sides.told, true)) told_of_.push_back(judged.policy);
  switch (judged.role) {
    case ComparedPolicy::Role::kBefore:
      sides.before = &told;
      break;
    case ComparedPolicy::Role::kAfter:
      sides.after = &told;
      break;
    case ComparedPolicy::Role::kTrial:
      (told.violated() ? sides.violated : sides.unknown) |= bit(judged.cause);
      break;
  }
}

void VerdictComparison::compare(std::uint32_t policy, const Sides& sides) {
  const bool was = sides.before != nullptr && sides.before->violated();
  const bool is = sides.after != nullptr && sides.after->violated();
  const bool was_unknown = sides.before != nullptr && !was;
  const bool is_unknown = sides.after != nullptr && !is;
  const std::uint64_t trials = trials_[policy];
  VerdictTally& tally = tallies_[policy];
  tally.before += was ? 1 : 0;
  tally.after += is ? 1 : 0;
  VerdictChange change{.policy = policy};
  if (was && is) {
    ++tally.stay;
    const bool same_words = sides.before->text(Told::kMessage) == sides.after->text(Told::kMessage) &&
                            sides.before->text(Told::kRemedy) == sides.after->text(Told::kRemedy);
    if (!same_words) ++tally.other_message;
    if (same_words && sides.before->evidence != sides.after->evidence) ++tally.other_evidence;
  } else if (is) {
    ++tally.gained;
    change.kind = VerdictChange::Kind::kGained;
    change.alone = trials & sides.violated;
    add(change, *sides.after, was_unknown ? sides.before->text(Told::kReason) : "");
  } else if (was) {
    ++tally.lost;
    change.kind = VerdictChange::Kind::kLost;
    change.alone = trials & ~sides.violated;
    add(change, *sides.before, is_unknown ? sides.after->text(Told::kReason) : "");
  } else if (was_unknown != is_unknown && unknowns_ == Unknowns::kKept) {
    const Told& told = was_unknown ? *sides.before : *sides.after;
    change.kind = is_unknown ? VerdictChange::Kind::kUnknown : VerdictChange::Kind::kKnown;
    change.alone = trials & (is_unknown ? sides.unknown : ~(sides.unknown | sides.violated));
    add(change, told, told.text(Told::kReason));
  }
}

void VerdictComparison::add(VerdictChange change, const Told& told, std::string_view reason) {
  change.object = objects_[told.policy];
  change.record_id = texts_.keep(told.text(Told::kId));
  change.record_name = texts_.keep(told.text(Told::kName));
  change.owner_id = texts_.keep(told.text(Told::kOwnerId));
  change.owner_name = texts_.keep(told.text(Told::kOwnerName));
  change.message = texts_.keep(told.text(Told::kMessage));
  change.reason = texts_.keep(reason);
  changes_.push_back(change);
}

}  // namespace plumbline
