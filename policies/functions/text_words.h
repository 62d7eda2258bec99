// Words of a text: counting them, comparing a text loosely, finding one text whole inside another.
// Pure functions for UTF-8 of any length, time linear in it, safe from any thread; what is not UTF-8 counts
// as characters that are neither letters nor blanks.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace plumbline {

// Pieces between white space that have at least one letter or digit of any script.
std::size_t word_count(std::string_view text);

// Trimmed, in lower case, without the punctuation at its end (.,;:!?… and dashes, blanks among them
// included), so that "Follow up..." and "TBD !" become "follow up" and "tbd". Closing brackets and quotes
// stay.
std::string normalized(std::string_view text);
// The same behind what `out` holds: a buffer used again needs no memory once it is large enough.
void append_normalized(std::string& out, std::string_view text);

// Whether `text` holds all of `part`, in any case, at a place where it is not a piece of a longer word: where
// an edge of `part` is a letter or digit, none stands beyond that edge. Outer white space of `part` plays no
// role; a blank `part` is never held.
bool holds_between_word_boundaries(std::string_view text, std::string_view part);

}  // namespace plumbline
