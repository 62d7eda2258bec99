// A JSON document taken apart into single values with the way to each: for showing entries, and for reading
// receipts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace plumbline {

inline constexpr std::size_t kMostMemberDepth = 32;
inline constexpr std::size_t kMostMembers = 100'000;

struct JsonMember {
  enum class Kind : std::uint8_t { kText, kOther, kNull };  // kOther: a number or a boolean, as it is written
  std::string path;  // evidence.Amount, entries.0.seq: keys and places in lists, joined by dots
  std::string text{};
  Kind kind = Kind::kNull;
};

// In the order of the document; empty objects and lists leave nothing. ErrorCode::kInvalidInput for what is
// no JSON or is beyond a bound.
Result<std::vector<JsonMember>> json_members(std::string_view document);

// The member at that path; null where there is none.
const JsonMember* find_member(const std::vector<JsonMember>& members, std::string_view path);

}  // namespace plumbline
