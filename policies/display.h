// Values as people write them, in messages: 30 Apr 2022, EUR 1,234.50, and none for null.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time_zone.h"
#include "policies/language/value.h"

namespace plumbline {

// `currency` is the record's ISO code, empty where it has none.
std::string display_value(const Value& value, const TimeZone& zone, std::string_view currency);

// The same at the end of `out`. Allocates nothing but that string's growth.
void append_display_value(std::string& out, const Value& value, const TimeZone& zone,
                          std::string_view currency);

// Whether an expression comes to an amount in the organisation's currency, whatever the record's own is.
bool is_converted(const struct BoundExpr& expression);

// The elements of a list, the entries of a map ("EMEA: 30 days"), or the one value of a scalar.
std::vector<std::string> display_elements(const struct Parameter& parameter);
// A parameter's value or values in one line: 30; Closed Won, Closed Lost; EMEA: 5, NORAM: 7.
std::string display_parameter(const struct Parameter& parameter);

}  // namespace plumbline
