// What the parts of the verifier hand to each other. For verify*.cpp alone.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "ledger/audit/checkpoint.h"
#include "ledger/audit/verify.h"
#include "ledger/database.h"

namespace plumbline::verifying {

// As the format has it (docs/formats/audit-log.md).
inline constexpr std::size_t kTileWidth = 256;
inline constexpr unsigned kTileBits = 8;
inline constexpr unsigned kLevels = 8;
inline constexpr unsigned kHeights = 64;

// What a checkpoint or an anchor says: the first `size` entries have this root.
struct Claim {
  enum class Kind : std::uint8_t { kCheckpoint, kAnchor };
  Kind kind = Kind::kCheckpoint;
  std::int64_t place = 0;  // the checkpoint's row, or the anchor's number in AnchorClaims::labels
  std::uint64_t size = 0;
  Sha256Digest root{};
  Instant at{};
};

// The organisation whose log is looked at, and what is known of it.
struct LogFacts {
  std::int64_t id = 0;
  std::string name;
  std::string origin;
  const NoteKey* key = nullptr;  // null where no key is its own
};

// --- verify_claims.cpp

struct CheckpointClaims {
  std::vector<std::vector<Claim>> of_log{};  // as the logs are given; only what is rightly signed
  std::vector<std::uint64_t> rows{};         // of each log
};
// Reads all checkpoints in the order of their rows and looks at their signatures, their order, and whether
// rows are missing. Faults go to the reports, which stand in the order of `logs`, or to `rest`.
Result<CheckpointClaims> read_checkpoints(Database& database, std::span<const LogFacts> logs,
                                          std::span<LogReport> reports, Faults& rest, std::size_t threads);

struct AnchorClaims {
  std::vector<std::vector<Claim>> of_log{};
  std::vector<std::string> labels{};  // "anchor 3 of sent.txt (900 entries, 2024-06-01T12:00:00Z)"
};
AnchorClaims read_anchors(std::span<const AnchorFile> files, std::span<const LogFacts> logs,
                          VerifyReport& report);

// "checkpoint 41 (900 entries, 2024-06-01T12:00:00Z)"
std::string checkpoint_label(std::int64_t row, std::uint64_t size, Instant at);

// --- verify_entries.cpp

// Entries are read in parts of this many, each by one thread.
inline constexpr std::uint64_t kPartEntries = 4096;
static_assert(kPartEntries % kTileWidth == 0);

struct EntryPart {
  std::uint64_t first = 0;
  std::vector<Sha256Digest> leaves{};  // one for each number, whether there is such an entry or not
  // Of its tiles (of leaves `first` + i · kTileWidth on); nothing where the tile is not full, or entries of
  // it are not there.
  std::vector<std::optional<Sha256Digest>> roots{};
  std::vector<bool> there{};
  std::vector<bool> misnumbered{};  // the entry says that it has another number
  std::uint64_t with_personal_text = 0;
  std::uint64_t erased = 0;
  Faults faults{};
};

// Reads and hashes the entries of one log through a connection of its own. One thread.
class EntryReader {
 public:
  static Result<std::unique_ptr<EntryReader>> open(const std::string& ledger, std::int64_t organisation);
  // Entries `first` to before `end`. Damaged pages are faults; other errors end the verification.
  Result<EntryPart> read(std::uint64_t first, std::uint64_t end);

 private:
  EntryReader() = default;
  void add_roots(EntryPart& part);
  void take_row(EntryPart& part, std::uint64_t seq);
  void check_personal(EntryPart& part, std::uint64_t seq, std::string_view entry);

  std::unique_ptr<Database> database_;
  std::unique_ptr<Statement> rows_;
  Sha256 hash_;
};

// "entry 12 (violation.opened, 2024-06-01T12:00:00Z)"; without the brackets where the text is no entry.
std::string entry_label(std::uint64_t seq, std::string_view entry);

// --- verify_tree.cpp

// The tiles that are stored, one by one. One thread at a time.
class StoredTiles {
 public:
  static Result<std::unique_ptr<StoredTiles>> open(Database& database, std::int64_t organisation);

  // Bytes of the tile; empty where it is not there. Good until the next call.
  Result<std::span<const std::uint8_t>> tile(unsigned level, std::uint64_t index);
  // The hash with that number; nothing where it is not there.
  Result<std::optional<Sha256Digest>> hash(unsigned level, std::uint64_t index);
  // Of the whole tile; nothing where it is not whole.
  Result<std::optional<Sha256Digest>> root_of_full(unsigned level, std::uint64_t index);
  // The root of the first `size` entries, from the stored hashes alone; nothing where some are missing.
  Result<std::optional<Sha256Digest>> root_at(std::uint64_t size);

 private:
  std::unique_ptr<Statement> get_;
  std::vector<std::uint8_t> bytes_;
  Sha256 hash_;
};

// The tree worked out again. Level-L hashes are handed on in runs of a tile's width, full tiles first, the
// last ones by finish().
class Recount {
 public:
  using Take = std::function<Status(unsigned level, std::uint64_t index, std::span<const Sha256Digest>)>;
  explicit Recount(Take take) : take_(std::move(take)) {}

  std::uint64_t size() const { return size_; }
  Status add(const Sha256Digest& leaf);
  // A full tile of leaves with its root, where the tree is at the beginning of a tile.
  Status add_tile(std::span<const Sha256Digest> leaves, const Sha256Digest& root);
  Sha256Digest root();
  Status finish();

 private:
  Status collect(unsigned level, const Sha256Digest& hash);
  Status carry(unsigned height, Sha256Digest hash);

  Take take_;
  Sha256 hash_;
  std::uint64_t size_ = 0;
  std::array<Sha256Digest, kHeights> pending_{};  // at each height, where that bit of the size is set
  std::array<std::vector<Sha256Digest>, kLevels> tiles_{};
  std::array<std::uint64_t, kLevels> done_{};
};

Sha256Digest hash_leaf(Sha256& hash, std::string_view entry);
Sha256Digest root_of_full_tile(Sha256& hash, std::span<const Sha256Digest> hashes);
Sha256Digest hash_pair(Sha256& hash, const Sha256Digest& left, const Sha256Digest& right);

}  // namespace plumbline::verifying
