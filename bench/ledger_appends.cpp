#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "bench/ledger_parts.h"
#include "bench/process_run.h"
#include "ledger/ledger.h"

namespace plumbline::bench {
namespace {

namespace fs = std::filesystem;

constexpr Instant kMorning{std::chrono::seconds{1'717'200'000}};
// A commit waits for the disk: this many are enough to know how long.
constexpr std::size_t kMostCommits = 300;
constexpr std::array<std::size_t, 3> kBatches = {1, 100, 10'000};

struct Durability {
  std::string_view name;
  std::string pragma;
};

// As a judging run writes one: some 450 bytes, names and message beside it.
constexpr std::string_view kBody =
    R"("violation":"V123456","run":17,"policy":"commercial-sales/close-date-past-due","object":"Opportunity",)"
    R"("record":"006Ab00000000001AAA","owner":"005Ab00000000001AAA","severity":"high",)"
    R"("digest":"0123456789abcdef0123456789abcdef")";
constexpr std::string_view kPersonal =
    R"({"record_name":"Northwind - Expansion","owner_name":"A. Person","message":"The close date is 12 days past.",)"
    R"("evidence":{"CloseDate":"2024-05-20","StageName":"Negotiating"}})";

void append(Ledger& ledger, std::size_t entries) {
  Result<LedgerTransaction> transaction = LedgerTransaction::begin(ledger, kMorning);
  if (!transaction) give_up(transaction.error().to_string());
  for (std::size_t i = 0; i < entries; ++i) {
    const auto logged = transaction->log({.kind = "violation.opened", .body = kBody, .personal = kPersonal});
    if (!logged) give_up(logged.error().to_string());
  }
  if (const auto done = transaction->commit(); !done) give_up(done.error().to_string());
}

void remove_ledger(const fs::path& path) {
  for (const std::string_view end : {"", "-wal", "-shm", ".key", ".pub"})
    fs::remove(path.string() + std::string(end));
}

struct AppendCost {
  double entries_per_second = 0;
  double microseconds_per_commit = 0;
};

AppendCost append_all(const LedgerBenchOptions& options, const Durability& durability, std::size_t batch) {
  const fs::path path = options.data / "appends.ledger";
  remove_ledger(path);
  AppendCost cost;
  {
    Result<Ledger> ledger = Ledger::open(path.string(), {.access = DatabaseAccess::kCreate, .now = kMorning});
    if (!ledger) give_up(ledger.error().to_string());
    if (const Status set = ledger->database().execute(durability.pragma); !set)
      give_up(set.error().to_string());
    append(*ledger, batch);  // that was to get warm
    const std::size_t commits = std::clamp<std::size_t>(options.entries / batch, 1, kMostCommits);
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < commits; ++i) append(*ledger, batch);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    cost = {.entries_per_second = static_cast<double>(commits * batch) / took.count(),
            .microseconds_per_commit = took.count() * 1e6 / static_cast<double>(commits)};
  }
  remove_ledger(path);
  return cost;
}

}  // namespace

void measure_appends(const LedgerBenchOptions& options) {
  const std::array<Durability, 3> all = {{{"every commit on the disk (FULL)", "PRAGMA synchronous=FULL"},
                                          {"only checkpoints (NORMAL)", "PRAGMA synchronous=NORMAL"},
                                          {"never waiting for the disk (OFF)", "PRAGMA synchronous=OFF"}}};
  fmt::print("\n== Entries appended to the log; {} runs\n{:<36} {:>10} {:>14} {:>16}\n", options.runs, "",
             "a commit", "entries/s", "us a commit");
  for (const std::size_t batch : kBatches) {
    for (const Durability& durability : all) {
      std::vector<double> speeds;
      std::vector<double> times;
      for (std::size_t run = 0; run < options.runs; ++run) {
        const AppendCost cost = append_all(options, durability, batch);
        speeds.push_back(cost.entries_per_second);
        times.push_back(cost.microseconds_per_commit);
      }
      fmt::print("{:<36} {:>10} {:>14.0f} {:>16.0f}\n", durability.name, batch, median(speeds),
                 median(times));
    }
  }
}

}  // namespace plumbline::bench
