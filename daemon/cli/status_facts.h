// What `plumbline status` tells of a ledger, and what of it is a problem.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "daemon/cli/ledger_options.h"
#include "ledger/overview.h"

namespace plumbline {

// An object whose newest sync is older is told as a problem.
inline constexpr std::chrono::days kStaleAfter{7};
// How much is read of the end of a file of checkpoints.
inline constexpr std::size_t kAnchorTailBytes = std::size_t{16} << 10;

// The key that signs the audit log: a file beside the ledger.
struct KeyFile {
  enum class State : std::uint8_t { kMissing, kPrivate, kReadByOthers };
  std::string path;
  State state = State::kMissing;
};
KeyFile look_at_key(const std::string& ledger);

struct AnchorFacts {
  enum class Kind : std::uint8_t { kFile, kJournal, kWebhook };
  std::string name;  // a file, "journal" or webhook:auditor
  Kind kind = Kind::kFile;
  // Why a file cannot be read, or what the newest attempt to reach a webhook came to; empty where all is
  // well.
  std::string fault{};
  std::optional<CheckpointOverview> newest{};  // as the ledger knows it, for a webhook
};

struct StatusFacts {
  std::string ledger{};
  std::string organisation{};
  std::uint64_t bytes = 0;  // of the file, and of what is written ahead of it
  Instant now{};
  LedgerOverview overview{};
  KeyFile key{};
  std::vector<AnchorFacts> anchors{};
};

Result<StatusFacts> read_status(const Ledger& ledger, const LedgerSettings& settings, Instant now);

// Sentences with a remedy, the worst first. Pure.
std::vector<std::string> problems_of(const StatusFacts& facts);

// "3 hours", "1 day": the largest unit that fits, rounded down.
std::string span_words(std::chrono::seconds span);

}  // namespace plumbline
