#include "sandbox/exports/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/testing.h"

namespace plumbline::sandbox {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ExportsTest : public testing::Test {
 protected:
  Response open(std::string_view file, Parameters headers = {}) {
    return sandbox_.get("/exports/open/" + std::string(file), std::move(headers));
  }
  std::size_t lines(const Response& response) {
    return static_cast<std::size_t>(std::ranges::count(response.body, '\n'));
  }

  TestedSandbox sandbox_;
};

TEST_F(ExportsTest, each_way_in_wants_its_secret) {
  const ExportSecrets& secrets = sandbox_->exports().secrets();
  const std::string basic = "Basic " + to_base64(as_bytes(secrets.user + ":" + secrets.password));
  EXPECT_EQ(sandbox_.get("/exports/bearer/UserRole.csv").status, 401);
  EXPECT_EQ(
      sandbox_.get("/exports/bearer/UserRole.csv", {{"Authorization", "Bearer " + secrets.bearer}}).status,
      200);
  EXPECT_EQ(sandbox_.get("/exports/basic/UserRole.csv").status, 401);
  EXPECT_EQ(sandbox_.get("/exports/basic/UserRole.csv", {{"Authorization", basic}}).status, 200);
  EXPECT_EQ(sandbox_.get("/exports/header/UserRole.csv").status, 401);
  EXPECT_EQ(sandbox_.get("/exports/header/UserRole.csv", {{secrets.header, secrets.header_value}}).status,
            200);
}

TEST_F(ExportsTest, a_signed_address_is_good_until_its_time_and_for_its_file) {
  const std::string target =
      sandbox_->exports().signed_target("UserRole.csv", sandbox_->world().now() + std::chrono::seconds(60));
  EXPECT_EQ(sandbox_.get(target).status, 200);
  std::string other = target;
  other.replace(other.find("UserRole"), 8, "Account");
  EXPECT_EQ(sandbox_.get(other).status, 403);
  sandbox_.control("clock", R"({"advance_seconds": 61})");
  EXPECT_EQ(sandbox_.get(target).status, 403);
}

TEST_F(ExportsTest, files_are_csv_or_json_and_unknown_ones_are_not_found) {
  EXPECT_THAT(open("Account.csv").body, StartsWith("\"Id\",\"CreatedDate\""));
  EXPECT_EQ(std::get<JsonArray>(parse_json(open("Account.json").body)->value).size(), 100U);
  EXPECT_EQ(open("Account.xlsx").status, 404);
  EXPECT_EQ(open("Nothing.csv").status, 404);
}

TEST_F(ExportsTest, an_unchanged_file_is_not_sent_again) {
  const Response first = open("Opportunity.csv");
  const std::string tag = TestedSandbox::header(first, "ETag");
  const std::string stamp = TestedSandbox::header(first, "Last-Modified");
  EXPECT_EQ(open("Opportunity.csv", {{"If-None-Match", tag}}).status, 304);
  EXPECT_EQ(open("Opportunity.csv", {{"If-Modified-Since", stamp}}).status, 304);
  sandbox_.control("clock", R"({"advance_seconds": 60})");
  sandbox_.control("change", R"({"rows": 1})");
  EXPECT_EQ(open("Opportunity.csv", {{"If-None-Match", tag}}).status, 200);
  EXPECT_EQ(open("Opportunity.csv", {{"If-Modified-Since", stamp}}).status, 200);
}

TEST_F(ExportsTest, files_are_packed_as_asked_or_by_name) {
  const Response packed = open("Account.csv", {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(TestedSandbox::header(packed, "Content-Encoding"), "gzip");
  const Response named = open("Account.csv.gz");
  EXPECT_EQ(named.type, "application/gzip");
  EXPECT_EQ(TestedSandbox::header(named, "Content-Encoding"), "");
  EXPECT_EQ(named.body, packed.body);
}

TEST_F(ExportsTest, half_a_file_and_other_headers_come_on_request) {
  EXPECT_EQ(lines(open("UserRole.csv")), 4U);
  sandbox_.control("faults", R"({"kind": "export_half", "count": 1})");
  EXPECT_EQ(lines(open("UserRole.csv")), 2U);
  sandbox_.control("faults", R"({"kind": "export_drift", "count": 1})");
  const Response drifted = open("UserRole.csv");
  EXPECT_THAT(drifted.body, HasSubstr("\"Name (new)\"\n"));
  EXPECT_FALSE(drifted.body.contains("ParentRoleId"));
}

TEST_F(ExportsTest, deleted_records_are_in_no_export) {
  sandbox_.control("delete", R"({"rows": 5})");
  EXPECT_EQ(std::get<JsonArray>(parse_json(open("Opportunity.json").body)->value).size(), 395U);
}

}  // namespace
}  // namespace plumbline::sandbox
