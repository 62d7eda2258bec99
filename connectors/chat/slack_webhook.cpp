// A Slack incoming webhook: posts into the one channel it was made for, and learns nothing of what it posted.
#include <algorithm>
#include <memory>
#include <utility>

#include "connectors/chat/channels.h"
#include "connectors/chat/chat_channel.h"
#include "connectors/chat/slack_reply.h"

namespace plumbline {
namespace {

// "channel_is_archived": Slack's codes are words, and a page of somebody between is none.
bool is_code(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

std::string_view without_line_end(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

class SlackWebhook : public ChatChannel {
 public:
  using ChatChannel::ChatChannel;

 protected:
  Async<SendResult> send_supported(Payload payload, Destination destination) override {
    if (!destination.room.empty()) co_return refused("a Slack webhook posts into its own channel alone");
    HttpRequest request = post(std::string(options().url.reveal()), std::move(payload.json));
    const Attempt came = co_await attempt(request);
    if (const auto* failed = std::get_if<SendResult>(&came)) co_return *failed;
    co_return judge(context(request, std::get<ChatReply>(came)));
  }

 private:
  static SendResult judge(const ReplyContext& context) {
    const std::string_view body = without_line_end(context.reply.body);
    const int status = context.reply.head.status;
    if (status == 200 && body == "ok") return delivered();
    const bool is_odd_status = status < 200 || status >= 300;
    // The word tells more than the status; where there is none, the status must do.
    if (is_code(body) && status < 500) return slack_failure(context, body);
    if (is_odd_status) return result_by_status(context, body);
    // 200 and something else than a word is no answer of Slack's.
    return ambiguous(context, SendFault::kNetwork, {});
  }
};

}  // namespace

std::unique_ptr<Notifier> make_slack_webhook(const ChatOptions& options, const ChatTools& tools) {
  return std::make_unique<SlackWebhook>(options, tools.client, tools.clock);
}

}  // namespace plumbline
