#include "ledger/bulk_insert.h"

#include <fmt/format.h>

#include "base/crypto.h"

namespace plumbline {
namespace {

// Shared columns are the first parameters of the statement, and each row has them again.
std::string insert_sql(const BulkColumns& columns, std::size_t rows) {
  std::string sql = fmt::format("INSERT INTO {}(", columns.table);
  std::string shared;
  std::size_t parameter = 0;
  for (const std::string_view column : columns.shared) {
    sql.append(column).append(", ");
    shared += fmt::format("?{}, ", ++parameter);
  }
  for (const std::string_view column : columns.own) sql.append(column).append(", ");
  sql.resize(sql.size() - 2);
  sql += ") VALUES";
  for (std::size_t row = 0; row < rows; ++row) {
    sql.append("(").append(shared);
    for (std::size_t i = 0; i < columns.own.size(); ++i) sql += fmt::format("?{}, ", ++parameter);
    sql.resize(sql.size() - 2);
    sql += "),";
  }
  sql.pop_back();
  return sql;
}

}  // namespace

Result<std::unique_ptr<BulkInsert>> BulkInsert::prepare(Database& database, const BulkColumns& columns) {
  std::unique_ptr<BulkInsert> insert(new BulkInsert(columns.shared.size(), columns.own.size()));
  Result<std::unique_ptr<Statement>> one = database.prepare(insert_sql(columns, 1));
  if (!one) return fail(one.error());
  insert->one_ = *std::move(one);
  Result<std::unique_ptr<Statement>> many = database.prepare(insert_sql(columns, kRowsAtOnce));
  if (!many) return fail(many.error());
  insert->many_ = *std::move(many);
  insert->values_.reserve(kRowsAtOnce * columns.own.size());
  return insert;
}

void BulkInsert::share_integer(int column, std::int64_t value) {
  one_->bind_integer(column, value);
  many_->bind_integer(column, value);
}

void BulkInsert::share_text(int column, std::string_view value) {
  one_->bind_text(column, value);
  many_->bind_text(column, value);
}

BulkInsert& BulkInsert::add_null() {
  values_.push_back({});
  return *this;
}

BulkInsert& BulkInsert::add_integer(std::int64_t value) {
  values_.push_back({.kind = Value::Kind::kInteger, .integer = value});
  return *this;
}

BulkInsert& BulkInsert::add_text(std::string_view value) { return add_bytes(Value::Kind::kText, value); }

BulkInsert& BulkInsert::add_blob(std::span<const std::uint8_t> value) {
  return add_bytes(Value::Kind::kBlob, as_text(value));
}

BulkInsert& BulkInsert::add_bytes(Value::Kind kind, std::string_view bytes) {
  values_.push_back({.kind = kind, .begin = bytes_.size(), .length = bytes.size()});
  bytes_ += bytes;
  return *this;
}

Status BulkInsert::end_row() {
  if (values_.size() < kRowsAtOnce * own_) return {};
  const Status written = write(*many_, values_);
  forget();
  return written;
}

Status BulkInsert::flush() {
  Status written;
  for (std::size_t row = 0; row < values_.size() && written; row += own_)
    written = write(*one_, std::span(values_).subspan(row, own_));
  forget();
  return written;
}

void BulkInsert::forget() {
  values_.clear();
  bytes_.clear();
}

Status BulkInsert::write(Statement& statement, std::span<const Value> rows) {
  int parameter = static_cast<int>(shared_);
  for (const Value& value : rows) bind(statement, ++parameter, value);
  return statement.run();
}

void BulkInsert::bind(Statement& statement, int parameter, const Value& value) const {
  const std::string_view bytes = std::string_view(bytes_).substr(value.begin, value.length);
  switch (value.kind) {
    case Value::Kind::kNull:
      return statement.bind_null(parameter);
    case Value::Kind::kInteger:
      return statement.bind_integer(parameter, value.integer);
    case Value::Kind::kText:
      return statement.bind_text(parameter, bytes);
    case Value::Kind::kBlob:
      return statement.bind_blob(parameter, as_bytes(bytes));
  }
}

}  // namespace plumbline
