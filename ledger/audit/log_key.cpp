#include "ledger/audit/log_key.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/crypto.h"
#include "ledger/audit/small_file.h"

namespace plumbline {
namespace {

constexpr unsigned kSecretMode = 0600;
constexpr unsigned kPublicMode = 0644;
constexpr unsigned kOthersBits = 077;
constexpr std::size_t kMostKeyFileBytes = std::size_t{1} << 20;

std::unexpected<Error> refuse(ErrorCode code, const std::string& path, std::string message) {
  return fail({.code = code, .message = std::move(message), .where = SourceSpan{.file = path}});
}

Error at_file(Error error, const std::string& path) {
  error.where = SourceSpan{.file = path, .line = error.where ? error.where->line : 0};
  return error;
}

Status check_mode(const std::string& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0 || (facts.st_mode & kOthersBits) == 0) return {};
  return refuse(ErrorCode::kAuth, path,
                fmt::format("others than its owner may read or write the secret key of the audit log (mode "
                            "{:04o}); chmod 600 it, and ask yourself who has read it",
                            facts.st_mode & 07777U));
}

Result<Ed25519Key> read_secret_key(const std::string& path) {
  if (Status private_enough = check_mode(path); !private_enough) return fail(private_enough.error());
  Result<std::string> text = read_small_file(path, kMostKeyFileBytes);
  if (!text) return fail(text.error());
  Result<Ed25519Key> key = Ed25519Key::from_pem(*text);
  wipe({reinterpret_cast<std::uint8_t*>(text->data()), text->size()});
  if (!key) return fail(at_file(key.error(), path));
  return key;
}

}  // namespace

std::string secret_key_path(const std::string& ledger_path) { return ledger_path + ".key"; }
std::string public_key_path(const std::string& ledger_path) { return ledger_path + ".pub"; }

Result<Ed25519Key> open_secret_key(const std::string& ledger_path, MissingKey missing) {
  const std::string path = secret_key_path(ledger_path);
  Result<Ed25519Key> found = read_secret_key(path);
  if (found || found.error().code != ErrorCode::kNotFound) return found;
  if (missing == MissingKey::kRefuse)
    return refuse(
        ErrorCode::kNotFound, path,
        "the secret key of the audit log is gone, and without it nothing can be added to a log that has "
        "entries; put the file back from a backup");
  Ed25519Key made = Ed25519Key::generate();
  const SecretBytes pem = made.to_pem();
  const Status written = write_durably(path, pem.bytes(), FileStart::kNew, kSecretMode);
  if (written) return made;
  // Somebody else was quicker.
  if (written.error().code == ErrorCode::kConflict) return read_secret_key(path);
  return fail(written.error());
}

Status publish_key(const std::string& ledger_path, const NoteKey& key) {
  const std::string path = public_key_path(ledger_path);
  const Result<std::vector<NoteKey>> known = read_public_keys(path);
  if (!known && known.error().code != ErrorCode::kNotFound) return fail(known.error());
  if (known) {
    const auto same = std::ranges::find(*known, key.name, &NoteKey::name);
    if (same != known->end() && *same == key) return {};
    if (same != known->end())
      return refuse(
          ErrorCode::kConflict, path,
          fmt::format("this public key is not that of {}, which would sign from now on; put the right "
                      "two files back from a backup",
                      secret_key_path(ledger_path)));
  }
  std::string lines;
  if (known) {
    for (const NoteKey& other : *known) lines += other.to_string() + "\n";
  }
  lines += key.to_string() + "\n";
  return write_durably(path, as_bytes(lines), FileStart::kReplace, kPublicMode);
}

Result<std::vector<NoteKey>> parse_public_keys(std::string_view text) {
  std::vector<NoteKey> keys;
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    Result<NoteKey> key = parse_note_key(line);
    if (!key) {
      Error error = key.error();
      error.where = SourceSpan{.file = "", .line = number};
      return fail(std::move(error));
    }
    keys.push_back(std::move(*key));
  }
  if (keys.empty())
    return fail(ErrorCode::kInvalidInput, "there is no public key in this; it is one line a log");
  return keys;
}

Result<std::vector<NoteKey>> read_public_keys(const std::string& path) {
  const Result<std::string> text = read_small_file(path, kMostKeyFileBytes);
  if (!text) return fail(text.error());
  Result<std::vector<NoteKey>> keys = parse_public_keys(*text);
  if (!keys) return fail(at_file(keys.error(), path));
  return keys;
}

}  // namespace plumbline
