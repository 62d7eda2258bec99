// Base64 as RFC 4648, section 4 has it: the plain alphabet, always padded, no line breaks. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline {

std::string to_base64(std::span<const std::uint8_t> bytes);

// Strict: nothing for a text that to_base64 would not have written (missing or wrong padding, white space,
// bits left over that are not 0). So one sequence of bytes has one text.
std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);

}  // namespace plumbline
