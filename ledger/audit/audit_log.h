// The audit log as those who write see it: entries are added inside a transaction and sealed at its end.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "ledger/database.h"
#include "model/audit_entry.h"

namespace plumbline {

// Of one organisation, for one transaction at a time. Allocates nothing per entry once its buffers have
// grown.
class AuditLog {
 public:
  // Reads the newest checkpoint and the right edge of the tree, and makes the signing key where the log has
  // no entries yet. ErrorCode::kCorrupt where the edge is not what the checkpoint says.
  static Result<std::unique_ptr<AuditLog>> open(Database& database, std::int64_t organisation,
                                                const std::string& organisation_name,
                                                const std::string& ledger_path);
  ~AuditLog();

  // Inside a transaction; `at` is its moment. Returns the entry's number.
  Result<std::int64_t> append(Instant at, const AuditEntry& entry);
  // Before the transaction commits: writes what is left, the changed tiles and one signed checkpoint. Returns
  // the checkpoint's text; none where nothing was appended.
  Result<std::optional<std::string>> seal(Instant at);
  // The transaction was rolled back: as if nothing had been appended since the last seal.
  void forget();

 private:
  class Impl;
  explicit AuditLog(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace plumbline
