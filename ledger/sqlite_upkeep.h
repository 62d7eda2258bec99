// What is asked of a database only because it is SQLite.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/database.h"

namespace plumbline {

// Whether records of that object lie in a table. Histories have a view of that name, and some objects have
// the name of a table that is the ledger's own.
Result<bool> has_record_table(Database& database, std::string_view name);

// The object in this column without a member, as an expression; NULL where nothing is left of it. `parameter`
// is bound to the member's name, in any case.
std::string without_member(std::string_view column, int parameter);

// For a connection that goes through tables once and in their order: what it keeps of the file in memory is
// then so little that it stays in the processor's cache.
Status keep_few_pages(Database& database);

// From now on, what is deleted or replaced through this connection is overwritten, too: a plain DELETE leaves
// the bytes in the file until their room is used again. Outside of transactions.
Status overwrite_deleted(Database& database);
// Brings all into the file itself and empties the one that is written ahead, which holds older pages. False
// where somebody is reading those.
Result<bool> empty_written_ahead(Database& database);

}  // namespace plumbline
