// What the ledger costs: taking exports in, judging from it, and proving what was decided.
//
//   ledger_bench [--only PART] [--runs N] [--opportunities N] [--changed N] [--entries N] [--data DIR]
//                [--plumbline PROGRAM]
//
// Parts, all by default:
//   program   the program as a whole process: first load, the same files again, a delta, auditing from the
//             files and from the ledger, judging and judging again (by the twenty policies of twenty.yaml,
//             then by all of commercial-sales, which opens about a violation a record), verifying the log,
//             and replaying ninety days over a tenth of the records with their history
//   load      first load beside a bare loop of a prepared statement, and a delta of 1 %
//   appends   entries a second into the log, in batches of 1, 100 and 10,000, each commit on the disk before
//             it returns, and what it would be without
//
// Data is made where it is not there yet, below build/bench-data, and shared with engine_bench; ledgers are
// made beside it and removed. The program is the one that scripts/tuned builds, or else the one beside this;
// or --plumbline names it.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "bench/ledger_parts.h"

namespace plumbline::bench {

void give_up(std::string_view why) {
  fmt::print(stderr, "ledger_bench: {}\n", why);
  std::exit(1);
}

namespace {

namespace fs = std::filesystem;

struct Part {
  std::string_view name;
  void (*measure)(const LedgerBenchOptions&);
};

// Whole processes first: a child's peak memory is never told to be less than what this one has when it starts
// it.
constexpr auto kParts =
    std::to_array<Part>({{"program", measure_program}, {"load", measure_load}, {"appends", measure_appends}});

struct Options {
  LedgerBenchOptions parts;
  std::string only;  // empty for all
};

bool read_count(std::string_view text, std::size_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && out > 0;
}

bool take_option(std::string_view name, std::string_view value, Options& options) {
  if (name == "--runs") return read_count(value, options.parts.runs);
  if (name == "--opportunities") return read_count(value, options.parts.opportunities);
  if (name == "--changed") return read_count(value, options.parts.changed);
  if (name == "--entries") return read_count(value, options.parts.entries);
  if (name == "--data") return options.parts.data = value, true;
  if (name == "--plumbline") return options.parts.plumbline = value, true;
  if (name != "--only") return false;
  options.only = value;
  for (const Part& part : kParts) {
    if (part.name == value) return true;
  }
  return false;
}

std::optional<Options> read_options(int argc, char** argv) {
  Options options;
  const fs::path built = fs::read_symlink("/proc/self/exe").parent_path().parent_path();  // build/PRESET
  options.parts.data = built.parent_path() / "bench-data";
  options.parts.plumbline = built.parent_path() / "tuned/daemon/plumbline";
  if (!fs::exists(options.parts.plumbline)) options.parts.plumbline = built / "daemon/plumbline";
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 == argc || !take_option(argv[i], argv[i + 1], options)) {
      fmt::print(stderr, "ledger_bench: cannot use {}; its options stand at the head of ledger_bench.cpp\n",
                 argv[i]);
      return std::nullopt;
    }
  }
  return options;
}

}  // namespace
}  // namespace plumbline::bench

int main(int argc, char** argv) {
  using namespace plumbline::bench;
  const std::optional<Options> options = read_options(argc, argv);
  if (!options) return 2;
  fs::create_directories(options->parts.data);
  for (const Part& part : kParts) {
    if (!options->only.empty() && options->only != part.name) continue;
    part.measure(options->parts);
    (void)std::fflush(stdout);
  }
  return 0;
}
