// CSV as CRMs, spreadsheets and people write it, read by pushing chunks of any size into a CsvParser.
//
// RFC 4180, and beyond it: a UTF-8 byte order mark; CR LF, LF or CR as line end, also mixed; a last line
// without one; empty lines (skipped); NUL bytes (dropped, counted); comma, semicolon, tab or bar as
// delimiter, told from the header line; a quote in a cell that did not begin with one (it is text). The rows
// are the same however the input is cut into chunks.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "records/csv_scan.h"
#include "records/rows.h"

namespace plumbline {

struct CsvOptions {
  std::string file;  // named in errors; may be empty
  std::optional<char>
      delimiter;  // empty: whichever of , ; tab | is most frequent in the header, outside quotes
  CsvInstructions instructions = CsvInstructions::kBest;
  // on_cut before the first row and then about every so many bytes, or one record, of the file; 0 for never
  std::uint64_t cut_bytes = 0;
};

struct CsvStats {
  std::uint64_t bytes = 0;           // fed so far
  std::uint64_t nul_bytes = 0;       // dropped
  std::uint64_t rows = 0;            // handed to on_rows, or about to be
  std::uint64_t rejects = 0;         // handed to on_reject
  std::uint64_t empty_lines = 0;     // skipped
  std::uint64_t too_long_cells = 0;  // CellState::kTooLong, in wanted columns
};

// Rows rejected, the reading going on with the next one: ragged ones (more or fewer cells than the header),
// ones with text after a closing quote, ones over kMaxRecordBytes. A row's place is the line it starts on.
// Wanted cells over kMaxCellBytes are kTooLong; their row stays.
//
// kInvalidInput, which ends the reading: no header, UTF-16, a header of more than kMaxColumns or with a name
// twice (case does not matter), a quoted cell never closed. Rows before it have been delivered.
//
// Memory: the record under way, a batch of cells, and copies of cells that do not stand in the chunk as they
// should read: some MiB as a rule, under 128 MiB whatever the input. Not for use from two threads at once.
class CsvParser {
 public:
  // `sink` must outlive the parser. Rows come in file order, and so do rejects; batches and rejects may
  // interleave otherwise than in the file.
  CsvParser(CsvOptions options, RowSink& sink);
  ~CsvParser();
  CsvParser(CsvParser&&) noexcept;
  CsvParser& operator=(CsvParser&&) = delete;

  // All complete rows of `chunk` have reached the sink on return, and the chunk is no longer needed.
  // After an Error, further calls answer with the same one.
  Status feed(std::string_view chunk);
  // To be called once, after the last chunk.
  Status finish();
  const CsvStats& stats() const;
  char delimiter() const;  // once the header has been told
  // Where each data record begins, in bytes behind the cut before it; rejected ones too, empty lines not. For
  // once, after the last chunk. Empty where there are no cuts, or a NUL makes it take too long to tell.
  std::vector<std::uint32_t> take_starts();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace plumbline
