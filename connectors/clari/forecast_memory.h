// What is remembered of a forecast's exports, as the state of its source.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "connectors/clari/clari_plan.h"
#include "model/source.h"

namespace plumbline {

// An export that was asked for, and not yet taken.
struct OpenExport {
  std::string job{};  // empty: asked for, and no answer came
  WantedExport wanted{};
  Instant asked{};
  friend bool operator==(const OpenExport&, const OpenExport&) = default;
};

// "JOB 2027_Q1 all 2026-03-02T06:00:00Z"; - for no job.
std::string to_text(const OpenExport& open);
std::optional<OpenExport> open_export_from_text(std::string_view text);

struct ForecastMemory {
  ForecastPast past{};
  std::optional<OpenExport> open{};
  std::string last_job{};     // that was taken
  std::uint64_t users = 0;    // in its result
  std::string value_names{};  // ever seen, one a line
};

// Keys are FORECAST/exported and so on.
Async<Result<ForecastMemory>> read_forecast_memory(SyncSink& sink, std::string source, std::string forecast);

std::vector<SourceState> forecast_states(const ForecastMemory& memory, const std::string& forecast);
// Of that alone which is under way; to be durable before anything is asked that depends on it.
SourceState open_state(const std::optional<OpenExport>& open, const std::string& forecast);

}  // namespace plumbline
