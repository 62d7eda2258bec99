// `plumbline policy test`: runs the examples that packs carry.
#include <fmt/format.h>

#include <array>
#include <memory>

#include "daemon/cli/check_pack.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/policy_commands.h"
#include "daemon/cli/texts.h"
#include "daemon/cli/wrap.h"
#include "policies/examples.h"

namespace plumbline {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"--fields", "MAP.yaml", "A field map: your own names of objects and fields."},
});

struct Tally {
  std::size_t passed = 0;
  std::size_t failed = 0;
  bool faulty = false;  // a pack has errors
};

void test_pack(const std::string& name, const Fields& fields, SourceTexts& texts, Tally& tally,
               Streams& streams) {
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
  if (pack)
    outcomes = run_examples(std::make_shared<const Pack>(*std::move(pack)), fields.schema, diagnostics);
  streams.err.write(render_faults(diagnostics, texts));
  std::size_t failed = 0;
  for (const ExampleOutcome& outcome : outcomes) {
    if (outcome.passed) continue;
    ++failed;
    streams.out.write(failed_example(outcome));
  }
  tally.failed += failed;
  tally.passed += outcomes.size() - failed;
  tally.faulty = tally.faulty || diagnostics.has_errors();
  if (diagnostics.has_errors()) return;
  const std::string end =
      failed == 0 ? "all as expected" : fmt::format("{} not as expected", with_commas(failed));
  streams.out.write(fmt::format("{}: {}, {}\n", name, counted(outcomes.size(), "example", "examples"), end));
}

int run(ParsedOptions parsed, Streams& streams) {
  if (!parsed.faults.empty()) return refuse(streams, "policy test", parsed.faults);
  SourceTexts texts;
  Diagnostics diagnostics;
  const Result<Fields> fields = read_fields(parsed.one("--fields").value_or(""), texts, diagnostics);
  streams.err.write(render_faults(diagnostics, texts));
  if (!fields) complain(streams, fields.error());
  if (!fields || diagnostics.has_errors()) return kExitUsage;
  Tally tally;
  const std::vector<std::string> names =
      parsed.arguments.empty() ? shipped_pack_names() : std::move(parsed.arguments);
  for (const std::string& name : names) {
    test_pack(name, *fields, texts, tally, streams);
  }
  if (tally.faulty) return kExitUsage;
  return tally.failed > 0 ? kExitViolations : kExitDone;
}

}  // namespace

const CommandSpec& policy_test_command() {
  static constexpr CommandSpec kCommand{
      .name = "policy test",
      .arguments = "[NAME | FILE]...",
      .summary = "Run the examples of packs: the shipped ones, or those named.",
      .options = kOptions,
      .notes = "Exit status: 0 all examples come out as they say; 1 one does not; 2 a pack has errors.",
      .examples =
          "plumbline policy test\n"
          "plumbline policy test our-rules.yaml",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
