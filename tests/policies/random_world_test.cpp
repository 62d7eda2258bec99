// That random worlds hold what goes wrong in exports.
#include "tests/policies/random_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace plumbline {
namespace {

constexpr std::uint64_t kSeeds = 120;
constexpr std::size_t kBatch = 2048;  // the size whose edges the worlds' tables aim at

struct Found {
  std::set<std::size_t> sizes;
  std::set<std::size_t> objects;
  std::set<FieldType> known;
  std::set<FieldType> null;
  std::set<FieldType> unreadable;
  std::set<std::string> zones;
  std::size_t absent_tables = 0;
  std::size_t absent_columns = 0;
  std::size_t replaced = 0;
  std::size_t deleted = 0;
  std::size_t dangling = 0;
  std::size_t children = 0;
  std::size_t unplaced = 0;
  std::size_t tracked = 0;
};

void look_at_column(const Table& table, const Column& column, std::string_view name, Found& found) {
  for (RowIndex row = 0; row < table.rows(); ++row) {
    if (column.kind(row) == CellKind::kNull) found.null.insert(column.type());
    if (column.kind(row) == CellKind::kUnknown) found.unreadable.insert(column.type());
    if (column.kind(row) != CellKind::kKnown) continue;
    found.known.insert(column.type());
    if (name == "TimeZoneSidKey") found.zones.emplace(column.text(row));
  }
}

void look_at_table(const Snapshot& snapshot, const WorldObject& of, Found& found) {
  const Schema& schema = snapshot.schema();
  const std::size_t object = schema.find_object(of.name).value();
  const Table* table = snapshot.table(object);
  if (table == nullptr) {
    ++found.absent_tables;
    return;
  }
  for (const std::string_view name : of.fields) {
    const std::size_t field = schema.object(object).find(name).value();
    const Column* column = table->column(field);
    if (column == nullptr) {
      ++found.absent_columns;
      continue;
    }
    look_at_column(*table, *column, name, found);
    const auto targets = snapshot.targets(object, field);
    found.dangling += static_cast<std::size_t>(std::ranges::count(targets, kMissingRow));
    found.tracked += snapshot.is_tracked(object, field) ? 1 : 0;
  }
  for (RowIndex row = 0; row < table->rows(); ++row) {
    found.replaced += table->current(row) ? 0 : 1;
    found.deleted += table->deleted(row) ? 1 : 0;
  }
}

const Found& found() {
  static const Found kFound = [] {
    Found all;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      const RandomWorld world(seed);
      all.sizes.insert(world.rows());
      all.objects.insert(world.object);
      for (const WorldObject& of : world_objects()) look_at_table(*world.snapshot, of, all);
      const auto& links = world.snapshot->schema().relationships();
      for (std::size_t i = 0; i < links.size(); ++i) {
        all.unplaced += world.snapshot->has_unplaced(i) ? 1 : 0;
        if (links[i].parent != world.snapshot->schema().object(world.object).name) continue;
        for (RowIndex row = 0; row < world.rows(); ++row)
          all.children += world.snapshot->related(i, row).size();
      }
    }
    return all;
  }();
  return kFound;
}

TEST(RandomWorld, HasTablesAtAndBesideTheEdgesOfBatches) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, kBatch - 1, kBatch, kBatch + 1, 2 * kBatch + 1}) {
    EXPECT_TRUE(found().sizes.contains(size)) << size;
  }
  EXPECT_LE(*found().sizes.rbegin(), kMaxWorldRows);
  EXPECT_GE(found().objects.size(), 5U);
}

TEST(RandomWorld, HasKnownNullAndUnreadableCellsOfEveryType) {
  for (const FieldType type :
       {FieldType::kText, FieldType::kNumericText, FieldType::kMultiPicklist, FieldType::kReference,
        FieldType::kBoolean, FieldType::kNumber, FieldType::kMoney, FieldType::kDate, FieldType::kDateTime}) {
    EXPECT_TRUE(found().known.contains(type)) << to_string(type);
    // A blank truth is false.
    EXPECT_EQ(found().null.contains(type), type != FieldType::kBoolean) << to_string(type);
    EXPECT_TRUE(found().unreadable.contains(type)) << to_string(type);
  }
}

TEST(RandomWorld, LacksTablesColumnsAndRecords) {
  EXPECT_GT(found().absent_tables, 0U);
  EXPECT_GT(found().absent_columns, 0U);
  EXPECT_GT(found().dangling, 0U);
  EXPECT_GT(found().replaced, 0U);
  EXPECT_GT(found().deleted, 0U);
  EXPECT_GT(found().unplaced, 0U);
}

TEST(RandomWorld, HasRelatedRowsAndChanges) {
  EXPECT_GT(found().children, 1'000U);
  EXPECT_GT(found().tracked, 100U);
}

TEST(RandomWorld, HasOwnersInKnownAndUnknownZones) {
  EXPECT_TRUE(found().zones.contains("America/New_York"));
  EXPECT_TRUE(found().zones.contains("Mars/Olympus"));
}

TEST(RandomWorld, TheSameSeedMakesTheSameWorld) {
  const RandomWorld one(7);
  const RandomWorld other(7);
  ASSERT_EQ(one.object, other.object);
  ASSERT_EQ(one.rows(), other.rows());
  for (RowIndex row = 0; row < one.rows(); ++row) {
    EXPECT_EQ(one.snapshot->table(one.object)->id(row), other.snapshot->table(other.object)->id(row));
  }
}

}  // namespace
}  // namespace plumbline
