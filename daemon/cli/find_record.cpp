#include "daemon/cli/find_record.h"

#include <algorithm>

#include "base/nearest_name.h"
#include "base/utf8.h"

namespace plumbline {
namespace {

// Distances are worked out for so many names; in more data a name is rather looked for by a piece of it.
constexpr std::size_t kMostCompared = 200'000;

const Column* names_of(const Snapshot& snapshot, std::size_t object) {
  const Table* const table = snapshot.table(object);
  const auto field = snapshot.schema().object(object).find("Name");
  const Column* const column = table != nullptr && field ? table->column(*field) : nullptr;
  return column;
}

template <class Visit>
void for_each_name(const Snapshot& snapshot, const Visit& visit) {
  for (std::size_t object = 0; object < snapshot.schema().object_count(); ++object) {
    const Table* const table = snapshot.table(object);
    const Column* const names = names_of(snapshot, object);
    if (names == nullptr) continue;
    for (RowIndex row = 0; row < table->rows(); ++row) {
      if (table->visible(row) && names->kind(row) == CellKind::kKnown) visit(object, row, names->text(row));
    }
  }
}

void find_by_id(const Snapshot& snapshot, std::string_view wanted, RecordSearch& search) {
  for (std::size_t object = 0; object < snapshot.schema().object_count(); ++object) {
    const Table* const table = snapshot.table(object);
    if (table == nullptr) continue;
    const RowIndex row = table->find(wanted);
    if (row < table->rows()) search.found.push_back({.object = object, .row = row});
  }
}

void find_deleted(const Snapshot& snapshot, std::string_view wanted, RecordSearch& search) {
  for (std::size_t object = 0; object < snapshot.schema().object_count(); ++object) {
    const Table* const table = snapshot.table(object);
    if (table == nullptr) continue;
    for (RowIndex row = 0; row < table->rows(); ++row) {
      if (table->deleted(row) && !table->id(row).empty() && same_id(table->id(row), wanted))
        search.deleted_object = snapshot.schema().object(object).name;
    }
  }
}

// Names that hold what was typed; failing that, the one most like it.
std::vector<std::string> names_like(const Snapshot& snapshot, std::string_view wanted) {
  const std::string piece = fold_case(wanted);
  std::vector<std::string> holding;
  std::vector<std::string> all;
  for_each_name(snapshot, [&](std::size_t, RowIndex, std::string_view name) {
    if (holding.size() < kNearestRecords && fold_case(name).find(piece) != std::string::npos &&
        std::ranges::find(holding, name) == holding.end()) {
      holding.emplace_back(trim(name));
    }
    if (all.size() < kMostCompared) all.emplace_back(name);
  });
  if (!holding.empty()) return holding;
  const auto nearest = nearest_name(wanted, all);
  return nearest ? std::vector{*nearest} : std::vector<std::string>{};
}

}  // namespace

RecordSearch find_record(const Snapshot& snapshot, std::string_view typed) {
  const std::string_view wanted = trim(typed);
  RecordSearch search;
  find_by_id(snapshot, wanted, search);
  if (!search.found.empty()) return search;
  for_each_name(snapshot, [&](std::size_t object, RowIndex row, std::string_view name) {
    if (equal_folded(name, wanted)) search.found.push_back({.object = object, .row = row});
  });
  if (!search.found.empty()) return search;
  for (std::size_t object = 0; object < snapshot.schema().object_count(); ++object) {
    const Table* const table = snapshot.table(object);
    for (RowIndex row = 0; table != nullptr && row < table->rows(); ++row)
      search.looked_at += table->visible(row) ? 1 : 0;
  }
  find_deleted(snapshot, wanted, search);
  if (search.deleted_object.empty()) search.nearest = names_like(snapshot, wanted);
  return search;
}

std::string name_of_record(const Snapshot& snapshot, const RecordPlace& place) {
  const Column* const names = names_of(snapshot, place.object);
  if (names == nullptr || names->kind(place.row) != CellKind::kKnown) return {};
  return std::string(trim(names->text(place.row)));
}

std::string id_of_record(const Snapshot& snapshot, const RecordPlace& place) {
  return std::string(snapshot.table(place.object)->id(place.row));
}

}  // namespace plumbline
