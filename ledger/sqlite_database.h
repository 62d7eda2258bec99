// A ledger's file, opened through SQLite: write-ahead log, every commit on the disk before it returns.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "ledger/database.h"

namespace plumbline {

enum class DatabaseAccess : std::uint8_t {
  kRead,    // the file must be there
  kWrite,   // likewise
  kCreate,  // made where it is not there, readable by its owner and group alone
};

// How long a writer waits for another one.
inline constexpr std::chrono::milliseconds kBusyWait{5'000};

struct SqliteOptions {
  DatabaseAccess access = DatabaseAccess::kRead;
  std::chrono::milliseconds busy_wait = kBusyWait;
  std::string vfs{};  // another way to the disk, for tests that break it; empty for the system's own
};

// Errors name the file and say what to do: no such file, not a ledger, no permission, disk full, locked,
// damaged (ErrorCode::kCorrupt).
Result<std::unique_ptr<Database>> open_sqlite(const std::string& path, const SqliteOptions& options);

}  // namespace plumbline
