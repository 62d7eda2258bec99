// Which violation it is: the same policy, object and record are the same violation for ever, however often it
// is opened and closed.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/crypto.h"

namespace plumbline {

// The first 16 bytes of SHA-256 over "pack/policy\nobject\nrecord_key". Never written down.
using ViolationIdentity = std::array<std::uint8_t, 16>;

// Of one policy's violations: what they share is hashed once. Cheap to copy; one thread at a time each.
class IdentityMaker {
 public:
  IdentityMaker(std::string_view pack, std::string_view policy, std::string_view object);
  ViolationIdentity of(std::string_view record_key) const;

 private:
  Sha256 begun_;
};

}  // namespace plumbline
