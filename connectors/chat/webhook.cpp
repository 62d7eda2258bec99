// Any receiver that takes Standard Webhooks: signed, and told by an id which messages are one.
#include <memory>
#include <utility>

#include "connectors/chat/channels.h"
#include "connectors/chat/chat_channel.h"
#include "connectors/chat/webhook_signature.h"

namespace plumbline {
namespace {

class Webhook : public ChatChannel {
 public:
  using ChatChannel::ChatChannel;

 protected:
  Async<SendResult> send_supported(Payload payload, Destination destination) override {
    if (!destination.room.empty()) co_return refused("a webhook has no rooms");
    HttpRequest request = post(std::string(options().url.reveal()), std::move(payload.json));
    request.public_hosts_only = !options().allow_private_networks;
    sign(payload.id, request);
    const Attempt came = co_await attempt(request);
    if (const auto* failed = std::get_if<SendResult>(&came)) co_return *failed;
    co_return result_by_status(context(request, std::get<ChatReply>(came)));
  }

 private:
  // The moment is the attempt's: receivers refuse what is older than minutes.
  void sign(const std::string& id, HttpRequest& request) const {
    const Instant attempt = now();
    request.headers.push_back({"webhook-id", id});
    request.headers.push_back({"webhook-timestamp", std::to_string(attempt.time_since_epoch().count())});
    request.headers.push_back(
        {"webhook-signature", sign_webhook(id, attempt, request.body, options().signing_secrets)});
  }
};

}  // namespace

std::unique_ptr<Notifier> make_webhook(const ChatOptions& options, const ChatTools& tools) {
  return std::make_unique<Webhook>(options, tools.client, tools.clock);
}

}  // namespace plumbline
