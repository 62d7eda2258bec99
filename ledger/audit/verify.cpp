#include "ledger/audit/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "base/ordered_run.h"
#include "ledger/audit/verify_impl.h"
#include "ledger/sqlite_database.h"

namespace plumbline {
namespace verifying {
namespace {

// Missing at the end of a log and still told one by one; whoever can sign may claim any size.
constexpr std::uint64_t kMostMissingAtEnd = std::uint64_t{1} << 20U;
constexpr std::int64_t kApplicationId = 0x506C756D;  // "Plum": the file is a ledger
constexpr std::int64_t kNewestFormat = 1;            // of the file, that this knows how to verify

std::span<const std::uint8_t> hash_in(std::span<const std::uint8_t> tile, std::size_t number) {
  return tile.subspan(number * sizeof(Sha256Digest), sizeof(Sha256Digest));
}

// One log: its entries against its tiles, its tiles against each other, its claims against its root.
class LogCheck {
 public:
  LogCheck(Database& database, const LogFacts& log, std::uint64_t size, const AnchorClaims& anchors,
           LogReport& report)
      : database_(database), log_(log), size_(size), anchors_(anchors), report_(report) {}

  // `claims` are sorted by size.
  Status run(const std::string& ledger, std::span<const Claim> claims, std::size_t threads);

 private:
  Status prepare();
  Status check_entries(const std::string& ledger, std::size_t threads);
  Status take_part(const EntryPart& part);
  Status take_leaf(const EntryPart& part, std::size_t i);
  Status check_claims();
  Status check_claim(const Claim& claim);
  std::string label_of(const Claim& claim) const;
  void take_anchor(const Claim& claim);
  Status compare_tile(unsigned level, std::uint64_t index, std::span<const Sha256Digest> hashes);
  Status blame_leaves(std::uint64_t index, std::span<const Sha256Digest> hashes,
                      std::span<const std::size_t> different);
  Status blame_entries(std::uint64_t tile, std::size_t first, std::size_t last);
  Status blame_roots(unsigned level, std::uint64_t index, std::span<const std::uint8_t> stored,
                     std::span<const std::size_t> different);
  Status find_strays();
  Status find_stray_entries();
  Status find_stray_tiles();
  Result<std::string> label_of_entry(std::uint64_t seq);

  Database& database_;
  const LogFacts& log_;
  std::uint64_t size_;
  const AnchorClaims& anchors_;
  LogReport& report_;
  std::unique_ptr<StoredTiles> tiles_;
  std::unique_ptr<Statement> entry_;
  std::span<const Claim> claims_;
  std::uint64_t good_size_ = 0;  // of the last claim that holds
  Recount tree_{[this](unsigned level, std::uint64_t index, std::span<const Sha256Digest> hashes) {
    return compare_tile(level, index, hashes);
  }};
};

Status LogCheck::prepare() {
  Result<std::unique_ptr<StoredTiles>> tiles = StoredTiles::open(database_, log_.id);
  if (!tiles) return fail(tiles.error());
  tiles_ = std::move(*tiles);
  Result<std::unique_ptr<Statement>> entry =
      database_.prepare("SELECT entry FROM audit_entry WHERE org = ?1 AND seq = ?2");
  if (!entry) return fail(entry.error());
  entry_ = std::move(*entry);
  entry_->bind_integer(1, log_.id);
  return {};
}

Status LogCheck::run(const std::string& ledger, std::span<const Claim> claims, std::size_t threads) {
  claims_ = claims;
  if (Status prepared = prepare(); !prepared) return prepared;
  if (Status checked = check_entries(ledger, threads); !checked) return checked;
  if (Status finished = tree_.finish(); !finished) return finished;
  // What is left claims more entries than the log has.
  for (const Claim& claim : claims_) {
    report_.faults.add(
        fmt::format("{}: the log has {} entries and must have had {}; the rest was cut off, or an "
                    "older copy was put in its place",
                    label_of(claim), size_, claim.size));
  }
  return find_strays();
}

Status LogCheck::check_entries(const std::string& ledger, std::size_t threads) {
  using Run = OrderedRun<Result<EntryPart>>;
  Status status = check_claims();
  if (!status) return status;
  const Run::Take take = [&](Result<EntryPart> part) {
    status = part ? take_part(*part) : Status(fail(part.error()));
    return status ? Run::Answer::kMore : Run::Answer::kEnough;
  };
  Run run((size_ + kPartEntries - 1) / kPartEntries, take);
  run.run(threads, [&] {
    return [&, reader = EntryReader::open(ledger, log_.id)](std::size_t part) -> Result<EntryPart> {
      if (!reader) return fail(reader.error());
      const std::uint64_t first = part * kPartEntries;
      return (*reader)->read(first, std::min(first + kPartEntries, size_));
    };
  });
  return status;
}

Status LogCheck::take_part(const EntryPart& part) {
  report_.entries += static_cast<std::uint64_t>(std::ranges::count(part.there, true));
  report_.with_personal_text += part.with_personal_text;
  report_.erased += part.erased;
  report_.faults.add_all(part.faults);
  std::size_t i = 0;
  while (i < part.leaves.size()) {
    const std::size_t tile = i / kTileWidth;
    const bool is_claimed_within = !claims_.empty() && claims_.front().size < tree_.size() + kTileWidth;
    const bool is_whole = i % kTileWidth == 0 && tile < part.roots.size() && part.roots[tile].has_value();
    const bool by_tile = is_whole && !is_claimed_within;
    if (Status added = by_tile
                           ? tree_.add_tile(std::span(part.leaves).subspan(i, kTileWidth), *part.roots[tile])
                           : take_leaf(part, i);
        !added)
      return added;
    i += by_tile ? kTileWidth : 1;
    if (Status checked = check_claims(); !checked) return checked;
  }
  return {};
}

Status LogCheck::take_leaf(const EntryPart& part, std::size_t i) {
  if (part.there[i]) return tree_.add(part.leaves[i]);
  // The tree goes on with what it knows of the entry, so that what follows can still be checked.
  const Result<std::optional<Sha256Digest>> stored = tiles_->hash(0, part.first + i);
  if (!stored) return fail(stored.error());
  return tree_.add(stored->value_or(Sha256Digest{}));
}

Status LogCheck::check_claims() {
  const std::uint64_t size = tree_.size();
  if (claims_.empty() || claims_.front().size != size) return {};
  const Sha256Digest root = tree_.root();
  while (!claims_.empty() && claims_.front().size == size) {
    const Claim& claim = claims_.front();
    if (claim.root == root) {
      good_size_ = size;
      take_anchor(claim);
    } else if (Status checked = check_claim(claim); !checked) {
      return checked;
    }
    claims_ = claims_.subspan(1);
  }
  return {};
}

// The entries do not have that root. Where the stored tree has, single entries are at fault, and each is
// told.
Status LogCheck::check_claim(const Claim& claim) {
  const Result<std::optional<Sha256Digest>> stored = tiles_->root_at(claim.size);
  if (!stored) return fail(stored.error());
  if (*stored && **stored == claim.root) {
    good_size_ = claim.size;
    take_anchor(claim);
    return {};
  }
  const std::string range =
      good_size_ < claim.size
          ? fmt::format("something from entry {} to {} is not as it was", good_size_, claim.size - 1)
          : "this is another log";
  report_.faults.add(
      fmt::format("{}: the first {} entries do not have its root; {}", label_of(claim), claim.size, range));
  return {};
}

std::string LogCheck::label_of(const Claim& claim) const {
  return claim.kind == Claim::Kind::kAnchor ? anchors_.labels[static_cast<std::size_t>(claim.place)]
                                            : checkpoint_label(claim.place, claim.size, claim.at);
}

void LogCheck::take_anchor(const Claim& claim) {
  if (claim.kind != Claim::Kind::kAnchor) return;
  ++report_.anchors;
  report_.anchored = std::max(report_.anchored, claim.size);
}

Status LogCheck::compare_tile(unsigned level, std::uint64_t index, std::span<const Sha256Digest> hashes) {
  const Result<std::span<const std::uint8_t>> read = tiles_->tile(level, index);
  if (!read) return fail(read.error());
  const std::span<const std::uint8_t> own{hashes.front().data(), hashes.size_bytes()};
  if (as_text(*read) == as_text(own)) return {};
  const std::vector<std::uint8_t> stored(read->begin(), read->end());
  if (stored.size() != own.size()) {
    report_.faults.add(stored.empty() ? fmt::format("tile {}/{} is missing", level, index)
                                      : fmt::format("tile {}/{} has {} bytes, and should have {}", level,
                                                    index, stored.size(), own.size()));
  }
  std::vector<std::size_t> different;
  const std::size_t common = std::min(stored.size(), own.size()) / sizeof(Sha256Digest);
  for (std::size_t i = 0; i < common; ++i) {
    if (!std::ranges::equal(hash_in(stored, i), hashes[i])) different.push_back(i);
  }
  if (different.empty()) return {};
  return level == 0 ? blame_leaves(index, hashes, different) : blame_roots(level, index, stored, different);
}

// Either the tile or the entries were changed. The hash above a full tile tells which; without one, the
// entries are named with the tile's hash beside them.
Status LogCheck::blame_leaves(std::uint64_t index, std::span<const Sha256Digest> hashes,
                              std::span<const std::size_t> different) {
  if (hashes.size() == kTileWidth) {
    const Result<std::optional<Sha256Digest>> above = tiles_->hash(1, index);
    if (!above) return fail(above.error());
    Sha256 hash;
    if (*above && **above == root_of_full_tile(hash, hashes)) {
      report_.faults.add(
          fmt::format("tile 0/{}: {} of its {} hashes are not those of the entries, the first is hash {}",
                      index, different.size(), kTileWidth, different.front()));
      return {};
    }
  }
  for (std::size_t i = 0; i < different.size(); ++i) {
    const std::size_t first = different[i];
    while (i + 1 < different.size() && different[i + 1] == different[i] + 1) ++i;
    if (Status blamed = blame_entries(index, first, different[i]); !blamed) return blamed;
  }
  return {};
}

Status LogCheck::blame_entries(std::uint64_t tile, std::size_t first, std::size_t last) {
  const std::uint64_t seq = tile * kTileWidth + first;
  if (first != last) {
    report_.faults.add(
        fmt::format("entries {} to {} do not hash to their leaves (tile 0/{}, hashes {} to {})", seq,
                    seq + last - first, tile, first, last));
    return {};
  }
  const Result<std::string> entry = label_of_entry(seq);
  if (!entry) return fail(entry.error());
  if (!entry->empty())
    report_.faults.add(fmt::format("{} does not hash to its leaf (tile 0/{}, hash {})", *entry, tile, first));
  return {};
}

// What lies below may have been found wrong already; a hash is at fault where it is not even the root of what
// is stored below.
Status LogCheck::blame_roots(unsigned level, std::uint64_t index, std::span<const std::uint8_t> stored,
                             std::span<const std::size_t> different) {
  std::size_t wrong = 0;
  std::size_t first = 0;
  for (const std::size_t i : different) {
    const Result<std::optional<Sha256Digest>> below = tiles_->root_of_full(level - 1, index * kTileWidth + i);
    if (!below) return fail(below.error());
    if (*below && std::ranges::equal(hash_in(stored, i), **below)) continue;
    if (wrong++ == 0) first = i;
  }
  if (wrong == 0) return {};
  report_.faults.add(
      fmt::format("tile {}/{}: {} of its hashes are not the roots of the tiles below, the first is hash "
                  "{} (tile {}/{})",
                  level, index, wrong, first, level - 1, index * kTileWidth + first));
  return {};
}

// Empty where there is no such entry, which was told already.
Result<std::string> LogCheck::label_of_entry(std::uint64_t seq) {
  entry_->bind_integer(2, static_cast<std::int64_t>(seq));
  const Result<bool> row = entry_->step();
  if (!row) return fail(row.error());
  std::string label = *row ? entry_label(seq, entry_->text(0)) : std::string();
  entry_->reset();
  return label;
}

Status LogCheck::find_strays() {
  if (Status found = find_stray_entries(); !found) return found;
  return find_stray_tiles();
}

Status LogCheck::find_stray_entries() {
  Result<std::unique_ptr<Statement>> strays = database_.prepare(
      "SELECT seq, entry FROM audit_entry WHERE org = ?1 AND (seq < 0 OR seq >= ?2) ORDER BY seq");
  if (!strays) return fail(strays.error());
  (*strays)->bind_integer(1, log_.id);
  (*strays)->bind_integer(2, static_cast<std::int64_t>(size_));
  while (true) {
    const Result<bool> row = (*strays)->step();
    if (!row) return fail(row.error());
    if (!*row) return {};
    const std::int64_t seq = (*strays)->integer(0);
    const std::string label = seq < 0 ? fmt::format("entry {}", seq)
                                      : entry_label(static_cast<std::uint64_t>(seq), (*strays)->text(1));
    report_.faults.add(fmt::format(
        "{} stands outside of the log, which has {} entries by its newest checkpoint", label, size_));
  }
}

Status LogCheck::find_stray_tiles() {
  Result<std::unique_ptr<Statement>> all =
      database_.prepare("SELECT level, tile FROM audit_tile WHERE org = ?1 ORDER BY level, tile");
  if (!all) return fail(all.error());
  (*all)->bind_integer(1, log_.id);
  while (true) {
    const Result<bool> row = (*all)->step();
    if (!row) return fail(row.error());
    if (!*row) return {};
    const std::int64_t level = (*all)->integer(0);
    const std::int64_t tile = (*all)->integer(1);
    const bool known_level = level >= 0 && level < static_cast<std::int64_t>(kLevels);
    const std::uint64_t hashes = known_level ? size_ >> (static_cast<unsigned>(level) * kTileBits) : 0;
    const std::uint64_t tiles = hashes / kTileWidth + (hashes % kTileWidth == 0 ? 0 : 1);
    if (tile >= 0 && static_cast<std::uint64_t>(tile) < tiles) continue;
    report_.faults.add(fmt::format("tile {}/{} stands outside of the tree, which has {} tiles at that level",
                                   level, tile, tiles));
  }
}

Result<std::vector<LogFacts>> read_logs(Database& database, std::span<const NoteKey> keys) {
  Result<std::unique_ptr<Statement>> all = database.prepare("SELECT id, name FROM organisation ORDER BY id");
  if (!all) return fail(all.error());
  std::vector<LogFacts> logs;
  while (true) {
    const Result<bool> row = (*all)->step();
    if (!row) return fail(row.error());
    if (!*row) return logs;
    LogFacts log{.id = (*all)->integer(0),
                 .name = std::string((*all)->text(1)),
                 .origin = log_origin((*all)->text(1))};
    const auto key = std::ranges::find(keys, log.origin, &NoteKey::name);
    if (key != keys.end()) log.key = &*key;
    logs.push_back(std::move(log));
  }
}

// Entries and tiles of organisations that there are not.
Status find_orphans(Database& database, std::span<const LogFacts> logs, Faults& faults) {
  for (const std::string_view table : {"audit_entry", "audit_tile"}) {
    Result<std::unique_ptr<Statement>> next =
        database.prepare(fmt::format("SELECT min(org) FROM {} WHERE org > ?1", table));
    if (!next) return fail(next.error());
    std::int64_t org = std::numeric_limits<std::int64_t>::min();
    while (true) {
      (*next)->bind_integer(1, org);
      const Result<bool> row = (*next)->step();
      if (!row) return fail(row.error());
      const bool none = !*row || (*next)->is_null(0);
      if (!none) org = (*next)->integer(0);
      (*next)->reset();
      if (none) break;
      if (std::ranges::find(logs, org, &LogFacts::id) != logs.end()) continue;
      faults.add(fmt::format("there are {} of organisation {}, which is not in the ledger",
                             table == "audit_entry" ? "entries" : "tiles", org));
    }
  }
  return {};
}

Result<std::uint64_t> ask_number(Database& database, std::int64_t organisation, std::string_view what) {
  Result<std::unique_ptr<Statement>> ask =
      database.prepare(fmt::format("SELECT {} FROM audit_entry WHERE org = ?1", what));
  if (!ask) return fail(ask.error());
  (*ask)->bind_integer(1, organisation);
  const Result<bool> row = (*ask)->step();
  if (!row) return fail(row.error());
  return static_cast<std::uint64_t>((*ask)->integer(0));
}

// How many entries the log has by what is signed; by what is there where nothing is.
Result<std::uint64_t> size_of_log(Database& database, const LogFacts& log, std::span<const Claim> checkpoints,
                                  std::uint64_t rows, LogReport& report) {
  if (!checkpoints.empty()) {
    const std::uint64_t size = std::ranges::max_element(checkpoints, {}, &Claim::size)->size;
    const Result<std::uint64_t> there = ask_number(database, log.id, "max(coalesce(max(seq), -1) + 1, 0)");
    if (!there || size <= *there || size - *there <= kMostMissingAtEnd) return there ? size : there;
    return *there;
  }
  const Result<std::uint64_t> entries = ask_number(database, log.id, "count(*)");
  if (!entries) return entries;
  if (*entries > 0 || rows > 0) {
    report.faults.add(fmt::format("no checkpoint is signed by {}: of {} entries nothing shows who wrote them",
                                  log.key->to_string(), *entries));
  }
  return *entries;
}

void check_newest(std::span<const Claim> claims, const AnchorClaims& anchors, LogReport& report) {
  for (const Claim& claim : claims) {
    if (claim.kind == Claim::Kind::kCheckpoint)
      report.newest = std::max(report.newest.value_or(claim.at), claim.at);
  }
  for (const Claim& claim : claims) {
    if (claim.kind != Claim::Kind::kAnchor || (report.newest && claim.at <= *report.newest)) continue;
    report.faults.add(
        fmt::format("{} is newer than the newest checkpoint of the log{}; checkpoints were cut off, or an "
                    "older copy was put in "
                    "the ledger's place",
                    anchors.labels[static_cast<std::size_t>(claim.place)],
                    report.newest ? fmt::format(", of {}", format_instant(*report.newest)) : ""));
  }
}

struct Found {
  CheckpointClaims checkpoints;
  AnchorClaims anchors;
};

Status check_log(Database& database, const LogFacts& log, std::size_t number, Found& found,
                 const VerifyOptions& options, LogReport& report) {
  std::vector<Claim>& claims = found.checkpoints.of_log[number];
  report.checkpoints = found.checkpoints.rows[number];
  const Result<std::uint64_t> size = size_of_log(database, log, claims, report.checkpoints, report);
  if (!size) return fail(size.error());
  claims.insert(claims.end(), found.anchors.of_log[number].begin(), found.anchors.of_log[number].end());
  check_newest(claims, found.anchors, report);
  std::ranges::sort(claims, {},
                    [](const Claim& claim) { return std::tuple(claim.size, claim.kind, claim.place); });
  LogCheck check(database, log, *size, found.anchors, report);
  if (Status checked = check.run(options.ledger, claims, options.threads); !checked) return checked;
  report.anchored_to_end = report.anchors > 0 && report.anchored >= *size;
  return {};
}

Result<std::int64_t> ask(Database& database, std::string_view question) {
  Result<std::unique_ptr<Statement>> statement = database.prepare(question);
  if (!statement) return fail(statement.error());
  const Result<bool> row = (*statement)->step();
  if (!row) return fail(row.error());
  const std::int64_t answer = *row ? (*statement)->integer(0) : 0;
  (*statement)->reset();
  return answer;
}

// What a newer program wrote may be whole, and look tampered with to this one.
Status check_is_ledger(Database& database, const std::string& path) {
  const Result<std::int64_t> application = ask(database, "PRAGMA application_id");
  if (!application) return fail(application.error());
  const Result<std::int64_t> format = ask(database, "PRAGMA user_version");
  if (!format) return fail(format.error());
  std::string wrong;
  if (*application != kApplicationId) {
    wrong = "this is an SQLite file, but no ledger of Plumbline's; name another file";
  } else if (*format > kNewestFormat) {
    wrong = fmt::format(
        "a newer Plumbline wrote this ledger (format {}, this program verifies up to {}); use the newer "
        "program",
        *format, kNewestFormat);
  }
  if (wrong.empty()) return {};
  return fail(
      {.code = ErrorCode::kInvalidInput, .message = std::move(wrong), .where = SourceSpan{.file = path}});
}

Status check_all(Database& database, const VerifyOptions& options, VerifyReport& report) {
  const Result<std::vector<LogFacts>> logs = read_logs(database, options.keys);
  if (!logs) return fail(logs.error());
  for (const LogFacts& log : *logs) {
    LogReport& own = report.logs.emplace_back();
    own.organisation = log.name;
    own.origin = log.origin;
    if (log.key != nullptr) own.key = *log.key;
  }
  if (std::ranges::none_of(*logs, [](const LogFacts& log) { return log.key != nullptr; })) {
    report.faults.add(fmt::format("the ledger holds no log that {} has signed",
                                  options.keys.empty() ? "a known key" : options.keys.front().name));
  }
  Found found;
  found.anchors = read_anchors(options.anchors, *logs, report);
  Result<CheckpointClaims> checkpoints =
      read_checkpoints(database, *logs, report.logs, report.faults, options.threads);
  if (!checkpoints) return fail(checkpoints.error());
  found.checkpoints = std::move(*checkpoints);
  for (std::size_t i = 0; i < logs->size(); ++i) {
    if ((*logs)[i].key == nullptr) continue;
    if (Status checked = check_log(database, (*logs)[i], i, found, options, report.logs[i]); !checked)
      return checked;
  }
  return find_orphans(database, *logs, report.faults);
}

}  // namespace
}  // namespace verifying

void Faults::add(std::string fault) {
  if (++count <= kMostFaults) kept.push_back(std::move(fault));
}

void Faults::add_all(const Faults& others) {
  for (const std::string& fault : others.kept) add(fault);
  count += others.count - others.kept.size();
}

bool VerifyReport::sound() const {
  return faults.none() && std::ranges::all_of(logs, [](const LogReport& log) { return log.faults.none(); });
}

Result<VerifyReport> verify_audit_logs(const VerifyOptions& options) {
  Result<std::unique_ptr<Database>> database = open_sqlite(options.ledger, {.access = DatabaseAccess::kRead});
  if (!database) return fail(database.error());
  if (Status ours = verifying::check_is_ledger(**database, options.ledger); !ours) return fail(ours.error());
  // What is written meanwhile is not looked at: it stands behind the newest checkpoint that is seen now.
  if (Status begun = (*database)->begin_reading(); !begun) return fail(begun.error());
  VerifyReport report;
  Status checked = verifying::check_all(**database, options, report);
  (*database)->rollback();
  if (!checked) return fail(checked.error());
  return report;
}

}  // namespace plumbline
