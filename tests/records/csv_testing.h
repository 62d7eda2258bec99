// What the CSV tests share: reading a text in given pieces, and writing down all that comes of it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "records/csv.h"

namespace plumbline::csv_testing {

using Cells = std::vector<std::string>;

struct SeenRow {
  std::uint64_t line = 0;
  std::uint64_t record = 0;
  Cells cells;
  friend bool operator==(const SeenRow&, const SeenRow&) = default;
};

struct SeenReject {
  std::uint64_t line = 0;
  std::uint64_t record = 0;
  std::uint32_t column = 0;
  std::string reason;
  std::string raw;
  friend bool operator==(const SeenReject&, const SeenReject&) = default;
};

// Everything that a reading brings about.
struct Seen {
  Cells header;
  std::vector<SeenRow> rows;
  std::vector<SeenReject> rejects;
  std::string error;  // with its place; empty for none
  std::uint64_t empty_lines = 0;
  friend bool operator==(const Seen&, const Seen&) = default;
};

inline std::ostream& operator<<(std::ostream& out, const Seen& seen) {
  out << "header " << testing::PrintToString(seen.header) << "\n";
  for (const SeenRow& row : seen.rows) {
    out << "row " << row.record << " line " << row.line << " " << testing::PrintToString(row.cells) << "\n";
  }
  for (const SeenReject& reject : seen.rejects) {
    out << "reject " << reject.record << " line " << reject.line << " column " << reject.column << " "
        << reject.reason << " raw " << testing::PrintToString(reject.raw) << "\n";
  }
  return out << "error " << seen.error << "\nempty lines " << seen.empty_lines << "\n";
}

class Collector : public RowSink {
 public:
  explicit Collector(std::optional<std::vector<std::uint32_t>> wanted = std::nullopt)
      : wanted_(std::move(wanted)) {}

  Result<std::vector<std::uint32_t>> on_header(std::span<const std::string> names) override {
    seen.header.assign(names.begin(), names.end());
    if (wanted_) return *wanted_;
    std::vector<std::uint32_t> all(names.size());
    std::iota(all.begin(), all.end(), 0U);
    return all;
  }

  void on_rows(const RowBatch& batch) override {
    ++batches;
    largest_batch = std::max(largest_batch, batch.places.size());
    for (std::size_t i = 0; i < batch.places.size(); ++i) {
      SeenRow row{.line = batch.places[i].line, .record = batch.places[i].record, .cells = {}};
      for (const RawCell& cell : batch.row(i)) {
        row.cells.emplace_back(cell.text);
        if (cell.state == CellState::kTooLong) ++too_long;
      }
      seen.rows.push_back(std::move(row));
    }
  }

  void on_reject(const RowReject& reject) override {
    seen.rejects.push_back({.line = reject.place.line,
                            .record = reject.place.record,
                            .column = reject.column,
                            .reason = std::string(reject.reason),
                            .raw = std::string(reject.raw)});
  }

  Seen seen;
  std::size_t batches = 0;
  std::size_t largest_batch = 0;
  std::size_t too_long = 0;

 private:
  std::optional<std::vector<std::uint32_t>> wanted_;
};

inline Seen finished(CsvParser& parser, Collector& sink, const Status& fed) {
  const Status status = fed ? parser.finish() : fed;
  if (!status) sink.seen.error = status.error().to_string();
  sink.seen.empty_lines = parser.stats().empty_lines;
  return sink.seen;
}

// Each piece lives in memory of its own that is gone after feed, so that a view kept too long is noticed by
// the address sanitizer.
inline Seen read_pieces(const std::vector<std::string_view>& pieces, CsvOptions options = {}) {
  Collector sink;
  CsvParser parser(std::move(options), sink);
  Status fed;
  for (const std::string_view piece : pieces) {
    const std::vector<char> own(piece.begin(), piece.end());
    fed = parser.feed({own.data(), own.size()});
    if (!fed) break;
  }
  return finished(parser, sink, fed);
}

inline Seen read(std::string_view text, CsvOptions options = {}) {
  return read_pieces({text}, std::move(options));
}

inline std::vector<std::string_view> in_steps(std::string_view text, std::size_t step) {
  std::vector<std::string_view> pieces;
  for (std::size_t at = 0; at < text.size(); at += step) pieces.push_back(text.substr(at, step));
  return pieces;
}

inline CsvOptions named(CsvInstructions instructions = CsvInstructions::kBest) {
  return {.file = "exp.csv", .delimiter = std::nullopt, .instructions = instructions};
}

}  // namespace plumbline::csv_testing
