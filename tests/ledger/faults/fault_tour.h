// Takes a ledger's small life through every fault of the disk: each step is done once for each kind of fault
// and each change of the disk the step makes, the fault coming at that change. Whatever happens, the ledger
// must hold what it held before the step or what it holds after it, nothing in between and nothing lost; a
// step that said it was done must be; and the step must succeed once the disk works again.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "tests/ledger/faults/memory_vfs.h"

namespace plumbline {

struct TourStep {
  std::string name;
  // Opens the ledger, commits once, and closes it, through SQLite's default VFS.
  std::function<Status(const std::string& path)> run;
  bool is_broken = true;  // false: only leads to those that are
};

struct TourOptions {
  std::string path;  // in a folder of the real disk: what is no database (the signing key) is kept there
  std::vector<TourStep> steps;
  std::int64_t stride = 1;  // 1: the fault comes at every change; 7: at every seventh
};

struct TourReport {
  std::int64_t changes = 0;          // of the disk, by the steps when nothing breaks
  std::int64_t syncs = 0;            // of those
  std::int64_t faults = 0;           // how often the disk was broken
  std::int64_t refused = 0;          // a step said that it failed, and nothing of it was there
  std::int64_t done = 0;             // a step could do its work all the same
  std::int64_t undecided = 0;        // power went before a step could tell that it was done, and it was
  std::vector<std::string> wrong{};  // what must not be: sentences
};

// At most this many sentences are kept.
inline constexpr std::size_t kMostWrong = 20;

TourReport take_tour(const TourOptions& options);

}  // namespace plumbline
