// What becomes of an attempt, in the words of each service.
#include <gmock/gmock.h>

#include "connectors/chat/chat_services.h"
#include "connectors/chat/webhook_signature.h"
#include "tests/connectors/chat/chat_fixture.h"

namespace plumbline {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

auto is(SendOutcome outcome, SendFault fault = SendFault::kNone) {
  return AllOf(Field(&SendResult::outcome, outcome), Field(&SendResult::fault, fault));
}
const Error kLost{.code = ErrorCode::kUnavailable, .message = "the connection was lost", .where = {}};

// What holds of every service behind an address.
class EveryServiceTest : public ChatFixture, public ::testing::WithParamInterface<ChatService> {
 protected:
  void SetUp() override { use(GetParam()); }
};

TEST_P(EveryServiceTest, what_was_lost_after_it_may_have_arrived_is_ambiguous) {
  EXPECT_THAT(after({.failure = kLost, .arrived = true}), is(SendOutcome::kAmbiguous, SendFault::kNetwork));
}

TEST_P(EveryServiceTest, what_never_left_is_not_sent) {
  EXPECT_THAT(after({.failure = kLost, .arrived = false}), is(SendOutcome::kNotSent, SendFault::kNetwork));
}

TEST_P(EveryServiceTest, trouble_of_the_server_is_ambiguous) {
  for (const int status : {500, 502, 503, 504})
    EXPECT_THAT(after({.status = status, .body = "<html>sEcReT</html>"}),
                is(SendOutcome::kAmbiguous, SendFault::kServer));
}

TEST_P(EveryServiceTest, too_much_at_a_time_says_how_long_to_wait) {
  const auto wait = [this](std::string retry_after, std::string body = "") {
    ScriptedReply reply{.status = 429, .body = std::move(body)};
    if (!retry_after.empty()) reply.headers.push_back({"Retry-After", retry_after});
    const SendResult result = after(std::move(reply));
    EXPECT_THAT(result, is(SendOutcome::kRetryAfter, SendFault::kRateLimited));
    return result.wait.value_or(milliseconds{-1});
  };
  EXPECT_EQ(wait("7"), milliseconds{7'000});
  EXPECT_EQ(wait("0.35"), milliseconds{350});
  EXPECT_EQ(wait("Mon, 02 Mar 2026 09:01:00 GMT"), milliseconds{60'000});
  EXPECT_EQ(wait("", R"({"message":"limited","retry_after":1.5,"global":false})"), milliseconds{1'500});
  EXPECT_EQ(wait("soon"), milliseconds{30'000});
  EXPECT_EQ(wait("1e99"), milliseconds{std::chrono::days{1}});
}

TEST_P(EveryServiceTest, redirects_are_refused_and_never_followed) {
  EXPECT_THAT(after({.status = 302, .headers = {{"Location", "https://elsewhere.example/sEcReT"}}}),
              is(SendOutcome::kPermanent, SendFault::kClient));
  EXPECT_THAT(client.requests(), SizeIs(1));
}

TEST_P(EveryServiceTest, refusals_say_whose_fault_it_is) {
  EXPECT_THAT(after({.status = 400}), is(SendOutcome::kPermanent, SendFault::kClient));
  EXPECT_THAT(after({.status = 401}), is(SendOutcome::kPermanent, SendFault::kAuth));
  EXPECT_THAT(after({.status = 403}), is(SendOutcome::kPermanent, SendFault::kAuth));
  EXPECT_THAT(after({.status = 404}), is(SendOutcome::kPermanent, SendFault::kGone));
  EXPECT_THAT(after({.status = 410}), is(SendOutcome::kPermanent, SendFault::kGone));
  EXPECT_THAT(after({.status = 413}), is(SendOutcome::kPermanent, SendFault::kClient));
}

TEST_P(EveryServiceTest, a_service_that_repeats_the_secret_is_not_repeated) {
  const SendResult result =
      after({.status = 400, .body = R"({"error":"sEcReT","code":"sEcReT","id":"sEcReT"})"});
  EXPECT_THAT(result.explanation, HasSubstr("answered 400"));
  EXPECT_THAT(result.explanation, HasSubstr("channel sales"));
}

TEST_P(EveryServiceTest, it_is_asked_once_with_json_and_may_not_be_repeated_by_a_client) {
  after({.status = 500});
  ASSERT_THAT(client.requests(), SizeIs(1));
  const HttpRequest& request = client.requests()[0];
  EXPECT_EQ(request.method, HttpMethod::kPost);
  EXPECT_FALSE(request.may_be_repeated());
  EXPECT_THAT(header_of(request, "Content-Type").value_or(""), HasSubstr("application/json"));
  EXPECT_EQ(request.total_time, std::chrono::seconds{30});
  json_of(request.body);
}

INSTANTIATE_TEST_SUITE_P(all, EveryServiceTest,
                         ::testing::Values(ChatService::kSlackWebhook, ChatService::kSlackBot,
                                           ChatService::kTeams, ChatService::kGoogleChat,
                                           ChatService::kMattermost, ChatService::kDiscord,
                                           ChatService::kWebhook),
                         [](const ::testing::TestParamInfo<ChatService>& info) {
                           return std::string(to_string(info.param));
                         });

class SendTest : public ChatFixture {};

TEST_F(SendTest, slack_has_taken_it_when_it_says_ok_and_only_then) {
  use(ChatService::kSlackWebhook);
  EXPECT_THAT(after({.body = "ok"}), is(SendOutcome::kDelivered));
  EXPECT_THAT(after({.body = "ok\n"}), is(SendOutcome::kDelivered));
  EXPECT_THAT(after({.body = "channel_is_archived"}), is(SendOutcome::kPermanent, SendFault::kGone));
  EXPECT_THAT(after({.body = ""}), is(SendOutcome::kAmbiguous, SendFault::kNetwork));
  EXPECT_THAT(after({.body = "<html>Log in</html>"}), is(SendOutcome::kAmbiguous, SendFault::kNetwork));
  EXPECT_EQ(client.requests()[0].url, kSlackUrl);
}

TEST_F(SendTest, slack_codes_mean_more_than_the_status) {
  use(ChatService::kSlackWebhook);
  EXPECT_THAT(after({.status = 400, .body = "invalid_payload"}),
              is(SendOutcome::kPermanent, SendFault::kClient));
  EXPECT_THAT(after({.status = 403, .body = "action_prohibited"}),
              is(SendOutcome::kPermanent, SendFault::kAuth));
  EXPECT_THAT(after({.status = 404, .body = "no_service"}), is(SendOutcome::kPermanent, SendFault::kGone));
  EXPECT_THAT(after({.status = 410, .body = "channel_is_archived"}),
              is(SendOutcome::kPermanent, SendFault::kGone));
  EXPECT_THAT(after({.status = 500, .body = "rollup_error"}),
              is(SendOutcome::kAmbiguous, SendFault::kServer));
  const SendResult limited =
      after({.status = 429, .body = R"({"ok":false,"error":"rate_limited","retry_after":1})"});
  EXPECT_THAT(limited, is(SendOutcome::kRetryAfter, SendFault::kRateLimited));
  EXPECT_EQ(limited.wait, milliseconds{1'000});
}

TEST_F(SendTest, a_refusal_tells_the_code_and_what_to_do) {
  use(ChatService::kSlackWebhook);
  EXPECT_EQ(
      after({.status = 410, .body = "channel_is_archived"}).explanation,
      "channel sales: hooks.slack.com answered 410 (channel_is_archived); the channel is archived; unarchive "
      "it, or name another one");
}

TEST_F(SendTest, what_a_service_cannot_do_is_refused_before_anything_is_sent) {
  use(ChatService::kSlackWebhook);
  EXPECT_THAT(send({.email = "ada@example.com"}), is(SendOutcome::kPermanent, SendFault::kClient));
  EXPECT_THAT(send({.thread = "1.2"}), is(SendOutcome::kPermanent, SendFault::kClient));
  EXPECT_THAT(send({.replaces = "1.2"}), is(SendOutcome::kPermanent, SendFault::kClient));
  EXPECT_THAT(send({.room = "C1"}), is(SendOutcome::kPermanent, SendFault::kClient));
  EXPECT_THAT(client.requests(), IsEmpty());
}

TEST_F(SendTest, a_slack_bot_posts_with_its_token_and_learns_what_it_posted) {
  use(ChatService::kSlackBot);
  const SendResult result = after({.body = R"({"ok":true,"channel":"C024BE7LR","ts":"1503435956.000247"})"});
  EXPECT_THAT(result, is(SendOutcome::kDelivered));
  EXPECT_EQ(result.message_id, "1503435956.000247");
  EXPECT_EQ(result.room, "C024BE7LR");
  const HttpRequest& request = client.requests()[0];
  EXPECT_EQ(request.url, "https://slack.com/api/chat.postMessage");
  EXPECT_EQ(header_of(request, "Authorization"), "Bearer xoxb-sEcReT");
  EXPECT_THAT(request.headers, SizeIs(1));  // the token is a secret header
  EXPECT_EQ(json_of(request.body).text("channel"), "C024BE7LR");
}

TEST_F(SendTest, a_slack_bot_replies_and_changes_what_it_wrote) {
  use(ChatService::kSlackBot);
  client.answer({.body = R"({"ok":true,"channel":"D1","ts":"2.0"})"});
  send({.room = "D1", .thread = "1.0"});
  EXPECT_EQ(json_of(client.requests()[0].body).text("thread_ts"), "1.0");
  client.answer({.body = R"({"ok":true,"channel":"D1","ts":"1.0"})"});
  send({.room = "D1", .replaces = "1.0"});
  EXPECT_THAT(client.requests()[1].url, HasSubstr("chat.update"));
  EXPECT_EQ(json_of(client.requests()[1].body).text("ts"), "1.0");
}

TEST_F(SendTest, a_slack_bot_finds_people_and_remembers_them) {
  use(ChatService::kSlackBot);
  client.answer_to(HttpMethod::kGet, "users.lookupByEmail?email=ada%2Bcrm%40example.com",
                   {.body = R"({"ok":true,"user":{"id":"U024BE7LH","deleted":false,"profile":{"id":"x"}}})"});
  client.always_answer_to(HttpMethod::kPost, "chat.postMessage",
                          {.body = R"({"ok":true,"channel":"D9","ts":"1.0"})"});
  EXPECT_THAT(send({.email = "ada+crm@example.com"}), is(SendOutcome::kDelivered));
  EXPECT_THAT(send({.email = "Ada+CRM@example.com"}), is(SendOutcome::kDelivered));
  ASSERT_THAT(client.requests(), SizeIs(3));  // looked up once
  EXPECT_EQ(json_of(client.requests()[1].body).text("channel"), "U024BE7LH");
}

TEST_F(SendTest, a_slack_bot_remembers_who_is_not_there_and_whoever_left_is_not) {
  use(ChatService::kSlackBot);
  client.answer({.body = R"({"ok":false,"error":"users_not_found"})"});
  EXPECT_THAT(send({.email = "ada@example.com"}), is(SendOutcome::kPermanent, SendFault::kClient));
  EXPECT_THAT(send({.email = "ada@example.com"}), is(SendOutcome::kPermanent, SendFault::kClient));
  EXPECT_THAT(client.requests(), SizeIs(1));
  client.answer({.body = R"({"ok":true,"user":{"id":"U024BE7LX","deleted":true}})"});
  EXPECT_THAT(send({.email = "bob@example.com"}), is(SendOutcome::kPermanent, SendFault::kClient));
}

TEST_F(SendTest, a_look_up_that_fails_leaves_the_message_unsent) {
  use(ChatService::kSlackBot);
  const Destination ada{.email = "ada@example.com"};
  EXPECT_THAT(after({.failure = kLost, .arrived = true}, ada),
              is(SendOutcome::kNotSent, SendFault::kNetwork));
  EXPECT_THAT(after({.status = 500}, ada), is(SendOutcome::kNotSent, SendFault::kServer));
  const SendResult limited = after(
      {.status = 429, .headers = {{"Retry-After", "30"}}, .body = R"({"ok":false,"error":"ratelimited"})"},
      ada);
  EXPECT_THAT(limited, is(SendOutcome::kRetryAfter, SendFault::kRateLimited));
  EXPECT_THAT(after({.body = R"({"ok":false,"error":"missing_scope"})"}, ada),
              is(SendOutcome::kPermanent, SendFault::kAuth));
}

TEST_F(SendTest, slack_says_of_two_errors_that_it_may_have_been_done) {
  use(ChatService::kSlackBot);
  EXPECT_THAT(after({.body = R"({"ok":false,"error":"internal_error"})"}),
              is(SendOutcome::kAmbiguous, SendFault::kServer));
  EXPECT_THAT(after({.body = R"({"ok":false,"error":"fatal_error"})"}),
              is(SendOutcome::kAmbiguous, SendFault::kServer));
  EXPECT_THAT(after({.body = R"({"ok":false,"error":"not_in_channel"})"}),
              is(SendOutcome::kPermanent, SendFault::kAuth));
  EXPECT_THAT(after({.body = R"({"ok":fal)"}), is(SendOutcome::kAmbiguous, SendFault::kNetwork));
}

TEST_F(SendTest, teams_accepts_and_never_says_more) {
  use(ChatService::kTeams);
  EXPECT_THAT(after({.status = 202}), is(SendOutcome::kAccepted));
  EXPECT_THAT(after({.status = 200, .body = "1"}), is(SendOutcome::kAccepted));
  EXPECT_EQ(client.requests()[0].url, kTeamsUrl);
  EXPECT_THAT(
      after({.status = 400, .body = R"({"error":{"code":"MissingApiVersionParameter","message":"no"}})"}),
      AllOf(is(SendOutcome::kPermanent, SendFault::kGone),
            Field(&SendResult::explanation, HasSubstr("copy all of it"))));
}

TEST_F(SendTest, google_is_told_thread_and_request_and_names_what_it_took) {
  use(ChatService::kGoogleChat);
  const SendResult result =
      after({.body = R"({"name":"spaces/AAAA/messages/BBB","space":{"name":"spaces/AAAA"}})"});
  EXPECT_THAT(result, is(SendOutcome::kDelivered));
  EXPECT_EQ(result.message_id, "spaces/AAAA/messages/BBB");
  EXPECT_EQ(result.room, "spaces/AAAA");
  EXPECT_EQ(
      client.requests()[0].url,
      std::string(kGoogleUrl) + "&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD&requestId=M7QK2");
  EXPECT_THAT(after({.status = 403, .body = R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}})"}),
              is(SendOutcome::kRetryAfter, SendFault::kRateLimited));
  EXPECT_THAT(
      after({.status = 400, .body = R"({"error":{"code":400,"message":"x","status":"INVALID_ARGUMENT"}})"})
          .explanation,
      HasSubstr("(INVALID_ARGUMENT)"));
}

TEST_F(SendTest, mattermost_takes_another_room) {
  ChatOptions options = options_for(ChatService::kMattermost);
  options.room = "sales";
  use(options);
  EXPECT_THAT(after({.body = "ok"}), is(SendOutcome::kDelivered));
  EXPECT_EQ(json_of(client.requests()[0].body).text("channel"), "sales");
  EXPECT_THAT(json_of(client.requests()[0].body).text("text").value_or(""), HasSubstr("2 of your deals"));
  EXPECT_THAT(
      after({.status = 400, .body = R"({"id":"web.incoming_webhook.channel.app_error","status_code":400})"})
          .explanation,
      HasSubstr("web.incoming_webhook.channel.app_error"));
}

TEST_F(SendTest, discord_names_its_message_and_says_when_the_allowance_is_used_up) {
  use(ChatService::kDiscord);
  const SendResult result =
      after({.headers = {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset-After", "1.25"}},
             .body = R"({"id":"111","channel_id":"222","author":{"id":"333"}})"});
  EXPECT_THAT(result, is(SendOutcome::kDelivered));
  EXPECT_EQ(result.message_id, "111");
  EXPECT_EQ(result.room, "222");
  EXPECT_EQ(result.wait, milliseconds{1'250});
  EXPECT_EQ(client.requests()[0].url, std::string(kDiscordUrl) + "?wait=true");
}

TEST_F(SendTest, discord_changes_what_it_posted) {
  use(ChatService::kDiscord);
  client.answer({.body = R"({"id":"111"})"});
  EXPECT_THAT(send({.replaces = "111"}), is(SendOutcome::kDelivered));
  EXPECT_EQ(client.requests()[0].method, HttpMethod::kPatch);
  EXPECT_EQ(client.requests()[0].url, std::string(kDiscordUrl) + "/messages/111");
  client.answer({.status = 404, .body = R"({"message":"Unknown Message","code":10008})"});
  EXPECT_THAT(send({.replaces = "111"}), is(SendOutcome::kPermanent, SendFault::kClient));
  client.answer({.status = 404, .body = R"({"message":"Unknown Webhook","code":10015})"});
  EXPECT_THAT(send({}), is(SendOutcome::kPermanent, SendFault::kGone));
}

TEST_F(SendTest, a_webhook_is_signed_for_this_attempt_with_every_secret) {
  ChatOptions options = options_for(ChatService::kWebhook);
  options.signing_secrets.emplace_back("whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4");
  use(options);
  EXPECT_THAT(after({.status = 204}), is(SendOutcome::kDelivered));
  const HttpRequest& request = client.requests()[0];
  EXPECT_TRUE(request.public_hosts_only);
  EXPECT_EQ(header_of(request, "webhook-id"), "M7QK2");
  EXPECT_EQ(header_of(request, "webhook-timestamp"), std::to_string(clock.now().time_since_epoch().count()));
  EXPECT_EQ(header_of(request, "webhook-signature"),
            sign_webhook("M7QK2", clock.now(), request.body, options.signing_secrets));
  EXPECT_EQ(json_of(request.body).text("type"), "plumbline.message");
}

TEST_F(SendTest, a_file_gets_a_line_for_each_message) {
  use(ChatService::kFile);
  EXPECT_THAT(send(), is(SendOutcome::kDelivered));
  EXPECT_THAT(send(), is(SendOutcome::kDelivered));
  std::istringstream lines(output.str());
  std::string line;
  std::size_t count = 0;
  while (std::getline(lines, line)) {
    EXPECT_EQ(json_of(line).text("id"), "M7QK2");
    ++count;
  }
  EXPECT_EQ(count, 2U);
}

}  // namespace
}  // namespace plumbline
