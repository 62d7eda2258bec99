// Going through the rows of `change`, all of one organisation's, in the order they were written.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "ledger/database.h"

namespace plumbline {

// Columns of the statement that change_rows() prepares.
enum class ChangeColumn : std::uint8_t {
  kField,
  kRecord,
  kHappenedAt,
  kSeenAt,
  kSupersededAt,
  kHistory,
  kOld,
  kNew,
  kBy,
  kId,
  kOther,
};

class ChangeRows {
 public:
  static Result<ChangeRows> open(Database& database, std::int64_t organisation) {
    // Whoever wants most of the table is better off without its index: hence the plus.
    Result<std::unique_ptr<Statement>> rows = database.prepare(
        "SELECT field, record, happened_at, seen_at, superseded_at, history, old, new, by, id, other "
        "FROM change WHERE +org = ?1 ORDER BY id");
    if (!rows) return fail(rows.error());
    (*rows)->bind_integer(1, organisation);
    return ChangeRows(*std::move(rows));
  }

  Result<bool> next() { return rows_->step(); }
  bool is_null(ChangeColumn column) const { return rows_->is_null(static_cast<int>(column)); }
  std::string_view text(ChangeColumn column) const { return rows_->text(static_cast<int>(column)); }
  std::int64_t integer(ChangeColumn column) const { return rows_->integer(static_cast<int>(column)); }
  Instant instant(ChangeColumn column) const { return Instant{std::chrono::seconds{integer(column)}}; }

 private:
  explicit ChangeRows(std::unique_ptr<Statement> rows) : rows_(std::move(rows)) {}

  std::unique_ptr<Statement> rows_;
};

}  // namespace plumbline
