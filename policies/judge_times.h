// The moments of a run: which zone each user lives in, and what now and today are there by each calendar.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policies/bound_pack.h"
#include "policies/judge.h"
#include "policies/language/chunk_evaluator.h"

namespace plumbline {

class JudgeTimesBuilder {
 public:
  // Reads the users' zones. `options` must outlive the builder, the calendars the times.
  JudgeTimesBuilder(const Snapshot& snapshot, const JudgeOptions& options);

  // The frame of a pack's calendar and, where a policy has one, its own zone.
  TimeFrameId frame(const Calendar& calendar, const std::optional<TimeZone>& own_zone);
  const JudgeTimes& times() const { return times_; }
  // Zones of users that nobody knows, each once, sorted.
  const std::vector<std::string>& unknown_zones() const { return unknown_zones_; }

 private:
  void read_zones(const Column& zones, const Table& users);
  TimeContext context(const TimeZone& zone, const Calendar& calendar) const;

  struct Frame {
    const Calendar* calendar = nullptr;
    std::optional<TimeZone> zone;  // of the policy
  };

  const JudgeOptions& options_;
  std::vector<TimeZone> zones_;  // from number 1 on
  std::vector<Frame> frames_;
  std::vector<std::string> unknown_zones_;
  JudgeTimes times_;
};

}  // namespace plumbline
