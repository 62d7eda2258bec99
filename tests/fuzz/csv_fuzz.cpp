// The same rows, rejects and error must come of an input whole, cut into pieces, and read with either set of
// instructions; and whatever is delivered must keep the bounds of rows.h.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "records/csv.h"

namespace {

using namespace plumbline;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "csv_fuzz: %s\n", what);
  std::abort();
}

// Writes down all it is told, in two texts: batches and rejects may interleave differently.
class Recorder : public RowSink {
 public:
  Result<std::vector<std::uint32_t>> on_header(std::span<const std::string> names) override {
    require(!names.empty() && names.size() <= kMaxColumns, "the header has an odd number of columns");
    for (const std::string& name : names) note(rows, name);
    std::vector<std::uint32_t> wanted(names.size());
    std::iota(wanted.begin(), wanted.end(), 0U);
    return wanted;
  }

  void on_rows(const RowBatch& batch) override {
    require(!batch.places.empty(), "a batch is empty");
    require(batch.cells.size() == batch.places.size() * batch.columns, "a batch lacks cells");
    for (std::size_t i = 0; i < batch.places.size(); ++i) {
      require(batch.places[i].record > last_row_.record && batch.places[i].line > last_row_.line,
              "rows go back");
      last_row_ = batch.places[i];
      note_place(rows, last_row_);
      for (const RawCell& cell : batch.row(i)) {
        const std::size_t most = cell.state == CellState::kTooLong ? kMaxRawBytes : kMaxCellBytes;
        require(cell.text.size() <= most, "a cell is too long");
        require(cell.text.find('\0') == std::string_view::npos, "a cell holds NUL");
        note(rows, cell.text);
      }
    }
  }

  void on_reject(const RowReject& reject) override {
    require(reject.place.record > last_reject_.record && reject.place.line > last_reject_.line,
            "rejects go back");
    require(!reject.reason.empty() && reject.raw.size() <= kMaxRawBytes, "a reject breaks its bounds");
    last_reject_ = reject.place;
    note_place(rejects, last_reject_);
    note(rejects, std::to_string(reject.column));
    note(rejects, reject.reason);
    note(rejects, reject.raw);
  }

  std::string rows;
  std::string rejects;
  std::string error;

 private:
  static void note(std::string& text, std::string_view value) {
    text += std::to_string(value.size()) + ":";
    text += value;
  }
  static void note_place(std::string& text, const RowPlace& place) {
    note(text, std::to_string(place.line));
    note(text, std::to_string(place.record));
  }

  RowPlace last_row_;
  RowPlace last_reject_;
};

// Lengths of pieces as a small generator gives them; the same input is always cut alike.
class Cuts {
 public:
  Cuts(std::string_view text, std::size_t longest) : longest_(longest) {
    for (const char byte : text) state_ = state_ * 31 + static_cast<unsigned char>(byte);
  }
  std::size_t next() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return 1 + (state_ >> 33) % longest_;
  }

 private:
  std::uint64_t state_ = 7;
  std::size_t longest_;
};

Recorder read(std::string_view text, std::size_t longest, CsvInstructions instructions) {
  Recorder recorder;
  CsvParser parser({.file = "", .delimiter = std::nullopt, .instructions = instructions}, recorder);
  Cuts cuts(text, longest);
  Status status;
  for (std::string_view rest = text; status && !rest.empty();) {
    const std::string_view cut = rest.substr(0, longest < text.size() ? cuts.next() : longest);
    const std::vector<char> own(cut.begin(), cut.end());  // gone after feed: views kept too long are noticed
    status = parser.feed({own.data(), own.size()});
    rest.remove_prefix(cut.size());
  }
  if (status) status = parser.finish();
  if (!status) recorder.error = status.error().to_string();
  return recorder;
}

void require_same(const Recorder& a, const Recorder& b) {
  require(a.rows == b.rows, "rows depend on the cuts");
  require(a.rejects == b.rejects, "rejects depend on the cuts");
  require(a.error == b.error, "errors depend on the cuts");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Recorder whole = read(text, size, CsvInstructions::kBest);
  require_same(whole, read(text, 1, CsvInstructions::kBest));
  require_same(whole, read(text, 7, CsvInstructions::kBaseline));
  require_same(whole, read(text, 150, CsvInstructions::kBest));
  return 0;
}
