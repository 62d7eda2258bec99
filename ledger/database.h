// The one door to the database. Whoever stores something prepares statements here; nobody outside ledger/
// knows that there is SQL. SQLite is behind it (sqlite_database.h); the statements keep to what PostgreSQL
// understands as well, or live in a file named sqlite_*.
//
// One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace plumbline {

// A prepared statement. Parameters count from 1, columns from 0. Texts and blobs that are bound must live
// until the statement has run; those that are read, until it steps on.
class Statement {
 public:
  virtual ~Statement() = default;

  virtual void bind_null(int parameter) = 0;
  virtual void bind_integer(int parameter, std::int64_t value) = 0;
  virtual void bind_real(int parameter, double value) = 0;
  virtual void bind_text(int parameter, std::string_view value) = 0;
  virtual void bind_blob(int parameter, std::span<const std::uint8_t> value) = 0;

  // The next row; false where there are no more: the statement is then ready to be bound and run again.
  virtual Result<bool> step() = 0;
  // For statements whose rows nobody wants: runs, and is ready again, also after an error.
  virtual Status run() = 0;
  // Ready again before the last row was read. What was bound stays bound.
  virtual void reset() = 0;

  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual double real(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
  virtual std::span<const std::uint8_t> blob(int column) const = 0;
};

class Database {
 public:
  virtual ~Database() = default;

  // A mistake in the SQL is a fault of ours (ErrorCode::kInternal).
  virtual Result<std::unique_ptr<Statement>> prepare(std::string_view sql) = 0;
  // One or more statements without parameters or rows.
  virtual Status execute(const std::string& sql) = 0;

  // A transaction that writes; waits for another writer for a bounded time, then ErrorCode::kConflict.
  virtual Status begin() = 0;
  // A transaction that only reads: sees one state of the file until commit() or rollback().
  virtual Status begin_reading() = 0;
  // Likewise, and `others` more connections to the same file that see the very same state: for as many
  // threads. Each is rolled back when it goes. ErrorCode::kConflict where the file is written so often that
  // they never agree. Not while a transaction of this connection is open.
  virtual Result<std::vector<std::unique_ptr<Database>>> begin_reading_together(std::size_t others) = 0;
  virtual Status commit() = 0;
  virtual void rollback() = 0;

  // Rows the last INSERT, UPDATE or DELETE touched; the key the last INSERT gave.
  virtual std::int64_t rows_changed() const = 0;
  virtual std::int64_t last_key() const = 0;
};

// "Name" as SQL writes an identifier: in quotes, quotes in it doubled.
std::string quoted_name(std::string_view name);

}  // namespace plumbline
