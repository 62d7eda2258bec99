#include "connectors/http/retry_after.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace plumbline {
namespace {

std::optional<std::chrono::seconds> bounded(std::chrono::seconds time) {
  return std::clamp(time, std::chrono::seconds{0}, kLongestRetryAfter);
}

}  // namespace

std::optional<std::chrono::seconds> retry_after(const HttpHead& head, Instant now) {
  const std::optional<std::string_view> value = head.header("Retry-After");
  if (!value || value->empty()) return std::nullopt;
  if (std::ranges::all_of(*value, [](char digit) { return digit >= '0' && digit <= '9'; })) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), seconds);
    if (error != std::errc{}) return kLongestRetryAfter;
    return bounded(std::chrono::seconds{std::min<std::int64_t>(seconds, kLongestRetryAfter.count())});
  }
  // All three forms that HTTP ever had for dates.
  const std::time_t date = curl_getdate(std::string(*value).c_str(), nullptr);
  if (date < 0) return std::nullopt;
  return bounded(Instant{std::chrono::seconds{date}} - now);
}

}  // namespace plumbline
