// How the service is, in numbers and words: for systemd's status line, /readyz and the schedule.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/service/schedule.h"

namespace plumbline {

struct SourceCondition {
  std::optional<Instant> succeeded_at{};  // the last time
  std::string failure{};                  // of the newest sync; empty where it succeeded
  std::size_t alarms = 0;
};

struct ServiceCondition {
  ServiceProgress progress{};
  std::vector<SourceCondition> sources{};  // as many as progress.sources
  std::string judging_failure{};           // of the newest judging
  std::optional<std::uint64_t> open{};     // violations, once records were judged
};

// Null where there is none of that name.
AnchorProgress* find_anchor(ServiceProgress& progress, std::string_view name);

// Ready: every source was synced once, none lately without success. Empty where it is, else why it is not, a
// line each.
std::string why_not_ready(const ServiceCondition& condition, Instant now);

// The sources that are not among the reasons, a line each: since when, and what failed meanwhile.
std::string fresh_sources(const ServiceCondition& condition, Instant now);

// "2 of 2 sources synced, webhook:auditor failed, 14 violations open".
std::string status_line(const ServiceCondition& condition);

}  // namespace plumbline
