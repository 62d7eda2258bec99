#include "ledger/query.h"

#include <memory>

namespace plumbline {
namespace {

Result<std::unique_ptr<Statement>> prepared(Database& database, std::string_view sql, QueryValues values) {
  Result<std::unique_ptr<Statement>> statement = database.prepare(sql);
  if (!statement) return statement;
  int parameter = 0;
  for (const QueryValue& value : values) {
    ++parameter;
    if (const auto* const number = std::get_if<std::int64_t>(&value)) {
      (*statement)->bind_integer(parameter, *number);
    } else {
      (*statement)->bind_text(parameter, std::get<std::string_view>(value));
    }
  }
  return statement;
}

}  // namespace

Status for_each_row(Database& database, std::string_view sql, QueryValues values,
                    const std::function<void(const Statement&)>& take) {
  const Result<std::unique_ptr<Statement>> statement = prepared(database, sql, values);
  if (!statement) return fail(statement.error());
  while (true) {
    const Result<bool> row = (*statement)->step();
    if (!row) return fail(row.error());
    if (!*row) return {};
    take(**statement);
  }
}

Result<std::int64_t> ask_integer(Database& database, std::string_view sql, QueryValues values) {
  const Result<std::unique_ptr<Statement>> statement = prepared(database, sql, values);
  if (!statement) return fail(statement.error());
  const Result<bool> row = (*statement)->step();
  if (!row) return fail(row.error());
  const std::int64_t answer = *row ? (*statement)->integer(0) : 0;
  (*statement)->reset();
  return answer;
}

Result<std::int64_t> run_statement(Database& database, std::string_view sql, QueryValues values) {
  const Result<std::unique_ptr<Statement>> statement = prepared(database, sql, values);
  if (!statement) return fail(statement.error());
  if (Status done = (*statement)->run(); !done) return fail(done.error());
  return database.rows_changed();
}

}  // namespace plumbline
