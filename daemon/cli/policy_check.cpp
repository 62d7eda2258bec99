// `plumbline policy check`: all faults of packs, or of conditions one a line.
#include <fmt/format.h>

#include <array>
#include <fstream>
#include <istream>
#include <optional>

#include "daemon/cli/check_pack.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/policy_commands.h"
#include "daemon/cli/texts.h"
#include "daemon/cli/wrap.h"
#include "policies/language/lexer.h"
#include "policies/language/parser.h"

namespace plumbline {
namespace {

constexpr std::string_view kStandardInput = "-";

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"--syntax-only", "", "Read one condition a line, and print ok or error: ... for each."},
    {"--fields", "MAP.yaml", "A field map: your own names of objects and fields."},
    {"--watch", "", "Check again whenever a file is saved, and run its examples, until interrupted."},
});

Result<PackText> read_pack(const std::string& name, Streams& streams) {
  if (name != kStandardInput) return find_pack(name);
  Result<std::string> text = read_text(streams.in, "standard input");
  if (!text) return fail(std::move(text.error()));
  return PackText{.file = "standard input", .text = *std::move(text)};
}

int check_one(const std::string& name, const Fields& fields, const SourceTexts& texts, Streams& streams) {
  const Result<PackText> text = read_pack(name, streams);
  if (!text) {
    complain(streams, text.error());
    return kExitInput;
  }
  const CheckedPack checked = check_pack(*text, fields, texts);
  streams.err.write(checked.faults);
  streams.out.write(checked.conclusion);
  return checked.has_errors ? kExitUsage : kExitDone;
}

// A line without its end, cut behind kMaxConditionBytes + 1 bytes: enough to be refused as too long. Empty at
// the end.
std::optional<std::string> next_line(std::streambuf& in) {
  using Traits = std::streambuf::traits_type;
  std::string line;
  int byte = in.sbumpc();
  if (Traits::eq_int_type(byte, Traits::eof())) return std::nullopt;
  for (; !Traits::eq_int_type(byte, Traits::eof()) && byte != '\n'; byte = in.sbumpc()) {
    if (line.size() <= kMaxConditionBytes) line += Traits::to_char_type(byte);
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::string judge_syntax(std::string_view condition) {
  const auto parsed = parse_expression(condition);
  if (parsed) return "ok\n";
  const SyntaxFault& fault = parsed.error();
  return fmt::format("error: column {}: {} [{}]\n", fault.at.begin + 1, printable(fault.message), fault.code);
}

void check_lines(std::istream& in, Streams& streams) {
  while (const std::optional<std::string> line = next_line(*in.rdbuf())) {
    streams.out.write(judge_syntax(*line));
    // Whoever feeds line by line waits for the answer; a file does not.
    if (in.rdbuf()->in_avail() <= 0 && !streams.out.flush()) return;
  }
}

int check_syntax(const std::string& name, Streams& streams) {
  if (name == kStandardInput) {
    check_lines(streams.in, streams);
    return kExitDone;
  }
  std::ifstream file(name, std::ios::binary);
  if (!file || file.peek() == std::ifstream::traits_type::eof()) {
    const Result<std::string> why = read_text(name);
    if (why) return kExitDone;  // nothing in it
    complain(streams, why.error());
    return kExitInput;
  }
  check_lines(file, streams);
  return kExitDone;
}

void add_watch_faults(ParsedOptions& parsed) {
  if (parsed.has("--syntax-only")) parsed.faults.emplace_back("--watch checks packs, not single conditions");
  for (const std::string& name : parsed.arguments) {
    if (name == kStandardInput) {
      parsed.faults.emplace_back("--watch needs a file; standard input cannot be read again");
    } else if (shipped_pack(name)) {
      parsed.faults.push_back(
          fmt::format("{} comes with Plumbline and does not change; --watch needs a file", name));
    }
  }
}

int run(ParsedOptions parsed, Streams& streams) {
  if (parsed.arguments.empty())
    parsed.faults.emplace_back("policy check needs a pack's file, or - for standard input");
  const bool watch = parsed.has("--watch");
  if (watch) add_watch_faults(parsed);
  if (!parsed.faults.empty()) return refuse(streams, "policy check", parsed.faults);
  if (watch) return watch_packs(parsed.arguments, parsed.one("--fields").value_or(""), streams);
  int status = kExitDone;
  if (parsed.has("--syntax-only")) {
    for (const std::string& name : parsed.arguments) status = std::max(status, check_syntax(name, streams));
    return status;
  }
  SourceTexts texts;
  Diagnostics diagnostics;
  const Result<Fields> fields = read_fields(parsed.one("--fields").value_or(""), texts, diagnostics);
  streams.err.write(render_faults(diagnostics, texts));
  if (!fields) complain(streams, fields.error());
  if (!fields || diagnostics.has_errors()) return kExitUsage;
  for (const std::string& name : parsed.arguments)
    status = std::max(status, check_one(name, *fields, texts, streams));
  return status;
}

}  // namespace

const CommandSpec& policy_check_command() {
  static constexpr CommandSpec kCommand{
      .name = "policy check",
      .arguments = "(FILE | -)...",
      .summary = "Report every fault of a pack: its YAML, its conditions, the fields they name.",
      .options = kOptions,
      .notes =
          "--watch shows everything on standard output: on a terminal the screen is cleared first, elsewhere "
          "each "
          "check begins with a line that has the time. Ctrl-C ends it.\n"
          "Exit status: 0 no errors (warnings may be); 2 errors; 3 a file cannot be read. With "
          "--syntax-only: 0 "
          "whatever the conditions are worth, 3 as before.",
      .examples =
          "plumbline policy check our-rules.yaml\n"
          "plumbline policy check --watch our-rules.yaml\n"
          "plumbline policy check - < our-rules.yaml\n"
          "echo \"Amount > 5000 AND StageName = 'Closed Won'\" | plumbline policy check --syntax-only -",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
