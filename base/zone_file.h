// The system's compiled time zone files (TZif, RFC 9636): which there are, and the offsets one spells out.
// time_zone.cpp makes zones of them; nobody else needs this.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace plumbline {

// From `begin` until the next stretch begins, clocks are `offset` ahead of UTC.
struct ZoneStretch {
  Instant begin;
  std::chrono::seconds offset;

  friend bool operator==(const ZoneStretch&, const ZoneStretch&) = default;
};

inline constexpr std::size_t kMaxZoneFileBytes = std::size_t{1} << 16;  // real ones have below 4 KiB

// Names of all zones, sorted; none where the system has no zone files. Looks through several hundred files,
// which takes milliseconds.
std::vector<std::string> zone_file_names();

// Whether the name, letter for letter, is one of those. Looks at that file alone.
bool is_zone_file(std::string_view name);

// By begin, neighbours of different offsets; the first begins at `from`, the last before `until`. kCorrupt,
// with no more than the fact, where the file cannot be read.
Result<std::vector<ZoneStretch>> read_zone_file(std::string_view name, Instant from, Instant until);

// The same, of a file's bytes.
Result<std::vector<ZoneStretch>> parse_zone_file(std::string_view bytes, Instant from, Instant until);

}  // namespace plumbline
