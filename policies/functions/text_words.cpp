#include "policies/functions/text_words.h"

#include <array>
#include <bit>
#include <cstring>
#include <vector>

#include "base/byte_lanes.h"
#include "base/utf8.h"
#include "policies/functions/text_reader.h"

namespace plumbline {
namespace {

constexpr bool is_end_punctuation(char32_t character) {
  constexpr std::u32string_view kPunctuation = U".,;:!?…-–—。！？";
  return kPunctuation.find(character) != std::u32string_view::npos;
}

constexpr bool is_ascii_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// The ASCII bytes from a place on, up to 64 of them: one bit each in a mask of what separates words and in
// one of what makes a piece a word.
class AsciiBlock {
 public:
  AsciiBlock(std::string_view text, std::size_t pos) {
    const std::size_t left = std::min(text.size() - pos, kBytes);
    if (left == kBytes) {
      read(text.data() + pos, kBytes);
    } else {
      std::array<char, kBytes> padded{};
      std::memcpy(padded.data(), text.data() + pos, left);
      read(padded.data(), left);
    }
  }

  std::size_t size() const { return size_; }
  std::uint64_t spaces() const { return spaces_; }
  std::uint64_t alnums() const { return alnums_; }

 private:
  static constexpr std::size_t kBytes = 64;

  void read(const char* bytes, std::size_t filled) {
    std::uint64_t foreign = 0;
    for (std::size_t i = 0; i < kBytes; i += ByteLanes::kWidth) {
      const ByteLanes lanes(bytes + i);
      const ByteLanes white = lanes.equal(' ') | lanes.in_range('\t', '\r');
      const ByteLanes wordy = lanes.in_range('0', '9') | lanes.lower().in_range('a', 'z');
      foreign |= std::uint64_t{lanes.not_ascii().bits()} << i;
      spaces_ |= std::uint64_t{white.bits()} << i;
      alnums_ |= std::uint64_t{wordy.bits()} << i;
    }
    size_ = std::min(filled, static_cast<std::size_t>(std::countr_zero(foreign)));
    if (size_ == kBytes) return;
    const std::uint64_t within = (std::uint64_t{1} << size_) - 1;
    spaces_ &= within;
    alnums_ &= within;
  }

  std::size_t size_ = 0;
  std::uint64_t spaces_ = 0;
  std::uint64_t alnums_ = 0;
};

// Counts the pieces that hold a letter or digit, each at its first one.
class WordCounter {
 public:
  // A word begins at the first letter or digit behind a space, whatever else stands between. Added to the
  // mask of that "whatever else", a bit behind each space runs through it and comes out where it ends; only
  // the letters and digits among these places count. What runs out of the block waits for the next.
  void add(const AsciiBlock& block) {
    const std::uint64_t others = ~(block.spaces() | block.alnums());
    const std::uint64_t starts = block.spaces() << 1 | (waiting_ ? 1U : 0U);
    std::uint64_t ends = 0;
    const bool ran_out = __builtin_add_overflow(others, starts, &ends);
    count_ += static_cast<std::size_t>(std::popcount(ends & ~others & block.alnums()));
    waiting_ = ran_out || (block.spaces() >> 63) != 0;
  }

  void add(char32_t character) {
    if (is_space(character)) {
      waiting_ = true;
    } else if (waiting_ && is_word_character(character)) {
      waiting_ = false;
      ++count_;
    }
  }

  std::size_t count() const { return count_; }

 private:
  std::size_t count_ = 0;
  bool waiting_ = true;  // for the first letter or digit of the piece we are in
};

// How much of `part` the text matches at each place (Knuth, Morris and Pratt): a failed comparison never
// makes the search go back in the text, so texts made to be almost equal cost no more than others.
class OccurrenceFinder {
 public:
  explicit OccurrenceFinder(std::string_view part) : part_(part), border_(part.size(), 0) {
    for (std::size_t i = 1; i < part.size(); ++i) border_[i] = extend(border_[i - 1], part[i]);
  }

  // Length of the longest beginning of the part that ends with `byte`, where `matched` bytes matched before
  // it.
  std::size_t extend(std::size_t matched, char byte) const {
    if (matched == part_.size()) matched = border_[matched - 1];
    while (matched > 0 && part_[matched] != byte) matched = border_[matched - 1];
    return part_[matched] == byte ? matched + 1 : 0;
  }

 private:
  std::string_view part_;
  std::vector<std::size_t> border_;  // for each beginning, its longest proper beginning that also ends it
};

}  // namespace

std::size_t word_count(std::string_view text) {
  WordCounter counter;
  for (std::size_t pos = 0; pos < text.size();) {
    const AsciiBlock block(text, pos);
    counter.add(block);
    pos += block.size();
    while (pos < text.size() && !is_ascii_byte(text[pos])) counter.add(decode_utf8(text, pos));
  }
  return counter.count();
}

void append_normalized(std::string& out, std::string_view text) {
  text = trim(text);
  if (!text.empty() && is_ascii_alnum(text.back())) return append_lower(out, text);
  const TextReader<PlainBytes> reader{PlainBytes(text)};
  std::size_t end = text.size();
  while (end > 0) {
    const char32_t last = reader.character_before(end);
    if (is_word_character(last) || (!is_space(last) && !is_end_punctuation(last))) break;
    end = reader.start_before(end);
  }
  append_lower(out, text.substr(0, end));
}

std::string normalized(std::string_view text) {
  std::string out;
  append_normalized(out, text);
  return out;
}

bool holds_between_word_boundaries(std::string_view text, std::string_view part) {
  const std::string folded_text = fold_case(text);
  const std::string folded_part = fold_case(trim(part));
  if (folded_part.empty()) return false;
  const TextReader<PlainBytes> whole{PlainBytes(folded_text)};
  const TextReader<PlainBytes> piece{PlainBytes(folded_part)};
  const bool starts_in_word = piece.alnum_at(0);
  const bool ends_in_word = piece.alnum_before(folded_part.size());

  const OccurrenceFinder finder(folded_part);
  std::size_t matched = 0;
  for (std::size_t pos = 0; pos < folded_text.size(); ++pos) {
    matched = finder.extend(matched, folded_text[pos]);
    if (matched < folded_part.size()) continue;
    const std::size_t end = pos + 1;
    const bool cut_before = starts_in_word && whole.alnum_before(end - folded_part.size());
    const bool cut_behind = ends_in_word && whole.alnum_at(end);
    if (!cut_before && !cut_behind) return true;
  }
  return false;
}

}  // namespace plumbline
