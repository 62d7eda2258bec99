// Two layers. CsvScanner (csv_scan.h) turns bytes into positions: where cells and records end, and the few
// odd places (doubled quotes, line ends inside quotes, text after a closing quote). This file cuts rows out
// of those positions, and looks at the bytes of wanted columns alone.
//
//   chunk -> pieces -> CsvHead -> CsvScanner, window by window -> take_record -> RowBatch
//
// A piece is as much text as stays in the cache; one that holds NUL is copied without. The record that a
// piece leaves unfinished is kept in `carry_`, with the positions found in it. Positions count from the start
// of that kept text:
//
//   |<------- carry_ ------->|<--------------- piece --------------->|
//   0                        bias_
//   a record that begins below bias_ is put together in the arena; all others are read where they lie.
#include "records/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <memory_resource>
#include <span>
#include <utility>
#include <vector>

#include "records/csv_head.h"

namespace plumbline {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{256} << 10;  // small enough to stay in the second-level cache
constexpr std::size_t kWindowBytes = std::size_t{32} << 10;  // positions of one window stay there too
constexpr std::size_t kBatchRows = 1024;
constexpr std::size_t kBatchCells = 8192;                   // fewer rows when they are wide
constexpr std::size_t kArenaBytes = std::size_t{64} << 10;  // kept between batches
constexpr std::size_t kFlushBytes = std::size_t{1} << 20;   // a batch whose copies weigh this much goes out
constexpr std::uint32_t kOversize = static_cast<std::uint32_t>(kMaxRecordBytes) + 1;

// Of the record under way, what earlier windows found and has been forgotten since.
struct OpenRecord {
  std::size_t ends = 0;     // cell ends beyond kMaxColumns
  std::uint64_t lines = 0;  // line ends inside quotes
  bool doubled_quotes = false;
  std::uint32_t flaw_column = 0;  // from 1; 0 for none
};

// A finished record; positions as at the top of this file.
struct Record {
  std::uint32_t start = 0;
  std::uint32_t end = 0;  // of its line end
  std::span<const std::uint32_t> ends;
  std::size_t cells = 0;  // ends.size(), or more when it had too many to remember
  bool doubled_quotes = false;
  std::uint32_t flaw_column = 0;
};

// Where a record's bytes are: position p is data[p - origin].
struct RecordText {
  const char* data = nullptr;
  std::uint32_t origin = 0;
};

// Goes through one list of positions as the records do.
class Cursor {
 public:
  // How many positions are below `limit` and have not been taken before.
  std::size_t take_below(const std::vector<std::uint32_t>& list, std::uint32_t limit) {
    const std::size_t first = at_;
    while (at_ < list.size() && list[at_] < limit) ++at_;
    return at_ - first;
  }
  std::size_t at() const { return at_; }
  void rewind() { at_ = 0; }

 private:
  std::size_t at_ = 0;
};

bool can_delimit(char byte) { return byte != '"' && byte != '\n' && byte != '\r' && byte != '\0'; }

std::string ragged_reason(std::size_t cells, std::size_t columns) {
  const std::string_view remedy =
      cells < columns ? "look for a line break in a cell without quotes, or add the missing cells"
                      : "put cells that hold the delimiter in double quotes";
  return fmt::format("has {} cell{}, the header has {}; {}", cells, cells == 1 ? "" : "s", columns, remedy);
}

}  // namespace

class CsvParser::Impl {
 public:
  Impl(CsvOptions options, RowSink& sink);

  Status feed(std::string_view chunk);
  Status finish();
  const CsvStats& stats() const { return stats_; }

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
  Record next_record(std::uint32_t end_index);
  Status take_record(const Record& record, std::string_view piece);
  void gather_below(std::uint32_t limit);
  void close_window(std::uint32_t window_start, std::uint32_t window_end);
  void keep_open_record(std::string_view piece);

  Status take_header(const Record& record, RecordText text);
  void append_row(const Record& record, RecordText text);
  RecordText text_of(const Record& record, std::string_view piece);
  RawCell cell(const Record& record, RecordText text, std::size_t column);
  RawCell undoubled(std::string_view quoted);
  RawCell bounded(std::string_view text);
  char* copy_space(std::size_t bytes);

  RowPlace place() const { return {.line = line_, .record = record_}; }
  Status refuse(const Record& record, std::string_view piece, std::uint32_t column, std::string_view reason);
  std::string raw_of(const Record& record, std::string_view piece) const;
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
  Cursor doubled_quotes_;
  Cursor quoted_lines_;
  Cursor flaws_;

  std::string carry_;             // start of the record under way, as far as earlier pieces held it
  std::uint32_t bias_ = 0;        // size of carry_, or kOversize when it has been cut short
  bool after_cr_ = false;         // the last record ended with the piece's last byte, a CR
  std::uint64_t body_bytes_ = 0;  // in pieces before this one
  std::uint32_t record_start_ = 0;
  std::size_t first_end_ = 0;  // of the record under way, in index_.ends
  OpenRecord open_;
  std::uint64_t line_ = 1;       // of the record under way
  std::uint64_t record_ = 0;     // rows so far; the header is number 0
  std::uint64_t cell_line_ = 1;  // of the cell under way, when the last window ended
  std::uint64_t cell_byte_ = 0;  // its first byte, from the start of the body

  bool header_seen_ = false;
  std::size_t columns_ = 0;
  std::vector<std::uint32_t> wanted_;

  std::vector<RawCell> cells_;
  std::vector<RowPlace> places_;
  std::size_t batch_rows_ = 0;  // a full batch
  std::array<char, kArenaBytes> arena_start_;
  std::pmr::monotonic_buffer_resource arena_{arena_start_.data(), arena_start_.size()};
  std::size_t arena_used_ = 0;
};

CsvParser::Impl::Impl(CsvOptions options, RowSink& sink)
    : options_(std::move(options)), sink_(sink), head_(options_.delimiter) {
  if (options_.delimiter && !can_delimit(*options_.delimiter)) {
    failed_ = Error{
        .code = ErrorCode::kInvalidInput,
        .message = "a quote, a line end or NUL cannot be the delimiter; name a comma, a semicolon or a tab",
        .where = std::nullopt};
  }
}

Status CsvParser::Impl::feed(std::string_view chunk) {
  if (failed_) return fail(*failed_);
  stats_.bytes += chunk.size();
  Status taken = take_chunk(chunk);
  flush();
  return remember(std::move(taken));
}

Status CsvParser::Impl::finish() {
  if (failed_) return fail(*failed_);
  Status taken = take_end();
  flush();
  return remember(std::move(taken));
}

Status CsvParser::Impl::remember(Status status) {
  if (!status) failed_ = status.error();
  return status;
}

Status CsvParser::Impl::take_chunk(std::string_view chunk) {
  for (; !chunk.empty(); chunk.remove_prefix(std::min(chunk.size(), kPieceBytes))) {
    const std::string_view piece = chunk.substr(0, kPieceBytes);
    const bool has_nul = piece.find('\0') != std::string_view::npos;
    if (Status taken = has_nul ? take_without_nuls(piece) : take_piece(piece); !taken) return taken;
  }
  return {};
}

Status CsvParser::Impl::take_without_nuls(std::string_view piece) {
  without_nuls_ = piece;
  stats_.nul_bytes += std::erase(without_nuls_, '\0');
  Status taken = take_piece(without_nuls_);
  flush();  // before the copy goes
  return taken;
}

Status CsvParser::Impl::take_piece(std::string_view piece) {
  if (!scanning_) {
    const Result<std::size_t> held = head_.take(piece);
    if (!held) return fail_at(0, held.error().message);
    if (!head_.ready()) return {};
    piece.remove_prefix(*held);
    if (Status taken = take_head(); !taken) return taken;
  }
  return take_body(piece);
}

Status CsvParser::Impl::take_head() {
  scanner_ = CsvScanner(head_.delimiter(), options_.instructions);
  scanning_ = true;
  std::string_view held = head_.text();
  while (!held.empty()) {
    const std::string_view piece = held.substr(0, kPieceBytes);
    if (Status taken = take_body(piece); !taken) return taken;
    held.remove_prefix(piece.size());
  }
  flush();
  head_.release_text();
  return {};
}

Status CsvParser::Impl::take_body(std::string_view piece) {
  if (after_cr_ && !piece.empty()) {
    after_cr_ = false;
    if (piece.front() == '\n') begin_record(1);
  }
  for (std::size_t at = 0; at < piece.size(); at += kWindowBytes) {
    const std::string_view window = piece.substr(at, kWindowBytes);
    const std::uint32_t base = bias_ + static_cast<std::uint32_t>(at);
    scanner_.scan(window, base, index_);
    if (Status taken = take_records(piece); !taken) return taken;
    close_window(base, base + static_cast<std::uint32_t>(window.size()));
  }
  keep_open_record(piece);
  return {};
}

Status CsvParser::Impl::take_end() {
  if (!scanning_) {
    head_.close();
    if (Status taken = take_head(); !taken) return taken;
  }
  if (scanner_.in_quotes()) {
    return fail_at(cell_line_,
                   fmt::format("a quoted cell is never closed: {} bytes follow its opening quote up to the "
                               "end of the file; close it, and write a quote that is text twice",
                               body_bytes_ - cell_byte_ - 1));
  }
  if (bias_ > 0) {
    if (Status taken = take_body("\n"); !taken) return taken;
  }
  if (!header_seen_) {
    return fail_at(0, "the file is empty; export it again with a header line of column names");
  }
  return {};
}

void CsvParser::Impl::begin_record(std::uint32_t start) {
  record_start_ = start;
  open_ = {};
  cell_line_ = line_;
  cell_byte_ = body_bytes_ + start - bias_;
}

Status CsvParser::Impl::take_records(std::string_view piece) {
  for (const std::uint32_t end_index : index_.record_ends) {
    const Record record = next_record(end_index);
    if (record.start == record.end) {
      ++stats_.empty_lines;
    } else {
      if (header_seen_) ++record_;
      if (Status taken = take_record(record, piece); !taken) return taken;
    }
    first_end_ = end_index + 1;
    line_ += 1 + open_.lines;
    const std::size_t next = record.end + 1 - bias_;  // in the piece, as every line end is
    const bool at_cr = piece[next - 1] == '\r';
    const bool at_piece_end = next == piece.size();
    after_cr_ = at_cr && at_piece_end;
    begin_record(record.end + (at_cr && !at_piece_end && piece[next] == '\n' ? 2 : 1));
  }
  index_.record_ends.clear();
  return {};
}

Record CsvParser::Impl::next_record(std::uint32_t end_index) {
  const std::span<const std::uint32_t> ends(index_.ends.data() + first_end_, end_index + 1 - first_end_);
  gather_below(ends.back());
  return {.start = record_start_,
          .end = ends.back(),
          .ends = ends,
          .cells = open_.ends + ends.size(),
          .doubled_quotes = open_.doubled_quotes,
          .flaw_column = open_.flaw_column};
}

void CsvParser::Impl::gather_below(std::uint32_t limit) {
  open_.lines += quoted_lines_.take_below(index_.quoted_lines, limit);
  if (doubled_quotes_.take_below(index_.doubled_quotes, limit) > 0) open_.doubled_quotes = true;
  const std::size_t first_flaw = flaws_.at();
  if (flaws_.take_below(index_.flaws, limit) > 0 && open_.flaw_column == 0) {
    const auto first = index_.ends.begin() + static_cast<std::ptrdiff_t>(first_end_);
    const auto last = index_.ends.begin() + static_cast<std::ptrdiff_t>(index_.end_count);
    const auto ends_before = std::lower_bound(first, last, index_.flaws[first_flaw]) - first;
    open_.flaw_column = static_cast<std::uint32_t>(open_.ends + static_cast<std::size_t>(ends_before) + 1);
  }
}

Status CsvParser::Impl::take_record(const Record& record, std::string_view piece) {
  if (record.end - record.start > kMaxRecordBytes) {
    return refuse(record, piece, 0,
                  fmt::format("is longer than {} MiB; look for a quote that is closed too late",
                              kMaxRecordBytes >> 20));
  }
  if (record.flaw_column != 0) {
    return refuse(record, piece, record.flaw_column,
                  "has text after the closing quote of a cell; write a quote inside a quoted cell twice");
  }
  if (!header_seen_) return take_header(record, text_of(record, piece));
  if (record.cells != columns_) return refuse(record, piece, 0, ragged_reason(record.cells, columns_));
  append_row(record, text_of(record, piece));
  return {};
}

// A row is rejected and the reading goes on; without a header it cannot.
Status CsvParser::Impl::refuse(const Record& record, std::string_view piece, std::uint32_t column,
                               std::string_view reason) {
  if (!header_seen_) return fail_at(line_, fmt::format("the header {}", reason));
  ++stats_.rejects;
  const std::string raw = raw_of(record, piece);
  sink_.on_reject({.place = place(), .column = column, .reason = reason, .raw = raw});
  return {};
}

// What the next window must know of the record under way moves to open_, and the lists are emptied.
void CsvParser::Impl::close_window(std::uint32_t window_start, std::uint32_t window_end) {
  const std::size_t found = index_.end_count - first_end_;
  if (found > 0 && index_.ends[index_.end_count - 1] >= window_start) {
    const std::uint32_t cell_start = index_.ends[index_.end_count - 1] + 1;
    gather_below(cell_start);
    cell_line_ = line_ + open_.lines;
    cell_byte_ = body_bytes_ + cell_start - bias_;
  }
  gather_below(window_end);
  for (auto* list : {&index_.quoted_lines, &index_.doubled_quotes, &index_.flaws}) list->clear();
  for (Cursor* cursor : {&quoted_lines_, &doubled_quotes_, &flaws_}) cursor->rewind();

  const std::size_t kept = std::min(found, kMaxColumns);
  open_.ends += found - kept;
  const auto ends = index_.ends.begin();
  if (first_end_ > 0) std::copy_n(ends + static_cast<std::ptrdiff_t>(first_end_), kept, ends);
  index_.end_count = kept;
  first_end_ = 0;
}

void CsvParser::Impl::keep_open_record(std::string_view piece) {
  const std::uint32_t length = bias_ + static_cast<std::uint32_t>(piece.size()) - record_start_;
  std::string_view text = piece;
  if (record_start_ >= bias_) {
    text.remove_prefix(record_start_ - bias_);
    carry_.clear();
    for (std::size_t i = 0; i < index_.end_count; ++i) index_.ends[i] -= record_start_;
  }
  if (length <= kMaxRecordBytes) {
    carry_.append(text);
    bias_ = length;
  } else {
    carry_.append(text.substr(0, kMaxRawBytes));
    carry_.resize(std::min(carry_.size(), kMaxRawBytes));
    bias_ = kOversize;
    open_.ends += std::exchange(index_.end_count, 0);
  }
  record_start_ = 0;
  body_bytes_ += piece.size();
}

Status CsvParser::Impl::take_header(const Record& record, RecordText text) {
  header_seen_ = true;
  columns_ = record.cells;
  if (Status counted = check_csv_column_count(columns_); !counted)
    return fail_at(line_, counted.error().message);
  std::vector<std::string> names;
  names.reserve(columns_);
  for (std::size_t i = 0; i < columns_; ++i) names.emplace_back(trim_csv_name(cell(record, text, i).text));
  if (Status checked = check_csv_names(names); !checked) return fail_at(line_, checked.error().message);

  Result<std::vector<std::uint32_t>> wanted = sink_.on_header(names);
  if (!wanted) return fail(std::move(wanted.error()));
  for (const std::uint32_t column : *wanted) {
    if (column >= columns_)
      return fail(ErrorCode::kInternal, fmt::format("column {} was wanted of {}", column, columns_));
  }
  wanted_ = std::move(*wanted);
  batch_rows_ =
      std::clamp(kBatchCells / std::max<std::size_t>(wanted_.size(), 1), std::size_t{1}, kBatchRows);
  cells_.resize(batch_rows_ * wanted_.size());
  places_.reserve(batch_rows_);
  stats_.too_long_cells = 0;  // a name is not a cell
  return {};
}

void CsvParser::Impl::append_row(const Record& record, RecordText text) {
  RawCell* out = cells_.data() + places_.size() * wanted_.size();
  for (const std::uint32_t column : wanted_) *out++ = cell(record, text, column);
  places_.push_back(place());
  ++stats_.rows;
  if (places_.size() == batch_rows_ || arena_used_ > kFlushBytes) flush();
}

RecordText CsvParser::Impl::text_of(const Record& record, std::string_view piece) {
  if (record.start >= bias_) return {.data = piece.data(), .origin = bias_};
  const std::size_t rest = record.end + 1 - bias_;
  char* copy = copy_space(carry_.size() + rest);
  std::memcpy(copy, carry_.data(), carry_.size());
  std::memcpy(copy + carry_.size(), piece.data(), rest);
  return {.data = copy, .origin = 0};
}

RawCell CsvParser::Impl::cell(const Record& record, RecordText text, std::size_t column) {
  const std::uint32_t begin = column == 0 ? record.start : record.ends[column - 1] + 1;
  const std::string_view raw(text.data + (begin - text.origin), record.ends[column] - begin);
  if (raw.empty() || raw.front() != '"') return bounded(raw);
  const std::string_view quoted = raw.substr(1, raw.size() - 2);
  return record.doubled_quotes ? undoubled(quoted) : bounded(quoted);
}

RawCell CsvParser::Impl::undoubled(std::string_view quoted) {
  std::size_t quote = quoted.find('"');
  if (quote == std::string_view::npos) return bounded(quoted);
  char* const copy = copy_space(quoted.size());
  char* out = copy;
  for (; quote != std::string_view::npos; quote = quoted.find('"')) {
    out = std::copy_n(quoted.data(), quote + 1, out);
    quoted.remove_prefix(quote + 2);
  }
  out = std::copy_n(quoted.data(), quoted.size(), out);
  return bounded({copy, static_cast<std::size_t>(out - copy)});
}

RawCell CsvParser::Impl::bounded(std::string_view text) {
  if (text.size() <= kMaxCellBytes) [[likely]]
    return {.text = text, .state = CellState::kText};
  ++stats_.too_long_cells;
  return {.text = text.substr(0, kMaxRawBytes), .state = CellState::kTooLong};
}

char* CsvParser::Impl::copy_space(std::size_t bytes) {
  arena_used_ += bytes;
  return static_cast<char*>(arena_.allocate(bytes, 1));
}

std::string CsvParser::Impl::raw_of(const Record& record, std::string_view piece) const {
  std::string raw;
  if (record.start < bias_) raw = carry_.substr(0, kMaxRawBytes);
  const std::size_t from = record.start < bias_ ? 0 : record.start - bias_;
  raw += piece.substr(from, std::min(record.end - bias_ - from, kMaxRawBytes - raw.size()));
  return raw;
}

void CsvParser::Impl::flush() {
  if (!places_.empty()) {
    const std::size_t columns = wanted_.size();
    sink_.on_rows({.columns = columns,
                   .cells = std::span<const RawCell>(cells_).first(places_.size() * columns),
                   .places = places_});
    places_.clear();
  }
  if (arena_used_ > 0) arena_.release();
  arena_used_ = 0;
}

std::unexpected<Error> CsvParser::Impl::fail_at(std::uint64_t line, std::string message) const {
  Error error{.code = ErrorCode::kInvalidInput, .message = std::move(message), .where = std::nullopt};
  constexpr std::uint64_t kMaxLine = std::numeric_limits<std::uint32_t>::max();
  if (line > 0 || !options_.file.empty()) {
    error.where =
        SourceSpan{.file = options_.file, .line = static_cast<std::uint32_t>(std::min(line, kMaxLine))};
  }
  return fail(std::move(error));
}

CsvParser::CsvParser(CsvOptions options, RowSink& sink)
    : impl_(std::make_unique<Impl>(std::move(options), sink)) {}
CsvParser::~CsvParser() = default;
CsvParser::CsvParser(CsvParser&&) noexcept = default;

Status CsvParser::feed(std::string_view chunk) { return impl_->feed(chunk); }
Status CsvParser::finish() { return impl_->finish(); }
const CsvStats& CsvParser::stats() const { return impl_->stats(); }

}  // namespace plumbline
