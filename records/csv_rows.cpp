// Rows out of records: which columns are wanted, the text of their cells, and batches of rows.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "records/csv_cell.h"
#include "records/csv_impl.h"

namespace plumbline {
namespace {

constexpr std::size_t kBatchRows = 1024;
constexpr std::size_t kBatchCells = 8192;                  // fewer rows when they are wide
constexpr std::size_t kFlushBytes = std::size_t{1} << 20;  // a batch whose copies weigh this much goes out
// Picking cell ends pays where at most one in so many is wanted.
constexpr std::size_t kCellsAPick = 4;

WantedCsvCell cell_at(std::size_t column) {
  const auto end = static_cast<std::uint32_t>(column);
  return {.before = column == 0 ? kRecordStart : end - 1, .end = end};
}

}  // namespace

std::vector<std::uint64_t> csv_picks(std::span<const std::uint32_t> columns, std::size_t all_columns) {
  std::vector<std::uint64_t> picks;
  for (const std::uint32_t column : columns) {
    if (column > 0) picks.push_back(column - 1);
    picks.push_back(column);
  }
  std::ranges::sort(picks);
  const auto repeated = std::ranges::unique(picks);
  picks.erase(repeated.begin(), repeated.end());
  if (picks.empty()) picks.push_back(0);
  if (picks.size() * kCellsAPick > all_columns) picks.clear();
  return picks;
}

Status CsvParser::Impl::take_header(const CsvRecord& record, CsvRecordText text) {
  header_seen_ = true;
  columns_ = record.cells;
  if (Status counted = check_csv_column_count(columns_); !counted)
    return fail_at(line_, counted.error().message);
  std::vector<std::string> names;
  names.reserve(columns_);
  for (std::size_t i = 0; i < columns_; ++i)
    names.emplace_back(trim_csv_name(cell(record, text, cell_at(i)).text));
  if (Status checked = check_csv_names(names); !checked) return fail_at(line_, checked.error().message);

  Result<std::vector<std::uint32_t>> wanted = sink_.on_header(names);
  if (!wanted) return fail(std::move(wanted.error()));
  for (const std::uint32_t column : *wanted) {
    if (column >= columns_)
      return fail(ErrorCode::kInternal, fmt::format("column {} was wanted of {}", column, columns_));
  }
  wanted_ = std::move(*wanted);
  for (const std::uint32_t column : wanted_) wanted_cells_.push_back(cell_at(column));
  planned_picks_ = csv_picks(wanted_, columns_);
  next_cut_ = 0;
  batch_rows_ =
      std::clamp(kBatchCells / std::max<std::size_t>(wanted_.size(), 1), std::size_t{1}, kBatchRows);
  cells_.resize(batch_rows_ * wanted_.size());
  places_.reserve(batch_rows_);
  stats_.too_long_cells = 0;  // a name is not a cell
  return {};
}

// Between two windows: what has been found of the record under way becomes what picking would have found.
void CsvParser::Impl::start_picking() {
  const auto slot_of = [&](std::uint32_t column) {
    return static_cast<std::uint32_t>(std::ranges::lower_bound(planned_picks_, column) -
                                      planned_picks_.begin());
  };
  for (std::size_t i = 0; i < wanted_.size(); ++i) {
    if (wanted_[i] > 0) wanted_cells_[i].before = slot_of(wanted_[i] - 1);
    wanted_cells_[i].end = slot_of(wanted_[i]);
  }
  std::size_t kept = 0;
  for (const std::uint64_t ordinal : planned_picks_) {
    if (ordinal >= index_.end_count) break;
    index_.ends[kept++] = index_.ends[ordinal];
  }
  index_.end_count = kept;
  scanner_.pick(std::exchange(planned_picks_, {}));
}

void CsvParser::Impl::append_row(const CsvRecord& record, CsvRecordText text) {
  RawCell* out = cells_.data() + places_.size() * wanted_.size();
  for (const WantedCsvCell wanted : wanted_cells_) *out++ = cell(record, text, wanted);
  places_.push_back(place());
  raws_.emplace_back(text.data + (record.start - text.origin),
                     std::min<std::size_t>(record.end - record.start, kMaxRawBytes));
  ++stats_.rows;
  if (places_.size() == batch_rows_ || arena_used_ > kFlushBytes) flush();
}

CsvRecordText CsvParser::Impl::text_of(const CsvRecord& record, std::string_view piece) {
  if (record.start >= bias_) return {.data = piece.data(), .origin = bias_};
  const std::size_t rest = record.end + 1 - bias_;
  char* copy = copy_space(carry_.size() + rest);
  std::memcpy(copy, carry_.data(), carry_.size());
  std::memcpy(copy + carry_.size(), piece.data(), rest);
  return {.data = copy, .origin = 0};
}

inline RawCell CsvParser::Impl::cell(const CsvRecord& record, CsvRecordText text, WantedCsvCell wanted) {
  const std::uint32_t begin = wanted.before == kRecordStart ? record.start : record.ends[wanted.before] + 1;
  const std::string_view raw(text.data + (begin - text.origin), record.ends[wanted.end] - begin);
  if (raw.empty() || (raw.front() != '"' && raw.size() <= kMaxCellBytes)) [[likely]]
    return {.text = raw};
  return odd_cell(raw, record.doubled_quotes);
}

RawCell CsvParser::Impl::odd_cell(std::string_view raw, bool doubled_quotes) {
  if (!is_quoted_csv(raw)) return bounded(raw);
  const std::string_view quoted = within_quotes(raw);
  if (!doubled_quotes || quoted.find('"') == std::string_view::npos) return bounded(quoted);
  char* const copy = copy_space(quoted.size());
  return bounded({copy, undouble_quotes(quoted, copy)});
}

RawCell CsvParser::Impl::bounded(std::string_view text) {
  const RawCell cell = bounded_cell(text);
  if (cell.state == CellState::kTooLong) [[unlikely]]
    ++stats_.too_long_cells;
  return cell;
}

char* CsvParser::Impl::copy_space(std::size_t bytes) {
  arena_used_ += bytes;
  return static_cast<char*>(arena_.allocate(bytes, 1));
}

std::string CsvParser::Impl::raw_of(const CsvRecord& record, std::string_view piece) const {
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
                   .places = places_,
                   .raws = raws_});
    places_.clear();
    raws_.clear();
  }
  if (arena_used_ > 0) arena_.release();
  arena_used_ = 0;
}

}  // namespace plumbline
