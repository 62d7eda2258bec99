// Verdicts as people and programs read them: one writer a format.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/cli/output.h"
#include "daemon/cli/record_link.h"
#include "daemon/cli/streams.h"
#include "model/verdict.h"

namespace plumbline {

// Takes verdicts in the order judge() tells them. One thread. Failures to write are the TextOutput's.
class VerdictWriter {
 public:
  virtual ~VerdictWriter() = default;
  virtual void write(const Verdict& verdict) = 0;
  // After the last verdict.
  virtual void end() = 0;
};

// The references below must outlive the writer.

// One object a line, keys in the order of docs/cli.md. Streams.
std::unique_ptr<VerdictWriter> jsonl_writer(TextOutput& out, const RecordLinks& links);

// The same as columns, `reason` last; evidence in one cell: CloseDate=2022-04-30; NextStep=. Streams.
std::unique_ptr<VerdictWriter> csv_writer(TextOutput& out, const RecordLinks& links);

struct TableOptions {
  enum class GroupBy : std::uint8_t { kOwner, kPolicy } group_by = GroupBy::kOwner;
  Terminal terminal{};
};
// Groups, the worst first; within one, records with their violations below. Keeps all verdicts until end().
std::unique_ptr<VerdictWriter> table_writer(TextOutput& out, const RecordLinks& links,
                                            const TableOptions& options);

}  // namespace plumbline
