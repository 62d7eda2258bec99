#include "violations/lifecycle.h"

#include <algorithm>

#include "violations/lifecycle_batch.h"

namespace plumbline {

VerdictDigest digest_of(Severity severity, std::string_view owner_id, std::string_view evidence_json,
                        std::string_view message, std::string_view remedy) {
  Sha256 hash;
  hash.add(to_string(severity)).add("\n").add(owner_id).add("\n").add(evidence_json).add("\n");
  const Sha256Digest whole = hash.add(message).add("\n").add(remedy).finish();
  VerdictDigest digest;
  std::copy_n(whole.begin(), digest.size(), digest.begin());
  return digest;
}

Lifecycle::Lifecycle(const KnownViolations& known, const Snapshot& snapshot, TransitionSink& sink)
    : known_(known), snapshot_(snapshot), sink_(sink), met_(known.size()) {}

void Lifecycle::begin(std::span<const PolicyFacts> policies) {
  for (const PolicyFacts& facts : policies) {
    const auto object = snapshot_.schema().find_object(facts.object);
    const Table* const table = object ? snapshot_.table(*object) : nullptr;
    policies_.push_back({.facts = &facts,
                         .identities = IdentityMaker(facts.pack, facts.policy, facts.object),
                         .id_rule = table == nullptr ? IdRule::kSalesforce : table->id_rule()});
  }
}

std::unique_ptr<VerdictBatch> Lifecycle::make_batch() {
  return std::make_unique<LifecycleBatch>(known_, policies_);
}

SinkAnswer Lifecycle::take(VerdictBatch& batch) {
  auto& verdicts = static_cast<LifecycleBatch&>(batch);
  for (const LifecycleBatch::Row& row : verdicts.rows()) {
    const bool is_known = row.known != KnownViolations::kNone;
    if (is_known) met_[row.known] = true;
    if (row.news == LifecycleBatch::kNoNews) {
      if (is_known && !known_.entry(row.known).is_unknown) ++counts_.still_open;
      continue;
    }
    const TransitionView news = verdicts.news(row.news);
    if (Status taken = sink_.take(news); !taken) {
      error_ = std::move(taken.error());
      return SinkAnswer::kEnough;
    }
    count(news.kind);
  }
  counts_.without_id += verdicts.without_id();
  verdicts.clear();
  return SinkAnswer::kMore;
}

void Lifecycle::count(TransitionKind kind) {
  switch (kind) {
    case TransitionKind::kOpened:
      ++counts_.opened;
      break;
    case TransitionKind::kReopened:
      ++counts_.reopened;
      break;
    case TransitionKind::kChanged:
      ++counts_.changed;
      break;
    case TransitionKind::kKnown:
      ++counts_.known;
      break;
    case TransitionKind::kUnknown:
      ++counts_.unknown;
      break;
    default:  // what closes a violation comes from closing.h
      break;
  }
}

}  // namespace plumbline
