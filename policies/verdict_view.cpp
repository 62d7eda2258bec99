#include "policies/verdict_view.h"

#include <cassert>
#include <utility>

namespace plumbline {
namespace {

EvidenceValue evidence_of(const Value& value) {
  if (value.is_null()) return NullValue{};
  if (value.is_unknown()) return UnknownValue{};
  switch (value.type) {
    case ValueType::kBoolean:
      return value.boolean;
    case ValueType::kNumber:
      return value.number;
    case ValueType::kMoney:
      return value.money;
    case ValueType::kDate:
      return value.day;
    case ValueType::kDateTime:
      return value.instant;
    default:
      return std::string(value.text);
  }
}

class OwningBatch : public VerdictBatch {
 public:
  explicit OwningBatch(std::span<const PolicyFacts> policies) : policies_(policies) {}

  void add(const VerdictView& verdict) override {
    verdicts_.push_back(to_verdict(verdict, policies_[verdict.policy]));
  }

  void arrange(std::span<const std::uint32_t> order) override {
    assert(order.size() == verdicts_.size() - arranged_);
    std::vector<Verdict> sorted;
    sorted.reserve(order.size());
    for (const std::uint32_t number : order) sorted.push_back(std::move(verdicts_[arranged_ + number]));
    std::move(sorted.begin(), sorted.end(), verdicts_.begin() + static_cast<std::ptrdiff_t>(arranged_));
    arranged_ = verdicts_.size();
  }

  std::vector<Verdict> release() {
    arranged_ = 0;
    return std::exchange(verdicts_, {});
  }

 private:
  std::span<const PolicyFacts> policies_;
  std::vector<Verdict> verdicts_;
  std::size_t arranged_ = 0;  // so many stand in their order
};

}  // namespace

Verdict to_verdict(const VerdictView& view, const PolicyFacts& facts) {
  Verdict verdict;
  verdict.status = view.status;
  verdict.policy = facts.policy;
  verdict.pack = facts.pack;
  verdict.pack_hash = facts.pack_hash;
  verdict.severity = facts.severity;
  verdict.object = facts.object;
  verdict.record_id = view.record_id;
  verdict.record_name = view.record_name;
  verdict.owner_id = view.owner_id;
  verdict.owner_name = view.owner_name;
  verdict.as_of = view.as_of;
  verdict.evidence.reserve(view.evidence.size());
  for (const EvidenceView& item : view.evidence) {
    verdict.evidence.push_back({.name = std::string(item.name), .value = evidence_of(item.value)});
  }
  verdict.message = view.message;
  verdict.remedy = view.remedy;
  verdict.source = facts.source;
  verdict.reason = view.reason;
  return verdict;
}

std::unique_ptr<VerdictBatch> EachVerdict::make_batch() { return std::make_unique<OwningBatch>(policies_); }

SinkAnswer EachVerdict::take(VerdictBatch& batch) {
  for (const Verdict& verdict : static_cast<OwningBatch&>(batch).release()) {
    if (take_(verdict) == SinkAnswer::kEnough) return SinkAnswer::kEnough;
  }
  return SinkAnswer::kMore;
}

}  // namespace plumbline
