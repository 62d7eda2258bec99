#include "ledger/sqlite_record_scan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ledger/database.h"
#include "ledger/record_tables.h"

namespace plumbline {

std::string record_scan_sql(std::string_view object, std::span<const std::string> columns) {
  // Nearly all of a table is read, so its index would only be in the way: hence the plus.
  return fmt::format(R"(SELECT {} FROM {} WHERE +"_org" = ?1 ORDER BY rowid)", fmt::join(columns, ", "),
                     quoted_name(record_table_name(object)));
}

std::string record_bound_sql(std::string_view object) {
  return fmt::format("SELECT max(rowid) FROM {}", quoted_name(record_table_name(object)));
}

}  // namespace plumbline
