#include "records/sample_file.h"

#include <algorithm>
#include <unordered_map>

#include "base/utf8.h"
#include "records/csv.h"
#include "records/input_file.h"
#include "records/json.h"
#include "records/rows.h"

namespace plumbline {
namespace {

// At most kSampledValueBytes, cut between two characters.
std::string_view bounded(std::string_view text) {
  if (text.size() <= kSampledValueBytes) return text;
  std::size_t end = kSampledValueBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

class Sampler : public RowSink {
 public:
  FileSample sample;

  bool enough() const { return sample.rows >= kSampledRows; }

  Result<std::vector<std::uint32_t>> on_header(std::span<const std::string> names) override {
    std::vector<std::uint32_t> wanted;
    for (std::uint32_t at = 0; at < names.size(); ++at) {
      if (names[at].empty() || names[at].starts_with('$')) continue;
      wanted.push_back(at);
      sample.columns.push_back({.name = names[at]});
    }
    known_.resize(wanted.size());
    return wanted;
  }

  void on_rows(const RowBatch& batch) override {
    for (std::size_t row = 0; row < batch.places.size(); ++row) {
      if (enough()) {
        sample.whole = false;
        return;
      }
      ++sample.rows;
      const std::span<const RawCell> cells = batch.row(row);
      for (std::size_t at = 0; at < cells.size(); ++at) take(at, cells[at]);
    }
  }

  void on_reject(const RowReject&) override {}

 private:
  void take(std::size_t at, const RawCell& cell) {
    if (cell.state == CellState::kNull) return;
    const std::string_view text = bounded(trim(cell.text));
    if (text.empty()) return;
    SampledColumn& column = sample.columns[at];
    ++column.filled;
    if (const auto found = known_[at].find(std::string(text)); found != known_[at].end()) {
      column.repeats = true;
      ++column.values[found->second].times;
    } else if (column.values.size() < kSampledValues && bytes_ < kSampledFileBytes) {
      known_[at].emplace(text, column.values.size());
      column.values.push_back({.text = std::string(text), .times = 1});
      bytes_ += text.size();
    } else {
      column.more_values = true;
    }
  }

  std::vector<std::unordered_map<std::string, std::size_t>> known_;  // where a value stands, by column
  std::size_t bytes_ = 0;
};

Result<FileSample> sample_csv(InputFile& file, const std::string& name) {
  Sampler sampler;
  CsvParser parser(CsvOptions{.file = name, .delimiter = std::nullopt}, sampler);
  std::vector<char> buffer(kReadChunkBytes);
  while (!sampler.enough()) {
    const Result<std::string_view> chunk = file.read(buffer);
    if (!chunk) return fail(chunk.error());
    Status parsed = chunk->empty() ? parser.finish() : parser.feed(*chunk);
    if (!parsed) return fail(in_file(std::move(parsed.error()), name));
    if (chunk->empty()) return std::move(sampler.sample);
  }
  sampler.sample.whole = sampler.sample.whole && parser.stats().bytes >= file.bytes() &&
                         parser.stats().rows <= sampler.sample.rows;
  return std::move(sampler.sample);
}

Result<FileSample> sample_json(InputFile& file, const std::string& name, std::string outline) {
  const Result<std::string_view> document = file.map();
  if (!document) return fail(document.error());
  if (outline.empty()) {
    Result<std::vector<JsonObjectOutline>> outlines = outline_json(*document);
    if (!outlines) return fail(in_file(std::move(outlines.error()), name));
    outline = outlines->front().object;
  }
  Sampler sampler;
  Result<JsonStats> read = read_json(*document, outline, sampler);
  if (!read) return fail(in_file(std::move(read.error()), name));
  return std::move(sampler.sample);
}

}  // namespace

Result<FileSample> sample_file(const std::string& path, const std::string& name, const std::string& outline) {
  Result<InputFile> file = InputFile::open(path, name);
  if (!file) return fail(std::move(file.error()));
  const bool json = name.size() >= 5 && same_name(std::string_view(name).substr(name.size() - 5), ".json");
  return json ? sample_json(*file, name, outline) : sample_csv(*file, name);
}

namespace {

void add_values(SampledColumn& column, SampledColumn& more) {
  std::unordered_map<std::string_view, std::size_t> known;
  for (std::size_t at = 0; at < column.values.size(); ++at) known.emplace(column.values[at].text, at);
  const std::size_t had = column.values.size();
  std::vector<SampledValue> fresh;
  for (SampledValue& value : more.values) {
    const auto found = known.find(value.text);
    if (found != known.end()) {
      column.values[found->second].times += value.times;
      column.repeats = true;
    } else if (had + fresh.size() < kSampledValues) {
      fresh.push_back(std::move(value));
    } else {
      column.more_values = true;
    }
  }
  for (SampledValue& value : fresh) column.values.push_back(std::move(value));
  column.filled += more.filled;
  column.repeats = column.repeats || more.repeats;
  column.more_values = column.more_values || more.more_values;
}

}  // namespace

void add_sample(FileSample& sample, FileSample more) {
  for (SampledColumn& column : more.columns) {
    const auto there = std::ranges::find_if(
        sample.columns, [&](const SampledColumn& one) { return same_name(one.name, column.name); });
    if (there == sample.columns.end()) {
      sample.columns.push_back(std::move(column));
    } else {
      add_values(*there, column);
    }
  }
  sample.rows += more.rows;
  sample.whole = sample.whole && more.whole;
}

bool can_be_named(std::string_view column) {
  return !column.empty() && is_valid_utf8(column) && trim(column) == column &&
         column.find('\0') == std::string_view::npos;
}

}  // namespace plumbline
