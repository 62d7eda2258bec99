#include "connectors/clari/clari_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plumbline {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

ClariJob only_job(std::string_view body) {
  const Result<std::vector<ClariJob>> jobs = read_clari_jobs(body);
  EXPECT_TRUE(jobs.has_value());
  EXPECT_THAT(*jobs, SizeIs(1)) << body;
  return jobs && !jobs->empty() ? jobs->front() : ClariJob{};
}

TEST(ClariJob, flat_and_wrapped_are_the_same_job) {
  for (const std::string_view body :
       {R"({"jobId":"j1","status":"DONE","userId":5,"deliveryStatusMap":{"a":"b"}})",
        R"({"job":{"jobId":"j1","status":"DONE"}})", R"({"job":{"id":"j1","status":"DONE"}})",
        R"([{"jobId":"j1","status":"DONE"}])", R"({"jobs":[{"status":"DONE","jobId":"j1"}]})"}) {
    const ClariJob job = only_job(body);
    EXPECT_EQ(job.id, "j1") << body;
    EXPECT_EQ(job.status, ClariJobStatus::kDone) << body;
  }
}

TEST(ClariJob, words_nobody_documented_mean_that_it_goes_on) {
  EXPECT_EQ(only_job(R"({"jobId":"j","status":"PENDING"})").status, ClariJobStatus::kRunning);
  EXPECT_EQ(only_job(R"({"jobId":"j","status":"ABORTED"})").status, ClariJobStatus::kCancelled);
  EXPECT_EQ(only_job(R"({"jobId":"j"})").status, ClariJobStatus::kRunning);
}

TEST(ClariJob, either_flag_of_truncation_counts) {
  EXPECT_TRUE(only_job(R"({"jobId":"j","cellsTruncated":true,"rowsTruncated":false})").truncated);
  EXPECT_TRUE(only_job(R"({"jobId":"j","cellsTruncated":false,"rowsTruncated":true})").truncated);
  EXPECT_FALSE(only_job(R"({"jobId":"j","cellsTruncated":false})").truncated);
}

TEST(ClariJob, a_page_of_a_proxy_is_no_list_of_jobs) {
  EXPECT_FALSE(read_clari_jobs("<html>").has_value());
  EXPECT_THAT(*read_clari_jobs("{}"), IsEmpty());
}

TEST(ClariJob, limits_without_a_number_are_none) {
  const Result<ClariLimits> limits = read_clari_limits(
      R"({"jobs":{"concurrentLimit":3,"monthlyQuota":30,"availableConcurrentLimit":1,"availableMonthlyQuota":-1}})");
  ASSERT_TRUE(limits.has_value());
  EXPECT_EQ(limits->monthly_quota, 30U);
  EXPECT_EQ(limits->left_at_once, 1U);
  EXPECT_EQ(limits->left_this_month, 0U);
  EXPECT_FALSE(read_clari_limits(R"({"jobs":{"monthlyQuota":30}})").has_value());
}

TEST(ClariJob, a_lost_job_is_the_newest_that_fits) {
  const Instant asked = *parse_instant("2026-03-02T08:00:00Z");
  const auto job = [&](std::string id, std::string file, std::chrono::seconds after,
                       std::string module = "FORECAST") {
    return ClariJob{.id = std::move(id),
                    .module = std::move(module),
                    .file_name = std::move(file),
                    .started = asked + after};
  };
  using std::chrono::minutes;
  const std::string right = "clari_export_net_arr_2027_Q1_5_20260302_080000.json";
  const std::vector<ClariJob> jobs = {
      job("too-old", right, -minutes{6}),
      job("first", right, -minutes{1}),
      job("second", "", minutes{1}),
      job("activity", "", minutes{2}, "ACTIVITY"),
      job("other", "clari_export_renewals_2027_Q1_5.json", minutes{3}),
      job("known", right, minutes{4}),
  };
  const std::optional<ClariJob> found = find_lost_job(jobs, "net_arr", "2027_Q1", asked, "known");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->id, "second");
  EXPECT_FALSE(find_lost_job(jobs, "net_arr", "2027_Q1", asked + minutes{60}, "").has_value());
}

}  // namespace
}  // namespace plumbline
