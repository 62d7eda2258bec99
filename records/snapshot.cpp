#include "records/snapshot.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <unordered_map>

#include "base/utf8.h"

namespace plumbline {
namespace {

constexpr std::string_view kUser = "User";
constexpr std::string_view kCurrencyType = "CurrencyType";
constexpr std::string_view kAccount = "Account";
constexpr std::string_view kOwnerId = "OwnerId";
constexpr std::string_view kName = "Name";
constexpr std::string_view kIsDeleted = "IsDeleted";
constexpr std::string_view kCurrency = "CurrencyIsoCode";
constexpr std::string_view kCreatedDate = "CreatedDate";
constexpr std::string_view kHistoryField = "Field";
constexpr std::string_view kOldValue = "OldValue";
constexpr std::string_view kNewValue = "NewValue";
constexpr std::string_view kIsoCode = "IsoCode";
constexpr std::string_view kConversionRate = "ConversionRate";

std::string upper_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

// Adds the fields of these names that the object has.
void add_named(DataNeeds& needs, const Schema& schema, std::size_t object,
               std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const auto field = schema.object(object).find(name)) needs.add_field(object, *field);
  }
}

void add_relationship_fields(DataNeeds& needs, const Schema& schema, const Relationship& link) {
  if (const auto parent = schema.find_object(link.parent)) {
    add_named(needs, schema, *parent, {link.parent_field, link.fallback_parent_field});
  }
  if (const auto child = schema.find_object(link.child)) {
    add_named(needs, schema, *child, {link.child_field, link.fallback_child_field});
  }
}

void add_history_fields(DataNeeds& needs, const Schema& schema, std::size_t object) {
  const ObjectSchema& owner = schema.object(object);
  // Where a record has no change, its creation stands for one. The field itself is not read for its history.
  add_named(needs, schema, object, {"Id", kCreatedDate});
  if (const auto history = schema.find_object(owner.history_object)) {
    add_named(needs, schema, *history,
              {owner.history_field, kHistoryField, kOldValue, kNewValue, kCreatedDate});
  }
}

// The id field of an object, if it has one.
std::optional<std::size_t> id_field_of(const ObjectSchema& object) {
  const auto found = std::ranges::find(object.fields, FieldType::kId, &FieldSchema::type);
  if (found == object.fields.end()) return std::nullopt;
  return static_cast<std::size_t>(found - object.fields.begin());
}

// The object a reference leads to is found by its id.
void add_target(DataNeeds& needs, const Schema& schema, std::size_t object, std::size_t field) {
  const auto target = schema.find_object(schema.object(object).fields[field].references);
  if (!target) return;
  needs.fields.try_emplace(*target);
  if (const auto id = id_field_of(schema.object(*target))) needs.add_field(*target, *id);
}

// What a verdict tells of its record: id, name, owner, and the currency of its amounts.
void add_described(DataNeeds& needs, const Schema& schema, std::size_t object,
                   std::set<std::size_t>& wanted) {
  const ObjectSchema& judged = schema.object(object);
  if (const auto id = id_field_of(judged)) wanted.insert(*id);
  for (const std::string_view name : {kName, kOwnerId, kCurrency}) {
    if (const auto field = judged.find(name)) wanted.insert(*field);
  }
  const auto owner = judged.find(kOwnerId);
  if (owner && judged.fields[*owner].type == FieldType::kReference) {
    needs.passing_lookups.emplace(object, *owner);
  }
}

// Users are owners, shown by name and judged in their zone. Somebody who manages himself, and an account that
// is its own parent, are faults worth a notice, which takes the whole column.
void add_notice_fields(DataNeeds& needs, const Schema& schema) {
  const auto user = schema.find_object(kUser);
  if (user && needs.fields.contains(*user)) {
    add_named(needs, schema, *user, {kName, "TimeZoneSidKey", "ManagerId"});
  }
  const auto account = schema.find_object(kAccount);
  const auto parent = account ? schema.object(*account).find("ParentId") : std::nullopt;
  if (parent && needs.passing_lookups.contains({*account, *parent})) needs.add_field(*account, *parent);
}

const Column* text_column(const Table& table, std::optional<std::size_t> field) {
  const Column* const column = field ? table.column(*field) : nullptr;
  return column != nullptr && is_text_like(column->type()) ? column : nullptr;
}

// For every distinct text of a child's key column: the visible rows of the parent it names. Resolved once a
// text, not once a row.
class KeyJoin {
 public:
  static KeyJoin by_id(const Dictionary& keys, const Table& parent) {
    KeyJoin join;
    join.starts_.reserve(keys.size() + 1);
    for (std::uint32_t code = 0; code < keys.size(); ++code) {
      join.starts_.push_back(static_cast<std::uint32_t>(join.rows_.size()));
      const RowIndex row = parent.find(keys.text(code));
      if (row != kMissingRow) join.rows_.push_back(row);
    }
    join.starts_.push_back(static_cast<std::uint32_t>(join.rows_.size()));
    return join;
  }

  // Without regard to case and outer blanks; one text may name several rows (users who share an e-mail
  // address).
  static KeyJoin by_text(const Dictionary& keys, const Table& parent, const Column& column) {
    std::unordered_map<std::string_view, std::vector<RowIndex>, FoldedHash, FoldedEqual> rows_of;
    for (RowIndex row = 0; row < parent.rows(); ++row) {
      if (!parent.visible(row) || column.kind(row) != CellKind::kKnown) continue;
      rows_of[column.text(row)].push_back(row);
    }
    KeyJoin join;
    join.starts_.reserve(keys.size() + 1);
    for (std::uint32_t code = 0; code < keys.size(); ++code) {
      join.starts_.push_back(static_cast<std::uint32_t>(join.rows_.size()));
      const auto found = rows_of.find(keys.text(code));
      if (found == rows_of.end()) continue;
      join.rows_.insert(join.rows_.end(), found->second.begin(), found->second.end());
    }
    join.starts_.push_back(static_cast<std::uint32_t>(join.rows_.size()));
    return join;
  }

  std::span<const RowIndex> rows(std::uint32_t code) const {
    return std::span(rows_).subspan(starts_[code], starts_[code + 1] - starts_[code]);
  }

 private:
  std::vector<std::uint32_t> starts_;  // by code, and one more
  std::vector<RowIndex> rows_;
};

struct Edge {
  RowIndex parent = kNoRow;
  RowIndex child = kNoRow;
};

// Counting sort: edges of one parent end up together and keep their order. Gives where each parent's edges
// start.
template <class T, class Take>
std::vector<std::uint32_t> group_by_parent(std::span<const Edge> edges, std::size_t parents,
                                           std::vector<T>& out, const Take& take) {
  std::vector<std::uint32_t> starts(parents + 1);
  for (const Edge& edge : edges) ++starts[edge.parent + 1];
  for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
  std::vector<std::uint32_t> next(starts.begin(), starts.end() - 1);
  out.resize(edges.size());
  for (const Edge& edge : edges) out[next[edge.parent]++] = take(edge.child);
  return starts;
}

// Of each parent's edges the last one stays.
std::vector<Edge> last_of_each(std::span<const Edge> edges, std::size_t parents) {
  std::vector<RowIndex> last(parents, kNoRow);
  for (const Edge& edge : edges) last[edge.parent] = edge.child;
  std::vector<Edge> kept;
  for (const Edge& edge : edges) {
    if (last[edge.parent] == edge.child) kept.push_back(edge);
  }
  return kept;
}

// One side of a relationship's key: the child's column and what its texts lead to.
struct KeySide {
  const Column* column = nullptr;
  std::optional<KeyJoin> join;
  // Of a column without a dictionary, a record's own id: one made for it, and each row's code.
  Dictionary own_dictionary{};
  std::vector<std::uint32_t> own_codes{};

  const Dictionary& dictionary() const { return own_codes.empty() ? column->dictionary() : own_dictionary; }
  std::uint32_t code(RowIndex row) const { return own_codes.empty() ? column->code(row) : own_codes[row]; }
};

void number_own_ids(KeySide& side) {
  for (std::size_t row = 0; row < side.column->size(); ++row) {
    const bool known = side.column->kind(row) == CellKind::kKnown;
    side.own_codes.push_back(known ? side.own_dictionary.intern(side.column->text(row)) : kNoCode);
  }
}

enum class Placing : std::uint8_t { kPlaced, kBlank, kUnreadable };

}  // namespace

void DataNeeds::add(const DataNeeds& other) {
  for (const auto& [object, wanted] : other.fields) fields[object].insert(wanted.begin(), wanted.end());
  for (const auto& [object, wanted] : other.passing) passing[object].insert(wanted.begin(), wanted.end());
  relationships.insert(other.relationships.begin(), other.relationships.end());
  lookups.insert(other.lookups.begin(), other.lookups.end());
  passing_lookups.insert(other.passing_lookups.begin(), other.passing_lookups.end());
  history.insert(other.history.begin(), other.history.end());
}

void DataNeeds::keep_passing() {
  for (const auto& [object, wanted] : passing) fields[object].insert(wanted.begin(), wanted.end());
  lookups.insert(passing_lookups.begin(), passing_lookups.end());
  passing.clear();
  passing_lookups.clear();
}

void DataNeeds::add_implied(const Schema& schema) {
  for (const std::size_t link : relationships)
    add_relationship_fields(*this, schema, schema.relationships()[link]);
  for (const auto& [object, field] : history) add_history_fields(*this, schema, object);
  for (auto& [object, wanted] : passing) add_described(*this, schema, object, wanted);
  for (const auto& [object, field] : lookups) {
    add_field(object, field);
    add_target(*this, schema, object, field);
  }
  for (const auto& [object, field] : passing_lookups) {
    add_passing_field(object, field);
    add_target(*this, schema, object, field);
  }
  // What is merely joined is found by its id.
  for (auto& [object, wanted] : fields) {
    if (passing.contains(object)) continue;
    if (const auto id = id_field_of(schema.object(object))) wanted.insert(*id);
  }
  for (const auto& [object, wanted] : passing) fields.try_emplace(object);
  for (const auto& [object, wanted] : fields) add_named(*this, schema, object, {kIsDeleted});
  add_notice_fields(*this, schema);

  const auto currencies = schema.find_object(kCurrencyType);
  const bool has_currency = std::ranges::any_of(
      fields, [&](const auto& entry) { return schema.object(entry.first).find(kCurrency).has_value(); });
  if (currencies && has_currency) {
    add_named(*this, schema, *currencies, {"Id", kIsoCode, kConversionRate, kIsDeleted});
  }
}

void CurrencyRates::set(std::string_view iso_code, double rate) {
  rates_[upper_ascii(trim(iso_code))] = rate;
}

std::optional<double> CurrencyRates::rate(std::string_view iso_code) const {
  const auto found = rates_.find(upper_ascii(trim(iso_code)));
  if (found == rates_.end()) return std::nullopt;
  return found->second;
}

// Fills a snapshot step by step; lives only inside Snapshot::build.
class SnapshotBuilder {
 public:
  explicit SnapshotBuilder(Snapshot& snapshot) : snapshot_(snapshot), schema_(*snapshot.schema_) {}

  void build(const DataNeeds& needs) {
    for (const auto& [object, field] : needs.lookups) resolve(object, field);
    for (const auto& [object, field] : needs.passing_lookups) {
      const Table* const table = snapshot_.table(object);
      if (table != nullptr && table->column(field) != nullptr) resolve(object, field);
    }
    snapshot_.children_.resize(schema_.relationships().size());
    for (const std::size_t link : needs.relationships) {
      gather(schema_.relationships()[link], snapshot_.children_[link]);
    }
    for (const auto& [object, field] : needs.history) index_changes(object, field);
    read_rates();
  }

 private:
  const Table* table_of(std::string_view object) const {
    const auto index = schema_.find_object(object);
    return index && *index < snapshot_.tables_.size() ? snapshot_.tables_[*index].get() : nullptr;
  }

  void resolve(std::size_t object, std::size_t field) {
    const Table* const table = snapshot_.table(object);
    if (table == nullptr) return;
    std::vector<RowIndex>& rows = snapshot_.targets_[{object, field}];
    rows.assign(table->rows(), kMissingRow);
    const Column* const column = text_column(*table, field);
    if (column == nullptr) return;

    const Table* const target = table_of(schema_.object(object).fields[field].references);
    std::vector<RowIndex> by_code(column->dictionary().size(), kMissingRow);
    if (target != nullptr) {
      for (std::uint32_t code = 0; code < by_code.size(); ++code) {
        by_code[code] = target->find(column->dictionary().text(code));
      }
    }
    for (RowIndex row = 0; row < rows.size(); ++row) {
      const CellKind kind = column->kind(row);
      if (kind == CellKind::kKnown) rows[row] = by_code[column->code(row)];
      if (kind == CellKind::kNull) rows[row] = kNoRow;
    }
  }

  // The key of child rows: column `child_field` of `child`, whose texts name rows of `parent` by
  // `parent_field`.
  KeySide key_side(const Table& child, std::string_view child_field, const Table& parent,
                   std::string_view parent_field) const {
    KeySide side;
    side.column = text_column(child, schema_.object(child.object()).find(child_field));
    if (side.column == nullptr) return side;
    const auto field = schema_.object(parent.object()).find(parent_field);
    if (!has_dictionary(side.column->type())) number_own_ids(side);
    const Dictionary& keys = side.dictionary();
    if (field && schema_.object(parent.object()).fields[*field].type == FieldType::kId) {
      side.join = KeyJoin::by_id(keys, parent);
    } else if (const Column* const column = text_column(parent, field)) {
      side.join = KeyJoin::by_text(keys, parent, *column);
    }
    return side;
  }

  static Placing place(const KeySide& side, RowIndex child, std::vector<Edge>& edges) {
    if (side.column == nullptr) return Placing::kUnreadable;
    const CellKind kind = side.column->kind(child);
    if (kind == CellKind::kNull) return Placing::kBlank;
    if (kind == CellKind::kUnknown || !side.join) return Placing::kUnreadable;
    for (const RowIndex parent : side.join->rows(side.code(child))) edges.push_back({parent, child});
    return Placing::kPlaced;
  }

  void gather(const Relationship& link, Snapshot::Children& out) const {
    const Table* const parent = table_of(link.parent);
    const Table* const child = table_of(link.child);
    if (parent == nullptr || child == nullptr) return;
    const KeySide key = key_side(*child, link.child_field, *parent, link.parent_field);
    const bool has_fallback = !link.fallback_child_field.empty();
    KeySide fallback;
    if (has_fallback)
      fallback = key_side(*child, link.fallback_child_field, *parent, link.fallback_parent_field);
    // An export without the first key at all means every row to be placed by the second.
    const bool only_fallback = has_fallback && key.column == nullptr;

    std::vector<Edge> edges;
    for (RowIndex row = 0; row < child->rows(); ++row) {
      if (!child->visible(row)) continue;
      Placing placing = only_fallback ? Placing::kBlank : place(key, row, edges);
      if (placing == Placing::kBlank && has_fallback) placing = place(fallback, row, edges);
      if (placing == Placing::kUnreadable) out.unplaced = true;
    }
    if (link.cardinality == Cardinality::kLastRow) edges = last_of_each(edges, parent->rows());
    out.starts = group_by_parent(edges, parent->rows(), out.rows, [](RowIndex row) { return row; });
  }

  // Which texts of the history's Field column name the field.
  static std::vector<bool> codes_naming(const Dictionary& names, const FieldSchema& field) {
    std::vector<bool> naming(names.size());
    for (std::uint32_t code = 0; code < names.size(); ++code) {
      const std::string_view name = trim(names.text(code));
      naming[code] =
          same_name(name, field.name) || (!field.own_name.empty() && same_name(name, field.own_name));
    }
    return naming;
  }

  void index_changes(std::size_t object, std::size_t field) {
    const ObjectSchema& owner = schema_.object(object);
    const Table* const records = snapshot_.table(object);
    const Table* const history = table_of(owner.history_object);
    if (records == nullptr || history == nullptr) return;
    const ObjectSchema& kept = schema_.object(history->object());
    const Column* const names = text_column(*history, kept.find(kHistoryField));
    const auto created = kept.find(kCreatedDate);
    const Column* const times = created ? history->column(*created) : nullptr;
    if (names == nullptr) return;

    Snapshot::Changes& out = snapshot_.changes_[{object, field}];
    const KeySide key = key_side(*history, owner.history_field, *records, "Id");
    const std::vector<bool> naming = codes_naming(names->dictionary(), owner.fields[field]);
    std::vector<Edge> edges;
    for (RowIndex row = 0; row < history->rows(); ++row) {
      if (!history->visible(row) || names->kind(row) != CellKind::kKnown || !naming[names->code(row)])
        continue;
      out.tracked = true;
      if (times != nullptr && times->kind(row) == CellKind::kKnown) place(key, row, edges);
    }
    // By time, then by file order; grouping keeps that order within each record.
    std::ranges::sort(
        edges, {}, [times](const Edge& edge) { return std::pair(times->instant(edge.child), edge.child); });
    const Column* const olds = text_column(*history, kept.find(kOldValue));
    const Column* const news = text_column(*history, kept.find(kNewValue));
    out.starts = group_by_parent(edges, records->rows(), out.changes, [times, olds, news](RowIndex row) {
      FieldChange change{.at = times->instant(row)};
      set_value(olds, row, change.old_value, change.old_kind);
      set_value(news, row, change.new_value, change.new_kind);
      return change;
    });
  }

  static void set_value(const Column* column, RowIndex row, std::optional<std::string_view>& value,
                        CellKind& kind) {
    kind = column == nullptr ? CellKind::kUnknown : column->kind(row);
    if (kind == CellKind::kKnown) value = column->text(row);
  }

  void read_rates() {
    const Table* const table = table_of(kCurrencyType);
    if (table == nullptr) return;
    const ObjectSchema& object = schema_.object(table->object());
    const Column* const codes = text_column(*table, object.find(kIsoCode));
    const auto field = object.find(kConversionRate);
    const Column* const rates = field ? table->column(*field) : nullptr;
    if (codes == nullptr || rates == nullptr || rates->type() != FieldType::kNumber) return;
    for (RowIndex row = 0; row < table->rows(); ++row) {
      const bool known = codes->kind(row) == CellKind::kKnown && rates->kind(row) == CellKind::kKnown;
      // A rate of nothing would make every amount infinite.
      if (table->visible(row) && known && rates->number(row) > 0) {
        snapshot_.rates_.set(codes->text(row), rates->number(row));
      }
    }
  }

  Snapshot& snapshot_;
  const Schema& schema_;
};

std::shared_ptr<const Snapshot> Snapshot::build(std::shared_ptr<const Schema> schema,
                                                std::vector<std::unique_ptr<Table>> tables,
                                                const DataNeeds& needs) {
  std::shared_ptr<Snapshot> snapshot(new Snapshot());
  snapshot->schema_ = std::move(schema);
  snapshot->tables_ = std::move(tables);
  snapshot->tables_.resize(snapshot->schema_->object_count());
  SnapshotBuilder(*snapshot).build(needs);
  return snapshot;
}

std::span<const RowIndex> Snapshot::targets(std::size_t object, std::size_t reference_field) const {
  const auto found = targets_.find({object, reference_field});
  if (found == targets_.end()) return {};
  return found->second;
}

RowIndex Snapshot::target(std::size_t object, std::size_t reference_field, RowIndex row) const {
  const auto found = targets_.find({object, reference_field});
  assert(found != targets_.end() && "a lookup that no policy asked for");
  return found == targets_.end() ? kMissingRow : found->second[row];
}

std::span<const RowIndex> Snapshot::related(std::size_t relationship, RowIndex parent) const {
  const Children& children = children_[relationship];
  if (children.starts.empty()) return {};
  const std::uint32_t start = children.starts[parent];
  return std::span(children.rows).subspan(start, children.starts[parent + 1] - start);
}

bool Snapshot::has_unplaced(std::size_t relationship) const { return children_[relationship].unplaced; }

std::span<const FieldChange> Snapshot::changes(std::size_t object, std::size_t field, RowIndex row) const {
  const auto found = changes_.find({object, field});
  if (found == changes_.end() || found->second.starts.empty()) return {};
  const Changes& all = found->second;
  return std::span(all.changes).subspan(all.starts[row], all.starts[row + 1] - all.starts[row]);
}

bool Snapshot::is_tracked(std::size_t object, std::size_t field) const {
  const auto found = changes_.find({object, field});
  return found != changes_.end() && found->second.tracked;
}

}  // namespace plumbline
