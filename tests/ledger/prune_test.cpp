#include "ledger/prune.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <tuple>

#include "ledger/query.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr Instant kNow{std::chrono::sys_days{std::chrono::year{2024} / 6 / 1} + std::chrono::hours{12}};

Ledger new_ledger(const TempFolder& folder) {
  Result<Ledger> ledger =
      Ledger::open(folder.path_of("a.ledger"), {.access = DatabaseAccess::kCreate, .now = kNow});
  EXPECT_TRUE(ledger) << ledger.error().to_string();
  return *std::move(ledger);
}

void execute(const Ledger& ledger, const std::string& sql) {
  const Status done = ledger.database().execute(sql);
  ASSERT_TRUE(done) << done.error().to_string() << "\n" << sql;
}

std::int64_t ask(const Ledger& ledger, std::string_view sql) {
  const Result<std::int64_t> answer = ask_integer(ledger.database(), sql, {});
  EXPECT_TRUE(answer) << answer.error().to_string();
  return answer.value_or(-1);
}

std::vector<std::string> texts(const Ledger& ledger, std::string_view sql) {
  std::vector<std::string> rows;
  const Status read = for_each_row(ledger.database(), sql, {}, [&](const Statement& row) {
    rows.emplace_back(row.is_null(0) ? "NULL" : row.text(0));
  });
  EXPECT_TRUE(read) << read.error().to_string();
  return rows;
}

// What a change says, moments as small numbers.
struct Change {
  std::int64_t id = 0;
  std::int64_t field = 0;
  std::string record;
  std::int64_t happened = 0;
  std::int64_t seen = 0;
  std::optional<std::int64_t> superseded{};
  bool is_history = false;
  std::string before{};
  std::string after{};
};

std::vector<Change> changes_of(const Ledger& ledger) {
  std::vector<Change> changes;
  const Status read = for_each_row(ledger.database(),
                                   "SELECT id, field, record, happened_at, seen_at, superseded_at, history, "
                                   "old, new FROM change ORDER BY id",
                                   {}, [&](const Statement& row) {
                                     changes.push_back({.id = row.integer(0),
                                                        .field = row.integer(1),
                                                        .record = std::string(row.text(2)),
                                                        .happened = row.integer(3),
                                                        .seen = row.integer(4),
                                                        .is_history = !row.is_null(6),
                                                        .before = std::string(row.text(7)),
                                                        .after = std::string(row.text(8))});
                                     if (!row.is_null(5)) changes.back().superseded = row.integer(5);
                                   });
  EXPECT_TRUE(read);
  return changes;
}

// The value at `as_of`, as known at `known_at`, by its definition.
std::string value_at(const std::vector<Change>& changes, std::int64_t field, std::string_view record,
                     std::int64_t as_of, std::int64_t known_at) {
  const Change* newest_before = nullptr;
  const Change* oldest = nullptr;
  const Change* first_unseen = nullptr;
  const auto order = [](const Change& a) { return std::tuple(a.happened, a.id); };
  for (const Change& one : changes) {
    if (one.field != field || one.record != record) continue;
    if (one.seen > known_at) {
      if (!one.is_history && (first_unseen == nullptr || one.seen < first_unseen->seen)) first_unseen = &one;
      continue;
    }
    if (one.superseded && *one.superseded <= known_at) continue;
    if (one.happened <= as_of && (newest_before == nullptr || order(one) > order(*newest_before)))
      newest_before = &one;
    if (oldest == nullptr || order(one) < order(*oldest)) oldest = &one;
  }
  if (newest_before != nullptr) return newest_before->after;
  if (oldest != nullptr) return oldest->before;
  return first_unseen != nullptr ? first_unseen->before : "current";
}

void add_random_changes(const Ledger& ledger, std::mt19937& dice, int count) {
  const auto roll = [&](int below) { return static_cast<int>(dice() % static_cast<unsigned>(below)); };
  for (int i = 0; i < count; ++i) {
    const int happened = roll(30);
    const int seen = happened + roll(30);
    const bool is_history = roll(2) == 0;
    const std::string superseded =
        !is_history && roll(2) == 0 ? std::to_string(seen + 1 + roll(20)) : std::string("NULL");
    execute(ledger,
            fmt::format("INSERT INTO change(org, field, record, old, new, happened_at, seen_at, "
                        "superseded_at, sync, history) VALUES(1, {}, 'r{}', 'o{}', 'n{}', {}, {}, {}, 1, {})",
                        1 + roll(2), roll(2), i, i, happened, seen, superseded, is_history ? "'h'" : "NULL"));
  }
}

TEST(Prune, leaves_every_value_from_the_bound_on_as_it_was) {
  TempFolder folder;
  const Ledger ledger = new_ledger(folder);
  std::mt19937 dice(7);
  std::uint64_t pruned = 0;
  for (int round = 0; round < 60; ++round) {
    execute(ledger, "BEGIN; DELETE FROM change; DELETE FROM pruned");
    add_random_changes(ledger, dice, 24);
    execute(ledger, "COMMIT");
    const std::vector<Change> before = changes_of(ledger);
    const std::int64_t bound = 5 + round % 40;
    Result<Ledger> writer = Ledger::open(ledger.path(), {.access = DatabaseAccess::kWrite, .now = kNow});
    ASSERT_TRUE(writer);
    const PrunePlan plan = {{.kind = PruneKind::kChanges, .before = Instant{std::chrono::seconds{bound}}}};
    const Result<PrunePlan> counted = count_prunable(*writer, plan);
    const Result<PruneOutcome> outcome = prune(*writer, plan, kNow);
    ASSERT_TRUE(counted && outcome);
    const std::vector<Change> after = changes_of(ledger);
    EXPECT_EQ((*counted)[0].rows, before.size() - after.size());
    pruned += before.size() - after.size();
    for (std::int64_t as_of = bound; as_of < 80; as_of += 4) {
      for (std::int64_t known_at = bound; known_at < 80; known_at += 3) {
        for (const auto& [field, record] : {std::pair(1, "r0"), std::pair(1, "r1"), std::pair(2, "r0")}) {
          ASSERT_EQ(value_at(after, field, record, as_of, known_at),
                    value_at(before, field, record, as_of, known_at))
              << "round " << round << ", bound " << bound << ", as of " << as_of << ", known at " << known_at;
        }
      }
    }
  }
  EXPECT_GT(pruned, 200U);
}

TEST(Prune, keeps_the_newest_change_before_the_bound) {
  TempFolder folder;
  Ledger ledger = new_ledger(folder);
  for (const int happened : {100, 200, 300, 900}) {
    execute(ledger,
            fmt::format("INSERT INTO change(org, field, record, old, new, happened_at, seen_at, sync) "
                        "VALUES(1, 1, 'r', 'a', 'b', {}, {}, 1)",
                        happened, happened));
  }
  const PrunePlan plan = {{.kind = PruneKind::kChanges, .before = Instant{std::chrono::seconds{500}}}};
  const Result<PruneOutcome> outcome = prune(ledger, plan, kNow);
  ASSERT_TRUE(outcome) << outcome.error().to_string();
  EXPECT_THAT(texts(ledger, "SELECT happened_at FROM change ORDER BY happened_at"),
              ElementsAre("300", "900"));
}

TEST(Prune, remembers_its_bound_and_refuses_older_questions) {
  TempFolder folder;
  Ledger ledger = new_ledger(folder);
  EXPECT_TRUE(check_still_known(ledger, Instant{}, Instant{}));
  execute(ledger,
          "INSERT INTO change(org, field, record, old, new, happened_at, seen_at, sync) VALUES"
          "(1, 1, 'r', 'a', 'b', 100, 100, 1), (1, 1, 'r', 'b', 'c', 200, 200, 1)");
  const Instant bound{std::chrono::seconds{500}};
  ASSERT_TRUE(prune(ledger, {{.kind = PruneKind::kChanges, .before = bound}}, kNow));
  EXPECT_EQ(*changes_complete_from(ledger), bound);
  EXPECT_TRUE(check_still_known(ledger, bound, kNow));
  const Status late = check_still_known(ledger, kNow, bound - std::chrono::seconds{1});
  ASSERT_FALSE(late);
  EXPECT_THAT(late.error().message, HasSubstr("changes before 1970-01-01T00:08:20Z were pruned"));
  EXPECT_FALSE(check_still_known(ledger, bound - std::chrono::seconds{1}, kNow));
}

TEST(Prune, logs_each_kind_it_took_something_of) {
  TempFolder folder;
  Ledger ledger = new_ledger(folder);
  execute(ledger,
          "INSERT INTO sync(id, org, source, seen_at, written_at, complete) VALUES"
          "(1, 1, 'folder:a', '2020-01-01T00:00:00Z', '2024-01-01T00:00:00Z', 0),"
          "(2, 1, 'folder:a', '2020-01-02T00:00:00Z', '2024-05-01T00:00:00Z', 0);"
          "INSERT INTO reject(org, sync, file, line, column_name, reason, raw) VALUES"
          "(1, 1, 'a.csv', 2, '', 'no id', ''), (1, 1, 'a.csv', 3, '', 'no id', ''), (1, 2, 'a.csv', 2, '', "
          "'no id', '')");
  const PrunePlan plan =
      plan_pruning({.changes = RetentionSpan{.count = 1, .unit = RetentionSpan::Unit::kYears},
                    .rejects = RetentionSpan{.count = 90}},
                   kNow);
  const Result<PruneOutcome> outcome = prune(ledger, plan, kNow);
  ASSERT_TRUE(outcome) << outcome.error().to_string();
  EXPECT_EQ(ask(ledger, "SELECT count(*) FROM reject"), 1);
  EXPECT_EQ(ask(ledger, "SELECT count(*) FROM pruned"), 1);
  EXPECT_THAT(texts(ledger, "SELECT entry FROM audit_entry WHERE kind = 'records.pruned'"),
              ElementsAre(HasSubstr(R"("pruned":"rejects","before":"2024-03-03T12:00:00Z","rows":2)")));
  const Result<PruneOutcome> again = prune(ledger, plan, kNow);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->done.empty());
  EXPECT_EQ(ask(ledger, "SELECT count(*) FROM audit_entry WHERE kind = 'records.pruned'"), 1);
}

void fill_raw(const Ledger& ledger) {
  execute(ledger, R"sql(
    INSERT INTO sync(id, org, source, seen_at, written_at, complete) VALUES
      (1, 1, 'folder:a', '2022-01-01T00:00:00Z', '2022-01-01T00:00:00Z', 0),
      (2, 1, 'folder:a', '2024-05-01T00:00:00Z', '2024-05-01T00:00:00Z', 0);
    INSERT INTO object(id, org, name, id_rule) VALUES(1, 1, 'Deal', 'any'), (2, 1, 'DealHistory', 'any');
    INSERT INTO field(id, org, object, name, type, is_column, first_sync, last_sync) VALUES
      (1, 1, 1, 'Name', 'text', 1, 1, 1), (2, 1, 1, 'Old"Note', 'text', 0, 1, 1), (3, 1, 1, 'Colour', 'text', 0, 1, 2);
    CREATE TABLE "Deal"("Name" TEXT, _org INTEGER, _key TEXT, _deleted INTEGER, _first_seen TEXT, _changed_at TEXT,
                        _sync INTEGER, _other TEXT, _unread TEXT);
    CREATE VIEW "DealHistory" AS SELECT 1 AS a;
    INSERT INTO "Deal"(_org, _key, _deleted, _changed_at, _other) VALUES
      (1, 'a', 0, '2022-01-01T00:00:00Z', '{"Old\"Note":"x","Colour":null}'),
      (1, 'b', 1, '2022-01-01T00:00:00Z', '{"Old\"Note":"y","Colour":"red"}'),
      (1, 'c', 1, '2024-05-01T00:00:00Z', '{"Old\"Note":"z"}'),
      (1, 'd', 0, '2024-05-01T00:00:00Z', NULL))sql");
}

TEST(Prune, takes_raw_columns_of_deleted_records_and_those_no_longer_delivered) {
  TempFolder folder;
  Ledger ledger = new_ledger(folder);
  fill_raw(ledger);
  const PrunePlan plan =
      plan_pruning({.raw = RetentionSpan{.count = 1, .unit = RetentionSpan::Unit::kYears}}, kNow);
  const Result<PrunePlan> counted = count_prunable(ledger, plan);
  ASSERT_TRUE(counted) << counted.error().to_string();
  EXPECT_EQ((*counted)[0].rows, 3U);
  const Result<PruneOutcome> outcome = prune(ledger, plan, kNow);
  ASSERT_TRUE(outcome) << outcome.error().to_string();
  EXPECT_EQ(outcome->done[0].rows, 3U);
  EXPECT_THAT(texts(ledger, R"(SELECT _other FROM "Deal" ORDER BY _key)"),
              ElementsAre(R"({"Colour":null})", "NULL", "NULL", "NULL"));
  // Missing is not null: a policy that asks for the column learns that it is not there.
  EXPECT_THAT(texts(ledger, "SELECT name FROM field WHERE first_sync IS NULL"), ElementsAre("Old\"Note"));
}

TEST(Prune, plans_nothing_where_everything_is_kept) { EXPECT_TRUE(plan_pruning({}, kNow).empty()); }

}  // namespace
}  // namespace plumbline
