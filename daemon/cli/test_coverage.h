// `plumbline policy test --coverage`: which parts of conditions no example and no case makes true, or false.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "daemon/cli/output.h"
#include "policies/coverage.h"
#include "policies/run_test.h"

namespace plumbline {

// Gathers examples and cases of any number of packs; a pack is known by its hash. One thread.
class TestCoverage {
 public:
  void see(const ExampleRun& run);
  // Cases by a pack that stands in a file; a case's own pack or condition is nobody else's.
  void see(const TestCase& test, const BoundPack& pack, const CaseJudgement& judged);

  // Pack after pack by name: each policy and definition that has gaps with these, then a line in total.
  void write(TextOutput& out) const;

 private:
  struct Seen {
    std::shared_ptr<const Pack> pack;
    Coverage coverage{};
  };
  Coverage& of(const std::shared_ptr<const Pack>& pack);

  std::map<std::pair<std::string, std::string>, Seen> packs_;  // by name and hash
};

}  // namespace plumbline
