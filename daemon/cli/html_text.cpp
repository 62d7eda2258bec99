#include "daemon/cli/html_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/crypto.h"
#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

unsigned hex_digit(char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); }

// Three bytes, which are six hexadecimal digits, make four characters.
std::string base64_of_hex(std::string_view hex) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::size_t kGroup = 6;
  std::string out;
  for (; !hex.empty(); hex.remove_prefix(std::min(hex.size(), kGroup))) {
    const std::size_t digits = std::min(hex.size(), kGroup);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < kGroup; ++i) bits = bits << 4U | (i < digits ? hex_digit(hex[i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) {
      const bool filled = i * 6 < digits * 4;  // bits
      out += filled ? kAlphabet[bits >> (18U - 6U * i) & 0x3FU] : '=';
    }
  }
  return out;
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : printable(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string csp_hash(std::string_view inline_text) {
  return fmt::format("'sha256-{}'", base64_of_hex(sha256_hex(inline_text)));
}

}  // namespace plumbline
