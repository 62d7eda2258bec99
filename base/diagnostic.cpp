#include "base/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "base/utf8.h"

namespace plumbline {
namespace {

constexpr std::string_view kMargin = "  ";
constexpr std::string_view kEllipsis = "\u2026";
constexpr std::size_t kColumnsBeforeCaret = 60;  // of a line that is too wide to be shown whole

// The part of a line that is shown, in bytes.
struct Window {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Escape sequences would act on the terminal, and direction marks would make the line read other than it is.
bool is_garbling(char32_t character) {
  if (character < 0x20) return character != '\t';
  return (character >= 0x7F && character <= 0x9F) || (character >= 0x202A && character <= 0x202E) ||
         (character >= 0x2066 && character <= 0x2069);
}

char32_t shown(char32_t character) { return is_garbling(character) ? kReplacementCharacter : character; }

// A tab counts as one: the caret's line repeats it, so its real width does not matter.
std::size_t shown_width(char32_t character) {
  return character == '\t' ? 1 : character_width(shown(character));
}

std::size_t shown_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t pos = 0; pos < text.size();) width += shown_width(decode_utf8(text, pos));
  return width;
}

std::string shown_text(std::string_view text) {
  std::string out;
  for (std::size_t pos = 0; pos < text.size();) append_utf8(out, shown(decode_utf8(text, pos)));
  return out;
}

// Messages may have lines of their own.
std::string shown_message(std::string_view message) {
  std::string out;
  for (std::size_t begin = 0; begin <= message.size();) {
    const std::size_t end = std::min(message.find('\n', begin), message.size());
    if (begin > 0) out += '\n';
    out += shown_text(message.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

// Lines count from 1.
std::optional<std::string_view> line_of(std::string_view source, std::uint32_t line) {
  if (line == 0) return std::nullopt;
  for (; line > 1; --line) {
    const std::size_t end = source.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    source.remove_prefix(end + 1);
  }
  source = source.substr(0, source.find('\n'));
  if (source.ends_with('\r')) source.remove_suffix(1);
  return source;
}

// First character boundary from which `columns` columns have passed.
std::size_t advance(std::string_view text, std::size_t pos, std::size_t columns) {
  for (std::size_t passed = 0; pos < text.size() && passed < columns;)
    passed += shown_width(decode_utf8(text, pos));
  return pos;
}

Window choose_window(std::string_view line, std::size_t caret) {
  const std::size_t total = shown_width(line);
  if (total <= kMostColumns) return {.begin = 0, .end = line.size()};
  const std::size_t caret_column = shown_width(line.substr(0, caret));
  const std::size_t wanted = caret_column > kColumnsBeforeCaret ? caret_column - kColumnsBeforeCaret : 0;
  const std::size_t begin = advance(line, 0, std::min(wanted, total - kMostColumns));
  return {.begin = begin, .end = advance(line, begin, kMostColumns)};
}

// Byte of the line where the caret belongs: on a character's first byte, and at most just behind the line.
std::size_t caret_offset(std::string_view line, std::uint32_t column) {
  std::size_t at = std::min<std::size_t>(column - 1, line.size());
  while (at > 0 && at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0) == 0x80) --at;
  return at;
}

// White space as wide as `text`.
std::string blanks_under(std::string_view text) {
  std::string out;
  for (std::size_t pos = 0; pos < text.size();) {
    const char32_t character = decode_utf8(text, pos);
    out.append(shown_width(character), character == '\t' ? '\t' : ' ');
  }
  return out;
}

std::string quote_line(std::string_view line, const SourceSpan& where) {
  const std::size_t caret = where.column == 0 ? 0 : caret_offset(line, where.column);
  const Window window = choose_window(line, caret);
  std::string out(kMargin);
  if (window.begin > 0) out += kEllipsis;
  out += shown_text(line.substr(window.begin, window.end - window.begin));
  if (window.end < line.size()) out += kEllipsis;
  out += '\n';
  if (where.column == 0) return out;
  out += kMargin;
  if (window.begin > 0) out += ' ';
  out += blanks_under(line.substr(window.begin, caret - window.begin)) + '^';
  const std::size_t span_end =
      std::min<std::size_t>(where.column - 1 + std::size_t{where.length}, window.end);
  const std::size_t width = span_end > caret ? shown_width(line.substr(caret, span_end - caret)) : 0;
  if (width > 1) out.append(width - 1, '~');
  return out + '\n';
}

bool is_blank(std::string_view line) { return trim(line).empty(); }

}  // namespace

void Diagnostics::error(std::string code, SourceSpan where, std::string message) {
  add({.level = DiagnosticLevel::kError,
       .code = std::move(code),
       .where = std::move(where),
       .message = std::move(message)});
}

void Diagnostics::warning(std::string code, SourceSpan where, std::string message) {
  add({.level = DiagnosticLevel::kWarning,
       .code = std::move(code),
       .where = std::move(where),
       .message = std::move(message)});
}

void Diagnostics::append(const Diagnostics& other) {
  std::size_t left_out_errors = other.errors_;
  std::size_t left_out_warnings = other.warnings_;
  for (const Diagnostic& diagnostic : other.items_) {
    --(diagnostic.level == DiagnosticLevel::kError ? left_out_errors : left_out_warnings);
    add(diagnostic);
  }
  count(DiagnosticLevel::kError, left_out_errors);
  count(DiagnosticLevel::kWarning, left_out_warnings);
}

void Diagnostics::count(DiagnosticLevel level, std::size_t times) {
  (level == DiagnosticLevel::kError ? errors_ : warnings_) += times;
}

void Diagnostics::add(Diagnostic diagnostic) {
  if (std::ranges::find(items_, diagnostic) != items_.end()) return;
  count(diagnostic.level, 1);
  if (items_.size() < kMostDiagnostics) {
    items_.push_back(std::move(diagnostic));
    return;
  }
  if (diagnostic.level == DiagnosticLevel::kWarning) return;
  const auto warning = std::find_if(items_.rbegin(), items_.rend(), [](const Diagnostic& kept) {
    return kept.level == DiagnosticLevel::kWarning;
  });
  if (warning != items_.rend()) *warning = std::move(diagnostic);
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  // What comes after the column only makes the order independent of the order of arrival.
  const auto rank = [](const Diagnostic& d) {
    return std::tie(d.where.file, d.where.line, d.where.column, d.code, d.message, d.level, d.where.length);
  };
  std::vector<Diagnostic> items = items_;
  std::ranges::sort(items, [&](const Diagnostic& a, const Diagnostic& b) { return rank(a) < rank(b); });
  return items;
}

std::string render(const Diagnostic& diagnostic, std::string_view source) {
  const std::string place = diagnostic.where.to_string();
  std::string out = place.empty() ? "" : shown_text(place) + ": ";
  out += diagnostic.level == DiagnosticLevel::kError ? "error: " : "warning: ";
  out += shown_message(diagnostic.message);
  if (!diagnostic.code.empty()) out += " [" + diagnostic.code + "]";
  out += '\n';
  const std::optional<std::string_view> line = line_of(source, diagnostic.where.line);
  if (line && !is_blank(*line)) out += quote_line(*line, diagnostic.where);
  return out;
}

std::string render_all(const Diagnostics& diagnostics, std::string_view source) {
  const std::vector<Diagnostic> kept = diagnostics.sorted();
  std::string out;
  for (const Diagnostic& diagnostic : kept) out += render(diagnostic, source);
  const std::size_t left_out = diagnostics.error_count() + diagnostics.warning_count() - kept.size();
  if (left_out == 1) out += "and 1 more problem that is not shown\n";
  if (left_out > 1) out += fmt::format("and {} more problems that are not shown\n", left_out);
  return out;
}

}  // namespace plumbline
