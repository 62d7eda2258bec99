// The audit log as those who write see it: entries are added inside a transaction and sealed at its end.
//
// docs/formats/audit-log.md tells what is in the file; verify.h checks it, with code of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/crypto.h"
#include "base/result.h"
#include "base/time.h"
#include "ledger/database.h"
#include "model/audit_entry.h"

namespace plumbline {

enum class QuietSeal : std::uint8_t {
  kSkip,   // no entries, no checkpoint
  kWrite,  // says that nothing happened up to this moment
};

// Of one organisation, for one transaction at a time, on one thread. Allocates nothing per entry once its
// buffers have grown.
class AuditLog {
 public:
  // Reads the newest checkpoint and the right edge of the tree; makes the signing key (log_key.h) where the
  // log has no entries yet. ErrorCode::kCorrupt where the edge is not what the checkpoint says, or the
  // checkpoint is not signed by our key: nothing may be added to a log that somebody else changed.
  static Result<std::unique_ptr<AuditLog>> open(Database& database, std::int64_t organisation,
                                                const std::string& organisation_name,
                                                const std::string& ledger_path);
  ~AuditLog();

  // Inside a transaction; `at` is its moment. Returns the entry's number, which counts from 0. Other programs
  // may have added to the log since the last transaction: it is taken up where they left it.
  Result<std::int64_t> append(Instant at, const AuditEntry& entry);
  // Before the transaction commits: writes the changed tiles and one signed checkpoint. Returns the
  // checkpoint's text, for anchors; none where there is nothing to seal.
  Result<std::optional<std::string>> seal(Instant at, QuietSeal quiet = QuietSeal::kSkip);
  // SHA-256 of the 32 bytes of the public key that checks what is sealed.
  Sha256Digest key_digest() const;
  // The transaction was rolled back: as if nothing had been appended since the last seal.
  void forget();

 private:
  class Impl;
  explicit AuditLog(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace plumbline
