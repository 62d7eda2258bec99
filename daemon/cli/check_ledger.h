// What `plumbline check` finds out about the ledger a configuration names.
#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "daemon/cli/load_configuration.h"
#include "policies/bound_pack.h"
#include "records/schema.h"

namespace plumbline {

// Whether the ledger is there or can be made, may be written, and is one this program reads; who may read its
// key; whether anchors can be written; and what the packs need that no sync has delivered. Writes nothing.
// Faults are CF014 to CF018, at the keys of the configuration. Returns how the ledger is, for the line of the
// result: "a ledger of 14 syncs"; empty where there is none, or a fault.
std::string check_ledger(const LoadedConfiguration& loaded, const std::vector<BoundPack>& packs,
                         const std::vector<DerivedField>& derived, const Schema& schema,
                         Diagnostics& diagnostics);

}  // namespace plumbline
