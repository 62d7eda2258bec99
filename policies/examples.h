// Runs a pack's examples: each is a few records, a moment and the verdict they must get
// (docs/policy-language.md).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "policies/bound_pack.h"
#include "policies/judge.h"
#include "policies/pack.h"
#include "records/schema.h"

namespace plumbline {

struct ExampleOutcome {
  std::string policy;
  SourceSpan where;
  bool passed = false;
  std::string explanation;  // expected ..., got ..., because ...
};

// What an example was judged by, for whoever wants more of it than its verdict. Valid during one call.
struct ExampleRun {
  const BoundPack& pack;  // of the one policy
  const BoundPolicy& policy;
  const Snapshot& snapshot;
  std::string_view record_id;
  const JudgeOptions& options;
};
using ExampleVisit = std::function<void(const ExampleRun&)>;

// Those of the enabled policies this pack itself has, in its order. Policies it has from a pack it extends
// are tested there: their examples speak of that pack's thresholds, which this one may have changed. Faults
// of conditions and of examples go to `diagnostics`; an example with a fault has no outcome. `visit`, if any,
// is called once for each example that has one. `stopped`, if any, is asked before each policy; once it says
// so, the outcomes end there. Pure; not for use from several threads with one Diagnostics.
std::vector<ExampleOutcome> run_examples(const std::shared_ptr<const Pack>& pack, const Schema& schema,
                                         Diagnostics& diagnostics, const ExampleVisit& visit = {},
                                         const std::function<bool()>& stopped = {});

// Whether the same examples name fields, relationships and values that there are: PB160, PB161, PB163, PB164.
// A policy about an object that is not known is passed over; binding the pack reports that.
void check_examples(const Pack& pack, const Schema& schema, Diagnostics& diagnostics);

}  // namespace plumbline
