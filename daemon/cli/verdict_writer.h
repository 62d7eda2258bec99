// Verdicts as people and programs read them: one writer a format.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "daemon/cli/output.h"
#include "daemon/cli/record_link.h"
#include "daemon/cli/streams.h"
#include "policies/verdict_view.h"

namespace plumbline {

struct AuditFacts;

// A sink of judge(): its batches make the text, or what the text needs, on the judging threads, and allocate
// nothing for a verdict once their buffers are as large as the largest batch; taking one hands its text on.
// The first failure to write is the TextOutput's, and ends the run.
class VerdictWriter : public VerdictSink {
 public:
  // Between the last verdict and end(), at most once: what else there is to tell. Most formats tell none of
  // it.
  virtual void learn(const AuditFacts&) {}
  // After the last verdict.
  virtual void end() = 0;
};

// The references below must outlive the writer.

// One object a line, keys in the order of docs/cli.md. Streams.
std::unique_ptr<VerdictWriter> jsonl_writer(TextOutput& out, const RecordLinks& links);

// The same as columns, `reason` last; evidence in one cell: CloseDate=2022-04-30; NextStep=. Streams.
std::unique_ptr<VerdictWriter> csv_writer(TextOutput& out, const RecordLinks& links);

inline constexpr std::size_t kMostTableVerdicts = 1'000'000'000;

struct TableOptions {
  enum class GroupBy : std::uint8_t { kOwner, kPolicy } group_by = GroupBy::kOwner;
  Terminal terminal{};
  // Where there are more, the first are shown and the table says so. At most kMostTableVerdicts.
  std::size_t most_verdicts = kMostTableVerdicts;
};
// Groups, the worst first; within one, records with their violations below. Keeps what it shows of each
// verdict until end(): some 300 bytes a violation, texts that repeat once.
std::unique_ptr<VerdictWriter> table_writer(TextOutput& out, const RecordLinks& links,
                                            const TableOptions& options);

struct HtmlOptions {
  // Of more violations the worst are shown, every owner's as far as there is room, and the page says how many
  // more there are. At most kMostTableVerdicts, like the others.
  std::size_t most_violations = 5'000;
  std::size_t most_unknown = 1'000;
  std::size_t most_owners = 1'000;
};
// One page that needs nothing but itself: totals, owners, policies, violations. Whatever the number of
// violations, it keeps tallies of owners and policies, and no more than twice the rows it will show.
std::unique_ptr<VerdictWriter> html_writer(TextOutput& out, const RecordLinks& links,
                                           const HtmlOptions& options);

}  // namespace plumbline
