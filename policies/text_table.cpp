#include "policies/text_table.h"

#include <fmt/format.h>

#include "records/table_builder.h"

namespace plumbline {
namespace {

// Cells that cannot be read are a matter of whoever wrote the table, who has been told.
class NoRejects final : public RejectSink {
 public:
  void reject(const Reject&) override {}
};

}  // namespace

std::unique_ptr<Table> text_table(const Schema& schema, std::size_t object,
                                  std::span<const std::size_t> fields, std::span<const RawCell> cells) {
  NoRejects rejects;
  TableBuilder builder(schema, object, IdRule::kAnyText, rejects);
  std::vector<FieldSource> sources;
  for (const std::size_t field : fields)
    sources.push_back({.field = field, .column = schema.object(object).fields[field].name});
  std::vector<RowPlace> places;
  const std::size_t rows = fields.empty() ? 0 : cells.size() / fields.size();
  for (std::size_t row = 1; row <= rows; ++row) places.push_back({.line = row, .record = row});
  builder.begin_source("example", std::move(sources));
  builder.add_rows({.columns = fields.size(), .cells = cells, .places = places});
  return builder.finish();
}

std::string value_fault(std::string_view text, const FieldSchema& field) {
  const CellValue value = read_cell(text, field.type);
  if (value.kind != CellKind::kUnknown) return {};
  return fmt::format("`{}` cannot be read as {}, a {}: {}", text, field.name, to_string(field.type),
                     value.reason);
}

JudgeOptions options_at(std::string_view as_of, std::string_view zone) {
  JudgeOptions options;
  options.unknowns = JudgeOptions::Unknowns::kHandOn;
  options.now_day = parse_day(as_of);
  if (const auto moment = parse_instant(as_of)) options.now = *moment;
  if (zone.empty()) return options;
  if (const auto found = TimeZone::find(zone)) options.default_zone = *found;
  return options;
}

}  // namespace plumbline
