#include "records/read_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "records/csv.h"
#include "records/input_file.h"
#include "records/json.h"
#include "records/load_notices.h"
#include "records/row_relay.h"
#include "records/source_sink.h"

namespace plumbline {
namespace {

class Reader {
 public:
  Reader(const DataFile& file, const RowReading& reading, SourceSink& sink, std::vector<std::string>& notices)
      : file_(file), reading_(reading), sink_(sink), notices_(notices) {}

  Result<RowCounts> run() {
    Result<RowCounts> counts = file_.format == FileFormat::kCsv ? read_csv() : read_records();
    if (!counts) return fail(in_file(counts.error(), file_.name));
    counts->rejected_rows = sink_.rejected_rows();
    return counts;
  }

 private:
  Result<RowCounts> read_csv() {
    Result<InputFile> input = InputFile::open(file_.path, file_.name);
    if (!input) return fail(std::move(input.error()));
    std::optional<RowRelay> relay;
    if (file_.bytes >= reading_.relayed_bytes) relay.emplace(sink_);
    CsvParser parser(CsvOptions{.file = file_.name, .delimiter = std::nullopt},
                     relay ? static_cast<RowSink&>(*relay) : sink_);
    const auto memory = std::make_unique_for_overwrite<char[]>(kReadChunkBytes);
    const std::span buffer(memory.get(), kReadChunkBytes);
    for (;;) {
      const Result<std::string_view> chunk = input->read(buffer);
      if (!chunk) return fail(chunk.error());
      if (chunk->empty()) break;
      if (Status parsed = parser.feed(*chunk); !parsed) return fail(parsed.error());
      if (Status going = advance(chunk->size()); !going) return fail(going.error());
    }
    if (Status parsed = parser.finish(); !parsed) return fail(parsed.error());
    if (relay) relay->settle();
    note_file(file_, parser.stats().rows + parser.stats().rejects, parser.stats().nul_bytes, notices_);
    return RowCounts{.rows = parser.stats().rows};
  }

  Result<RowCounts> read_records() {
    Result<InputFile> input = InputFile::open(file_.path, file_.name);
    if (!input) return fail(std::move(input.error()));
    const Result<std::string_view> document = input->map();
    if (!document) return fail(document.error());
    const Result<JsonStats> stats = read_json(*document, file_.outline, sink_);
    if (!stats) return fail(stats.error());
    note_file(file_, stats->rows + stats->rejected, stats->nul_bytes, notices_);
    if (Status going = advance(file_.bytes); !going) return fail(going.error());
    return RowCounts{.rows = stats->rows};
  }

  Status advance(std::uint64_t bytes) {
    if (reading_.stopped && reading_.stopped()) return fail(ErrorCode::kCancelled, "reading was stopped");
    if (reading_.progress) reading_.progress(bytes);
    return {};
  }

  const DataFile& file_;
  const RowReading& reading_;
  SourceSink& sink_;
  std::vector<std::string>& notices_;
};

}  // namespace

Result<RowCounts> read_rows(const DataFile& file, const RowReading& reading, RowTaker& rows,
                            RejectSink& rejects, std::vector<std::string>& notices) {
  const ObjectSchema& object = reading.schema.object(reading.object);
  ObjectLoad load{.schema = reading.schema,
                  .object = reading.object,
                  .mapped = reading.field_map == nullptr ? nullptr : reading.field_map->find(object.name),
                  .kept = {},
                  .passing = {}};
  for (std::size_t field = 0; field < object.fields.size(); ++field) load.kept.insert(field);
  SourceSink sink(load, file, rows, rejects, notices);
  return Reader(file, reading, sink, notices).run();
}

IdRule id_rule_of(std::span<const DataFile* const> files, const MappedObject* mapped) {
  const bool own_key = mapped != nullptr && !mapped->key.empty();
  const bool references = std::ranges::any_of(files, &DataFile::by_reference);
  return own_key || references ? IdRule::kAnyText : IdRule::kSalesforce;
}

}  // namespace plumbline
