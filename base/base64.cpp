#include "base/base64.h"

#include <array>
#include <cstddef>

namespace plumbline {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoDigit = 0xFF;
constexpr std::size_t kGroup = 4;  // characters, which stand for three bytes

constexpr std::array<std::uint8_t, 256> kDigits = [] {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  return digits;
}();

char letter(std::uint32_t bits, unsigned shift) { return kAlphabet[(bits >> shift) & 0x3FU]; }

}  // namespace

std::string to_base64(std::span<const std::uint8_t> bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * kGroup);
  while (!bytes.empty()) {
    const std::size_t taken = bytes.size() < 3 ? bytes.size() : 3;
    std::uint32_t bits = static_cast<std::uint32_t>(bytes[0]) << 16U;
    if (taken > 1) bits |= static_cast<std::uint32_t>(bytes[1]) << 8U;
    if (taken > 2) bits |= bytes[2];
    text += letter(bits, 18);
    text += letter(bits, 12);
    text += taken > 1 ? letter(bits, 6) : '=';
    text += taken > 2 ? letter(bits, 0) : '=';
    bytes = bytes.subspan(taken);
  }
  return text;
}

std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text) {
  if (text.size() % kGroup != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  const std::size_t digits = text.size() - padding;
  std::vector<std::uint8_t> bytes;
  bytes.reserve(text.size() / kGroup * 3);
  std::uint32_t bits = 0;
  unsigned held = 0;  // bits not yet written
  for (std::size_t i = 0; i < digits; ++i) {
    const std::uint8_t digit = kDigits[static_cast<unsigned char>(text[i])];
    if (digit == kNoDigit) return std::nullopt;
    bits = (bits << 6U) | digit;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes.push_back(static_cast<std::uint8_t>((bits >> held) & 0xFFU));
  }
  const std::uint32_t left_over = bits & ((1U << held) - 1U);
  if (held >= 6 || left_over != 0) return std::nullopt;
  return bytes;
}

}  // namespace plumbline
