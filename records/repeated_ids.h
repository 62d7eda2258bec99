// Records that come more than once in files whose ids are not kept. Inner to load.
#pragma once

#include "base/result.h"
#include "records/source_sink.h"

namespace plumbline {

// After the last file: reads the ids of the rows that may share one again, and gives up all but the last row
// of each. Memory: the ids of such rows.
Status replace_repeated(ObjectLoad& load, IdRule rule, TableBuilder& builder);

}  // namespace plumbline
