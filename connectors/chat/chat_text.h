// Texts of people and records on their way into chats: what is taken out of them, what they cost, and where
// they may be divided. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plumbline {

// Without what no chat shows or what changes how the rest is shown: control characters, overrides of the
// direction of writing, bytes that are no UTF-8 (each becomes U+FFFD). Line ends are \n, at most two in a
// row; no white space at either end.
std::string clean_text(std::string_view text);
// The same in one line.
std::string clean_line(std::string_view text);

// What a character takes of a limit, once it is escaped; never less than it will.
using CharacterCost = std::size_t (*)(char32_t character);
std::size_t cost_of(std::string_view text, CharacterCost cost);

// How services count that say "characters" and do not say which: in UTF-16, which is the most.
std::size_t utf16_units(char32_t character);
// In a JSON text: bytes of UTF-8, and what is escaped.
std::size_t json_bytes(char32_t character);

// Pieces of at most `budget` each, which must have room for the longest cluster of characters that is shown
// as one (kMostClusterCost). Divided between paragraphs, lines, sentences or words, and only in a word that
// is itself too long between its characters. Nothing is lost but white space at the ends of pieces. No text,
// no piece.
std::vector<std::string> split_text(std::string_view text, std::size_t budget, CharacterCost cost);
inline constexpr std::size_t kMostClusterCost = 100;

// The text where it fits, else what does between words with an ellipsis behind it; second, what is left over.
std::pair<std::string, std::string> cut_text(std::string_view text, std::size_t budget, CharacterCost cost);

inline constexpr std::string_view kEllipsis = "…";

// An address that can be put into any service's link: https, percent-encoded but for what is harmless
// everywhere. Empty for any other, and for one that becomes longer than kMostLinkBytes.
std::string link_address(std::string_view address);
inline constexpr std::size_t kMostLinkBytes = 1'500;

}  // namespace plumbline
