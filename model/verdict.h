// What judging one record by one policy came to, with everything a person or an auditor needs to believe it.
// Plain values: owning, copyable, safe to hand to another thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/money.h"
#include "base/time.h"

namespace plumbline {

// Written to logs and files as text; the numbers are never stored.
enum class Severity : std::uint8_t { kLow, kMedium, kHigh };
std::string_view to_string(Severity severity);
std::optional<Severity> parse_severity(std::string_view text);

enum class VerdictStatus : std::uint8_t {
  kViolated,
  kUnknown,  // the data does not tell; nobody is accused
};

struct NullValue {
  friend bool operator==(NullValue, NullValue) = default;
};
struct UnknownValue {
  friend bool operator==(UnknownValue, UnknownValue) = default;
};
using EvidenceValue = std::variant<NullValue, UnknownValue, bool, double, Money, Day, Instant, std::string>;

struct EvidenceItem {
  std::string name;  // the field as the condition writes it, or a name the policy gives
  EvidenceValue value;
  friend bool operator==(const EvidenceItem&, const EvidenceItem&) = default;
};

struct Verdict {
  VerdictStatus status = VerdictStatus::kViolated;
  std::string policy;  // id within the pack
  std::string pack;
  std::string pack_hash;  // SHA-256 of the pack's text, hex
  Severity severity = Severity::kMedium;
  std::string object;
  std::string record_id;    // as the file spells it
  std::string record_name;  // empty where the record has none
  std::string owner_id;     // empty where there is none
  std::string owner_name;   // empty where the owner is not in the data
  Instant as_of{};
  std::vector<EvidenceItem> evidence;
  std::string message;  // what is wrong, with the values; empty for kUnknown
  std::string remedy;   // what to do; empty for kUnknown
  std::string source;   // document and section the rule comes from
  std::string reason;   // why unknown; empty for kViolated
};

}  // namespace plumbline
