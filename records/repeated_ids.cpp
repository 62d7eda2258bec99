#include "records/repeated_ids.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/utf8.h"

namespace plumbline {
namespace {

// A row, read again.
struct IdRow {
  RowIndex row = 0;
  std::string file;
  std::uint64_t line = 0;
  std::string id;
  std::string owner;
};

IdRow id_row(const ObjectLoad& load, CsvItemReader& reader, const CsvItem& item, RowIndex row) {
  const ObjectSchema& object = load.schema.object(load.object);
  const std::size_t place = row - item.first_row;
  const auto text = [&](std::string_view field) {
    const auto source = find_source(object, reader.part().sources, field);
    return source ? std::string(trim(reader.cell(place, *source).text)) : std::string{};
  };
  return {.row = row,
          .file = reader.part().name,
          .line = reader.line(place),
          .id = text("Id"),
          .owner = text("OwnerId")};
}

void replace(const IdRow& row, const IdRow& later, ObjectLoad& load, TableBuilder& builder) {
  const bool missed = load.users != nullptr && !row.owner.empty() && !builder.is_deleted(row.row) &&
                      load.users->find(row.owner) == kMissingRow;
  if (missed) load.missed_owners.remove(row.id, row.owner);
  builder.replace(row.row, {.id = row.id,
                            .file = row.file,
                            .line = row.line,
                            .later_id = later.id,
                            .later_file = later.file,
                            .later_line = later.line});
}

}  // namespace

Status replace_repeated(ObjectLoad& load, IdRule rule, TableBuilder& builder) {
  const std::vector<RowIndex> rows = builder.passing_ids().take_repeated();
  CsvItemReader reader(load.parts);
  const CsvItem* at = nullptr;
  std::unordered_map<std::string, IdRow> last;
  for (const RowIndex row : rows) {
    const CsvItem& item =
        *std::prev(std::ranges::upper_bound(load.parts.items, row, {}, &CsvItem::first_row));
    if (at != &item) {
      at = &item;
      if (Status started = reader.start(item); !started) return started;
    }
    IdRow found = id_row(load, reader, item, row);
    const auto [before, is_new] = last.try_emplace(std::string(id_key(found.id, rule)), found);
    if (is_new) continue;
    replace(before->second, found, load, builder);
    before->second = std::move(found);
  }
  return {};
}

}  // namespace plumbline
