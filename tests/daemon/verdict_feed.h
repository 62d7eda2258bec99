// Whole Verdicts, handed to a sink as judge() hands on what it finds.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "policies/verdict_view.h"

namespace plumbline {

inline Value value_of(const EvidenceValue& value) {
  if (std::holds_alternative<NullValue>(value)) return Value::null();
  if (std::holds_alternative<UnknownValue>(value)) return Value::unknown("of a reason");
  if (const auto* truth = std::get_if<bool>(&value)) return Value::of(*truth);
  if (const auto* number = std::get_if<double>(&value)) return Value::of(*number);
  if (const auto* money = std::get_if<Money>(&value)) return Value::of(*money);
  if (const auto* day = std::get_if<Day>(&value)) return Value::of(*day);
  if (const auto* instant = std::get_if<Instant>(&value)) return Value::of(*instant);
  return Value::of(std::string_view(std::get<std::string>(value)));
}

// The facts and views of some verdicts, which it keeps: each has a policy of its own.
class VerdictFeed {
 public:
  explicit VerdictFeed(std::vector<Verdict> verdicts) : verdicts_(std::move(verdicts)) {
    for (const Verdict& verdict : verdicts_) {
      facts_.push_back({.policy = verdict.policy,
                        .pack = verdict.pack,
                        .pack_hash = verdict.pack_hash,
                        .severity = verdict.severity,
                        .object = verdict.object,
                        .source = verdict.source});
      std::vector<EvidenceView>& evidence = evidence_.emplace_back();
      for (const EvidenceItem& item : verdict.evidence)
        evidence.push_back({.name = item.name, .value = value_of(item.value)});
    }
  }

  std::size_t size() const { return verdicts_.size(); }
  const std::vector<Verdict>& verdicts() const { return verdicts_; }
  const std::vector<PolicyFacts>& facts() const { return facts_; }

  VerdictView view(std::size_t index) const {
    const Verdict& verdict = verdicts_[index];
    return {.status = verdict.status,
            .policy = index,
            .record_id = verdict.record_id,
            .record_name = verdict.record_name,
            .owner_id = verdict.owner_id,
            .owner_name = verdict.owner_name,
            .as_of = verdict.as_of,
            .evidence = evidence_[index],
            .message = verdict.message,
            .remedy = verdict.remedy,
            .reason = verdict.reason};
  }

  void add_all(VerdictBatch& batch) const {
    for (std::size_t i = 0; i < size(); ++i) batch.add(view(i));
  }

  // All in one batch.
  SinkAnswer give(VerdictSink& sink) const {
    sink.begin(facts_);
    const auto batch = sink.make_batch();
    add_all(*batch);
    return sink.take(*batch);
  }

 private:
  std::vector<Verdict> verdicts_;
  std::vector<PolicyFacts> facts_;
  std::vector<std::vector<EvidenceView>> evidence_;
};

}  // namespace plumbline
