// What Plumbline remembers: records and how they changed, violations, waivers, the audit log; in one file.
// This is the file itself; what is in it is read and written by the stores beside this header, each given a
// Ledger.
//
// One process writes, any number read. One thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "ledger/audit/audit_log.h"
#include "ledger/database.h"
#include "ledger/sqlite_database.h"

namespace plumbline {

inline constexpr std::string_view kDefaultOrganisation = "default";

struct LedgerOptions {
  DatabaseAccess access = DatabaseAccess::kRead;
  // Whose records; empty: those of the one organisation that is in the file, kDefaultOrganisation in a new
  // one.
  std::string organisation{};
  // Whether one the file does not know is added where others are in it. A new file always gets one.
  bool adds_organisation = true;
  Instant now{};           // by the clock: when a new organisation was made
  std::string program{};   // "plumbline 1.2.3": what the first entry of a new log says; empty: there is none
  SqliteOptions sqlite{};  // its `access` does not count
};

class Ledger {
 public:
  // Makes or migrates the file where `access` allows it. Errors are sentences with the file's name.
  static Result<Ledger> open(const std::string& path, const LedgerOptions& options);

  Database& database() const { return *database_; }
  std::int64_t organisation() const { return organisation_; }
  const std::string& organisation_name() const { return organisation_name_; }
  const std::string& path() const { return path_; }
  // Opened when it is first asked for. Only where the ledger may be written.
  Result<AuditLog*> audit_log();

  // Of the newest commit through this object that logged something, for anchors; empty where there was none.
  const std::string& last_checkpoint() const { return last_checkpoint_; }

  // Newest moment anything was written as of.
  Result<Instant> last_at() const;

 private:
  friend class LedgerTransaction;

  Ledger() = default;
  Status find_organisation(const LedgerOptions& options);

  std::unique_ptr<Database> database_;
  std::int64_t organisation_ = 0;
  std::string organisation_name_;
  std::string path_;
  std::string last_checkpoint_;
  std::string program_;            // empty: the log has entries, or its first one tells of nothing
  std::unique_ptr<AuditLog> log_;  // before the database it writes to
};

// Everything written belongs to one: records, transitions, and the audit entries that tell of them, are kept
// together or not at all. Rolled back where it is not committed.
class LedgerTransaction {
 public:
  // `as_of` is the moment what is written holds for. Time does not run backwards in a ledger: a moment before
  // last_at() is refused.
  static Result<LedgerTransaction> begin(Ledger& ledger, Instant as_of);
  // As of that moment, or of last_at() where that is later: for moments of another's clock, which may lie
  // some seconds behind.
  static Result<LedgerTransaction> begin_not_before_last(Ledger& ledger, Instant as_of);
  LedgerTransaction(LedgerTransaction&& other) noexcept;
  LedgerTransaction& operator=(LedgerTransaction&&) = delete;
  ~LedgerTransaction();

  Instant as_of() const { return as_of_; }
  // In a new log, `ledger.created` comes first (LedgerOptions::program).
  Result<std::int64_t> log(const AuditEntry& entry);
  // Signs what was logged, and writes it all. Returns the checkpoint for anchors; empty where nothing was
  // logged.
  Result<std::string> commit();

 private:
  LedgerTransaction(Ledger& ledger, AuditLog& log, Instant as_of)
      : ledger_(&ledger), log_(&log), as_of_(as_of) {}
  static Result<LedgerTransaction> begin_as_told(Ledger& ledger, Instant as_of);
  Status note_moment();
  Status log_creation();

  Ledger* ledger_;  // null once committed or moved from
  AuditLog* log_;
  Instant as_of_;
  bool knows_begin_ = false;  // that the log has entries, of this transaction or others
};

}  // namespace plumbline
