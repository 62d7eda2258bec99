#include "ledger/audit/signed_note.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/base64.h"
#include "base/crypto.h"
#include "base/utf8.h"

namespace plumbline {
namespace {

constexpr std::uint8_t kEd25519Kind = 0x01;
constexpr std::string_view kSignatureStart = "\u2014 ";
constexpr std::size_t kHashDigits = sizeof(KeyHash) * 2;

std::unexpected<Error> no_note(std::string message, std::size_t line = 0) {
  Error error{.code = ErrorCode::kCorrupt, .message = std::move(message), .where = std::nullopt};
  if (line > 0) error.where = SourceSpan{.file = "", .line = static_cast<std::uint32_t>(line)};
  return fail(std::move(error));
}

// Text before the line's end, which `rest` then begins behind.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

std::size_t lines_in(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

bool is_key_name(std::string_view name) {
  if (name.empty() || name.size() > kMostKeyNameBytes || !is_valid_utf8(name)) return false;
  for (std::size_t pos = 0; pos < name.size();) {
    const char32_t character = decode_utf8(name, pos);
    if (character == U'+' || character < U' ' || is_space(character)) return false;
  }
  return true;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' && c != '\n'; }

Result<NoteSignature> parse_signature(std::string_view line, std::size_t number) {
  if (!line.starts_with(kSignatureStart))
    return no_note(
        "below the empty line of a note there are only signatures, which begin with a dash (U+2014)", number);
  line.remove_prefix(kSignatureStart.size());
  const std::size_t gap = line.find(' ');
  const std::string_view name = line.substr(0, gap);
  if (gap == std::string_view::npos || !is_key_name(name))
    return no_note("a signature needs the name of its key, a blank and base64", number);
  const auto bytes = from_base64(line.substr(gap + 1));
  if (!bytes || bytes->size() <= sizeof(KeyHash))
    return no_note("the signature is no base64 of a key's hash and a signature", number);
  NoteSignature signature{.name = std::string(name), .hash = {}, .signature = {}};
  std::copy_n(bytes->begin(), sizeof(KeyHash), signature.hash.begin());
  signature.signature.assign(bytes->begin() + sizeof(KeyHash), bytes->end());
  return signature;
}

std::optional<Ed25519Signature> as_ed25519(const std::vector<std::uint8_t>& bytes) {
  Ed25519Signature signature;
  if (bytes.size() != signature.size()) return std::nullopt;
  std::ranges::copy(bytes, signature.begin());
  return signature;
}

std::vector<std::uint8_t> with_kind(const Ed25519PublicKey& key) {
  std::vector<std::uint8_t> bytes = {kEd25519Kind};
  bytes.insert(bytes.end(), key.begin(), key.end());
  return bytes;
}

}  // namespace

KeyHash NoteKey::hash() const {
  const Sha256Digest digest = Sha256().add(name).add("\n").add(with_kind(key)).finish();
  KeyHash hash;
  std::copy_n(digest.begin(), hash.size(), hash.begin());
  return hash;
}

std::string NoteKey::to_string() const {
  return fmt::format("{}+{}+{}", name, to_hex(hash()), to_base64(with_kind(key)));
}

Result<NoteKey> parse_note_key(std::string_view text) {
  constexpr std::string_view kShape =
      "this is no public key of a log: it is one line, NAME+HASH+BASE64, as it stands in the ledger's .pub "
      "file";
  text = trim(text);
  const std::size_t name_end = text.find('+');
  const std::size_t hash_end = name_end == std::string_view::npos ? name_end : name_end + 1 + kHashDigits;
  if (name_end == std::string_view::npos || hash_end >= text.size() || text[hash_end] != '+' ||
      !is_key_name(text.substr(0, name_end)))
    return fail(ErrorCode::kInvalidInput, std::string(kShape));
  const auto bytes = from_base64(text.substr(hash_end + 1));
  NoteKey key{.name = std::string(text.substr(0, name_end))};
  if (!bytes || bytes->size() != 1 + key.key.size())
    return fail(ErrorCode::kInvalidInput, std::string(kShape));
  if (bytes->front() != kEd25519Kind)
    return fail(ErrorCode::kInvalidInput,
                "the public key is of another kind than Ed25519, which alone is read");
  std::copy(bytes->begin() + 1, bytes->end(), key.key.begin());
  if (to_hex(key.hash()) != text.substr(name_end + 1, kHashDigits))
    return fail(ErrorCode::kInvalidInput,
                "the public key does not have the hash that stands before it; it was not copied whole");
  return key;
}

Result<SignedNote> parse_note(std::string_view note) {
  if (note.size() > kMostNoteBytes)
    return no_note(
        fmt::format("a signed note has at most {} bytes, and this one {}", kMostNoteBytes, note.size()));
  if (!is_valid_utf8(note) || std::ranges::any_of(note, is_control))
    return no_note("a signed note is UTF-8 without control characters, and this is something else");
  const std::size_t gap = note.rfind("\n\n");
  if (gap == std::string_view::npos)
    return no_note("a signed note has an empty line between its text and its signatures, and this has none");
  SignedNote parsed{.text = std::string(note.substr(0, gap + 1)), .signatures = {}};
  std::string_view rest = note.substr(gap + 2);
  if (rest.empty() || !rest.ends_with('\n'))
    return no_note("a signed note ends with whole lines of signatures; this one was cut off");
  for (std::size_t number = lines_in(parsed.text) + 2; !rest.empty(); ++number) {
    if (parsed.signatures.size() == kMostNoteSignatures)
      return no_note(fmt::format("a signed note has at most {} signatures", kMostNoteSignatures), number);
    Result<NoteSignature> signature = parse_signature(take_line(rest), number);
    if (!signature) return fail(signature.error());
    parsed.signatures.push_back(std::move(*signature));
  }
  return parsed;
}

bool is_signed_by(const SignedNote& note, const NoteKey& key) {
  const KeyHash hash = key.hash();
  return std::ranges::any_of(note.signatures, [&](const NoteSignature& signature) {
    if (signature.name != key.name || signature.hash != hash) return false;
    const auto bytes = as_ed25519(signature.signature);
    return bytes && ed25519_verify(key.key, note.text, *bytes);
  });
}

std::string sign_note(std::string_view text, std::string_view name, const Ed25519Key& key) {
  const KeyHash hash = NoteKey{.name = std::string(name), .key = key.public_key()}.hash();
  const Ed25519Signature signature = key.sign(text);
  std::vector<std::uint8_t> bytes(hash.begin(), hash.end());
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  return fmt::format("{}\n{}{} {}\n", text, kSignatureStart, name, to_base64(bytes));
}

std::vector<std::string_view> split_notes(std::string_view file) {
  std::vector<std::string_view> notes;
  while (true) {
    file.remove_prefix(std::min(file.find_first_not_of("\r\n"), file.size()));
    if (file.empty()) return notes;
    std::string_view rest = file;
    bool signed_already = false;
    while (!rest.empty()) {
      const bool is_signature = rest.starts_with(kSignatureStart);
      if (signed_already && !is_signature) break;
      signed_already = signed_already || is_signature;
      take_line(rest);
    }
    notes.push_back(file.substr(0, file.size() - rest.size()));
    file = rest;
  }
}

std::string note_name(std::string_view text) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/";
  std::string name;
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos) {
      name += c;
    } else {
      name += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return name;
}

}  // namespace plumbline
