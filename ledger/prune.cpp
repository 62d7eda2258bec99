#include "ledger/prune.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "ledger/query.h"
#include "ledger/sqlite_upkeep.h"

namespace plumbline {
namespace {

// A change may go where it was replaced by better knowledge before the bound (?2), or where a newer one from
// before the bound says what there was from then on, to everybody who knows of the older one. What was only
// seen from outside, after the bound, still tells what was known before it was seen.
constexpr std::string_view kOldChanges = R"sql(
  org = ?1 AND (
    superseded_at <= ?2
    OR (superseded_at IS NULL AND happened_at < ?2 AND (history IS NOT NULL OR seen_at <= ?2) AND EXISTS (
      SELECT 1 FROM change AS later
      WHERE later.org = change.org AND later.field = change.field AND later.record = change.record
        AND later.happened_at > change.happened_at AND later.happened_at <= ?2
        AND later.superseded_at IS NULL
        AND (later.seen_at <= ?2 OR later.seen_at <= change.seen_at)))
  ))sql";

// By the clock: an old export that is read today has today's rejects.
constexpr std::string_view kOldRejects =
    "org = ?1 AND sync IN (SELECT id FROM sync WHERE sync.org = ?1 AND written_at < ?2)";

// Live records are not touched for columns that are still delivered: the next sync would bring them back, as
// changes that never were.
constexpr std::string_view kOldRawOfDeleted =
    "_org = ?1 AND _deleted = 1 AND _changed_at < ?2 AND _other IS NOT NULL";

constexpr std::string_view kVanishedColumns = R"sql(
  SELECT o.name, f.name, f.id FROM field f
  JOIN object o ON o.id = f.object AND o.org = ?1
  JOIN sync s ON s.id = f.last_sync AND s.org = ?1
  WHERE f.org = ?1 AND f.is_column = 0 AND f.first_sync IS NOT NULL AND s.seen_at < ?2
  ORDER BY f.id)sql";

struct RawColumn {
  std::string object;
  std::string name;
  std::int64_t field = 0;
};

class Pruner {
 public:
  enum class Mode : std::uint8_t { kCount, kDelete };
  Pruner(const Ledger& ledger, Mode mode) : ledger_(ledger), database_(ledger.database()), mode_(mode) {}

  Result<std::int64_t> take(const PruneStep& step) {
    switch (step.kind) {
      case PruneKind::kChanges:
        return remove("change", kOldChanges, step.before.time_since_epoch().count());
      case PruneKind::kRejects:
        return remove("reject", kOldRejects, format_instant(step.before));
      case PruneKind::kRaw:
        return take_raw(format_instant(step.before));
    }
    std::unreachable();
  }

 private:
  template <class Bound>
  Result<std::int64_t> remove(std::string_view table, std::string_view where, const Bound& before) {
    if (mode_ == Mode::kCount) {
      return ask_integer(database_, fmt::format("SELECT count(*) FROM {} WHERE {}", table, where),
                         {ledger_.organisation(), before});
    }
    return run_statement(database_, fmt::format("DELETE FROM {} WHERE {}", table, where),
                         {ledger_.organisation(), before});
  }

  Result<std::int64_t> take_raw(const std::string& before) {
    std::int64_t rows = 0;
    const Result<std::vector<std::string>> objects = record_tables();
    if (!objects) return fail(objects.error());
    for (const std::string& object : *objects) {
      const Result<std::int64_t> taken = take_raw_of_deleted(object, before);
      if (!taken) return taken;
      rows += *taken;
    }
    const Result<std::vector<RawColumn>> vanished = vanished_columns(before);
    if (!vanished) return fail(vanished.error());
    for (const RawColumn& column : *vanished) {
      if (std::ranges::find(*objects, column.object) == objects->end()) continue;
      const Result<std::int64_t> taken = take_column(column, before);
      if (!taken) return taken;
      rows += *taken;
    }
    return rows;
  }

  Result<std::int64_t> take_raw_of_deleted(const std::string& object, const std::string& before) {
    const std::string table = quoted_name(object);
    if (mode_ == Mode::kCount) return remove(table, kOldRawOfDeleted, std::string_view(before));
    return run_statement(database_,
                         fmt::format("UPDATE {} SET _other = NULL WHERE {}", table, kOldRawOfDeleted),
                         {ledger_.organisation(), before});
  }

  // Rows that are counted or emptied for their object's deleted records are not counted again.
  Result<std::int64_t> take_column(const RawColumn& column, const std::string& before) {
    const std::string table = quoted_name(column.object);
    const std::string has_it = fmt::format(
        "_org = ?1 AND _other IS NOT NULL AND NOT (_deleted = 1 AND _changed_at < ?2) AND "
        "EXISTS (SELECT 1 FROM json_each(_other) WHERE key = ?3 COLLATE NOCASE)");
    if (mode_ == Mode::kCount) {
      return ask_integer(database_, fmt::format("SELECT count(*) FROM {} WHERE {}", table, has_it),
                         {ledger_.organisation(), before, column.name});
    }
    Result<std::int64_t> rows = run_statement(
        database_,
        fmt::format("UPDATE {} SET _other = {} WHERE {}", table, without_member("_other", 3), has_it),
        {ledger_.organisation(), before, column.name});
    if (!rows) return rows;
    // Missing is not null: as if it had never been delivered.
    const Result<std::int64_t> noted = run_statement(
        database_, "UPDATE field SET first_sync = NULL, last_sync = NULL WHERE org = ?1 AND id = ?2",
        {ledger_.organisation(), column.field});
    if (!noted) return noted;
    return rows;
  }

  Result<std::vector<std::string>> record_tables() {
    std::vector<std::string> names;
    const Status read = for_each_row(database_, "SELECT name FROM object WHERE org = ?1 ORDER BY id",
                                     {ledger_.organisation()},
                                     [&](const Statement& row) { names.emplace_back(row.text(0)); });
    if (!read) return fail(read.error());
    std::vector<std::string> tables;
    for (std::string& name : names) {
      const Result<bool> has = has_record_table(database_, name);
      if (!has) return fail(has.error());
      if (*has) tables.push_back(std::move(name));
    }
    return tables;
  }

  Result<std::vector<RawColumn>> vanished_columns(const std::string& before) {
    std::vector<RawColumn> columns;
    const Status read = for_each_row(database_, kVanishedColumns, {ledger_.organisation(), before},
                                     [&](const Statement& row) {
                                       columns.push_back({.object = std::string(row.text(0)),
                                                          .name = std::string(row.text(1)),
                                                          .field = row.integer(2)});
                                     });
    if (!read) return fail(read.error());
    return columns;
  }

  const Ledger& ledger_;
  Database& database_;
  Mode mode_;
};

Status note(const Ledger& ledger, LedgerTransaction& transaction, const PruneStep& step) {
  const std::string before = format_instant(step.before);
  const std::string at = format_instant(transaction.as_of());
  const std::string_view kind = name_of(step.kind);
  const Result<std::int64_t> kept = run_statement(
      ledger.database(),
      "INSERT INTO pruned(org, kind, before, at) VALUES(?1, ?2, ?3, ?4) ON CONFLICT(org, kind) DO UPDATE SET "
      "before = CASE WHEN pruned.before > excluded.before THEN pruned.before ELSE excluded.before END, "
      "at = excluded.at",
      {ledger.organisation(), kind, before, at});
  if (!kept) return fail(kept.error());
  std::string body;
  JsonWriter(body)
      .begin_object()
      .key("pruned")
      .string(kind)
      .key("before")
      .string(before)
      .key("rows")
      .integer(step.rows)
      .end_object();
  const std::string_view members = std::string_view(body).substr(1, body.size() - 2);
  const Result<std::int64_t> logged = transaction.log({.kind = "records.pruned", .body = members});
  if (!logged) return fail(logged.error());
  return {};
}

}  // namespace

std::string_view name_of(PruneKind kind) {
  switch (kind) {
    case PruneKind::kChanges:
      return "changes";
    case PruneKind::kRaw:
      return "raw";
    case PruneKind::kRejects:
      return "rejects";
  }
  std::unreachable();
}

PrunePlan plan_pruning(const Retention& retention, Instant now) {
  PrunePlan plan;
  const auto add = [&](PruneKind kind, const std::optional<RetentionSpan>& span) {
    if (span) plan.push_back({.kind = kind, .before = oldest_kept(*span, now)});
  };
  add(PruneKind::kChanges, retention.changes);
  add(PruneKind::kRaw, retention.raw);
  add(PruneKind::kRejects, retention.rejects);
  return plan;
}

Result<PrunePlan> count_prunable(const Ledger& ledger, PrunePlan plan) {
  if (Status begun = ledger.database().begin_reading(); !begun) return fail(begun.error());
  Pruner pruner(ledger, Pruner::Mode::kCount);
  std::optional<Error> fault;
  for (PruneStep& step : plan) {
    const Result<std::int64_t> rows = pruner.take(step);
    if (!rows) {
      fault = rows.error();
      break;
    }
    step.rows = static_cast<std::uint64_t>(*rows);
  }
  ledger.database().rollback();
  if (fault) return fail(*std::move(fault));
  return plan;
}

Result<PruneOutcome> prune(Ledger& ledger, const PrunePlan& plan, Instant now) {
  Result<LedgerTransaction> transaction = LedgerTransaction::begin(ledger, now);
  if (!transaction) return fail(transaction.error());
  Pruner pruner(ledger, Pruner::Mode::kDelete);
  PruneOutcome outcome;
  for (PruneStep step : plan) {
    const Result<std::int64_t> rows = pruner.take(step);
    if (!rows) return fail(rows.error());
    if (*rows == 0) continue;
    step.rows = static_cast<std::uint64_t>(*rows);
    if (Status noted = note(ledger, *transaction, step); !noted) return fail(noted.error());
    outcome.done.push_back(step);
  }
  if (outcome.done.empty()) return outcome;
  Result<std::string> checkpoint = transaction->commit();
  if (!checkpoint) return fail(checkpoint.error());
  outcome.checkpoint = *std::move(checkpoint);
  return outcome;
}

Result<std::optional<Instant>> changes_complete_from(const Ledger& ledger) {
  std::optional<Instant> from;
  const Status read =
      for_each_row(ledger.database(), "SELECT before FROM pruned WHERE org = ?1 AND kind = ?2",
                   {ledger.organisation(), name_of(PruneKind::kChanges)},
                   [&](const Statement& row) { from = parse_instant(row.text(0)); });
  if (!read) return fail(read.error());
  return from;
}

Status check_still_known(const Ledger& ledger, Instant as_of, Instant known_at) {
  const Result<std::optional<Instant>> from = changes_complete_from(ledger);
  if (!from) return fail(from.error());
  if (!*from || std::min(as_of, known_at) >= **from) return {};
  return fail({.code = ErrorCode::kInvalidInput,
               .message = fmt::format("how records stood at {} is no longer known: changes before {} were "
                                      "pruned; ask for that moment or a later one",
                                      format_instant(std::min(as_of, known_at)), format_instant(**from)),
               .where = SourceSpan{.file = ledger.path()}});
}

}  // namespace plumbline
