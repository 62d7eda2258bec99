// Which ids reject their row, and what is said of it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "records/record_id.h"
#include "records/rows.h"

namespace plumbline {

// Why this id, from this column, rejects its row: fact and remedy. Empty where it does not.
std::string id_fault(const RawCell& cell, std::string_view column, IdRule rule);

}  // namespace plumbline
