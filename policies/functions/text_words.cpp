#include "policies/functions/text_words.h"

#include <vector>

#include "base/utf8.h"
#include "policies/functions/text_reader.h"

namespace plumbline {
namespace {

constexpr bool is_end_punctuation(char32_t character) {
  constexpr std::u32string_view kPunctuation = U".,;:!?…-–—。！？";
  return kPunctuation.find(character) != std::u32string_view::npos;
}

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
  std::size_t count = 0;
  bool counted = false;  // the piece we are in
  for (std::size_t pos = 0; pos < text.size();) {
    const char32_t character =
        is_ascii_byte(text[pos]) ? static_cast<char32_t>(text[pos++]) : decode_utf8(text, pos);
    if (is_blank(character) || is_line_break(character)) {
      counted = false;
    } else if (!counted && is_word_character(character)) {
      counted = true;
      ++count;
    }
  }
  return count;
}

std::string normalized(std::string_view text) {
  text = trim(text);
  const TextReader<PlainBytes> reader{PlainBytes(text)};
  std::size_t end = text.size();
  while (end > 0) {
    const char32_t last = reader.character_before(end);
    if (!is_space(last) && !is_end_punctuation(last)) break;
    end = reader.start_before(end);
  }
  return lower(text.substr(0, end));
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
