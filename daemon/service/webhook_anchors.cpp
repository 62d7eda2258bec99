#include "daemon/service/webhook_anchors.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/run_on.h"
#include "connectors/http/curl_client.h"
#include "connectors/http/redact.h"
#include "connectors/http/retrying_client.h"
#include "daemon/sources/network_options.h"

namespace plumbline {
namespace {

constexpr int kFirstGoodStatus = 200;
constexpr int kFirstRedirection = 300;
constexpr int kFirstRefusal = 400;

// Whoever receives it need not take the body apart.
HttpRequest request_for(const WebhookAnchor& webhook, const NewestCheckpoint& checkpoint) {
  return {.method = HttpMethod::kPost,
          .url = std::string(webhook.url.reveal()),
          .headers = {{.name = "Content-Type", .value = "text/plain; charset=utf-8"},
                      {.name = "Plumbline-Checkpoint-Origin", .value = checkpoint.says.origin},
                      {.name = "Plumbline-Checkpoint-Size", .value = fmt::to_string(checkpoint.says.size)}},
          .body = checkpoint.note,
          .secret_url = true,
          .most_bytes = kMostWebhookReplyBytes,
          // The same checkpoint twice says no more than once.
          .repeatable = true};
}

// What the receiver writes may hold anything, also the address; its status is enough.
Status answered(int status, const std::string& target) {
  if (status >= kFirstGoodStatus && status < kFirstRedirection) return {};
  if (status >= kFirstRedirection && status < kFirstRefusal)
    return fail(ErrorCode::kUnavailable,
                fmt::format("{} answered {}: it redirects, which is not followed; write the address it leads "
                            "to into the webhook's file",
                            target, status));
  return fail(ErrorCode::kUnavailable,
              fmt::format("{} answered {} and did not take the checkpoint", target, status));
}

struct Look {
  std::optional<NewestCheckpoint> newest;
  AnchorState state;
};

Result<Look> look_at(const Ledger& ledger, const std::string& anchor) {
  Result<std::optional<NewestCheckpoint>> newest = newest_checkpoint(ledger);
  if (!newest) return fail(newest.error());
  Result<AnchorState> state = anchor_state(ledger, anchor);
  if (!state) return fail(state.error());
  return Look{.newest = *std::move(newest), .state = *std::move(state)};
}

// What cannot be kept is found out anew: the anchor is told once more.
std::string with_doubt(std::string failure, const Status& kept) {
  if (kept) return failure;
  return fmt::format("{}{}that could not be noted: {}", failure, failure.empty() ? "" : "; ",
                     kept.error().to_string());
}

}  // namespace

WebhookAnchors::WebhookAnchors(std::vector<WebhookAnchor> webhooks, std::unique_ptr<HttpClient> client,
                               const Clock& clock)
    : webhooks_(std::move(webhooks)), clock_(clock) {
  clients_.push_back(std::move(client));
}

Result<std::shared_ptr<WebhookAnchors>> WebhookAnchors::make(const Configuration& configuration,
                                                             const SourceTools& tools) {
  const std::vector<WebhookAnchor>& webhooks = configuration.audit.webhooks;
  CurlOptions options = network_options(configuration);
  options.total_time = kWebhookTime;
  // Whoever writes such an address means this machine; elsewhere plain http is refused.
  options.allow_plain_loopback = std::ranges::any_of(
      webhooks, [](const WebhookAnchor& one) { return one.url.reveal().starts_with("http://"); });
  Result<std::unique_ptr<CurlClient>> client = CurlClient::make(tools.executor, std::move(options));
  if (!client) return fail(client.error());
  HttpClient& network = **client;
  auto anchors = std::make_shared<WebhookAnchors>(webhooks, *std::move(client), tools.clock);
  anchors->clients_.push_back(std::make_unique<RetryingClient>(
      network, RetryOptions{.most_attempts = kMostWebhookAttempts, .most_total_time = kWebhookTotalTime},
      RetryTools{
          .pauses = tools.pauses, .clock = tools.clock, .random = chance(), .on_repeat = tools.on_repeat}));
  return anchors;
}

std::vector<std::string> WebhookAnchors::names() const {
  std::vector<std::string> names;
  for (const WebhookAnchor& one : webhooks_) names.push_back(anchor_name(one.name.text));
  return names;
}

Async<Status> WebhookAnchors::post(const WebhookAnchor& webhook, NewestCheckpoint checkpoint) {
  HttpRequest request = request_for(webhook, checkpoint);
  const std::string target = target_of(request);
  Async<Result<HttpResponse>> ask = fetch(*clients_.back(), std::move(request));
  const Result<HttpResponse> response = co_await std::move(ask);
  if (!response) co_return fail(response.error());
  co_return answered(response->head.status, target);
}

Async<AnchorOutcome> WebhookAnchors::bring(std::size_t index, LedgerPlace place) {
  using Kind = AnchorOutcome::Kind;
  const WebhookAnchor& webhook = webhooks_[index];
  AnchorOutcome outcome{.anchor = anchor_name(webhook.name.text)};
  auto look = [&ledger = place.ledger, name = outcome.anchor] { return look_at(ledger, name); };
  Result<Look> found = co_await run_on(place.thread, std::move(look));
  if (!found) {
    outcome.kind = Kind::kFailed;
    outcome.failure = found.error().to_string();
    co_return outcome;
  }
  if (!found->newest) co_return outcome;
  const Checkpoint says = found->newest->says;
  outcome.entries = says.size;
  if (!is_due(found->state, says)) co_return outcome;
  Async<Status> send = post(webhook, *std::move(found->newest));
  const Status sent = co_await std::move(send);
  AnchorState state = std::move(found->state);
  state.failure.reset();
  if (sent) {
    outcome.kind = Kind::kTaken;
    state.reached = AnchorReach{.size = says.size, .at = says.at};
  } else if (sent.error().code == ErrorCode::kCancelled) {
    outcome.kind = Kind::kCancelled;
    co_return outcome;
  } else {
    outcome.kind = Kind::kFailed;
    outcome.failure = sent.error().to_string();
    state.failure = AnchorFailure{.at = clock_.now(), .why = outcome.failure};
  }
  auto keep = [&ledger = place.ledger, name = outcome.anchor, state = std::move(state), now = clock_.now()] {
    return keep_anchor_state(ledger, name, state, now);
  };
  const Status kept = co_await run_on(place.thread, std::move(keep));
  outcome.failure = with_doubt(std::move(outcome.failure), kept);
  co_return outcome;
}

}  // namespace plumbline
