// Tables and snapshots for tests, made from rows written as text.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "records/snapshot.h"
#include "records/table_builder.h"

namespace plumbline {

class KeptRejects : public RejectSink {
 public:
  void reject(const Reject& reject) override { all.push_back(reject); }
  std::vector<Reject> all;
};

// "(null)" is CellState::kNull, "(long)" CellState::kTooLong; anything else is the cell's text.
using TextRow = std::vector<std::string>;

inline RawCell to_cell(const std::string& text) {
  if (text == "(null)") return {.text = {}, .state = CellState::kNull};
  if (text == "(long)") return {.text = text, .state = CellState::kTooLong};
  return {.text = text, .state = CellState::kText};
}

inline std::size_t object_index(const Schema& schema, std::string_view name) {
  const auto found = schema.find_object(name);
  if (!found) throw std::logic_error("no object " + std::string(name));
  return *found;
}

inline std::size_t field_index(const Schema& schema, std::string_view object, std::string_view field) {
  const auto found = schema.object(object_index(schema, object)).find(field);
  if (!found) throw std::logic_error("no field " + std::string(field));
  return *found;
}

// One file: columns named as the fields are, then rows; the header stands on line 1, row n on line n + 1.
inline void feed(TableBuilder& builder, const Schema& schema, std::string_view object, std::string file,
                 const std::vector<std::string>& fields, const std::vector<TextRow>& rows,
                 std::string_view date_format = {}) {
  std::vector<FieldSource> sources;
  for (const std::string& field : fields) {
    sources.push_back({.field = field_index(schema, object, field),
                       .column = field,
                       .date_format = std::string(date_format)});
  }
  builder.begin_source(std::move(file), std::move(sources));
  std::vector<RawCell> cells;
  std::vector<RowPlace> places;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const std::string& cell : rows[i]) cells.push_back(to_cell(cell));
    places.push_back({.line = i + 2, .record = i + 1});
  }
  builder.add_rows(RowBatch{.columns = fields.size(), .cells = cells, .places = places});
}

inline std::unique_ptr<Table> make_table(const Schema& schema, std::string_view object,
                                         const std::vector<std::string>& fields,
                                         const std::vector<TextRow>& rows, IdRule rule = IdRule::kAnyText) {
  KeptRejects rejects;
  TableBuilder builder(schema, object_index(schema, object), rule, rejects);
  feed(builder, schema, object, std::string(object) + ".csv", fields, rows);
  return builder.finish();
}

// Tables in any order, put where the schema has their objects.
class SnapshotMaker {
 public:
  explicit SnapshotMaker(Schema schema = Schema::standard())
      : schema_(std::make_shared<const Schema>(std::move(schema))), tables_(schema_->object_count()) {}

  const Schema& schema() const { return *schema_; }

  void add(std::string_view object, const std::vector<std::string>& fields,
           const std::vector<TextRow>& rows) {
    tables_[object_index(*schema_, object)] = make_table(*schema_, object, fields, rows);
  }

  std::shared_ptr<const Snapshot> build(const DataNeeds& needs, unsigned threads = 1) {
    return Snapshot::build(schema_, std::move(tables_), needs, {}, threads);
  }

  std::size_t relationship(std::string_view parent, std::string_view name) const {
    const auto found = schema_->find_relationship(object_index(*schema_, parent), name);
    if (!found) throw std::logic_error("no relationship " + std::string(name));
    return *found;
  }

 private:
  std::shared_ptr<const Schema> schema_;
  std::vector<std::unique_ptr<Table>> tables_;
};

}  // namespace plumbline
