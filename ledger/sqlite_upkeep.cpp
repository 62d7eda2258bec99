#include "ledger/sqlite_upkeep.h"

#include <fmt/format.h>

#include "ledger/query.h"

namespace plumbline {

Result<bool> has_record_table(Database& database, std::string_view name) {
  const Result<std::int64_t> count =
      ask_integer(database,
                  "SELECT count(*) FROM sqlite_schema s JOIN pragma_table_info(s.name) c ON c.name = '_key' "
                  "WHERE s.type = 'table' AND s.name = ?1 COLLATE NOCASE",
                  {name});
  if (!count) return fail(count.error());
  return *count > 0;
}

// Not json_remove: its paths cannot name a member with a quote in its name.
std::string without_member(std::string_view column, int parameter) {
  return fmt::format(
      "nullif((SELECT json_group_object(key, value) FROM json_each({}) WHERE key <> ?{} COLLATE NOCASE), "
      "'{{}}')",
      column, parameter);
}

Status keep_few_pages(Database& database) { return database.execute("PRAGMA cache_size=-1024"); }

Status overwrite_deleted(Database& database) { return database.execute("PRAGMA secure_delete=ON"); }

Result<bool> empty_written_ahead(Database& database) {
  const Result<std::int64_t> busy = ask_integer(database, "PRAGMA wal_checkpoint(TRUNCATE)", {});
  if (!busy) return fail(busy.error());
  return *busy == 0;
}

}  // namespace plumbline
