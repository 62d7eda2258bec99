#include "model/violation.h"

#include <charconv>

namespace plumbline {

std::string_view to_string(ViolationState state) {
  switch (state) {
    case ViolationState::kOpen:
      return "open";
    case ViolationState::kResolved:
      return "resolved";
    case ViolationState::kLapsed:
      return "lapsed";
    case ViolationState::kRetracted:
      return "retracted";
  }
  return "open";
}

std::optional<ViolationState> parse_violation_state(std::string_view text) {
  for (const ViolationState state : {ViolationState::kOpen, ViolationState::kResolved,
                                     ViolationState::kLapsed, ViolationState::kRetracted}) {
    if (text == to_string(state)) return state;
  }
  return std::nullopt;
}

std::string violation_name(ViolationNumber number) { return "V" + std::to_string(number); }

std::optional<ViolationNumber> parse_violation_name(std::string_view text) {
  if (text.starts_with('V') || text.starts_with('v')) text.remove_prefix(1);
  ViolationNumber number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, number);
  if (code != std::errc{} || stop != end || number < 1) return std::nullopt;
  return number;
}

}  // namespace plumbline
