#include "records/csv_item.h"

#include <algorithm>
#include <utility>

#include "records/csv_cell.h"

namespace plumbline {
namespace {

// A record beyond kMaxRecordBytes is no row and stands last in its item: it need not be read again.
constexpr std::uint64_t kMaxItemBytes = kItemBytes + kMaxRecordBytes;

}  // namespace

void CsvItemReader::turn_to(std::uint32_t part) {
  part_ = &parts_.parts[part];
  columns_ = part_->positions.empty() ? 0 : *std::ranges::max_element(part_->positions) + 1;
  stride_ = columns_ + kEndsBeyond;
}

Status CsvItemReader::start(const CsvItem& item) {
  turn_to(item.part);
  std::unique_ptr<InputFile>& file = files_[item.part];
  if (!file) {
    Result<InputFile> opened = InputFile::open(part_->path, part_->name);
    if (!opened) return fail(std::move(opened.error()));
    file = std::make_unique<InputFile>(std::move(*opened));
  }
  file_ = file.get();
  if (Status read = read_text(item); !read) return read;
  if (Status same = check_unchanged(); !same) return same;
  return find_rows(item);
}

Status CsvItemReader::read_text(const CsvItem& item) {
  const std::size_t wanted = std::min(item.bytes, kMaxItemBytes);
  Result<std::string_view> text = std::string_view{};
  std::string& held = held_.text;
  held.resize_and_overwrite(wanted + 1, [&](char* data, std::size_t) {
    text = file_->read_at(item.offset, {data, wanted});
    return text ? text->size() : 0;
  });
  if (!text) return fail(std::move(text.error()));
  if (held.size() != wanted) return changed();
  has_nul_ = held.find('\0') != std::string::npos;
  if (has_nul_) std::erase(held, '\0');
  // The file's last line may lack its end.
  if (!held.empty() && held.back() != '\n' && held.back() != '\r') held += '\n';
  return {};
}

Status CsvItemReader::check_unchanged() const {
  const Result<FileStamp> stamp = file_->stamp();
  if (!stamp) return fail(stamp.error());
  return *stamp == part_->stamp ? Status{} : changed();
}

void CsvItemReader::forget_rows() {
  rows_.clear();
  if (std::exchange(copied_, false)) copies_.release();
}

// Where the next record starts: CR LF is one line end.
std::uint32_t CsvItemReader::behind(const CsvMappedRecord& record) const {
  const std::string& text = held_.text;
  const bool crlf = text[record.end] == '\r' && record.end + 1 < text.size() && text[record.end + 1] == '\n';
  return record.end + (crlf ? 2 : 1);
}

Status CsvItemReader::find_rows(const CsvItem& item) {
  forget_rows();
  held_.first_line = item.place.line;
  scanned_ = has_nul_ || part_->starts.empty();
  if (!scanned_) return place_rows(item);
  scan_rows(item);
  return rows_.size() == item.rows ? Status{} : changed();
}

// Where the first reading found them: most rows are closed deals, of which nobody asks for a cell.
Status CsvItemReader::place_rows(const CsvItem& item) {
  const std::vector<std::uint32_t>& starts = part_->starts;
  auto refused = std::ranges::lower_bound(part_->refused, item.place.record);
  for (std::uint64_t record = item.place.record; rows_.size() < item.rows; ++record) {
    if (record > starts.size()) return changed();
    if (refused != part_->refused.end() && *refused == record) {
      ++refused;
      continue;
    }
    const std::uint32_t start = starts[record - 1];
    const bool has_next = record < starts.size() && starts[record] > start;
    const auto end = has_next ? starts[record] : static_cast<std::uint32_t>(held_.text.size());
    if (start >= end || end > held_.text.size()) return changed();
    rows_.push_back({.start = start, .end = end});
  }
  make_room_for_ends();
  return {};
}

void CsvItemReader::scan_rows(const CsvItem& item) {
  CsvScanner(part_->delimiter).map(held_.text, held_.map);
  auto refused = std::ranges::lower_bound(part_->refused, item.place.record);
  std::uint64_t record = item.place.record;
  std::uint32_t start = 0;
  std::uint32_t line = 0;
  for (const CsvMappedRecord& found : held_.map.records) {
    if (found.end != start) {  // an empty line is no record
      if (refused != part_->refused.end() && *refused == record) {
        ++refused;
      } else if (rows_.size() < item.rows) {
        rows_.push_back({.start = start, .line = line, .doubled_quotes = found.doubled_quotes});
      }
      ++record;
    }
    line += 1 + found.quoted_lines;
    start = behind(found);
  }
  make_room_for_ends();
}

void CsvItemReader::make_room_for_ends() {
  if (ends_.size() < rows_.size() * stride_) ends_.resize(rows_.size() * stride_);
}

bool CsvItemReader::take_rows() {
  turn_to(held_.part);
  forget_rows();
  scanned_ = true;
  bool all_rows = true;
  std::uint32_t start = 0;
  std::uint32_t line = 0;
  for (const CsvMappedRecord& found : held_.map.records) {
    if (found.end != start) {
      all_rows =
          all_rows && found.cells == part_->columns && !found.flawed && found.end - start <= kMaxRecordBytes;
      rows_.push_back({.start = start, .line = line, .doubled_quotes = found.doubled_quotes});
    }
    line += 1 + found.quoted_lines;
    start = behind(found);
  }
  make_room_for_ends();
  return all_rows;
}

// Of most rows a single cell is looked at: up to there; once another is wanted, all of them.
void CsvItemReader::unfold(std::size_t row, std::uint32_t column) {
  if (!scanned_) return scan_row(row);
  Row& at = rows_[row];
  std::uint32_t* const ends = ends_.data() + row * stride_;
  const std::size_t wanted = at.known == 0 ? column + 1 : columns_;
  const std::uint32_t from = at.known == 0 ? at.start : ends[at.known - 1] + 1;
  const std::size_t found = find_ends(held_.map, from, wanted - at.known, ends + at.known);
  at.known = static_cast<std::uint16_t>(std::min(at.known + found, columns_));
}

void CsvItemReader::scan_row(std::size_t row) {
  Row& at = rows_[row];
  const std::string_view text = std::string_view(held_.text).substr(at.start, at.end - at.start);
  CsvScanner(part_->delimiter).map(text, row_map_);
  at.doubled_quotes = !row_map_.records.empty() && row_map_.records.front().doubled_quotes;
  std::uint32_t* const ends = ends_.data() + row * stride_;
  const std::size_t found = std::min(find_ends(row_map_, 0, columns_, ends), columns_);
  for (std::size_t i = 0; i < found; ++i) ends[i] += at.start;
  at.known = static_cast<std::uint16_t>(found);
}

std::uint64_t CsvItemReader::line(std::size_t row) const {
  if (scanned_) return held_.first_line + rows_[row].line;
  const std::string_view before = std::string_view(held_.text).substr(0, rows_[row].start);
  std::uint64_t lines = 0;
  char last = '\0';
  for (const char byte : before) {
    if (byte == '\r' || (byte == '\n' && last != '\r')) ++lines;
    last = byte;
  }
  return held_.first_line + lines;
}

RawCell CsvItemReader::odd_cell(std::string_view raw, bool doubled_quotes) {
  if (!is_quoted_csv(raw)) return bounded_cell(raw);
  const std::string_view quoted = within_quotes(raw);
  if (!doubled_quotes || quoted.find('"') == std::string_view::npos) return bounded_cell(quoted);
  copied_ = true;
  char* const copy = static_cast<char*>(copies_.allocate(quoted.size(), 1));
  return bounded_cell({copy, undouble_quotes(quoted, copy)});
}

std::unexpected<Error> CsvItemReader::changed() const {
  return fail(
      in_file({.code = ErrorCode::kInvalidInput,
               .message = "was changed while it was read; audit it again once it is whole, or audit a copy",
               .where = std::nullopt},
              part_->name));
}

}  // namespace plumbline
