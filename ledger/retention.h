// How long a ledger keeps what nobody has to prove any more. Audit entries are not among it: they stay.
// Values and pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace plumbline {

inline constexpr unsigned kMostRetentionYears = 100;  // as long in days or months, too

struct RetentionSpan {
  enum class Unit : std::uint8_t { kDays, kMonths, kYears };
  unsigned count = 1;
  Unit unit = Unit::kDays;
  friend bool operator==(const RetentionSpan&, const RetentionSpan&) = default;
};

// "18 months", "1 year", "90 days". ErrorCode::kInvalidInput for anything else, "forever" included.
Result<RetentionSpan> parse_retention_span(std::string_view text);
std::string to_string(const RetentionSpan& span);

// What is older may go. Months end in a shorter one where the day does not exist: a month before the 31st of
// March is the last of February.
Instant oldest_kept(const RetentionSpan& span, Instant now);

// Empty is for ever.
struct Retention {
  std::optional<RetentionSpan> changes{};  // of fields
  std::optional<RetentionSpan> raw{};      // columns that no schema declares, once they are not delivered
  std::optional<RetentionSpan> rejects{};  // rows and cells that could not be read
};

}  // namespace plumbline
