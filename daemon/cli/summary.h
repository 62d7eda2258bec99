// What an audit tells on standard error when it is done: what was read, what was judged, what was not and
// why.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "daemon/cli/rejects.h"
#include "policies/judge.h"
#include "records/data_folder.h"

namespace plumbline {

// References must outlive the call.
struct AuditFacts {
  const DataFolder& folder;
  const LoadedData& data;
  const JudgeSummary& judged;
  const RejectLog& rejects;
  std::string rejects_file{};  // empty where none was asked for
  std::string moment{};        // as of when
  std::vector<std::string> packs{};
  enum class Counts : std::uint8_t { kTold, kLeftOut } counts = Counts::kTold;  // of verdicts
  double seconds = 0;
  std::size_t columns = 80;
};

inline constexpr std::size_t kShownNotices = 20;
inline constexpr std::size_t kShownSkippedFiles = 20;

std::string audit_summary(const AuditFacts& facts);

}  // namespace plumbline
