// "did you mean ...?": the known name closest to one that is not known.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace plumbline {

// Case-insensitive edit distance with swaps; empty when nothing is near enough to be worth saying.
std::optional<std::string> nearest_name(std::string_view unknown, std::span<const std::string> known);

// "; did you mean X?" or "".
std::string did_you_mean(std::string_view unknown, std::span<const std::string> known);

}  // namespace plumbline
