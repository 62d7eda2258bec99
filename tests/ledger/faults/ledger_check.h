// What must hold of a ledger's file whatever happened to the program that wrote it. Asked through a
// connection of its own, which first brings in what the write-ahead log holds, as the next program would.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace plumbline {

struct LedgerState {
  std::int64_t entries = 0;  // of the audit log
  std::string digest{};      // of all that is kept, but for what chance gave: salts, commitments, signatures
  // What does not hold: sentences. Empty for a ledger that is whole.
  std::vector<std::string> faults{};
};

// Of a file that is not there, or in which no program got as far as to make its tables: no entries, no faults
// and no digest. An Error where SQLite refuses the file.
Result<LedgerState> look_at_ledger(const std::string& path);

// Whether the audit log's first `size` entries are those of `checkpoint`; empty, or what is wrong.
std::string what_is_lost(const std::string& path, std::int64_t size, const std::string& checkpoint);

// The newest checkpoint; empty where there is none.
Result<std::string> newest_checkpoint(const std::string& path);

}  // namespace plumbline
