// Verdicts counted, and the names people know owners and records by.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include "model/verdict.h"

namespace plumbline {

struct Tally {
  std::array<std::uint32_t, 3> by_severity{};  // by the Severity's number
  std::uint32_t unknown = 0;

  void add(VerdictStatus status, Severity severity) {
    if (status == VerdictStatus::kUnknown) {
      ++unknown;
    } else {
      ++by_severity[static_cast<std::size_t>(severity)];
    }
  }
  std::uint32_t of(Severity severity) const { return by_severity[static_cast<std::size_t>(severity)]; }
  std::uint32_t violations() const { return by_severity[0] + by_severity[1] + by_severity[2]; }
  // Worst first.
  friend bool operator<(const Tally& a, const Tally& b) {
    return std::tuple(b.by_severity[2], b.by_severity[1], b.by_severity[0], b.unknown) <
           std::tuple(a.by_severity[2], a.by_severity[1], a.by_severity[0], a.unknown);
  }
};

// "3 high, 1 low": what there is of each severity, the worst first.
std::string parts_of(const Tally& tally);

// Both printable. An owner who is not in the data is called by the id.
std::string owner_title(std::string_view name, std::string_view id);
// A record without a name is called by its object and id; what is no opportunity says what it is.
std::string record_title(std::string_view object, std::string_view name, std::string_view id);

}  // namespace plumbline
