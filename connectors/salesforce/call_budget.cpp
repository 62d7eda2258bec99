#include "connectors/salesforce/call_budget.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace plumbline {
namespace {

// What reconciling and refreshing leave to the deltas that come after them, of all calls.
constexpr double kReconcileShare = 0.05;
constexpr double kRefreshShare = 0.10;

std::optional<std::uint64_t> digits(std::string_view& text) {
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

}  // namespace

std::optional<CallUsage> read_limit_info(std::string_view header) {
  constexpr std::string_view kName = "api-usage=";
  std::size_t at = header.find(kName);
  // per-app-api-usage= ends the same.
  while (at != std::string_view::npos && at > 0 && header[at - 1] != ' ' && header[at - 1] != ';')
    at = header.find(kName, at + 1);
  if (at == std::string_view::npos) return std::nullopt;
  header.remove_prefix(at + kName.size());
  const std::optional<std::uint64_t> used = digits(header);
  if (!used || !header.starts_with('/')) return std::nullopt;
  header.remove_prefix(1);
  const std::optional<std::uint64_t> most = digits(header);
  if (!most || *most == 0) return std::nullopt;
  return CallUsage{.used = *used, .most = *most};
}

void CallBudget::note(CallUsage usage, Instant now) {
  const bool fell = usage_ && usage.used < first_.used;
  if (!usage_ || fell || now - first_at_ > kRateTime) {
    first_ = usage;
    first_at_ = now;
  }
  usage_ = usage;
  noted_at_ = now;
}

std::uint64_t CallBudget::floor(SyncWork work, bool urgent) const {
  if (!usage_) return 0;
  const auto most = static_cast<double>(usage_->most);
  double share = options_.leave_percent / 100;
  if (urgent) share /= 2;
  const std::uint64_t absolute = urgent ? options_.leave_calls / 2 : options_.leave_calls;
  const double more = work == SyncWork::kDelta       ? 0
                      : work == SyncWork::kReconcile ? kReconcileShare
                                                     : kRefreshShare;
  return std::max(absolute, static_cast<std::uint64_t>(most * share)) +
         static_cast<std::uint64_t>(most * more);
}

bool CallBudget::may(SyncWork work, bool urgent) const {
  if (!usage_) return true;
  return usage_->used + floor(work, urgent) < usage_->most;
}

std::string CallBudget::why_not(SyncWork work, bool urgent) const {
  const CallUsage usage = usage_.value_or(CallUsage{});
  return fmt::format("{} of {} calls of the last 24 hours are used, and {} are left to other programs",
                     usage.used, usage.most, floor(work, urgent));
}

std::optional<Instant> CallBudget::exhausted_at() const {
  if (!usage_ || noted_at_ - first_at_ < kLeastRateTime || usage_->used <= first_.used) return std::nullopt;
  const std::uint64_t left_alone = floor(SyncWork::kDelta, false);
  const std::uint64_t most = usage_->most > left_alone ? usage_->most - left_alone : 0;
  if (usage_->used >= most) return noted_at_;
  const double seconds = static_cast<double>((noted_at_ - first_at_).count());
  const double rate = static_cast<double>(usage_->used - first_.used) / seconds;
  const double until = static_cast<double>(most - usage_->used) / rate;
  constexpr std::chrono::seconds kDay = std::chrono::hours{24};
  if (until > static_cast<double>(kDay.count())) return std::nullopt;
  return noted_at_ + std::chrono::seconds{static_cast<std::int64_t>(until)};
}

}  // namespace plumbline
