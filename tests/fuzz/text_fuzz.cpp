// The texts people write, and those they would not: the scanner must agree with the slow reference, and with
// itself about things that cannot change a verdict. Inputs that begin with a NUL are spelled from a
// dictionary, one byte a piece, which meets more dates than random bytes do.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "policies/functions/text_dates.h"
#include "policies/functions/text_words.h"
#include "tests/policies/text_reference.h"

namespace {

using namespace plumbline;

// The reference is quadratic.
constexpr std::size_t kLongestText = 300;

constexpr auto kPieces = std::to_array<std::string_view>(
    {"4",       "/",          "-",          ".",          " ",         ",",      "23",     "2022",
     "22",      "Apr",        "April",      "may",        "May",       "march",  "Mar",    "Sept",
     "rd",      "th",         "st",         "of",         "the",       "The",    "1",      "12",
     "31",      "32",         "0",          "05",         "13",        "24/7",   "4/23",   "23/4",
     "4/23/22", "2022-04-23", "2022/04/23", "2022.04.23", "10.4.2021", "T",      "T10:00", "Z",
     ":",       ";",          "|",          "\n",         "\r\n",      " - ",    " – ",    " — ",
     "–",       "•",          "*",          "[",          "]",         "(",      ")",      "JD",
     "J.D.",    "ABC",        "Mon",        "Tue,",       "fri.",      "v",      "V.",     "version",
     "build",   "release",    "seats",      "users",      "team",      "people", "%",      "percent",
     "www.",    "https://",   "s3://",      "://",        "a",         "call",   "é",      "Ł",
     "_",       "$",          "€",          "£",          "#",         "\u00A0", "\u2028", "\u3000",
     "'",       "’",          "\"",         "?",          "!",         "…",      "5:30",   "Q3",
     "FY23",    "100",        "12345",      "1900",       "2099",      "2100",   "\xC3",   "\xFF",
     "٣",       "dec",        "DEC",        "3rd",        "1st",       "5-7",    "-23",    "  ",
     "\t"});

std::string spelled(const std::uint8_t* data, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += kPieces[data[i] % kPieces.size()];
  return text;
}

void demand(bool holds, const char* what, const std::string& text) {
  if (holds) return;
  std::fprintf(stderr, "%s: \"%s\"\n", what, text.c_str());
  std::abort();
}

void check_dates(const std::string& text) {
  const auto date = first_date(text);
  demand(contains_date(text) == date.has_value(), "contains_date and first_date differ", text);
  demand(contains_date(text) == reference::contains_date(text), "date differs from the reference", text);
  demand(contains_log(text) == reference::contains_log(text), "log differs from the reference", text);
  demand(!contains_log(text) || contains_date(text), "a log without a date", text);
  demand(!date || (date->begin < date->end && date->end <= text.size()), "a span outside the text", text);
  demand(contains_date(" " + text + " ") == contains_date(text), "blanks around changed the verdict", text);
  demand(contains_log(" " + text + " ") == contains_log(text), "blanks around made or unmade a log", text);
}

// What is cut out plays no part: with everything in a URL there is nothing left.
void check_urls(const std::string& text) {
  std::string url = "https://";
  for (const char32_t character : reference::decoded(text)) {
    if (!is_space(character)) append_utf8(url, character);
  }
  demand(!contains_date(url), "a date inside a URL", url);
}

void check_words(const std::string& text) {
  const std::string once = normalized(text);
  demand(normalized(once) == once, "normalising twice differs", text);
  demand(word_count(text) <= text.size(), "more words than bytes", text);
  demand(holds_between_word_boundaries(text, text) == !trim(text).empty(), "a text does not hold itself",
         text);
  const std::string middle = text.substr(text.size() / 3, text.size() / 3);
  const std::string framed = "- " + middle + " -";
  demand(holds_between_word_boundaries(framed, middle) == !trim(middle).empty(), "a framed piece is not held",
         text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const bool from_pieces = size > 0 && data[0] == 0;
  std::string text = from_pieces ? spelled(data + 1, size - 1) : std::string(data, data + size);
  if (text.size() > kLongestText) text.resize(kLongestText);
  check_dates(text);
  check_urls(text);
  check_words(text);
  return 0;
}
