// Channels whose services answer from a script.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/chat/channels.h"
#include "sandbox/web/json_value.h"
#include "tests/connectors/chat/messages.h"
#include "tests/kit/run_async.h"
#include "tests/kit/scripted_client.h"

namespace plumbline {

inline constexpr std::string_view kSlackUrl = "https://hooks.slack.com/services/T0000/B0000/sEcReT";
inline constexpr std::string_view kTeamsUrl =
    "https://prod-01.westus.logic.azure.com:443/workflows/abc/triggers/manual/paths/"
    "invoke?api-version=1&sig=sEcReT";
inline constexpr std::string_view kGoogleUrl =
    "https://chat.googleapis.com/v1/spaces/AAAA/messages?key=kEy&token=sEcReT";
inline constexpr std::string_view kMattermostUrl = "https://chat.example.com/hooks/sEcReT";
inline constexpr std::string_view kDiscordUrl = "https://discord.com/api/webhooks/123/sEcReT";
inline constexpr std::string_view kWebhookUrl = "https://hooks.example.com/plumbline/sEcReT";
inline constexpr std::string_view kSigningSecret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

inline ChatOptions options_for(ChatService service) {
  ChatOptions options{.name = "sales", .service = service};
  switch (service) {
    case ChatService::kSlackWebhook:
      options.url = Secret(std::string(kSlackUrl));
      break;
    case ChatService::kSlackBot:
      options.token = Secret("xoxb-sEcReT");
      options.room = "C024BE7LR";
      break;
    case ChatService::kTeams:
      options.url = Secret(std::string(kTeamsUrl));
      break;
    case ChatService::kGoogleChat:
      options.url = Secret(std::string(kGoogleUrl));
      break;
    case ChatService::kMattermost:
      options.url = Secret(std::string(kMattermostUrl));
      break;
    case ChatService::kDiscord:
      options.url = Secret(std::string(kDiscordUrl));
      break;
    case ChatService::kWebhook:
      options.url = Secret(std::string(kWebhookUrl));
      options.signing_secrets = {Secret(std::string(kSigningSecret))};
      break;
    case ChatService::kFile:
      options.path = "-";
      break;
  }
  return options;
}

inline sandbox::JsonValue json_of(std::string_view text) {
  Result<sandbox::JsonValue> value = sandbox::parse_json(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value ? std::move(*value) : sandbox::JsonValue{};
}

class ChatFixture : public ::testing::Test {
 protected:
  void use(ChatService service) { use(options_for(service)); }
  void use(ChatOptions options) {
    const ChatTools tools{.client = client, .clock = clock, .standard_output = output};
    Result<std::unique_ptr<Notifier>> made = make_channel(options, tools);
    ASSERT_TRUE(made.has_value()) << made.error().message;
    channel = std::move(*made);
  }

  SendResult send(Destination destination = {}) {
    Payload payload = channel->render(usual_message(), clock.now()).front();
    SendResult result = run_async(loop, channel->send(std::move(payload), std::move(destination)));
    // Whatever happens, no sentence tells a secret.
    EXPECT_THAT(result.explanation, ::testing::Not(::testing::HasSubstr("sEcReT")));
    return result;
  }
  SendResult after(ScriptedReply reply, Destination destination = {}) {
    client.answer(std::move(reply));
    return send(std::move(destination));
  }

  boost::asio::io_context loop;
  ScriptedClient client;
  FixedClock clock{*parse_instant("2026-03-02T09:00:00Z")};
  std::ostringstream output;
  std::unique_ptr<Notifier> channel;
};

}  // namespace plumbline
