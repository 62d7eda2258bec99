#include "daemon/cli/select_policies.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/nearest_name.h"

namespace plumbline {
namespace {

std::vector<const Pack*> plain(const std::vector<BoundPack>& packs) {
  std::vector<const Pack*> out;
  for (const BoundPack& pack : packs) out.push_back(pack.pack.get());
  return out;
}

std::vector<std::string> unknown_names(const std::vector<BoundPack>& packs,
                                       const PolicySelection& selection) {
  std::vector<std::string> faults;
  for (const std::string& name : selection.policies) {
    const Policy* found = nullptr;
    for (const BoundPack& pack : packs) {
      for (const Policy& policy : pack.pack->policies) {
        if (is_named(*pack.pack, policy, name) && (found == nullptr || policy.enabled)) found = &policy;
      }
    }
    if (found == nullptr) {
      faults.push_back(
          fmt::format("unknown policy {}{}", name, did_you_mean(name, policy_names(plain(packs)))));
    } else if (!found->enabled) {
      faults.push_back(fmt::format("policy {} is switched off{}; leave it out of --policy, or switch it on",
                                   name, found->changed_in.empty() ? "" : " in pack " + found->changed_in));
    }
  }
  return faults;
}

// Judged twice, a violation would be told twice.
std::vector<std::string> brought_twice(const std::vector<BoundPack>& packs) {
  std::map<std::string, std::string> first;
  std::vector<std::string> faults;
  for (const BoundPack& pack : packs) {
    for (const Policy& policy : pack.pack->policies) {
      if (!policy.enabled) continue;
      const std::string name = policy.pack + "/" + policy.id;
      const auto [place, added] = first.try_emplace(name, pack.pack->name);
      if (added) continue;
      faults.push_back(fmt::format("policy {} comes with pack {} and again with {}; give one of the two",
                                   name, place->second, pack.pack->name));
      break;
    }
  }
  return faults;
}

// Leaves the wanted policies, and what they need of the data. Returns a fault where nothing is left.
template <class Wanted>
std::vector<std::string> keep(std::vector<BoundPack>& packs, const Schema& schema,
                              const PolicySelection& selection, const Wanted& wanted) {
  std::size_t left = 0;
  for (BoundPack& pack : packs) {
    std::erase_if(pack.policies,
                  [&](const BoundPolicy& policy) { return !wanted(*pack.pack, *policy.policy); });
    left += pack.policies.size();
    pack.needs = {};
    for (const BoundPolicy& policy : pack.policies) pack.needs.add(policy.needs);
    pack.needs.add_implied(schema);
  }
  if (left > 0) return {};
  if (!selection.at_least) return {"the packs hold no policy that is switched on; give another --pack"};
  return {fmt::format("no policy is left at severity {} or worse; give a lower --severity",
                      to_string(*selection.at_least))};
}

}  // namespace

bool is_named(const Pack& pack, const Policy& policy, std::string_view name) {
  if (!name.ends_with(policy.id)) return false;
  name.remove_suffix(policy.id.size());
  if (name.empty()) return true;
  if (!name.ends_with('/')) return false;
  name.remove_suffix(1);
  return name == policy.pack || name == pack.name;
}

bool is_selected(const Pack& pack, const Policy& policy, const PolicySelection& selection) {
  if (selection.at_least && policy.severity < *selection.at_least) return false;
  if (selection.policies.empty()) return true;
  return std::ranges::any_of(selection.policies,
                             [&](const std::string& name) { return is_named(pack, policy, name); });
}

std::vector<std::string> policy_names(const std::vector<const Pack*>& packs) {
  std::vector<std::string> names;
  for (const Pack* pack : packs) {
    for (const Policy& policy : pack->policies) {
      names.push_back(policy.id);
      names.push_back(pack->name + "/" + policy.id);
    }
  }
  return names;
}

std::vector<std::string> select_policies(std::vector<BoundPack>& packs, const PolicySelection& selection,
                                         const Schema& schema) {
  std::vector<std::string> faults = unknown_names(packs, selection);
  for (std::string& fault : brought_twice(packs)) faults.push_back(std::move(fault));
  if (!faults.empty()) return faults;
  return keep(packs, schema, selection,
              [&](const Pack& pack, const Policy& policy) { return is_selected(pack, policy, selection); });
}

std::vector<std::string> select_compared_policies(std::vector<BoundPack>& packs,
                                                  const PolicySelection& selection, const Schema& schema) {
  std::vector<std::string> faults = unknown_names(packs, selection);
  if (!faults.empty()) return faults;
  std::set<std::string, std::less<>> ids;
  for (const BoundPack& pack : packs) {
    for (const Policy& policy : pack.pack->policies) {
      if (is_selected(*pack.pack, policy, selection)) ids.insert(policy.id);
    }
  }
  return keep(packs, schema, selection,
              [&](const Pack&, const Policy& policy) { return ids.contains(policy.id); });
}

}  // namespace plumbline
