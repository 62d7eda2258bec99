#include "daemon/cli/kept_verdicts.h"

#include <algorithm>
#include <cassert>

namespace plumbline {
namespace {

std::array<std::string_view, 7> texts_of(const VerdictView& verdict) {
  return {verdict.record_id, verdict.record_name, verdict.owner_id, verdict.owner_name,
          verdict.message,   verdict.remedy,      verdict.reason};
}

}  // namespace

void KeptBatch::add(const VerdictView& verdict) {
  Row row{.begin = texts_.size(),
          .lengths = {},
          .policy = static_cast<std::uint32_t>(verdict.policy),
          .status = verdict.status};
  std::size_t at = 0;
  for (const std::string_view text : texts_of(verdict)) {
    texts_ += text;
    row.lengths[at++] = static_cast<std::uint32_t>(text.size());
  }
  rows_.push_back(row);
}

void KeptBatch::arrange(std::span<const std::uint32_t> order) {
  assert(order.size() == rows_.size() - arranged_);
  if (!std::ranges::is_sorted(order)) {
    spare_.clear();
    for (const std::uint32_t number : order) spare_.push_back(rows_[arranged_ + number]);
    std::copy(spare_.begin(), spare_.end(), rows_.begin() + static_cast<std::ptrdiff_t>(arranged_));
  }
  arranged_ = rows_.size();
}

VerdictView KeptBatch::verdict(std::size_t index) const {
  const Row& row = rows_[index];
  std::string_view left = std::string_view(texts_).substr(row.begin);
  std::size_t at = 0;
  const auto next = [&] {
    const std::string_view text = left.substr(0, row.lengths[at++]);
    left.remove_prefix(text.size());
    return text;
  };
  VerdictView verdict{.status = row.status, .policy = row.policy};
  verdict.record_id = next();
  verdict.record_name = next();
  verdict.owner_id = next();
  verdict.owner_name = next();
  verdict.message = next();
  verdict.remedy = next();
  verdict.reason = next();
  return verdict;
}

void KeptBatch::clear() {
  texts_.clear();
  rows_.clear();
  arranged_ = 0;
}

void KeptVerdicts::begin(std::span<const PolicyFacts> policies) {
  policies_.assign(policies.begin(), policies.end());
}

void KeptVerdicts::add(const VerdictView& verdict) {
  const bool unknown = verdict.status == VerdictStatus::kUnknown;
  const std::size_t owners_before = owner_ids_.size();
  const std::uint32_t owner = owner_ids_.number_of(verdict.owner_id);
  if (owner == owners_before && !verdict.owner_id.empty()) ++distinct_owners_;
  const std::uint32_t group = group_of(verdict, owner);
  rows_.push_back({.record = record_of(verdict, group, owner),
                   .policy = static_cast<std::uint32_t>(verdict.policy),
                   .message = texts_.number_of(unknown ? verdict.reason : verdict.message),
                   .remedy = texts_.number_of(verdict.remedy),
                   .status = verdict.status});
}

std::uint32_t KeptVerdicts::group_of(const VerdictView& verdict, std::uint32_t owner) {
  std::uint32_t group = owner;  // owners are numbered as their groups come
  if (group_by_ == TableOptions::GroupBy::kPolicy) {
    const PolicyFacts& facts = policies_[verdict.policy];
    const auto next = static_cast<std::uint32_t>(groups_.size());
    group = group_of_policy_.try_emplace(facts.pack + "/" + facts.policy, next).first->second;
  }
  if (group == groups_.size()) {
    groups_.push_back({.first_record = static_cast<std::uint32_t>(records_.size()),
                       .policy = static_cast<std::uint32_t>(verdict.policy)});
  }
  return group;
}

std::uint32_t KeptVerdicts::record_of(const VerdictView& verdict, std::uint32_t group, std::uint32_t owner) {
  const std::string& object = policies_[verdict.policy].object;
  const std::uint32_t id = ids_.number_of(verdict.record_id);
  if (id == record_of_id_.size()) record_of_id_.push_back(kNoRow);
  if (verdict.record_id.empty()) {
    if (objects_without_ids_.insert(object).second) ++distinct_records_;
    return add_record(verdict, group, owner);
  }
  bool known = false;
  for (std::uint32_t at = record_of_id_[id]; at != kNoRow; at = records_[at].next_of_id) {
    if (policies_[records_[at].policy].object != object) continue;
    if (records_[at].group == group) return at;
    known = true;
  }
  if (!known) ++distinct_records_;
  const std::uint32_t added = add_record(verdict, group, owner);
  records_[added].next_of_id = record_of_id_[id];
  record_of_id_[id] = added;
  return added;
}

std::uint32_t KeptVerdicts::add_record(const VerdictView& verdict, std::uint32_t group, std::uint32_t owner) {
  records_.push_back({.group = group,
                      .policy = static_cast<std::uint32_t>(verdict.policy),
                      .id = ids_.number_of(verdict.record_id),
                      .name = texts_.number_of(verdict.record_name),
                      .owner_id = owner,
                      .owner_name = texts_.number_of(verdict.owner_name),
                      .next_of_id = kNoRow});
  return static_cast<std::uint32_t>(records_.size() - 1);
}

}  // namespace plumbline
