// What must hold of a ledger's file whatever happened to the program that wrote it. Asked through a
// connection of its own, which first brings in what the write-ahead log holds, as the next program would; the
// audit log is verified with the public key beside the ledger.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace plumbline {

struct CheckedLedger {
  std::int64_t entries = 0;  // of the audit log
  std::string digest{};      // of all that is kept, but for what chance gave: salts, commitments, signatures
  // What does not hold: sentences. Empty for a ledger that is whole.
  std::vector<std::string> faults{};
};

// Of a file that is not there, or in which no program got as far as to make its tables: no entries, no faults
// and no digest. An Error where SQLite refuses the file.
Result<CheckedLedger> look_at_ledger(const std::string& path);

struct LogEnd {
  std::int64_t entries = 0;
  std::string checkpoint{};  // the newest one; empty where there is none
};
Result<LogEnd> end_of_log(const std::string& path);

// Of a commit that was there once: empty where it still is, or what is wrong. The checkpoint is told by its
// digest in hexadecimal digits.
std::string what_is_lost(const std::string& path, std::int64_t entries, const std::string& checkpoint);

}  // namespace plumbline
