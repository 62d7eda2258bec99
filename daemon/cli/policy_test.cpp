// `plumbline policy test`: runs the examples that packs carry, and the cases of .test files.
#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <memory>

#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/policy_commands.h"
#include "daemon/cli/test_files.h"
#include "daemon/cli/texts.h"
#include "daemon/cli/wrap.h"
#include "policies/examples.h"

namespace plumbline {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"--fields", "MAP.yaml", "A field map: your own names of objects and fields."},
    {"--bless", "", "Write what came into the `expect` of .test files, where it differs."},
    {"--coverage", "", "Tell which parts of conditions no example or case makes true, or false."},
});

void print_failure(const ExampleOutcome& outcome, TextOutput& out) {
  out.write(
      fmt::format("{}: {}: {}\n", outcome.where.to_string(), outcome.policy, printable(outcome.explanation)));
}

void test_pack(const std::string& name, const Fields& fields, SourceTexts& texts, TestTally& tally,
               TestCoverage* coverage, Streams& streams) {
  const Result<PackText> text = find_pack(name);
  if (!text) {
    complain(streams, text.error());
    tally.faulty = true;
    return;
  }
  texts.add(text->file, text->text);
  Diagnostics diagnostics;
  std::optional<Pack> pack = load_pack(*text, diagnostics);
  std::vector<ExampleOutcome> outcomes;
  if (pack) {
    const ExampleVisit visit = [&](const ExampleRun& run) {
      if (coverage != nullptr) coverage->see(run);
    };
    outcomes =
        run_examples(std::make_shared<const Pack>(*std::move(pack)), fields.schema, diagnostics, visit);
  }
  streams.err.write(render_faults(diagnostics, texts));
  std::size_t failed = 0;
  for (const ExampleOutcome& outcome : outcomes) {
    if (outcome.passed) continue;
    ++failed;
    print_failure(outcome, streams.out);
  }
  tally.failed += failed;
  tally.passed += outcomes.size() - failed;
  tally.faulty = tally.faulty || diagnostics.has_errors();
  if (diagnostics.has_errors()) return;
  const std::string end =
      failed == 0 ? "all as expected" : fmt::format("{} not as expected", with_commas(failed));
  streams.out.write(fmt::format("{}: {}, {}\n", name, counted(outcomes.size(), "example", "examples"), end));
}

// A .test file, or a folder of them; anything else is a pack.
bool is_for_test_files(const std::string& name) {
  std::error_code code;
  return name.ends_with(kTestFileEnding) ||
         (!shipped_pack(name) && std::filesystem::is_directory(name, code));
}

void test_tests(const std::string& path, TestFileRun& run, TestTally& tally, Streams& streams) {
  const std::vector<std::string> files = test_files_at(path);
  if (files.empty()) {
    complain(streams, fmt::format("{} is a folder without a .test file; name another, or the files", path));
    tally.faulty = true;
  }
  for (const std::string& file : files) run.run(file, tally);
}

int run(ParsedOptions parsed, Streams& streams) {
  if (!parsed.faults.empty()) return refuse(streams, "policy test", parsed.faults);
  SourceTexts texts;
  Diagnostics diagnostics;
  const Result<Fields> fields = read_fields(parsed.one("--fields").value_or(""), texts, diagnostics);
  streams.err.write(render_faults(diagnostics, texts));
  if (!fields) complain(streams, fields.error());
  if (!fields || diagnostics.has_errors()) return kExitUsage;
  TestTally tally;
  const Blessing blessing = parsed.has("--bless") ? Blessing::kYes : Blessing::kNo;
  const std::vector<std::string> names =
      parsed.arguments.empty() ? shipped_pack_names() : std::move(parsed.arguments);
  TestCoverage gathered;
  TestCoverage* const coverage = parsed.has("--coverage") ? &gathered : nullptr;
  TestFileRun test_files(std::make_shared<const Schema>(fields->schema), texts, blessing, coverage, streams);
  for (const std::string& name : names) {
    if (is_for_test_files(name)) {
      test_tests(name, test_files, tally, streams);
    } else if (blessing == Blessing::kYes) {
      complain(streams,
               fmt::format("--bless writes into .test files alone; the examples of {} stand among its "
                           "comments, so change them there by hand",
                           name));
      test_pack(name, *fields, texts, tally, coverage, streams);
    } else {
      test_pack(name, *fields, texts, tally, coverage, streams);
    }
  }
  if (coverage != nullptr) coverage->write(streams.out);
  if (tally.unwritable) return kExitInput;
  if (tally.faulty) return kExitUsage;
  return tally.failed > 0 ? kExitViolations : kExitDone;
}

}  // namespace

const CommandSpec& policy_test_command() {
  static constexpr CommandSpec kCommand{
      .name = "policy test",
      .arguments = "[NAME | FILE | FOLDER]...",
      .summary =
          "Run the examples of packs and the cases of .test files: the shipped packs', or those named.",
      .options = kOptions,
      .notes =
          "A .test file holds small tables of records, a moment, and the verdicts expected "
          "(docs/testing-policies.md); a folder stands for the .test files in it. --bless rewrites what the "
          "failing cases expect, and nothing else. --coverage looks at examples and cases of a pack "
          "together: "
          "name both.\n\n"
          "Exit status: 0 all come out as they say; 1 one does not; 2 a pack or .test file has errors; 3 a "
          "blessed file cannot be written.",
      .examples =
          "plumbline policy test\n"
          "plumbline policy test our-rules.yaml tests/\n"
          "plumbline policy test --bless month-ends.test\n"
          "plumbline policy test --coverage our-rules.yaml tests/",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
