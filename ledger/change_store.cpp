#include "ledger/change_store.h"

#include <algorithm>
#include <utility>

#include "ledger/stored_value.h"
#include "records/record_id.h"

namespace plumbline {
namespace {

std::int64_t seconds_of(Instant instant) { return instant.time_since_epoch().count(); }
Instant instant_of(std::int64_t seconds) { return Instant{std::chrono::seconds{seconds}}; }

void bind_text_or_null(Statement& statement, int parameter, const ChangeText& text) {
  if (text) {
    statement.bind_text(parameter, *text);
  } else {
    statement.bind_null(parameter);
  }
}

ChangeText text_or_null(const Statement& statement, int column) {
  if (statement.is_null(column)) return std::nullopt;
  return statement.text(column);
}

std::optional<std::string> kept(const ChangeText& text) {
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

bool is_id(FieldType type) { return type == FieldType::kId || type == FieldType::kReference; }

// Whether two texts are one value of the type: 1000 and 1000.0, ids with and without their suffix.
bool same_value(const ChangeText& a, const ChangeText& b, FieldType type) {
  if (a.has_value() != b.has_value()) return false;
  if (!a || *a == *b) return true;
  if (is_id(type)) return same_id(*a, *b);
  if (is_text_like(type)) return trim(*a) == trim(*b);
  StoredRoom room_a{};
  StoredRoom room_b{};
  const std::optional<StoredValue> value_a = store_cell({.text = *a}, type, {}, room_a);
  const std::optional<StoredValue> value_b = store_cell({.text = *b}, type, {}, room_b);
  return value_a && value_b && *value_a == *value_b;
}

}  // namespace

ChangeStore::ChangeStore(Ledger& ledger, const SyncMoment& moment)
    : database_(ledger.database()), organisation_(ledger.organisation()), moment_(moment) {}

Result<std::unique_ptr<ChangeStore>> ChangeStore::open(Ledger& ledger, const SyncMoment& moment) {
  std::unique_ptr<ChangeStore> store(new ChangeStore(ledger, moment));
  if (Status prepared = store->prepare(); !prepared) return fail(prepared.error());
  return store;
}

Status ChangeStore::prepare() {
  const auto prepare = [&](std::unique_ptr<Statement>& statement, std::string_view sql) -> Status {
    Result<std::unique_ptr<Statement>> prepared = database_.prepare(sql);
    if (!prepared) return fail(prepared.error());
    statement = std::move(*prepared);
    return {};
  };
  std::unique_ptr<Statement> newest;
  const std::pair<std::unique_ptr<Statement>&, std::string_view> all[] = {
      {newest, "SELECT max(id) FROM change"},
      {insert_,
       "INSERT INTO change(org, field, record, old, new, happened_at, seen_at, sync, by, history, other) "
       "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"},
      {find_told_,
       "SELECT id, happened_at, sync, old, new FROM change WHERE org = ?1 AND field = ?2 AND record = ?3 AND "
       "happened_at <= ?4 AND history IS NOT NULL ORDER BY happened_at DESC, id DESC"},
      {find_known_,
       "SELECT history, old, new, sync FROM change WHERE org = ?1 AND field = ?2 AND record = ?3 AND "
       "happened_at = ?4 AND history IS NOT NULL"},
      {find_own_,
       "SELECT id, old FROM change WHERE org = ?1 AND field = ?2 AND record = ?3 AND history IS NULL AND "
       "superseded_at IS NULL AND sync = ?4"},
      {update_own_, "UPDATE change SET new = ?1, happened_at = ?2 WHERE org = ?3 AND id = ?4"},
      {remove_, "DELETE FROM change WHERE org = ?1 AND id = ?2"},
      {supersede_, "UPDATE change SET superseded_at = ?1 WHERE org = ?2 AND id = ?3"},
      {find_seen_,
       "SELECT id, sync, seen_at, happened_at, old, new FROM change WHERE org = ?1 AND field = ?2 AND "
       "record = ?3 AND history IS NULL AND superseded_at IS NULL ORDER BY id"},
      {give_values_, "UPDATE change SET old = ?1, new = ?2 WHERE org = ?3 AND id = ?4"},
  };
  for (const auto& [statement, sql] : all) {
    if (Status done = prepare(statement, sql); !done) return done;
  }
  const Result<bool> row = newest->step();
  if (!row) return fail(row.error());
  last_before_ = *row ? newest->integer(0) : 0;
  return {};
}

Status ChangeStore::add_seen(const SeenChange& change, Histories histories) {
  if (histories == Histories::kLookedUp) {
    const Instant bound = std::max(moment_.seen_at, change.happened_at);
    const Result<std::optional<Told>> told = find_telling(change, bound, false);
    if (!told) return fail(told.error());
    if (*told) return (*told)->has_values ? Status{} : give_values((*told)->id, change.old, change.now);
  }
  return insert(change);
}

// What a change has however it became known.
template <class Change>
void ChangeStore::bind_change(const Change& change) {
  insert_->bind_integer(1, organisation_);
  insert_->bind_integer(2, change.field);
  insert_->bind_text(3, change.record);
  bind_text_or_null(*insert_, 4, change.old);
  bind_text_or_null(*insert_, 5, change.now);
  insert_->bind_integer(6, seconds_of(change.happened_at));
  insert_->bind_integer(7, seconds_of(moment_.seen_at));
  insert_->bind_integer(8, moment_.sync);
}

Status ChangeStore::insert(const SeenChange& change) {
  bind_change(change);
  insert_->bind_null(9);
  insert_->bind_null(10);
  insert_->bind_null(11);
  return insert_->run();
}

Status ChangeStore::add_seen_again(const SeenChange& change, Histories histories) {
  find_own_->bind_integer(1, organisation_);
  find_own_->bind_integer(2, change.field);
  find_own_->bind_text(3, change.record);
  find_own_->bind_integer(4, moment_.sync);
  const Result<bool> found = find_own_->step();
  if (!found) return fail(found.error());
  if (!*found) return add_seen(change, histories);
  const std::int64_t id = find_own_->integer(0);
  const bool back = same_value(text_or_null(*find_own_, 1), change.now, change.type);
  find_own_->reset();
  if (back) {
    remove_->bind_integer(1, organisation_);
    remove_->bind_integer(2, id);
    return remove_->run();
  }
  bind_text_or_null(*update_own_, 1, change.now);
  update_own_->bind_integer(2, seconds_of(change.happened_at));
  update_own_->bind_integer(3, organisation_);
  update_own_->bind_integer(4, id);
  return update_own_->run();
}

Status ChangeStore::add_told(const ToldChange& change) {
  bind_change(change);
  bind_text_or_null(*insert_, 9, change.by);
  insert_->bind_text(10, change.id);
  bind_text_or_null(*insert_, 11, change.other.empty() ? std::nullopt : ChangeText(change.other));
  return insert_->run();
}

Result<bool> ChangeStore::knows(const ToldChange& change) {
  find_known_->bind_integer(1, organisation_);
  find_known_->bind_integer(2, change.field);
  find_known_->bind_text(3, change.record);
  find_known_->bind_integer(4, seconds_of(change.happened_at));
  bool known = false;
  while (!known) {
    const Result<bool> row = find_known_->step();
    if (!row) return fail(row.error());
    if (!*row) return false;
    const std::string_view id = find_known_->text(0);
    if (!id.empty() && !change.id.empty()) {
      known = same_id(id, change.id);
    } else {
      known = find_known_->integer(3) != moment_.sync && text_or_null(*find_known_, 1) == change.old &&
              text_or_null(*find_known_, 2) == change.now;
    }
  }
  find_known_->reset();
  return true;
}

// The history row that tells of what was seen. It must not lie behind `bound`; the newest one before it has
// to come to the same value, or one of the very same moment; one that tells no values (of long texts) does
// with its moment. One that came in an earlier sync is of another change where it is older than the record
// was.
Result<std::optional<ChangeStore::Told>> ChangeStore::find_telling(const SeenChange& change, Instant bound,
                                                                   bool new_ones_alone) {
  find_told_->bind_integer(1, organisation_);
  find_told_->bind_integer(2, change.field);
  find_told_->bind_text(3, change.record);
  find_told_->bind_integer(4, seconds_of(bound));
  std::optional<Instant> newest;
  std::optional<Told> without_values;
  while (true) {
    const Result<bool> row = find_told_->step();
    if (!row) return fail(row.error());
    if (!*row) return without_values;
    const Told told{.id = find_told_->integer(0),
                    .happened_at = instant_of(find_told_->integer(1)),
                    .of_this_sync = find_told_->integer(2) == moment_.sync,
                    .has_values = !find_told_->is_null(3) || !find_told_->is_null(4),
                    .same_value = same_value(text_or_null(*find_told_, 4), change.now, change.type)};
    if (!newest) newest = told.happened_at;
    const bool at_its_moment = told.happened_at == change.happened_at;
    if (told.happened_at < *newest && told.happened_at < change.happened_at) break;
    if (told.happened_at < *newest && !at_its_moment) continue;
    if (new_ones_alone && !told.of_this_sync) continue;
    if (change.old_since ? told.happened_at <= *change.old_since
                         : !told.of_this_sync && told.happened_at <= change.old_seen_at) {
      continue;
    }
    if (told.has_values && told.same_value) {
      find_told_->reset();
      return told;
    }
    if (!told.has_values && !without_values) without_values = told;
  }
  find_told_->reset();
  return without_values;
}

Status ChangeStore::give_values(std::int64_t told, const ChangeText& old, const ChangeText& now) {
  bind_text_or_null(*give_values_, 1, old);
  bind_text_or_null(*give_values_, 2, now);
  give_values_->bind_integer(3, organisation_);
  give_values_->bind_integer(4, told);
  return give_values_->run();
}

Result<bool> ChangeStore::any_seen() {
  Result<std::unique_ptr<Statement>> any = database_.prepare(
      "SELECT 1 FROM change WHERE org = ?1 AND history IS NULL AND superseded_at IS NULL LIMIT 1");
  if (!any) return fail(any.error());
  (*any)->bind_integer(1, organisation_);
  return (*any)->step();
}

Result<std::vector<ChangeStore::Pair>> ChangeStore::pairs_told() {
  Result<std::unique_ptr<Statement>> all = database_.prepare(
      "SELECT DISTINCT c.field, f.type, c.record FROM change c JOIN field f ON f.id = c.field WHERE c.id > "
      "?1 "
      "AND c.org = ?2 AND c.history IS NOT NULL");
  if (!all) return fail(all.error());
  (*all)->bind_integer(1, last_before_);
  (*all)->bind_integer(2, organisation_);
  std::vector<Pair> pairs;
  while (true) {
    const Result<bool> row = (*all)->step();
    if (!row) return fail(row.error());
    if (!*row) return pairs;
    pairs.push_back({.field = (*all)->integer(0),
                     .type = parse_field_type((*all)->text(1)).value_or(FieldType::kText),
                     .record = std::string((*all)->text(2))});
  }
}

Status ChangeStore::supersede_told() {
  const Result<bool> any = any_seen();
  if (!any) return fail(any.error());
  if (!*any) return {};
  const Result<std::vector<Pair>> pairs = pairs_told();
  if (!pairs) return fail(pairs.error());
  for (const Pair& pair : *pairs) {
    if (Status done = supersede(pair); !done) return done;
  }
  return {};
}

Status ChangeStore::supersede(const Pair& pair) {
  find_seen_->bind_integer(1, organisation_);
  find_seen_->bind_integer(2, pair.field);
  find_seen_->bind_text(3, pair.record);
  std::vector<Seen> seen;
  while (true) {
    const Result<bool> row = find_seen_->step();
    if (!row) return fail(row.error());
    if (!*row) break;
    const Instant happened_at = instant_of(find_seen_->integer(3));
    seen.push_back({.id = find_seen_->integer(0),
                    .sync = find_seen_->integer(1),
                    .bound = std::max(instant_of(find_seen_->integer(2)), happened_at),
                    .happened_at = happened_at,
                    .old = kept(text_or_null(*find_seen_, 4)),
                    .now = kept(text_or_null(*find_seen_, 5))});
  }
  for (const Seen& change : seen) {
    const SeenChange asked{.field = pair.field,
                           .type = pair.type,
                           .record = pair.record,
                           .old = change.old,
                           .now = change.now,
                           .happened_at = change.happened_at};
    const Result<std::optional<Told>> told = find_telling(asked, change.bound, true);
    if (!told) return fail(told.error());
    if (!*told) continue;
    if (!(*told)->has_values) {
      if (Status given = give_values((*told)->id, asked.old, asked.now); !given) return given;
    }
    supersede_->bind_integer(1, seconds_of(moment_.seen_at));
    supersede_->bind_integer(2, organisation_);
    supersede_->bind_integer(3, change.id);
    if (Status done = supersede_->run(); !done) return done;
  }
  return {};
}

}  // namespace plumbline
