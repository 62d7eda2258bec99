// Signed notes: a short text with signatures below it, in the public format that transparency logs use
// (C2SP signed-note). So whoever keeps checkpoints of ours needs no program of ours to check them.
//
//   text, one or more lines
//                                                     <- an empty line
//   — NAME base64(4 bytes that name the key ‖ signature)
//
// Values and pure functions, safe from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ed25519.h"
#include "base/result.h"

namespace plumbline {

inline constexpr std::size_t kMostNoteBytes = std::size_t{64} << 10;
inline constexpr std::size_t kMostNoteSignatures = 16;
inline constexpr std::size_t kMostKeyNameBytes = 512;

// The first bytes of SHA-256(name ‖ "\n" ‖ 0x01 ‖ public key).
using KeyHash = std::array<std::uint8_t, 4>;

// A public key with the name it signs by.
struct NoteKey {
  std::string name;
  Ed25519PublicKey key{};

  KeyHash hash() const;
  // NAME+HASH+base64(0x01 ‖ public key): one line without its end.
  std::string to_string() const;
  friend bool operator==(const NoteKey&, const NoteKey&) = default;
};

// What NoteKey::to_string writes; blanks and line ends around it are passed over.
Result<NoteKey> parse_note_key(std::string_view text);

struct NoteSignature {
  std::string name;
  KeyHash hash{};
  std::vector<std::uint8_t> signature;
};

struct SignedNote {
  std::string text;  // what is signed, its last line's end included
  std::vector<NoteSignature> signatures;
};

// Any note, whoever signed it. ErrorCode::kCorrupt where it is none, with the line (of the note) and never a
// file.
Result<SignedNote> parse_note(std::string_view note);

// Whether one of the signatures is this key's, and right.
bool is_signed_by(const SignedNote& note, const NoteKey& key);

// The whole note, with one signature. `text` ends with a line's end. Nobody checks that the name is the
// right one for that key but whoever verifies.
std::string sign_note(std::string_view text, std::string_view name, const Ed25519Key& key);

// Splits a file of notes: each ends with its signatures; empty lines between them do not count. A rest
// without signatures is the last piece.
std::vector<std::string_view> split_notes(std::string_view file);

// A name that note keys may have: letters, digits, and ._-/ as they are, any other byte as %XX.
std::string note_name(std::string_view text);

}  // namespace plumbline
