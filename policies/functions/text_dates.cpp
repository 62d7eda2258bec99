#include "policies/functions/text_dates.h"

#include "policies/functions/date_scan.h"

namespace plumbline {

std::optional<DateSpan> first_date(std::string_view text) { return scan_for_date(PlainBytes(text)); }

bool contains_date(std::string_view text) { return first_date(text).has_value(); }

bool contains_log(std::string_view text) { return scan_for_log(PlainBytes(text)); }

}  // namespace plumbline
