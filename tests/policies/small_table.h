// Tables for tests, from cells written as text.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "records/table_builder.h"

namespace plumbline {

class IgnoredRejects : public RejectSink {
 public:
  void reject(const Reject&) override {}
};

using TableRows = std::vector<std::vector<std::string>>;

// The object and its fields by name; every row has a cell for each field. An empty cell is null.
inline std::unique_ptr<Table> small_table(const Schema& schema, std::string_view object_name,
                                          const std::vector<std::string>& fields, const TableRows& rows) {
  IgnoredRejects rejects;
  const std::size_t object = schema.find_object(object_name).value();
  TableBuilder builder(schema, object, IdRule::kSalesforce, rejects);
  std::vector<FieldSource> sources;
  for (const std::string& field : fields) {
    sources.push_back({.field = schema.object(object).find(field).value(), .column = field});
  }
  builder.begin_source("test", std::move(sources));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<RawCell> cells;
    for (const std::string& cell : rows[i]) cells.push_back({.text = cell});
    const RowPlace place{.line = i + 2, .record = i + 1};
    builder.add_rows({.columns = fields.size(), .cells = cells, .places = {&place, 1}});
  }
  return builder.finish();
}

}  // namespace plumbline
