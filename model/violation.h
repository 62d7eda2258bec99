// A violation that is remembered: one policy, one record, and how that went on. V12 in all that is shown.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "model/verdict.h"

namespace plumbline {

using ViolationNumber = std::int64_t;  // from 1; 0 is none yet
using VerdictDigest = std::array<std::uint8_t, 16>;

// Written to the ledger as text; the numbers are never stored.
enum class ViolationState : std::uint8_t {
  kOpen,
  kResolved,   // judged, and no longer violated
  kLapsed,     // no longer asked about: out of scope, the record or the policy gone. Nobody's merit
  kRetracted,  // what became known later shows that it was not so
};
std::string_view to_string(ViolationState state);  // "open"
std::optional<ViolationState> parse_violation_state(std::string_view text);

// "V12", and back: with or without the letter, in any case.
std::string violation_name(ViolationNumber number);
std::optional<ViolationNumber> parse_violation_name(std::string_view text);

// What judging must know of a violation to tell what has changed. Views, valid during one call.
struct KnownViolation {
  ViolationNumber number = 0;
  std::string_view pack{};
  std::string_view policy{};
  std::string_view object{};
  std::string_view record_key{};
  ViolationState state = ViolationState::kOpen;
  bool is_unknown = false;  // open, and no longer known to be one
  VerdictDigest digest{};   // of what was told of it last
};

// Which violation it is, for whoever asks how its record stands.
struct ViolationFacts {
  ViolationNumber number = 0;
  std::string pack{};
  std::string policy{};
  std::string object{};
  std::string record{};  // id as the source spells it
  std::string record_key{};
  std::string record_name{};
  Severity severity = Severity::kMedium;
  std::string owner{};  // of the record, when last something was told of the violation
  std::string owner_name{};
  ViolationState state = ViolationState::kOpen;
  Instant opened_at{};
  VerdictDigest digest{};
};

// All of it, as people are shown it.
struct Violation {
  ViolationFacts facts{};
  std::string first_owner{};  // of the record when it was opened
  std::string first_owner_name{};
  Instant changed_at{};
  std::optional<Instant> closed_at{};
  std::optional<Instant> unknown_since{};
  std::string unknown_reason{};
  std::int64_t times_opened = 1;
  std::string evidence{};  // JSON
  std::string message{};
  std::string remedy{};
};

}  // namespace plumbline
