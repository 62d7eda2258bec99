#include "violations/lifecycle_batch.h"

#include <algorithm>

#include "policies/evidence_json.h"

namespace plumbline {

void LifecycleBatch::add(const VerdictView& verdict) { rows_.push_back(row_of(verdict)); }

void LifecycleBatch::arrange(std::span<const std::uint32_t> order) {
  spare_.clear();
  for (const std::uint32_t number : order) spare_.push_back(rows_[arranged_ + number]);
  std::ranges::copy(spare_, rows_.begin() + static_cast<std::ptrdiff_t>(arranged_));
  arranged_ = rows_.size();
}

void LifecycleBatch::clear() {
  texts_.clear();
  news_.clear();
  rows_.clear();
  arranged_ = 0;
  without_id_ = 0;
}

LifecycleBatch::Row LifecycleBatch::row_of(const VerdictView& verdict) {
  const Lifecycle::Judged& policy = policies_[verdict.policy];
  if (verdict.record_id.empty()) {
    ++without_id_;
    return {};
  }
  const auto index = known_.find(policy.identities.of(id_key(verdict.record_id, policy.id_rule)));
  if (verdict.status == VerdictStatus::kViolated) return row_of_violated(verdict, index);
  if (index == KnownViolations::kNone || known_.entry(index).state != ViolationState::kOpen) return {};
  const KnownViolations::Entry& entry = known_.entry(index);
  if (entry.is_unknown) return {.known = index};
  return {.known = index, .news = keep(TransitionKind::kUnknown, verdict, &entry, entry.digest, {})};
}

LifecycleBatch::Row LifecycleBatch::row_of_violated(const VerdictView& verdict,
                                                    KnownViolations::Index index) {
  const std::string_view evidence = render_evidence(verdict);
  const VerdictDigest digest = digest_of(policies_[verdict.policy].facts->severity, verdict.owner_id,
                                         evidence, verdict.message, verdict.remedy);
  if (index == KnownViolations::kNone)
    return {.news = keep(TransitionKind::kOpened, verdict, nullptr, digest, evidence)};
  const KnownViolations::Entry& entry = known_.entry(index);
  Row row{.known = index};
  if (entry.state != ViolationState::kOpen) {
    row.news = keep(TransitionKind::kReopened, verdict, &entry, digest, evidence);
  } else if (entry.is_unknown) {
    row.news = keep(TransitionKind::kKnown, verdict, &entry, digest, evidence);
  } else if (entry.digest != digest) {
    row.news = keep(TransitionKind::kChanged, verdict, &entry, digest, evidence);
  }
  return row;
}

std::string_view LifecycleBatch::render_evidence(const VerdictView& verdict) {
  scratch_.resize_and_overwrite(evidence_json_room(verdict.evidence), [&](char* out, std::size_t) {
    return static_cast<std::size_t>(write_evidence_json(out, verdict.evidence) - out);
  });
  return scratch_;
}

std::uint32_t LifecycleBatch::keep(TransitionKind kind, const VerdictView& verdict,
                                   const KnownViolations::Entry* known, const VerdictDigest& digest,
                                   std::string_view evidence) {
  News news{.kind = kind,
            .has_verdict = verdict.status == VerdictStatus::kViolated,
            .policy = static_cast<std::uint32_t>(verdict.policy),
            .number = known == nullptr ? 0 : known->number,
            .digest = digest,
            .begin = texts_.size()};
  const std::array<std::string_view, kTexts> texts{
      verdict.record_id, verdict.record_name, verdict.owner_id, verdict.owner_name,
      evidence,          verdict.message,     verdict.remedy,   verdict.reason};
  for (std::size_t i = 0; i < kTexts; ++i) {
    texts_ += texts[i];
    news.lengths[i] = static_cast<std::uint32_t>(texts[i].size());
  }
  news_.push_back(news);
  return static_cast<std::uint32_t>(news_.size() - 1);
}

TransitionView LifecycleBatch::news(std::uint32_t number) const {
  const News& news = news_[number];
  std::array<std::string_view, kTexts> texts;
  std::size_t at = news.begin;
  for (std::size_t i = 0; i < kTexts; ++i) {
    texts[i] = std::string_view(texts_).substr(at, news.lengths[i]);
    at += news.lengths[i];
  }
  const Lifecycle::Judged& policy = policies_[news.policy];
  return {.kind = news.kind,
          .number = news.number,
          .pack = policy.facts->pack,
          .policy = policy.facts->policy,
          .object = policy.facts->object,
          .record = texts[kRecord],
          .record_key = id_key(texts[kRecord], policy.id_rule),
          .record_name = texts[kRecordName],
          .owner = texts[kOwner],
          .owner_name = texts[kOwnerName],
          .severity = policy.facts->severity,
          .has_verdict = news.has_verdict,
          .evidence = texts[kEvidence],
          .message = texts[kMessage],
          .remedy = texts[kRemedy],
          .digest = news.digest,
          .reason = texts[kReason]};
}

}  // namespace plumbline
