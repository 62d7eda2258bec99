// `plumbline policy check`: all faults of packs, or of conditions one a line.
#include <fmt/format.h>

#include <array>
#include <fstream>
#include <istream>
#include <optional>

#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/policy_commands.h"
#include "daemon/cli/texts.h"
#include "daemon/cli/wrap.h"
#include "policies/bound_reminders.h"
#include "policies/examples.h"
#include "policies/language/lexer.h"
#include "policies/language/parser.h"

namespace plumbline {
namespace {

constexpr std::string_view kStandardInput = "-";

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"--syntax-only", "", "Read one condition a line, and print ok or error: ... for each."},
    {"--fields", "MAP.yaml", "A field map: your own names of objects and fields."},
});

Result<PackText> read_pack(const std::string& name, Streams& streams) {
  if (name != kStandardInput) return find_pack(name);
  Result<std::string> text = read_text(streams.in, "standard input");
  if (!text) return fail(std::move(text.error()));
  return PackText{.file = "standard input", .text = *std::move(text)};
}

std::string troubles_of(const Diagnostics& diagnostics) {
  std::string text;
  if (diagnostics.has_errors()) text += ", " + counted(diagnostics.error_count(), "error", "errors");
  if (diagnostics.warning_count() > 0)
    text += ", " + counted(diagnostics.warning_count(), "warning", "warnings");
  return text;
}

std::string contents_of(const Pack& pack) {
  std::string text = counted(pack.policies.size(), "policy", "policies");
  if (!pack.reminders.empty()) text += ", " + counted(pack.reminders.size(), "reminder", "reminders");
  return text;
}

int check_pack(const std::string& name, const Fields& fields, SourceTexts texts, Streams& streams) {
  const Result<PackText> text = read_pack(name, streams);
  if (!text) {
    complain(streams, text.error());
    return kExitInput;
  }
  texts.add(text->file, text->text);
  Diagnostics diagnostics;
  std::optional<Pack> pack = load_pack_to_check(*text, diagnostics);
  std::string contents;
  if (pack) {
    contents = contents_of(*pack);
    const std::vector<DerivedField> derived =
        fields.map ? derived_fields(*fields.map, fields.schema) : std::vector<DerivedField>{};
    check_examples(*pack, fields.schema, diagnostics);
    const auto shared = std::make_shared<const Pack>(*std::move(pack));
    const BoundPack bound = bind_pack(shared, fields.schema, derived, diagnostics);
    const BoundReminders reminders = bind_reminders(shared, fields.schema, derived, diagnostics);
  }
  streams.err.write(render_faults(diagnostics, texts));
  const std::string troubles = troubles_of(diagnostics);
  if (diagnostics.has_errors()) {
    streams.out.write(fmt::format("{}: {}\n", text->file, troubles.substr(troubles.find_first_not_of(", "))));
    return kExitUsage;
  }
  streams.out.write(fmt::format("{}: ok, {}{}\n", text->file, contents, troubles));
  return kExitDone;
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

int run(ParsedOptions parsed, Streams& streams) {
  if (parsed.arguments.empty())
    parsed.faults.emplace_back("policy check needs a pack's file, or - for standard input");
  if (!parsed.faults.empty()) return refuse(streams, "policy check", parsed.faults);
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
    status = std::max(status, check_pack(name, *fields, texts, streams));
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
          "Exit status: 0 no errors (warnings may be); 2 errors; 3 a file cannot be read. With "
          "--syntax-only: 0 "
          "whatever the conditions are worth, 3 as before.",
      .examples =
          "plumbline policy check our-rules.yaml\n"
          "plumbline policy check - < our-rules.yaml\n"
          "echo \"Amount > 5000 AND StageName = 'Closed Won'\" | plumbline policy check --syntax-only -",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
