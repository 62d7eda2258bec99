// Which parts of a pack's conditions its examples never put to the test: a comparison that no example makes
// true, or none makes false, may be wrong without any of them noticing.
//
//   Coverage coverage;
//   run_examples(pack, schema, diagnostics,
//                [&](const ExampleRun& run) { coverage.add(run); });
//   // more cases of the same pack, whoever bound it: from .test files, say
//   coverage.add(bound_pack, bound_policy, derived, snapshot, row, options);
//   for (const CoverageGroup& group : coverage.report(*pack)) ...
//
// Parts are known by their place in the pack's text, so that cases of several bindings add up. Pure; one
// thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "base/diagnostic.h"
#include "policies/examples.h"
#include "policies/trace.h"

namespace plumbline {

struct CoverageGap {
  enum class Kind : std::uint8_t {
    kNeverTrue,
    kNeverFalse,
    kNeverTold,  // neither true nor false: no case comes so far, or it is unknown in all that do
  };
  Kind kind = Kind::kNeverTold;
  std::string text{};  // of the part, as written, on one line
  SourceSpan place{};
};

// One policy, or one definition that policies use.
struct CoverageGroup {
  std::string name{};  // the policy's id, or the definition's name
  bool is_definition = false;
  std::uint64_t cases = 0;          // records judged by it
  std::size_t outcomes = 0;         // that its parts can have: true and false of each
  std::size_t seen = 0;             // of these
  std::vector<CoverageGap> gaps{};  // in the order of the text
};

// "never true", "never false", "never reached"
std::string_view to_string(CoverageGap::Kind kind);

class Coverage {
 public:
  // A record as some case of a test judges it. Where the policy's judged_when does not hold, violated_when is
  // not reached. Data that cannot answer the policy at all, or a deleted record, reaches nothing, but
  // counts as a case.
  void add(const BoundPack& pack, const BoundPolicy& policy, const std::vector<DerivedField>& derived,
           const Snapshot& snapshot, RowIndex row, const JudgeOptions& options);
  void add(const ExampleRun& run);

  // The policies of which there were cases, in the pack's order, then the definitions they use that have a
  // condition in them, likewise.
  std::vector<CoverageGroup> report(const Pack& pack) const;

 private:
  struct Part {
    std::string text{};
    SourceSpan place{};
    bool is_chain = false;  // AND or OR: of interest only where its parts have no gap
    std::uint64_t as_true = 0;
    std::uint64_t as_false = 0;
  };
  // Where a part stands: the condition (a definition's is number 0, judged_when 1, violated_when 2), and its
  // range, outer ones first.
  using Place = std::tuple<int, std::uint32_t, std::int64_t>;
  struct Group {
    std::uint64_t cases = 0;
    std::map<Place, Part> parts{};
  };
  using Groups = std::map<std::string, Group, std::less<>>;

  void see(const TracedPart& part, int condition, Group& group, Tracer& tracer, RowIndex row, bool reached);
  void note(const TracedPart& part, int condition, Group& group, const Tracer::Seen& seen);
  void declare(const TracedPart& part, int condition, Group& group);
  static CoverageGroup summary(const std::string& name, const Group& group);

  Groups policies_;     // by pack and id
  Groups definitions_;  // by name
};

}  // namespace plumbline
