#include "violations/run_scope.h"

#include <fmt/format.h>

#include <algorithm>

namespace plumbline {

RunScope::RunScope(std::span<const BoundPack* const> packs, const std::vector<NotJudged>& not_judged) {
  for (const BoundPack* pack : packs) {
    packs_.insert(pack->pack->name);
    if (!pack->pack->extends.empty()) packs_.insert(pack->pack->extends);
    for (const Policy& policy : pack->pack->policies) {
      packs_.insert(policy.pack);
      const auto bound = std::ranges::find(pack->policies, &policy, &BoundPolicy::policy);
      Place& place = policies_[{policy.pack, policy.id}];
      // Where two packs bring it, the one that has it switched on counts.
      if (place.policy != nullptr && place.policy->enabled) continue;
      place = {.policy = &policy, .pack = pack, .bound = bound == pack->policies.end() ? nullptr : &*bound};
    }
  }
  for (const NotJudged& policy : not_judged) not_judged_[{policy.pack, policy.policy}] = policy.reason;
}

RunScope::Answer RunScope::of(std::string_view pack, std::string_view policy, std::string_view object) const {
  if (!packs_.contains(pack)) return {};
  const Name name{pack, policy};
  const auto found = policies_.find(name);
  if (found == policies_.end())
    return {.part = Part::kWithdrawn, .reason = fmt::format("pack {} no longer has the policy", pack)};
  const Place& place = found->second;
  if (!place.policy->enabled) {
    const std::string& by = place.policy->changed_in.empty() ? place.policy->pack : place.policy->changed_in;
    return {.part = Part::kWithdrawn, .reason = fmt::format("the policy is switched off in pack {}", by)};
  }
  if (!same_name(place.policy->object, object)) {
    return {.part = Part::kWithdrawn,
            .reason = fmt::format("the policy is about {} now", place.policy->object)};
  }
  if (place.bound == nullptr) return {.part = Part::kLeftOut};
  const auto reason = not_judged_.find(name);
  if (reason != not_judged_.end()) return {.part = Part::kNotJudged, .reason = reason->second};
  return {.part = Part::kJudged, .pack = place.pack, .policy = place.bound};
}

}  // namespace plumbline
