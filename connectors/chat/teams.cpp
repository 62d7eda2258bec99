// A Microsoft Teams workflow: 202 says that it was started, and nobody ever says how it ended.
#include <memory>
#include <utility>

#include "connectors/chat/channels.h"
#include "connectors/chat/chat_channel.h"

namespace plumbline {
namespace {

class Teams : public ChatChannel {
 public:
  using ChatChannel::ChatChannel;

 protected:
  Async<SendResult> send_supported(Payload payload, Destination destination) override {
    if (!destination.room.empty()) co_return refused("a Teams workflow posts where it was made to alone");
    // Byte for byte: a parameter that is left out or written otherwise makes the address another.
    HttpRequest request = post(std::string(options().url.reveal()), std::move(payload.json));
    const Attempt came = co_await attempt(request);
    if (const auto* failed = std::get_if<SendResult>(&came)) co_return *failed;
    co_return judge(context(request, std::get<ChatReply>(came)));
  }

 private:
  static SendResult judge(const ReplyContext& context) {
    const ReplyFields fields = reply_fields(context.reply.body);
    SendResult result = result_by_status(context, field_of(fields, "error.code"));
    if (result.outcome == SendOutcome::kDelivered) result.outcome = SendOutcome::kAccepted;
    if (result.outcome == SendOutcome::kPermanent && result.fault == SendFault::kClient &&
        field_of(fields, "error.code") == "MissingApiVersionParameter") {
      return refusal(
          context, SendFault::kGone, "MissingApiVersionParameter",
          "the address is not complete; copy all of it, with what is behind the question mark, into "
          "its file");
    }
    return result;
  }
};

}  // namespace

std::unique_ptr<Notifier> make_teams(const ChatOptions& options, const ChatTools& tools) {
  return std::make_unique<Teams>(options, tools.client, tools.clock);
}

}  // namespace plumbline
