// What ledger_bench is made of: each part measures one thing and prints its table.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace plumbline::bench {

struct LedgerBenchOptions {
  std::size_t runs = 5;                   // the middle one is told
  std::size_t opportunities = 1'000'000;  // of the first load; a quarter as many accounts
  std::size_t changed = 10'000;           // of the delta
  std::size_t entries = 200'000;          // of the log, where it is appended to in large batches
  std::filesystem::path data;             // made-up exports; ledgers are made here, too, and removed
  std::filesystem::path plumbline;        // the program
};

// Ends the program.
[[noreturn]] void give_up(std::string_view why);

// Entries appended to the log and committed, in batches of 1, 100 and 10,000, with each commit on the disk
// before it returns (as the ledger does it), and without.
void measure_appends(const LedgerBenchOptions& options);

// Opportunity.csv into a new ledger, in this process, in turns with a loop that binds values which are in
// memory already; and one record in a hundred again, changed.
void measure_load(const LedgerBenchOptions& options);

// The program as a whole process: loading, auditing, judging, verifying, replaying; with bytes and peak
// memory.
void measure_program(const LedgerBenchOptions& options);

}  // namespace plumbline::bench
