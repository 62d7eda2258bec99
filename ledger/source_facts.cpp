#include "ledger/source_facts.h"

#include <fmt/format.h>

#include <memory>
#include <utility>
#include <vector>

#include "base/json.h"
#include "ledger/query.h"
#include "ledger/side_cells.h"
#include "ledger/sqlite_upkeep.h"
#include "records/record_id.h"

namespace plumbline {
namespace {

constexpr int kRowsAtOnce = 10'000;

std::string table_of(const RecordObject& object) { return quoted_name(record_table_name(object.name)); }

// Cells of a field become unknown, whatever stands in its column.
class UnknownCells {
 public:
  UnknownCells(Ledger& ledger, const RecordObject& object, const RecordField& field)
      : database_(ledger.database()),
        organisation_(ledger.organisation()),
        table_(table_of(object)),
        field_(field.name) {}

  Status mark() {
    if (Status marked = mark_plain(); !marked) return marked;
    return mark_others();
  }

 private:
  // Nearly all rows have no cell beside their columns.
  Status mark_plain() {
    const std::string alone = side_cells_json({{.name = field_}});
    const Result<std::int64_t> done = run_statement(
        database_,
        fmt::format(R"(UPDATE {} SET "_unread" = ?2 WHERE "_org" = ?1 AND "_unread" IS NULL)", table_),
        {organisation_, alone});
    return done ? Status{} : fail(done.error());
  }

  Status mark_others() {
    std::int64_t after = 0;
    for (std::size_t count = kRowsAtOnce; count == kRowsAtOnce;) {
      std::vector<std::pair<std::int64_t, std::string>> rows;
      Status fault;
      count = 0;
      const Status read = for_each_row(
          database_,
          fmt::format(R"(SELECT rowid, "_unread" FROM {} WHERE "_org" = ?1 AND rowid > ?2 AND "_unread" IS )"
                      "NOT NULL ORDER BY rowid LIMIT {}",
                      table_, kRowsAtOnce),
          {organisation_, after}, [&](const Statement& row) {
            ++count;
            after = row.integer(0);
            if (fault) fault = read_side_cells(row.text(1), cells_);
            if (!fault || find_side_cell(cells_, field_) != nullptr) return;
            cells_.push_back({.name = field_});
            rows.emplace_back(after, side_cells_json(cells_));
          });
      if (!read) return read;
      if (!fault) return fault;
      if (Status written = write(rows); !written) return written;
    }
    return {};
  }

  Status write(const std::vector<std::pair<std::int64_t, std::string>>& rows) {
    Result<std::unique_ptr<Statement>> update = database_.prepare(
        fmt::format(R"(UPDATE {} SET "_unread" = ?1 WHERE "_org" = ?2 AND rowid = ?3)", table_));
    if (!update) return fail(update.error());
    (*update)->bind_integer(2, organisation_);
    for (const auto& [row, unread] : rows) {
      (*update)->bind_text(1, unread);
      (*update)->bind_integer(3, row);
      if (Status written = (*update)->run(); !written) return written;
    }
    return {};
  }

  Database& database_;
  std::int64_t organisation_;
  std::string table_;
  std::string field_;
  std::vector<SideCell> cells_;
};

Status hide(Ledger& ledger, const RecordField& field, std::string_view at, std::string_view reason) {
  const Result<std::int64_t> hidden =
      ask_integer(ledger.database(),
                  "SELECT count(*) FROM hidden_field WHERE org = ?1 AND field = ?2 AND shown_at IS NULL",
                  {ledger.organisation(), field.id});
  if (!hidden) return fail(hidden.error());
  if (*hidden > 0) return {};
  // Shown and hidden in one second: it was never shown.
  const Result<std::int64_t> done =
      run_statement(ledger.database(),
                    "INSERT INTO hidden_field(org, field, hidden_at, reason) VALUES(?1, ?2, ?3, ?4) "
                    "ON CONFLICT(org, field, hidden_at) DO UPDATE SET shown_at = NULL",
                    {ledger.organisation(), field.id, at, reason});
  return done ? Status{} : fail(done.error());
}

Status show(Ledger& ledger, const RecordObject& object, const RecordField& field, std::string_view at) {
  const Result<std::int64_t> shown = run_statement(
      ledger.database(),
      "UPDATE hidden_field SET shown_at = ?3 WHERE org = ?1 AND field = ?2 AND shown_at IS NULL",
      {ledger.organisation(), field.id, at});
  if (!shown) return fail(shown.error());
  return *shown > 0 ? UnknownCells(ledger, object, field).mark() : Status{};
}

}  // namespace

Status note_visibility(Ledger& ledger, RecordTables& tables, const SyncMoment& moment,
                       std::span<const FieldVisibility> fields) {
  const std::string at = format_instant(moment.seen_at);
  for (const FieldVisibility& one : fields) {
    const RecordObject* const object = tables.find(one.object);
    if (object == nullptr) continue;
    const std::optional<std::size_t> index = object->find(one.field);
    if (!index || !object->fields[*index].first_sync) continue;
    const Result<bool> stored = has_record_table(ledger.database(), record_table_name(object->name));
    if (!stored) return fail(stored.error());
    if (!*stored) continue;
    const RecordField& field = object->fields[*index];
    Status noted = one.visible ? show(ledger, *object, field, at) : hide(ledger, field, at, one.reason);
    if (!noted) return noted;
  }
  return {};
}

Result<std::uint64_t> mark_unseen(Ledger& ledger, RecordTables& tables, const SyncMoment& moment,
                                  ChangeStore& changes, std::span<const Delivery::Unseen> records) {
  const std::string at = format_instant(moment.seen_at);
  std::uint64_t marked = 0;
  for (const Delivery::Unseen& unseen : records) {
    const RecordObject* const object = tables.find(unseen.object);
    if (object == nullptr || unseen.ids.empty()) continue;
    const Result<bool> stored = has_record_table(ledger.database(), record_table_name(object->name));
    if (!stored) return fail(stored.error());
    if (!*stored) continue;
    const auto index = static_cast<std::size_t>(object - tables.objects().data());
    const Result<std::size_t> field = tables.ensure_unseen_field(index);
    if (!field) return fail(field.error());
    const RecordObject& known = tables.at(index);
    Result<std::unique_ptr<Statement>> mark = ledger.database().prepare(fmt::format(
        R"(UPDATE {} SET "_unseen_at" = ?3, "_changed_at" = ?3, "_sync" = ?4 WHERE "_org" = ?1 AND )"
        R"("_key" = ?2 AND "_deleted" = 0 AND "_unseen_at" IS NULL)",
        table_of(known)));
    if (!mark) return fail(mark.error());
    const IdRule rule = known.ids == RecordIds::kSalesforce ? IdRule::kSalesforce : IdRule::kAnyText;
    for (const std::string& id : unseen.ids) {
      const auto key = id_key(id, rule);
      (*mark)->bind_integer(1, ledger.organisation());
      (*mark)->bind_text(2, key);
      (*mark)->bind_text(3, at);
      (*mark)->bind_integer(4, moment.sync);
      if (Status done = (*mark)->run(); !done) return fail(done.error());
      if (ledger.database().rows_changed() == 0) continue;
      ++marked;
      const Status told = changes.add_seen({.field = known.fields[*field].id,
                                            .type = FieldType::kDateTime,
                                            .record = key,
                                            .now = at,
                                            .happened_at = moment.seen_at},
                                           ChangeStore::Histories::kNone);
      if (!told) return fail(told.error());
    }
  }
  return marked;
}

Status keep_source_state(Ledger& ledger, std::string_view source, const SourceState& state, Instant now) {
  const std::string at = format_instant(now);
  const Result<std::int64_t> done =
      state.value
          ? run_statement(ledger.database(),
                          "INSERT INTO source_state(org, source, key, value, updated_at) VALUES(?1, ?2, ?3, "
                          "?4, ?5) ON CONFLICT(org, source, key) DO UPDATE SET value = ?4, updated_at = ?5",
                          {ledger.organisation(), source, state.key, *state.value, at})
          : run_statement(ledger.database(),
                          "DELETE FROM source_state WHERE org = ?1 AND source = ?2 AND key = ?3",
                          {ledger.organisation(), source, state.key});
  return done ? Status{} : fail(done.error());
}

Result<std::optional<std::string>> source_state(const Ledger& ledger, std::string_view source,
                                                std::string_view key) {
  std::optional<std::string> value;
  const Status read = for_each_row(
      ledger.database(), "SELECT value FROM source_state WHERE org = ?1 AND source = ?2 AND key = ?3",
      {ledger.organisation(), source, key}, [&](const Statement& row) { value = row.text(0); });
  if (!read) return fail(read.error());
  return value;
}

}  // namespace plumbline
