#include "ledger/audit/signed_note.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/crypto.h"
#include "ledger/audit/checkpoint.h"

namespace plumbline {
namespace {

Ed25519Key some_key() {
  std::array<std::uint8_t, 32> seed{};
  seed.fill(7);
  return *Ed25519Key::from_seed(seed);
}

NoteKey public_of(const Ed25519Key& key, std::string_view name = "plumbline/Acme") {
  return {.name = std::string(name), .key = key.public_key()};
}

std::string some_note() { return sign_note("plumbline/Acme\n12\n", "plumbline/Acme", some_key()); }

std::string fault_of(std::string_view note) {
  const Result<SignedNote> parsed = parse_note(note);
  return parsed ? "none" : parsed.error().to_string();
}

TEST(SignedNote, reads_what_it_wrote_and_knows_its_signer) {
  const Result<SignedNote> note = parse_note(some_note());
  ASSERT_TRUE(note) << note.error().message;
  EXPECT_EQ(note->text, "plumbline/Acme\n12\n");
  ASSERT_EQ(note->signatures.size(), 1U);
  EXPECT_EQ(note->signatures[0].name, "plumbline/Acme");
  EXPECT_TRUE(is_signed_by(*note, public_of(some_key())));
  EXPECT_FALSE(is_signed_by(*note, public_of(some_key(), "plumbline/Other")));
  EXPECT_FALSE(is_signed_by(*note, public_of(Ed25519Key::generate())));
}

TEST(SignedNote, further_signatures_of_others_do_no_harm) {
  const std::string other = sign_note("plumbline/Acme\n12\n", "witness.example", Ed25519Key::generate());
  const std::string both = some_note() + other.substr(other.rfind("\n\u2014") + 1);
  const Result<SignedNote> note = parse_note(both);
  ASSERT_TRUE(note);
  EXPECT_EQ(note->signatures.size(), 2U);
  EXPECT_TRUE(is_signed_by(*note, public_of(some_key())));
}

TEST(SignedNote, no_byte_of_it_can_be_changed) {
  const std::string good = some_note();
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const unsigned bit : {0U, 1U, 5U}) {
      std::string changed = good;
      changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ (1U << bit));
      const Result<SignedNote> note = parse_note(changed);
      EXPECT_FALSE(note && is_signed_by(*note, public_of(some_key()))) << i;
    }
  }
}

TEST(SignedNote, says_what_is_wrong_and_in_which_line) {
  EXPECT_EQ(fault_of("one\ntwo\n"),
            "a signed note has an empty line between its text and its signatures, and this has none");
  EXPECT_EQ(fault_of("one\n\n"), "a signed note ends with whole lines of signatures; this one was cut off");
  EXPECT_EQ(fault_of("one\n\nname abc\n"),
            ":3: below the empty line of a note there are only signatures, which begin with a dash (U+2014)");
  EXPECT_EQ(fault_of("one\n\n\u2014 name\n"),
            ":3: a signature needs the name of its key, a blank and base64");
  EXPECT_EQ(fault_of("one\n\n\u2014 name AAAA\n"),
            ":3: the signature is no base64 of a key's hash and a signature");
  EXPECT_EQ(fault_of("one\r\n\n\u2014 name AAAAAAA=\n"),
            "a signed note is UTF-8 without control characters, and this is something else");
  EXPECT_EQ(fault_of(std::string(kMostNoteBytes + 1, 'a')),
            "a signed note has at most 65536 bytes, and this one 65537");
}

TEST(SignedNote, has_a_bound_of_signatures) {
  std::string note = "one\n\n";
  for (std::size_t i = 0; i < kMostNoteSignatures; ++i) note += "\u2014 name AAAAAAA=\n";
  EXPECT_EQ(fault_of(note), "none");
  note += "\u2014 name AAAAAAA=\n";
  EXPECT_EQ(fault_of(note), ":19: a signed note has at most 16 signatures");
}

TEST(NoteKey, is_read_back_as_it_was_written) {
  const NoteKey key = public_of(some_key());
  EXPECT_EQ(parse_note_key(key.to_string()), key);
  EXPECT_EQ(parse_note_key(" " + key.to_string() + "\n"), key);
}

TEST(NoteKey, a_key_that_was_not_copied_whole_is_refused) {
  const std::string text = public_of(some_key()).to_string();
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_FALSE(parse_note_key(text.substr(0, size))) << size;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(parse_note_key(changed)) << changed;
  }
}

TEST(SplitNotes, finds_each_note_of_a_file) {
  const std::string note = some_note();
  EXPECT_TRUE(split_notes("").empty());
  EXPECT_TRUE(split_notes("\n\n").empty());
  for (const std::string_view gap : {"", "\n", "\n\n"}) {
    const std::string file = note + std::string(gap) + note + std::string(gap);
    const auto notes = split_notes(file);
    ASSERT_EQ(notes.size(), 2U) << gap.size();
    EXPECT_EQ(notes[0], note);
    EXPECT_EQ(notes[1], note);
  }
}

TEST(SplitNotes, a_rest_that_was_cut_off_is_a_piece_of_its_own) {
  const std::string note = some_note();
  const std::string file = note + note.substr(0, 20);
  const auto notes = split_notes(file);
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_FALSE(parse_note(notes[1]));
}

TEST(NoteName, has_no_blanks_or_pluses) {
  EXPECT_EQ(note_name("Northern Sales + Söhne"), "Northern%20Sales%20%2B%20S%C3%B6hne");
  EXPECT_EQ(log_origin("Acme/EMEA-2.0_x"), "plumbline/Acme/EMEA-2.0_x");
}

TEST(Checkpoint, is_four_lines_and_read_back_as_it_was_written) {
  const Checkpoint checkpoint{.origin = "plumbline/Acme",
                              .size = 12345,
                              .root = sha256(""),
                              .at = *parse_instant("2024-06-01T12:00:00Z")};
  const std::string text = to_text(checkpoint);
  EXPECT_EQ(text,
            "plumbline/Acme\n12345\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nat 2024-06-01T12:00:00Z\n");
  EXPECT_EQ(parse_checkpoint(text), checkpoint);
  EXPECT_EQ(parse_checkpoint(text + "another extension\n"), checkpoint);
}

TEST(Checkpoint, says_which_line_is_wrong) {
  const auto fault = [](std::string_view text) {
    const Result<Checkpoint> read = parse_checkpoint(text);
    return read ? "none" : read.error().to_string().substr(0, 3);
  };
  const std::string root = to_base64(sha256(""));
  EXPECT_EQ(fault("o\n1\n" + root + "\nat 2024-06-01T12:00:00Z\n"), "none");
  EXPECT_EQ(fault("\n1\n" + root + "\nat 2024-06-01T12:00:00Z\n"), ":1:");
  EXPECT_EQ(fault("o\n01\n" + root + "\nat 2024-06-01T12:00:00Z\n"), ":2:");
  EXPECT_EQ(fault("o\n-1\n" + root + "\nat 2024-06-01T12:00:00Z\n"), ":2:");
  EXPECT_EQ(fault("o\n99999999999999999999\n" + root + "\nat 2024-06-01T12:00:00Z\n"), ":2:");
  EXPECT_EQ(fault("o\n1\nAAAA\nat 2024-06-01T12:00:00Z\n"), ":3:");
  EXPECT_EQ(fault("o\n1\n" + root + "\nat 2024-06-01T12:00:00+00:00\n"), ":4:");
  EXPECT_EQ(fault("o\n1\n" + root + "\nat 2024-06-01T12:00:00Z"), ":4:");
  EXPECT_EQ(fault("o\n1\n"), ":3:");
}

}  // namespace
}  // namespace plumbline
