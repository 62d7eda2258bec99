// The options of `plumbline audit`, read and checked.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "daemon/cli/command.h"
#include "daemon/cli/judging.h"
#include "daemon/cli/record_link.h"
#include "daemon/cli/verdict_writer.h"
#include "policies/judge.h"

namespace plumbline {

enum class OutputFormat : std::uint8_t { kTable, kJsonl, kCsv, kHtml };

struct AuditOptions {
  JudgingInput input{};
  JudgeOptions judge{};
  OutputFormat format = OutputFormat::kTable;
  TableOptions::GroupBy group_by = TableOptions::GroupBy::kOwner;
  std::string output{};   // empty: standard output
  std::string rejects{};  // empty: the first few are shown
  RecordLinks links{};
  enum class OnViolations : std::uint8_t { kSucceed, kExitStatus } on_violations = OnViolations::kSucceed;
};

// Faults are added to parsed.faults; the options are only to be used where there is none. The clock is asked
// once, where
// --as-of is not given.
AuditOptions read_audit_options(ParsedOptions& parsed, const Clock& clock);

}  // namespace plumbline
