#include "daemon/service/webhook_anchors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "tests/kit/run_async.h"
#include "tests/kit/scripted_client.h"
#include "tests/ledger/audit/log_fixture.h"

namespace plumbline {
namespace {

using testing::HasSubstr;
using testing::Not;
using Kind = AnchorOutcome::Kind;

constexpr std::string_view kAddress = "https://audit.example/hooks/T0PSECRET";

class WebhookAnchorsTest : public LogFixture {
 protected:
  WebhookAnchorsTest() {
    auto client = std::make_unique<ScriptedClient>();
    client_ = client.get();
    std::vector<WebhookAnchor> webhooks;
    webhooks.push_back({.name = {.text = "auditor", .where = {}}, .url = Secret(std::string(kAddress))});
    anchors_ = std::make_unique<WebhookAnchors>(std::move(webhooks), std::move(client), clock_);
  }

  AnchorOutcome bring(Ledger& ledger) {
    return run_async(loop_, anchors_->bring(0, {.ledger = ledger, .thread = loop_.get_executor()}));
  }
  static AnchorState state_of(const Ledger& ledger) { return must(anchor_state(ledger, "webhook:auditor")); }

  FixedClock clock_{minute(60)};
  boost::asio::io_context loop_;
  ScriptedClient* client_ = nullptr;
  std::unique_ptr<WebhookAnchors> anchors_;
};

TEST_F(WebhookAnchorsTest, the_body_is_the_checkpoint_and_headers_say_whose_and_how_large) {
  Ledger ledger = open();
  const std::string checkpoint = add(ledger, 3, minute(0));
  client_->answer({.status = 204});
  const AnchorOutcome outcome = bring(ledger);
  EXPECT_EQ(outcome.kind, Kind::kTaken) << outcome.failure;
  EXPECT_EQ(outcome.anchor, "webhook:auditor");
  EXPECT_EQ(outcome.entries, 3U);
  ASSERT_EQ(client_->requests().size(), 1U);
  const HttpRequest& asked = client_->requests()[0];
  EXPECT_EQ(asked.method, HttpMethod::kPost);
  EXPECT_EQ(asked.url, kAddress);
  EXPECT_TRUE(asked.secret_url) << "logs must not show it";
  EXPECT_TRUE(asked.may_be_repeated());
  EXPECT_EQ(asked.most_bytes, kMostWebhookReplyBytes);
  EXPECT_EQ(asked.body, checkpoint);
  EXPECT_EQ(header_of(asked, "Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(header_of(asked, "Plumbline-Checkpoint-Origin"), "plumbline/default");
  EXPECT_EQ(header_of(asked, "Plumbline-Checkpoint-Size"), "3");
}

TEST_F(WebhookAnchorsTest, what_the_anchor_knows_is_not_sent_again) {
  Ledger ledger = open();
  EXPECT_EQ(bring(ledger).kind, Kind::kKnown) << "nothing was logged yet";
  add(ledger, 3, minute(0));
  client_->answer({});
  EXPECT_EQ(bring(ledger).kind, Kind::kTaken);
  EXPECT_EQ(bring(ledger).kind, Kind::kKnown);
  EXPECT_EQ(client_->requests().size(), 1U);
}

TEST_F(WebhookAnchorsTest, a_failure_is_kept_and_the_newest_checkpoint_makes_up_for_it) {
  Ledger ledger = open();
  add(ledger, 3, minute(0));
  client_->answer({.status = 503, .body = "busy: https://audit.example/hooks/T0PSECRET"});
  const AnchorOutcome failed = bring(ledger);
  EXPECT_EQ(failed.kind, Kind::kFailed);
  EXPECT_EQ(failed.failure, "audit.example answered 503 and did not take the checkpoint");
  const AnchorState due = state_of(ledger);
  EXPECT_FALSE(due.reached);
  ASSERT_TRUE(due.failure);
  EXPECT_EQ(due.failure->at, minute(60));
  EXPECT_EQ(due.failure->why, failed.failure);

  add(ledger, 2, minute(1));
  const std::string newest = add(ledger, 2, minute(2));
  client_->answer({});
  EXPECT_EQ(bring(ledger).kind, Kind::kTaken);
  EXPECT_EQ(client_->requests().back().body, newest);
  EXPECT_EQ(client_->requests().size(), 2U) << "those between are covered by it";
  const AnchorState known = state_of(ledger);
  EXPECT_FALSE(known.failure);
  ASSERT_TRUE(known.reached);
  EXPECT_EQ(known.reached->size, 7U);
  EXPECT_EQ(known.reached->at, minute(2));
}

TEST_F(WebhookAnchorsTest, a_failure_does_not_forget_what_was_known_before) {
  Ledger ledger = open();
  add(ledger, 3, minute(0));
  client_->answer({}).answer(
      {.failure =
           Error{.code = ErrorCode::kUnavailable, .message = "audit.example is not there", .where = {}}});
  bring(ledger);
  add(ledger, 1, minute(1));
  EXPECT_EQ(bring(ledger).kind, Kind::kFailed);
  EXPECT_EQ(state_of(ledger).reached->size, 3U);
  EXPECT_EQ(state_of(ledger).failure->why, "audit.example is not there");
}

TEST_F(WebhookAnchorsTest, a_redirection_is_not_followed_and_its_address_not_shown) {
  Ledger ledger = open();
  add(ledger, 1, minute(0));
  client_->answer(
      {.status = 302, .headers = {{.name = "Location", .value = "https://new.example/T0PSECRET"}}});
  const AnchorOutcome outcome = bring(ledger);
  EXPECT_EQ(outcome.kind, Kind::kFailed);
  EXPECT_THAT(outcome.failure, HasSubstr("audit.example answered 302: it redirects, which is not followed"));
  EXPECT_THAT(outcome.failure, Not(HasSubstr("T0PSECRET")));
  EXPECT_EQ(client_->requests().size(), 1U);
}

TEST_F(WebhookAnchorsTest, a_reply_without_end_is_a_failure) {
  Ledger ledger = open();
  add(ledger, 1, minute(0));
  client_->answer({.body = std::string(kMostWebhookReplyBytes + 1, 'x'), .piece_bytes = 1000});
  const AnchorOutcome outcome = bring(ledger);
  EXPECT_EQ(outcome.kind, Kind::kFailed);
  EXPECT_THAT(outcome.failure, HasSubstr("more than the 65536 bytes"));
}

TEST_F(WebhookAnchorsTest, what_is_given_up_is_neither_kept_nor_a_failure) {
  Ledger ledger = open();
  add(ledger, 1, minute(0));
  client_->answer({.failure = Error{.code = ErrorCode::kCancelled, .message = "given up", .where = {}}});
  EXPECT_EQ(bring(ledger).kind, Kind::kCancelled);
  EXPECT_FALSE(state_of(ledger).failure);
}

TEST_F(WebhookAnchorsTest, a_ledger_that_cannot_be_read_is_told) {
  Ledger ledger = open();
  add(ledger, 1, minute(0));
  tamper("UPDATE audit_checkpoint SET note = 'nonsense'");
  const AnchorOutcome outcome = bring(ledger);
  EXPECT_EQ(outcome.kind, Kind::kFailed);
  EXPECT_NE(outcome.failure, "");
}

}  // namespace
}  // namespace plumbline
