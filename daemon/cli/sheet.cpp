#include "daemon/cli/sheet.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

constexpr std::size_t kLabelColumns = 13;  // "Not judged" and some air
constexpr std::size_t kLeastTextColumns = 30;
constexpr std::size_t kHangingIndent = 2;

}  // namespace

Sheet::Sheet(std::size_t columns)
    : text_columns_(std::max(columns, kLabelColumns + kLeastTextColumns) - kLabelColumns) {}

void Sheet::line(std::string_view text) {
  bool first = true;
  for (const std::string& part : wrap_words(printable(text), text_columns_ - kHangingIndent)) {
    add(first ? part : std::string(kHangingIndent, ' ') + part);
    first = false;
  }
}

void Sheet::row(const std::string& text) { add(printable(text)); }

void Sheet::add(std::string_view text) {
  out_ += fmt::format("{:<{}}{}\n", label_, kLabelColumns, text);
  label_ = {};
}

std::size_t widest(const std::vector<std::string>& texts) {
  std::size_t width = 0;
  for (const std::string& text : texts) width = std::max(width, display_width(text));
  return width;
}

}  // namespace plumbline
