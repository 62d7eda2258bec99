// A person's decision that violations are accepted for a while. W3 in all that is shown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace plumbline {

using WaiverNumber = std::int64_t;  // from 1; 0 is none yet

// Written to the ledger as text; the numbers are never stored.
enum class WaiverKind : std::uint8_t {
  kWaiver,  // decided by somebody who may
  kSnooze,  // the owner's own "not now": shorter
};
std::string_view to_string(WaiverKind kind);  // "waiver"
std::optional<WaiverKind> parse_waiver_kind(std::string_view text);

std::string waiver_name(WaiverNumber number);  // W3
std::optional<WaiverNumber> parse_waiver_name(std::string_view text);

struct Waiver {
  WaiverNumber number = 0;
  WaiverKind kind = WaiverKind::kWaiver;
  // Of which violations: those that meet all that is not empty. Object and record_key go together.
  std::string pack{};
  std::string policy{};
  std::string object{};
  std::string record_key{};
  std::string owner{};
  std::string reason{};
  std::string author{};
  Instant made_at{};
  Instant until{};            // no longer in force from then on
  std::string until_field{};  // ends before when this field of the record changes; empty: it does not
  std::optional<Instant> ended_at{};
  std::string ended_why{};
};

// An end that has come.
struct WaiverEnd {
  WaiverNumber number = 0;
  std::string why{};  // "its time was over", "StageName changed"
};

}  // namespace plumbline
