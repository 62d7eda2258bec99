// A cell as a reader hands it on, read as its field's type. Pure; safe from any thread.
#pragma once

#include <string_view>

#include "records/cell.h"
#include "records/rows.h"

namespace plumbline {

// As read_cell of its text; one that the source called null is null (false for a boolean), one that is too long
// unknown.
CellValue read_raw_cell(const RawCell& cell, FieldType type, std::string_view date_format = {});

}  // namespace plumbline
