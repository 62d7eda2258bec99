// Signed notes, public keys and checkpoints as anybody may hand them in: what is read must be what was
// written, and a note that was not signed never counts as signed.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "ledger/audit/checkpoint.h"
#include "ledger/audit/signed_note.h"

namespace {

using namespace plumbline;

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

void check_note(std::string_view text, const NoteKey& key) {
  const Result<SignedNote> note = parse_note(text);
  if (!note) {
    demand(note.error().code == ErrorCode::kCorrupt, "another code than corrupt");
    return;
  }
  demand(!note->signatures.empty(), "a note without signatures");
  demand(text.starts_with(note->text + "\n"), "the text is not that of the note");
  demand(!is_signed_by(*note, key), "signed by a key that nobody has");
  const Result<Checkpoint> checkpoint = parse_checkpoint(note->text);
  if (checkpoint) demand(note->text.starts_with(to_text(*checkpoint)), "a checkpoint has two texts");
}

void check_split(std::string_view text) {
  std::size_t bytes = 0;
  for (const std::string_view piece : split_notes(text)) {
    demand(!piece.empty(), "an empty piece");
    bytes += piece.size();
  }
  demand(bytes <= text.size(), "more pieces than text");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  static const NoteKey kKey{.name = "plumbline/default", .key = Ed25519Key::generate().public_key()};
  check_note(text, kKey);
  check_split(text);
  if (const Result<Checkpoint> checkpoint = parse_checkpoint(text); checkpoint) {
    demand(text.starts_with(to_text(*checkpoint)), "a checkpoint has two texts");
  }
  if (const Result<NoteKey> key = parse_note_key(text); key) {
    demand(text.find(key->to_string()) != std::string::npos, "a key has two texts");
  }
  return 0;
}
