// A Mattermost incoming webhook.
#include <memory>
#include <utility>

#include "base/json.h"
#include "connectors/chat/channels.h"
#include "connectors/chat/chat_channel.h"

namespace plumbline {
namespace {

class Mattermost : public ChatChannel {
 public:
  using ChatChannel::ChatChannel;

 protected:
  Async<SendResult> send_supported(Payload payload, Destination destination) override {
    const std::string& room = destination.room.empty() ? options().room : destination.room;
    HttpRequest request = post(std::string(options().url.reveal()), with_room(payload.json, room));
    const Attempt came = co_await attempt(request);
    if (const auto* failed = std::get_if<SendResult>(&came)) co_return *failed;
    co_return judge(context(request, std::get<ChatReply>(came)));
  }

 private:
  static std::string with_room(const std::string& form, const std::string& room) {
    if (room.empty()) return form;
    std::string front;
    JsonWriter(front).begin_object().key("channel").string(room).end_object();
    return joined(front, form);
  }

  static SendResult judge(const ReplyContext& context) {
    // "web.incoming_webhook.channel.app_error" and the like.
    return result_by_status(context, field_of(reply_fields(context.reply.body), "id"));
  }
};

}  // namespace

std::unique_ptr<Notifier> make_mattermost(const ChatOptions& options, const ChatTools& tools) {
  return std::make_unique<Mattermost>(options, tools.client, tools.clock);
}

}  // namespace plumbline
