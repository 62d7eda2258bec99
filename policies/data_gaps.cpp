#include "policies/data_gaps.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

namespace plumbline {
namespace {

class GapFinder {
 public:
  GapFinder(const DataPresence& data, const Schema& schema) : data_(data), schema_(schema) {}

  // Whether the policy can be judged.
  bool take(const BoundPolicy& policy) {
    std::set<Requirement> missing;
    need_object(policy.object, missing);
    for (const Requirement& one : policy.required) {
      if (const auto gap = gap_of(one)) missing.insert(*gap);
    }
    for (const Requirement& one : missing) {
      DataGap& gap = gaps_[one];
      gap.what = one;
      gap.policies.push_back(policy.policy);
      if (missing.size() == 1) ++gap.alone;
      note_fields(policy, gap);
    }
    return missing.empty();
  }

  std::vector<DataGap> finish() {
    std::vector<DataGap> gaps;
    for (auto& [what, gap] : gaps_) gaps.push_back(std::move(gap));
    std::ranges::sort(
        gaps, {}, [](const DataGap& gap) { return std::tuple(~gap.policies.size(), ~gap.alone, gap.what); });
    return gaps;
  }

 private:
  bool has(std::size_t object) const { return data_.objects.contains(object); }

  void need_object(std::size_t object, std::set<Requirement>& missing) const {
    if (!has(object)) missing.insert({.kind = Requirement::Kind::kObject, .object = object});
  }

  // What would have to be there; empty where it is.
  std::optional<Requirement> gap_of(const Requirement& one) const {
    const Requirement object{.kind = Requirement::Kind::kObject, .object = one.object};
    if (!has(one.object)) return object;
    const std::pair place(one.object, one.field);
    if (one.kind == Requirement::Kind::kField && !data_.fields.contains(place)) return one;
    if (one.kind != Requirement::Kind::kHistory || data_.tracked.contains(place)) return std::nullopt;
    const auto history = schema_.find_object(schema_.object(one.object).history_object);
    if (history && !has(*history)) return Requirement{.kind = Requirement::Kind::kObject, .object = *history};
    return one;
  }

  // All the policy reads of an object that is not there, so that it is exported with them.
  void note_fields(const BoundPolicy& policy, DataGap& gap) const {
    if (gap.what.kind != Requirement::Kind::kObject) return;
    for (const auto* read : {&policy.needs.fields, &policy.needs.passing}) {
      const auto fields = read->find(gap.what.object);
      if (fields != read->end()) gap.fields.insert(fields->second.begin(), fields->second.end());
    }
  }

  const DataPresence& data_;
  const Schema& schema_;
  std::map<Requirement, DataGap> gaps_;
};

}  // namespace

DataGaps find_data_gaps(const std::vector<const BoundPack*>& packs, const DataPresence& data,
                        const Schema& schema) {
  DataGaps found;
  GapFinder finder(data, schema);
  for (const BoundPack* const pack : packs) {
    PackReadiness& readiness = found.packs.emplace_back(PackReadiness{.pack = pack->pack.get()});
    readiness.policies = pack->policies.size();
    for (const BoundPolicy& policy : pack->policies) {
      if (finder.take(policy)) readiness.judged.push_back(policy.policy);
    }
  }
  found.gaps = finder.finish();
  return found;
}

}  // namespace plumbline
