// Any bytes as a .test file: faults are told or its cases run, twice with the same result; and what is
// blessed is read again, passes, and is blessed no further.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "policies/bless_test.h"
#include "policies/run_test.h"

namespace {

using namespace plumbline;

void require(bool holds, const char* what, const std::string& text) {
  if (holds) return;
  std::fprintf(stderr, "test_file_fuzz: %s\n%s\n", what, text.c_str());
  std::abort();
}

// One small pack, read once: reading packs is what pack_fuzz does.
TestPacks& packs() {
  static TestPacks packs(std::make_shared<const Schema>(Schema::standard()),
                         [](std::string_view name) -> Result<PackText> {
                           if (name != "essentials") return fail(ErrorCode::kNotFound, "no such pack");
                           return shipped_pack(name).value();
                         });
  return packs;
}

struct Ran {
  std::optional<TestFile> file;
  std::vector<CaseOutcome> outcomes;
  std::string told;  // everything, in one text
};

Ran run(const std::string& text) {
  Ran ran;
  Diagnostics diagnostics;
  ran.file = parse_test_file(text, "fuzz.test", diagnostics);
  if (ran.file) ran.outcomes = run_test_file(*ran.file, packs(), diagnostics);
  ran.told = render_all(diagnostics, text);
  for (const CaseOutcome& outcome : ran.outcomes) {
    for (const CaseLine& line : outcome.came) ran.told += line.record + line.policy + line.message + "\n";
    ran.told += outcome.error;
  }
  if (ran.file && diagnostics.has_errors()) ran.file.reset();
  return ran;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const Ran ran = run(text);
  require(ran.told == run(text).told, "two runs differ", text);
  if (!ran.file) return 0;
  const BlessedFile blessed = bless_test_file(*ran.file, ran.outcomes);
  const Ran again = run(blessed.text);
  require(again.file.has_value(), "what was blessed has faults", blessed.text + again.told);
  for (const CaseOutcome& outcome : again.outcomes) {
    const bool refused =
        outcome.error.empty() && again.file->cases[outcome.number].expect.kind == Expectation::Kind::kError;
    require(outcome.passed || refused, "what was blessed does not pass", blessed.text);
  }
  require(bless_test_file(*again.file, again.outcomes).text == blessed.text, "blessed further", blessed.text);
  return 0;
}
