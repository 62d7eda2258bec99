// What people call a field, and whose ids it holds, kept beside its type: so that a ledger is read without
// the field map it was written with. Inner to record_tables.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "ledger/database.h"
#include "records/schema.h"

namespace plumbline {

// Of the fields of `schema` that the object (object.id) is known to have; nothing is written where all is as
// it was. A label that follows from the name is not kept.
Status note_field_words(Database& database, std::int64_t organisation, std::int64_t object,
                        const ObjectSchema& schema);

}  // namespace plumbline
