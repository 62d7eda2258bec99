// --policy and --severity: which of the bound policies are judged.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policies/bound_pack.h"

namespace plumbline {

struct PolicySelection {
  std::vector<std::string> policies{};  // ids or pack/ids; none means all
  std::optional<Severity> at_least{};
};

// Leaves out what was not selected, and what only that needed of the data. Returns faults, one sentence each:
// a name no policy has (with the nearest), one that is switched off, a policy that two packs bring, nothing
// left.
std::vector<std::string> select_policies(std::vector<BoundPack>& packs, const PolicySelection& selection,
                                         const Schema& schema);

// The same for packs whose verdicts are compared: several may bring a policy, which is left in all of them
// where it is selected in one.
std::vector<std::string> select_compared_policies(std::vector<BoundPack>& packs,
                                                  const PolicySelection& selection, const Schema& schema);

// All ids of the packs, bare and with the pack's name: what a mistyped one is compared with.
std::vector<std::string> policy_names(const std::vector<const Pack*>& packs);

// Whether the policy is one of those, switched on or not.
bool is_selected(const Pack& pack, const Policy& policy, const PolicySelection& selection);

// Whether `name` (an id or pack/id) is this policy's.
bool is_named(const Pack& pack, const Policy& policy, std::string_view name);

}  // namespace plumbline
