// Sixty-four bytes at a time: each byte of interest becomes one bit of a mask, and whether a byte is inside
// quotes is the parity of the quotes up to it, which a prefix-xor gives for all 64 at once.
//
// Parity alone is right only for tidy text, in which every opening quote starts a cell and every closing one
// ends it. The masks also tell the first byte that breaks this rule (a "misfit"). Everything before it
// stands; from it to the end of its record a byte-wise state machine takes over, and the next record starts
// tidy again. So odd rows cost more, and cannot turn the rest of the file inside out.
#include "records/csv_scan.h"

#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace plumbline {
namespace {

constexpr std::size_t kBlockBytes = 64;
constexpr std::size_t kWriteStep = kEndsBeyond;  // positions are written so many at a time

#define PLUMBLINE_AVX2 [[gnu::target("avx2,bmi,bmi2,lzcnt,popcnt,pclmul")]]
// Generic over the instruction set, and therefore without a target of its own: it must be inlined into a
// function that has one.
#define PLUMBLINE_BLOCK_CODE [[gnu::always_inline]] inline

struct Masks {
  std::uint64_t quotes;
  std::uint64_t delimiters;
  std::uint64_t lfs;
  std::uint64_t crs;
};

struct Sse2 {
  // The least of each place's bytes so far.
  using Least = __m128i;
  static void begin(Least& least) { least = _mm_set1_epi8(static_cast<char>(0xFF)); }
  static void take_least(Least& least, const char* block) {
    const auto* from = reinterpret_cast<const __m128i*>(block);
    for (int i = 0; i < 4; ++i) least = _mm_min_epu8(least, _mm_loadu_si128(from + i));
  }
  static bool has_nul(const Least& least) {
    return _mm_movemask_epi8(_mm_cmpeq_epi8(least, _mm_setzero_si128())) != 0;
  }

  static std::uint64_t equal(const __m128i (&part)[4], char wanted) {
    const __m128i pattern = _mm_set1_epi8(wanted);
    std::uint64_t mask = 0;
    for (int i = 0; i < 4; ++i) {
      const int bits = _mm_movemask_epi8(_mm_cmpeq_epi8(part[i], pattern));
      mask |= static_cast<std::uint64_t>(bits) << (16 * i);
    }
    return mask;
  }

  static Masks classify(const char* block, char delimiter) {
    const auto* from = reinterpret_cast<const __m128i*>(block);
    const __m128i part[4] = {_mm_loadu_si128(from), _mm_loadu_si128(from + 1), _mm_loadu_si128(from + 2),
                             _mm_loadu_si128(from + 3)};
    return {equal(part, '"'), equal(part, delimiter), equal(part, '\n'), equal(part, '\r')};
  }

  static std::uint64_t prefix_xor(std::uint64_t bits) {
    for (unsigned shift = 1; shift < kBlockBytes; shift *= 2) bits ^= bits << shift;
    return bits;
  }
};

struct Avx2 {
  using Least = __m256i;
  PLUMBLINE_AVX2 static void begin(Least& least) { least = _mm256_set1_epi8(static_cast<char>(0xFF)); }
  PLUMBLINE_AVX2 static void take_least(Least& least, const char* block) {
    const auto* from = reinterpret_cast<const __m256i*>(block);
    const __m256i both = _mm256_min_epu8(_mm256_loadu_si256(from), _mm256_loadu_si256(from + 1));
    least = _mm256_min_epu8(least, both);
  }
  PLUMBLINE_AVX2 static bool has_nul(const Least& least) {
    return _mm256_movemask_epi8(_mm256_cmpeq_epi8(least, _mm256_setzero_si256())) != 0;
  }

  PLUMBLINE_AVX2 static std::uint64_t equal(const __m256i& low, const __m256i& high, char wanted) {
    const __m256i pattern = _mm256_set1_epi8(wanted);
    const auto low_bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, pattern)));
    const auto high_bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, pattern)));
    return low_bits | static_cast<std::uint64_t>(high_bits) << 32;
  }

  PLUMBLINE_AVX2 static Masks classify(const char* block, char delimiter) {
    const auto* from = reinterpret_cast<const __m256i*>(block);
    const __m256i low = _mm256_loadu_si256(from);
    const __m256i high = _mm256_loadu_si256(from + 1);
    return {equal(low, high, '"'), equal(low, high, delimiter), equal(low, high, '\n'),
            equal(low, high, '\r')};
  }

  PLUMBLINE_AVX2 static std::uint64_t prefix_xor(std::uint64_t bits) {
    const __m128i ones = _mm_set1_epi8(static_cast<char>(0xFF));
    const __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<long long>(bits)), ones, 0);
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
  }
};

bool has_avx2() {
  static const bool known = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") &&
                            __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
                            __builtin_cpu_supports("lzcnt") && __builtin_cpu_supports("popcnt");
  return known;
}

// A block shorter than 64 bytes is padded; NUL is no byte of interest.
template <class Isa>
PLUMBLINE_BLOCK_CODE Masks classify_padded(const char* text, std::size_t length, char delimiter) {
  char padded[kBlockBytes] = {};
  std::memcpy(padded, text, length);
  return Isa::classify(padded, delimiter);
}

struct Block {
  std::uint64_t ends = 0;
  std::uint64_t record_ends = 0;
  std::uint64_t doubled_quotes = 0;
  std::uint64_t quoted_lines = 0;
  std::uint64_t misfits = 0;
};

// `last` is the index of the block's last byte: 63, but for the end of a piece.
template <class Isa>
PLUMBLINE_BLOCK_CODE Block resolve(const Masks& masks, std::size_t last, CsvCarry& carry) {
  const std::uint64_t inside = Isa::prefix_xor(masks.quotes) ^ carry.inside;  // set from " up to before "
  const std::uint64_t opening = masks.quotes & inside;
  const std::uint64_t closing = masks.quotes & ~inside;
  const std::uint64_t after_quote = closing << 1 | carry.after_quote;
  const std::uint64_t lines = masks.crs | (masks.lfs & ~(masks.crs << 1 | carry.after_cr));
  const std::uint64_t separators = (masks.delimiters | masks.lfs | masks.crs) & ~inside;
  const std::uint64_t cell_starts = separators << 1 | carry.cell_start;
  const std::uint64_t valid = ~std::uint64_t{0} >> (kBlockBytes - 1 - last);

  const Block block{
      .ends = (masks.delimiters | lines) & ~inside,
      .record_ends = lines & ~inside,
      .doubled_quotes = opening & after_quote,
      .quoted_lines = lines & inside,
      .misfits = ((after_quote & ~(separators | opening)) | (opening & ~(cell_starts | after_quote))) & valid,
  };
  carry.inside = std::uint64_t{0} - (inside >> (kBlockBytes - 1));  // padding holds no quote
  carry.after_quote = closing >> last & 1;
  carry.cell_start = separators >> last & 1;
  carry.after_cr = masks.crs >> last & 1;
  return block;
}

// Most blocks hold no quote and do not begin in quotes: then less is to be found out.
PLUMBLINE_BLOCK_CODE bool is_without_quotes(const Masks& masks, const CsvCarry& carry) {
  return (masks.quotes | carry.inside | carry.after_quote) == 0;
}

// As resolve, of a whole block without quotes.
PLUMBLINE_BLOCK_CODE Block resolve_without_quotes(const Masks& masks, CsvCarry& carry) {
  constexpr std::size_t kLast = kBlockBytes - 1;
  const std::uint64_t lines = masks.crs | (masks.lfs & ~(masks.crs << 1 | carry.after_cr));
  carry.cell_start = (masks.delimiters | masks.lfs | masks.crs) >> kLast;
  carry.after_cr = masks.crs >> kLast;
  return {.ends = masks.delimiters | lines, .record_ends = lines};
}

PLUMBLINE_BLOCK_CODE void keep_below(Block& block, unsigned bit) {
  const std::uint64_t below = (std::uint64_t{1} << bit) - 1;
  block.ends &= below;
  block.record_ends &= below;
  block.doubled_quotes &= below;
  block.quoted_lines &= below;
}

// Writes whole steps, and the first whatever the count, so that the processor can foresee the branches; what
// lies beyond the count is overwritten next time.
PLUMBLINE_BLOCK_CODE std::size_t write_positions(std::uint64_t bits, std::uint32_t base, std::uint32_t* out) {
  const auto count = static_cast<std::size_t>(std::popcount(bits));
  std::size_t done = 0;
  do {
    for (std::size_t i = 0; i < kWriteStep; ++i) {
      out[done + i] = base + static_cast<std::uint32_t>(std::countr_zero(bits));
      bits &= bits - 1;
    }
    done += kWriteStep;
  } while (done < count);
  return count;
}

// As find_ends. Of most words the first step is all there is, and it is made whatever the word holds, so that
// the processor can foresee the branches.
PLUMBLINE_BLOCK_CODE std::size_t write_ends(const CsvMap& map, std::uint32_t from, std::size_t wanted,
                                            std::uint32_t* ends) {
  std::size_t at = from / kBlockBytes;
  std::uint64_t bits = map.ends[at] & (~std::uint64_t{0} << (from % kBlockBytes));
  std::size_t found = 0;
  while (true) {
    auto left = static_cast<std::size_t>(std::popcount(bits));
    const auto base = static_cast<std::uint32_t>(at * kBlockBytes);
    while (true) {
      for (std::size_t i = 0; i < kWriteStep; ++i) {
        ends[found + i] = base + static_cast<std::uint32_t>(std::countr_zero(bits));
        bits &= bits - 1;
      }
      if (left <= kWriteStep) [[likely]]
        break;
      found += kWriteStep;
      left -= kWriteStep;
      if (found >= wanted) return found;
    }
    found += left;
    if (found >= wanted || ++at == map.ends.size()) return found;
    bits = map.ends[at];
  }
}

PLUMBLINE_AVX2 std::size_t write_ends_avx2(const CsvMap& map, std::uint32_t from, std::size_t wanted,
                                           std::uint32_t* ends) {
  return write_ends(map, from, wanted, ends);
}

// Writes down what blocks say of records and their cell ends. Nearly nothing here depends on what is in a
// block: branches on it would be foreseen wrongly half of the time. Holds copies of what changes with every
// block; done() gives them back.
template <bool kAllEnds>
class Keeper {
 public:
  static constexpr bool kLooksForNuls = false;

  Keeper(CsvPicks& picks, CsvOpenRecord& open, CsvIndex& index)
      : picks_(picks), kept_open_(open), index_(index), open_(open) {
    settle_turn();
  }

  PLUMBLINE_BLOCK_CODE void take(const Block& block, std::uint32_t place) {
    const std::size_t count_before = index_.end_count;
    if constexpr (kAllEnds) {
      index_.end_count += write_positions(block.ends, place, index_.ends.data() + index_.end_count);
    }
    std::uint64_t part = ~std::uint64_t{0};
    for (std::uint64_t bits = block.record_ends; bits != 0; bits &= bits - 1) {
      const std::uint64_t up_to = bits ^ (bits - 1);
      take_part(block, part & up_to, place);
      part = ~up_to;
      const auto ends_so_far = static_cast<std::size_t>(std::popcount(block.ends & up_to));
      end_record(place + static_cast<std::uint32_t>(std::countr_zero(bits)),
                 kAllEnds ? count_before + ends_so_far : index_.end_count);
    }
    note_cell(block, part, place);
    take_part(block, part, place);
  }

  PLUMBLINE_BLOCK_CODE void done() { kept_open_ = open_; }

 private:
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};

  // Where the cell under way begins: of the record that the block leaves open, before its part is taken.
  PLUMBLINE_BLOCK_CODE void note_cell(const Block& block, std::uint64_t part, std::uint32_t place) {
    const std::uint64_t ends = block.ends & part;
    const auto width = static_cast<std::uint32_t>(std::bit_width(ends));
    const std::uint64_t up_to_last = std::bit_floor(ends) - 1;  // all ones where there is none: not used then
    const auto lines_before =
        static_cast<std::uint64_t>(std::popcount(block.quoted_lines & part & up_to_last));
    index_.cell_lines = width != 0 ? open_.quoted_lines + lines_before : index_.cell_lines;
    index_.cell_start = width != 0 ? place + width : index_.cell_start;
  }

  PLUMBLINE_BLOCK_CODE void take_part(const Block& block, std::uint64_t part, std::uint32_t place) {
    const std::uint64_t ends = block.ends & part;
    open_.quoted_lines += static_cast<std::uint64_t>(std::popcount(block.quoted_lines & part));
    open_.doubled_quotes |= block.doubled_quotes & part;
    const std::uint64_t after = open_.cells + static_cast<std::uint64_t>(std::popcount(ends));
    if constexpr (!kAllEnds) {
      if (turn_ < after) pick(ends, after, place);
    }
    open_.cells = after;
  }

  PLUMBLINE_BLOCK_CODE void pick(std::uint64_t ends, std::uint64_t after, std::uint32_t place) {
    std::uint64_t ordinal = open_.cells;
    do {
      for (; ordinal < turn_; ++ordinal) ends &= ends - 1;
      index_.ends[index_.end_count++] = place + static_cast<std::uint32_t>(std::countr_zero(ends));
      ++picks_.taken;
      settle_turn();
    } while (turn_ < after);
  }

  PLUMBLINE_BLOCK_CODE void end_record(std::uint32_t position, std::size_t ends_so_far) {
    index_.records.push_back({.end = position,
                              .first_end = static_cast<std::uint32_t>(index_.open_first),
                              .cells = open_.cells,
                              .quoted_lines = open_.quoted_lines,
                              .flaw_column = open_.flaw_column,
                              .doubled_quotes = open_.doubled_quotes != 0});
    index_.open_first = ends_so_far;
    open_ = {};
    picks_.taken = 0;
    settle_turn();
  }

  PLUMBLINE_BLOCK_CODE void settle_turn() {
    if constexpr (!kAllEnds) {
      turn_ = picks_.taken < picks_.ordinals.size() ? picks_.ordinals[picks_.taken] : kNever;
    }
  }

  CsvPicks& picks_;
  CsvOpenRecord& kept_open_;
  CsvIndex& index_;
  CsvOpenRecord open_;
  std::uint64_t turn_ = kNever;  // the ordinal of the next end to keep
};

// Writes down as little as can be.
class Mapper {
 public:
  static constexpr bool kLooksForNuls = true;

  Mapper(CsvOpenRecord& open, CsvMap& map) : kept_open_(open), map_(map), open_(open) {}

  PLUMBLINE_BLOCK_CODE void take(const Block& block, std::uint32_t place) {
    std::uint64_t* const words = map_.ends.data() + place / kBlockBytes;
    const unsigned shift = place % kBlockBytes;
    words[0] |= block.ends << shift;
    if (shift != 0) words[1] |= block.ends >> (kBlockBytes - shift);
    std::uint64_t part = ~std::uint64_t{0};
    for (std::uint64_t bits = block.record_ends; bits != 0; bits &= bits - 1) {
      const std::uint64_t up_to = bits ^ (bits - 1);
      take_part(block, part & up_to);
      part = ~up_to;
      map_.records.push_back({.end = place + static_cast<std::uint32_t>(std::countr_zero(bits)),
                              .quoted_lines = static_cast<std::uint32_t>(open_.quoted_lines),
                              .cells = static_cast<std::uint32_t>(open_.cells),
                              .doubled_quotes = open_.doubled_quotes != 0,
                              .flawed = open_.flaw_column != 0});
      open_ = {};
    }
    take_part(block, part);
  }

  PLUMBLINE_BLOCK_CODE void done() { kept_open_ = open_; }
  void saw_nul() { map_.has_nul = true; }

 private:
  PLUMBLINE_BLOCK_CODE void take_part(const Block& block, std::uint64_t part) {
    open_.doubled_quotes |= block.doubled_quotes & part;
    open_.quoted_lines += static_cast<std::uint64_t>(std::popcount(block.quoted_lines & part));
    open_.cells += static_cast<std::uint64_t>(std::popcount(block.ends & part));
  }

  CsvOpenRecord& kept_open_;
  CsvMap& map_;
  CsvOpenRecord open_;
};

// What scanning changes, but for the findings.
struct ScanState {
  CsvCarry& carry;
  CsvPicks& picks;
  CsvOpenRecord& open;
};

// Answers how many of its bytes were taken: all, or those before the first misfit.
template <class Keeper>
PLUMBLINE_BLOCK_CODE std::size_t take_block(Block block, std::size_t length, std::uint32_t place,
                                            Keeper& keeper) {
  if (block.misfits == 0) [[likely]] {
    keeper.take(block, place);
    return length;
  }
  const auto misfit = static_cast<unsigned>(std::countr_zero(block.misfits));
  keep_below(block, misfit);
  keeper.take(block, place);
  return misfit;
}

template <class Isa, class Keeper>
PLUMBLINE_BLOCK_CODE void finish(Keeper& keeper, const typename Isa::Least& least) {
  if constexpr (Keeper::kLooksForNuls) {
    if (Isa::has_nul(least)) keeper.saw_nul();
  }
  keeper.done();
}

// Answers where it stopped: at the end, or at the first misfit, which it has not taken.
template <class Isa, class Keeper>
PLUMBLINE_BLOCK_CODE std::size_t scan_blocks(std::string_view text, std::size_t at, std::uint32_t base,
                                             char delimiter, const ScanState& state, Keeper keeper) {
  CsvCarry carry = state.carry;
  typename Isa::Least least;
  Isa::begin(least);
  // Apart from the last one all blocks are whole, and their code is the shorter for it.
  while (text.size() - at >= kBlockBytes) {
    const Masks masks = Isa::classify(text.data() + at, delimiter);
    if constexpr (Keeper::kLooksForNuls) Isa::take_least(least, text.data() + at);
    if (is_without_quotes(masks, carry)) {
      keeper.take(resolve_without_quotes(masks, carry), base + static_cast<std::uint32_t>(at));
      at += kBlockBytes;
      continue;
    }
    const Block block = resolve<Isa>(masks, kBlockBytes - 1, carry);
    const std::size_t taken = take_block(block, kBlockBytes, base + static_cast<std::uint32_t>(at), keeper);
    at += taken;
    if (taken != kBlockBytes) [[unlikely]] {
      finish<Isa>(keeper, least);
      return at;
    }
  }
  const std::string_view rest = text.substr(at);
  std::size_t taken = 0;
  if (!rest.empty()) {
    if constexpr (Keeper::kLooksForNuls) {
      if (rest.find('\0') != std::string_view::npos) keeper.saw_nul();
    }
    const Block block =
        resolve<Isa>(classify_padded<Isa>(rest.data(), rest.size(), delimiter), rest.size() - 1, carry);
    taken = take_block(block, rest.size(), base + static_cast<std::uint32_t>(at), keeper);
  }
  finish<Isa>(keeper, least);
  if (taken == rest.size()) state.carry = carry;
  return at + taken;
}

template <class Isa>
PLUMBLINE_BLOCK_CODE std::size_t scan_for(std::string_view text, std::size_t at, std::uint32_t base,
                                          char delimiter, const ScanState& state, CsvIndex& index) {
  if (state.picks.ordinals.empty()) {
    return scan_blocks<Isa>(text, at, base, delimiter, state, Keeper<true>(state.picks, state.open, index));
  }
  return scan_blocks<Isa>(text, at, base, delimiter, state, Keeper<false>(state.picks, state.open, index));
}

template <class Isa>
PLUMBLINE_BLOCK_CODE std::size_t scan_for(std::string_view text, std::size_t at, std::uint32_t base,
                                          char delimiter, const ScanState& state, CsvMap& map) {
  return scan_blocks<Isa>(text, at, base, delimiter, state, Mapper(state.open, map));
}

template <class Findings>
PLUMBLINE_AVX2 std::size_t scan_avx2(std::string_view text, std::size_t at, std::uint32_t base,
                                     char delimiter, const ScanState& state, Findings& findings) {
  return scan_for<Avx2>(text, at, base, delimiter, state, findings);
}

template <class Findings>
std::size_t scan_sse2(std::string_view text, std::size_t at, std::uint32_t base, char delimiter,
                      const ScanState& state, Findings& findings) {
  return scan_for<Sse2>(text, at, base, delimiter, state, findings);
}

template <class Isa>
PLUMBLINE_BLOCK_CODE void count_blocks(std::string_view text, char delimiter, CsvCarry& carry,
                                       CsvCounts& counts) {
  CsvCarry now = carry;
  for (std::size_t at = 0; at < text.size(); at += kBlockBytes) {
    const std::size_t length = std::min(kBlockBytes, text.size() - at);
    const Masks masks = length == kBlockBytes ? Isa::classify(text.data() + at, delimiter)
                                              : classify_padded<Isa>(text.data() + at, length, delimiter);
    const std::uint64_t inside = Isa::prefix_xor(masks.quotes) ^ now.inside;
    const std::uint64_t lines = masks.crs | (masks.lfs & ~(masks.crs << 1 | now.after_cr));
    counts.delimiters += static_cast<std::uint64_t>(std::popcount(masks.delimiters & ~inside));
    counts.lines += static_cast<std::uint64_t>(std::popcount(lines & ~inside));
    now.inside = std::uint64_t{0} - (inside >> (kBlockBytes - 1));
    now.after_cr = masks.crs >> (length - 1) & 1;
  }
  carry = now;
}

PLUMBLINE_AVX2 void count_blocks_avx2(std::string_view text, char delimiter, CsvCarry& carry,
                                      CsvCounts& counts) {
  count_blocks<Avx2>(text, delimiter, carry, counts);
}

}  // namespace

CsvScanner::CsvScanner(char delimiter, CsvInstructions instructions)
    : delimiter_(delimiter), avx2_(instructions == CsvInstructions::kBest && has_avx2()) {}

void CsvScanner::pick(std::vector<std::uint64_t> ordinals) {
  const auto taken = std::ranges::lower_bound(ordinals, open_.cells) - ordinals.begin();
  picks_ = {.ordinals = std::move(ordinals), .taken = static_cast<std::size_t>(taken)};
}

bool CsvScanner::in_quotes() const {
  return careful_ == Careful::kOff ? carry_.inside != 0 : careful_ == Careful::kQuoted;
}

template <class Findings>
std::size_t CsvScanner::scan_tidy(std::string_view text, std::size_t from, std::uint32_t base,
                                  Findings& findings) {
  const ScanState state{.carry = carry_, .picks = picks_, .open = open_};
  const std::size_t stopped = avx2_ ? scan_avx2(text, from, base, delimiter_, state, findings)
                                    : scan_sse2(text, from, base, delimiter_, state, findings);
  if (stopped == text.size()) return stopped;
  // A misfit is either a quote amid unquoted text, or anything but a separator after a closing quote.
  careful_ = text[stopped] == '"' ? Careful::kPlain : Careful::kQuoteSeen;
  quoted_cr_ = false;
  return stopped;
}

template <class Findings>
std::size_t CsvScanner::scan_careful(std::string_view text, std::size_t from, std::uint32_t base,
                                     Findings& findings) {
  for (std::size_t at = from; at < text.size(); ++at) {
    const char byte = text[at];
    const std::uint32_t position = base + static_cast<std::uint32_t>(at);
    if (byte == '\0') saw_nul(findings);
    if (careful_ == Careful::kQuoted) {
      if (byte == '\r' || (byte == '\n' && !quoted_cr_)) ++open_.quoted_lines;
      quoted_cr_ = byte == '\r';
      if (byte == '"') careful_ = Careful::kQuoteSeen;
      continue;
    }
    if (ends_cell(byte)) {
      take_end(byte, position, findings);
      careful_ = Careful::kCellStart;
      if (byte == delimiter_) continue;
      carry_ = {.after_cr = byte == '\r' ? 1U : 0U};
      careful_ = Careful::kOff;
      return at + 1;
    }
    careful_ = careful_ == Careful::kQuoteSeen ? after_quote_seen(byte)
                                               : after_unquoted(byte, careful_ == Careful::kCellStart);
  }
  return text.size();
}

void CsvScanner::saw_nul(CsvIndex&) {}
void CsvScanner::saw_nul(CsvMap& map) { map.has_nul = true; }

void CsvScanner::take_end(char byte, std::uint32_t position, CsvIndex& index) {
  const Block block{.ends = 1, .record_ends = byte == delimiter_ ? 0U : 1U};
  if (picking()) {
    Keeper<false> keeper(picks_, open_, index);
    keeper.take(block, position);
    keeper.done();
  } else {
    Keeper<true> keeper(picks_, open_, index);
    keeper.take(block, position);
    keeper.done();
  }
}

void CsvScanner::take_end(char byte, std::uint32_t position, CsvMap& map) {
  Mapper mapper(open_, map);
  mapper.take({.ends = 1, .record_ends = byte == delimiter_ ? 0U : 1U}, position);
  mapper.done();
}

CsvScanner::Careful CsvScanner::after_quote_seen(char byte) {
  if (byte == '"') {
    open_.doubled_quotes = 1;
    return Careful::kQuoted;
  }
  if (open_.flaw_column == 0) open_.flaw_column = static_cast<std::uint32_t>(open_.cells + 1);
  return Careful::kPlain;
}

CsvScanner::Careful CsvScanner::after_unquoted(char byte, bool at_cell_start) const {
  return at_cell_start && byte == '"' ? Careful::kQuoted : Careful::kPlain;
}

void CsvScanner::scan(std::string_view text, std::uint32_t base, CsvIndex& index) {
  const std::size_t room = index.end_count + text.size() + kWriteStep;
  if (index.ends.size() < room) index.ends.resize(room);
  for (std::size_t at = 0; at < text.size();) {
    at = careful_ == Careful::kOff ? scan_tidy(text, at, base, index) : scan_careful(text, at, base, index);
  }
}

void CsvScanner::map(std::string_view text, CsvMap& map) {
  // A block that does not begin with a word reaches into the next.
  map.ends.assign(text.size() / kBlockBytes + 2, 0);
  map.records.clear();
  map.has_nul = false;
  for (std::size_t at = 0; at < text.size();)
    at = careful_ == Careful::kOff ? scan_tidy(text, at, 0, map) : scan_careful(text, at, 0, map);
}

std::size_t find_ends(const CsvMap& map, std::uint32_t from, std::size_t wanted, std::uint32_t* ends) {
  return has_avx2() ? write_ends_avx2(map, from, wanted, ends) : write_ends(map, from, wanted, ends);
}

void count_csv_structure(std::string_view text, char delimiter, CsvCarry& carry, CsvCounts& counts) {
  if (has_avx2()) return count_blocks_avx2(text, delimiter, carry, counts);
  count_blocks<Sse2>(text, delimiter, carry, counts);
}

}  // namespace plumbline
