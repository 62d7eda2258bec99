// Every channel against the pretend services, which know the limits by themselves.
#include <charconv>

#include <gmock/gmock.h>

#include "connectors/chat/channels.h"
#include "connectors/chat/chat_services.h"
#include "tests/connectors/chat/messages.h"
#include "tests/kit/run_async.h"
#include "tests/sandbox/testing.h"

namespace plumbline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::string_view kHost = "http://127.0.0.1:1";

class WholeBody : public HttpBody {
 public:
  explicit WholeBody(std::string text) : text_(std::move(text)) {}
  Async<Result<std::string>> next() override {
    std::string piece = std::exchange(text_, {});
    co_return piece;
  }

 private:
  std::string text_;
};

// Asks the sandbox without sockets.
class SandboxClient : public HttpClient {
 public:
  explicit SandboxClient(sandbox::TestedSandbox& sandbox) : sandbox_(sandbox) {}

  Async<Result<HttpReply>> open(HttpRequest request) override {
    sandbox::Request asked{.method = std::string(to_string(request.method)),
                           .target = request.url.substr(kHost.size()),
                           .body = request.body};
    for (const HttpHeader& header : request.headers) asked.headers.emplace_back(header.name, header.value);
    for (const auto& [name, value] : request.secret_headers) asked.headers.emplace_back(name, value.reveal());
    sandbox::Response answer = sandbox_.send(std::move(asked));
    if (request.progress) request.progress->tell(true);
    if (answer.delivery == sandbox::Delivery::kReset)
      co_return fail(ErrorCode::kUnavailable, "the connection was lost");
    HttpReply reply{.head = {.status = answer.status, .headers = {}},
                    .body = std::make_unique<WholeBody>(std::move(answer.body))};
    for (auto& [name, value] : answer.headers) reply.head.headers.push_back({name, value});
    co_return reply;
  }

 private:
  sandbox::TestedSandbox& sandbox_;
};

class ChatSandboxTest : public ::testing::TestWithParam<ChatService> {
 protected:
  ChatSandboxTest() : clock_(sandbox_->world().now()) {
    sandbox_->chat().settings().rate_limits = false;
    const ChatTools tools{.client = client_, .clock = clock_, .standard_output = output_};
    Result<std::unique_ptr<Notifier>> made = make_channel(options(), tools);
    EXPECT_TRUE(made.has_value()) << made.error().message;
    channel_ = std::move(*made);
  }

  ChatOptions options() {
    const sandbox::ChatSecrets& secrets = sandbox_->chat().secrets();
    ChatOptions options{.name = "sales", .service = GetParam()};
    options.allow_plain_loopback = true;
    options.allow_private_networks = true;
    const auto at = [&](std::string_view path) {
      options.url = Secret(fmt::format("{}/chat/{}", kHost, path));
    };
    switch (GetParam()) {
      case ChatService::kSlackWebhook:
        at("slack/services/T1/sales/" + secrets.webhook);
        break;
      case ChatService::kSlackBot:
        options.token = Secret(secrets.slack_token);
        options.room = "C024BE7LR";
        options.api_url = fmt::format("{}/chat/slack/api", kHost);
        break;
      case ChatService::kTeams:
        at("teams/sales?api-version=1&sig=" + secrets.webhook);
        break;
      case ChatService::kGoogleChat:
        at("google/v1/spaces/sales/messages?key=k&token=" + secrets.webhook);
        break;
      case ChatService::kMattermost:
        at("mattermost/hooks/" + secrets.webhook);
        break;
      case ChatService::kDiscord:
        at("discord/api/webhooks/sales/" + secrets.webhook);
        break;
      case ChatService::kWebhook:
        at("webhook/sales");
        options.signing_secrets = {Secret(secrets.signing)};
        break;
      case ChatService::kFile:
        break;
    }
    return options;
  }

  SendResult send(Payload payload, Destination destination = {}) {
    return run_async(loop_, channel_->send(std::move(payload), std::move(destination)));
  }
  std::vector<Payload> render(const Message& message) { return channel_->render(message, clock_.now()); }
  const std::deque<sandbox::Post>& posts() { return sandbox_->chat().rooms().posts(); }

  sandbox::TestedSandbox sandbox_;
  boost::asio::io_context loop_;
  SandboxClient client_{sandbox_};
  FixedClock clock_;
  std::ostringstream output_;
  std::unique_ptr<Notifier> channel_;
};

TEST_P(ChatSandboxTest, the_usual_message_is_taken_and_seen) {
  const SendResult result = send(render(usual_message()).front());
  EXPECT_TRUE(result.outcome == SendOutcome::kDelivered || result.outcome == SendOutcome::kAccepted)
      << result.explanation;
  ASSERT_THAT(posts(), SizeIs(1));
  EXPECT_EQ(posts().back().fault, "");
  const std::string page = sandbox_.get("/control/chat/page").body;
  EXPECT_THAT(page, HasSubstr("Acme renewal"));
  EXPECT_THAT(page, HasSubstr("Globex"));
}

TEST_P(ChatSandboxTest, ugly_messages_are_taken_part_by_part_and_ping_nobody) {
  UglyMessages messages(99);
  for (int round = 0; round < 5; ++round) {
    Message message = messages.next();
    message.id = fmt::format("M{}", round);
    message.mentions.clear();
    for (const Payload& payload : render(message)) {
      const SendResult result = send(payload);
      ASSERT_TRUE(result.outcome == SendOutcome::kDelivered || result.outcome == SendOutcome::kAccepted)
          << result.explanation;
      ASSERT_EQ(posts().back().fault, "");
    }
  }
  EXPECT_THAT(sandbox_.get("/control/chat/page").body, Not(HasSubstr("class=\"ping\"")));
}

TEST_P(ChatSandboxTest, an_answer_that_is_lost_is_ambiguous_although_it_was_taken) {
  sandbox_.control("faults", R"({"kind":"chat_lost_answer","count":1})");
  EXPECT_EQ(send(render(usual_message()).front()).outcome, SendOutcome::kAmbiguous);
  EXPECT_THAT(posts(), SizeIs(1));
}

TEST_P(ChatSandboxTest, its_rate_limit_is_understood) {
  if (GetParam() == ChatService::kWebhook || GetParam() == ChatService::kMattermost) return;  // have none
  sandbox_->chat().settings().rate_limits = true;
  sandbox_->chat().settings().retry_after_seconds = 3;
  SendResult result;
  for (int i = 0; i < 5 && result.outcome != SendOutcome::kRetryAfter; ++i) {
    Message message = usual_message();
    message.id = fmt::format("M{}", i);
    result = send(render(message).front());
  }
  EXPECT_EQ(result.outcome, SendOutcome::kRetryAfter);
  // Google does not say how long.
  if (GetParam() != ChatService::kGoogleChat) EXPECT_EQ(result.wait, std::chrono::milliseconds{3'000});
}

TEST_P(ChatSandboxTest, what_can_be_changed_is_changed_in_place) {
  if (!row_of(GetParam()).edits) return;
  const SendResult first = send(render(usual_message()).front());
  ASSERT_FALSE(first.message_id.empty());
  Message resolved = usual_message();
  resolved.headline = "All done";
  const SendResult second =
      send(render(resolved).front(), {.room = first.room, .replaces = first.message_id});
  EXPECT_EQ(second.outcome, SendOutcome::kDelivered) << second.explanation;
  ASSERT_THAT(posts(), SizeIs(1));
  EXPECT_EQ(posts().back().edits, 1U);
  EXPECT_THAT(posts().back().body, HasSubstr("All done"));
}

TEST_P(ChatSandboxTest, people_are_found_and_those_who_are_not_there_are_not) {
  if (!row_of(GetParam()).finds_people) return;
  const Payload payload = render(usual_message()).front();
  EXPECT_EQ(send(payload, {.email = "ada@example.com"}).outcome, SendOutcome::kDelivered);
  EXPECT_EQ(posts().back().room, "ada@example.com");
  EXPECT_EQ(send(payload, {.email = "nobody@example.com"}).outcome, SendOutcome::kPermanent);
}

INSTANTIATE_TEST_SUITE_P(all, ChatSandboxTest,
                         ::testing::Values(ChatService::kSlackWebhook, ChatService::kSlackBot,
                                           ChatService::kTeams, ChatService::kGoogleChat,
                                           ChatService::kMattermost, ChatService::kDiscord,
                                           ChatService::kWebhook),
                         [](const ::testing::TestParamInfo<ChatService>& info) {
                           return std::string(to_string(info.param));
                         });

}  // namespace
}  // namespace plumbline
