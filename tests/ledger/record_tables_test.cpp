#include "ledger/record_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kept = RecordTables::Kept;

constexpr Instant kNoon{std::chrono::seconds{1'717'243'200}};

class RecordTablesTest : public ::testing::Test {
 protected:
  RecordTablesTest()
      : ledger_(
            *Ledger::open(folder_.path_of("a.ledger"), {.access = DatabaseAccess::kCreate, .now = kNoon})) {}

  std::size_t ensure(const Schema& schema, std::string_view object) {
    RecordTables tables = *RecordTables::read(ledger_);
    const auto done =
        tables.ensure(schema, *schema.find_object(object), RecordIds::kAnyText, Kept::kAsRecords);
    EXPECT_TRUE(done) << done.error().to_string();
    return *done;
  }
  void run(const std::string& sql) {
    const Status done = ledger_.database().execute(sql);
    EXPECT_TRUE(done) << done.error().to_string();
  }
  // Each row's cells with | between them; NULL for null.
  std::vector<std::string> rows(const std::string& sql, int columns) {
    auto statement = ledger_.database().prepare(sql);
    EXPECT_TRUE(statement) << statement.error().to_string();
    std::vector<std::string> found;
    while (*(*statement)->step()) {
      std::string& row = found.emplace_back();
      for (int i = 0; i < columns; ++i) {
        row += i == 0 ? "" : "|";
        row += (*statement)->is_null(i) ? "NULL" : std::string((*statement)->text(i));
      }
    }
    return found;
  }

  TempFolder folder_;
  Ledger ledger_;
};

TEST_F(RecordTablesTest, a_table_has_a_typed_column_for_each_field) {
  ensure(Schema::standard(), "Opportunity");
  EXPECT_THAT(rows("SELECT name, type FROM pragma_table_info('Opportunity') WHERE name IN "
                   "('Id','Amount','Probability','IsWon','CloseDate','_key') ORDER BY name",
                   2),
              ElementsAre("Amount|NUMERIC", "CloseDate|TEXT", "Id|TEXT", "IsWon|INTEGER", "Probability|REAL",
                          "_key|TEXT"));
}

TEST_F(RecordTablesTest, what_is_known_is_read_again) {
  ensure(Schema::standard(), "Account");
  const RecordTables again = *RecordTables::read(ledger_);
  const RecordObject* const account = again.find("account");
  ASSERT_NE(account, nullptr);
  EXPECT_EQ(account->ids, RecordIds::kAnyText);
  EXPECT_EQ(account->fields[*account->find("Max_Family_Employees__c")].type, FieldType::kNumber);
  EXPECT_FALSE(account->fields[0].first_sync.has_value());
}

// Were one of them forgotten, an object of that name would be kept in a table of the ledger's own.
TEST_F(RecordTablesTest, no_object_lies_in_a_table_of_the_ledgers_own) {
  for (const std::string& name : rows("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')", 1))
    EXPECT_EQ(record_table_name(name), "records_" + name);
  EXPECT_EQ(record_table_name("Violation"), "records_Violation");
  EXPECT_EQ(record_table_name("Opportunity"), "Opportunity");
}

TEST_F(RecordTablesTest, names_with_quotes_are_names) {
  Schema schema;
  const std::size_t object = schema.add_object(R"(O"dd; DROP TABLE sync)");
  schema.add_field(object, {.name = R"(Say "when")", .label = ""});
  ensure(schema, schema.object(object).name);
  EXPECT_THAT(rows(R"(SELECT "Say ""when""" FROM "O""dd; DROP TABLE sync")", 1), IsEmpty());
  EXPECT_THAT(rows("SELECT count(*) FROM sync", 1), ElementsAre("0"));
}

class AdoptionTest : public RecordTablesTest {
 protected:
  AdoptionTest() {
    Schema schema;
    const std::size_t object = schema.add_object("Deal__c");
    RecordTables tables = *RecordTables::read(ledger_);
    const auto done = tables.ensure(schema, object, RecordIds::kAnyText, Kept::kAsRecords);
    const std::size_t price = *tables.ensure_field(*done, "Price");
    EXPECT_TRUE(tables.note_delivery(*done, price, 1));
    insert(1, R"('{"Price":"12.50","Colour":"red"}')");
    insert(2, R"('{"Price":"cheap"}')");
    insert(3, R"('{"Price":null}')");
    insert(4, "NULL");
  }
  void insert(int key, const std::string& other) {
    run(fmt::format(
        R"(INSERT INTO "Deal__c"("_org","_key","_deleted","_first_seen","_changed_at","_sync","_other") )"
        "VALUES(1, '{}', 0, '', '', 1, {})",
        key, other));
  }
  void declare(FieldType type) {
    Schema schema;
    const std::size_t object = schema.add_object("Deal__c");
    schema.add_field(object, {.name = "Price", .label = "", .type = type});
    ensure(schema, "Deal__c");
  }
  std::vector<std::string> prices() {
    return rows(R"(SELECT "Price", typeof("Price"), "_other", "_unread" FROM "Deal__c" ORDER BY "_key")", 4);
  }
};

TEST_F(AdoptionTest, a_field_that_is_declared_later_gets_its_values_typed) {
  declare(FieldType::kMoney);
  EXPECT_THAT(prices(),
              ElementsAre(R"(12.5|real|{"Colour":"red"}|NULL)", R"(NULL|null|NULL|{"Price":"cheap"})",
                          "NULL|null|NULL|NULL", R"(NULL|null|NULL|{"Price":null})"));
}

TEST_F(AdoptionTest, a_field_that_is_declared_anew_is_read_anew) {
  declare(FieldType::kMoney);
  declare(FieldType::kText);
  EXPECT_THAT(prices(), ElementsAre(R"(12.50|text|{"Colour":"red"}|NULL)", "cheap|text|NULL|NULL",
                                    "NULL|null|NULL|NULL", R"(NULL|null|NULL|{"Price":null})"));
  declare(FieldType::kNumber);
  EXPECT_THAT(prices(),
              ElementsAre(R"(12.5|real|{"Colour":"red"}|NULL)", R"(NULL|null|NULL|{"Price":"cheap"})",
                          "NULL|null|NULL|NULL", R"(NULL|null|NULL|{"Price":null})"));
}

TEST_F(AdoptionTest, another_organisation_with_another_type_keeps_its_values_aside) {
  declare(FieldType::kMoney);
  Ledger other = *Ledger::open(folder_.path_of("a.ledger"),
                               {.access = DatabaseAccess::kCreate, .organisation = "other", .now = kNoon});
  RecordTables tables = *RecordTables::read(other);
  Schema schema;
  const std::size_t object = schema.add_object("Deal__c");
  schema.add_field(object, {.name = "Price", .label = "", .type = FieldType::kText});
  const auto done = tables.ensure(schema, object, RecordIds::kAnyText, Kept::kAsRecords);
  ASSERT_TRUE(done) << done.error().to_string();
  const RecordObject& deals = tables.at(*done);
  EXPECT_FALSE(deals.fields[*deals.find("Price")].is_column);
}

}  // namespace
}  // namespace plumbline
