#include "connectors/chat/chat_options.h"

#include <gmock/gmock.h>

#include "connectors/chat/chat_services.h"
#include "tests/connectors/chat/chat_fixture.h"

namespace plumbline {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::vector<std::string> faults_of(ChatService service, std::string url) {
  ChatOptions options = options_for(service);
  options.url = Secret(std::move(url));
  std::vector<std::string> faults = validate(options);
  EXPECT_THAT(faults, Each(Not(HasSubstr("sEcReT"))));
  return faults;
}

TEST(ChatOptionsTest, every_service_has_options_that_are_sound) {
  for (const ChatServiceRow& row : chat_services()) {
    EXPECT_THAT(validate(options_for(row.service)), IsEmpty()) << row.name;
    EXPECT_EQ(parse_chat_service(row.name), row.service);
  }
  EXPECT_EQ(parse_chat_service("pager"), std::nullopt);
}

TEST(ChatOptionsTest, every_fault_is_told_at_once_with_the_channel) {
  const ChatOptions options{.name = "sales",
                            .service = ChatService::kWebhook,
                            .token = Secret("x"),
                            .signing_secrets = {Secret("whsec_")},
                            .path = "/tmp/x",
                            .total_time = std::chrono::hours{1}};
  const std::vector<std::string> faults = validate(options);
  EXPECT_THAT(faults, SizeIs(5));
  EXPECT_THAT(faults, Each(HasSubstr("channel sales: ")));
  EXPECT_THAT(faults, Contains(HasSubstr("webhook needs url")));
  EXPECT_THAT(faults, Contains(HasSubstr("webhook takes no token")));
  EXPECT_THAT(faults, Contains(HasSubstr("webhook takes no path")));
  EXPECT_THAT(faults, Contains(HasSubstr("signing secret 1")));
  EXPECT_THAT(faults, Contains(HasSubstr("total_time")));
}

TEST(ChatOptionsTest, connectors_that_microsoft_has_shut_down_are_refused_with_the_way_out) {
  for (const std::string_view url :
       {"https://contoso.webhook.office.com/webhookb2/sEcReT", "https://outlook.office.com/webhook/sEcReT"})
    EXPECT_THAT(faults_of(ChatService::kTeams, std::string(url)),
                ElementsAre(AllOf(HasSubstr("shut down"), HasSubstr("make a workflow in Teams"))));
}

TEST(ChatOptionsTest, any_other_address_of_a_workflow_is_taken) {
  EXPECT_THAT(faults_of(ChatService::kTeams,
                        "https://a1.environment.api.powerplatform.com:443/powerautomate/x?sig=sEcReT"),
              IsEmpty());
  EXPECT_THAT(faults_of(ChatService::kTeams, "https://flows.intranet.example/sEcReT"), IsEmpty());
}

TEST(ChatOptionsTest, addresses_of_something_else_are_told_apart) {
  EXPECT_THAT(faults_of(ChatService::kSlackWebhook, "https://slack.com/api/chat.postMessage"), SizeIs(1));
  EXPECT_THAT(faults_of(ChatService::kDiscord, "https://discord.com/api/webhooks/1/sEcReT/slack"), SizeIs(1));
  EXPECT_THAT(faults_of(ChatService::kGoogleChat, "https://chat.googleapis.com/v1/spaces/A/messages"),
              SizeIs(1));
}

TEST(ChatOptionsTest, plain_http_is_for_this_machine_and_only_when_asked_for) {
  EXPECT_THAT(faults_of(ChatService::kMattermost, "http://chat.example.com/hooks/sEcReT"),
              ElementsAre(HasSubstr("must begin with https://")));
  EXPECT_THAT(faults_of(ChatService::kMattermost, "http://127.0.0.1:8065/hooks/sEcReT"),
              ElementsAre(HasSubstr("allow_plain_loopback")));
  ChatOptions options = options_for(ChatService::kMattermost);
  options.url = Secret("http://127.0.0.1:8065/hooks/sEcReT");
  options.allow_plain_loopback = true;
  EXPECT_THAT(validate(options), IsEmpty());
  EXPECT_THAT(faults_of(ChatService::kMattermost, "http://127.evil.example/hooks/sEcReT"), Not(IsEmpty()));
}

TEST(ChatOptionsTest, addresses_that_are_none_are_told_without_being_quoted) {
  for (const std::string_view url : {"sEcReT", "ftp://x/sEcReT", "https:///sEcReT",
                                     "https://u:sEcReT@x.example/", "https://x.example/ sEcReT"})
    EXPECT_THAT(faults_of(ChatService::kMattermost, std::string(url)), SizeIs(1)) << url;
}

TEST(ChatOptionsTest, a_bot_needs_a_bots_token) {
  ChatOptions options = options_for(ChatService::kSlackBot);
  options.token = Secret("xoxp-sEcReT");
  EXPECT_THAT(validate(options), ElementsAre(HasSubstr("begins with xoxb-")));
}

TEST(ChatOptionsTest, unsound_options_make_no_channel) {
  ScriptedClient client;
  const FixedClock clock{Instant{}};
  std::ostringstream output;
  const auto made =
      make_channel({.name = "sales"}, {.client = client, .clock = clock, .standard_output = output});
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().code, ErrorCode::kInvalidInput);
}

}  // namespace
}  // namespace plumbline
