#include "connectors/exports/exports_source.h"

#include <gmock/gmock.h>

#include "tests/connectors/exports/exports_fixture.h"

namespace plumbline {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ExportsSourceTest : public ExportsFixture {};

TEST_F(ExportsSourceTest, a_file_behind_an_address_is_delivered_with_its_object) {
  client.answer({.headers = {{"ETag", "\"1\""}}, .body = rows(0, 3), .piece_bytes = 7});
  const SourceReport report = good_sync();
  EXPECT_EQ(report.delivered.rows, 3U);
  EXPECT_EQ(report.calls, 1U);
  EXPECT_THAT(report.alarms, IsEmpty());
  ASSERT_THAT(deliveries, SizeIs(1));
  EXPECT_EQ(deliveries[0].files[0].name, "exports/milestones.csv");
  EXPECT_EQ(deliveries[0].files[0].object, "Milestone");
  EXPECT_FALSE(deliveries[0].files[0].complete);
  EXPECT_EQ(sink.rows("Milestone").at("a0X000000000001")["UserEmail"], "user1@example.com");
}

TEST_F(ExportsSourceTest, a_complete_file_says_so_in_its_delivery) {
  options.files[0].complete = true;
  client.answer({.body = rows(0, 3)});
  good_sync();
  ASSERT_THAT(deliveries, SizeIs(1));
  EXPECT_TRUE(deliveries[0].files[0].complete);
}

TEST_F(ExportsSourceTest, what_was_taken_is_asked_for_with_its_conditions_and_304_brings_nothing) {
  client.answer({.headers = {{"ETag", "\"1\""}, {"Last-Modified", "Sun, 01 Mar 2026 05:00:00 GMT"}},
                 .body = rows(0, 3)});
  client.answer({.status = 304});
  good_sync();
  EXPECT_EQ(header_of(client.requests()[0], "If-None-Match"), std::nullopt);
  const SourceReport second = good_sync();
  EXPECT_EQ(header_of(client.requests()[1], "If-None-Match"), "\"1\"");
  EXPECT_EQ(header_of(client.requests()[1], "If-Modified-Since"), "Sun, 01 Mar 2026 05:00:00 GMT");
  EXPECT_EQ(second.delivered.rows, 0U);
  EXPECT_THAT(deliveries, SizeIs(1));
}

TEST_F(ExportsSourceTest, another_address_is_asked_without_the_conditions_of_the_first) {
  client.answer({.headers = {{"ETag", "\"1\""}}, .body = rows(0, 3)});
  good_sync();
  options.files[0].url = "https://lms.example.com/exports/other.csv";
  client.answer({.body = rows(0, 3)});
  good_sync();
  EXPECT_EQ(header_of(client.requests()[1], "If-None-Match"), std::nullopt);
}

TEST_F(ExportsSourceTest, the_same_content_under_a_new_tag_is_no_delivery) {
  client.answer({.headers = {{"ETag", "\"1\""}}, .body = rows(0, 3)});
  client.answer({.headers = {{"ETag", "\"2\""}}, .body = rows(0, 3)});
  good_sync();
  good_sync();
  EXPECT_THAT(deliveries, SizeIs(1));
  EXPECT_EQ(sink.kept()["milestones/etag"], "\"2\"");
}

TEST_F(ExportsSourceTest, state_moves_with_the_delivery_alone) {
  sink.refuse = [](const Delivery&) { return Error{ErrorCode::kUnavailable, "the disk is full", {}}; };
  client.answer({.headers = {{"ETag", "\"1\""}}, .body = rows(0, 3)});
  const Result<SourceReport> failed = sync();
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().message, "the disk is full");
  EXPECT_THAT(sink.kept(), IsEmpty());
}

TEST_F(ExportsSourceTest, a_file_of_less_than_half_is_held_until_it_comes_again) {
  client.answer({.headers = {{"ETag", "\"1\""}}, .body = rows(0, 100)});
  good_sync();
  client.answer({.headers = {{"ETag", "\"2\""}}, .body = rows(0, 40)});
  const SourceReport held = good_sync();
  EXPECT_THAT(held.alarms, ElementsAre(AllOf(HasSubstr("export milestones"), HasSubstr("40 rows"),
                                             HasSubstr("usual 100 rows"), HasSubstr("accept: "))));
  EXPECT_THAT(deliveries, SizeIs(1));
  EXPECT_EQ(sink.kept()["milestones/etag"], "\"1\"") << "its own tag would keep it from coming again";
  ASSERT_THAT(sink.notes(), SizeIs(1));
  EXPECT_EQ(sink.notes()[0].kind, "export.held");

  now += std::chrono::minutes{5};
  client.answer({.headers = {{"ETag", "\"2\""}}, .body = rows(0, 40)});
  EXPECT_THAT(good_sync().alarms, SizeIs(1)) << "too soon for a second time";
  EXPECT_THAT(sink.notes(), SizeIs(1)) << "noted once";

  now += std::chrono::minutes{5};
  client.answer({.headers = {{"ETag", "\"2\""}}, .body = rows(0, 40)});
  const SourceReport taken = good_sync();
  EXPECT_THAT(taken.alarms, IsEmpty());
  EXPECT_EQ(taken.delivered.rows, 40U);
  EXPECT_EQ(sink.notes().back().kind, "export.taken_late");
}

TEST_F(ExportsSourceTest, a_held_file_is_taken_at_once_when_it_is_confirmed) {
  client.answer({.body = rows(0, 100)});
  good_sync();
  client.answer({.body = rows(0, 10)});
  good_sync();
  const std::string held = sink.kept()["milestones/held"];
  options.files[0].accept = held.substr(0, kLeastAcceptDigits);
  client.answer({.body = rows(0, 10)});
  EXPECT_EQ(good_sync().delivered.rows, 10U);
  EXPECT_FALSE(sink.kept().contains("milestones/held"));
}

TEST_F(ExportsSourceTest, a_column_that_vanishes_hides_its_field_and_one_that_returns_shows_it) {
  client.answer({.body = "Id,UserEmail,CompletedAt\na0X000000000001,a@example.com,\n"});
  client.answer({.body = "Id,UserEmail,Title\na0X000000000001,a@example.com,X\n"});
  client.answer({.body = "Id,useremail,CompletedAt,Title\na0X000000000001,a@example.com,,X\n"});
  EXPECT_THAT(good_sync().alarms, IsEmpty());
  EXPECT_THAT(sink.visibility(), IsEmpty());
  const SourceReport second = good_sync();
  EXPECT_THAT(second.alarms, ElementsAre(HasSubstr("column CompletedAt is gone")));
  EXPECT_THAT(second.delivered.notices, Contains(HasSubstr("new columns are taken: Title")));
  ASSERT_THAT(sink.visibility(), SizeIs(1));
  EXPECT_FALSE(sink.visibility()[0].visible);
  EXPECT_THAT(sink.visibility()[0].reason, HasSubstr("no column CompletedAt since 2026-03-02"));
  EXPECT_THAT(good_sync().alarms, IsEmpty());
  ASSERT_THAT(sink.visibility(), SizeIs(2));
  EXPECT_EQ(sink.visibility()[1].field, "CompletedAt");
  EXPECT_TRUE(sink.visibility()[1].visible);
}

TEST_F(ExportsSourceTest, a_column_that_another_export_of_the_object_has_is_not_hidden) {
  options.files.push_back({.name = "more", .object = "Milestone", .url = "https://lms.example.com/more.csv"});
  client.answer({.body = "Id,UserEmail,CompletedAt\na0X000000000001,a@example.com,\n"});
  client.answer({.body = "Id,CompletedAt\na0X000000000002,\n"});
  client.answer({.body = "Id,UserEmail\na0X000000000001,b@example.com\n"});
  client.answer({.status = 404});
  good_sync();
  good_sync();
  EXPECT_THAT(sink.visibility(), IsEmpty());
}

TEST_F(ExportsSourceTest, a_login_page_sent_as_success_is_refused) {
  client.answer({.headers = {{"Content-Type", "text/html"}},
                 .body = "\n<!DOCTYPE html><html><body>Please log in</body></html>"});
  const Result<SourceReport> report = sync();
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().message,
              AllOf(HasSubstr("lms.example.com/exports/milestones.csv"), HasSubstr("a page for a browser")));
  EXPECT_THAT(deliveries, IsEmpty());
}

TEST_F(ExportsSourceTest, a_body_that_breaks_off_leaves_nothing_in_the_spool) {
  client.answer({.body = rows(0, 2000),
                 .piece_bytes = 1000,
                 .body_failure = Error{ErrorCode::kUnavailable, "the connection was lost", {}}});
  const Result<SourceReport> report = sync();
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().message, "the connection was lost");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path_of("spool")));
}

TEST_F(ExportsSourceTest, one_export_that_fails_does_not_stop_the_others) {
  options.files.push_back({.name = "absences", .object = "Absence", .url = "https://hr.example.com/a.csv"});
  client.answer({.status = 503, .body = "maintenance"});
  client.answer({.body = "Id,UserEmail\na0X000000000001,a@example.com\n"});
  const SourceReport report = good_sync();
  EXPECT_EQ(report.delivered.rows, 1U);
  EXPECT_THAT(report.alarms, ElementsAre(AllOf(HasSubstr("export milestones was not brought"),
                                               HasSubstr("503"), HasSubstr("maintenance"))));
}

TEST_F(ExportsSourceTest, json_is_told_from_its_content) {
  client.answer(
      {.body =
           R"({"totalSize":1,"done":true,"records":[{"attributes":{"type":"Milestone"},"Id":"a0X000000000001"}]})"});
  EXPECT_EQ(good_sync().delivered.rows, 1U);
  EXPECT_EQ(deliveries[0].files[0].format, DeliveredFile::Format::kJson);
  EXPECT_EQ(deliveries[0].files[0].name, "exports/milestones.json");
}

TEST_F(ExportsSourceTest, a_file_larger_than_allowed_is_refused) {
  options.most_bytes = 100;
  client.answer({.body = rows(0, 50), .piece_bytes = 64});
  const Result<SourceReport> report = sync();
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().message, HasSubstr("100 bytes of most_bytes"));
}

class ExportsFolderTest : public ExportsFixture {
 protected:
  ExportsFolderTest() {
    options.files = {{.name = "drop", .object = "Milestone", .path = folder.path_of("in")}};
    std::filesystem::create_directories(folder.path_of("in"));
  }
};

TEST_F(ExportsFolderTest, a_file_is_taken_once_it_stood_unchanged_between_two_looks) {
  folder.write("in/a.csv", rows(0, 3));
  EXPECT_EQ(good_sync().delivered.rows, 0U);
  EXPECT_EQ(good_sync().delivered.rows, 3U);
  EXPECT_EQ(good_sync().delivered.rows, 0U) << "each once";
  EXPECT_THAT(deliveries, SizeIs(1));
  EXPECT_TRUE(std::filesystem::exists(folder.path_of("in/a.csv"))) << "it is not ours to remove";
}

TEST_F(ExportsFolderTest, a_file_that_grew_meanwhile_waits_for_another_look) {
  folder.write("in/a.csv", rows(0, 3));
  good_sync();
  folder.write("in/a.csv", rows(0, 5));
  EXPECT_EQ(good_sync().delivered.rows, 0U);
  EXPECT_EQ(good_sync().delivered.rows, 5U);
}

TEST_F(ExportsFolderTest, a_file_renamed_into_place_is_taken_at_the_next_look) {
  folder.write("in/a.csv.part", rows(0, 3));
  EXPECT_EQ(good_sync().delivered.rows, 0U);
  EXPECT_EQ(good_sync().delivered.rows, 0U) << "as long as it is half done by its name";
  std::filesystem::rename(folder.path_of("in/a.csv.part"), folder.path_of("in/a.csv"));
  EXPECT_EQ(good_sync().delivered.rows, 3U);
}

TEST_F(ExportsFolderTest, a_bad_file_does_not_keep_the_others_from_being_taken) {
  folder.write("in/a.csv", "<html>");
  folder.write("in/b.csv", rows(0, 3));
  good_sync();
  const Result<SourceReport> report = sync();
  EXPECT_FALSE(report.has_value()) << "the one export there is has failed";
  EXPECT_THAT(deliveries, SizeIs(1));
}

TEST_F(ExportsFolderTest, a_file_of_another_kind_is_named_once) {
  folder.write("in/readme.md", "hello");
  EXPECT_THAT(good_sync().delivered.notices, ElementsAre(HasSubstr("readme.md is passed over")));
  EXPECT_THAT(good_sync().delivered.notices, IsEmpty());
}

TEST_F(ExportsFolderTest, a_held_file_that_goes_on_standing_has_not_come_again) {
  folder.write("in/a.csv", rows(0, 100));
  good_sync();
  good_sync();
  folder.write("in/b.csv", rows(0, 10));
  good_sync();
  EXPECT_THAT(good_sync().alarms, SizeIs(1));
  now += std::chrono::hours{24};
  EXPECT_THAT(good_sync().alarms, SizeIs(1));
  folder.write("in/c.csv", rows(0, 10));
  good_sync();
  good_sync();
  EXPECT_THAT(deliveries, SizeIs(2)) << "the same content in another file confirms it";
}

TEST_F(ExportsFolderTest, a_folder_that_is_not_there_is_told) {
  options.files[0].path = folder.path_of("nowhere");
  const Result<SourceReport> report = sync();
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(report.error().message, HasSubstr("whether what it lies on is mounted"));
}

}  // namespace
}  // namespace plumbline
