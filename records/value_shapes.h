// What the values of a column look like, and whether a field of some type could be read from them. Pure; safe
// from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "records/sample_file.h"
#include "records/schema.h"

namespace plumbline {

// The order of day and month where both could be either.
enum class DayOrder : std::uint8_t { kUnknown, kDayFirst, kMonthFirst };

struct ValueFit {
  enum class Kind : std::uint8_t {
    kNothing,    // no values, so nothing is known
    kFits,       // all but a few can be read
    kTruths,     // words for yes and no that are no boolean: `yes` tells which mean yes
    kAmbiguous,  // dates that read as d/m and as m/d: `format` and `other_format`
    kThousands,  // numbers such as 12.000, which read as twelve and may mean thousands: `bad` is one
    kUnreadable,
  };
  Kind kind = Kind::kNothing;
  std::string format{};  // of dates; empty for ISO
  std::string other_format{};
  std::vector<std::string> yes{};  // values as they stand
  std::string bad{};               // a value that cannot be read, where there is one
  std::uint64_t bad_cells = 0;     // of those looked at
};

// Values of a column that must be read for its field to be worth having, in percent.
inline constexpr std::uint64_t kFittingPercent = 95;

ValueFit fit_values(const SampledColumn& column, FieldType type);

// Whether the column's dates, as a date's format, tell which comes first; kUnknown where they are no such
// dates or leave it open.
DayOrder day_order_of(const SampledColumn& column);

// The object that the ids in the column are of, by their first three characters: Opportunity, or "other" for
// ids of objects not known here; empty where these are no Salesforce ids, or of several objects.
std::string object_of_ids(const SampledColumn& column);
// Whether all values have the form of Salesforce ids.
bool are_salesforce_ids(const SampledColumn& column);

// Stages by what they say: those of deals that are over, and of these the ones that were won. In the order of
// `values`.
struct ClosedStages {
  std::vector<std::string> closed{};
  std::vector<std::string> won{};
};
ClosedStages closed_stages(const std::vector<SampledValue>& values);

}  // namespace plumbline
