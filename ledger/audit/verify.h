// Whether an audit log is what its checkpoints were signed for: everything is worked out again from the
// entries.
//
// A code path of its own: it opens the file by itself, to read, and shares with the code that writes no more
// than SHA-256, Ed25519 and the reading of notes and checkpoints. It finds all faults it can and says where
// each is. Memory is bounded: a few thousand entries for each thread, and 64 bytes for each checkpoint.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/audit/signed_note.h"

namespace plumbline {

// Faults of one log that are kept; more are counted.
inline constexpr std::size_t kMostFaults = 1000;

// Checkpoints that left the machine: the text of a file with one or more.
struct AnchorFile {
  std::string name;
  std::string text;
};

struct VerifyOptions {
  std::string ledger;  // path
  std::vector<NoteKey> keys{};
  std::vector<AnchorFile> anchors{};
  std::size_t threads = 1;  // the report does not depend on it
};

// Sentences that begin with the place: "entry 12345 (violation.opened, 2024-06-01T12:00:00Z) does not ...".
struct Faults {
  std::vector<std::string> kept{};
  std::uint64_t count = 0;

  void add(std::string fault);
  void add_all(const Faults& others);
  bool none() const { return count == 0; }
};

// One organisation's log.
struct LogReport {
  std::string organisation;
  std::string origin;
  std::optional<NoteKey> key{};  // nothing: none of the keys is this log's, and nothing of it was checked
  std::uint64_t entries = 0;     // that are there and were read
  std::uint64_t with_personal_text = 0;
  std::uint64_t erased = 0;  // had personal text, and it was erased
  std::uint64_t checkpoints = 0;
  std::optional<Instant> newest{};  // when the newest checkpoint was made
  std::uint64_t anchors = 0;        // that are right
  std::uint64_t anchored = 0;       // entries the farthest of them covers
  bool anchored_to_end = false;     // so nothing was cut off
  Faults faults{};
};

struct VerifyReport {
  std::vector<LogReport> logs{};
  Faults faults{};                   // that belong to no log
  std::vector<std::string> notes{};  // what is not wrong, and should be known

  bool sound() const;
};

// Errors are for what keeps it from being checked at all: no such file, not a ledger, a disk that fails.
Result<VerifyReport> verify_audit_logs(const VerifyOptions& options);

}  // namespace plumbline
