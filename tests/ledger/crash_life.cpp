#include "tests/ledger/crash_life.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <memory>
#include <utility>

#include "base/crypto.h"
#include "ledger/sqlite_database.h"
#include "tests/ledger/faults/ledger_check.h"

namespace plumbline {
namespace {

constexpr std::string_view kPrefix = "kept ";

// In one piece: whoever reads sees a whole line or none.
bool say(const std::string& line) {
  return ::write(STDOUT_FILENO, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

int complain(std::string_view step, const Error& error) {
  fmt::print(stderr, "{}: {}\n", step, error.to_string());
  return 1;
}

}  // namespace

std::string format_kept(const KeptLine& kept) {
  return fmt::format("{}{} {}\n", kPrefix, kept.entries, kept.checkpoint);
}

KeptLine parse_kept(std::string_view line) {
  KeptLine kept{.entries = -1};
  if (!line.starts_with(kPrefix)) return kept;
  line.remove_prefix(kPrefix.size());
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), kept.entries);
  if (error != std::errc() || end == line.data() + line.size()) return {.entries = -1};
  kept.checkpoint = std::string(end + 1, line.data() + line.size());
  return kept;
}

Result<KeptLine> newest_commit(const std::string& path) {
  const Result<LogEnd> end = end_of_log(path);
  if (!end) return fail(end.error());
  return KeptLine{.entries = end->entries, .checkpoint = sha256_hex(end->checkpoint)};
}

int live_until_killed(const CrashLife& life, const std::string& path, std::uint32_t seed) {
  std::minstd_rand chance(seed);
  // Of every second life somebody else has the ledger open, so that its write-ahead log stays and grows.
  std::unique_ptr<Database> neighbour;
  for (bool is_first = true;; is_first = false) {
    const std::size_t steps = life.size();
    const bool is_new = is_first && ::access(path.c_str(), F_OK) != 0;
    const TourStep& step = life[is_new ? 0 : 1 + chance() % (steps - 1)];
    if (const Status done = step.run(path); !done) return complain(step.name, done.error());
    const Result<KeptLine> kept = newest_commit(path);
    if (!kept) return complain("looking at the ledger", kept.error());
    if (!say(format_kept(*kept))) return 1;
    if (neighbour == nullptr && seed % 2 == 0) {
      Result<std::unique_ptr<Database>> opened = open_sqlite(path, {.access = DatabaseAccess::kWrite});
      if (!opened) return complain("opening the ledger again", opened.error());
      neighbour = std::move(*opened);
    }
  }
}

}  // namespace plumbline
