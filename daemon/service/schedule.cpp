#include "daemon/service/schedule.h"

#include <algorithm>

namespace plumbline {
namespace {

constexpr std::chrono::hours kLongestWait{1};
constexpr unsigned kMostDoublings = 10;
constexpr std::uint64_t kWhole = 100;

// A number that is spread evenly and always the same for the same name and moment (FNV-1a).
std::uint64_t spread(std::string_view name, Instant moment) {
  constexpr std::uint64_t kBasis = 14695981039346656037ULL;
  constexpr std::uint64_t kPrime = 1099511628211ULL;
  std::uint64_t hash = kBasis;
  const auto add = [&](std::uint64_t byte) { hash = (hash ^ byte) * kPrime; };
  for (const char c : name) add(static_cast<unsigned char>(c));
  auto seconds = static_cast<std::uint64_t>(moment.time_since_epoch().count());
  for (; seconds != 0; seconds >>= 8U) add(seconds & 0xFFU);
  return hash >> 16U;
}

std::chrono::seconds pause_after(const SourceProgress& source) {
  const auto longest = std::max<std::chrono::seconds>(source.every, kLongestBackoff);
  const auto pause = source.every * (std::int64_t{1} << std::min(source.failures, kMostDoublings));
  return std::min<std::chrono::seconds>(pause, longest);
}

std::chrono::seconds jitter(const SourceProgress& source, std::chrono::seconds pause) {
  const auto most = static_cast<std::uint64_t>(pause.count()) * kJitterPercent / kWhole;
  return std::chrono::seconds{spread(source.name, *source.started_at) % (most + 1)};
}

// When the anchor is to be told; nothing where it knows all there is, or is being told.
std::optional<Instant> anchor_due(const AnchorProgress& anchor, Instant now) {
  if (!anchor.due || anchor.running) return std::nullopt;
  if (anchor.failures == 0 || !anchor.started_at || *anchor.started_at > now) return now;
  const std::chrono::seconds pause = kAnchorPause * (1 << std::min(anchor.failures - 1, kMostDoublings));
  return *anchor.started_at + std::min<std::chrono::seconds>(pause, kLongestBackoff);
}

// When records are to be judged: after what came, but not too often; and every hour.
std::optional<Instant> judging_due(const ServiceProgress& progress) {
  std::optional<Instant> due = progress.hour_at;
  if (!progress.has_news) return due;
  const Instant after_news = progress.judged_at ? *progress.judged_at + progress.judge_every : Instant{};
  return due ? std::min(*due, after_news) : after_news;
}

}  // namespace

Instant due_at(const SourceProgress& source, Instant now) {
  // A clock that was set back must not stop everything until it has caught up.
  if (!source.started_at || *source.started_at > now) return now;
  const std::chrono::seconds pause = pause_after(source);
  return *source.started_at + pause + jitter(source, pause);
}

DueWork due_work(const ServiceProgress& progress, Instant now) {
  DueWork work{.look_again = now + kLongestWait};
  for (std::size_t i = 0; i < progress.sources.size(); ++i) {
    const SourceProgress& source = progress.sources[i];
    if (source.running) continue;
    const Instant due = due_at(source, now);
    if (due <= now) {
      work.syncs.push_back(i);
    } else {
      work.look_again = std::min(work.look_again, due);
    }
  }
  for (std::size_t i = 0; i < progress.anchors.size(); ++i) {
    const std::optional<Instant> due = anchor_due(progress.anchors[i], now);
    if (!due) continue;
    if (*due <= now) {
      work.anchors.push_back(i);
    } else {
      work.look_again = std::min(work.look_again, *due);
    }
  }
  const std::optional<Instant> judging = judging_due(progress);
  if (progress.judging || !judging) return work;
  if (*judging <= now) {
    work.judge = true;
  } else {
    work.look_again = std::min(work.look_again, *judging);
  }
  return work;
}

Instant next_hour(std::span<const TimeZone> zones, Instant now) {
  constexpr std::chrono::seconds kHour = std::chrono::hours{1};
  const auto rest = [&](const TimeZone& zone) { return kHour - zone.local(now).since_midnight % kHour; };
  std::chrono::seconds shortest = rest(TimeZone::utc());
  for (const TimeZone& zone : zones) shortest = std::min(shortest, rest(zone));
  return now + shortest;
}

}  // namespace plumbline
