// place_in_scalar: from a byte of a scalar's text back to the byte of the file it came from.
//
// The parser gives the text only, so text and file are walked side by side from the scalar's first byte. What
// the styles do to a text is undone step by step:
//   plain, 'single', "double"   a line break with the white space around it became one space; n + 1 breaks n
//   breaks 'single'                    '' became ' "double"                    escapes; a backslash before a
//   line break made both vanish | and >                     indentation vanished, breaks may have become
//   spaces: any white space matches any
// A step that does not match ends the walk without an answer.
#include <algorithm>

#include "base/utf8.h"
#include "base/yaml.h"

namespace plumbline {
namespace {

constexpr std::string_view kWhite = " \t\r\n";

constexpr bool is_white(char byte) { return kWhite.find(byte) != std::string_view::npos; }

// Length of the white space that `text` begins with.
std::size_t white_run(std::string_view text) { return std::min(text.find_first_not_of(kWhite), text.size()); }

std::size_t blank_run(std::string_view text) { return std::min(text.find_first_not_of(" \t"), text.size()); }

// What one move of the walk consumes on both sides; a step of no text is a mismatch.
struct Step {
  std::size_t text = 0;
  std::size_t source = 0;
};

constexpr Step kMismatch{};

std::size_t utf8_length(std::string_view hex_digits) {
  char32_t code = 0;
  for (const char digit : hex_digits) {
    const int value = digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
    code = code * 16 + static_cast<char32_t>(value);
  }
  std::string encoded;
  append_utf8(encoded, code);
  return encoded.size();
}

// `source` begins with a backslash that does not stand before a line break. Valid escapes only: the parser
// saw to it.
Step escape_step(std::string_view source) {
  if (source.size() < 2) return kMismatch;
  switch (source[1]) {
    case 'x':
      return {.text = utf8_length(source.substr(2, 2)), .source = 4};
    case 'u':
      return {.text = utf8_length(source.substr(2, 4)), .source = 6};
    case 'U':
      return {.text = utf8_length(source.substr(2, 8)), .source = 10};
    case 'N':
    case '_':
      return {.text = 2, .source = 2};  // U+0085 and U+00A0
    case 'L':
    case 'P':
      return {.text = 3, .source = 2};  // U+2028 and U+2029
    default:
      return {.text = 1, .source = 2};
  }
}

class ScalarWalk {
 public:
  ScalarWalk(std::string_view source, const YamlNode& scalar) : source_(source), text_(scalar.text) {
    enter(scalar);
  }

  // Byte of the source that gave the text's byte `target`; for a target at or behind the white space at the
  // text's end, the byte behind the last visible one.
  std::optional<std::size_t> find(std::size_t target) {
    const std::size_t visible = text_.find_last_not_of(kWhite) + 1;  // npos + 1 is 0
    while (at_ < visible) {
      skip_joined_lines();
      const Step step = next();
      if (step.text == 0 || step.source > source_.size() || step.text > text_.size() - at_)
        return std::nullopt;
      if (target < at_ + step.text) return consumed_ + std::min(target - at_, blank_run(source_));
      take(step);
    }
    return consumed_;
  }

 private:
  enum class Style : std::uint8_t { kPlain, kSingle, kDouble, kBlock };

  void take(Step step) {
    at_ += step.text;
    skip(step.source);
  }

  void skip(std::size_t bytes) {
    bytes = std::min(bytes, source_.size());
    consumed_ += bytes;
    source_.remove_prefix(bytes);
  }

  // Moves behind the quote, or behind a block's header line and its first indentation.
  void enter(const YamlNode& scalar) {
    if (scalar.style == ScalarStyle::kBlock) {
      style_ = Style::kBlock;
      skip(std::min(source_.find('\n'), source_.size()) + 1);
      if (!text_.empty() && !is_white(text_.front())) skip(white_run(source_));
    } else if (scalar.style == ScalarStyle::kQuoted && !source_.empty()) {
      style_ = source_.front() == '"' ? Style::kDouble : Style::kSingle;
      skip(1);
    }
  }

  // A backslash at the end of a line joins it with the next one and leaves nothing in the text.
  void skip_joined_lines() {
    while (style_ == Style::kDouble && (source_.starts_with("\\\n") || source_.starts_with("\\\r\n"))) {
      skip(source_.find('\n') + 1);
      skip(blank_run(source_));
    }
  }

  Step next() const {
    if (source_.empty()) return kMismatch;
    if (style_ == Style::kDouble && source_.front() == '\\') return escape_step(source_);
    if (style_ == Style::kSingle && text_[at_] == '\'')
      return source_.starts_with("''") ? Step{1, 2} : kMismatch;
    if (is_white(text_[at_])) return style_ == Style::kBlock ? block_white_step() : folded_white_step();
    return source_.front() == text_[at_] ? Step{1, 1} : kMismatch;
  }

  Step block_white_step() const {
    const std::size_t run = white_run(source_);
    return run == 0 ? kMismatch : Step{white_run(text_.substr(at_)), run};
  }

  Step folded_white_step() const {
    const std::string_view run = source_.substr(0, white_run(source_));
    const auto breaks = static_cast<std::size_t>(std::ranges::count(run, '\n'));
    if (breaks == 0) return run.empty() ? kMismatch : Step{1, 1};
    return {std::max<std::size_t>(breaks - 1, 1), run.size()};
  }

  std::string_view source_;  // what is left of it
  std::size_t consumed_ = 0;
  std::string_view text_;
  std::size_t at_ = 0;
  Style style_ = Style::kPlain;
};

}  // namespace

SourceSpan place_in_scalar(std::string_view document, const YamlNode& scalar, std::size_t offset,
                           std::size_t length) {
  if (!scalar.is_scalar() || scalar.text.empty() || scalar.offset >= document.size()) return scalar.where;
  const std::string_view source = document.substr(scalar.offset);
  const std::optional<std::size_t> begin = ScalarWalk(source, scalar).find(offset);
  if (!begin) return scalar.where;
  std::size_t end = *begin + 1;
  if (length > 1) {
    const std::optional<std::size_t> last = ScalarWalk(source, scalar).find(offset + length - 1);
    if (last) end = std::max(end, *last + 1);
  }
  end = std::min({end, source.find_first_of("\r\n", *begin), source.size()});

  SourceSpan span = scalar.where;
  const std::string_view before = source.substr(0, *begin);
  const auto breaks = static_cast<std::uint32_t>(std::ranges::count(before, '\n'));
  span.line += breaks;
  span.column = breaks == 0 ? span.column + static_cast<std::uint32_t>(before.size())
                            : static_cast<std::uint32_t>(before.size() - before.rfind('\n'));
  span.length = static_cast<std::uint32_t>(std::max(end, *begin + 1) - *begin);
  return span;
}

}  // namespace plumbline
