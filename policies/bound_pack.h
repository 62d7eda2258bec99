// A pack whose policies are bound to a schema and ready to judge.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "policies/language/binder.h"
#include "policies/language/bound.h"
#include "policies/pack.h"

namespace plumbline {

// "Close date {CloseDate} is the last day of the month": texts and expressions in turn.
struct MessageTemplate {
  struct Piece {
    std::string text{};  // where there is no expression
    Bound expression{};
  };
  std::vector<Piece> pieces{};
};

struct BoundEvidence {
  std::string name;
  Bound expression;
};

// A field or derived value a condition reads on the record judged or on a record it leads to; always shown as
// evidence.
struct ReadField {
  std::string name;
  const BoundExpr* expression = nullptr;   // of the bound conditions
  const BoundAggregate* inside = nullptr;  // the EXISTS whose first matching row it is of
};

struct BoundPolicy {
  const Policy* policy = nullptr;
  std::size_t object = 0;
  Bound judged_when{};  // may be null: every record
  Bound violated_when{};
  MessageTemplate says{};
  MessageTemplate fix{};
  std::vector<BoundEvidence> evidence{};
  std::vector<ReadField> reads{};
  std::optional<TimeZone> zone{};  // a policy's own
  DataNeeds needs{};               // what it reads; nothing implied yet
  std::set<Requirement> required{};
};

struct BoundPack {
  std::shared_ptr<const Pack> pack;
  std::unique_ptr<TextArena> constants = std::make_unique<TextArena>();
  std::vector<BoundPolicy> policies;  // enabled ones, in the pack's order
  DataNeeds needs;                    // of all of them, and what that implies
};

using PolicyChoice = std::function<bool(const Policy&)>;

// Binds every policy, or those that are `wanted`; all faults of what it binds, and of the pack's definitions,
// at once. Policies that did not bind are left out, so the result is only to be used where the diagnostics
// hold no error.
BoundPack bind_pack(std::shared_ptr<const Pack> pack, const Schema& schema,
                    const std::vector<DerivedField>& derived, Diagnostics& diagnostics,
                    const PolicyChoice& wanted = {});

// The field map's `when` fields as the binder wants them. Faults in them are reported by binding each once.
std::vector<DerivedField> derived_fields(const struct FieldMap& map, const Schema& schema);

}  // namespace plumbline
