// Sixteen bytes of a text in one register, asked all at once. A question gives lanes whose high bit is set
// where the answer is yes; bits() turns these into a mask, one bit a byte, the lowest for the first. Needs
// nothing beyond SSE2, which every x86-64 has. Values and pure functions.
#pragma once

#include <emmintrin.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace plumbline {

class ByteLanes {
 public:
  static constexpr std::size_t kWidth = 16;

  // `from` must have kWidth readable bytes.
  explicit ByteLanes(const char* from) : lanes_(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))) {}

  ByteLanes equal(char wanted) const { return ByteLanes(_mm_cmpeq_epi8(lanes_, _mm_set1_epi8(wanted))); }
  // Both ends included; bytes are compared unsigned.
  ByteLanes in_range(char first, char last) const {
    const __m128i offset = _mm_sub_epi8(lanes_, _mm_set1_epi8(first));
    const __m128i width = _mm_set1_epi8(static_cast<char>(last - first));
    return ByteLanes(_mm_cmpeq_epi8(_mm_min_epu8(offset, width), offset));
  }
  ByteLanes not_ascii() const { return *this; }
  // Capital ASCII letters become small ones; other letters are not made, and none gets lost.
  ByteLanes lower() const {
    const __m128i capital = in_range('A', 'Z').lanes_;
    return ByteLanes(_mm_or_si128(lanes_, _mm_and_si128(capital, _mm_set1_epi8('a' - 'A'))));
  }

  friend ByteLanes operator|(ByteLanes a, ByteLanes b) { return ByteLanes(_mm_or_si128(a.lanes_, b.lanes_)); }
  friend ByteLanes operator&(ByteLanes a, ByteLanes b) {
    return ByteLanes(_mm_and_si128(a.lanes_, b.lanes_));
  }
  friend ByteLanes same_bytes(ByteLanes a, ByteLanes b) {
    return ByteLanes(_mm_cmpeq_epi8(a.lanes_, b.lanes_));
  }

  unsigned bits() const { return static_cast<unsigned>(_mm_movemask_epi8(lanes_)); }
  void store(char* to) const { _mm_storeu_si128(reinterpret_cast<__m128i*>(to), lanes_); }

 private:
  explicit ByteLanes(__m128i lanes) : lanes_(lanes) {}

  __m128i lanes_;
};

// Place of the first byte at or behind `from` for which `matches`, given sixteen of them as ByteLanes,
// answers yes; npos where there is none. `matches` must answer no for NUL, which stands in for bytes behind
// the end of short texts.
template <class Matches>
std::size_t find_byte(std::string_view text, std::size_t from, const Matches& matches) {
  constexpr std::size_t kWidth = ByteLanes::kWidth;
  const auto first_of = [](std::size_t base, unsigned bits) {
    return base + static_cast<std::size_t>(std::countr_zero(bits));
  };
  for (; from + kWidth <= text.size(); from += kWidth) {
    if (const unsigned bits = matches(ByteLanes(text.data() + from)).bits(); bits != 0)
      return first_of(from, bits);
  }
  if (from >= text.size()) return std::string_view::npos;
  if (text.size() >= kWidth) {  // the last sixteen, without those already looked at
    const std::size_t base = text.size() - kWidth;
    const unsigned bits = matches(ByteLanes(text.data() + base)).bits() >> (from - base);
    return bits == 0 ? std::string_view::npos : first_of(from, bits);
  }
  char padded[kWidth] = {};
  std::memcpy(padded, text.data() + from, text.size() - from);
  const unsigned bits = matches(ByteLanes(padded)).bits();
  return bits == 0 ? std::string_view::npos : first_of(from, bits);
}

}  // namespace plumbline
