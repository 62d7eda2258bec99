#include "daemon/sources/source_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "base/timer_pauses.h"
#include "tests/kit/memory_sink.h"
#include "tests/kit/run_async.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Instant kNow{std::chrono::sys_days{std::chrono::year{2024} / 6 / 3}};

class SourceSetTest : public testing::Test {
 protected:
  Configuration configured(std::string_view text) {
    Diagnostics diagnostics;
    auto read = parse_configuration(text, folder_.path_of("plumbline.yaml"), diagnostics);
    EXPECT_EQ(render_all(diagnostics, text), "");
    return read.value_or(Configuration{});
  }
  Result<SourceSet> make(std::string_view text) {
    return SourceSet::make(
        configured(text),
        {.executor = loop_.get_executor(), .work = work_.get_executor(), .pauses = pauses_, .clock = clock_});
  }

  TempFolder folder_;
  FixedClock clock_{kNow};
  TimerPauses pauses_;
  boost::asio::io_context loop_;  // outlives the threads, which have it in hand for a moment longer
  boost::asio::thread_pool work_{kWorkThreads};
};

TEST_F(SourceSetTest, has_what_the_configuration_names_each_with_its_span) {
  const Result<SourceSet> set = make(
      "sources:\n  exports: {name: lms, every: 20 minutes, files: [{name: a, object: A, path: a.csv}]}\n"
      "  clari: {credential: clari, forecasts: a, every: 2 hours}\n"
      "  salesforce: {login: {client_id: a, username: b, key_file: k}, every: 1 minute}\n");
  ASSERT_TRUE(set) << set.error().to_string();
  EXPECT_THAT(set->names(), ElementsAre("salesforce:main", "clari:main", "exports:lms"));
  EXPECT_EQ(set->sources()[0].every, std::chrono::minutes{1});
  EXPECT_EQ(set->sources()[1].every, std::chrono::hours{2});
  EXPECT_EQ(set->sources()[2].every, std::chrono::minutes{20});
}

TEST_F(SourceSetTest, may_be_of_one_alone_or_none) {
  EXPECT_THAT(make("sources: {clari: {credential: clari, forecasts: a}}\n")->names(),
              ElementsAre("clari:main"));
  EXPECT_THAT(make("zone: Europe/Berlin\n")->names(), IsEmpty());
}

TEST_F(SourceSetTest, a_network_that_cannot_be_used_is_an_error) {
  const Result<SourceSet> set =
      make("sources: {http: {ca_file: none.pem}, exports: {files: [{name: a, object: A, path: a.csv}]}}\n");
  ASSERT_FALSE(set);
  EXPECT_THAT(set.error().to_string(), HasSubstr("none.pem"));
}

// Paths start from the folder of the configuration, not from where the program was called.
TEST_F(SourceSetTest, files_of_a_folder_beside_the_configuration_come) {
  folder_.write("drop/absences.csv", "Id,UserEmail\na0X000000000001,anna@example.com\n");
  const Result<SourceSet> set =
      make("sources: {exports: {files: [{name: absences, object: Absence, path: drop}]}}\n");
  ASSERT_TRUE(set) << set.error().to_string();
  MemorySink sink(folder_.path_of("spool"));
  Source& exports = *set->sources()[0].source;
  const Result<SourceReport> first = run_async(loop_, exports.sync(sink, kNow));
  ASSERT_TRUE(first) << first.error().to_string();
  EXPECT_EQ(first->delivered.rows, 0U) << "it may be half written";
  const Result<SourceReport> second = run_async(loop_, exports.sync(sink, kNow + std::chrono::minutes{20}));
  ASSERT_TRUE(second) << second.error().to_string();
  EXPECT_EQ(second->delivered.rows, 1U);
  EXPECT_EQ(sink.rows("Absence").size(), 1U);
}

// Nobody listens there; what is said is that, and not that plain http is refused.
TEST_F(SourceSetTest, plain_http_at_this_machine_is_asked_where_that_is_allowed) {
  const Result<SourceSet> set = make(
      "sources: {exports: {allow_plain_loopback: true, files: [{name: a, object: A, url: "
      "'http://127.0.0.1:1/a.csv'}]}}\n");
  ASSERT_TRUE(set) << set.error().to_string();
  MemorySink sink(folder_.path_of("spool"));
  const Result<SourceReport> report = run_async(loop_, set->sources()[0].source->sync(sink, kNow));
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kUnavailable) << report.error().to_string();
}

}  // namespace
}  // namespace plumbline
