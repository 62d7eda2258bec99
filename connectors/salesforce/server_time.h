// Salesforce's own clock, as the Date header of each reply tells it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace plumbline {

// Sun, 06 Nov 1994 08:49:37 GMT, and nothing else; nothing for a date that does not exist.
std::optional<Instant> parse_http_date(std::string_view text);
std::string format_http_date(Instant instant);

}  // namespace plumbline
