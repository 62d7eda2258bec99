// Digests: what proves that a text is still the text it was. Safe from any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace plumbline {

// SHA-256 as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view data);

// Of the pieces as if they were one text.
std::string sha256_hex(std::span<const std::string_view> pieces);

}  // namespace plumbline
