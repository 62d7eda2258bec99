// Records of one object, read out of their table into typed columns. Inner to ledger_snapshot.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/result.h"
#include "ledger/catalogue.h"
#include "ledger/database.h"
#include "ledger/past_records.h"
#include "records/column_table.h"

namespace plumbline {

// What to read of an object, and as of when. All must outlive the reading.
struct RecordsToRead {
  const LedgerObject& object;
  const ObjectSchema& schema;
  std::int64_t organisation = 0;
  const PastRecords* past = nullptr;  // null: as they are
  // Asked after each kChunkRows rows, from any thread; may be empty. The Error is then kCancelled.
  const std::function<bool()>& stopped;
};

// What several readings of the same records come to alike.
struct RecordRows {
  std::size_t rows = 0;
  RowMask deleted{};
};

// Fills `columns` (by field of the schema; those of `fields` must be there, and no others are touched) with
// one row a record: of those that existed, where it is a past moment. Several threads may read different
// fields of the same records at once, each by a connection of its own.
Result<RecordRows> read_record_columns(Database& database, const RecordsToRead& wanted,
                                       std::span<const std::size_t> fields,
                                       std::span<const std::unique_ptr<Column>> columns);

// The value as the column's type: unknown where it cannot be read as that; nothing is null.
void append_as_type(Column& column, std::optional<std::string_view> text);

}  // namespace plumbline
