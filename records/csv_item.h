// Reading parts of CSV files a second time. A first reading (CsvParser, asked for cuts) found out where rows
// begin, and which records are no rows; from then on any part can be read on its own, by any thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <string>
#include <vector>

#include "records/csv_scan.h"
#include "records/input_file.h"
#include "records/record_id.h"
#include "records/reject.h"
#include "records/rows.h"

namespace plumbline {

// Bytes of an item, or one record. Its text and all that is known of it should stay in a core's own cache.
inline constexpr std::uint64_t kItemBytes = std::uint64_t{256} << 10;

// What the first reading said of one file.
struct CsvPart {
  std::string path;
  std::string name;  // for messages
  FileStamp stamp;   // as it was then
  char delimiter = ',';
  std::size_t columns = 0;               // of its header
  std::vector<FieldSource> sources;      // what may be read of it
  std::vector<std::uint32_t> positions;  // their columns, likewise
  std::vector<std::uint64_t> refused;    // RowPlace::record of the records that are no rows, rising
  std::vector<std::uint32_t> starts;     // of each record, behind its item's first byte; empty if unknown
};

// A run of consecutive rows.
struct CsvItem {
  std::uint32_t part = 0;
  std::uint64_t offset = 0;  // of its first record's first byte
  std::uint64_t bytes = 0;   // up to the next item, or the end of the file
  RowPlace place;            // of the first record
  RowIndex first_row = 0;
  std::uint32_t rows = 0;
};

struct CsvParts {
  std::vector<CsvPart> parts;
  std::vector<CsvItem> items;  // in order of rows
};

// Whole records of one file, with what scanning found in them.
struct CsvText {
  std::uint32_t part = 0;
  std::uint64_t first_line = 0;  // of the file, from 1
  std::string text;
  CsvMap map;
};

// Holds the text of one item. For one thread; the parts must outlive it. Memory: kItemBytes and one record,
// and copies of cells with doubled quotes.
class CsvItemReader {
 public:
  explicit CsvItemReader(const CsvParts& parts) : parts_(parts), files_(parts.parts.size()) {}

  // Fails where the file is not what it was at the first reading.
  Status start(const CsvItem& item);

  // For texts that are read for the first time: whoever fills this one calls take_rows(), which answers false
  // where some record is no row; what the others are is then open.
  CsvText& held() { return held_; }
  bool take_rows();

  const CsvPart& part() const { return *part_; }
  std::size_t rows() const { return rows_.size(); }
  // Of a source of the part, by its place in CsvPart::sources. The text is good until the next start().
  RawCell cell(std::size_t row, std::size_t source) {
    Row& at = rows_[row];
    const std::uint32_t column = part_->positions[source];
    if (column >= at.known) unfold(row, column);
    const std::uint32_t* const ends = ends_.data() + row * stride_;
    const std::uint32_t begin = column == 0 ? at.start : ends[column - 1] + 1;
    const std::string_view raw(held_.text.data() + begin, ends[column] - begin);
    if (raw.empty() || (raw.front() != '"' && raw.size() <= kMaxCellBytes)) [[likely]]
      return {.text = raw};
    return odd_cell(raw, at.doubled_quotes);
  }
  // In the file, from 1.
  std::uint64_t line(std::size_t row) const;
  // Asks for the memory of a row's first cells.
  void approach(std::size_t row) const {
    constexpr std::size_t kLineBytes = 64;
    constexpr std::size_t kLines = 4;
    if (row >= rows_.size()) return;
    const char* const start = held_.text.data() + rows_[row].start;
    for (std::size_t i = 0; i < kLines; ++i) __builtin_prefetch(start + i * kLineBytes);
  }

 private:
  struct Row {
    std::uint32_t start = 0;
    std::uint32_t end = 0;    // of a row that has not been scanned: what is behind it, or behind its records
    std::uint32_t line = 0;   // behind the text's first; of a row that has been scanned with the whole text
    std::uint16_t known = 0;  // so many of its cells' ends stand in ends_
    bool doubled_quotes = false;
  };

  void turn_to(std::uint32_t part);
  Status read_text(const CsvItem& item);
  Status check_unchanged() const;
  Status find_rows(const CsvItem& item);
  Status place_rows(const CsvItem& item);
  void scan_rows(const CsvItem& item);
  void make_room_for_ends();
  void forget_rows();
  std::uint32_t behind(const CsvMappedRecord& record) const;
  void unfold(std::size_t row, std::uint32_t column);
  void scan_row(std::size_t row);
  RawCell odd_cell(std::string_view raw, bool doubled_quotes);
  std::unexpected<Error> changed() const;

  const CsvParts& parts_;
  std::vector<std::unique_ptr<InputFile>> files_;  // by part, once opened
  const CsvPart* part_ = nullptr;
  InputFile* file_ = nullptr;
  CsvText held_;
  bool has_nul_ = false;  // the text had one
  bool scanned_ = false;  // held_.map is of the text; else each row is scanned when a cell of it is asked for
  CsvMap row_map_;        // of such a row
  std::vector<Row> rows_;
  std::size_t columns_ = 0;  // of each row, as far as somebody may look
  // Of each row's cells, as far as they are known; a row's are stride_ apart.
  std::vector<std::uint32_t> ends_;
  std::size_t stride_ = 0;
  std::array<char, std::size_t{16} << 10> copies_start_;
  std::pmr::monotonic_buffer_resource copies_{copies_start_.data(), copies_start_.size()};
  bool copied_ = false;
};

}  // namespace plumbline
