#include "model/verdict.h"

namespace plumbline {

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kLow:
      return "low";
    case Severity::kMedium:
      return "medium";
    case Severity::kHigh:
      return "high";
  }
  return "medium";
}

std::optional<Severity> parse_severity(std::string_view text) {
  for (const Severity severity : {Severity::kLow, Severity::kMedium, Severity::kHigh}) {
    if (text == to_string(severity)) return severity;
  }
  return std::nullopt;
}

}  // namespace plumbline
