// Runs the cases of a .test file: judges each case's records by its pack and compares what comes with what
// was expected. Pure but for the packs, which whoever runs it finds.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "policies/bound_pack.h"
#include "policies/case_world.h"
#include "policies/judge.h"
#include "policies/test_file.h"

namespace plumbline {

// Packs by the name that files give them, each read once. Not for use from several threads.
class TestPacks {
 public:
  using Find = std::function<Result<PackText>(std::string_view name)>;

  TestPacks(std::shared_ptr<const Schema> schema, Find find)
      : schema_(std::move(schema)), find_(std::move(find)) {}

  struct Loaded {
    std::shared_ptr<const Pack> pack{};  // null where it could not be read at all
    std::optional<BoundPack> bound{};    // empty where it has errors
    Diagnostics faults{};                // all that `plumbline policy check` would tell, warnings too
    std::string file{};                  // that its faults name
    std::string text{};
    bool told = false;  // whether somebody has been shown the errors
  };
  // The Error says that there is no such pack.
  Result<Loaded*> find(const std::string& name);
  // A pack that was written into a case: it needs no examples, for the case is one.
  Loaded load(const PackText& text, PackExamples examples) const;

  const std::shared_ptr<const Schema>& schema() const { return schema_; }

 private:
  std::shared_ptr<const Schema> schema_;
  Find find_;
  std::map<std::string, std::unique_ptr<Loaded>> loaded_;
};

// A verdict that came.
struct CaseLine {
  std::string record;  // its id; empty for kNotJudged
  std::string policy;  // id
  CaseVerdict verdict = CaseVerdict::kViolated;
  std::string message;  // of a violation; the reason of another verdict
};

// What judging a case's records by a pack came to.
struct CaseJudgement {
  std::vector<CaseLine> lines{};  // in order of object, record, policy; without policies that were not judged
  JudgeSummary summary{};
  std::shared_ptr<const Pack> pack{};
  std::shared_ptr<const Snapshot> snapshot{};
  JudgeOptions options{};
};
using CaseVisit = std::function<void(const TestCase&, const BoundPack&, const CaseJudgement&)>;

struct CaseDifference {
  std::optional<std::size_t> expected{};  // of Expectation::verdicts; empty: nobody expected it
  std::optional<CaseLine> came{};         // empty: it did not come
  std::string why{};                      // it did not, where that is known
};

struct CaseOutcome {
  std::size_t number = 0;  // of the file's cases
  bool passed = false;
  std::vector<CaseLine> came{};  // in order of object, record, policy; then those not judged
  std::string error{};           // that came, of a case that expects one
  std::vector<CaseDifference> differences{};
  std::vector<NotJudged>
      passed_over{};  // policies that could not be judged, and that nobody asked for by name
};

// In the order of the file. Names that are not there, values that cannot be read and faults of packs that no
// case expects go to `diagnostics` (PB161, PB191, PB192, PB194, PB197, PB198 and those of packs); a case with
// one has no outcome.
// Each that has is shown to `visit` with the data it was judged on.
std::vector<CaseOutcome> run_test_file(const TestFile& file, TestPacks& packs, Diagnostics& diagnostics,
                                       const CaseVisit& visit = {});

CaseJudgement judge_case(const BoundPack& pack, const CaseWorld& world, const TestCase& test,
                         const std::shared_ptr<const Schema>& schema);

// The policy that a file calls so, by id or pack/id; null where there is none.
const Policy* find_policy(const Pack& pack, std::string_view name);

inline constexpr std::string_view kConditionName = "condition";  // the policy a case's `condition` makes

}  // namespace plumbline
