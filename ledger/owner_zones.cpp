#include "ledger/owner_zones.h"

#include <fmt/format.h>

#include "ledger/query.h"
#include "ledger/record_tables.h"

namespace plumbline {
namespace {

constexpr std::string_view kUserObject = "User";
constexpr std::string_view kZoneField = "TimeZoneSidKey";

}  // namespace

Result<std::vector<std::string>> owner_zones(const Ledger& ledger) {
  std::vector<std::string> zones;
  const Result<RecordTables> tables = RecordTables::read(ledger);
  if (!tables) return fail(tables.error());
  const RecordObject* const users = tables->find(kUserObject);
  const std::optional<std::size_t> field = users == nullptr ? std::nullopt : users->find(kZoneField);
  if (!field || !users->fields[*field].is_column) return zones;
  const Status read = for_each_row(
      ledger.database(),
      fmt::format(R"(SELECT DISTINCT {0} FROM {1} WHERE "_org" = ?1 AND "_deleted" = 0 AND {0} IS NOT NULL )"
                  "ORDER BY 1",
                  quoted_name(users->fields[*field].name), quoted_name(record_table_name(users->name))),
      {ledger.organisation()}, [&](const Statement& row) { zones.emplace_back(row.text(0)); });
  if (!read) return fail(read.error());
  return zones;
}

}  // namespace plumbline
