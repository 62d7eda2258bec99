#include "records/snapshot.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <functional>
#include <unordered_map>
#include <utility>

#include "base/ordered_run.h"
#include "base/utf8.h"
#include "records/id_memo.h"

namespace plumbline {
namespace {

constexpr std::string_view kCurrencyType = "CurrencyType";
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

const Column* text_column(const Table& table, std::optional<std::size_t> field) {
  const Column* const column = field ? table.column(*field) : nullptr;
  return column != nullptr && is_text_like(column->type()) ? column : nullptr;
}

const Column* time_column(const Table& table, std::optional<std::size_t> field) {
  const Column* const column = field ? table.column(*field) : nullptr;
  return column != nullptr && column->type() == FieldType::kDateTime ? column : nullptr;
}

// The visible rows of a parent by a text of theirs, without regard to case and outer blanks; one text may
// name several rows (users who share an e-mail address).
class RowsByText {
 public:
  RowsByText(const Table& parent, const Column& column) {
    for (RowIndex row = 0; row < parent.rows(); ++row) {
      if (!parent.visible(row) || column.kind(row) != CellKind::kKnown) continue;
      rows_[column.text(row)].push_back(row);
    }
  }

  std::span<const RowIndex> find(std::string_view text) const {
    const auto found = rows_.find(text);
    return found == rows_.end() ? std::span<const RowIndex>{} : found->second;
  }

 private:
  std::unordered_map<std::string_view, std::vector<RowIndex>, FoldedHash, FoldedEqual> rows_;
};

// References that one thread looks up before it asks for more.
constexpr std::size_t kTargetsAtOnce = std::size_t{1} << 16;

// As find_some_targets, of a small table.
void find_few_targets(const Column& references, const Table& target, std::size_t first, std::size_t end,
                      std::vector<RowIndex>& targets) {
  IdMemo memo(target);
  for (std::size_t row = first; row < end; ++row) {
    const CellKind kind = references.kind(row);
    if (kind == CellKind::kNull) targets[row] = kNoRow;
    if (kind == CellKind::kKnown) targets[row] = memo.find(references.text(row));
  }
}

// Of the rows from `first` to before `end`.
void find_some_targets(const Column& references, const Table* target, std::size_t first, std::size_t end,
                       std::vector<RowIndex>& targets) {
  if (target != nullptr && target->rows() <= IdMemo::kFewRows)
    return find_few_targets(references, *target, first, end, targets);
  constexpr std::size_t kProbes = 64;  // looked up side by side: what is sought lies all over the memory
  struct RowProbe {
    std::size_t row = 0;
    Table::Probe probe;
  };
  std::array<RowProbe, kProbes> probes;
  for (; first < end; first += kProbes) {
    std::size_t count = 0;
    for (std::size_t row = first; row < std::min(first + kProbes, end); ++row) {
      const CellKind kind = references.kind(row);
      if (kind == CellKind::kNull) targets[row] = kNoRow;
      if (kind == CellKind::kKnown && target != nullptr)
        probes[count++] = {row, target->probe(references.text(row))};
    }
    const std::span<const RowProbe> sought(probes.data(), count);
    for (const RowProbe& at : sought) target->approach(at.probe);
    for (const RowProbe& at : sought) targets[at.row] = target->find(at.probe);
  }
}

// Where the references of a column lead, by row: see Snapshot::target. `target` may be null: it is not in the
// data.
std::vector<RowIndex> find_targets(const Column& references, const Table* target, unsigned threads) {
  std::vector<RowIndex> targets(references.size(), kMissingRow);
  const std::size_t parts = (targets.size() + kTargetsAtOnce - 1) / kTargetsAtOnce;
  struct Found {};
  using Run = OrderedRun<Found>;
  const Run::Take take = [](Found) { return Run::Answer::kMore; };
  Run(parts, take).run(threads, [&] {
    return [&](std::size_t part) {
      const std::size_t first = part * kTargetsAtOnce;
      find_some_targets(references, target, first, std::min(first + kTargetsAtOnce, targets.size()), targets);
      return Found{};
    };
  });
  return targets;
}

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

// One side of a relationship's key: the child's column, and the parents its texts name.
struct KeySide {
  const Column* column = nullptr;
  std::span<const RowIndex> targets{};  // by child row, where the key is the parent's id
  std::optional<RowsByText> by_text{};  // where it is another text of the parent's
};

// Of a history's rows: which field, and when. There may be no times.
struct ChangeColumns {
  const Column* names = nullptr;
  const Column* times = nullptr;
};

enum class Placing : std::uint8_t { kPlaced, kBlank, kUnreadable };

}  // namespace

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
  SnapshotBuilder(Snapshot& snapshot, unsigned threads)
      : snapshot_(snapshot), schema_(*snapshot.schema_), threads_(threads) {}

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
    std::map<std::size_t, std::vector<std::size_t>> changed;
    for (const auto& [object, field] : needs.history) changed[object].push_back(field);
    for (const auto& [object, fields] : changed) index_changes(object, fields);
    run_jobs();
    read_rates();
  }

 private:
  // What can be done beside others: each fills a part of the snapshot that nothing else looks at.
  using Job = std::function<void()>;

  void run_jobs() {
    struct Done {};
    using Run = OrderedRun<Done>;
    const Run::Take take = [](Done) { return Run::Answer::kMore; };
    Run(jobs_.size(), take).run(threads_, [&] {
      return [&](std::size_t job) {
        jobs_[job]();
        return Done{};
      };
    });
    jobs_.clear();
  }

  const Table* table_of(std::string_view object) const {
    const auto index = schema_.find_object(object);
    return index && *index < snapshot_.tables_.size() ? snapshot_.tables_[*index].get() : nullptr;
  }

  void resolve(std::size_t object, std::size_t field) {
    const Table* const table = snapshot_.table(object);
    if (table == nullptr) return;
    std::vector<RowIndex>& rows = snapshot_.targets_[{object, field}];
    const Column* const column = text_column(*table, field);
    if (column == nullptr) {
      rows.assign(table->rows(), kMissingRow);
    } else {
      rows = find_targets(*column, table_of(schema_.object(object).fields[field].references), threads_);
    }
  }

  // The key of child rows: column `child_field` of `child`, whose texts name rows of `parent` by
  // `parent_field`.
  KeySide key_side(const Table& child, std::string_view child_field, const Table& parent,
                   std::string_view parent_field) {
    KeySide side;
    const auto key = schema_.object(child.object()).find(child_field);
    side.column = text_column(child, key);
    if (side.column == nullptr) return side;
    const auto field = schema_.object(parent.object()).find(parent_field);
    if (field && schema_.object(parent.object()).fields[*field].type == FieldType::kId) {
      side.targets = targets_of(child, *key, *side.column, parent);
    } else if (const Column* const column = text_column(parent, field)) {
      side.by_text.emplace(parent, *column);
    }
    return side;
  }

  // Of a reference that somebody looks up as well, or joins twice, they are found once.
  std::span<const RowIndex> targets_of(const Table& child, std::size_t field, const Column& column,
                                       const Table& parent) {
    const std::pair place(child.object(), field);
    const auto looked_up = snapshot_.targets_.find(place);
    const std::string& references = schema_.object(child.object()).fields[field].references;
    if (looked_up != snapshot_.targets_.end() && table_of(references) == &parent) return looked_up->second;
    const auto [joined, is_new] = joined_.try_emplace({place, parent.object()});
    if (is_new) joined->second = find_targets(column, &parent, threads_);
    return joined->second;
  }

  static Placing place(const KeySide& side, RowIndex child, std::vector<Edge>& edges) {
    if (side.column == nullptr) return Placing::kUnreadable;
    const CellKind kind = side.column->kind(child);
    if (kind == CellKind::kNull) return Placing::kBlank;
    if (kind == CellKind::kUnknown) return Placing::kUnreadable;
    if (!side.targets.empty()) {
      const RowIndex parent = side.targets[child];
      if (parent != kMissingRow) edges.push_back({parent, child});
    } else if (side.by_text) {
      for (const RowIndex parent : side.by_text->find(side.column->text(child)))
        edges.push_back({parent, child});
    } else {
      return Placing::kUnreadable;
    }
    return Placing::kPlaced;
  }

  void gather(const Relationship& link, Snapshot::Children& out) {
    const Table* const parent = table_of(link.parent);
    const Table* const child = table_of(link.child);
    if (parent == nullptr || child == nullptr) return;
    KeySide key = key_side(*child, link.child_field, *parent, link.parent_field);
    const bool has_fallback = !link.fallback_child_field.empty();
    KeySide fallback;
    if (has_fallback)
      fallback = key_side(*child, link.fallback_child_field, *parent, link.fallback_parent_field);
    jobs_.emplace_back([&link, child, parent, &out, key = std::move(key), fallback = std::move(fallback)] {
      gather(link, *child, key, fallback, parent->rows(), out);
    });
  }

  static void gather(const Relationship& link, const Table& child, const KeySide& key,
                     const KeySide& fallback, std::size_t parents, Snapshot::Children& out) {
    const bool has_fallback = !link.fallback_child_field.empty();
    // An export without the first key at all means every row to be placed by the second.
    const bool only_fallback = has_fallback && key.column == nullptr;
    std::vector<Edge> edges;
    edges.reserve(child.rows());
    for (RowIndex row = 0; row < child.rows(); ++row) {
      if (!child.visible(row)) continue;
      Placing placing = only_fallback ? Placing::kBlank : place(key, row, edges);
      if (placing == Placing::kBlank && has_fallback) placing = place(fallback, row, edges);
      if (placing == Placing::kUnreadable) out.unplaced = true;
    }
    if (link.cardinality == Cardinality::kLastRow) edges = last_of_each(edges, parents);
    out.starts = group_by_parent(edges, parents, out.rows, [](RowIndex row) { return row; });
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

  void index_changes(std::size_t object, std::span<const std::size_t> fields) {
    const ObjectSchema& owner = schema_.object(object);
    const Table* const records = snapshot_.table(object);
    const Table* const history = table_of(owner.history_object);
    if (records == nullptr || history == nullptr) return;
    const ObjectSchema& kept = schema_.object(history->object());
    const ChangeColumns columns{.names = text_column(*history, kept.find(kHistoryField)),
                                .times = time_column(*history, kept.find(kCreatedDate))};
    if (columns.names == nullptr) return;
    snapshot_.told_[object] = {.olds = text_column(*history, kept.find(kOldValue)),
                               .news = text_column(*history, kept.find(kNewValue)),
                               .creations = time_column(*records, owner.find(kCreatedDate))};
    const KeySide key = key_side(*history, owner.history_field, *records, "Id");
    for (const std::size_t field : fields) {
      Snapshot::Changes& out = snapshot_.changes_[{object, field}];
      out.tracked = snapshot_.known_since_.contains({object, field});
      jobs_.emplace_back([history, columns, key, &changed = owner.fields[field], records, &out] {
        index_changes(*history, columns, key, changed, records->rows(), out);
      });
    }
  }

  static void index_changes(const Table& history, const ChangeColumns& columns, const KeySide& key,
                            const FieldSchema& field, std::size_t records, Snapshot::Changes& out) {
    const std::vector<bool> naming = codes_naming(columns.names->dictionary(), field);
    std::vector<Edge> edges;
    edges.reserve(history.rows());
    for (RowIndex row = 0; row < history.rows(); ++row) {
      if (!history.visible(row) || columns.names->kind(row) != CellKind::kKnown ||
          !naming[columns.names->code(row)])
        continue;
      out.tracked = true;
      if (columns.times != nullptr && columns.times->kind(row) == CellKind::kKnown) place(key, row, edges);
    }
    std::vector<RowIndex> rows;
    out.starts = group_by_parent(edges, records, rows, [](RowIndex row) { return row; });
    for (std::size_t record = 0; record < records; ++record) {
      sort_by_time(std::span(rows).subspan(out.starts[record], out.starts[record + 1] - out.starts[record]),
                   columns);
    }
    out.changes.reserve(rows.size());
    for (const RowIndex row : rows) out.changes.push_back({.at = columns.times->instant(row), .row = row});
  }

  // Rows of one record, from file order to time, and file order where the time is the same. Exports have them
  // so as a rule.
  static void sort_by_time(std::span<RowIndex> rows, const ChangeColumns& columns) {
    const auto place = [&](RowIndex row) { return std::pair(columns.times->instant(row), row); };
    if (!std::ranges::is_sorted(rows, {}, place)) std::ranges::sort(rows, {}, place);
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
  unsigned threads_;
  std::vector<Job> jobs_;
  // By child object, its field, and parent object.
  std::map<std::pair<std::pair<std::size_t, std::size_t>, std::size_t>, std::vector<RowIndex>> joined_;
};

std::shared_ptr<const Snapshot> Snapshot::build(std::shared_ptr<const Schema> schema,
                                                std::vector<std::unique_ptr<Table>> tables,
                                                const DataNeeds& needs, ChangesKnownSince known_since,
                                                unsigned threads) {
  std::shared_ptr<Snapshot> snapshot(new Snapshot());
  snapshot->schema_ = std::move(schema);
  snapshot->known_since_ = std::move(known_since);
  snapshot->tables_ = std::move(tables);
  snapshot->tables_.resize(snapshot->schema_->object_count());
  SnapshotBuilder(*snapshot, threads).build(needs);
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

ToldValue Snapshot::told(const Column* column, const FieldChange& change) {
  if (column == nullptr) return {};
  const CellKind kind = column->kind(change.row);
  return {.kind = kind, .text = kind == CellKind::kKnown ? column->text(change.row) : std::string_view{}};
}

const Column* Snapshot::creations(std::size_t object) const {
  const auto found = told_.find(object);
  return found == told_.end() ? nullptr : found->second.creations;
}

ToldValue Snapshot::old_value(std::size_t object, const FieldChange& change) const {
  return told(told_.at(object).olds, change);
}

ToldValue Snapshot::new_value(std::size_t object, const FieldChange& change) const {
  return told(told_.at(object).news, change);
}

bool Snapshot::is_tracked(std::size_t object, std::size_t field) const {
  const auto found = changes_.find({object, field});
  return found != changes_.end() && found->second.tracked;
}

std::optional<Instant> Snapshot::changes_known_since(std::size_t object, std::size_t field) const {
  const auto found = known_since_.find({object, field});
  if (found == known_since_.end()) return std::nullopt;
  return found->second;
}

}  // namespace plumbline
