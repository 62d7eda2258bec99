// Records as answers carry them: JSON of the query endpoints and CSV of Bulk results.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "sandbox/salesforce/soql_query.h"

namespace plumbline::sandbox {

void write_value(JsonWriter& json, const Value& value);

// With `attributes`, and parents nested; `version` like 62.0.
void write_record(JsonWriter& json, const World& world, const BoundQuery& query, RowNumber row,
                  std::string_view version);

struct CsvForm {
  char delimiter = ',';
  std::string_view line_end = "\n";
  double nul_share = 0;
};

void append_csv_header(std::string& out, std::span<const FieldPath> select, const CsvForm& form);
void append_csv_record(std::string& out, RecordView& record, std::span<const FieldPath> select,
                       const CsvForm& form);

// All fields of an object that exist, for `SELECT` of everything there is.
std::vector<FieldPath> every_field(ObjectKind object, const Visibility& visibility);

}  // namespace plumbline::sandbox
