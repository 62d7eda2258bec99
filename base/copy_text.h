// Copying text into memory that has room for it, sixteen bytes at a time, up to a byte that needs care.
#pragma once

#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace plumbline {

// Returns where the next byte goes.
inline char* copy_text(char* out, std::string_view text) { return std::copy(text.begin(), text.end(), out); }

// Bytes beyond the text that copy_until may write.
inline constexpr std::size_t kCopySlack = 16;

// Copies bytes of `text` to `out` until one that `Care` names, and returns how many came before it: all of
// them where there is none. `out` has room for text.size() + kCopySlack bytes and may be written all over,
// also behind what counts; it does not overlap the text.
//
// Care has two static functions that agree: `bool needs(char)`, and `__m128i needs(__m128i)`, whose result
// has the top bit of each byte in question set.
template <class Care>
std::size_t copy_until(char* out, std::string_view text) {
  const auto mask = [](__m128i bytes) {
    return static_cast<unsigned>(_mm_movemask_epi8(Care::needs(bytes)));
  };
  constexpr std::size_t kStep = sizeof(__m128i);
  const char* const from = text.data();
  std::size_t done = 0;
  for (; text.size() - done >= kStep; done += kStep) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + done));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + done), bytes);
    const unsigned found = mask(bytes);
    if (found != 0) return done + static_cast<std::size_t>(std::countr_zero(found));
  }
  // The rest is covered by two words that overlap, as nothing behind the text may be read.
  const std::size_t left = text.size() - done;
  const auto is_copied_by_words = [&]<class Word>(Word) {
    Word first = 0;
    Word last = 0;
    std::memcpy(&first, from + done, sizeof(Word));
    std::memcpy(&last, from + text.size() - sizeof(Word), sizeof(Word));
    std::memcpy(out + done, &first, sizeof(Word));
    std::memcpy(out + text.size() - sizeof(Word), &last, sizeof(Word));
    if constexpr (sizeof(Word) == sizeof(std::uint64_t)) {
      return mask(_mm_set_epi64x(static_cast<long long>(last), static_cast<long long>(first))) == 0;
    } else {
      const std::uint64_t both = std::uint64_t{last} << 32U | first;
      return mask(_mm_set1_epi64x(static_cast<long long>(both))) == 0;
    }
  };
  if (left >= sizeof(std::uint64_t)) {
    if (is_copied_by_words(std::uint64_t{})) return text.size();
  } else if (left >= sizeof(std::uint32_t)) {
    if (is_copied_by_words(std::uint32_t{})) return text.size();
  }
  for (; done < text.size() && !Care::needs(from[done]); ++done) out[done] = from[done];
  return done;
}

}  // namespace plumbline
