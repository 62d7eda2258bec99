#include "daemon/cli/audit_options.h"

#include <fmt/format.h>

namespace plumbline {
namespace {

void read_links(ParsedOptions& parsed, AuditOptions& options) {
  const std::optional<std::string> base = parsed.one("--link-base");
  if (!base) return;
  Result<RecordLinks> links = RecordLinks::to(*base);
  if (links) {
    options.links = *std::move(links);
  } else {
    parsed.faults.push_back(fmt::format("--link-base {}", links.error().message));
  }
}

}  // namespace

AuditOptions read_audit_options(ParsedOptions& parsed, const Clock& clock) {
  AuditOptions options;
  options.judge = read_judge_options(parsed, clock);
  options.input = read_judging_input(parsed, options.judge);
  options.input.paths = parsed.arguments;
  read_links(parsed, options);
  options.output = read_file_option(parsed, "--output");
  options.rejects = read_file_option(parsed, "--rejects");
  options.format =
      static_cast<OutputFormat>(read_choice(parsed, "--format", {"table", "jsonl", "csv", "html"}, 0));
  options.group_by =
      static_cast<TableOptions::GroupBy>(read_choice(parsed, "--group-by", {"owner", "policy"}, 0));
  if (parsed.has("--include-unknown")) options.judge.unknowns = JudgeOptions::Unknowns::kHandOn;
  if (parsed.has("--exit-code")) options.on_violations = AuditOptions::OnViolations::kExitStatus;
  check_source(options.input, "nothing to audit; name a folder of exports, or files, or a --ledger",
               parsed.faults);
  return options;
}

}  // namespace plumbline
