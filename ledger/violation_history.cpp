#include "ledger/violation_history.h"

#include <fmt/format.h>

#include "ledger/rows.h"

namespace plumbline {

Result<std::vector<ToldTransition>> read_violation_history(Ledger& ledger, ViolationNumber number) {
  Result<std::unique_ptr<Statement>> rows = ledger.database().prepare(
      "SELECT t.kind, t.at, t.owner, t.reason, t.run, t.audit_seq, json_extract(e.personal, '$.owner_name'), "
      "json_extract(e.personal, '$.message'), json_extract(e.personal, '$.evidence') "
      "FROM transition t LEFT JOIN audit_entry e ON e.org = t.org AND e.seq = t.audit_seq "
      "WHERE t.org = ?1 AND t.violation = ?2 ORDER BY t.id");
  if (!rows) return fail(rows.error());
  (*rows)->bind_integer(1, ledger.organisation());
  (*rows)->bind_integer(2, number);
  const Statement& row = **rows;
  std::vector<ToldTransition> told;
  const Status read = each_row(**rows, [&]() -> Status {
    const std::optional<TransitionKind> kind = parse_transition_kind(row.text(0));
    const std::optional<Instant> at = parse_instant(row.text(1));
    if (!kind || !at) {
      return fail(Error{.code = ErrorCode::kCorrupt,
                        .message = fmt::format("the history of violation {} cannot be read at entry {}",
                                               violation_name(number), row.integer(5)),
                        .where = SourceSpan{.file = ledger.path()}});
    }
    told.push_back({.kind = *kind,
                    .at = *at,
                    .owner = std::string(row.text(2)),
                    .reason = std::string(row.text(3)),
                    .run = row.integer(4),
                    .entry = row.integer(5),
                    .owner_name = std::string(row.text(6)),
                    .message = std::string(row.text(7)),
                    .evidence = std::string(row.text(8))});
    return {};
  });
  if (!read) return fail(read.error());
  return told;
}

}  // namespace plumbline
