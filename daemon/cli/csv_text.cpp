#include "daemon/cli/csv_text.h"

namespace plumbline {
namespace {

constexpr std::string_view kFormulaStarts = "=+-@\t\r";

__m128i equal(__m128i bytes, char wanted) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(wanted)); }

// What makes a cell be quoted.
struct CellCare {
  static bool needs(char byte) { return byte == ',' || byte == '"' || byte == '\r' || byte == '\n'; }
  static __m128i needs(__m128i bytes) {
    const __m128i marks = _mm_or_si128(equal(bytes, ','), equal(bytes, '"'));
    return _mm_or_si128(marks, _mm_or_si128(equal(bytes, '\r'), equal(bytes, '\n')));
  }
};

// What is doubled within quotes.
struct QuoteCare {
  static bool needs(char byte) { return byte == '"'; }
  static __m128i needs(__m128i bytes) { return equal(bytes, '"'); }
};

char* write_doubling_quotes(char* out, std::string_view text) {
  while (true) {
    const std::size_t plain = copy_until<QuoteCare>(out, text);
    out += plain;
    if (plain == text.size()) return out;
    out = copy_text(out, "\"\"");
    text.remove_prefix(plain + 1);
  }
}

}  // namespace

char* write_csv_cell(char* out, std::string_view text) {
  if (text.empty()) return out;
  const bool formula = kFormulaStarts.find(text.front()) != std::string_view::npos;
  const bool blank_end = text.front() == ' ' || text.back() == ' ';
  char* const begin = out;
  if (!blank_end) {
    if (formula) *out++ = '\'';
    if (copy_until<CellCare>(out, text) == text.size()) return out + text.size();
    out = begin;
  }
  *out++ = '"';
  if (formula) *out++ = '\'';
  out = write_doubling_quotes(out, text);
  *out++ = '"';
  return out;
}

std::string csv_cell(std::string_view text) {
  std::string cell;
  cell.resize_and_overwrite(csv_cell_room(text.size()), [&](char* data, std::size_t) {
    return static_cast<std::size_t>(write_csv_cell(data, text) - data);
  });
  return cell;
}

}  // namespace plumbline
