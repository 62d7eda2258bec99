#include "sandbox/world/world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/world/life.h"

namespace plumbline::sandbox {
namespace {

using namespace std::chrono;

WorldSizes sizes(std::size_t opportunities = 400) {
  return {.seed = 7, .opportunities = opportunities, .start = *parse_instant("2026-05-06T08:00:00Z")};
}

constexpr ObjectKind kDeal = ObjectKind::kOpportunity;

Change edit(RowNumber row, std::size_t field, Value value) {
  return {.row = row, .values = {{field, std::move(value)}}};
}

RowNumber history_rows(const World& world) { return world.table(ObjectKind::kFieldHistory).size(); }

std::vector<Row> all_rows(const World& world, ObjectKind object) {
  std::vector<Row> rows(world.table(object).size());
  for (RowNumber row = 0; row < rows.size(); ++row) world.table(object).read(row, rows[row]);
  return rows;
}

TEST(RecordId, has_the_suffix_that_repeats_its_case) {
  // The 15 characters come from the format; their suffixes are what Salesforce's rule gives.
  EXPECT_EQ(record_id("006", 0), "0065e0000000000AAA");
  EXPECT_EQ(record_id("006", 10), "0065e000000000AAAQ");
  EXPECT_EQ(record_id("006", 36), "0065e000000000aAAA");
}

TEST(RecordId, gives_its_number_back_with_and_without_suffix) {
  const std::string id = record_id("001", 123'456);
  EXPECT_EQ(record_number("001", id), 123'456U);
  EXPECT_EQ(record_number("001", id.substr(0, 15)), 123'456U);
  EXPECT_FALSE(record_number("006", id));
  EXPECT_FALSE(record_number("001", "001short"));
}

TEST(BaseRecords, the_same_seed_makes_the_same_organisation) {
  const World one(sizes());
  const World other(sizes());
  for (const ObjectSpec& object : all_objects()) {
    EXPECT_EQ(all_rows(one, object.kind), all_rows(other, object.kind)) << object.name;
  }
}

TEST(BaseRecords, references_lead_to_records_that_are_there) {
  const World world(sizes());
  for (const ObjectSpec& object : all_objects()) {
    for (const Row& row : all_rows(world, object.kind)) {
      for (std::size_t field = 0; field < object.fields.size(); ++field) {
        if (object.fields[field].kind != FieldKind::kReference || is_null(row[field])) continue;
        const ObjectSpec* parent = find_object(object.fields[field].refers);
        ASSERT_NE(parent, nullptr);
        EXPECT_TRUE(world.table(parent->kind).find(text_of(row[field])))
            << object.name << '.' << object.fields[field].name;
      }
    }
  }
}

TEST(BaseRecords, some_thousands_share_one_stamp_in_a_large_organisation) {
  const World world(sizes(60'000));
  const Instant stamp = world.now() - days(2);
  RowNumber same = 0;
  for (RowNumber row = 0; row < world.table(kDeal).size(); ++row)
    same += world.table(kDeal).changed(row) == stamp ? 1 : 0;
  EXPECT_GT(same, 2000U);
}

TEST(World, an_edit_moves_the_stamp_and_writes_history) {
  World world(sizes());
  world.set_now(world.now() + seconds(10));
  const RowNumber before = history_rows(world);
  world.commit(1, {edit(3, opportunity::kAmount, 77.5)});
  EXPECT_EQ(world.table(kDeal).changed(3), world.now());
  EXPECT_EQ(world.table(kDeal).get(3, opportunity::kAmount), Value{77.5});
  ASSERT_EQ(history_rows(world), before + 1);
  const Table& histories = world.table(ObjectKind::kFieldHistory);
  EXPECT_EQ(histories.get(before, history::kField), Value{std::string("Amount")});
  EXPECT_EQ(histories.get(before, history::kNewValue), Value{77.5});
}

TEST(World, a_value_that_stays_writes_no_history) {
  World world(sizes());
  const Value stays = world.table(kDeal).get(3, opportunity::kCloseDate);
  const RowNumber before = history_rows(world);
  world.commit(1, {edit(3, opportunity::kCloseDate, stays)});
  EXPECT_EQ(history_rows(world), before);
}

TEST(World, an_owner_change_is_told_by_name_and_by_id) {
  World world(sizes());
  const RowNumber before = history_rows(world);
  const Value old = world.table(kDeal).get(5, opportunity::kOwnerId);
  const std::string next =
      world.base().id(ObjectKind::kUser, old == Value{world.base().id(ObjectKind::kUser, 2)} ? 3 : 2);
  world.commit(1, {edit(5, opportunity::kOwnerId, next)});
  ASSERT_EQ(history_rows(world), before + 2);
  const Table& histories = world.table(ObjectKind::kFieldHistory);
  EXPECT_EQ(histories.get(before + 1, history::kNewValue), Value{next});
  EXPECT_EQ(histories.get(before + 1, history::kDataType), Value{std::string("EntityId")});
}

TEST(World, closing_derives_what_follows_from_the_stage) {
  World world(sizes());
  world.commit(1, {edit(3, opportunity::kStageName, std::string("Closed Won"))});
  EXPECT_EQ(world.table(kDeal).get(3, opportunity::kIsClosed), Value{true});
  EXPECT_EQ(world.table(kDeal).get(3, opportunity::kIsWon), Value{true});
  EXPECT_EQ(world.table(kDeal).get(3, opportunity::kProbability), Value{100.0});
}

TEST(World, a_transaction_under_way_is_not_seen_and_holds_its_records) {
  World world(sizes());
  const Instant began = world.now();
  const Value old = world.table(kDeal).get(3, opportunity::kAmount);
  world.begin(1, began + seconds(60), {edit(3, opportunity::kAmount, 1.0)});
  world.set_now(began + seconds(30));
  world.commit(2, {edit(3, opportunity::kAmount, 2.0)});
  EXPECT_EQ(world.table(kDeal).get(3, opportunity::kAmount), old);
  EXPECT_EQ(world.latest_covered(), began);
}

TEST(World, a_transaction_that_ends_is_stamped_when_it_began) {
  World world(sizes());
  const Instant began = world.now();
  world.begin(1, began + seconds(60), {edit(3, opportunity::kAmount, 1.0)});
  world.set_now(began + seconds(60));
  EXPECT_EQ(world.table(kDeal).get(3, opportunity::kAmount), Value{1.0});
  EXPECT_EQ(world.table(kDeal).changed(3), began);
  EXPECT_EQ(world.latest_covered(), world.now());
  const Table& histories = world.table(ObjectKind::kFieldHistory);
  EXPECT_EQ(histories.created(histories.size() - 1), began);
}

TEST(World, a_deleted_record_is_purged_after_its_time_in_the_bin) {
  World world(sizes());
  world.commit(1, {{.kind = ChangeKind::kDelete, .row = 3}});
  EXPECT_TRUE(world.table(kDeal).deleted(3));
  world.set_now(world.now() + kRecycleBin);
  EXPECT_FALSE(world.purged(kDeal, 3));
  world.set_now(world.now() + seconds(1));
  EXPECT_TRUE(world.purged(kDeal, 3));
}

TEST(World, a_touch_moves_the_stamp_and_not_the_modified_date) {
  World world(sizes());
  Row row;
  world.table(kDeal).read(3, row);
  const Value modified = row[kLastModifiedDate];
  world.set_now(world.now() + seconds(5));
  world.commit(1, {{.kind = ChangeKind::kTouch, .row = 3}});
  world.table(kDeal).read(3, row);
  EXPECT_EQ(row[kLastModifiedDate], modified);
  EXPECT_EQ(row[kSystemModstamp], Value{world.now()});
}

TEST(World, the_calculated_field_follows_the_account_without_a_stamp) {
  World world(sizes());
  Row row;
  world.table(kDeal).read(3, row);
  const Instant stamp = world.table(kDeal).changed(3);
  const auto parent = world.table(ObjectKind::kAccount).find(text_of(row[opportunity::kAccountId]));
  ASSERT_TRUE(parent);
  world.commit(1, {{.object = ObjectKind::kAccount,
                    .row = *parent,
                    .values = {{account::kSegment, std::string("Moved")}}}});
  EXPECT_EQ(world.calculated(kDeal, opportunity::kAccountSegment, row), Value{std::string("Moved")});
  EXPECT_EQ(world.table(kDeal).changed(3), stamp);
}

TEST(Life, is_the_same_in_one_step_and_in_many) {
  World whole(sizes());
  World steps(sizes());
  Life one(whole, {.changes_a_day = 0.5, .mass_rows = 50});
  Life many(steps, {.changes_a_day = 0.5, .mass_rows = 50});
  const Instant end = whole.now() + days(3);
  one.advance_to(end);
  for (Instant at = steps.now(); at <= end; at += minutes(47)) many.advance_to(at);
  many.advance_to(end);
  for (const ObjectSpec& object : all_objects()) {
    EXPECT_EQ(all_rows(whole, object.kind), all_rows(steps, object.kind)) << object.name;
  }
}

TEST(Life, creates_closes_deletes_undeletes_and_commits_late_within_two_weeks) {
  World world(sizes());
  const RowNumber deals = world.table(kDeal).size();
  Life life(world, {.changes_a_day = 2, .late_share = 0.2});
  std::size_t under_way = 0;
  bool deleted = false;
  for (int hour = 0; hour < 14 * 24; ++hour) {
    life.advance_to(world.now() + hours(1));
    under_way = std::max(under_way, world.in_flight());
    for (RowNumber row = 0; row < deals; ++row) deleted = deleted || world.table(kDeal).deleted(row);
  }
  EXPECT_GT(world.table(kDeal).size(), deals);
  EXPECT_GT(under_way, 0U);
  EXPECT_TRUE(deleted);
}

TEST(Life, is_quiet_when_told_so_and_still_does_what_is_asked) {
  World world(sizes());
  Life life(world, {.quiet = true});
  life.advance_to(world.now() + days(7));
  EXPECT_EQ(world.changes_made(), 0U);
  EXPECT_EQ(life.change(25), 25U);
  EXPECT_EQ(world.changes_made(), 25U);
}

TEST(Life, a_mass_update_gives_all_of_them_one_stamp) {
  World world(sizes(5000));
  Life life(world, {.quiet = true});
  life.advance_to(world.now() + hours(1));
  ASSERT_EQ(life.mass_update(2500), 2500U);
  RowNumber same = 0;
  for (RowNumber row = 0; row < world.table(kDeal).size(); ++row)
    same += world.table(kDeal).changed(row) == world.now() ? 1 : 0;
  EXPECT_EQ(same, 2500U);
}

}  // namespace
}  // namespace plumbline::sandbox
