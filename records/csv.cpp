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

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "records/csv_impl.h"

namespace plumbline {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{256} << 10;  // small enough to stay in the second-level cache
constexpr std::size_t kWindowBytes = std::size_t{32} << 10;  // positions of one window stay there too
constexpr std::size_t kMaxHeadNuls = std::size_t{64} << 10;
constexpr std::uint32_t kOversize = static_cast<std::uint32_t>(kMaxRecordBytes) + 1;

bool can_delimit(char byte) { return byte != '"' && byte != '\n' && byte != '\r' && byte != '\0'; }

std::string ragged_reason(std::uint64_t cells, std::size_t columns) {
  const std::string_view remedy =
      cells < columns ? "look for a line break in a cell without quotes, or add the missing cells"
                      : "put cells that hold the delimiter in double quotes";
  return fmt::format("has {} cell{}, the header has {}; {}", cells, cells == 1 ? "" : "s", columns, remedy);
}

}  // namespace

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
  original_start_ = stats_.bytes - chunk.size();
  for (; !chunk.empty(); chunk.remove_prefix(original_.size())) {
    const std::string_view piece = chunk.substr(0, kPieceBytes);
    original_ = piece;
    head_bytes_ = 0;
    has_nul_ = piece.find('\0') != std::string_view::npos;
    if (Status taken = has_nul_ ? take_without_nuls(piece) : take_piece(piece); !taken) return taken;
    original_start_ += original_.size();
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
    if (Status noted = note_head(*held); !noted) return noted;
    if (!head_.ready()) return {};
    piece.remove_prefix(*held);
    head_bytes_ = *held;
    if (Status taken = take_head(); !taken) return taken;
  }
  return take_body(piece);
}

Status CsvParser::Impl::take_head() {
  scanner_ = CsvScanner(head_.delimiter(), options_.instructions);
  scanning_ = true;
  std::string_view held = head_.text();
  of_head_ = true;
  while (!held.empty()) {
    const std::string_view piece = held.substr(0, kPieceBytes);
    if (Status taken = take_body(piece); !taken) return taken;
    held.remove_prefix(piece.size());
  }
  of_head_ = false;
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
    close_window();
    if (!planned_picks_.empty()) start_picking();
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
  cell_line_ = line_;
  cell_byte_ = body_bytes_ + start - bias_;
}

Status CsvParser::Impl::take_records(std::string_view piece) {
  for (const CsvRecordEnd& found : index_.records) {
    if (is_plain_row(found)) [[likely]] {
      ++record_;
      const CsvRecord record = record_of(found);
      if (options_.cut_bytes > 0) note_start(record);
      append_row(record, {.data = piece.data(), .origin = bias_});
    } else if (Status taken = take_other(found, piece); !taken) {
      return taken;
    }
    step_over(found, piece);
  }
  index_.records.clear();
  return {};
}

// Nothing is odd about it, and all of it stands in the piece.
bool CsvParser::Impl::is_plain_row(const CsvRecordEnd& found) const {
  return header_seen_ && found.cells == columns_ && found.flaw_column == 0 && record_start_ >= bias_ &&
         record_start_ != found.end && found.end - record_start_ <= kMaxRecordBytes;
}

CsvRecord CsvParser::Impl::record_of(const CsvRecordEnd& found) const {
  return {.start = record_start_,
          .end = found.end,
          .ends = index_.ends.data() + found.first_end,
          .cells = found.cells,
          .doubled_quotes = found.doubled_quotes,
          .flaw_column = found.flaw_column};
}

Status CsvParser::Impl::take_other(const CsvRecordEnd& found, std::string_view piece) {
  if (record_start_ == found.end) {
    ++stats_.empty_lines;
    return {};
  }
  if (header_seen_) ++record_;
  return take_record(record_of(found), piece);
}

void CsvParser::Impl::step_over(const CsvRecordEnd& found, std::string_view piece) {
  line_ += 1 + found.quoted_lines;
  const std::size_t next = found.end + 1 - bias_;  // in the piece, as every line end is
  const bool at_cr = piece[next - 1] == '\r';
  const bool at_piece_end = next == piece.size();
  after_cr_ = at_cr && at_piece_end;
  begin_record(found.end + (at_cr && !at_piece_end && piece[next] == '\n' ? 2 : 1));
}

Status CsvParser::Impl::take_record(const CsvRecord& record, std::string_view piece) {
  if (options_.cut_bytes > 0 && header_seen_) note_start(record);
  if (record.end - record.start > kMaxRecordBytes) {
    next_cut_ = 0;  // whoever reads again shall not have to read this record
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
Status CsvParser::Impl::refuse(const CsvRecord& record, std::string_view piece, std::uint32_t column,
                               std::string_view reason) {
  if (!header_seen_) return fail_at(line_, fmt::format("the header {}", reason));
  ++stats_.rejects;
  const std::string raw = raw_of(record, piece);
  sink_.on_reject({.place = place(), .column = column, .reason = reason, .raw = raw});
  return {};
}

// The ends of finished records go. A record with too many cells will be refused: no need to know all its
// ends.
void CsvParser::Impl::close_window() {
  if (index_.cell_start > record_start_) {
    cell_line_ = line_ + index_.cell_lines;
    cell_byte_ = body_bytes_ + index_.cell_start - bias_;
  }
  index_.cell_start = 0;
  const std::size_t kept = std::min(index_.end_count - index_.open_first, kMaxColumns);
  const auto ends = index_.ends.begin();
  if (index_.open_first > 0) std::copy_n(ends + static_cast<std::ptrdiff_t>(index_.open_first), kept, ends);
  index_.end_count = kept;
  index_.open_first = 0;
}

void CsvParser::Impl::keep_open_record(std::string_view piece) {
  const std::uint32_t length = bias_ + static_cast<std::uint32_t>(piece.size()) - record_start_;
  std::string_view text = piece;
  if (record_start_ >= bias_) {
    if (options_.cut_bytes > 0) open_record_offset_ = offset_of(record_start_);
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
    index_.end_count = 0;
  }
  record_start_ = 0;
  body_bytes_ += piece.size();
}

Status CsvParser::Impl::note_head(std::size_t held) {
  head_taken_ += held;
  if (!has_nul_) return {};
  for (std::size_t at = 0; at < original_.size() && held > 0; ++at) {
    if (original_[at] != '\0') {
      --held;
    } else if (head_nuls_.size() == kMaxHeadNuls) {
      return fail_at(0, fmt::format("more than {} NUL bytes stand in the header; save the file as UTF-8 text",
                                    kMaxHeadNuls));
    } else {
      head_nuls_.push_back(original_start_ + at);
    }
  }
  return {};
}

// Where in the file a record starts, whatever was dropped before it.
std::uint64_t CsvParser::Impl::offset_of(std::uint32_t position) const {
  if (position < bias_) return open_record_offset_;  // a record that starts in kept text is that one
  if (of_head_) return offset_in_head(body_bytes_ + position - bias_);
  std::size_t left = head_bytes_ + (position - bias_);
  if (!has_nul_) return original_start_ + left;
  std::size_t at = 0;
  while (at < original_.size() && (left > 0 || original_[at] == '\0')) {
    if (original_[at++] != '\0') --left;
  }
  return original_start_ + at;
}

std::uint64_t CsvParser::Impl::offset_in_head(std::uint64_t position) const {
  std::uint64_t offset = head_taken_ - head_.text().size() + position;
  for (const std::uint64_t nul : head_nuls_) offset += nul <= offset ? 1 : 0;
  return offset;
}

// Behind a NUL it takes a look at every byte to tell where in the file a record begins.
void CsvParser::Impl::note_start(const CsvRecord& record) {
  if (has_nul_ || !head_nuls_.empty()) starts_known_ = false;
  // Of all that has been fed: then this record is before the cut too.
  if (!starts_known_ && stats_.bytes < next_cut_) return;
  const std::uint64_t offset = offset_of(record.start);
  if (offset >= next_cut_) {
    next_cut_ = offset + options_.cut_bytes;
    cut_ = offset;
    flush();
    sink_.on_cut({.offset = offset, .place = place()});
  }
  if (starts_known_) starts_.push_back(static_cast<std::uint32_t>(offset - cut_));
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
char CsvParser::delimiter() const { return impl_->delimiter(); }
std::vector<std::uint32_t> CsvParser::take_starts() { return impl_->take_starts(); }

}  // namespace plumbline
