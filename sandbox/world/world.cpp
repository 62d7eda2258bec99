#include "sandbox/world/world.h"

#include <algorithm>
#include <array>

namespace plumbline::sandbox {
namespace {

// What the organisation tracks. Owners are told twice, by name and by id.
constexpr auto kTracked =
    std::to_array<std::size_t>({opportunity::kStageName, opportunity::kAmount, opportunity::kCloseDate,
                                opportunity::kOwnerId, opportunity::kNextStep});

std::string_view history_type(FieldKind kind) {
  switch (kind) {
    case FieldKind::kCurrency:
      return "Currency";
    case FieldKind::kDate:
      return "DateOnly";
    case FieldKind::kReference:
      return "EntityId";
    default:
      return "Text";
  }
}

bool is_tracked(std::size_t field) { return std::ranges::find(kTracked, field) != kTracked.end(); }

}  // namespace

World::World(const WorldSizes& sizes) : base_(sizes), now_(sizes.start) {
  tables_.reserve(kObjectKinds);
  for (const ObjectSpec& object : all_objects()) tables_.emplace_back(base_, object.kind);
}

void World::set_now(Instant now) {
  if (now <= now_) return;
  now_ = now;
  if (in_flight_.empty()) return;
  std::vector<Transaction> ended;
  std::vector<Transaction> going;
  for (Transaction& transaction : in_flight_) {
    (transaction.ends_at > now ? going : ended).push_back(std::move(transaction));
  }
  in_flight_ = std::move(going);
  for (const Transaction& transaction : ended) {
    for (const Change& change : transaction.changes) held_.erase({change.object, change.row});
    apply(transaction);
  }
}

bool World::purged(ObjectKind object, RowNumber row) const {
  const Table& rows = table(object);
  return rows.deleted(row) && rows.changed(row) < now_ - kRecycleBin;
}

Value World::calculated(ObjectKind object, std::size_t field, const Row& row) const {
  if (object != ObjectKind::kOpportunity || field != opportunity::kAccountSegment) return {};
  const Table& accounts = table(ObjectKind::kAccount);
  const std::optional<RowNumber> parent = accounts.find(text_of(row[opportunity::kAccountId]));
  return parent ? accounts.get(*parent, account::kSegment) : Value{};
}

std::vector<Change> World::possible(std::vector<Change> changes) const {
  std::erase_if(changes, [&](const Change& change) {
    if (change.kind == ChangeKind::kCreate) return false;
    if (held(change.object, change.row)) return true;
    const bool wants_deleted = change.kind == ChangeKind::kUndelete;
    return table(change.object).deleted(change.row) != wants_deleted;
  });
  return changes;
}

void World::commit(RowNumber user, std::vector<Change> changes) {
  apply(Transaction{.stamp = now_, .ends_at = now_, .user = user, .changes = possible(std::move(changes))});
}

void World::begin(RowNumber user, Instant ends_at, std::vector<Change> changes) {
  Transaction transaction{
      .stamp = now_, .ends_at = ends_at, .user = user, .changes = possible(std::move(changes))};
  if (ends_at <= now_) return apply(transaction);
  for (const Change& change : transaction.changes) {
    if (change.kind != ChangeKind::kCreate) held_.insert({change.object, change.row});
  }
  in_flight_.push_back(std::move(transaction));
}

Instant World::latest_covered() const {
  Instant covered = now_;
  for (const Transaction& transaction : in_flight_) covered = std::min(covered, transaction.stamp);
  return covered;
}

void World::apply(const Transaction& transaction) {
  for (const Change& change : transaction.changes) apply(change, transaction.stamp, transaction.user);
}

void World::apply(const Change& change, Instant stamp, RowNumber user) {
  ++changes_made_;
  const std::string by = base_.id(ObjectKind::kUser, user);
  if (change.kind == ChangeKind::kCreate) return apply_create(change, stamp, by);

  Table& rows = own(change.object);
  Row& row = rows.edit(change.row);
  std::vector<std::pair<std::size_t, Value>> before;
  for (const auto& [field, value] : change.values) {
    if (row[field] == value) continue;
    before.emplace_back(field, row[field]);
    row[field] = value;
    if (change.object == ObjectKind::kOpportunity && field == opportunity::kStageName) {
      row[opportunity::kLastStageChange] = stamp;
    }
  }
  if (change.kind != ChangeKind::kTouch) {
    row[kLastModifiedDate] = stamp;
    row[kLastModifiedById] = by;
  }
  if (change.kind == ChangeKind::kDelete) rows.set_deleted(change.row, true);
  if (change.kind == ChangeKind::kUndelete) rows.set_deleted(change.row, false);
  rows.set_changed(change.row, stamp);
  if (change.object != ObjectKind::kOpportunity) return;
  derive_opportunity(row);
  for (const auto& [field, old] : before) {
    if (is_tracked(field)) note_history(change.row, field, old, row[field], stamp, by);
  }
}

void World::apply_create(const Change& change, Instant stamp, const std::string& by) {
  Table& rows = own(change.object);
  Row row(rows.spec().fields.size());
  for (const auto& [field, value] : change.values) row[field] = value;
  row[kCreatedById] = by;
  row[kLastModifiedDate] = stamp;
  row[kLastModifiedById] = by;
  for (std::size_t field = kSystemFields; field < row.size(); ++field) {
    // Checkboxes are never null.
    if (rows.spec().fields[field].kind == FieldKind::kBoolean && is_null(row[field])) row[field] = false;
  }
  if (change.object == ObjectKind::kOpportunity) derive_opportunity(row);
  const RowNumber added = rows.add(std::move(row), stamp);
  if (change.object == ObjectKind::kOpportunity)
    add_history(rows.id(added), "created", "Text", {}, {}, stamp, by);
}

void World::note_history(RowNumber row, std::size_t field, const Value& before, const Value& after,
                         Instant stamp, const std::string& by) {
  const Table& deals = table(ObjectKind::kOpportunity);
  const Field& spec = deals.spec().fields[field];
  const std::string id = deals.id(row);
  if (field == opportunity::kOwnerId) {
    const Table& users = table(ObjectKind::kUser);
    const auto name = [&](const Value& owner) {
      const std::optional<RowNumber> found = users.find(text_of(owner));
      return found ? users.get(*found, user::kName) : Value{};
    };
    add_history(id, "Owner", "Text", name(before), name(after), stamp, by);
    add_history(id, "Owner", "EntityId", before, after, stamp, by);
    return;
  }
  add_history(id, spec.name, history_type(spec.kind), before, after, stamp, by);
}

void World::add_history(const std::string& opportunity, std::string_view field, std::string_view type,
                        Value before, Value after, Instant stamp, const std::string& by) {
  Table& rows = own(ObjectKind::kFieldHistory);
  Row row(rows.spec().fields.size());
  row[kCreatedById] = by;
  row[history::kOpportunityId] = opportunity;
  row[history::kField] = std::string(field);
  row[history::kDataType] = std::string(type);
  row[history::kOldValue] = std::move(before);
  row[history::kNewValue] = std::move(after);
  rows.add(std::move(row), stamp);
}

}  // namespace plumbline::sandbox
