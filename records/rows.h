// What every reader of records (CSV, JSON) hands on: batches of raw cells, and rows it had to reject.
// Views are valid only during the call that passes them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace plumbline {

enum class CellState : std::uint8_t {
  kText,     // `text` is the cell; empty text is null for every type, as Salesforce keeps no empty strings
  kNull,     // the source said null, or had no such cell in this record (JSON)
  kTooLong,  // longer than kMaxCellBytes; `text` is its first kMaxRawBytes bytes
};

struct RawCell {
  std::string_view text;
  CellState state = CellState::kText;
};

// Where a row began in its file, from 1.
struct RowPlace {
  std::uint64_t line = 0;
  std::uint64_t record = 0;  // number of the data row; the header is not counted
};

// Cells of the wanted columns alone, row after row, in the order on_header asked for.
struct RowBatch {
  std::size_t columns = 0;
  std::span<const RawCell> cells;  // places.size() * columns
  std::span<const RowPlace> places;
  // The first kMaxRawBytes of each row as it stood; empty where the format has no such thing.
  std::span<const std::string_view> raws{};

  std::span<const RawCell> row(std::size_t index) const { return cells.subspan(index * columns, columns); }
  std::string_view raw(std::size_t index) const { return raws.empty() ? std::string_view{} : raws[index]; }
};

// A place where a second reading may start: the first byte of a record.
struct RowCut {
  std::uint64_t offset = 0;  // bytes of the file before it
  RowPlace place;            // of that record
};

// A row that could not be taken. Nothing of it reaches on_rows.
struct RowReject {
  RowPlace place;
  std::uint32_t column = 0;  // from 1, in the file's columns; 0 for the whole row
  std::string_view reason;   // fact and remedy
  std::string_view raw;      // at most kMaxRawBytes of the row as it stood
};

inline constexpr std::size_t kMaxCellBytes = std::size_t{1} << 20;  // 1 MiB
inline constexpr std::size_t kMaxRecordBytes = std::size_t{16} << 20;
inline constexpr std::size_t kMaxRawBytes = 200;
inline constexpr std::size_t kMaxColumns = 4096;

// One virtual call a batch, never one a row or a cell.
class RowSink {
 public:
  virtual ~RowSink() = default;
  // Names as the file spells them (trimmed, BOM removed). Answers with the indexes wanted, in the order the
  // batches shall have them. An Error stops the reading and is what the reader returns.
  virtual Result<std::vector<std::uint32_t>> on_header(std::span<const std::string> names) = 0;
  virtual void on_rows(const RowBatch& batch) = 0;
  virtual void on_reject(const RowReject& reject) = 0;
  // Between the rows before the cut and those after it. Only of readers that were asked for cuts.
  virtual void on_cut(const RowCut&) {}
};

}  // namespace plumbline
