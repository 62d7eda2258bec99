// Digits, written into memory that has room for them. Each function returns where the next byte goes.
#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>

namespace plumbline {

inline constexpr std::size_t kIntegerRoom = 20;  // bytes of the longest 64-bit integer, sign and all

template <std::integral Number>
char* write_integer(char* out, Number value) {
  return std::to_chars(out, out + kIntegerRoom, value).ptr;
}

// 07, 42. `value` is below 100.
inline char* write_two_digits(char* out, unsigned value) {
  out[0] = static_cast<char>('0' + value / 10);
  out[1] = static_cast<char>('0' + value % 10);
  return out + 2;
}

}  // namespace plumbline
