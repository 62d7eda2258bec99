#include "daemon/cli/html_findings.h"

#include <algorithm>
#include <tuple>

namespace plumbline {
namespace {

constexpr bool is_inside_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

std::string cut_text(std::string_view text) {
  if (text.size() <= kMostTextBytes) return std::string(text);
  std::size_t end = kMostTextBytes;
  while (end > 0 && is_inside_character(text[end])) --end;
  return std::string(text.substr(0, end)) + "\u2026";
}

}  // namespace

void FairRows::add(std::size_t owner, FoundRow row) {
  if (!wants(owner)) return;
  if (owner >= rows_.size()) rows_.resize(owner + 1);
  rows_[owner].push_back(std::move(row));
  if (++kept_ <= 2 * (most_ + rows_.size())) return;
  // Shares only shrink as rows come, so what is beyond one now stays so; one more may be left over for some.
  most_each_ = share(most_) + 1;
  for (std::size_t i = 0; i < rows_.size(); ++i) cut(i, most_each_);
}

std::size_t FairRows::settle(std::size_t most, std::span<const std::uint32_t> owners) {
  std::vector<bool> named(rows_.size(), false);
  for (const std::uint32_t owner : owners) {
    if (owner < named.size()) named[owner] = true;
  }
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (!named[i]) cut(i, 0);
  }
  const std::size_t each = share(most);
  std::size_t total = 0;
  for (const auto& rows : rows_) total += std::min(rows.size(), each);
  std::size_t spare = most - total;
  for (const std::uint32_t owner : owners) {
    if (owner >= rows_.size()) continue;
    const bool one_more = spare > 0 && rows_[owner].size() > each;
    if (one_more) --spare;
    cut(owner, each + (one_more ? 1 : 0));
  }
  return kept_;
}

std::span<const FoundRow> FairRows::of(std::size_t owner) const {
  return owner < rows_.size() ? std::span<const FoundRow>(rows_[owner]) : std::span<const FoundRow>{};
}

// The most rows each owner can have so that all together have no more than `most`.
std::size_t FairRows::share(std::size_t most) const {
  std::vector<std::size_t> sizes;
  for (const auto& rows : rows_) sizes.push_back(rows.size());
  std::ranges::sort(sizes);
  std::size_t left = most;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const std::size_t each = left / (sizes.size() - i);
    if (sizes[i] > each) return each;
    left -= sizes[i];
  }
  return most;
}

void FairRows::cut(std::size_t owner, std::size_t most) {
  std::vector<FoundRow>& rows = rows_[owner];
  if (rows.size() <= most) return;
  kept_ -= rows.size() - most;
  rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(most), rows.end());
}

HtmlFindings::HtmlFindings(const HtmlOptions& options)
    : options_(options),
      rows_{FairRows(options.most_violations), FairRows(options.most_violations),
            FairRows(options.most_violations)},
      unknown_rows_(options.most_unknown) {}

void HtmlFindings::begin(std::span<const PolicyFacts> policies) {
  std::map<std::pair<std::string, std::string>, std::uint32_t> known;
  for (const PolicyFacts& facts : policies) {
    const auto next = static_cast<std::uint32_t>(policies_.size());
    const auto [at, is_new] = known.try_emplace({facts.pack, facts.policy}, next);
    if (is_new) policies_.push_back({.facts = facts});
    policy_of_.push_back(at->second);
  }
}

std::uint32_t HtmlFindings::owner_of(const VerdictView& verdict) {
  const std::uint32_t owner = owner_ids_.number_of(verdict.owner_id);
  if (owner == owners_.size())
    owners_.push_back({.id = std::string(verdict.owner_id), .name = cut_text(verdict.owner_name)});
  return owner;
}

void HtmlFindings::count_record(const VerdictView& verdict, std::uint32_t policy, FoundOwner& owner) {
  const std::string& object = policies_[policy].facts.object;
  if (any_record_ && last_object_ == object && last_id_ == verdict.record_id &&
      last_name_ == verdict.record_name) {
    return;
  }
  any_record_ = true;
  last_object_ = object;
  last_id_ = verdict.record_id;
  last_name_ = verdict.record_name;
  ++records_;
  ++owner.records;
}

void HtmlFindings::add(const VerdictView& verdict) {
  const bool unknown = verdict.status == VerdictStatus::kUnknown;
  const std::uint32_t number = policy_of_[verdict.policy];
  FoundPolicy& policy = policies_[number];
  const std::uint32_t owner = owner_of(verdict);
  const Severity severity = policy.facts.severity;
  for (Tally* tally : {&tally_, &policy.tally, &owners_[owner].tally}) tally->add(verdict.status, severity);
  if (unknown && policy.first_reason.empty()) policy.first_reason = cut_text(verdict.reason);
  if (!unknown) count_record(verdict, number, owners_[owner]);
  FairRows& rows = unknown ? unknown_rows_ : rows_[static_cast<std::size_t>(severity)];
  if (!rows.wants(owner)) return;
  rows.add(owner, {.policy = number,
                   .record_id = cut_text(verdict.record_id),
                   .record_name = cut_text(verdict.record_name),
                   .message = cut_text(unknown ? verdict.reason : verdict.message),
                   .remedy = cut_text(verdict.remedy)});
}

void HtmlFindings::settle() {
  for (std::uint32_t i = 0; i < owners_.size(); ++i) {
    if (owners_[i].tally.violations() > 0) worst_owners_.push_back(i);
    if (owners_[i].tally.unknown > 0) unknown_owners_.push_back(i);
  }
  const auto rank = [&](std::uint32_t number) {
    const FoundOwner& owner = owners_[number];
    return std::tuple(~owner.tally.of(Severity::kHigh), ~owner.tally.violations(),
                      std::string_view(owner.name), number);
  };
  std::ranges::sort(worst_owners_, [&](std::uint32_t a, std::uint32_t b) { return rank(a) < rank(b); });
  owners_with_violations_ = worst_owners_.size();
  worst_owners_.resize(std::min(worst_owners_.size(), options_.most_owners));
  unknown_owners_.resize(std::min(unknown_owners_.size(), options_.most_owners));
  for (const Severity severity : {Severity::kHigh, Severity::kMedium, Severity::kLow}) {
    FairRows& rows = rows_[static_cast<std::size_t>(severity)];
    shown_violations_ += rows.settle(options_.most_violations - shown_violations_, worst_owners_);
  }
  shown_unknown_ = unknown_rows_.settle(options_.most_unknown, unknown_owners_);
}

std::span<const FoundRow> HtmlFindings::rows(std::uint32_t owner, Severity severity) const {
  return rows_[static_cast<std::size_t>(severity)].of(owner);
}

}  // namespace plumbline
