// The CSV parser's own face, shared by its two .cpp files: records cut out of the scanner's findings
// (csv.cpp), and rows made of records (csv_rows.cpp). Nothing else includes this.
#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "records/csv.h"
#include "records/csv_head.h"

namespace plumbline {

inline constexpr std::size_t kArenaBytes = std::size_t{64} << 10;  // kept between batches
inline constexpr std::uint32_t kRecordStart = 0xFFFFFFFF;

// A finished record; positions as at the top of this file.
struct CsvRecord {
  std::uint32_t start = 0;
  std::uint32_t end = 0;                // of its line end
  const std::uint32_t* ends = nullptr;  // those kept; as many as are wanted only where `cells` is right
  std::uint64_t cells = 0;
  bool doubled_quotes = false;
  std::uint32_t flaw_column = 0;
};

// Where among CsvRecord::ends a wanted cell's two ends are.
struct WantedCsvCell {
  std::uint32_t before = kRecordStart;  // the end of the cell before it
  std::uint32_t end = 0;
};

// Where a record's bytes are: position p is data[p - origin].
struct CsvRecordText {
  const char* data = nullptr;
  std::uint32_t origin = 0;
};

class CsvParser::Impl {
 public:
  Impl(CsvOptions options, RowSink& sink);

  Status feed(std::string_view chunk);
  Status finish();
  const CsvStats& stats() const { return stats_; }
  char delimiter() const { return head_.delimiter(); }
  std::vector<std::uint32_t> take_starts() {
    return starts_known_ ? std::move(starts_) : std::vector<std::uint32_t>{};
  }

 private:
  Status remember(Status status);
  Status take_chunk(std::string_view chunk);
  Status take_without_nuls(std::string_view piece);
  Status take_piece(std::string_view piece);
  Status take_head();
  Status take_body(std::string_view piece);
  Status take_end();

  void begin_record(std::uint32_t start);
  Status take_records(std::string_view piece);
  bool is_plain_row(const CsvRecordEnd& found) const;
  CsvRecord record_of(const CsvRecordEnd& found) const;
  Status take_other(const CsvRecordEnd& found, std::string_view piece);
  void step_over(const CsvRecordEnd& found, std::string_view piece);
  Status take_record(const CsvRecord& record, std::string_view piece);
  void close_window();
  void keep_open_record(std::string_view piece);
  void start_picking();
  Status note_head(std::size_t held);
  std::uint64_t offset_of(std::uint32_t position) const;
  std::uint64_t offset_in_head(std::uint64_t position) const;
  void note_start(const CsvRecord& record);

  Status take_header(const CsvRecord& record, CsvRecordText text);
  void append_row(const CsvRecord& record, CsvRecordText text);
  CsvRecordText text_of(const CsvRecord& record, std::string_view piece);
  RawCell cell(const CsvRecord& record, CsvRecordText text, WantedCsvCell wanted);
  RawCell odd_cell(std::string_view raw, bool doubled_quotes);
  RawCell bounded(std::string_view text);
  char* copy_space(std::size_t bytes);

  RowPlace place() const { return {.line = line_, .record = record_}; }
  Status refuse(const CsvRecord& record, std::string_view piece, std::uint32_t column,
                std::string_view reason);
  std::string raw_of(const CsvRecord& record, std::string_view piece) const;
  void flush();
  std::unexpected<Error> fail_at(std::uint64_t line, std::string message) const;

  const CsvOptions options_;
  RowSink& sink_;
  CsvStats stats_;
  std::optional<Error> failed_;
  std::string without_nuls_;  // a piece that had some
  CsvHead head_;
  CsvScanner scanner_{','};
  bool scanning_ = false;  // the head is settled

  CsvIndex index_;

  std::string carry_;             // start of the record under way, as far as earlier pieces held it
  std::uint32_t bias_ = 0;        // size of carry_, or kOversize when it has been cut short
  bool after_cr_ = false;         // the last record ended with the piece's last byte, a CR
  std::uint64_t body_bytes_ = 0;  // in pieces before this one
  std::uint32_t record_start_ = 0;
  std::uint64_t line_ = 1;       // of the record under way
  std::uint64_t record_ = 0;     // rows so far; the header is number 0
  std::uint64_t cell_line_ = 1;  // of the cell under way, when the last window ended
  std::uint64_t cell_byte_ = 0;  // its first byte, from the start of the body

  bool header_seen_ = false;
  std::size_t columns_ = 0;
  std::vector<std::uint32_t> wanted_;
  std::vector<WantedCsvCell> wanted_cells_;
  std::vector<std::uint64_t> planned_picks_;  // until picking starts

  std::string_view original_;         // the piece under way as the file has it, NULs and all
  std::uint64_t original_start_ = 0;  // its offset in the file
  std::size_t head_bytes_ = 0;        // of the piece, not counting NULs, that went to the head
  bool has_nul_ = false;              // original_ holds some
  bool of_head_ = false;              // the text under way was held back by the head
  std::uint64_t next_cut_ = 0;
  std::uint64_t cut_ = 0;              // the last one
  std::vector<std::uint32_t> starts_;  // of records, behind their cuts
  bool starts_known_ = true;
  // Where in the file the record under way began, if that was in an earlier piece.
  std::uint64_t open_record_offset_ = 0;
  std::uint64_t head_taken_ = 0;          // bytes the head has held, byte order mark and all, NULs not
  std::vector<std::uint64_t> head_nuls_;  // offsets of those dropped from among them

  std::vector<RawCell> cells_;
  std::vector<RowPlace> places_;
  std::vector<std::string_view> raws_;
  std::size_t batch_rows_ = 0;  // a full batch
  std::array<char, kArenaBytes> arena_start_;
  std::pmr::monotonic_buffer_resource arena_{arena_start_.data(), arena_start_.size()};
  std::size_t arena_used_ = 0;
};

}  // namespace plumbline
