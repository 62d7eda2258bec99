// What tests of conversations with Salesforce begin with: a client that answers from a script, a sink in
// memory, and a login that works.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/salesforce/salesforce_options.h"
#include "connectors/salesforce/server_time.h"
#include "connectors/salesforce/session.h"
#include "tests/kit/memory_sink.h"
#include "tests/kit/noted_pauses.h"
#include "tests/kit/run_async.h"
#include "tests/kit/scripted_client.h"
#include "tests/records/temp_folder.h"

namespace plumbline {

inline Instant at(std::string_view text) { return *parse_instant(text); }

class OrgFixture : public ::testing::Test {
 protected:
  static constexpr std::string_view kDate = "Mon, 01 Jan 2024 12:00:00 GMT";

  OrgFixture() : sink(folder.path_of("spool")) {
    options.login = {.grant = SalesforceGrant::kClientCredentials,
                     .url = "https://x.my.salesforce.com",
                     .client_id = "id",
                     .client_secret = Secret("secret")};
    options.objects = {{.name = "Opportunity"}};
    client.always_answer_to(HttpMethod::kPost, "/services/oauth2/token", token("T1"));
  }

  static ScriptedReply token(std::string_view text, std::string_view more = {}) {
    return {.headers = {{"Date", std::string(kDate)}},
            .body = fmt::format(R"({{"access_token":"{}","instance_url":"https://x.my.salesforce.com"{}}})",
                                text, more)};
  }
  static ScriptedReply ok(std::string body) {
    return {.headers = {{"Date", std::string(kDate)}, {"Sforce-Limit-Info", "api-usage=10/1000"}},
            .body = std::move(body),
            .piece_bytes = 64};
  }
  static ScriptedReply refusal(int status, std::string_view code, std::string_view message = "m") {
    return {.status = status, .body = fmt::format(R"([{{"errorCode":"{}","message":"{}"}}])", code, message)};
  }
  // A record of the page: its id's last digits, and the second of 10:00 at which it was stamped.
  static std::string record(int id, int second) {
    return fmt::format(
        R"({{"attributes":{{"type":"Opportunity"}},"Id":"006{:012}AAA","SystemModstamp":"2024-01-01T10:00:{:02}.000+0000","CreatedDate":"2023-05-01T00:00:00.000+0000","IsDeleted":false}})",
        id, second);
  }
  static std::string page(int total, std::string_view next, const std::vector<std::string>& records) {
    std::string joined;
    for (const std::string& one : records) joined += (joined.empty() ? "" : ",") + one;
    const std::string where = next.empty() ? "" : fmt::format(R"(,"nextRecordsUrl":"{}")", next);
    return fmt::format(R"({{"totalSize":{},"done":{}{},"records":[{}]}})", total, next.empty(), where,
                       joined);
  }
  std::vector<std::string> asked() const {
    std::vector<std::string> urls;
    for (const HttpRequest& request : client.requests())
      urls.push_back(fmt::format("{} {}", to_string(request.method), request.url));
    return urls;
  }
  // How many requests had this in their address.
  std::size_t times(std::string_view part) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        client.requests(), [&](const HttpRequest& request) { return request.url.contains(part); }));
  }

  TempFolder folder;
  ScriptedClient client;
  NotedPauses pauses;
  SalesforceOptions options;
  MemorySink sink;
};

}  // namespace plumbline
