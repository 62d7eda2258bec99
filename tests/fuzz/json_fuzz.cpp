// Any bytes as a JSON document: the outline and the reading of each object agree on the number of rows, and
// what is delivered keeps the bounds of rows.h.
#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <string_view>

#include "records/json.h"

namespace {

using namespace plumbline;

void require(bool holds) {
  if (!holds) std::abort();
}

class Checker : public RowSink {
 public:
  std::uint64_t rows = 0;
  std::uint64_t rejects = 0;

  Result<std::vector<std::uint32_t>> on_header(std::span<const std::string> names) override {
    require(names.size() <= kMaxColumns);
    std::vector<std::uint32_t> all(names.size());
    std::iota(all.begin(), all.end(), 0U);
    return all;
  }

  void on_rows(const RowBatch& batch) override {
    require(batch.cells.size() == batch.places.size() * batch.columns);
    rows += batch.places.size();
    for (const RawCell& cell : batch.cells) {
      require(cell.text.size() <= kMaxCellBytes);
      require(cell.state != CellState::kNull || cell.text.empty());
      require(cell.state != CellState::kTooLong || cell.text.size() <= kMaxRawBytes);
      require(cell.text.find('\0') == std::string_view::npos);
    }
    for (const RowPlace& place : batch.places) require(place.line > 0 && place.record > 0);
  }

  void on_reject(const RowReject& reject) override {
    ++rejects;
    require(!reject.reason.empty() && reject.raw.size() <= kMaxRawBytes);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view document(reinterpret_cast<const char*>(data), size);
  const Result<std::vector<JsonObjectOutline>> outlines = outline_json(document);
  if (!outlines) {
    require(!outlines.error().message.empty());
    return 0;
  }
  require(!outlines->empty() && outlines->size() <= kMaxJsonObjects);
  for (const JsonObjectOutline& outline : *outlines) {
    Checker checker;
    const Result<JsonStats> stats = read_json(document, outline.object, checker);
    require(stats.has_value());
    require(checker.rows + checker.rejects == outline.rows);
    require(stats->rows == checker.rows && stats->rejected == checker.rejects);
  }
  return 0;
}
