// Breaks ledgers, and says what is left of them.
//
//   ledger_crash --kills N [--seed S]    starts a program that takes records in, judges and waives, kills it
//   at N
//                                        random moments, and looks at the ledger after each
//   ledger_crash --disk [--stride N]     takes a small life of a ledger through every fault of the disk at
//   every
//                                        change of it (or every N-th)
//
// --stores writes through the ledger's transactions alone instead of running the program's commands: quicker.
//
// Ends with 0 where nothing is wrong. Works in a folder of its own below the folder for temporary files.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tests/ledger/crash_commands.h"
#include "tests/ledger/crash_driver.h"
#include "tests/ledger/crash_life.h"
#include "tests/ledger/faults/fault_tour.h"
#include "tests/ledger/faults/store_cycle.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStores = "--stores";
constexpr std::string_view kCommands = "--commands";

CrashLife stores_life() {
  CrashLife life;
  for (const CycleStep& step : store_cycle())
    life.push_back({.name = std::string(step.name), .run = step.run});
  return life;
}

// Where the word says so, or this program has no other.
CrashLife life_of(std::string_view which) {
  return which == kStores || !has_ledger_commands() ? stores_life() : commands_life();
}

int tell_wrong(const std::vector<std::string>& wrong) {
  for (const std::string& sentence : wrong) fmt::print("WRONG: {}\n", sentence);
  return wrong.empty() ? 0 : 1;
}

fs::path own_folder() { return fs::temp_directory_path() / fmt::format("plumbline-crash-{}", ::getpid()); }

int kill_often(std::string_view life, std::int64_t kills, std::uint32_t seed) {
  const fs::path folder = own_folder();
  const CrashReport report =
      crash_again_and_again({.kills = kills,
                             .seed = seed,
                             .folder = folder,
                             .program = {fs::read_symlink("/proc/self/exe"), "--live", std::string(life)}});
  fmt::print(
      "{} kills (seed {}), {} ledgers, {} commits told, {} entries: after {} kills a commit was there that "
      "had not been told yet, {} left a write-ahead log behind, {} came before the ledger was made\n",
      report.kills, seed, report.ledgers, report.commits, report.entries, report.untold, report.logs_left,
      report.unborn);
  const int status = tell_wrong(report.wrong);
  if (status == 0) {
    fs::remove_all(folder);
  } else {
    fmt::print("The last ledger is in {}.\n", folder.string());
  }
  return status;
}

int break_disk(std::string_view life, std::int64_t stride) {
  const fs::path folder = own_folder();
  fs::create_directories(folder);
  const TourReport report =
      take_tour({.path = (folder / "disk.ledger").string(), .steps = life_of(life), .stride = stride});
  fmt::print(
      "{} faults at every {} of {} changes of the disk ({} syncs): {} refused, {} done all the same, {} done "
      "and not told\n",
      report.faults, stride == 1 ? "one" : fmt::format("{}th", stride), report.changes, report.syncs,
      report.refused, report.done, report.undecided);
  fs::remove_all(folder);
  return tell_wrong(report.wrong);
}

// The number after the option `name`; `usual` where the option is not there, -1 where no number follows.
std::int64_t number_of(const std::vector<std::string_view>& words, std::string_view name,
                       std::int64_t usual) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] != name) continue;
    std::int64_t number = -1;
    if (i + 1 == words.size()) return -1;
    const std::string_view text = words[i + 1];
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? number : -1;
  }
  return usual;
}

int run(const std::vector<std::string_view>& words) {
  const std::string_view what = words.empty() ? "" : words[0];
  if (what == "--live" && words.size() == 4) {
    const std::int64_t seed = number_of({"--seed", words[3]}, "--seed", 1);
    return live_until_killed(life_of(words[1]), std::string(words[2]), static_cast<std::uint32_t>(seed));
  }
  const std::string_view life = std::ranges::find(words, kStores) != words.end() ? kStores : kCommands;
  const std::int64_t kills = number_of(words, "--kills", 20);
  const std::int64_t seed = number_of(words, "--seed", 1);
  const std::int64_t stride = number_of(words, "--stride", 1);
  const bool is_usage = kills > 0 && seed >= 0 && stride > 0;
  if (is_usage && what == "--kills") return kill_often(life, kills, static_cast<std::uint32_t>(seed));
  if (is_usage && what == "--disk") return break_disk(life, stride);
  fmt::print(stderr, "ledger_crash: its options stand at the head of tests/ledger/crash_main.cpp\n");
  return 2;
}

}  // namespace
}  // namespace plumbline

int main(int argc, char** argv) { return plumbline::run({argv + 1, argv + argc}); }
