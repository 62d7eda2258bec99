#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/chat/limits.h"
#include "sandbox/chat/markup.h"
#include "tests/sandbox/testing.h"

namespace plumbline::sandbox {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class ChatTest : public ::testing::Test {
 protected:
  Response post(std::string_view target, std::string_view body, Parameters headers = {}) {
    return sandbox_.send({.method = "POST",
                          .target = "/chat/" + std::string(target),
                          .headers = std::move(headers),
                          .body = std::string(body)});
  }
  std::string secret() { return sandbox_->chat().secrets().webhook; }
  std::string slack(std::string_view room = "sales") {
    return fmt::format("slack/services/T1/{}/{}", room, secret());
  }
  Response method(std::string_view name, std::string_view body) {
    return post("slack/api/" + std::string(name), body,
                {{"Authorization", "Bearer " + sandbox_->chat().secrets().slack_token}});
  }

  TestedSandbox sandbox_;
};

TEST_F(ChatTest, what_is_posted_can_be_had_back_and_cleared) {
  EXPECT_EQ(post(slack(), R"({"text":"hello"})").body, "ok");
  const auto posts = parse_json(sandbox_.get("/control/chat?service=slack&room=sales").body);
  ASSERT_TRUE(posts.has_value());
  ASSERT_THAT(*posts->array("posts"), SizeIs(1));
  EXPECT_EQ(posts->array("posts")->front().member("body")->text("text"), "hello");
  EXPECT_THAT(*parse_json(sandbox_.get("/control/chat?after=1").body)->array("posts"), SizeIs(0));
  sandbox_.control("chat/clear", "");
  EXPECT_THAT(*parse_json(sandbox_.get("/control/chat").body)->array("posts"), SizeIs(0));
}

TEST_F(ChatTest, one_message_a_second_and_the_next_must_wait) {
  EXPECT_EQ(post(slack(), R"({"text":"a"})").status, 200);
  const Response second = post(slack(), R"({"text":"b"})");
  EXPECT_EQ(second.status, 429);
  EXPECT_EQ(TestedSandbox::header(second, "Retry-After"), "1");
  EXPECT_EQ(post(slack("renewals"), R"({"text":"c"})").status, 200);
  sandbox_.control("clock", R"({"advance_seconds":1})");
  EXPECT_EQ(post(slack(), R"({"text":"b"})").status, 200);
  sandbox_.control("settings", R"({"chat_rate_limits":false})");
  EXPECT_EQ(post(slack(), R"({"text":"d"})").status, 200);
}

TEST_F(ChatTest, slack_refuses_in_its_own_words) {
  EXPECT_EQ(post("slack/services/T1/sales/wrong", R"({"text":"a"})").status, 404);
  EXPECT_EQ(post(slack(), "no json").body, "invalid_payload");
  EXPECT_EQ(post(slack(), R"({"text":""})").body, "no_text");
  EXPECT_EQ(
      post(slack(), R"({"text":"a","blocks":[{"type":"header","text":{"type":"plain_text","text":""}}]})")
          .body,
      "invalid_blocks");
  EXPECT_THAT(post("slack/api/chat.postMessage", "{}").body, HasSubstr("invalid_auth"));
}

TEST_F(ChatTest, slack_knows_people_threads_and_edits) {
  const Response person =
      sandbox_.send({.target = "/chat/slack/api/users.lookupByEmail?email=ada%40example.com",
                     .headers = {{"Authorization", "Bearer " + sandbox_->chat().secrets().slack_token}}});
  const std::string id = parse_json(person.body)->member("user")->text("id").value_or("");
  EXPECT_THAT(id, SizeIs(10));
  const auto posted =
      parse_json(method("chat.postMessage", fmt::format(R"({{"channel":"{}","text":"a"}})", id)).body);
  const std::string ts = posted->text("ts").value_or("");
  EXPECT_EQ(sandbox_->chat().rooms().posts().back().room, "ada@example.com");
  EXPECT_THAT(method("chat.update", fmt::format(R"({{"channel":"{}","ts":"{}","text":"b"}})", id, ts)).body,
              HasSubstr("\"ok\":true"));
  EXPECT_EQ(sandbox_->chat().rooms().posts().back().edits, 1U);
  EXPECT_THAT(method("chat.update", R"({"channel":"C1","ts":"9.9","text":"b"})").body,
              HasSubstr("message_not_found"));
}

TEST_F(ChatTest, teams_accepts_what_nobody_will_see) {
  const std::string target = "teams/sales?api-version=1&sig=" + secret();
  EXPECT_EQ(post(target, R"({"text":"bare"})").status, 202);
  EXPECT_THAT(sandbox_->chat().rooms().posts().back().fault, HasSubstr("attachments"));
  EXPECT_EQ(post("teams/sales?sig=" + secret(), "{}").status, 400);
  EXPECT_EQ(post("teams/sales?api-version=1&sig=x", "{}").status, 401);
}

TEST_F(ChatTest, google_makes_one_message_of_one_request_id) {
  sandbox_.control("settings", R"({"chat_rate_limits":false})");
  const std::string target = "google/v1/spaces/sales/messages?key=k&token=" + secret() + "&requestId=M1";
  const Response once = post(target, R"({"text":"a"})");
  EXPECT_EQ(post(target, R"({"text":"a"})").body, once.body);
  EXPECT_THAT(sandbox_->chat().rooms().posts(), SizeIs(1));
  EXPECT_THAT(post("google/v1/spaces/sales/messages?key=k&token=x", "{}").body,
              HasSubstr("PERMISSION_DENIED"));
}

TEST_F(ChatTest, an_answer_can_be_lost_after_the_message_was_taken) {
  sandbox_.control("faults", R"({"kind":"chat_lost_answer","count":1})");
  EXPECT_EQ(post(slack(), R"({"text":"a"})").delivery, Delivery::kReset);
  EXPECT_THAT(sandbox_->chat().rooms().posts(), SizeIs(1));
}

TEST_F(ChatTest, limits_are_those_of_the_services) {
  const auto value = [](std::string_view text) { return *parse_json(text); };
  EXPECT_EQ(discord_fault(value(fmt::format(R"({{"content":"{}"}})", std::string(2'001, 'a')))), "content");
  EXPECT_EQ(discord_fault(value(fmt::format(R"({{"content":"{}"}})", std::string(2'000, 'a')))), "");
  EXPECT_NE(mattermost_fault(value(fmt::format(R"({{"text":"{}"}})", std::string(16'384, 'a')))), "");
  EXPECT_NE(google_fault(value(R"({"text":"a"})"), 32'001), "");
  EXPECT_NE(teams_fault(value(R"({"attachments":[]})"), 30'000), "");
}

TEST_F(ChatTest, the_page_shows_rooms_and_lets_no_message_into_its_html) {
  post(slack(),
       R"({"text":"a","blocks":[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":)"
       R"([{"type":"text","text":"<script>x</script> <!channel>"}]}]}]})");
  const std::string page = sandbox_.get("/control/chat/page").body;
  EXPECT_THAT(page, HasSubstr("slack · sales"));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;x&lt;/script&gt; &lt;!channel&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
  EXPECT_THAT(page, Not(HasSubstr("class=\"ping\"")));
}

TEST_F(ChatTest, markup_is_shown_as_the_services_would) {
  EXPECT_EQ(markdown_html("**[A\\*b](https://x.example)** \\<b>"),
            R"(<div><b><a href="https://x.example" rel="noreferrer">A*b</a></b> &lt;b&gt;</div>)");
  EXPECT_THAT(markdown_html("@here"), HasSubstr("ping"));
  EXPECT_THAT(markdown_html("@\xE2\x80\x8Bhere"), Not(HasSubstr("ping")));
  EXPECT_THAT(markdown_html("[a](javascript:x)"), Not(HasSubstr("href")));
  EXPECT_THAT(mrkdwn_html("<!channel> &lt;!here&gt;"), HasSubstr("&lt;!here&gt;"));
  EXPECT_EQ(card_html("<b>a</b><script>&lt;"), "<b>a</b>&lt;script>&lt;");
}

}  // namespace
}  // namespace plumbline::sandbox
