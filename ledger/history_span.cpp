#include "ledger/history_span.h"

#include <algorithm>
#include <utility>

#include "ledger/catalogue.h"
#include "ledger/prune.h"
#include "ledger/query.h"

namespace plumbline {
namespace {

Result<std::optional<Instant>> oldest_change(Ledger& ledger) {
  std::optional<Instant> oldest;
  const Status read = for_each_row(
      ledger.database(), "SELECT min(happened_at) FROM change WHERE org = ?1 AND superseded_at IS NULL",
      {ledger.organisation()}, [&](const Statement& row) {
        if (!row.is_null(0)) oldest = Instant{std::chrono::seconds{row.integer(0)}};
      });
  if (!read) return fail(read.error());
  return oldest;
}

Status read_told_fields(Ledger& ledger, std::vector<std::string>& names) {
  return for_each_row(ledger.database(),
                      "SELECT o.name || '.' || f.name FROM field f JOIN object o ON o.id = f.object "
                      "WHERE o.org = ?1 AND f.id IN "
                      "(SELECT DISTINCT field FROM change WHERE org = ?1 AND history IS NOT NULL) ORDER BY 1",
                      {ledger.organisation()},
                      [&](const Statement& row) { names.emplace_back(row.text(0)); });
}

}  // namespace

Result<HistorySpan> read_history_span(Ledger& ledger) {
  HistorySpan span;
  const Result<Catalogue> known = read_catalogue(ledger.database(), ledger.organisation(), std::nullopt);
  if (!known) return fail(known.error());
  span.first_sync = known->first_sync;
  span.last_sync = known->last_sync;
  if (!span.first_sync) return span;
  const Result<std::optional<Instant>> oldest = oldest_change(ledger);
  if (!oldest) return fail(oldest.error());
  const Result<std::optional<Instant>> pruned = changes_complete_from(ledger);
  if (!pruned) return fail(pruned.error());
  span.pruned_before = *pruned;
  span.begins = *pruned ? **pruned : std::min(*span.first_sync, oldest->value_or(*span.first_sync));
  if (Status read = read_told_fields(ledger, span.told_fields); !read) return fail(read.error());
  return span;
}

}  // namespace plumbline
