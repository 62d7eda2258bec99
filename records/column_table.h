// A Table made of columns that were filled one by one, by whoever has values that are typed already. Rows of
// cells as files have them go through TableBuilder.
#pragma once

#include <memory>
#include <vector>

#include "records/table.h"

namespace plumbline {

struct ColumnTable {
  std::size_t object = 0;  // of the schema
  IdRule id_rule = IdRule::kSalesforce;
  std::size_t rows = 0;
  // By field of the object's schema, each of that field's type and as long as `rows`; null where the data has
  // no such column or nobody asked for it to be kept. The first of type kId holds the records' ids.
  std::vector<std::unique_ptr<Column>> columns{};
  std::vector<bool> has{};  // likewise: whether the data has it, kept or not
  RowMask deleted{};
  // Whether records are found by their ids: an index of them takes memory and time.
  enum class Ids : std::uint8_t { kFound, kShown } ids = Ids::kFound;
};

// Of rows that have one id, the last one is current, as in TableBuilder.
std::unique_ptr<Table> table_of_columns(ColumnTable parts);

}  // namespace plumbline
