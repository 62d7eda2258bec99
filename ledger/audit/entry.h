// The canonical form of an audit entry: what is hashed, byte for byte.
//
//   {"seq":12,"at":"2024-06-01T12:00:00Z","kind":"violation.opened", ...body... ,"personal":"<64 hex
//   digits>"}
//
// No blanks, keys in this order; `personal` is there only where the entry has personal text, which stands
// beside it with a salt. Pure functions, safe from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/crypto.h"
#include "base/time.h"
#include "model/audit_entry.h"

namespace plumbline {

inline constexpr std::size_t kSaltBytes = 16;
using Salt = std::array<std::uint8_t, kSaltBytes>;

// SHA-256(salt ‖ text). Without the salt nobody can try out which name it might have been.
Sha256Digest personal_commitment(Sha256& hash, std::span<const std::uint8_t> salt, std::string_view text);

// Writes the canonical entry over what `out` held. `commitment` is null where there is no personal text.
void write_entry(std::string& out, std::int64_t seq, Instant at, const AuditEntry& entry,
                 const Sha256Digest* commitment);

// The 64 digits that a canonical entry ends with; nothing where it has no personal text.
std::optional<std::string_view> commitment_in(std::string_view entry);

// What every canonical entry begins with. Views into it.
struct EntryHead {
  std::uint64_t seq = 0;
  std::string_view at;
  std::string_view kind;
};
// Nothing where the text does not begin like an entry.
std::optional<EntryHead> head_of(std::string_view entry);

}  // namespace plumbline
