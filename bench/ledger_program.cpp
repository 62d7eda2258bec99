#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/ledger_data.h"
#include "bench/ledger_parts.h"
#include "bench/process_run.h"
#include "ledger/ledger.h"
#include "source_dir.h"

namespace plumbline::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kWholePack =
    "commercial-sales";  // by which most records of the data violate something
const std::string kTwentyPack = PLUMBLINE_SOURCE_DIR "/bench/twenty.yaml";
// Later than all that is in the made-up data, each after the one before.
constexpr std::string_view kLoadedAt = kSalesAsOf;
constexpr std::string_view kLoadedAgainAt = "2026-05-06T21:00:00Z";
constexpr std::string_view kChangedAt = "2026-05-06T22:00:00Z";
constexpr std::string_view kJudgedAt = "2026-05-06T22:30:00Z";
constexpr std::string_view kJudgedAgainAt = "2026-05-06T23:00:00Z";
constexpr std::string_view kAllJudgedAt = "2026-05-06T23:15:00Z";
constexpr std::string_view kAllJudgedAgainAt = "2026-05-06T23:30:00Z";
constexpr std::size_t kReplayed = 10;  // as many opportunities as loaded, divided by this
constexpr std::string_view kReplayedFrom = "2026-02-05";
constexpr std::string_view kReplayedTo = "2026-05-05";

// One command, run once a round.
struct Task {
  std::string name;
  std::vector<std::string> words;
  double rows = 0;  // what its speed is counted in
  std::vector<ProcessCost> costs{};
};

// --policy ID for each policy of the twenty: what they extend has more.
std::vector<std::string> twenty_options() {
  constexpr std::string_view kId = "{id: ";
  std::ifstream file(kTwentyPack);
  std::vector<std::string> options{"--pack", kTwentyPack};
  for (std::string line; std::getline(file, line);) {
    const std::size_t begin = line.find(kId);
    if (begin == std::string::npos) continue;
    const std::size_t id = begin + kId.size();
    options.insert(options.end(), {"--policy", line.substr(id, line.find(',', id) - id)});
  }
  if (options.size() == 2) give_up("no policies in " + kTwentyPack);
  return options;
}

std::uint64_t bytes_of(const fs::path& path) { return fs::exists(path) ? fs::file_size(path) : 0; }

void remove_ledger(const fs::path& path) {
  for (const std::string_view end : {"", "-wal", "-shm", ".key", ".pub"})
    fs::remove(path.string() + std::string(end));
}

std::vector<double> of(const Task& task, double ProcessCost::* figure) {
  std::vector<double> values;
  for (const ProcessCost& cost : task.costs) values.push_back(cost.*figure);
  return values;
}

void print_task(const Task& task) {
  const std::vector<double> seconds = of(task, &ProcessCost::seconds);
  const auto [least, most] = std::ranges::minmax(seconds);
  fmt::print("{:<36} {:>24} {:>8.2f} {:>10.0f} {:>12.0f}\n", task.name,
             fmt::format("{:.3f} ({:.3f} to {:.3f})", median(seconds), least, most),
             median(of(task, &ProcessCost::cpu_seconds)), median(of(task, &ProcessCost::peak_mb)),
             task.rows / median(seconds));
}

class ProgramBench {
 public:
  explicit ProgramBench(const LedgerBenchOptions& options)
      : options_(options),
        ledger_(options.data / "bench.ledger"),
        replayed_(options.data / "replay.ledger"),
        delta_(options.data / "delta") {}

  void run() {
    make_data();
    make_tasks();
    for (std::size_t round = 0; round < options_.runs; ++round) {
      remove_ledger(ledger_);
      remove_ledger(replayed_);
      for (Task& task : tasks_) run_once(task);
    }
    print();
    remove_ledger(ledger_);
    remove_ledger(replayed_);
  }

 private:
  void make_data() {
    const SalesFolder what = deals_of(options_.opportunities);
    Result<fs::path> folder = sales_folder(options_.data, what);
    if (!folder) give_up(folder.error().to_string());
    full_ = *std::move(folder);
    records_ = static_cast<double>(what.sizes.opportunities + what.sizes.accounts + what.sizes.users);
    if (const Status made = write_delta(full_, delta_, options_.changed); !made)
      give_up(made.error().to_string());
    SalesFolder replayed = deals_of(std::max<std::size_t>(1, options_.opportunities / kReplayed));
    replayed.files = SalesFiles::kHistory;
    Result<fs::path> history = sales_folder(options_.data, replayed);
    if (!history) give_up(history.error().to_string());
    history_ = *std::move(history);
  }

  void add(std::string name, double rows, std::initializer_list<std::string_view> words) {
    Task task{.name = std::move(name), .words = {options_.plumbline.string()}, .rows = rows};
    for (const std::string_view word : words) task.words.emplace_back(word);
    tasks_.push_back(std::move(task));
  }
  void add_twenty(std::string name, double rows, std::initializer_list<std::string_view> words) {
    add(std::move(name), rows, words);
    const std::vector<std::string> twenty = twenty_options();
    tasks_.back().words.insert(tasks_.back().words.end(), twenty.begin(), twenty.end());
  }

  // Of the log that is verified.
  double entries() const {
    const Result<Ledger> ledger = Ledger::open(ledger_.string(), {.access = DatabaseAccess::kRead});
    if (!ledger) give_up(ledger.error().to_string());
    const auto count = ledger->database().prepare("SELECT count(*) FROM audit_entry");
    if (!count || !(*count)->step()) give_up("the entries of the log cannot be counted");
    return static_cast<double>((*count)->integer(0));
  }

  void make_tasks() {
    const auto deals = static_cast<double>(options_.opportunities);
    const std::string ledger = ledger_.string();
    const std::string full = full_.string();
    const std::string output = (options_.data / "ledger_bench.out").string();
    add("ingest, first load", records_, {"ingest", full, "--ledger", ledger, "--as-of", kLoadedAt});
    add("ingest, the same again", records_, {"ingest", full, "--ledger", ledger, "--as-of", kLoadedAgainAt});
    add(fmt::format("ingest, delta of {}", options_.changed), static_cast<double>(options_.changed),
        {"ingest", delta_.string(), "--ledger", ledger, "--as-of", kChangedAt});
    add_twenty("audit by twenty, from the files", deals,
               {"audit", full, "--as-of", kJudgedAt, "--format", "jsonl", "--output", output});
    add_twenty("audit by twenty, from the ledger", deals,
               {"audit", "--ledger", ledger, "--as-of", kJudgedAt, "--format", "jsonl", "--output", output});
    add_twenty("judge by twenty, all opened", deals, {"judge", "--ledger", ledger, "--as-of", kJudgedAt});
    add_twenty("judge by twenty, all still open", deals,
               {"judge", "--ledger", ledger, "--as-of", kJudgedAgainAt});
    add("judge by the whole pack, opened", deals,
        {"judge", "--ledger", ledger, "--pack", kWholePack, "--as-of", kAllJudgedAt});
    add("judge by the whole pack, still open", deals,
        {"judge", "--ledger", ledger, "--pack", kWholePack, "--as-of", kAllJudgedAgainAt});
    add("log verify, 1 thread", 0, {"log", "verify", ledger, "--threads", "1"});
    add("log verify, 2 threads", 0, {"log", "verify", ledger, "--threads", "2"});
    const std::string replayed = replayed_.string();
    const double replayed_deals = std::max(1.0, deals / kReplayed);
    add("ingest a tenth with its history", replayed_deals,
        {"ingest", history_.string(), "--ledger", replayed, "--as-of", kLoadedAt});
    add("backtest of it, 90 days", replayed_deals,
        {"policy", "backtest", kWholePack, "--ledger", replayed, "--from", kReplayedFrom, "--to",
         kReplayedTo});
  }

  void run_once(Task& task) {
    const Result<ProcessCost> cost =
        run_process({.command = task.words, .log = options_.data / "ledger_bench.log"});
    if (!cost) give_up(fmt::format("{}: {}", task.name, cost.error().to_string()));
    task.costs.push_back(*cost);
    if (task.rows == 0) task.rows = entries();
    if (task.costs.size() == 1) note_size(task);
  }

  // The file once it is as the first task of its kind leaves it.
  void note_size(const Task& task) {
    const std::uint64_t bytes = bytes_of(ledger_) + bytes_of(ledger_.string() + "-wal");
    sizes_ += fmt::format("  {:<50} {:>14} bytes\n", fmt::format("ledger after: {}", task.name), bytes);
    if (sizes_.find('\n') + 1 == sizes_.size()) loaded_bytes_ = bytes;
  }

  void print() const {
    fmt::print("\n== The program: {} records, {} of them opportunities; {} runs\n", records_,
               options_.opportunities, options_.runs);
    fmt::print("{:<36} {:>24} {:>8} {:>10} {:>12}\n", "", "seconds (min to max)", "cpu", "peak MB", "rows/s");
    for (const Task& task : tasks_) print_task(task);
    fmt::print("\n{}  {:<50} {:>14.0f} bytes\n", sizes_, "a record after the first load",
               static_cast<double>(loaded_bytes_) / records_);
  }

  const LedgerBenchOptions& options_;
  fs::path ledger_;
  fs::path replayed_;  // another ledger, of fewer records with their history
  fs::path delta_;
  fs::path full_;
  fs::path history_;
  double records_ = 0;
  std::vector<Task> tasks_;
  std::string sizes_;
  std::uint64_t loaded_bytes_ = 0;
};

}  // namespace

void measure_program(const LedgerBenchOptions& options) {
  if (!fs::exists(options.plumbline)) {
    give_up(fmt::format("{} is not there; scripts/tuned builds it", options.plumbline.string()));
  }
  ProgramBench(options).run();
}

}  // namespace plumbline::bench
