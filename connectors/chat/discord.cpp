// A Discord webhook: tells the message's id, by which it can be changed.
#include <charconv>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "connectors/chat/channels.h"
#include "connectors/chat/chat_channel.h"

namespace plumbline {
namespace {

class Discord : public ChatChannel {
 public:
  using ChatChannel::ChatChannel;

 protected:
  Async<SendResult> send_supported(Payload payload, Destination destination) override {
    if (!destination.room.empty() && destination.replaces.empty())
      co_return refused("a Discord webhook posts into its own channel alone");
    HttpRequest request = post(address(destination), std::move(payload.json));
    if (!destination.replaces.empty()) request.method = HttpMethod::kPatch;
    const Attempt came = co_await attempt(request);
    if (const auto* failed = std::get_if<SendResult>(&came)) co_return *failed;
    co_return judge(context(request, std::get<ChatReply>(came)));
  }

 private:
  // Without wait=true a message that was not kept gets no error.
  std::string address(const Destination& destination) const {
    const std::string_view url = options().url.reveal();
    if (destination.replaces.empty()) return with_parameter(url, "wait=true");
    const std::size_t query = std::min(url.find('?'), url.size());
    return fmt::format("{}/messages/{}{}", url.substr(0, query), destination.replaces, url.substr(query));
  }

  static SendResult judge(const ReplyContext& context) {
    const ReplyFields fields = reply_fields(context.reply.body);
    SendResult result = result_by_status(context, field_of(fields, "code"));
    constexpr std::string_view kUnknownMessage = "10008";
    if (result.fault == SendFault::kGone && field_of(fields, "code") == kUnknownMessage)
      return refusal(context, SendFault::kClient, kUnknownMessage,
                     "the message to change is not there any more");
    if (result.outcome == SendOutcome::kDelivered) {
      result.message_id = field_of(fields, "id");
      result.room = field_of(fields, "channel_id");
      result.wait = wait_when_used_up(context.reply);
    }
    return result;
  }

  // The last message that was allowed for now says how long now is.
  static std::optional<std::chrono::milliseconds> wait_when_used_up(const ChatReply& reply) {
    const auto remaining = reply.head.header("X-RateLimit-Remaining");
    const auto reset = reply.head.header("X-RateLimit-Reset-After");
    if (remaining != "0" || !reset) return std::nullopt;
    return wait_of(
        ChatReply{.head = {.status = 0, .headers = {{"Retry-After", std::string(*reset)}}}, .body = {}},
        Instant{});
  }
};

}  // namespace

std::unique_ptr<Notifier> make_discord(const ChatOptions& options, const ChatTools& tools) {
  return std::make_unique<Discord>(options, tools.client, tools.clock);
}

}  // namespace plumbline
