#include "daemon/service/service_state.h"

#include <fmt/format.h>

#include <algorithm>

namespace plumbline {
namespace {

// A source that has not succeeded for so many of its spans is not what the service promises.
constexpr int kMissedSpans = 3;
constexpr std::chrono::minutes kLeastPatience{15};

std::chrono::seconds patience_with(const SourceProgress& source) {
  return std::max<std::chrono::seconds>(source.every * kMissedSpans, kLeastPatience);
}

bool is_fresh(const SourceProgress& progress, const SourceCondition& source, Instant now) {
  return source.succeeded_at && now - *source.succeeded_at <= patience_with(progress);
}

}  // namespace

AnchorProgress* find_anchor(ServiceProgress& progress, std::string_view name) {
  const auto found = std::ranges::find(progress.anchors, name, &AnchorProgress::name);
  return found == progress.anchors.end() ? nullptr : &*found;
}

std::string why_not_ready(const ServiceCondition& condition, Instant now) {
  std::string reasons;
  for (std::size_t i = 0; i < condition.sources.size(); ++i) {
    const SourceProgress& progress = condition.progress.sources[i];
    const SourceCondition& source = condition.sources[i];
    const std::string failure = source.failure.empty() ? "" : ": " + source.failure;
    if (is_fresh(progress, source, now)) continue;
    if (!source.succeeded_at) {
      reasons += fmt::format("{} was never synced{}\n", progress.name, failure);
    } else {
      reasons += fmt::format("{} was synced last at {}{}\n", progress.name,
                             format_instant(*source.succeeded_at), failure);
    }
  }
  return reasons;
}

std::string fresh_sources(const ServiceCondition& condition, Instant now) {
  std::string lines;
  for (std::size_t i = 0; i < condition.sources.size(); ++i) {
    const SourceProgress& progress = condition.progress.sources[i];
    const SourceCondition& source = condition.sources[i];
    if (!is_fresh(progress, source, now)) continue;
    lines += fmt::format("{} is as of {}{}\n", progress.name, format_instant(*source.succeeded_at),
                         source.failure.empty() ? "" : "; the newest sync failed: " + source.failure);
  }
  return lines;
}

std::string status_line(const ServiceCondition& condition) {
  const auto well = std::ranges::count_if(condition.sources, [](const SourceCondition& source) {
    return source.succeeded_at && source.failure.empty();
  });
  std::string line = fmt::format("{} of {} sources synced", well, condition.sources.size());
  for (std::size_t i = 0; i < condition.sources.size(); ++i) {
    if (!condition.sources[i].failure.empty())
      line += fmt::format(", {} failed", condition.progress.sources[i].name);
  }
  for (const AnchorProgress& anchor : condition.progress.anchors) {
    if (anchor.failures > 0) line += fmt::format(", {} failed", anchor.name);
  }
  if (condition.open) line += fmt::format(", {} violations open", *condition.open);
  if (!condition.judging_failure.empty()) line += ", judging failed";
  return line;
}

}  // namespace plumbline
