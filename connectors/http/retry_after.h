// When a server wants to be asked again.
#pragma once

#include <chrono>
#include <optional>

#include "base/time.h"
#include "connectors/http/http_client.h"

namespace plumbline {

// More is taken for this.
inline constexpr std::chrono::seconds kLongestRetryAfter = std::chrono::days{1};

// By the header Retry-After: seconds, or a date, which is held against `now`. Nothing without one, or with
// one that cannot be read.
std::optional<std::chrono::seconds> retry_after(const HttpHead& head, Instant now);

}  // namespace plumbline
