// How fast folders of exports are audited, next to DuckDB saying the same policies in SQL.
//
//   engine_bench [--runs N] [--opportunities N] [--quotes needed|all] [--data DIR] [--only PART]
//                [--plumbline PROGRAM] [--duckdb LIBRARY]
//
// Parts, all by default:
//   compare   twenty policies over a million opportunities, by both, with 1 and with 2 threads; beside them
//   the
//             bare scan of the same files for quotes, delimiters and line ends, the least any reader must do
//   small     the same over 10,000 opportunities, where it shows what starting costs
//   memory    bytes an opportunity: the peak at twice as many opportunities less that at one time as many
//   pack      the families close dates, Next Steps and ownership of commercial-sales, with history and tasks,
//             next to the twenty; and all of commercial-sales, with meetings, leads and Clari's data as well
//
// Everything is timed as a whole process, and what is compared runs in turns, first one first and then the
// other, so that a slow moment of the machine falls on all alike; a ratio is of two runs side by side. Both
// sides must name the same records for the same policies, or the program fails. Data is made where it is not
// there yet, some 2 GB below build/bench-data. Without DuckDB's library (scripts/bench fetches it) only
// plumbline is measured: the program as it is shipped (scripts/tuned), unless --plumbline names another.
// `--quotes all` puts every cell in quotes, as Salesforce's bulk exports do.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/process_run.h"
#include "bench/sales_data.h"
#include "bench/violation_pairs.h"
#include "records/csv_scan.h"
#include "source_dir.h"

namespace {

using namespace plumbline;
using namespace plumbline::bench;

namespace fs = std::filesystem;

constexpr std::size_t kChunkBytes = std::size_t{1} << 20;
constexpr std::array<std::size_t, 2> kThreads = {1, 2};
constexpr std::size_t kSmallOpportunities = 10'000;
const std::string kTwentyPack = PLUMBLINE_SOURCE_DIR "/bench/twenty.yaml";
const std::string kTwentySql = PLUMBLINE_SOURCE_DIR "/bench/twenty.sql";
// A short process needs more runs until its median stands still.
constexpr std::size_t kSmallRunsFactor = 5;

constexpr std::array<std::string_view, 20> kPolicies = {
    "close-date-past-due",
    "close-date-push-to-friday",
    "close-date-month-end-without-event",
    "close-date-event-not-month-end",
    "close-date-unconventional",
    "close-date-placeholder-too-far",
    "net-arr-missing",
    "next-steps-missing",
    "next-steps-date-missing",
    "next-steps-date-past",
    "next-steps-owner-missing",
    "next-steps-far-out-not-detailed",
    "next-steps-vague",
    "owner-mismatch",
    "owner-inactive",
    "segment-size-mismatch",
    "roe-first-order-owner",
    "roe-new-account-routing",
    "roe-move-to-territory",
    "roe-move-to-first-order",
};
// Of commercial-sales: close dates, Next Steps, ownership.
constexpr auto kFamilies = std::to_array<std::string_view>({
    "close-date-past-due",
    "close-date-push-to-friday",
    "close-date-month-end-without-event",
    "close-date-placeholder-expired",
    "close-date-event-not-month-end",
    "close-date-unconventional",
    "close-date-placeholder-too-far",
    "net-arr-missing",
    "close-date-pushed-repeatedly",
    "next-steps-missing",
    "next-steps-date-missing",
    "next-steps-date-past",
    "next-steps-owner-missing",
    "next-steps-contains-date",
    "next-steps-contains-history",
    "next-steps-far-out-not-detailed",
    "next-steps-vague",
    "opportunity-stale",
    "roe-first-order-owner",
    "roe-new-account-routing",
    "roe-new-outbound-account",
    "roe-move-to-territory",
    "roe-move-to-first-order",
    "roe-idle-at-quarter-change",
    "roe-repeatedly-ignored",
    "segment-size-mismatch",
    "segment-sources-disagree",
    "owner-mismatch",
    "owner-inactive",
    "duplicate-open-opportunity",
    "first-order-handoff-overdue",
    "first-order-handoff-note-missing",
});
constexpr auto kFilesOfTwenty =
    std::to_array<std::string_view>({"Opportunity.csv", "Account.csv", "User.csv"});
constexpr auto kFilesOfHistory = std::to_array<std::string_view>({"OpportunityFieldHistory.csv", "Task.csv"});
constexpr auto kFilesOfCatalogue = std::to_array<std::string_view>(
    {"Event.csv", "Lead.csv", "ForecastSubmission.csv", "ClariOpportunity.csv"});

// What is judged: the twenty, three families, or all of commercial-sales.
enum class Extent : std::uint8_t { kTwenty, kFamilies, kCatalogue };

struct Options {
  std::size_t runs = 7;
  std::size_t opportunities = 1'000'000;
  CsvQuotes quotes = CsvQuotes::kWhereNeeded;
  std::string only;  // empty for all parts
  fs::path data;
  fs::path plumbline;
  fs::path duckdb;      // the library
  fs::path duckdb_run;  // the program that uses it
  fs::path self;
};

[[noreturn]] void give_up(std::string_view why) {
  fmt::print(stderr, "engine_bench: {}\n", why);
  std::exit(1);
}

// ---- The scan, which is this program started anew with --scan FILE...

void scan(const std::string& path, CsvCounts& counts) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) give_up("cannot open " + path);
  std::vector<char> buffer(kChunkBytes);
  CsvCarry carry;
  for (ssize_t got = ::read(file, buffer.data(), buffer.size()); got > 0;
       got = ::read(file, buffer.data(), buffer.size())) {
    count_csv_structure({buffer.data(), static_cast<std::size_t>(got)}, ',', carry, counts);
  }
  ::close(file);
}

CsvCounts scan_all(const std::vector<std::string>& paths) {
  CsvCounts counts;
  for (const std::string& path : paths) scan(path, counts);
  return counts;
}

// ---- What is measured

struct Contender {
  std::string name;
  Process process;
  fs::path output{};
  std::vector<ProcessCost> costs{};
};

std::vector<double> of(const Contender& contender, double ProcessCost::* figure) {
  std::vector<double> values;
  for (const ProcessCost& cost : contender.costs) values.push_back(cost.*figure);
  return values;
}

// What the run before left is gone first: to replace a file costs the file system more than to make one.
void run_once(Contender& contender) {
  if (!contender.output.empty()) fs::remove(contender.output);
  Result<ProcessCost> cost = run_process(contender.process);
  if (!cost) give_up(cost.error().to_string());
  contender.costs.push_back(*cost);
}

// Every second round the other way round, so that none always runs on what another left in the caches.
void run_in_turns(std::vector<Contender>& contenders, std::size_t runs) {
  for (Contender& contender : contenders) run_once(contender);
  for (Contender& contender : contenders) contender.costs.clear();  // that was to get warm
  for (std::size_t round = 0; round < runs; ++round) {
    for (Contender& contender : contenders) run_once(contender);
    std::ranges::reverse(contenders);
  }
  if (runs % 2 == 1) std::ranges::reverse(contenders);
}

void print_head() {
  fmt::print("{:<28} {:>24} {:>8} {:>10}\n", "", "seconds (min to max)", "cpu", "peak MB");
}

void print_costs(const Contender& contender) {
  const std::vector<double> seconds = of(contender, &ProcessCost::seconds);
  const auto [least, most] = std::ranges::minmax(seconds);
  fmt::print("{:<28} {:>24} {:>8.2f} {:>10.0f}\n", contender.name,
             fmt::format("{:.3f} ({:.3f} to {:.3f})", median(seconds), least, most),
             median(of(contender, &ProcessCost::cpu_seconds)), median(of(contender, &ProcessCost::peak_mb)));
}

std::string ratio(const Contender& one, const Contender& other, double ProcessCost::* figure) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < one.costs.size(); ++i) {
    ratios.push_back(one.costs[i].*figure / other.costs[i].*figure);
  }
  const auto [least, most] = std::ranges::minmax(ratios);
  return fmt::format("{:.2f} ({:.2f} to {:.2f})", median(ratios), least, most);
}

// Of the time, and of the work: on a machine that has other things to do the second stands more still.
void print_ratio(const Contender& one, const Contender& other) {
  fmt::print("  {:<50} {:>22}   cpu {:>22}\n", fmt::format("{} / {}", one.name, other.name),
             ratio(one, other, &ProcessCost::seconds), ratio(one, other, &ProcessCost::cpu_seconds));
}

class Bench {
 public:
  explicit Bench(Options options) : options_(std::move(options)), sql_(have_duckdb()) {}

  void run() {
    const std::array parts = {std::pair("compare", &Bench::compare), std::pair("small", &Bench::small),
                              std::pair("memory", &Bench::memory), std::pair("pack", &Bench::pack)};
    for (const auto& [name, part] : parts) {
      if (options_.only.empty() || options_.only == name) (this->*part)();
    }
  }

 private:
  bool have_duckdb() const {
    if (fs::exists(options_.duckdb)) return true;
    fmt::print("!! DuckDB is NOT compared with: {} is not there; scripts/bench engine_bench fetches it.\n",
               options_.duckdb.string());
    return false;
  }

  static std::size_t users_for(std::size_t accounts) { return std::max<std::size_t>(200, accounts / 125); }

  static constexpr std::array<std::string_view, 3> kFileNames = {"", "-history", "-all"};  // by SalesFiles

  fs::path folder_name(const SalesFolder& what) const {
    const SalesSizes& sizes = what.sizes;
    return options_.data / fmt::format("sales-v{}-{}-{}-{}{}{}", kSalesDataVersion, sizes.opportunities,
                                       sizes.accounts, sizes.users,
                                       kFileNames.at(static_cast<std::size_t>(what.files)),
                                       what.quotes == CsvQuotes::kEverywhere ? "-quoted" : "");
  }

  // A folder of that size, made where it is not there; one with more files will do for one with fewer.
  fs::path folder(std::size_t opportunities, std::size_t accounts, SalesFiles files) const {
    SalesFolder what{.files = SalesFiles::kAll, .quotes = options_.quotes};
    what.sizes.opportunities = opportunities;
    what.sizes.accounts = accounts;
    what.sizes.users = users_for(accounts);
    while (what.files != files && !fs::exists(folder_name(what)))
      what.files = static_cast<SalesFiles>(static_cast<std::size_t>(what.files) - 1);
    fs::path path = folder_name(what);
    // The last file to be written.
    if (!fs::exists(path / "Opportunity.csv")) {
      fmt::print("Making {} ...\n", path.string());
      (void)std::fflush(stdout);
      if (const Status status = write_sales_folder(path, what); !status) give_up(status.error().to_string());
    }
    return path;
  }
  // Of all parts the last alone reads more than the deals; without it the others can do without.
  fs::path whole_folder() const {
    const bool all_parts = options_.only.empty() || options_.only == "pack";
    return folder(options_.opportunities, options_.opportunities / 4,
                  all_parts ? SalesFiles::kAll : SalesFiles::kDeals);
  }

  fs::path log(std::string_view name) const { return options_.data / fmt::format("{}.log", name); }
  fs::path output(std::string_view name) const { return options_.data / fmt::format("{}.out", name); }

  Contender plumbline(std::string name, const fs::path& data, std::size_t threads, Extent extent) const {
    std::vector<std::string> command = {options_.plumbline, "audit", data, "--pack"};
    command.emplace_back(extent == Extent::kTwenty ? kTwentyPack : "commercial-sales");
    std::span<const std::string_view> policies;
    if (extent == Extent::kTwenty) policies = kPolicies;
    if (extent == Extent::kFamilies) policies = kFamilies;
    for (const std::string_view policy : policies) {
      command.emplace_back("--policy");
      command.emplace_back(policy);
    }
    command.insert(command.end(), {"--as-of", std::string(kSalesAsOf), "--threads", std::to_string(threads),
                                   "--format", "jsonl", "--output", output(name)});
    Process process{.command = std::move(command), .log = log(name)};
    fs::path written = output(name);
    return {.name = std::move(name), .process = std::move(process), .output = std::move(written)};
  }

  Contender duckdb(std::string name, const fs::path& data, std::size_t threads) const {
    Process process{.command = {options_.duckdb_run, options_.duckdb, kTwentySql, data,
                                std::to_string(threads), output(name)},
                    .log = log(name)};
    fs::path written = output(name);
    return {.name = std::move(name), .process = std::move(process), .output = std::move(written)};
  }

  Contender scan_of(std::string name, const fs::path& data, Extent extent) const {
    Process process{.command = {options_.self, "--scan"}, .log = log(name)};
    for (const std::string& path : files(data, extent)) process.command.push_back(path);
    return {.name = std::move(name), .process = std::move(process)};
  }

  static std::vector<std::string> files(const fs::path& data, Extent extent) {
    std::vector<std::string> paths;
    for (const std::string_view name : kFilesOfTwenty) paths.push_back(data / name);
    if (extent == Extent::kTwenty) return paths;
    for (const std::string_view name : kFilesOfHistory) paths.push_back(data / name);
    if (extent == Extent::kFamilies) return paths;
    for (const std::string_view name : kFilesOfCatalogue) paths.push_back(data / name);
    return paths;
  }

  ViolationPairs found_by(const Contender& contender) const {
    const fs::path path = output(contender.name);
    Result<ViolationPairs> pairs =
        contender.name.starts_with("DuckDB") ? read_csv_pairs(path) : read_jsonl_pairs(path);
    if (!pairs) give_up(pairs.error().to_string());
    return *std::move(pairs);
  }

  // Ends the program where one of them found something else than the first.
  ViolationPairs check_agreement(const std::vector<const Contender*>& judges) const {
    ViolationPairs first = found_by(*judges.front());
    for (const Contender* judge : judges) {
      const std::string text = differences(first, found_by(*judge));
      if (!text.empty()) give_up(fmt::format("{} does not agree:\n{}", judge->name, text));
    }
    return first;
  }

  // Both programs with 1 and with 2 threads, and the scan.
  std::vector<Contender> compare_over(const fs::path& data, std::size_t runs, ViolationPairs& pairs) {
    std::vector<Contender> contenders;
    for (const std::size_t threads : kThreads) {
      const std::string_view count = threads_text(threads);
      contenders.push_back(plumbline(fmt::format("plumbline, {}", count), data, threads, Extent::kTwenty));
      if (sql_) contenders.push_back(duckdb(fmt::format("DuckDB, {}", count), data, threads));
    }
    contenders.push_back(scan_of("scan", data, Extent::kTwenty));
    run_in_turns(contenders, runs);

    std::vector<const Contender*> judges;
    for (std::size_t i = 0; i + 1 < contenders.size(); ++i) judges.push_back(&contenders[i]);
    pairs = check_agreement(judges);
    return contenders;
  }

  void print_comparison(const std::vector<Contender>& contenders) const {
    print_head();
    for (const Contender& contender : contenders) print_costs(contender);
    fmt::print("\n");
    const std::size_t step = sql_ ? 2 : 1;
    for (std::size_t i = 0; sql_ && i + 1 < contenders.size(); i += step) {
      print_ratio(contenders[i], contenders[i + 1]);
    }
    for (std::size_t i = 0; i + 1 < contenders.size(); i += step)
      print_ratio(contenders[i], contenders.back());
  }

  std::string agreement() const { return sql_ ? "the same from both programs" : "DuckDB not asked"; }

  void compare() {
    const fs::path data = whole_folder();
    ViolationPairs pairs;
    const std::vector<Contender> contenders = compare_over(data, options_.runs, pairs);
    fmt::print("\n== {} opportunities, {} policies: {} violations, {}; {} runs\n", options_.opportunities,
               kPolicies.size(), pairs.size(), agreement(), options_.runs);
    fmt::print("{}\n", counts_by_policy(pairs));
    print_comparison(contenders);
  }

  void small() {
    const fs::path data = folder(kSmallOpportunities, kSmallOpportunities / 4, SalesFiles::kDeals);
    const std::size_t runs = options_.runs * kSmallRunsFactor;
    ViolationPairs pairs;
    const std::vector<Contender> contenders = compare_over(data, runs, pairs);
    fmt::print("\n== {} opportunities, {} policies: {} violations, {}; {} runs\n", kSmallOpportunities,
               kPolicies.size(), pairs.size(), agreement(), runs);
    print_comparison(contenders);
  }

  void memory() {
    const std::size_t one_time = options_.opportunities;
    const fs::path once = whole_folder();
    const fs::path twice = folder(2 * one_time, one_time / 4, SalesFiles::kDeals);
    std::vector<Contender> contenders = {plumbline("plumbline, once", once, 1, Extent::kTwenty),
                                         plumbline("plumbline, twice", twice, 1, Extent::kTwenty)};
    if (sql_) {
      contenders.push_back(duckdb("DuckDB, once", once, 1));
      contenders.push_back(duckdb("DuckDB, twice", twice, 1));
    }
    constexpr std::size_t kRuns = 3;
    run_in_turns(contenders, kRuns);
    fmt::print("\n== Memory: {} and {} opportunities of the same accounts, 1 thread; {} runs\n", one_time,
               2 * one_time, kRuns);
    print_head();
    for (const Contender& contender : contenders) print_costs(contender);
    fmt::print("\n");
    for (std::size_t i = 0; i < contenders.size(); i += 2) {
      const double more = median(of(contenders[i + 1], &ProcessCost::peak_mb)) -
                          median(of(contenders[i], &ProcessCost::peak_mb));
      fmt::print("  {:<50} {:.0f}\n", fmt::format("{} bytes an opportunity", i == 0 ? "plumbline" : "DuckDB"),
                 more * 1e6 / static_cast<double>(one_time));
    }
  }

  void pack() {
    const fs::path data = whole_folder();
    std::vector<Contender> twenty;
    for (const std::size_t threads : kThreads)
      twenty.push_back(
          plumbline(fmt::format("twenty, {}", threads_text(threads)), data, threads, Extent::kTwenty));
    compare_pack("three families", data, Extent::kFamilies, twenty);
    compare_pack("whole pack", data, Extent::kCatalogue, twenty);
  }

  static std::string_view threads_text(std::size_t threads) {
    return threads == 1 ? "1 thread" : "2 threads";
  }

  void compare_pack(std::string_view what, const fs::path& data, Extent extent,
                    const std::vector<Contender>& twenty) {
    std::vector<Contender> contenders;
    for (std::size_t i = 0; i < kThreads.size(); ++i) {
      contenders.push_back(
          plumbline(fmt::format("{}, {}", what, threads_text(kThreads.at(i))), data, kThreads.at(i), extent));
      contenders.push_back(twenty[i]);
    }
    contenders.push_back(scan_of(fmt::format("scan of {}", what), data, extent));
    run_in_turns(contenders, options_.runs);
    const ViolationPairs pairs = check_agreement({&contenders[0], &contenders[2]});

    const std::vector<std::string> read = files(data, extent);
    const std::uint64_t rows = scan_all(read).lines - read.size();
    fmt::print("\n== {} over {} rows of {} files: {} violations; {} runs\n", what, rows, read.size(),
               pairs.size(), options_.runs);
    print_head();
    for (const Contender& contender : contenders) print_costs(contender);
    fmt::print("\n");
    for (const std::size_t i : {std::size_t{0}, std::size_t{2}}) {
      print_ratio(contenders[i], contenders[i + 1]);
      print_ratio(contenders[i], contenders.back());
      fmt::print("  {:<50} {:.0f}\n", fmt::format("{}: rows a second", contenders[i].name),
                 static_cast<double>(rows) / median(of(contenders[i], &ProcessCost::seconds)));
    }
  }

  Options options_;
  bool sql_;
};

bool read_count(std::string_view text, std::size_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && out > 0;
}

bool take_option(std::string_view name, std::string_view value, Options& options) {
  if (name == "--runs") return read_count(value, options.runs);
  if (name == "--opportunities") return read_count(value, options.opportunities);
  if (name == "--data") return options.data = value, true;
  if (name == "--plumbline") return options.plumbline = value, true;
  if (name == "--duckdb") return options.duckdb = value, true;
  if (name == "--quotes") {
    options.quotes = value == "all" ? CsvQuotes::kEverywhere : CsvQuotes::kWhereNeeded;
    return value == "all" || value == "needed";
  }
  if (name == "--only") {
    options.only = value;
    return value == "compare" || value == "small" || value == "memory" || value == "pack";
  }
  return false;
}

std::optional<Options> read_options(int argc, char** argv) {
  Options options;
  options.self = fs::read_symlink("/proc/self/exe");
  const fs::path built = options.self.parent_path().parent_path();  // build/PRESET
  options.data = built.parent_path() / "bench-data";
  options.plumbline = built.parent_path() / "tuned/daemon/plumbline";
  options.duckdb_run = built / "bench/duckdb_run";
  options.duckdb =
      built.parent_path() / "bench-npm/node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so";
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 == argc || !take_option(argv[i], argv[i + 1], options)) {
      fmt::print(stderr, "engine_bench: cannot use {}; its options stand at the head of engine_bench.cpp\n",
                 argv[i]);
      return std::nullopt;
    }
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "--scan") {
    const CsvCounts counts = scan_all({argv + 2, argv + argc});
    fmt::print("{} delimiters, {} line ends\n", counts.delimiters, counts.lines);
    return 0;
  }
  const std::optional<Options> options = read_options(argc, argv);
  if (!options) return 2;
  if (!fs::exists(options->plumbline))
    give_up(fmt::format("{} is not there; scripts/tuned builds it", options->plumbline.string()));
  fs::create_directories(options->data);
  Bench(*options).run();
  return 0;
}
