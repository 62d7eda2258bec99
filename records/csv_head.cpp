#include "records/csv_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "records/rows.h"

namespace plumbline {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kUtf16Little = "\xFF\xFE";
constexpr std::string_view kUtf16Big = "\xFE\xFF";
constexpr std::size_t kMaxNameShown = 80;  // bytes

std::string lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string shown(std::string_view name) {
  if (name.size() <= kMaxNameShown) return std::string(name);
  std::size_t end = kMaxNameShown;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;  // not amid a character
  return std::string(name.substr(0, end)) + "...";
}

}  // namespace

Result<std::size_t> CsvHead::take(std::string_view piece) {
  std::size_t taken = 0;
  while (taken < piece.size() && stage_ == Stage::kMark) {
    if (Status step = take_mark_byte(piece[taken++]); !step) return fail(step.error());
  }
  while (taken < piece.size() && stage_ == Stage::kHeaderLine) {
    const char byte = piece[taken++];
    text_.push_back(byte);
    if (ends_header(byte)) stage_ = Stage::kReady;
    if (text_.size() > kMaxRecordBytes) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("the header line is longer than {} MiB; check that this is a CSV file and that "
                              "quotes in its first line are closed",
                              kMaxRecordBytes >> 20));
    }
  }
  return taken;
}

// The longest mark has three bytes, and the first that cannot belong to one decides.
Status CsvHead::take_mark_byte(char byte) {
  text_.push_back(byte);
  if (text_ == kUtf16Little || text_ == kUtf16Big) {
    return fail(ErrorCode::kInvalidInput,
                "the file is in UTF-16; save it as UTF-8 (\"CSV UTF-8\" in a spreadsheet)");
  }
  const bool may_go_on =
      text_.size() < kUtf8Mark.size() &&
      (kUtf8Mark.starts_with(text_) || kUtf16Little.starts_with(text_) || kUtf16Big.starts_with(text_));
  if (!may_go_on) settle_mark();
  return {};
}

void CsvHead::settle_mark() {
  if (text_ == kUtf8Mark) text_.clear();
  stage_ = fixed_ ? Stage::kReady : Stage::kHeaderLine;
  for (const char byte : text_) {
    if (stage_ == Stage::kHeaderLine && ends_header(byte)) stage_ = Stage::kReady;
  }
}

void CsvHead::close() {
  if (stage_ == Stage::kMark) settle_mark();
  stage_ = Stage::kReady;
}

char CsvHead::delimiter() const {
  if (fixed_) return *fixed_;
  const auto best = std::max_element(counts_.begin(), counts_.end());
  return kCandidates[static_cast<std::size_t>(best - counts_.begin())];
}

// While the delimiter is unknown every candidate may start a cell, so that a quote after any of them opens
// one.
bool CsvHead::ends_header(char byte) {
  if (cell_ == Cell::kQuoted) {
    if (byte == '"') cell_ = Cell::kQuoteSeen;
    return false;
  }
  if (byte == '\n' || byte == '\r') {
    return begun_;  // an empty line is no header
  }
  begun_ = true;
  if (const std::size_t candidate = kCandidates.find(byte); candidate != std::string_view::npos) {
    ++counts_[candidate];
    cell_ = Cell::kStart;
    return false;
  }
  const bool opens = byte == '"' && cell_ != Cell::kPlain;  // also the second half of ""
  cell_ = opens ? Cell::kQuoted : Cell::kPlain;
  return false;
}

std::string_view trim_csv_name(std::string_view name) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = name.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return name.substr(first, name.find_last_not_of(kBlanks) - first + 1);
}

Status check_csv_column_count(std::size_t columns) {
  if (columns <= kMaxColumns) return {};
  return fail(
      ErrorCode::kInvalidInput,
      fmt::format("the header has {} columns, the most is {}; export fewer fields, or check that this is a "
                  "CSV file",
                  columns, kMaxColumns));
}

Status check_csv_names(std::span<const std::string> names) {
  std::unordered_map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) continue;
    const auto [first, fresh] = seen.emplace(lower_ascii(names[i]), i);
    if (fresh) continue;
    return fail(ErrorCode::kInvalidInput,
                fmt::format("columns {} and {} are both named \"{}\"; rename or remove one of them",
                            first->second + 1, i + 1, shown(names[i])));
  }
  return {};
}

}  // namespace plumbline
