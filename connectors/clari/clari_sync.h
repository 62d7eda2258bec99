// What a sync with Clari works with, and what it says. Inside of ClariSource; the functions are pure.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/clari/clari_source.h"

namespace plumbline {

struct ClariSource::Sync {
  SyncSink& sink;
  Instant now{};
  std::filesystem::path spool{};
  SourceReport report{};
  std::optional<ClariLimits> limits{};
  bool asked_limits = false;
  std::optional<Error> dead_key{};
  bool stopped = false;  // nothing more is to be asked
  std::uint32_t next_file = 0;
};

struct ClariSource::Forecast {
  std::string name;
  ForecastMemory memory{};
  std::filesystem::path rows{};  // the file that is delivered
};

// Whether an export may be begun: one is free at once, and what is left to others stays left.
bool may_export(const ClariLimits& limits, double leave_percent);
// Why none may, and when that changes.
std::string limit_sentence(std::string_view forecast, const std::optional<ClariLimits>& limits);

Error unfinished(std::string_view forecast, const OpenExport& open, bool given_up);
Error not_done(std::string_view forecast, const ClariJob& job);

// Alarms and notices about a result that is taken: what is missing from it, who is not in it any more.
void tell(SourceReport& report, std::string_view forecast, const ForecastMemory& before,
          const ResultFacts& facts, bool truncated);

// What is remembered once the open export is taken.
ForecastMemory after_export(const ClariOptions& options, ForecastMemory memory, const ResultFacts& facts,
                            Instant now);

// The proof that it was looked, and of what was there: what is not in it was not in Clari then.
SourceNote poll_note(std::string_view forecast, const OpenExport& open, const ClariDownload& download,
                     const ResultFacts& facts, bool truncated);
void clear_folder(const std::filesystem::path& folder);

}  // namespace plumbline
