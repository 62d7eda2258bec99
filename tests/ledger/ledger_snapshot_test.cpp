#include "ledger/ledger_snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/ledger/ledger_maker.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr Instant kMay{std::chrono::sys_days{std::chrono::year{2024} / 5 / 1}};
constexpr Instant kJune{std::chrono::sys_days{std::chrono::year{2024} / 6 / 1}};
constexpr Instant kJuly{std::chrono::sys_days{std::chrono::year{2024} / 7 / 1}};

class LedgerSnapshot : public ::testing::Test {
 protected:
  LoadedData load(const std::vector<std::string>& fields, const LedgerMoment& moment = {},
                  const std::vector<std::string>& changes = {}, unsigned threads = 1) {
    const auto schema = maker_.known_schema();
    Result<LoadedData> data =
        load_snapshot(maker_.ledger(), schema, LedgerMaker::needs(*schema, "Opportunity", fields, changes),
                      moment, {.threads = threads});
    EXPECT_TRUE(data) << data.error().to_string();
    return *std::move(data);
  }
  // One field of all opportunities.
  std::vector<std::string> cells(const std::string& field, const LedgerMoment& moment = {}) {
    const LoadedData data = load({field}, moment);
    const Schema& schema = data.snapshot->schema();
    const Table& table = *data.snapshot->table(*schema.find_object("Opportunity"));
    std::vector<std::string> shown;
    for (RowIndex row = 0; row < table.rows(); ++row)
      shown.push_back(shown_cell(table, schema, field, row) + (table.visible(row) ? "" : " (not visible)"));
    return shown;
  }

  TempFolder folder_;
  LedgerMaker maker_{folder_.path_of("a.ledger")};
};

TEST_F(LedgerSnapshot, gives_back_each_type) {
  maker_.sync(kMay, "Opportunity",
              {"Id", "Name", "Amount", "Probability", "IsWon", "CloseDate", "CreatedDate", "AccountId"});
  maker_.record("Opportunity", "deal1",
                {{"Id", "deal1"},
                 {"Name", "Copper \"Kettle\"\nÜ"},
                 {"Amount", "1234.56"},
                 {"Probability", "0.1"},
                 {"IsWon", "true"},
                 {"CloseDate", "2024-06-30"},
                 {"CreatedDate", "2024-01-02T03:04:05Z"},
                 {"AccountId", "acme"}},
                kMay);
  maker_.record("Opportunity", "deal2", {{"Id", "deal2"}, {"Amount", "9999999999999999"}, {"IsWon", "false"}},
                kMay);
  EXPECT_THAT(cells("Name"), ElementsAre("Copper \"Kettle\"\nÜ", "-"));
  EXPECT_THAT(cells("Amount"), ElementsAre("1234.56", "9999999999999999.00"));
  EXPECT_THAT(cells("Probability"), ElementsAre("0.1", "-"));
  EXPECT_THAT(cells("IsWon"), ElementsAre("true", "false"));
  EXPECT_THAT(cells("CloseDate"), ElementsAre("2024-06-30", "-"));
  EXPECT_THAT(cells("CreatedDate"), ElementsAre("2024-01-02T03:04:05Z", "-"));
  EXPECT_THAT(cells("AccountId"), ElementsAre("acme", "-"));
}

TEST_F(LedgerSnapshot, a_column_no_sync_brought_is_absent) {
  maker_.sync(kMay, "Opportunity", {"Id"});
  maker_.record("Opportunity", "deal1", {{"Id", "deal1"}}, kMay);
  EXPECT_THAT(cells("NextStep"), ElementsAre("absent"));
  const LoadedData data = load({"NextStep"});
  const Schema& schema = data.snapshot->schema();
  const std::size_t opportunity = *schema.find_object("Opportunity");
  EXPECT_FALSE(data.snapshot->table(opportunity)->has(*schema.object(opportunity).find("NextStep")));
}

TEST_F(LedgerSnapshot, a_record_that_came_without_a_column_does_not_tell_it) {
  maker_.sync(kMay, "Opportunity", {"Id", "NextStep"});
  maker_.record("Opportunity", "deal1", {{"Id", "deal1"}}, kMay);
  maker_.sync(kJune, "Opportunity", {"Id"});
  maker_.record("Opportunity", "deal2", {{"Id", "deal2"}}, kJune);
  EXPECT_THAT(cells("NextStep"), ElementsAre("-", "?"));
}

TEST_F(LedgerSnapshot, cells_that_could_not_be_read_are_unknown) {
  maker_.sync(kMay, "Opportunity", {"Id", "CloseDate", "Amount", "Name"});
  maker_.record("Opportunity", "deal1", {{"Id", "deal1"}}, kMay, false, "",
                R"({"CloseDate":"soon","Name":"\uFFFD"})");
  EXPECT_THAT(cells("CloseDate"), ElementsAre("?"));
  EXPECT_THAT(cells("Name"), ElementsAre("?"));
  EXPECT_THAT(cells("Amount"), ElementsAre("-"));
}

TEST_F(LedgerSnapshot, amounts_no_column_can_hold_are_known) {
  maker_.sync(kMay, "Opportunity", {"Id", "Amount"});
  maker_.record("Opportunity", "deal1", {{"Id", "deal1"}}, kMay, false, "",
                R"({"Amount":"1234567890123456.78"})");
  EXPECT_THAT(cells("Amount"), ElementsAre("1234567890123456.78"));
}

TEST_F(LedgerSnapshot, columns_nobody_declared_are_texts) {
  maker_.sync(kMay, "Opportunity", {"Id", "Colour"});
  maker_.record("Opportunity", "deal1", {{"Id", "deal1"}}, kMay, false, R"({"Colour":"red"})");
  maker_.record("Opportunity", "deal2", {{"Id", "deal2"}}, kMay, false, R"({"Colour":null})");
  maker_.record("Opportunity", "deal3", {{"Id", "deal3"}}, kMay);
  EXPECT_THAT(cells("Colour"), ElementsAre("red", "-", "-"));
}

TEST_F(LedgerSnapshot, another_organisations_records_are_not_there) {
  maker_.sync(kMay, "Opportunity", {"Id", "Name"});
  maker_.record("Opportunity", "deal1", {{"Id", "deal1"}, {"Name", "ours"}}, kMay);
  maker_.record("Opportunity", "deal2", {{"Id", "deal2"}, {"Name", "theirs"}}, kMay);
  maker_.run("INSERT INTO organisation(name, made_at, last_at) VALUES('other', '', '')");
  maker_.run(R"(UPDATE "Opportunity" SET "_org" = 2 WHERE "_key" = 'deal2')");
  EXPECT_THAT(cells("Name"), ElementsAre("ours"));
}

TEST_F(LedgerSnapshot, deleted_records_are_not_visible) {
  maker_.sync(kMay, "Opportunity", {"Id", "Name"});
  maker_.record("Opportunity", "deal1", {{"Id", "deal1"}, {"Name", "gone"}}, kMay, true);
  EXPECT_THAT(cells("Name"), ElementsAre("gone (not visible)"));
}

TEST_F(LedgerSnapshot, records_are_found_by_their_ids) {
  maker_.sync(kMay, "Opportunity", {"Id", "AccountId"});
  maker_.record("Opportunity", "deal1", {{"Id", "deal1"}, {"AccountId", "acme"}}, kMay);
  maker_.sync(kMay, "Account", {"Id", "Name"});
  maker_.record("Account", "other", {{"Id", "other"}, {"Name", "Other"}}, kMay);
  maker_.record("Account", "acme", {{"Id", "acme"}, {"Name", "Acme"}}, kMay);
  const auto schema = maker_.known_schema();
  const std::size_t opportunity = *schema->find_object("Opportunity");
  const std::size_t account = *schema->find_object("Account");
  const std::size_t reference = *schema->object(opportunity).find("AccountId");
  DataNeeds needs = LedgerMaker::needs(*schema, "Opportunity", {"AccountId"});
  needs.add_field(account, *schema->object(account).find("Name"));
  needs.passing_lookups.emplace(opportunity, reference);
  const Result<LoadedData> data = load_snapshot(maker_.ledger(), schema, needs, {});
  ASSERT_TRUE(data) << data.error().to_string();
  EXPECT_EQ(data->snapshot->target(opportunity, reference, 0), 1U);
  EXPECT_EQ(data->counts.size(), 2U);
}

TEST_F(LedgerSnapshot, is_the_same_for_two_threads) {
  maker_.sync(kMay, "Opportunity", {"Id", "Name", "Amount", "StageName", "CloseDate"});
  maker_.run("BEGIN");
  constexpr int kMany = 20'500;
  for (int i = 0; i < kMany; ++i) {
    const std::string id = fmt::format("deal{}", i);
    maker_.record("Opportunity", id,
                  {{"Id", id}, {"Name", fmt::format("Deal {}", i)}, {"Amount", fmt::format("{}.25", i)}},
                  kMay, i % 7 == 0);
  }
  maker_.run("COMMIT");
  const std::vector<std::string> fields = {"Id", "Name", "Amount", "StageName", "CloseDate"};
  const LoadedData one = load(fields, {}, {}, 1);
  const LoadedData two = load(fields, {}, {}, 2);
  const Schema& schema = one.snapshot->schema();
  const std::size_t opportunity = *schema.find_object("Opportunity");
  const Table& a = *one.snapshot->table(opportunity);
  const Table& b = *two.snapshot->table(opportunity);
  ASSERT_EQ(a.rows(), static_cast<std::size_t>(kMany));
  ASSERT_EQ(b.rows(), a.rows());
  for (RowIndex row = 0; row < a.rows(); ++row) {
    ASSERT_EQ(a.deleted(row), b.deleted(row));
    for (const std::string& field : fields)
      ASSERT_EQ(shown_cell(a, schema, field, row), shown_cell(b, two.snapshot->schema(), field, row)) << row;
  }
}

// A field map is named once, when the records come.
TEST(LedgerSchema, has_the_types_labels_and_references_of_a_field_map) {
  TempFolder folder;
  Schema mapped = Schema::standard();
  const std::size_t deal = *mapped.find_object("Opportunity");
  mapped.add_field(
      deal,
      {.name = "Partner__c", .label = "Our Partner", .type = FieldType::kReference, .references = "Account"});
  mapped.add_field(deal, {.name = "NextStep", .label = "", .type = FieldType::kMultiPicklist});
  LedgerMaker maker(folder.path_of("a.ledger"), mapped);
  maker.sync(kMay, "Opportunity", {"Id", "Partner__c", "Colour"});
  Schema schema = Schema::standard();
  add_to_schema(*known_in_ledger(maker.ledger(), {}), nullptr, schema);
  const ObjectSchema& object = schema.object(*schema.find_object("Opportunity"));
  const FieldSchema& partner = object.fields[*object.find("Partner__c")];
  EXPECT_EQ(partner.type, FieldType::kReference);
  EXPECT_EQ(partner.references, "Account");
  EXPECT_EQ(partner.label, "Our Partner");
  EXPECT_EQ(object.fields[*object.find("NextStep")].type, FieldType::kMultiPicklist);
  EXPECT_EQ(object.fields[*object.find("NextStep")].label, "Next Step");
  EXPECT_EQ(object.fields[*object.find("AccountId")].references, "Account");
  EXPECT_EQ(object.fields[*object.find("Colour")].type, FieldType::kText);
}

// ---- what was known when

TEST_F(LedgerSnapshot, says_what_to_ask_where_it_knew_nothing_yet) {
  maker_.sync(kJune, "Opportunity", {"Id"});
  const Result<Catalogue> known = known_in_ledger(maker_.ledger(), {.as_of = kMay});
  ASSERT_FALSE(known);
  EXPECT_EQ(known.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(known.error().message, HasSubstr("--known-at 2024-06-01T00:00:00Z"));
}

TEST_F(LedgerSnapshot, an_empty_ledger_says_so) {
  const Result<Catalogue> known = known_in_ledger(maker_.ledger(), {});
  ASSERT_FALSE(known);
  EXPECT_THAT(known.error().message, HasSubstr("plumbline ingest"));
}

TEST_F(LedgerSnapshot, a_column_is_absent_before_it_was_brought) {
  maker_.sync(kMay, "Opportunity", {"Id"});
  maker_.sync(kJune, "Opportunity", {"Id", "NextStep"});
  maker_.record("Opportunity", "deal1", {{"Id", "deal1"}, {"NextStep", "call"}}, kMay);
  EXPECT_THAT(cells("NextStep", {.as_of = kMay}), ElementsAre("absent"));
  EXPECT_THAT(cells("NextStep", {.as_of = kMay, .known_at = kJune}), ElementsAre("call"));
}

TEST_F(LedgerSnapshot, a_record_without_creation_exists_from_when_it_was_seen) {
  maker_.sync(kMay, "Opportunity", {"Id", "Name"});
  maker_.sync(kJune, "Opportunity", {"Id", "Name"});
  maker_.record("Opportunity", "deal1", {{"Id", "deal1"}, {"Name", "early"}}, kMay);
  maker_.record("Opportunity", "deal2", {{"Id", "deal2"}, {"Name", "late"}}, kJune);
  EXPECT_THAT(cells("Name", {.as_of = kMay, .known_at = kJuly}), ElementsAre("early"));
  EXPECT_THAT(cells("Name", {.as_of = kJune, .known_at = kJuly}), ElementsAre("early", "late"));
}

TEST_F(LedgerSnapshot, former_values_are_read_as_the_fields_type) {
  maker_.sync(kMay, "Opportunity", {"Id", "CloseDate", "IsWon", "Amount"});
  maker_.sync(kJune, "Opportunity", {"Id", "CloseDate", "IsWon", "Amount"});
  maker_.record("Opportunity", "deal1", {{"Id", "deal1"}, {"CloseDate", "2024-09-30"}}, kMay);
  for (const auto& [field, old] :
       {std::pair{"CloseDate", "2024-05-15"}, std::pair{"IsWon", "true"}, std::pair{"Amount", "a lot"}}) {
    maker_.change({.record = "deal1", .field = field, .old = old, .happened_at = kJune, .seen_at = kJune});
  }
  EXPECT_THAT(cells("CloseDate", {.as_of = kMay}), ElementsAre("2024-05-15"));
  EXPECT_THAT(cells("IsWon", {.as_of = kMay}), ElementsAre("true"));
  EXPECT_THAT(cells("Amount", {.as_of = kMay}), ElementsAre("?"));
}

// ---- histories

class LedgerHistory : public LedgerSnapshot {
 protected:
  // "old>new at TIME" of one record's field.
  static std::vector<std::string> changes(const LoadedData& data, const std::string& field,
                                          RowIndex row = 0) {
    const Snapshot& snapshot = *data.snapshot;
    const std::size_t opportunity = *snapshot.schema().find_object("Opportunity");
    const std::size_t index = *snapshot.schema().object(opportunity).find(field);
    std::vector<std::string> shown;
    for (const FieldChange& change : snapshot.changes(opportunity, index, row)) {
      shown.push_back(fmt::format("{}>{} at {}", snapshot.old_value(opportunity, change).text,
                                  snapshot.new_value(opportunity, change).text, format_instant(change.at)));
    }
    return shown;
  }
  static bool is_tracked(const LoadedData& data, const std::string& field) {
    const std::size_t opportunity = *data.snapshot->schema().find_object("Opportunity");
    return data.snapshot->is_tracked(opportunity, *data.snapshot->schema().object(opportunity).find(field));
  }
  static std::optional<Instant> since(const LoadedData& data, const std::string& field) {
    const std::size_t opportunity = *data.snapshot->schema().find_object("Opportunity");
    return data.snapshot->changes_known_since(opportunity,
                                              *data.snapshot->schema().object(opportunity).find(field));
  }
};

TEST_F(LedgerHistory, one_look_at_records_is_no_history) {
  maker_.sync(kMay, "Opportunity", {"Id", "StageName"});
  maker_.record("Opportunity", "deal1", {{"Id", "deal1"}}, kMay);
  EXPECT_FALSE(is_tracked(load({"StageName"}, {}, {"StageName"}), "StageName"));
}

TEST_F(LedgerHistory, what_two_looks_saw_is_one_and_says_since_when) {
  maker_.sync(kMay, "Opportunity", {"Id", "StageName", "NextStep"});
  maker_.sync(kJune, "Opportunity", {"Id", "StageName", "NextStep"});
  maker_.record("Opportunity", "deal1", {{"Id", "deal1"}, {"StageName", "2"}}, kMay);
  maker_.change({.record = "deal1",
                 .field = "StageName",
                 .old = "1",
                 .now = "2",
                 .happened_at = kJune,
                 .seen_at = kJune});
  const LoadedData data = load({"StageName"}, {}, {"StageName", "NextStep"});
  EXPECT_THAT(changes(data, "StageName"), ElementsAre("1>2 at 2024-06-01T00:00:00Z"));
  EXPECT_TRUE(is_tracked(data, "NextStep"));
  EXPECT_EQ(since(data, "StageName"), kMay);
}

TEST_F(LedgerHistory, what_the_crm_tells_is_known_from_the_beginning) {
  const std::int64_t sync = maker_.sync(kMay, "Opportunity", {"Id", "StageName"});
  maker_.deliver(sync, "OpportunityFieldHistory", {"Id"}, RecordTables::Kept::kAsChanges);
  maker_.record("Opportunity", "deal1", {{"Id", "deal1"}, {"StageName", "2"}}, kMay);
  maker_.change({.record = "deal1",
                 .field = "StageName",
                 .old = "1",
                 .now = "2",
                 .happened_at = kMay - std::chrono::hours{24},
                 .seen_at = kMay,
                 .history = "017x"});
  const LoadedData data = load({"StageName"}, {}, {"StageName", "NextStep"});
  EXPECT_THAT(changes(data, "StageName"), ElementsAre("1>2 at 2024-04-30T00:00:00Z"));
  EXPECT_FALSE(since(data, "StageName"));
  EXPECT_FALSE(is_tracked(data, "NextStep"));
}

TEST_F(LedgerHistory, what_was_replaced_counts_only_before) {
  maker_.sync(kMay, "Opportunity", {"Id", "StageName"});
  maker_.sync(kJune, "Opportunity", {"Id", "StageName"});
  maker_.sync(kJuly, "Opportunity", {"Id", "StageName"});
  maker_.record("Opportunity", "deal1", {{"Id", "deal1"}, {"StageName", "3"}}, kMay);
  maker_.change({.record = "deal1",
                 .field = "StageName",
                 .old = "1",
                 .now = "3",
                 .happened_at = kJune,
                 .seen_at = kJune,
                 .superseded_at = kJuly});
  maker_.change({.record = "deal1",
                 .field = "StageName",
                 .old = "1",
                 .now = "2",
                 .happened_at = kMay + std::chrono::hours{1},
                 .seen_at = kJuly,
                 .history = "a"});
  maker_.change({.record = "deal1",
                 .field = "StageName",
                 .old = "2",
                 .now = "3",
                 .happened_at = kMay + std::chrono::hours{2},
                 .seen_at = kJuly,
                 .history = "b"});
  EXPECT_THAT(changes(load({"Id"}, {.as_of = kJune}, {"StageName"}), "StageName"),
              ElementsAre("1>3 at 2024-06-01T00:00:00Z"));
  EXPECT_THAT(changes(load({"Id"}, {}, {"StageName"}), "StageName"),
              ElementsAre("1>2 at 2024-05-01T01:00:00Z", "2>3 at 2024-05-01T02:00:00Z"));
  EXPECT_THAT(changes(load({"Id"}, {.as_of = kMay + std::chrono::hours{1}, .known_at = kJuly}, {"StageName"}),
                      "StageName"),
              ElementsAre("1>2 at 2024-05-01T01:00:00Z"));
}

// ---- violations

class LedgerViolations : public LedgerSnapshot {
 protected:
  LedgerViolations() {
    maker_.sync(kMay, "Opportunity", {"Id"});
    maker_.run(
        "INSERT INTO run VALUES(1, 1, '2024-05-01T00:00:00Z', '', '[]', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)");
  }
  void violation(int number, const std::string& record) {
    maker_.run(fmt::format(
        "INSERT INTO violation(number, org, pack, policy, object, record, record_key, record_name, "
        "severity, state, owner, owner_name, opened_at, opened_run, changed_at, closed_at, "
        "unknown_since, unknown_reason, times_opened, evidence, digest, message, remedy) "
        "VALUES({}, 1, 'essentials', 'no-next-step', 'Opportunity', "
        "'{}', '{}', '', 'high', 'open', 'u1', '', '', 1, '', NULL, NULL, NULL, 1, '', "
        "x'', '', '')",
        number, record, record));
  }
  void transition(int violation, const std::string& kind, Instant at) {
    maker_.run(
        fmt::format("INSERT INTO transition(org, run, violation, kind, at, owner, audit_seq) "
                    "VALUES(1, 1, {}, '{}', '{}', 'u{}', 0)",
                    violation, kind, format_instant(at), violation));
  }
  // "record owner opened - resolved, waived until" of each.
  std::vector<std::string> spells(const LedgerMoment& moment = {}) {
    const auto schema = maker_.known_schema();
    const std::vector<std::string> fields = {"RecordId", "OwnerId", "OpenedAt", "ResolvedAt", "WaivedUntil"};
    const Result<LoadedData> data =
        load_snapshot(maker_.ledger(), schema, LedgerMaker::needs(*schema, "Violation", fields), moment);
    EXPECT_TRUE(data) << data.error().to_string();
    const Table* const table = data->snapshot->table(*schema->find_object("Violation"));
    if (table == nullptr) return {"none"};
    std::vector<std::string> shown;
    for (RowIndex row = 0; row < table->rows(); ++row) {
      const auto cell = [&](const char* field) {
        return shown_cell(*table, *schema, field, row).substr(0, 10);
      };
      shown.push_back(fmt::format("{} {} {} {} {}", cell("RecordId"), cell("OwnerId"), cell("OpenedAt"),
                                  cell("ResolvedAt"), cell("WaivedUntil")));
    }
    return shown;
  }
};

TEST_F(LedgerViolations, each_time_one_was_open_is_a_record) {
  violation(1, "deal1");
  transition(1, "opened", kMay);
  transition(1, "changed", kMay + std::chrono::hours{1});
  transition(1, "resolved", kJune);
  transition(1, "reopened", kJuly);
  violation(2, "deal2");
  transition(2, "opened", kMay);
  transition(2, "lapsed", kJune);
  violation(3, "deal3");
  transition(3, "opened", kMay);
  transition(3, "retracted", kJune);
  EXPECT_THAT(spells(), ElementsAre("deal1 u1 2024-05-01 2024-06-01 -", "deal1 u1 2024-07-01 - -",
                                    "deal2 u2 2024-05-01 2024-06-01 -"));
}

TEST_F(LedgerViolations, at_a_past_moment_they_are_as_they_stood) {
  violation(1, "deal1");
  transition(1, "opened", kMay);
  transition(1, "resolved", kJune);
  violation(2, "deal2");
  transition(2, "opened", kMay);
  transition(2, "retracted", kJuly);
  EXPECT_THAT(spells({.as_of = kMay}), ElementsAre("deal1 u1 2024-05-01 - -", "deal2 u2 2024-05-01 - -"));
  EXPECT_THAT(spells({.as_of = kMay, .known_at = kJuly}), ElementsAre("deal1 u1 2024-05-01 - -"));
}

TEST_F(LedgerViolations, say_until_when_they_were_waived) {
  violation(1, "deal1");
  transition(1, "opened", kMay);
  violation(2, "deal2");
  transition(2, "opened", kMay);
  maker_.run(
      "INSERT INTO waiver(org, kind, record_key, object, reason, author, made_at, until_at, audit_seq) "
      "VALUES(1, 'waiver', 'deal1', 'Opportunity', '', '', '2024-05-02T00:00:00Z', "
      "'2024-06-15T00:00:00Z', 0)");
  EXPECT_THAT(spells(), ElementsAre("deal1 u1 2024-05-01 - 2024-06-15", "deal2 u2 2024-05-01 - -"));
  EXPECT_THAT(spells({.as_of = kMay}), ElementsAre("deal1 u1 2024-05-01 - -", "deal2 u2 2024-05-01 - -"));
}

TEST_F(LedgerViolations, there_are_none_to_know_where_nobody_ever_judged) {
  maker_.run("DELETE FROM run");
  EXPECT_THAT(spells(), ElementsAre("none"));
}

}  // namespace
}  // namespace plumbline
