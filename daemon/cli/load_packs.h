// Loading several packs for a command that looks at them rather than at data.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "daemon/cli/streams.h"
#include "policies/pack.h"

namespace plumbline {

struct LoadedPacks {
  std::vector<std::shared_ptr<const Pack>> packs;
  bool complete = true;  // false where one was not found or has errors, which are told already
};

// No names means all shipped packs. Faults and warnings go to streams.err.
LoadedPacks load_named_packs(const std::vector<std::string>& names, PackExamples examples, Streams& streams);

// What to call a pack that was given as `named`: "ours (ours.yaml)", and a shipped pack's name alone.
std::string label_of(const Pack& pack, const std::string& named);

}  // namespace plumbline
