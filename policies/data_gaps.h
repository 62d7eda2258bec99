// What data policies lack before they can be judged, told from headers alone: for whoever sets up an audit.
// Pure; safe from any thread.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "policies/bound_pack.h"
#include "records/schema.h"

namespace plumbline {

// Objects and fields by their index in the schema the packs are bound to.
struct DataPresence {
  std::set<std::size_t> objects{};                          // with a file
  std::set<std::pair<std::size_t, std::size_t>> fields{};   // with a column
  std::set<std::pair<std::size_t, std::size_t>> tracked{};  // with changes in the history
};

// One thing that is not there, and what waits for it.
struct DataGap {
  Requirement what{};              // kObject: a whole object; its fields that are needed are in `fields`
  std::set<std::size_t> fields{};  // of the object
  std::vector<const Policy*> policies{};  // in the packs' order
  std::size_t alone = 0;                  // of these, policies that wait for nothing else
};

struct PackReadiness {
  const Pack* pack = nullptr;
  std::size_t policies = 0;  // enabled ones
  std::vector<const Policy*> judged{};
};

struct DataGaps {
  std::vector<PackReadiness> packs{};
  std::vector<DataGap> gaps{};  // those that most policies wait for first
};

DataGaps find_data_gaps(const std::vector<const BoundPack*>& packs, const DataPresence& data,
                        const Schema& schema);

}  // namespace plumbline
