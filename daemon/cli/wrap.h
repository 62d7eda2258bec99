// Text for terminals and screens of a known width.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline {

// One line without anything that acts on a terminal or turns the reading order: line breaks and tabs become
// blanks, other control characters and direction marks U+FFFD. For every text that comes out of somebody's
// data.
std::string printable(std::string_view text);

// Lines of at most `columns` columns, cut between words; a longer word stands on a line of its own, whole, so
// that a link stays one. At least one line, which may be empty.
std::vector<std::string> wrap_words(std::string_view text, std::size_t columns);

// `text` with blanks behind it up to `columns`.
std::string padded(std::string_view text, std::size_t columns);

// 1,234,567
std::string with_commas(std::uint64_t number);

// "1 record", "2,000 records"
std::string counted(std::uint64_t number, std::string_view one, std::string_view many);

}  // namespace plumbline
