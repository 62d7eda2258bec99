// A checkpoint: what the audit log was at one moment, in four lines, signed as a note (C2SP tlog-checkpoint).
//
//   plumbline/Northern%20Sales          whose log this is: its origin, which is also the name of its key
//   12345                               entries
//   7Vt8...=                            the root over them, base64
//   at 2024-06-01T12:00:00Z             when it was made
//
// Values and pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/crypto.h"
#include "base/result.h"
#include "base/time.h"

namespace plumbline {

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Sha256Digest root{};
  Instant at{};
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// The origin of an organisation's log.
std::string log_origin(std::string_view organisation);

// The text that is signed.
std::string to_text(const Checkpoint& checkpoint);

// The text of a note (its signatures are somebody else's matter). Lines behind the fourth are allowed, and
// not looked at. ErrorCode::kCorrupt, with the line, where it is no checkpoint of ours.
Result<Checkpoint> parse_checkpoint(std::string_view text);

}  // namespace plumbline
