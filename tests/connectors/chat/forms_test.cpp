// What holds of every service's form, whatever the message.
#include <algorithm>
#include <functional>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/chat/chat_services.h"
#include "connectors/chat/discord_form.h"
#include "connectors/chat/google_form.h"
#include "connectors/chat/mattermost_form.h"
#include "connectors/chat/message_parts.h"
#include "connectors/chat/plain_form.h"
#include "connectors/chat/slack_form.h"
#include "connectors/chat/teams_form.h"
#include "sandbox/web/json_value.h"
#include "tests/connectors/chat/messages.h"

namespace plumbline {
namespace {

using sandbox::JsonArray;
using sandbox::JsonObject;
using sandbox::JsonValue;

constexpr Instant kNow{std::chrono::seconds{1'772'442'000}};

// Every text of the document, in order, with the name it stands under.
void each_text(const JsonValue& value, std::string_view name,
               const std::function<void(std::string_view, const std::string&)>& see) {
  if (const auto* text = std::get_if<std::string>(&value.value)) see(name, *text);
  if (const auto* list = std::get_if<JsonArray>(&value.value)) {
    for (const JsonValue& inner : *list) each_text(inner, name, see);
  }
  if (const auto* object = std::get_if<JsonObject>(&value.value)) {
    for (const auto& [key, inner] : *object) each_text(inner, key, see);
  }
}

std::string all_text(const std::vector<Payload>& payloads) {
  std::string out;
  for (const Payload& payload : payloads) {
    const auto json = sandbox::parse_json(payload.json);
    EXPECT_TRUE(json.has_value()) << payload.json.substr(0, 500);
    if (json) each_text(*json, "", [&](std::string_view, const std::string& text) { out += text + "\n"; });
  }
  return out;
}

std::size_t units(std::string_view text) { return cost_of(text, utf16_units); }

std::size_t most_of(const std::string& json, std::string_view wanted) {
  std::size_t most = 0;
  each_text(*sandbox::parse_json(json), "", [&](std::string_view name, const std::string& text) {
    if (name == wanted) most = std::max(most, units(text));
  });
  return most;
}

// The limits of each service, counted here by what stands in the document.
void check_slack(const std::string& json) {
  const JsonValue body = *sandbox::parse_json(json);
  EXPECT_LE(body.array("blocks")->size(), 50U);
  EXPECT_LE(units(*body.text("text")), 4'000U);
  std::size_t sum = 0;
  for (const JsonValue& block : *body.array("blocks")) {
    std::size_t of_block = 0;
    each_text(block, "", [&](std::string_view name, const std::string& text) {
      if (name == "text") {
        of_block += units(escape_slack(text));
        EXPECT_FALSE(text.empty());
      }
    });
    EXPECT_LE(of_block, 3'000U);
    sum += of_block;
    if (block.text("type") == "header") EXPECT_LE(units(block.member("text")->text("text").value()), 150U);
    if (block.text("type") == "context") EXPECT_LE(block.array("elements")->size(), 10U);
  }
  EXPECT_LE(sum, 13'000U);
  EXPECT_LE(most_of(json, "url"), 3'000U);
}

void check_teams(const std::string& json) {
  EXPECT_LE(json.size(), 20'000U);
  std::size_t entities = 0;
  each_text(*sandbox::parse_json(json), "", [&](std::string_view name, const std::string& text) {
    if (name == "type" && text == "mention") ++entities;
  });
  EXPECT_LE(entities, 1U);
}

void check_google(const std::string& json) {
  EXPECT_LE(json.size(), 32'000U);
  std::size_t widgets = 0;
  const JsonValue body = *sandbox::parse_json(json);
  for (const JsonValue& section : *body.array("cardsV2")->front().member("card")->array("sections")) {
    EXPECT_FALSE(section.array("widgets")->empty());
    widgets += section.array("widgets")->size();
  }
  EXPECT_LE(widgets, 100U);
}

void check_mattermost(const std::string& json) { EXPECT_LE(most_of(json, "text"), 16'383U); }

void check_discord(const std::string& json) {
  const JsonValue body = *sandbox::parse_json(json);
  EXPECT_LE(units(*body.text("content")), 2'000U);
  EXPECT_LE(body.array("embeds")->size(), 10U);
  EXPECT_TRUE(body.member("allowed_mentions")->array("parse")->empty());
  EXPECT_LE(most_of(json, "title"), 256U);
  EXPECT_LE(most_of(json, "description"), 4'096U);
  std::size_t sum = 0;
  for (const JsonValue& embed : *body.array("embeds")) {
    sum += units(embed.text("title").value_or("")) + units(embed.text("description").value_or(""));
    EXPECT_TRUE(embed.text("title") || embed.text("description"));
  }
  EXPECT_LE(sum, 6'000U);
}

void check_webhook(const std::string& json) { EXPECT_LT(json.size(), 20'000U); }
void check_file(const std::string& json) { EXPECT_FALSE(json.contains('\n')); }

const std::map<ChatService, void (*)(const std::string&)> kChecks = {
    {ChatService::kSlackWebhook, check_slack},    {ChatService::kSlackBot, check_slack},
    {ChatService::kTeams, check_teams},           {ChatService::kGoogleChat, check_google},
    {ChatService::kMattermost, check_mattermost}, {ChatService::kDiscord, check_discord},
    {ChatService::kWebhook, check_webhook},       {ChatService::kFile, check_file}};

class FormsTest : public ::testing::TestWithParam<ChatService> {
 protected:
  static std::vector<Payload> render(const Message& message) {
    return row_of(GetParam()).render(message, kNow);
  }
};

TEST_P(FormsTest, ugly_messages_keep_every_limit_and_lose_nothing) {
  UglyMessages messages(static_cast<unsigned>(GetParam()) + 1);
  for (int round = 0; round < 8; ++round) {
    const Message message = messages.next();
    const std::vector<Payload> payloads = render(message);
    ASSERT_FALSE(payloads.empty());
    for (std::size_t i = 0; i < payloads.size(); ++i) {
      EXPECT_EQ(payloads[i].part, i + 1);
      EXPECT_EQ(payloads[i].parts, payloads.size());
      kChecks.at(GetParam())(payloads[i].json);
    }
    const std::string text = all_text(payloads);
    for (const std::string& word : messages.words()) ASSERT_THAT(text, ::testing::HasSubstr(word));
    ASSERT_FALSE(HasFailure()) << "round " << round;
  }
}

TEST_P(FormsTest, two_hundred_items_come_in_numbered_parts_and_in_order) {
  Message message = usual_message();
  message.sections.resize(1);
  message.sections[0].items.clear();
  for (int i = 0; i < 200; ++i)
    message.sections[0].items.push_back({.title = fmt::format("deal{}x", i),
                                         .text = "The close date is past due, and nobody has said why.",
                                         .remedy = "Set a close date in the future, or close it."});
  const std::vector<Payload> payloads = render(message);
  const std::string text = all_text(payloads);
  std::size_t at = 0;
  for (int i = 0; i < 200; ++i) {
    at = text.find(fmt::format("deal{}x", i), at);
    ASSERT_NE(at, std::string::npos) << i;
  }
  if (GetParam() == ChatService::kFile) {
    EXPECT_EQ(payloads.size(), 1U);
    return;
  }
  ASSERT_GT(payloads.size(), 1U);
  EXPECT_EQ(payloads[0].id, "M7QK2");
  EXPECT_EQ(payloads[1].id, "M7QK2-2");
  if (GetParam() == ChatService::kWebhook) return;  // has the numbers as members
  EXPECT_THAT(payloads[1].json, ::testing::HasSubstr(fmt::format("(2 of {})", payloads.size())));
  EXPECT_THAT(payloads[1].json, ::testing::HasSubstr("Close dates (continued)"));
}

TEST_P(FormsTest, a_text_without_end_is_carried_on_and_not_cut) {
  Message message = usual_message();
  std::string longest;
  for (int i = 0; i < 6'000; ++i) longest += fmt::format("word{}x ", i);
  message.sections[0].items[0].text = longest;
  const std::string text = all_text(render(message));
  std::size_t at = 0;
  for (int i = 0; i < 6'000; ++i) {
    at = text.find(fmt::format("word{}x", i), at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

TEST_P(FormsTest, the_same_message_gives_the_same_bytes) {
  UglyMessages messages(7);
  const Message message = messages.next();
  const std::vector<Payload> once = render(message);
  const std::vector<Payload> again = render(message);
  ASSERT_EQ(once.size(), again.size());
  for (std::size_t i = 0; i < once.size(); ++i) EXPECT_EQ(once[i].json, again[i].json);
}

TEST_P(FormsTest, an_empty_message_is_still_a_payload_with_its_name) {
  Message message;
  message.id = "M1";
  message.headline = "Nothing to do";
  const std::vector<Payload> payloads = render(message);
  ASSERT_EQ(payloads.size(), 1U);
  EXPECT_THAT(all_text(payloads), ::testing::HasSubstr("Nothing to do"));
  EXPECT_THAT(all_text(payloads), ::testing::HasSubstr("M1"));
}

TEST_P(FormsTest, a_repeat_says_that_it_may_be_one) {
  if (GetParam() == ChatService::kWebhook || GetParam() == ChatService::kFile)
    return;  // have a member for it
  Message message = usual_message();
  message.possible_repeat = true;
  EXPECT_THAT(render(message)[0].json, ::testing::ContainsRegex("Possible repeat\\\\*:"));
}

std::string name_of(const ::testing::TestParamInfo<ChatService>& info) {
  return std::string(to_string(info.param));
}

INSTANTIATE_TEST_SUITE_P(all, FormsTest,
                         ::testing::Values(ChatService::kSlackWebhook, ChatService::kSlackBot,
                                           ChatService::kTeams, ChatService::kGoogleChat,
                                           ChatService::kMattermost, ChatService::kDiscord,
                                           ChatService::kWebhook, ChatService::kFile),
                         name_of);

}  // namespace
}  // namespace plumbline
