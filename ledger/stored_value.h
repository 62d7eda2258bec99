// One value of a record as its table keeps it: how each type is written into a column, read back and told.
// docs/formats/ledger.md lists the types. Pure; views live as long as what they were made of.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "ledger/database.h"
#include "records/cell.h"
#include "records/rows.h"
#include "records/schema.h"

namespace plumbline {

struct StoredValue {
  enum class Kind : std::uint8_t { kNull, kInteger, kReal, kText };
  Kind kind = Kind::kNull;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view text{};

  friend bool operator==(const StoredValue& a, const StoredValue& b) {
    if (a.kind != b.kind) return false;
    switch (a.kind) {
      case Kind::kNull:
        return true;
      case Kind::kInteger:
        return a.integer == b.integer;
      case Kind::kReal:
        return a.real == b.real;
      case Kind::kText:
        return a.text == b.text;
    }
    return false;
  }
};

// Where dates are written that do not stand in the cell as the table has them.
using StoredRoom = std::array<char, kInstantRoom>;

// "TEXT", "INTEGER", "REAL" or "NUMERIC".
std::string_view column_type(FieldType type);

// The cell as its type. Empty where it cannot be read, or could not be given back exactly (amounts of
// hundredths beyond 2^53): then it belongs into `_unread`, as it stood.
std::optional<StoredValue> store_cell(const RawCell& cell, FieldType type, std::string_view date_format,
                                      StoredRoom& room);

void bind_value(Statement& statement, int parameter, const StoredValue& value);
StoredValue read_value(const Statement& statement, int column, FieldType type);

// As `change` and `_other` tell it: true, 42, 1234.50, 2024-06-01T12:00:00Z. Not of a null.
void append_value_text(std::string& out, FieldType type, const StoredValue& value);

}  // namespace plumbline
