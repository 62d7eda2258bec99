// Many rows for one table, several to a statement: that is what makes the first judging of a large
// organisation bearable. A statement of one row opens the table and its indexes anew and looks for the end of
// each; one of many rows does so once.
//
// Values are copied, so that whoever hands them over need not keep them. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/database.h"

namespace plumbline {

struct BulkColumns {
  std::string_view table;
  // Hold the same value in all rows.
  std::vector<std::string_view> shared;
  std::vector<std::string_view> own;
};

class BulkInsert {
 public:
  static constexpr std::size_t kRowsAtOnce = 64;

  // Prepares its statements; `database` must outlive it.
  static Result<std::unique_ptr<BulkInsert>> prepare(Database& database, const BulkColumns& columns);

  // Values of the shared columns, counted from 1; before the first row. The text must live as long as rows
  // are added.
  void share_integer(int column, std::int64_t value);
  void share_text(int column, std::string_view value);

  // Values of the next row's own columns, in their order; then end_row().
  BulkInsert& add_null();
  BulkInsert& add_integer(std::int64_t value);
  BulkInsert& add_text(std::string_view value);
  BulkInsert& add_blob(std::span<const std::uint8_t> value);

  // The row is written now or later: with it, or with what comes after, or by flush(). Where writing fails,
  // the rows that waited are gone: the transaction must be rolled back.
  Status end_row();
  // Nothing waits any more.
  Status flush();
  // Rows that wait are never written: their transaction was rolled back.
  void forget();
  bool waits() const { return !values_.empty(); }

 private:
  struct Value {
    enum class Kind : std::uint8_t { kNull, kInteger, kText, kBlob };
    Kind kind = Kind::kNull;
    std::int64_t integer = 0;
    std::size_t begin = 0;  // of a text or blob, within bytes_
    std::size_t length = 0;
  };

  BulkInsert(std::size_t shared, std::size_t own) : shared_(shared), own_(own) {}
  BulkInsert& add_bytes(Value::Kind kind, std::string_view bytes);
  Status write(Statement& statement, std::span<const Value> rows);
  void bind(Statement& statement, int parameter, const Value& value) const;

  std::size_t shared_;
  std::size_t own_;
  std::unique_ptr<Statement> one_;   // row
  std::unique_ptr<Statement> many_;  // kRowsAtOnce rows
  std::vector<Value> values_;
  std::string bytes_;
};

}  // namespace plumbline
