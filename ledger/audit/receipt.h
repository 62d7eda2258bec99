// A receipt: entries of the audit log with what proves that they are in it, as one JSON document. Whoever
// holds the log's public key can check it without the ledger, years later.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/audit/signed_note.h"
#include "ledger/database.h"

namespace plumbline {

inline constexpr std::string_view kReceiptKind = "plumbline-receipt-1";

// Of these entries, by the newest checkpoint. ErrorCode::kNotFound where there is no such entry yet,
// kCorrupt where the log does not prove what it should. Wants to run inside of one reading transaction.
Result<std::string> make_receipt(Database& database, std::int64_t organisation,
                                 const std::vector<std::int64_t>& entries);

// The entries that tell of violation V<number>, in order; empty where there is no such violation.
Result<std::vector<std::int64_t>> entries_of_violation(Database& database, std::int64_t organisation,
                                                       std::int64_t number);

struct CheckedEntry {
  std::string entry;     // canonical JSON
  std::string personal;  // JSON; empty where there is none
  bool erased = false;   // it had personal text
};
struct CheckedReceipt {
  std::string origin;  // of the log
  std::uint64_t size = 0;
  Instant at{};  // of the checkpoint: the entries were in the log then
  std::vector<CheckedEntry> entries{};
};

// ErrorCode::kCorrupt, with a sentence, for a receipt that proves nothing; kInvalidInput for what is none.
Result<CheckedReceipt> check_receipt(std::string_view document, const std::vector<NoteKey>& keys);

}  // namespace plumbline
