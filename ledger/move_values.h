// Values of one field on their way between its column and `_other`, where a field map has declared it or says
// another type than before. Inner to record_tables.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/database.h"
#include "records/schema.h"

namespace plumbline {

struct FieldPlace {
  std::string table;  // not quoted
  std::int64_t organisation = 0;
  std::string field;
  FieldType type = FieldType::kText;
};

// Out of `_other`, each text read as the field's type; what cannot be read goes to `_unread`. A record that
// never had the field has a null there: its cell is unknown.
Status move_into_column(Database& database, const FieldPlace& place);
// The other way: values as texts, and what could not be read as it stood.
Status move_into_other(Database& database, const FieldPlace& place);

}  // namespace plumbline
