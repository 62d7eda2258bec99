#include "ledger/audit/audit_log.h"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <span>
#include <utility>

#include "ledger/audit/checkpoint.h"
#include "ledger/audit/entry.h"
#include "ledger/audit/log_key.h"
#include "ledger/audit/merkle.h"
#include "ledger/audit/signed_note.h"
#include "ledger/bulk_insert.h"

namespace plumbline {
namespace {

constexpr std::size_t kSaltsAtOnce = 256;  // one call of the system for so many

// Random bytes in small portions.
class Salts {
 public:
  std::span<const std::uint8_t> next() {
    if (used_ == salts_.size()) {
      fill_random({salts_.front().data(), salts_.size() * kSaltBytes});
      used_ = 0;
    }
    return salts_[used_++];
  }

 private:
  std::array<Salt, kSaltsAtOnce> salts_{};
  std::size_t used_ = kSaltsAtOnce;
};

// The end of the log as the newest checkpoint has it.
struct LogEnd {
  std::int64_t checkpoint = 0;  // its row; 0 where there is none
  std::uint64_t size = 0;
  Instant at{};
};

std::span<const std::uint8_t> bytes_of(std::span<const Sha256Digest> hashes) {
  return {hashes.empty() ? nullptr : hashes.front().data(), hashes.size_bytes()};
}

}  // namespace

class AuditLog::Impl {
 public:
  Impl(Database& database, std::int64_t organisation, std::string origin, std::string path)
      : database_(database),
        organisation_(organisation),
        origin_(std::move(origin)),
        path_(std::move(path)) {}

  Status prepare();
  Result<std::int64_t> append(Instant at, const AuditEntry& entry);
  Result<std::optional<std::string>> seal(Instant at, QuietSeal quiet);
  Sha256Digest key_digest() const { return Sha256().add(key_->public_key()).finish(); }
  void forget() {
    entries_->forget();
    begun_ = false;
    loaded_ = false;
  }

 private:
  struct Query {
    std::unique_ptr<Statement>* statement;
    std::string_view sql;
  };

  std::unexpected<Error> corrupt(std::string message) const;
  Status prepare_statements();
  Status open_key();
  Status begin(Instant at);
  Status load();
  Status load_checkpoint(std::string_view text);
  Status load_edge();
  Status check_entries_end();
  Result<std::int64_t> newest_checkpoint();
  Status write_row(std::int64_t seq, std::span<const std::uint8_t> salt, std::string_view personal);
  void write_tile(TileId tile, std::span<const Sha256Digest> hashes);
  Status write_partial_tiles();
  Result<std::string> write_checkpoint(Instant at);

  Database& database_;
  std::int64_t organisation_;
  std::string origin_;
  std::string path_;
  std::optional<Ed25519Key> key_;

  std::unique_ptr<BulkInsert> entries_;
  std::unique_ptr<Statement> put_tile_;
  std::unique_ptr<Statement> get_tile_;
  std::unique_ptr<Statement> add_checkpoint_;
  std::unique_ptr<Statement> get_checkpoint_;
  std::unique_ptr<Statement> last_entry_;

  TreeEdge edge_;
  LogEnd end_;
  bool loaded_ = false;  // edge_ and end_ are what the file has
  bool begun_ = false;   // a transaction, in which nobody else writes
  Sha256 hash_;
  Salts salts_;
  std::string entry_;
  Status tiles_written_;
  unsigned changed_levels_ = 0;  // a bit for each level whose last tile is not what the file has
  const TreeEdge::TakeTile take_full_ = [this](TileId tile, std::span<const Sha256Digest> hashes) {
    write_tile(tile, hashes);
    changed_levels_ |= 1U << (tile.level + 1);
  };
};

std::unexpected<Error> AuditLog::Impl::corrupt(std::string message) const {
  return fail(
      {.code = ErrorCode::kCorrupt,
       .message = fmt::format("{}; nothing was added to the audit log: plumbline log verify tells more, "
                              "and a backup has it as it was",
                              message),
       .where = SourceSpan{.file = path_}});
}

Status AuditLog::Impl::prepare_statements() {
  const std::array queries = {
      Query{&put_tile_,
            "INSERT INTO audit_tile(org, level, tile, hashes) VALUES(?1, ?2, ?3, ?4) "
            "ON CONFLICT(org, level, tile) DO UPDATE SET hashes = excluded.hashes"},
      Query{&get_tile_, "SELECT hashes FROM audit_tile WHERE org = ?1 AND level = ?2 AND tile = ?3"},
      Query{&add_checkpoint_, "INSERT INTO audit_checkpoint(org, size, note) VALUES(?1, ?2, ?3)"},
      Query{&get_checkpoint_,
            "SELECT id, size, note FROM audit_checkpoint WHERE org = ?1 ORDER BY size DESC, id DESC LIMIT 1"},
      Query{&last_entry_, "SELECT coalesce(max(seq), -1) FROM audit_entry WHERE org = ?1"},
  };
  for (const Query& query : queries) {
    Result<std::unique_ptr<Statement>> statement = database_.prepare(query.sql);
    if (!statement) return fail(statement.error());
    (*statement)->bind_integer(1, organisation_);
    *query.statement = std::move(*statement);
  }
  Result<std::unique_ptr<BulkInsert>> entries = BulkInsert::prepare(
      database_, {.table = "audit_entry", .shared = {"org"}, .own = {"seq", "entry", "personal", "salt"}});
  if (!entries) return fail(entries.error());
  entries_ = *std::move(entries);
  entries_->share_integer(1, organisation_);
  return {};
}

Status AuditLog::Impl::prepare() {
  if (Status prepared = prepare_statements(); !prepared) return prepared;
  if (Status opened = open_key(); !opened) return opened;
  return load();
}

Status AuditLog::Impl::open_key() {
  const Result<bool> row = last_entry_->step();
  if (!row) return fail(row.error());
  const bool has_entries = *row && last_entry_->integer(0) >= 0;
  last_entry_->reset();
  const Result<std::int64_t> checkpoint = newest_checkpoint();
  if (!checkpoint) return fail(checkpoint.error());
  Result<Ed25519Key> key =
      open_secret_key(path_, has_entries || *checkpoint != 0 ? MissingKey::kRefuse : MissingKey::kMake);
  if (!key) return fail(key.error());
  key_ = std::move(*key);
  return publish_key(path_, {.name = origin_, .key = key_->public_key()});
}

// Leaves get_checkpoint_ at its row: whoever wants more of it resets it.
Result<std::int64_t> AuditLog::Impl::newest_checkpoint() {
  get_checkpoint_->reset();
  const Result<bool> row = get_checkpoint_->step();
  if (!row) return fail(row.error());
  return *row ? get_checkpoint_->integer(0) : 0;
}

Status AuditLog::Impl::load() {
  edge_ = TreeEdge();
  end_ = LogEnd();
  changed_levels_ = 0;
  tiles_written_ = {};
  const Result<std::int64_t> newest = newest_checkpoint();
  if (!newest) return fail(newest.error());
  if (*newest != 0) {
    end_.checkpoint = *newest;
    end_.size = static_cast<std::uint64_t>(get_checkpoint_->integer(1));
    const std::string note(get_checkpoint_->text(2));
    get_checkpoint_->reset();
    if (Status checked = load_checkpoint(note); !checked) return checked;
  }
  if (Status checked = check_entries_end(); !checked) return checked;
  loaded_ = true;
  return {};
}

Status AuditLog::Impl::load_checkpoint(std::string_view text) {
  const Result<SignedNote> note = parse_note(text);
  const Result<Checkpoint> checkpoint = note ? parse_checkpoint(note->text) : fail(note.error());
  if (!checkpoint) {
    return corrupt(
        fmt::format("the newest checkpoint of the audit log cannot be read: {}", checkpoint.error().message));
  }
  if (checkpoint->origin != origin_ || !is_signed_by(*note, {.name = origin_, .key = key_->public_key()})) {
    return corrupt(fmt::format(
        "the newest checkpoint of the audit log, of {} entries, is not signed by {} with the key in {}",
        checkpoint->size, origin_, secret_key_path(path_)));
  }
  if (checkpoint->size != end_.size)
    return corrupt("the newest checkpoint of the audit log stands in a row of another size");
  end_.at = checkpoint->at;
  if (Status edge = load_edge(); !edge) return edge;
  if (edge_.root() != checkpoint->root) {
    return corrupt(
        fmt::format("the tree of the audit log is not the one that its newest checkpoint, of {} entries, "
                    "was signed for",
                    end_.size));
  }
  return {};
}

Status AuditLog::Impl::load_edge() {
  std::vector<Sha256Digest> hashes;
  for (unsigned level = 0; level < kTreeLevels; ++level) {
    const std::uint64_t all = end_.size >> (level * kTileHeight);
    const TileId tile{.level = level, .index = all >> kTileHeight};
    const std::size_t wanted = tile_hashes(tile, end_.size);
    if (wanted == 0) continue;
    get_tile_->bind_integer(2, level);
    get_tile_->bind_integer(3, static_cast<std::int64_t>(tile.index));
    const Result<bool> row = get_tile_->step();
    if (!row) return fail(row.error());
    const std::span<const std::uint8_t> blob = *row ? get_tile_->blob(0) : std::span<const std::uint8_t>();
    hashes.resize(wanted);
    const bool fits = blob.size() == wanted * sizeof(Sha256Digest);
    if (fits) std::memcpy(hashes.front().data(), blob.data(), blob.size());
    get_tile_->reset();
    if (!fits)
      return corrupt(fmt::format("tile {}/{} of the audit log's tree is not whole", level, tile.index));
    edge_.restore(level, hashes);
  }
  if (!edge_.restore_size(end_.size))
    return corrupt("the edge of the audit log's tree does not fit its size");
  return {};
}

Status AuditLog::Impl::check_entries_end() {
  const Result<bool> row = last_entry_->step();
  if (!row) return fail(row.error());
  const std::int64_t last = last_entry_->integer(0);
  last_entry_->reset();
  if (last + 1 == static_cast<std::int64_t>(end_.size)) return {};
  return corrupt(
      fmt::format("the audit log has entries up to {}, and its newest checkpoint is of {}", last, end_.size));
}

Status AuditLog::Impl::begin(Instant at) {
  // Now nobody else writes, but somebody may have since we looked.
  const Result<std::int64_t> newest = newest_checkpoint();
  if (!newest) return fail(newest.error());
  get_checkpoint_->reset();
  if (!loaded_ || *newest != end_.checkpoint) {
    if (Status taken_up = load(); !taken_up) return taken_up;
  }
  if (at < end_.at) {
    return fail(
        {.code = ErrorCode::kInvalidInput,
         .message = fmt::format("time runs backwards: the audit log has a checkpoint of {}, and this would "
                                "be of {}; set the clock right, or wait",
                                format_instant(end_.at), format_instant(at)),
         .where = SourceSpan{.file = path_}});
  }
  begun_ = true;
  return {};
}

Result<std::int64_t> AuditLog::Impl::append(Instant at, const AuditEntry& entry) {
  if (!begun_) {
    if (Status ready = begin(at); !ready) return fail(ready.error());
  }
  const auto seq = static_cast<std::int64_t>(edge_.size());
  std::span<const std::uint8_t> salt;
  if (entry.personal.empty()) {
    write_entry(entry_, seq, at, entry, nullptr);
  } else {
    salt = salts_.next();
    const Sha256Digest commitment = personal_commitment(hash_, salt, entry.personal);
    write_entry(entry_, seq, at, entry, &commitment);
  }
  if (Status written = write_row(seq, salt, entry.personal); !written) return fail(written.error());
  changed_levels_ |= 1U;
  edge_.add(leaf_hash(hash_, entry_), take_full_);
  if (!tiles_written_) return fail(tiles_written_.error());
  return seq;
}

Status AuditLog::Impl::write_row(std::int64_t seq, std::span<const std::uint8_t> salt,
                                 std::string_view personal) {
  entries_->add_integer(seq).add_text(entry_);
  if (personal.empty()) {
    entries_->add_null().add_null();
  } else {
    entries_->add_text(personal).add_blob(salt);
  }
  return entries_->end_row();
}

void AuditLog::Impl::write_tile(TileId tile, std::span<const Sha256Digest> hashes) {
  if (!tiles_written_) return;
  put_tile_->bind_integer(2, tile.level);
  put_tile_->bind_integer(3, static_cast<std::int64_t>(tile.index));
  put_tile_->bind_blob(4, bytes_of(hashes));
  tiles_written_ = put_tile_->run();
}

Status AuditLog::Impl::write_partial_tiles() {
  edge_.each_partial([this](TileId tile, std::span<const Sha256Digest> hashes) {
    if ((changed_levels_ >> tile.level & 1U) != 0) write_tile(tile, hashes);
  });
  changed_levels_ = 0;
  return tiles_written_;
}

Result<std::optional<std::string>> AuditLog::Impl::seal(Instant at, QuietSeal quiet) {
  if (!begun_) {
    if (quiet == QuietSeal::kSkip) return std::nullopt;
    if (Status ready = begin(at); !ready) return fail(ready.error());
  }
  const bool has_news = edge_.size() != end_.size;
  // Two checkpoints of one moment and one size would be the same.
  const bool says_more = quiet == QuietSeal::kWrite && (at > end_.at || end_.checkpoint == 0);
  if (!has_news && !says_more) {
    begun_ = false;
    return std::nullopt;
  }
  if (Status written = entries_->flush(); !written) return fail(written.error());
  if (Status written = write_partial_tiles(); !written) return fail(written.error());
  Result<std::string> note = write_checkpoint(at);
  if (!note) return fail(note.error());
  begun_ = false;
  return std::optional(std::move(*note));
}

Result<std::string> AuditLog::Impl::write_checkpoint(Instant at) {
  const Checkpoint checkpoint{.origin = origin_, .size = edge_.size(), .root = edge_.root(), .at = at};
  std::string note = sign_note(to_text(checkpoint), origin_, *key_);
  add_checkpoint_->bind_integer(2, static_cast<std::int64_t>(checkpoint.size));
  add_checkpoint_->bind_text(3, note);
  if (Status added = add_checkpoint_->run(); !added) return fail(added.error());
  end_ = {.checkpoint = database_.last_key(), .size = checkpoint.size, .at = at};
  return note;
}

AuditLog::AuditLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AuditLog::~AuditLog() = default;

Result<std::unique_ptr<AuditLog>> AuditLog::open(Database& database, std::int64_t organisation,
                                                 const std::string& organisation_name,
                                                 const std::string& ledger_path) {
  auto impl = std::make_unique<Impl>(database, organisation, log_origin(organisation_name), ledger_path);
  if (Status prepared = impl->prepare(); !prepared) return fail(prepared.error());
  return std::unique_ptr<AuditLog>(new AuditLog(std::move(impl)));
}

Result<std::int64_t> AuditLog::append(Instant at, const AuditEntry& entry) {
  return impl_->append(at, entry);
}
Result<std::optional<std::string>> AuditLog::seal(Instant at, QuietSeal quiet) {
  return impl_->seal(at, quiet);
}
Sha256Digest AuditLog::key_digest() const { return impl_->key_digest(); }
void AuditLog::forget() { impl_->forget(); }

}  // namespace plumbline
