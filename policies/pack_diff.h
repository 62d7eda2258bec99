// What changed between two packs, policy by policy, and which of it verdicts can depend on. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policies/pack.h"

namespace plumbline {

// One thing that differs and that a verdict may depend on.
struct PackChange {
  enum class Kind : std::uint8_t {
    kPolicy,        // the policy is new, gone, or switched on or off
    kObject,        // `on` of a policy
    kJudgedWhen,    // of a policy
    kViolatedWhen,  // of a policy
    kZone,          // of a policy
    kParameter,
    kDefinition,
    kCalendar,  // an entry of it
    kAmounts,
  };
  Kind kind = Kind::kPolicy;
  std::string name{};  // of the policy, parameter, definition, or calendar entry (holidays, named red-green)
  // As people read them; empty where there is none. Of kPolicy "on" and "off".
  std::optional<std::string> before{};
  std::optional<std::string> after{};
  // Of a list: what only one of the two has. Both empty where nothing but the order differs.
  std::vector<std::string> taken{};
  std::vector<std::string> added{};
  // Policies whose conditions use it, of either pack: indexes of PackDiff::policies. Not worked out of the
  // calendar and of amounts, which any policy may depend on.
  std::vector<std::size_t> used_by{};

  bool in_both() const { return before.has_value() && after.has_value(); }
};

std::string_view to_string(PackChange::Kind kind);  // "parameter", "judged_when"

// A policy of one or both packs, known by its id.
struct PolicyDiff {
  const Policy* before = nullptr;  // null where the pack has none
  const Policy* after = nullptr;

  const Policy& any() const { return after != nullptr ? *after : *before; }
  bool judged_before() const { return before != nullptr && before->enabled; }
  bool judged_after() const { return after != nullptr && after->enabled; }
  bool in_both() const { return judged_before() && judged_after(); }

  // What its verdicts may differ by: indexes of PackDiff::changes. `causes` can be told apart by judging with
  // one of them alone. `riders` stand in one of the packs only, and come and go with a cause.
  std::vector<std::size_t> causes{};
  std::vector<std::size_t> riders{};
  // Keys with another text or value that no verdict depends on: title, says, fix, evidence, tell,
  // fresh_within. Severity is not among them.
  std::vector<std::string_view> wording{};
};

struct PackDiff {
  std::vector<PackChange> changes;
  // Those that one of the packs judges: in the order of the later pack, then those it does not have.
  std::vector<PolicyDiff> policies;
};

// `derived`: fields that a field map derives, by name. The packs must outlive the result.
PackDiff diff_packs(const Pack& before, const Pack& after, std::span<const NamedText> derived = {});

// `before` with this one change made as `after` has it. What only `after` has comes too, where nothing of
// `before` can mean it. Views values of both.
Pack with_change(const Pack& before, const Pack& after, const PackChange& change);

}  // namespace plumbline
