#include "model/waiver.h"

#include <charconv>

namespace plumbline {

std::string_view to_string(WaiverKind kind) { return kind == WaiverKind::kSnooze ? "snooze" : "waiver"; }

std::optional<WaiverKind> parse_waiver_kind(std::string_view text) {
  for (const WaiverKind kind : {WaiverKind::kWaiver, WaiverKind::kSnooze}) {
    if (text == to_string(kind)) return kind;
  }
  return std::nullopt;
}

std::string waiver_name(WaiverNumber number) { return "W" + std::to_string(number); }

std::optional<WaiverNumber> parse_waiver_name(std::string_view text) {
  if (text.starts_with('W') || text.starts_with('w')) text.remove_prefix(1);
  WaiverNumber number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, number);
  if (code != std::errc{} || stop != end || number < 1) return std::nullopt;
  return number;
}

}  // namespace plumbline
