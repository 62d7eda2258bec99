// The key that signs a ledger's checkpoints, in two files beside it:
//
//   LEDGER.key   the secret key (PKCS#8 in PEM), for its owner's eyes alone
//   LEDGER.pub   public keys, one line for each organisation's log; to be given to whoever verifies
//
// One secret key serves all organisations of a file; each log signs by a name of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ed25519.h"
#include "base/result.h"
#include "ledger/audit/signed_note.h"

namespace plumbline {

std::string secret_key_path(const std::string& ledger_path);
std::string public_key_path(const std::string& ledger_path);

enum class MissingKey : std::uint8_t {
  kRefuse,  // the log has entries, which another key has signed
  kMake,
};

// Reads the secret key. Refused are a file that others than its owner may read, and what is no key. A new one
// is made with O_EXCL, mode 0600, on the disk before this returns.
Result<Ed25519Key> open_secret_key(const std::string& ledger_path, MissingKey missing);

// Sees to it that the .pub file has this key's line; adds it where the name is not in the file. Another key
// of the same name there is ErrorCode::kConflict: verifiers were given that one.
Status publish_key(const std::string& ledger_path, const NoteKey& key);

// All keys of a file of public keys; empty lines do not count.
Result<std::vector<NoteKey>> read_public_keys(const std::string& path);
// The same of a text; faults have the line.
Result<std::vector<NoteKey>> parse_public_keys(std::string_view text);

}  // namespace plumbline
