// What an audit came to besides its verdicts: what was read, what was judged, what was not and why. Told on
// standard error, and on pages that stand for themselves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
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
  std::vector<std::string> ledger{};  // where its records were judged: which, and as of when
  std::string rejects_file{};         // empty where none was asked for
  std::string moment{};               // as of when: 2024-06-01T12:00:00Z
  std::string told_moment{};          // the same as people write it: 1 Jun 2024, 12:00 UTC
  std::vector<std::string> packs{};
  std::vector<std::string> pack_titles{};  // as many; empty where a pack has none
  enum class Counts : std::uint8_t { kTold, kLeftOut } counts = Counts::kTold;  // of verdicts
  double seconds = 0;
  std::size_t columns = 80;
};

// A file's name without its folders: whoever reads it named those.
std::string_view bare_name(std::string_view path);

// The bare names of an object's files.
std::string files_of(const DataFolder& folder, std::string_view object);

// ", 2 rows rejected, 1 cell unreadable"; empty where all is well.
std::string troubles_of(const LoadCounts& counts);

inline constexpr std::size_t kShownSkippedFiles = 20;

// A sentence for each file that was not read, with why: those not understood (the first kShownSkippedFiles)
// and those no policy needs.
std::vector<std::string> files_not_read(const AuditFacts& facts);

// Policies that share what keeps them from being judged.
struct NotJudgedTogether {
  std::string reason;
  std::string remedy;
  std::vector<const NotJudged*> policies;
};
std::vector<NotJudgedTogether> by_reason(const std::vector<NotJudged>& policies);

// Policies with that count above 0: by severity, then by the count, the worst first.
std::vector<const PolicyCount*> worst_first(const JudgeSummary& judged, std::uint64_t PolicyCount::* count);

// The notices of reading and judging together.
std::vector<std::string> notices_of(const AuditFacts& facts);
inline constexpr std::size_t kShownNotices = 20;

// Where a value could not be read: Opportunity.csv:5, CloseDate: what is wrong (its text, cut).
std::string place_and_fault(const Reject& reject);

}  // namespace plumbline
