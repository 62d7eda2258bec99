#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "ledger/audit/verify_impl.h"
#include "ledger/sqlite_database.h"
#include "ledger/sqlite_upkeep.h"

namespace plumbline::verifying {
namespace {

// An entry begins {"seq":12,"at":"2024-06-01T12:00:00Z","kind":"violation.opened" and ends
// ,"personal":"64 hex digits"} where it has personal text.
constexpr std::string_view kSeqMark = "{\"seq\":";
constexpr std::string_view kAtMark = ",\"at\":\"";
constexpr std::string_view kKindMark = "\",\"kind\":\"";
constexpr std::string_view kPersonalMark = ",\"personal\":\"";
constexpr std::string_view kEndMark = "\"}";
constexpr std::size_t kCommitmentDigits = 64;

enum Column : int { kSeq, kEntry, kPersonal, kSalt };

// What stands between `mark`, at the beginning of `text`, and `end`; `text` then begins with `end`.
std::string_view taken_between(std::string_view& text, std::string_view mark, std::string_view end) {
  if (!text.starts_with(mark)) return {};
  text.remove_prefix(mark.size());
  const std::string_view found = text.substr(0, text.find(end));
  text.remove_prefix(found.size());
  return found;
}

// The number that the entry says it has.
std::optional<std::uint64_t> number_in(std::string_view entry) {
  if (!entry.starts_with(kSeqMark)) return std::nullopt;
  entry.remove_prefix(kSeqMark.size());
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(entry.data(), entry.data() + entry.size(), number);
  return error == std::errc{} ? std::optional(number) : std::nullopt;
}

// The digits of the commitment; empty where the entry has none.
std::string_view commitment_of(std::string_view entry) {
  constexpr std::size_t kTail = kPersonalMark.size() + kCommitmentDigits + kEndMark.size();
  if (entry.size() < kTail || !entry.ends_with(kEndMark)) return {};
  const std::string_view tail = entry.substr(entry.size() - kTail);
  return tail.starts_with(kPersonalMark) ? tail.substr(kPersonalMark.size(), kCommitmentDigits)
                                         : std::string_view();
}

// Tells runs of entries of which `all` says `wanted`: "entries 7 to 9 are missing".
void note_runs(EntryPart& part, const std::vector<bool>& all, bool wanted, std::string_view of_one,
               std::string_view of_many) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] != wanted) continue;
    const std::size_t first = i;
    while (i + 1 < all.size() && all[i + 1] == wanted) ++i;
    part.faults.add(first == i
                        ? fmt::format("entry {} {}", part.first + i, of_one)
                        : fmt::format("entries {} to {} {}", part.first + first, part.first + i, of_many));
  }
}

}  // namespace

std::string entry_label(std::uint64_t seq, std::string_view entry) {
  taken_between(entry, kSeqMark, kAtMark);
  const std::string_view at = taken_between(entry, kAtMark, kKindMark);
  const std::string_view kind = taken_between(entry, kKindMark, "\"");
  if (at.empty() || kind.empty() || kind.size() > 64 || at.size() > 64) return fmt::format("entry {}", seq);
  return fmt::format("entry {} ({}, {})", seq, kind, at);
}

Result<std::unique_ptr<EntryReader>> EntryReader::open(const std::string& ledger, std::int64_t organisation) {
  Result<std::unique_ptr<Database>> database = open_sqlite(ledger, {.access = DatabaseAccess::kRead});
  if (!database) return fail(database.error());
  if (Status set = keep_few_pages(**database); !set) return fail(set.error());
  Result<std::unique_ptr<Statement>> rows = (*database)->prepare(
      "SELECT seq, entry, personal, salt FROM audit_entry WHERE org = ?1 AND seq >= ?2 AND seq < ?3 ORDER BY "
      "seq");
  if (!rows) return fail(rows.error());
  (*rows)->bind_integer(1, organisation);
  std::unique_ptr<EntryReader> reader(new EntryReader());
  reader->database_ = std::move(*database);
  reader->rows_ = std::move(*rows);
  return reader;
}

Result<EntryPart> EntryReader::read(std::uint64_t first, std::uint64_t end) {
  EntryPart part{.first = first};
  part.leaves.resize(end - first);
  part.there.resize(end - first);
  part.misnumbered.resize(end - first);
  rows_->bind_integer(2, static_cast<std::int64_t>(first));
  rows_->bind_integer(3, static_cast<std::int64_t>(end));
  while (true) {
    const Result<bool> row = rows_->step();
    if (!row && row.error().code != ErrorCode::kCorrupt) return fail(row.error());
    if (!row) {
      part.faults.add(
          fmt::format("entries {} to {} cannot all be read: {}", first, end - 1, row.error().message));
      break;
    }
    if (!*row) break;
    take_row(part, static_cast<std::uint64_t>(rows_->integer(kSeq)));
  }
  add_roots(part);
  note_runs(part, part.there, false, "is missing", "are missing");
  note_runs(part, part.misnumbered, true, "calls itself another number", "call themselves other numbers");
  return part;
}

void EntryReader::add_roots(EntryPart& part) {
  const std::size_t tiles = part.leaves.size() / kTileWidth;
  part.roots.resize(tiles);
  for (std::size_t tile = 0; tile < tiles; ++tile) {
    const std::size_t first = tile * kTileWidth;
    const auto there = part.there.begin() + static_cast<std::ptrdiff_t>(first);
    if (std::find(there, there + kTileWidth, false) != there + kTileWidth) continue;
    part.roots[tile] = root_of_full_tile(hash_, std::span(part.leaves).subspan(first, kTileWidth));
  }
}

void EntryReader::take_row(EntryPart& part, std::uint64_t seq) {
  // Only a damaged index lets others through.
  if (seq < part.first || seq - part.first >= part.leaves.size()) return;
  const std::size_t place = seq - part.first;
  const std::string_view entry = rows_->text(kEntry);
  if (part.there[place]) part.faults.add(fmt::format("{} stands there twice", entry_label(seq, entry)));
  part.there[place] = true;
  part.leaves[place] = hash_leaf(hash_, entry);
  if (number_in(entry) != seq) part.misnumbered[place] = true;
  check_personal(part, seq, entry);
}

void EntryReader::check_personal(EntryPart& part, std::uint64_t seq, std::string_view entry) {
  const std::string_view commitment = commitment_of(entry);
  const bool has_text = !rows_->is_null(kPersonal);
  const bool has_salt = !rows_->is_null(kSalt);
  if (commitment.empty()) {
    if (has_text || has_salt)
      part.faults.add(
          fmt::format("{} has personal text beside it that it does not speak of", entry_label(seq, entry)));
    return;
  }
  ++part.with_personal_text;
  if (!has_text && !has_salt) {
    ++part.erased;
    return;
  }
  if (!has_text || !has_salt) {
    part.faults.add(fmt::format("{}: of its personal text and the salt one is erased, and the other is not",
                                entry_label(seq, entry)));
    return;
  }
  std::array<char, kCommitmentDigits> digits;
  write_hex(digits.data(), hash_.add(rows_->blob(kSalt)).add(rows_->text(kPersonal)).finish());
  if (std::string_view(digits.data(), digits.size()) != commitment)
    part.faults.add(
        fmt::format("{}: its personal text is not the one it was written with", entry_label(seq, entry)));
}

}  // namespace plumbline::verifying
