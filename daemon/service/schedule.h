// What `plumbline run` does next: which sources to ask, whether to judge, which anchors to tell of the newest
// checkpoint, and when to look again. Pure: the
// moment is an argument, and the jitter follows from names and moments.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/time_zone.h"

namespace plumbline {

// Each sync comes up to this part of its span later, so that many programs do not ask at one moment.
inline constexpr unsigned kJitterPercent = 10;
// After failures a source is left alone for longer and longer, but for no longer than this (or its own span).
inline constexpr std::chrono::minutes kLongestBackoff{30};
// An anchor that failed is left alone for so long, after each further failure for twice as long, up to
// kLongestBackoff.
inline constexpr std::chrono::seconds kAnchorPause{30};

struct SourceProgress {
  std::string name;
  std::chrono::seconds every{};
  bool running = false;
  std::optional<Instant> started_at{};  // the last time
  unsigned failures = 0;                // in a row
};

struct AnchorProgress {
  std::string name;
  bool due = true;  // there may be a checkpoint it was not told of; whoever starts does not know
  bool running = false;
  std::optional<Instant> started_at{};  // the last time
  unsigned failures = 0;                // in a row
};

struct ServiceProgress {
  std::vector<SourceProgress> sources{};
  std::vector<AnchorProgress> anchors{};  // those that the network leads to
  bool judging = false;
  bool has_news = false;               // something came since records were judged
  std::optional<Instant> judged_at{};  // the last time it began
  std::optional<Instant> hour_at{};    // when the next hour begins on any owner's clock
  std::chrono::seconds judge_every{};
};

struct DueWork {
  std::vector<std::size_t> syncs{};    // by the place of their source
  std::vector<std::size_t> anchors{};  // likewise
  bool judge = false;
  Instant look_again{};  // when something more is due, if nothing happens before
};

// A source and an anchor never overlap themselves; judging waits for syncs that are under way only until the
// next look.
DueWork due_work(const ServiceProgress& progress, Instant now);

// When the source is due; at once where it was never asked.
Instant due_at(const SourceProgress& source, Instant now);

// The first moment after `now` at which a new hour begins on a clock in one of the zones, or in UTC: days
// begin and deadlines pass then, also where nothing has come from a source.
Instant next_hour(std::span<const TimeZone> zones, Instant now);

}  // namespace plumbline
