#include "connectors/chat/chat_text.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/utf8.h"

namespace plumbline {
namespace {

constexpr char32_t kLineSeparator = 0x2028;
constexpr char32_t kParagraphSeparator = 0x2029;
constexpr char32_t kZeroWidthJoiner = 0x200D;

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

// Embeddings, overrides and isolates: one that a record's name begins and does not end would turn round all
// that follows.
bool turns_direction(char32_t c) { return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069); }

// Noncharacters are no text, and some JSON readers refuse them.
bool is_noncharacter(char32_t c) { return (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFEU) == 0xFFFE; }

bool is_left_out(char32_t c) {
  constexpr char32_t kByteOrderMark = 0xFEFF;
  return is_control(c) || turns_direction(c) || is_noncharacter(c) || c == kByteOrderMark;
}

bool is_line_end(char32_t c) { return c == '\n' || c == kLineSeparator || c == kParagraphSeparator; }

// Shown as one with what is before it: marks above and below letters, variants and colours of emoji.
bool joins_previous(char32_t c) {
  const bool is_skin = c >= 0x1F3FB && c <= 0x1F3FF;
  const bool is_tag = c >= 0xE0020 && c <= 0xE007F;
  return c == kZeroWidthJoiner || is_skin || is_tag ||
         (!is_control(c) && c != '\n' && character_width(c) == 0 && !is_space(c));
}

bool is_flag_half(char32_t c) { return c >= 0x1F1E6 && c <= 0x1F1FF; }

bool ends_sentence(char32_t c) {
  return c == '.' || c == '!' || c == '?' || c == ';' || c == 0x3002 || c == 0xFF01 || c == 0xFF1F;
}

// Where a text may be divided, best last.
enum class Break : unsigned char { kCharacter, kWord, kSentence, kLine, kParagraph };
constexpr std::size_t kBreaks = 5;

// Goes through a text and notes the last place of each kind that is still within the budget.
class BreakFinder {
 public:
  BreakFinder(std::string_view text, std::size_t budget, CharacterCost cost)
      : text_(text), budget_(budget), cost_(cost) {}

  // Where the first piece ends; the whole text where it fits.
  std::size_t find() {
    std::size_t pos = 0;
    while (pos < text_.size()) {
      const std::size_t at = pos;
      const char32_t c = decode_utf8(text_, pos);
      note(at, c);
      spent_ += cost_(c);
      if (spent_ > budget_) return best(pos);
      before_ = c;
    }
    return text_.size();
  }

 private:
  void note(std::size_t at, char32_t c) {
    if (at == 0) {
      flags_ = is_flag_half(c) ? 1 : 0;
      return;
    }
    const bool splits_flag = is_flag_half(c) && flags_ % 2 == 1;
    flags_ = is_flag_half(c) ? flags_ + 1 : 0;
    const bool splits_cluster = joins_previous(c) || before_ == kZeroWidthJoiner || splits_flag;
    if (!splits_cluster) places_[index(Break::kCharacter)] = at;
    if (c == '\n') {
      places_[index(before_ == '\n' ? Break::kParagraph : Break::kLine)] = at;
    } else if (is_space(c)) {
      places_[index(ends_sentence(before_) ? Break::kSentence : Break::kWord)] = at;
    } else if (before_ == 0x3002) {
      places_[index(Break::kSentence)] = at;  // no space follows where none divides words
    }
  }

  // The best kind of place that does not leave most of the piece empty. A word is divided only where the
  // piece begins with it.
  std::size_t best(std::size_t beyond) const {
    const std::size_t enough = beyond / 2;
    for (std::size_t kind = kBreaks - 1; kind > index(Break::kWord); --kind) {
      if (places_[kind] > enough) return places_[kind];
    }
    std::size_t last = 0;
    for (std::size_t kind = index(Break::kWord); kind < kBreaks; ++kind) last = std::max(last, places_[kind]);
    if (last > 0) return last;
    return places_[index(Break::kCharacter)] > 0 ? places_[index(Break::kCharacter)] : first_character();
  }

  // Only in a cluster of more marks than anybody can read.
  std::size_t first_character() const {
    std::size_t pos = 0;
    std::size_t end = 0;
    std::size_t spent = 0;
    while (pos < text_.size()) {
      spent += cost_(decode_utf8(text_, pos));
      if (spent > budget_ && end > 0) break;
      end = pos;
    }
    return end;
  }

  static constexpr std::size_t index(Break kind) { return static_cast<std::size_t>(kind); }

  std::string_view text_;
  std::size_t budget_;
  CharacterCost cost_;
  std::size_t spent_ = 0;
  char32_t before_ = 0;
  int flags_ = 0;
  std::size_t places_[kBreaks]{};
};

std::string clean(std::string_view text, bool one_line) {
  std::string out;
  out.reserve(text.size());
  std::size_t line_ends = 0;
  for (std::size_t pos = 0; pos < text.size();) {
    char32_t c = decode_utf8(text, pos);
    if (c == '\r') c = pos < text.size() && text[pos] == '\n' ? U'\0' : U'\n';
    if (c == '\t') c = ' ';
    if (is_line_end(c)) {
      if (one_line && !out.empty() && out.back() != ' ') out += ' ';
      if (!one_line && ++line_ends <= 2) out += '\n';
    } else if (!is_left_out(c)) {
      append_utf8(out, c);
      line_ends = 0;
    }
  }
  return std::string(trim(out));
}

bool is_harmless_in_address(unsigned char c) {
  constexpr std::string_view kSigns = "-._~:/?#!$&+,;=%";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kSigns.contains(static_cast<char>(c));
}

}  // namespace

std::string clean_text(std::string_view text) { return clean(text, false); }
std::string clean_line(std::string_view text) { return clean(text, true); }

std::size_t cost_of(std::string_view text, CharacterCost cost) {
  std::size_t sum = 0;
  for (std::size_t pos = 0; pos < text.size();) sum += cost(decode_utf8(text, pos));
  return sum;
}

std::size_t utf16_units(char32_t character) {
  constexpr char32_t kFirstOfTwo = 0x10000;
  return character < kFirstOfTwo ? 1 : 2;
}

std::size_t json_bytes(char32_t character) {
  if (character < 0x20) return character == '\n' ? 2 : 6;
  if (character == '"' || character == '\\') return 2;
  if (character < 0x80) return 1;
  if (character < 0x800) return 2;
  return character < 0x10000 ? 3 : 4;
}

std::vector<std::string> split_text(std::string_view text, std::size_t budget, CharacterCost cost) {
  std::vector<std::string> pieces;
  text = trim(text);
  while (!text.empty()) {
    const std::size_t end = BreakFinder(text, budget, cost).find();
    pieces.emplace_back(trim(text.substr(0, end)));
    text = trim(text.substr(end));
  }
  return pieces;
}

std::pair<std::string, std::string> cut_text(std::string_view text, std::size_t budget, CharacterCost cost) {
  text = trim(text);
  const std::size_t whole = BreakFinder(text, budget, cost).find();
  if (whole == text.size()) return {std::string(text), ""};
  const std::size_t end = BreakFinder(text, budget - cost_of(kEllipsis, cost) - 1, cost).find();
  return {fmt::format("{} {}", trim(text.substr(0, end)), kEllipsis), std::string(trim(text.substr(end)))};
}

std::string link_address(std::string_view address) {
  address = trim(address);
  if (!address.starts_with("https://")) return {};
  std::string out;
  for (const char c : address) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_harmless_in_address(byte)) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", byte);
    }
    if (out.size() > kMostLinkBytes) return {};
  }
  return out;
}

}  // namespace plumbline
