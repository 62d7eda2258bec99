#include "ledger/erase_personal.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "ledger/query.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Instant kNow{std::chrono::seconds{1'717'243'200}};
constexpr std::string_view kShort = "005000000000001";
constexpr std::string_view kLong = "005000000000001AAA";

class ErasePersonal : public ::testing::Test {
 protected:
  ErasePersonal() {
    Result<Ledger> opened = Ledger::open(path(), {.access = DatabaseAccess::kCreate, .now = kNow});
    EXPECT_TRUE(opened);
    ledger_.emplace(*std::move(opened));
  }

  std::string path() const { return folder_.path_of("a.ledger"); }
  void execute(const std::string& sql) {
    const Status done = ledger_->database().execute(sql);
    ASSERT_TRUE(done) << done.error().to_string();
  }
  std::vector<std::string> texts(std::string_view sql) {
    std::vector<std::string> rows;
    EXPECT_TRUE(for_each_row(ledger_->database(), sql, {}, [&](const Statement& row) {
      rows.emplace_back(row.is_null(0) ? "NULL" : row.text(0));
    }));
    return rows;
  }
  void log_violations(const std::string& state = "open") {
    Result<LedgerTransaction> transaction = LedgerTransaction::begin(*ledger_, kNow);
    ASSERT_TRUE(transaction);
    for (const auto& [owner, name] : {std::pair(kLong, "Wilhelmina Quist"),
                                      std::pair(std::string_view("005000000000002AAA"), "Bo Lindgren"),
                                      std::pair(kShort, "Wilhelmina Quist")}) {
      const std::string body = fmt::format(R"("owner":"{}")", owner);
      const std::string personal = fmt::format(R"({{"record_name":"Kettle","owner_name":"{}"}})", name);
      ASSERT_TRUE(transaction->log({.kind = "violation.opened", .body = body, .personal = personal}));
    }
    ASSERT_TRUE(transaction->commit());
    execute(R"sql(
      INSERT INTO violation(number, org, pack, policy, object, record, record_key, record_name, severity, state,
                            owner, owner_name, opened_at, opened_run, changed_at, times_opened, evidence, digest,
                            message, remedy) VALUES
        (1, 1, 'p', 'a', 'Opportunity', '006A', '006A', 'Kettle', 'high', ')sql" +
            state + R"sql(', '005000000000001AAA',
         'Wilhelmina Quist', '', 1, '', 1, '{"a":1}', x'00', 'Wilhelmina Quist must act', ''),
        (2, 1, 'p', 'b', 'Opportunity', '006A', '006A', 'Kettle', 'high', 'resolved', '005000000000001',
         'Wilhelmina Quist', '', 1, '', 1, '{"a":1}', x'00', 'Wilhelmina Quist must act', ''),
        (3, 1, 'p', 'c', 'Opportunity', '006A', '006A', 'Kettle', 'high', 'resolved', '005000000000002AAA',
         'Bo Lindgren', '', 1, '', 1, '{"a":1}', x'00', 'Bo must act', '');
      INSERT INTO waiver(number, org, kind, owner, reason, author, made_at, until_at, audit_seq) VALUES
        (1, 1, 'snooze', '005000000000001AAA', 'is ill', 'bo', '', '', 1))sql");
  }
  void add_user(int deleted) {
    execute(R"sql(
      INSERT INTO object(id, org, name, id_rule) VALUES(1, 1, 'User', 'salesforce');
      INSERT INTO field(id, org, object, name, type, is_column) VALUES
        (1, 1, 1, 'Name', 'text', 1), (2, 1, 1, 'ManagerId', 'reference', 1), (3, 1, 1, 'Nick', 'text', 0);
      CREATE TABLE "User"("Name" TEXT, "ManagerId" TEXT, _org INTEGER, _key TEXT, _deleted INTEGER, _other TEXT,
                          _unread TEXT);
      INSERT INTO change(org, field, record, old, new, happened_at, seen_at, sync) VALUES
        (1, 1, '005000000000001', 'Mina Quist', 'Wilhelmina Quist', 1, 1, 1),
        (1, 2, '005000000000001', '0053', '0054', 1, 1, 1),
        (1, 1, '005000000000002', 'Bo', 'Bo Lindgren', 1, 1, 1))sql");
    execute("INSERT INTO \"User\" VALUES('Wilhelmina Quist', '0054', 1, '005000000000001', " +
            std::to_string(deleted) + ", '{\"Nick\":\"Mina\"}', NULL)");
  }
  std::string bytes_of_file() const {
    std::string bytes;
    for (const std::string& file : {path(), path() + "-wal"}) {
      std::ifstream in(file, std::ios::binary);
      bytes += std::string(std::istreambuf_iterator<char>(in), {});
    }
    return bytes;
  }

  TempFolder folder_;
  std::optional<Ledger> ledger_;
};

TEST_F(ErasePersonal, takes_texts_and_salts_of_that_owners_entries_and_no_other) {
  log_violations();
  const std::vector<std::string> before = texts("SELECT entry FROM audit_entry ORDER BY seq");
  const Result<ErasedPerson> erased = erase_personal(*ledger_, kShort, "asked for it", kNow);
  ASSERT_TRUE(erased) << erased.error().to_string();
  EXPECT_EQ(erased->entries, 2U);
  EXPECT_THAT(texts("SELECT personal IS NULL AND salt IS NULL FROM audit_entry ORDER BY seq"),
              ElementsAre("1", "0", "1", "0"));
  std::vector<std::string> after = texts("SELECT entry FROM audit_entry ORDER BY seq");
  EXPECT_THAT(after.back(),
              AllOf(HasSubstr(R"("kind":"personal.erased")"), HasSubstr(R"("owner":"005000000000001")"),
                    HasSubstr(R"("entries":2,"violations":2,"waivers":1,"user":false)"),
                    Not(HasSubstr("asked for it"))));
  EXPECT_THAT(texts("SELECT personal FROM audit_entry ORDER BY seq DESC LIMIT 1"),
              ElementsAre(R"({"reason":"asked for it"})"));
  after.pop_back();
  EXPECT_EQ(after, before);  // what is hashed
}

TEST_F(ErasePersonal, takes_names_in_violations_and_all_texts_of_closed_ones) {
  log_violations();
  const Result<ErasedPerson> erased = erase_personal(*ledger_, kLong, "asked for it", kNow);
  ASSERT_TRUE(erased) << erased.error().to_string();
  EXPECT_EQ(erased->violations, 2U);
  EXPECT_EQ(erased->waivers, 1U);
  EXPECT_THAT(
      texts("SELECT owner_name || '|' || record_name || '|' || message || '|' || evidence FROM violation "
            "ORDER BY number"),
      ElementsAre(R"(|Kettle|Wilhelmina Quist must act|{"a":1})", "|||{}",
                  R"(Bo Lindgren|Kettle|Bo must act|{"a":1})"));
  EXPECT_THAT(texts("SELECT reason FROM waiver"), ElementsAre(""));
}

TEST_F(ErasePersonal, takes_the_name_of_whoever_owns_it_now) {
  log_violations();
  execute(
      "UPDATE violation SET owner_now = '005000000000002', owner_now_name = 'Bo Lindgren' WHERE number = 1");
  const Result<ErasedPerson> erased = erase_personal(*ledger_, "005000000000002", "asked for it", kNow);
  ASSERT_TRUE(erased) << erased.error().to_string();
  EXPECT_EQ(erased->violations, 2U);
  EXPECT_THAT(texts("SELECT owner_name || '|' || owner_now_name FROM violation WHERE number = 1"),
              ElementsAre("Wilhelmina Quist|"));
}

TEST_F(ErasePersonal, takes_the_record_of_a_user_whom_the_crm_has_deleted) {
  add_user(1);
  const Result<ErasedPerson> erased = erase_personal(*ledger_, kLong, "asked for it", kNow);
  ASSERT_TRUE(erased) << erased.error().to_string();
  EXPECT_TRUE(erased->user_erased);
  EXPECT_FALSE(erased->user_stands);
  EXPECT_THAT(texts(R"(SELECT coalesce("Name", '-') || "ManagerId" || coalesce(_other, '-') FROM "User")"),
              ElementsAre("-0054-"));
  EXPECT_THAT(texts("SELECT new FROM change ORDER BY id"), ElementsAre("NULL", "0054", "Bo Lindgren"));
}

TEST_F(ErasePersonal, says_that_a_user_stands_whom_the_crm_still_has) {
  add_user(0);
  const Result<ErasedPerson> erased = erase_personal(*ledger_, kLong, "asked for it", kNow);
  ASSERT_TRUE(erased) << erased.error().to_string();
  EXPECT_TRUE(erased->user_stands);
  EXPECT_THAT(texts(R"(SELECT "Name" FROM "User")"), ElementsAre("Wilhelmina Quist"));
}

TEST_F(ErasePersonal, leaves_nothing_of_it_in_the_file) {
  log_violations("resolved");
  add_user(1);
  ASSERT_THAT(bytes_of_file(), HasSubstr("Wilhelmina Quist"));
  const Result<ErasedPerson> erased = erase_personal(*ledger_, kLong, "asked for it", kNow);
  ASSERT_TRUE(erased) << erased.error().to_string();
  EXPECT_TRUE(erased->overwritten);
  EXPECT_THAT(bytes_of_file(), Not(HasSubstr("Wilhelmina")));
}

TEST_F(ErasePersonal, writes_nothing_where_there_is_nothing_to_erase) {
  log_violations();
  const Result<ErasedPerson> none = erase_personal(*ledger_, "005000000000009", "asked for it", kNow);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(texts("SELECT count(*) FROM audit_entry"), ElementsAre("3"));
}

}  // namespace
}  // namespace plumbline
