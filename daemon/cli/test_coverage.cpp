#include "daemon/cli/test_coverage.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

constexpr std::size_t kKindColumns = 13;  // of the longest kind of gap

std::string group_text(const CoverageGroup& group) {
  std::string text = fmt::format("  {}{}: {} of {} outcomes in {}\n", group.is_definition ? "define " : "",
                                 group.name, with_commas(group.seen), with_commas(group.outcomes),
                                 counted(group.cases, "case", "cases"));
  for (const CoverageGap& gap : group.gaps) {
    text += fmt::format("      {:<{}}  {}:{}: {}\n", to_string(gap.kind), kKindColumns, gap.place.file,
                        gap.place.line, printable(gap.text));
  }
  return text;
}

}  // namespace

Coverage& TestCoverage::of(const std::shared_ptr<const Pack>& pack) {
  Seen& seen = packs_[{pack->name, pack->hash}];
  if (!seen.pack) seen.pack = pack;
  return seen.coverage;
}

void TestCoverage::see(const ExampleRun& run) { of(run.pack.pack).add(run); }

void TestCoverage::see(const TestCase& test, const BoundPack& pack, const CaseJudgement& judged) {
  if (test.condition || test.pack_text) return;
  Coverage& coverage = of(pack.pack);
  for (const BoundPolicy& policy : pack.policies) {
    const Table* const table = judged.snapshot->table(policy.object);
    for (RowIndex row = 0; table != nullptr && row < table->rows(); ++row) {
      if (table->visible(row)) coverage.add(pack, policy, {}, *judged.snapshot, row, judged.options);
    }
  }
}

void TestCoverage::write(TextOutput& out) const {
  for (const auto& [key, seen] : packs_) {
    std::size_t outcomes = 0;
    std::size_t came = 0;
    std::string gaps;
    for (const CoverageGroup& group : seen.coverage.report(*seen.pack)) {
      outcomes += group.outcomes;
      came += group.seen;
      if (!group.gaps.empty()) gaps += group_text(group);
    }
    if (!gaps.empty()) out.write(fmt::format("\n{}: what nothing puts to the test\n{}", key.first, gaps));
    const double share =
        outcomes == 0 ? 100.0 : 100.0 * static_cast<double>(came) / static_cast<double>(outcomes);
    out.write(fmt::format("{}{}: {} of {} come up ({:.1f} %)\n", gaps.empty() ? "\n" : "", key.first,
                          with_commas(came),
                          counted(outcomes, "outcome of conditions", "outcomes of conditions"), share));
  }
}

}  // namespace plumbline
