// A Google Chat webhook: posts into one space; keeps threads by our own names for them.
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "connectors/chat/channels.h"
#include "connectors/chat/chat_channel.h"

namespace plumbline {
namespace {

class GoogleChat : public ChatChannel {
 public:
  using ChatChannel::ChatChannel;

 protected:
  Async<SendResult> send_supported(Payload payload, Destination destination) override {
    if (!destination.room.empty()) co_return refused("a Google Chat webhook posts into its own space alone");
    // A thread is named by the message itself, and without this option the name is not looked at.
    std::string url =
        with_parameter(options().url.reveal(), "messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD");
    if (!payload.id.empty()) url = with_parameter(url, fmt::format("requestId={}", payload.id));
    HttpRequest request = post(std::move(url), std::move(payload.json));
    const Attempt came = co_await attempt(request);
    if (const auto* failed = std::get_if<SendResult>(&came)) co_return *failed;
    co_return judge(context(request, std::get<ChatReply>(came)));
  }

 private:
  static SendResult judge(const ReplyContext& context) {
    const ReplyFields fields = reply_fields(context.reply.body);
    const std::string_view code = field_of(fields, "error.status");
    if (code == "RESOURCE_EXHAUSTED") return retry_later(context, code);
    SendResult result = result_by_status(context, code);
    if (result.outcome == SendOutcome::kDelivered) {
      result.message_id = field_of(fields, "name");
      result.room = field_of(fields, "space.name");
    }
    return result;
  }
};

}  // namespace

std::unique_ptr<Notifier> make_google_chat(const ChatOptions& options, const ChatTools& tools) {
  return std::make_unique<GoogleChat>(options, tools.client, tools.clock);
}

}  // namespace plumbline
