// Kills the crash program again and again, and looks at what it leaves behind.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace plumbline {

struct CrashOptions {
  std::int64_t kills = 20;
  std::uint32_t seed = 1;
  std::filesystem::path folder;  // made and emptied
  // The program and its words, to which the ledger's path and a seed are added.
  std::vector<std::string> program;
};

struct CrashReport {
  std::int64_t kills = 0;
  std::int64_t ledgers = 0;          // as many new ones were begun
  std::int64_t commits = 0;          // that the program told
  std::int64_t entries = 0;          // in the logs, when their ledgers were left
  std::int64_t untold = 0;           // kills after which a commit was there that had not been told yet
  std::int64_t logs_left = 0;        // kills that left a write-ahead log to be brought in
  std::int64_t unborn = 0;           // kills before the ledger was made
  std::vector<std::string> wrong{};  // what must not be: sentences
};

CrashReport crash_again_and_again(const CrashOptions& options);

}  // namespace plumbline
