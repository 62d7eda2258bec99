// What a sync came to, as people read it.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "model/source.h"

namespace plumbline {

struct SyncOutcome {
  std::string source;
  Result<SourceReport> report;
  std::chrono::milliseconds time{};
};

// A line with what came, and one for each notice and alarm; or the failure.
std::string sync_report(const SyncOutcome& outcome);

}  // namespace plumbline
