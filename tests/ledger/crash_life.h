// What the crash program does with a ledger until it is killed: one step after the other, as a seed decides.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/ledger/faults/fault_tour.h"

namespace plumbline {

// Steps that can be done in any order once the first one has been.
using CrashLife = std::vector<TourStep>;

// What was committed, as the program tells it: "kept 12 <sha256 of the newest checkpoint>".
struct KeptLine {
  std::int64_t entries = 0;
  std::string checkpoint{};  // 64 hexadecimal digits
};
std::string format_kept(const KeptLine& kept);
// Entries of -1 for a line that is none.
KeptLine parse_kept(std::string_view line);

// The newest commit of a ledger that is there.
Result<KeptLine> newest_commit(const std::string& path);

// Does steps and prints a line after each one, until it is killed. Returns only after a failure, which it has
// told on standard error.
int live_until_killed(const CrashLife& life, const std::string& path, std::uint32_t seed);

}  // namespace plumbline
