// Does a text hold a date, or a log of dated entries? The definition is that of the policy catalogue: numeric
// dates, month names beside a day, `the 23rd`; not versions, shares (4/23 of), 24/7, times, or what is part
// of a URL. Pure functions for UTF-8 of any length: time linear in it, no allocation, safe from any thread.
// Bytes that are not UTF-8 are read as characters that are neither letters nor blanks.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace plumbline {

// Bytes [begin, end) of a text.
struct DateSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
  friend bool operator==(const DateSpan&, const DateSpan&) = default;
};

// The first date, with its year where it has one; a range of two dates (4/20-4/23) is one span.
std::optional<DateSpan> first_date(std::string_view text);

bool contains_date(std::string_view text);

// Two or more entries, separated by line breaks, dashes between blanks, `;` or `|`, start with a date. Before
// the date an entry may have bullets, brackets, initials and a weekday.
bool contains_log(std::string_view text);

}  // namespace plumbline
