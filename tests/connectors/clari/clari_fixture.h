// Clari answered from a script, taken into a sink in memory.
#pragma once

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "connectors/clari/clari_source.h"
#include "tests/kit/memory_sink.h"
#include "tests/kit/noted_pauses.h"
#include "tests/kit/run_async.h"
#include "tests/kit/scripted_client.h"
#include "tests/records/temp_folder.h"

namespace plumbline {

inline constexpr std::string_view kAda = "005Rt000000004bIAA";
inline constexpr std::string_view kJobId = "5f1e3b2a9c8d7e6f5a4b3c2d";

// One entry of Ada's in a quarter.
inline std::string clari_result(std::string_view period = "2027_Q1", std::string_view value = "1200.5") {
  return fmt::format(
      R"({{"entries":[{{"timePeriodId":"{0}","timeFrameId":"TF:2026-02-23","userId":"17:00E1","fieldId":"fc_commit",)"
      R"("forecastValue":{1},"currency":{{"code":"USD"}},"isUpdated":true,"updatedBy":"17","updatedOn":1772431200000}}],)"
      R"("users":[{{"userId":"17:00E1","name":"Ada","email":"ada@example.com","crmId":"{2}","scopeId":{{"type":"X"}}}}],)"
      R"("fields":[{{"fieldId":"fc_commit","fieldName":"Net Commit","fieldType":"currency"}}],)"
      R"("timeFrames":[{{"timeFrameId":"TF:2026-02-23","startDate":"2026-02-23","endDate":"2026-03-01"}}],)"
      R"("timePeriods":[{{"timePeriodId":"{0}","type":"quarter","year":"2027"}}]}})",
      period, value, kAda);
}

class ClariFixture : public ::testing::Test {
 protected:
  ClariFixture() {
    options.api_key = Secret("k3y");
    options.forecasts = {"net_arr"};
    sink.refuse = [this](const Delivery& delivery) {
      deliveries.push_back(delivery);
      return std::optional<Error>{};
    };
  }

  Result<SourceReport> sync() {
    ClariSource source(options, client, pauses, loop.get_executor());
    return run_async(loop, source.sync(sink, now));
  }
  // One that must not fail.
  SourceReport good_sync() {
    Result<SourceReport> report = sync();
    EXPECT_TRUE(report.has_value()) << (report ? std::string{} : report.error().message);
    return report ? std::move(*report) : SourceReport{};
  }

  void answer_limits(int left_this_month = 900, int left_at_once = 3, int quota = 1000) {
    client.answer_to(HttpMethod::kGet, "/admin/limits",
                     {.body = fmt::format(R"({{"jobs":{{"concurrentLimit":3,"monthlyQuota":{},)"
                                          R"("availableConcurrentLimit":{},"availableMonthlyQuota":{}}}}})",
                                          quota, left_at_once, left_this_month)});
  }
  void answer_post() {
    client.answer_to(HttpMethod::kPost, "/export/forecast/net_arr",
                     {.body = fmt::format(R"({{"jobId":"{}"}})", kJobId)});
  }
  void answer_poll(std::string_view status, std::string_view more = "") {
    client.answer_to(
        HttpMethod::kGet, fmt::format("/export/jobs/{}", kJobId),
        {.body = fmt::format(R"({{"job":{{"jobId":"{}","status":"{}"{}}}}})", kJobId, status, more)});
  }
  void answer_results(std::string body) {
    client.answer_to(HttpMethod::kGet, "/results", {.body = std::move(body), .piece_bytes = 100});
  }
  void answer_whole_export(std::string_view period = "2027_Q1") {
    answer_limits();
    answer_post();
    answer_poll("DONE");
    answer_results(clari_result(period));
  }
  std::string last_body(std::string_view part) const {
    std::string body;
    for (const HttpRequest& asked : client.requests()) {
      if (asked.method == HttpMethod::kPost && asked.url.contains(part)) body = asked.body;
    }
    return body;
  }
  std::size_t posts() const {
    return static_cast<std::size_t>(
        std::ranges::count(client.requests(), HttpMethod::kPost, &HttpRequest::method));
  }

  TempFolder folder;
  boost::asio::io_context loop;
  ScriptedClient client;
  NotedPauses pauses;
  MemorySink sink{folder.path_of("spool")};
  ClariOptions options;
  Instant now = *parse_instant("2026-03-02T08:00:00Z");  // fiscal 2027, first quarter
  std::vector<Delivery> deliveries;
};

}  // namespace plumbline
