// In which time zones the owners of records live.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/ledger.h"

namespace plumbline {

// Names as the users of the ledger have them (TimeZoneSidKey), each once; none where there are no users.
Result<std::vector<std::string>> owner_zones(const Ledger& ledger);

}  // namespace plumbline
