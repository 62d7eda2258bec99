// Statements that are run once, with their values: for reads and upkeep, not for loops over records.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "ledger/database.h"

namespace plumbline {

// Views: they live until the call returns.
using QueryValue = std::variant<std::int64_t, std::string_view>;
using QueryValues = std::initializer_list<QueryValue>;

// Hands each row to `take`, in order. The values are parameters ?1, ?2, ...
Status for_each_row(Database& database, std::string_view sql, QueryValues values,
                    const std::function<void(const Statement&)>& take);

// The first column of the first row; 0 where there is no row.
Result<std::int64_t> ask_integer(Database& database, std::string_view sql, QueryValues values);

// For statements without rows: how many rows of the table it touched.
Result<std::int64_t> run_statement(Database& database, std::string_view sql, QueryValues values);

}  // namespace plumbline
