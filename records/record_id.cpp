#include "records/record_id.h"

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/utf8.h"

namespace plumbline {
namespace {

constexpr std::size_t kShortId = kIdKeyBytes;
constexpr std::size_t kLongId = 18;
constexpr std::size_t kSuffixGroup = 5;
constexpr std::size_t kWord = sizeof(std::uint64_t);
constexpr std::size_t kBlock = 2 * kWord;

bool is_id_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// The bytes of the pair that are digits or letters, as ones.
unsigned id_characters(__m128i bytes) {
  // A byte is in a range of n where, the range moved to the bottom of the signed bytes, it is below the n-th.
  const auto in_range = [&](__m128i values, char first, char size) {
    const __m128i moved = _mm_sub_epi8(values, _mm_set1_epi8(static_cast<char>(first ^ '\x80')));
    return _mm_cmplt_epi8(moved, _mm_set1_epi8(static_cast<char>('\x80' + size)));
  };
  const __m128i small = _mm_or_si128(bytes, _mm_set1_epi8('\x20'));
  const __m128i found = _mm_or_si128(in_range(bytes, '0', 10), in_range(small, 'a', 26));
  return static_cast<unsigned>(_mm_movemask_epi8(found));
}

// Of a text of kShortId or kLongId.
bool is_alphanumeric(std::string_view text) {
  constexpr unsigned kAll = 0xFFFF;
  if (text.size() == kLongId) {
    const __m128i first = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data()));
    const __m128i last = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + kLongId - kBlock));
    return (id_characters(first) & id_characters(last)) == kAll;
  }
  std::array<std::uint64_t, 2> words{};
  std::memcpy(&words[0], text.data(), kWord);
  std::memcpy(&words[1], text.data() + text.size() - kWord, kWord);
  return id_characters(_mm_set_epi64x(static_cast<long long>(words[1]), static_cast<long long>(words[0]))) ==
         kAll;
}

// Most ids carry no blanks, and this runs once for every comparison of two ids.
std::string_view without_blanks(std::string_view id) {
  if (id.empty() || (is_id_character(id.front()) && is_id_character(id.back()))) return id;
  return trim(id);
}

// Each suffix character holds five bits, one for every capital in its group of five.
char suffix_character(std::string_view id, std::size_t group) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
  std::size_t capitals = 0;
  for (std::size_t i = 0; i < kSuffixGroup; ++i) {
    const char c = id[group * kSuffixGroup + i];
    if (c >= 'A' && c <= 'Z') capitals |= std::size_t{1} << i;
  }
  return kAlphabet[capitals];
}

bool has_case_suffix(std::string_view id) {
  for (std::size_t group = 0; group < kShortId / kSuffixGroup; ++group) {
    if (id[kShortId + group] != suffix_character(id, group)) return false;
  }
  return true;
}

__extension__ using Wide = unsigned __int128;

// Every bit of both factors reaches the middle of the product; folding the halves brings it down.
std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t load(const char* at, std::size_t bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, bytes);
  return word;
}

// Arbitrary odd words with about as many ones as zeros, and no pattern between them.
constexpr std::array<std::uint64_t, 3> kSalt = {0x6A5D39EAE116586D, 0xD3C1F0A7924B8E35, 0x8F1B5C963AE2D74B};

constexpr std::size_t kFirstSlots = 16;

// Slots that keep `rows` below 5/8 full.
std::size_t slots_for(std::size_t rows) { return std::max(kFirstSlots, std::bit_ceil(rows * 8 / 5 + 1)); }

}  // namespace

std::string_view id_key(std::string_view id) {
  const std::string_view bare = without_blanks(id);
  if (bare.size() == kLongId && is_alphanumeric(bare)) return bare.substr(0, kShortId);
  return bare;
}

std::string_view id_key(std::string_view id, IdRule rule) {
  const std::string_view key = id_key(id);
  if (rule == IdRule::kSalesforce || key.size() != kShortId) return key;
  const std::string_view bare = without_blanks(id);
  return bare.size() == kLongId && !has_case_suffix(bare) ? bare : key;
}

std::string long_id(std::string_view id) {
  std::string whole(id);
  if (id.size() != kShortId || !is_alphanumeric(id)) return whole;
  for (std::size_t group = 0; group < kShortId / kSuffixGroup; ++group) whole += suffix_character(id, group);
  return whole;
}

IdShape id_shape(std::string_view id) {
  const std::string_view bare = without_blanks(id);
  if (bare.size() != kShortId && bare.size() != kLongId) return IdShape::kWrongLength;
  return is_alphanumeric(bare) ? IdShape::kSalesforce : IdShape::kWrongCharacters;
}

std::uint64_t hash_text(std::string_view text) {
  std::uint64_t state = kSalt[0] ^ text.size();
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left > kBlock; left -= kBlock, at += kBlock) {
    state = mix(load(at, kWord) ^ state, load(at + kWord, kWord) ^ kSalt[1]);
  }
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  if (left >= kWord) {
    first = load(at, kWord);
    last = load(at + left - kWord, kWord);  // overlaps `first` unless 16 bytes are left
  } else if (left > 0) {
    first = load(at, left);
  }
  state = mix(first ^ state, last ^ kSalt[1]);
  return mix(state ^ kSalt[2], kSalt[0] ^ text.size());
}

void IdIndex::reserve(std::size_t rows) {
  if (slots_for(rows) > slots_.size()) resize(slots_for(rows));
}

void IdIndex::make_room() {
  if ((used_ + 1) * 8 > slots_.size() * 5) resize(std::max(kFirstSlots, slots_.size() * 2));
}

void IdIndex::resize(std::size_t slots) {
  decltype(slots_) old(slots);
  old.swap(slots_);
  const std::size_t mask = slots - 1;
  for (const Slot& slot : old) {
    if (slot.row == kNoRow) continue;
    std::size_t at = slot.tag & mask;
    while (slots_[at].row != kNoRow) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

std::size_t IdIndex::longest_probe() const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t longest = 0;
  for (std::size_t at = 0; at < slots_.size(); ++at) {
    if (slots_[at].row != kNoRow) longest = std::max(longest, (at - slots_[at].tag) & mask);
  }
  return longest;
}

}  // namespace plumbline
