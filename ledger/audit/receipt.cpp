#include "ledger/audit/receipt.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/base64.h"
#include "base/json.h"
#include "ledger/audit/checkpoint.h"
#include "ledger/audit/entry.h"
#include "ledger/audit/json_members.h"
#include "ledger/audit/merkle.h"

namespace plumbline {
namespace {

struct StoredEntry {
  std::string entry;
  std::string personal;
  std::string salt;
  HashPath path;
};

struct StoredCheckpoint {
  std::string note;
  Checkpoint checkpoint;
};

std::unexpected<Error> corrupt(std::string message) {
  return fail(ErrorCode::kCorrupt, std::move(message) + "; plumbline log verify tells more");
}

Result<StoredCheckpoint> newest_checkpoint(Database& database, std::int64_t organisation) {
  Result<std::unique_ptr<Statement>> ask = database.prepare(
      "SELECT note FROM audit_checkpoint WHERE org = ?1 ORDER BY size DESC, id DESC LIMIT 1");
  if (!ask) return fail(ask.error());
  (*ask)->bind_integer(1, organisation);
  const Result<bool> row = (*ask)->step();
  if (!row) return fail(row.error());
  if (!*row)
    return fail(ErrorCode::kNotFound, "the audit log is empty: there is nothing to give a receipt for");
  StoredCheckpoint stored{.note = std::string((*ask)->text(0)), .checkpoint = {}};
  const Result<SignedNote> note = parse_note(stored.note);
  Result<Checkpoint> checkpoint = note ? parse_checkpoint(note->text) : fail(note.error());
  if (!checkpoint) return corrupt("the newest checkpoint of the audit log cannot be read");
  stored.checkpoint = std::move(*checkpoint);
  return stored;
}

Result<StoredEntry> read_entry(Database& database, std::int64_t organisation, std::int64_t seq) {
  Result<std::unique_ptr<Statement>> ask =
      database.prepare("SELECT entry, personal, salt FROM audit_entry WHERE org = ?1 AND seq = ?2");
  if (!ask) return fail(ask.error());
  (*ask)->bind_integer(1, organisation);
  (*ask)->bind_integer(2, seq);
  const Result<bool> row = (*ask)->step();
  if (!row) return fail(row.error());
  if (!*row) return corrupt(fmt::format("entry {} is missing", seq));
  return StoredEntry{.entry = std::string((*ask)->text(0)),
                     .personal = std::string((*ask)->text(1)),
                     .salt = std::string(as_text((*ask)->blob(2))),
                     .path = {}};
}

// Reads single hashes of stored tiles.
class TileReader {
 public:
  static Result<TileReader> open(Database& database, std::int64_t organisation) {
    Result<std::unique_ptr<Statement>> get = database.prepare(
        "SELECT substr(hashes, ?4, ?5) FROM audit_tile WHERE org = ?1 AND level = ?2 AND tile = ?3");
    if (!get) return fail(get.error());
    (*get)->bind_integer(1, organisation);
    return TileReader(std::move(*get));
  }
  Result<Sha256Digest> hash(unsigned level, std::uint64_t index) {
    constexpr std::int64_t kBytes = sizeof(Sha256Digest);
    get_->bind_integer(2, level);
    get_->bind_integer(3, static_cast<std::int64_t>(index >> kTileHeight));
    get_->bind_integer(4, static_cast<std::int64_t>(index & (kTileHashes - 1)) * kBytes + 1);
    get_->bind_integer(5, kBytes);
    const Result<bool> row = get_->step();
    if (!row) return fail(row.error());
    const auto digest = *row ? digest_from(get_->blob(0)) : std::nullopt;
    get_->reset();
    if (!digest)
      return corrupt(fmt::format("tile {}/{} of the audit log is not whole", level, index >> kTileHeight));
    return *digest;
  }

 private:
  explicit TileReader(std::unique_ptr<Statement> get) : get_(std::move(get)) {}
  std::unique_ptr<Statement> get_;
};

void write_stored(JsonWriter& json, std::int64_t seq, const StoredEntry& stored) {
  json.begin_object().key("seq").integer(seq).key("entry").string(stored.entry);
  json.key("personal");
  stored.personal.empty() ? json.null() : json.string(stored.personal);
  json.key("salt");
  stored.salt.empty() ? json.null() : json.string(to_hex(as_bytes(stored.salt)));
  json.key("proof").begin_array();
  for (const Sha256Digest& step : stored.path) json.string(to_base64(step));
  json.end_array().end_object();
}

// --- checking

std::optional<std::uint64_t> number_at(const std::vector<JsonMember>& members, const std::string& path) {
  const JsonMember* const member = find_member(members, path);
  if (member == nullptr || member->kind != JsonMember::Kind::kOther) return std::nullopt;
  std::uint64_t number = 0;
  const char* const end = member->text.data() + member->text.size();
  const auto [stop, error] = std::from_chars(member->text.data(), end, number);
  return error == std::errc{} && stop == end ? std::optional(number) : std::nullopt;
}

std::optional<std::string> text_at(const std::vector<JsonMember>& members, const std::string& path) {
  const JsonMember* const member = find_member(members, path);
  if (member == nullptr || member->kind != JsonMember::Kind::kText) return std::nullopt;
  return member->text;
}

std::optional<std::string> bytes_of_hex(std::string_view hex) {
  std::string bytes;
  if (hex.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    unsigned byte = 0;
    const auto [stop, error] = std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
    if (error != std::errc{} || stop != hex.data() + i + 2) return std::nullopt;
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

std::optional<HashPath> proof_at(const std::vector<JsonMember>& members, const std::string& path) {
  HashPath proof;
  while (const auto text = text_at(members, fmt::format("{}.{}", path, proof.size()))) {
    const auto bytes = from_base64(*text);
    const auto digest = bytes ? digest_from(*bytes) : std::nullopt;
    if (!digest || proof.size() == kMostProofHashes) return std::nullopt;
    proof.push_back(*digest);
  }
  return proof;
}

Result<Checkpoint> checked_checkpoint(const std::vector<JsonMember>& members,
                                      const std::vector<NoteKey>& keys) {
  const std::optional<std::string> text = text_at(members, "checkpoint");
  if (!text) return fail(ErrorCode::kInvalidInput, "the receipt has no checkpoint");
  const Result<SignedNote> note = parse_note(*text);
  Result<Checkpoint> checkpoint = note ? parse_checkpoint(note->text) : fail(note.error());
  if (!checkpoint) return checkpoint;
  const auto key = std::ranges::find(keys, checkpoint->origin, &NoteKey::name);
  if (key == keys.end())
    return fail(
        ErrorCode::kCorrupt,
        fmt::format("the receipt is of {}, and no public key of that log was given", checkpoint->origin));
  if (!is_signed_by(*note, *key))
    return fail(ErrorCode::kCorrupt,
                fmt::format("the checkpoint of the receipt is not rightly signed by {}", key->name));
  return checkpoint;
}

Status check_personal(const std::vector<JsonMember>& members, const std::string& path,
                      CheckedEntry& checked) {
  const std::optional<std::string_view> commitment = commitment_in(checked.entry);
  const std::optional<std::string> personal = text_at(members, path + ".personal");
  if (!personal) {
    checked.erased = commitment.has_value();
    return {};
  }
  const auto salt = bytes_of_hex(text_at(members, path + ".salt").value_or(""));
  Sha256 hash;
  if (!commitment || !salt || to_hex(personal_commitment(hash, as_bytes(*salt), *personal)) != *commitment)
    return fail(ErrorCode::kCorrupt,
                "the personal text of the receipt is not the one the entry was written with");
  checked.personal = *personal;
  return {};
}

Result<CheckedEntry> check_entry(const std::vector<JsonMember>& members, const std::string& path,
                                 const Checkpoint& checkpoint) {
  const std::optional<std::uint64_t> seq = number_at(members, path + ".seq");
  std::optional<std::string> entry = text_at(members, path + ".entry");
  const std::optional<HashPath> proof = proof_at(members, path + ".proof");
  if (!seq || !entry || !proof)
    return fail(ErrorCode::kInvalidInput, fmt::format("{} of the receipt has no seq, entry or proof", path));
  Sha256 hash;
  const std::optional<EntryHead> head = head_of(*entry);
  if (!head || head->seq != *seq ||
      !includes(leaf_hash(hash, *entry), *seq, checkpoint.size, *proof, checkpoint.root))
    return fail(ErrorCode::kCorrupt,
                fmt::format("entry {} is not in the log that the checkpoint was signed for", *seq));
  CheckedEntry checked{.entry = std::move(*entry), .personal = {}};
  if (Status personal = check_personal(members, path, checked); !personal) return fail(personal.error());
  return checked;
}

}  // namespace

Result<std::string> make_receipt(Database& database, std::int64_t organisation,
                                 const std::vector<std::int64_t>& entries) {
  const Result<StoredCheckpoint> newest = newest_checkpoint(database, organisation);
  if (!newest) return fail(newest.error());
  Result<TileReader> tiles = TileReader::open(database, organisation);
  if (!tiles) return fail(tiles.error());
  const HashSource source = [&](unsigned level, std::uint64_t index) { return tiles->hash(level, index); };
  const Checkpoint& checkpoint = newest->checkpoint;
  std::string document;
  JsonWriter json(document);
  json.begin_object().key("receipt").string(kReceiptKind).key("entries").begin_array();
  Sha256 hash;
  for (const std::int64_t seq : entries) {
    if (seq < 0 || static_cast<std::uint64_t>(seq) >= checkpoint.size)
      return fail(ErrorCode::kNotFound, fmt::format("there is no entry {}; the log has {}, and counts from 0",
                                                    seq, checkpoint.size));
    Result<StoredEntry> stored = read_entry(database, organisation, seq);
    if (!stored) return fail(stored.error());
    const auto index = static_cast<std::uint64_t>(seq);
    Result<HashPath> path = inclusion_proof(index, checkpoint.size, source);
    if (!path) return fail(path.error());
    if (!includes(leaf_hash(hash, stored->entry), index, checkpoint.size, *path, checkpoint.root))
      return corrupt(fmt::format("entry {} is not the one that the newest checkpoint was signed for", seq));
    stored->path = std::move(*path);
    write_stored(json, seq, *stored);
  }
  json.end_array().key("checkpoint").string(newest->note).end_object();
  return document;
}

Result<std::vector<std::int64_t>> entries_of_violation(Database& database, std::int64_t organisation,
                                                       std::int64_t number) {
  Result<std::unique_ptr<Statement>> rows =
      database.prepare("SELECT audit_seq FROM transition WHERE org = ?1 AND violation = ?2 ORDER BY id");
  if (!rows) return fail(rows.error());
  (*rows)->bind_integer(1, organisation);
  (*rows)->bind_integer(2, number);
  std::vector<std::int64_t> entries;
  while (true) {
    const Result<bool> row = (*rows)->step();
    if (!row) return fail(row.error());
    if (!*row) return entries;
    entries.push_back((*rows)->integer(0));
  }
}

Result<CheckedReceipt> check_receipt(std::string_view document, const std::vector<NoteKey>& keys) {
  const Result<std::vector<JsonMember>> members = json_members(document);
  if (!members) return fail(members.error());
  if (text_at(*members, "receipt") != kReceiptKind)
    return fail(ErrorCode::kInvalidInput,
                fmt::format("this is no receipt of Plumbline's: \"receipt\" has to be \"{}\"", kReceiptKind));
  const Result<Checkpoint> checkpoint = checked_checkpoint(*members, keys);
  if (!checkpoint) return fail(checkpoint.error());
  CheckedReceipt receipt{.origin = checkpoint->origin, .size = checkpoint->size, .at = checkpoint->at};
  while (find_member(*members, fmt::format("entries.{}.seq", receipt.entries.size())) != nullptr) {
    Result<CheckedEntry> entry =
        check_entry(*members, fmt::format("entries.{}", receipt.entries.size()), *checkpoint);
    if (!entry) return fail(entry.error());
    receipt.entries.push_back(std::move(*entry));
  }
  if (receipt.entries.empty()) return fail(ErrorCode::kInvalidInput, "the receipt has no entries");
  return receipt;
}

}  // namespace plumbline
