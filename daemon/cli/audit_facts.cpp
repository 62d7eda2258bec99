#include "daemon/cli/audit_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/utf8.h"
#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

constexpr std::size_t kShownRawColumns = 40;

}  // namespace

std::string_view bare_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string files_of(const DataFolder& folder, std::string_view object) {
  std::vector<std::string> names;
  for (const DataFile& file : folder.files) {
    if (file.object == object) names.emplace_back(bare_name(file.name));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string troubles_of(const LoadCounts& counts) {
  std::string text;
  if (counts.rejected_rows > 0) text += ", " + counted(counts.rejected_rows, "row rejected", "rows rejected");
  if (counts.rejected_cells > 0)
    text += ", " + counted(counts.rejected_cells, "cell unreadable", "cells unreadable");
  if (counts.replaced_rows > 0)
    text +=
        ", " + counted(counts.replaced_rows, "row replaced by a later one", "rows replaced by later ones");
  return text;
}

std::vector<std::string> files_not_read(const AuditFacts& facts) {
  std::vector<std::string> files;
  for (const SkippedFile& file : facts.folder.skipped) {
    if (files.size() == kShownSkippedFiles) break;
    files.push_back(fmt::format("{}: {}", bare_name(file.name), file.reason));
  }
  if (facts.folder.skipped.size() > kShownSkippedFiles) {
    files.push_back(
        fmt::format("and {} more files", with_commas(facts.folder.skipped.size() - kShownSkippedFiles)));
  }
  for (const DataFile& file : facts.folder.files) {
    const auto counts_it = std::ranges::find(facts.data.counts, file.object, &LoadCounts::object);
    if (counts_it == facts.data.counts.end())
      files.push_back(fmt::format("{}: no policy judged needs {}", bare_name(file.name), file.object));
  }
  return files;
}

std::vector<NotJudgedTogether> by_reason(const std::vector<NotJudged>& policies) {
  std::vector<NotJudgedTogether> out;
  for (const NotJudged& policy : policies) {
    auto found = std::ranges::find(out, policy.reason, &NotJudgedTogether::reason);
    if (found == out.end()) found = out.insert(out.end(), {policy.reason, policy.remedy, {}});
    found->policies.push_back(&policy);
  }
  return out;
}

std::vector<const PolicyCount*> worst_first(const JudgeSummary& judged, std::uint64_t PolicyCount::* count) {
  std::vector<const PolicyCount*> out;
  for (const PolicyCount& policy : judged.policies) {
    if (policy.*count > 0) out.push_back(&policy);
  }
  const auto rank = [&](const PolicyCount* policy) {
    return std::tuple(-static_cast<int>(policy->severity), ~(policy->*count), std::string_view(policy->pack),
                      std::string_view(policy->policy));
  };
  std::sort(out.begin(), out.end(),
            [&](const PolicyCount* a, const PolicyCount* b) { return rank(a) < rank(b); });
  return out;
}

std::vector<std::string> notices_of(const AuditFacts& facts) {
  std::vector<std::string> notices = facts.data.notices;
  notices.insert(notices.end(), facts.judged.notices.begin(), facts.judged.notices.end());
  return notices;
}

std::string place_and_fault(const Reject& reject) {
  const std::string column = reject.column.empty() ? "" : ", " + reject.column;
  const std::string raw =
      reject.raw.empty() ? "" : fmt::format(" ({})", fit_width(printable(reject.raw), kShownRawColumns));
  return fmt::format("{}:{}{}: {}{}", reject.file, reject.line, column, reject.reason, raw);
}

}  // namespace plumbline
