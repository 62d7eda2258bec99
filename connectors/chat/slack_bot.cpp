// A Slack bot: finds people by their e-mail, writes to them and into channels, replies and changes what it
// wrote.
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/json.h"
#include "connectors/chat/channels.h"
#include "connectors/chat/chat_channel.h"
#include "connectors/chat/people_cache.h"
#include "connectors/chat/slack_form.h"
#include "connectors/chat/slack_reply.h"

namespace plumbline {
namespace {

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                          c == '-' || c == '.' || c == '_' || c == '~';
    out += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

class SlackBot : public ChatChannel {
 public:
  SlackBot(const ChatOptions& options, HttpClient& client, const Clock& clock)
      : ChatChannel(options, client, clock), people_(options.remember_found, options.remember_missing) {}

 protected:
  Async<SendResult> send_supported(Payload payload, Destination destination) override {
    std::string room = destination.room.empty() ? options().room : destination.room;
    if (!destination.email.empty() && destination.replaces.empty()) {
      std::variant<std::string, SendResult> user = co_await find_user(destination.email);
      if (auto* failed = std::get_if<SendResult>(&user)) co_return std::move(*failed);
      room = std::move(std::get<std::string>(user));
    }
    if (room.empty()) co_return refused("a Slack bot needs a room or a person; give the channel a room");
    const bool edits = !destination.replaces.empty();
    HttpRequest request =
        authorized(edits ? "chat.update" : "chat.postMessage", body(payload, room, destination));
    const Attempt came = co_await attempt(request);
    if (const auto* failed = std::get_if<SendResult>(&came)) co_return *failed;
    co_return judge(request, std::get<ChatReply>(came), destination);
  }

 private:
  // {"channel", then "thread_ts" of the message to reply to or "ts" of that to change, and all of the form.
  static std::string body(const Payload& payload, const std::string& room, const Destination& destination) {
    std::string front;
    JsonWriter json(front);
    json.begin_object().key("channel").string(room);
    if (!destination.replaces.empty()) {
      json.key("ts").string(destination.replaces);
    } else if (!destination.thread.empty()) {
      json.key("thread_ts").string(destination.thread);
    }
    json.end_object();
    return joined(front, payload.json);
  }

  HttpRequest authorized(std::string_view method, std::string json) const {
    HttpRequest request = post(fmt::format("{}/{}", options().api_url, method), std::move(json));
    request.secret_url = false;
    request.secret_headers.emplace_back("Authorization",
                                        Secret(fmt::format("Bearer {}", options().token.reveal())));
    return request;
  }

  SendResult judge(const HttpRequest& request, const ChatReply& reply, const Destination& destination) {
    const ReplyContext context = this->context(request, reply);
    const ReplyFields fields = reply_fields(reply.body);
    const std::string_view code = field_of(fields, "error");
    const bool is_sound = reply.head.status == 200;
    if (is_sound && field_of(fields, "ok") == "true")
      return delivered(std::string(field_of(fields, "ts")), std::string(field_of(fields, "channel")));
    // Somebody who left may have come back under another id.
    if (code == "channel_not_found" && !destination.email.empty()) {
      people_.forget(destination.email);
      return refusal(context, SendFault::kClient, code, "the person cannot be written to (any more)");
    }
    if (!code.empty() && reply.head.status < 500) return slack_failure(context, code);
    if (!is_sound) return result_by_status(context, code);
    return ambiguous(context, SendFault::kNetwork, {});  // no answer of Slack's
  }

  // The id, or why nothing can be sent. Whatever happens here, the message was not sent.
  Async<std::variant<std::string, SendResult>> find_user(std::string email) {
    using Found = std::variant<std::string, SendResult>;
    if (const std::optional<std::string> known = people_.find(email, now())) {
      Found found = known->empty() ? Found(nobody()) : Found(*known);
      co_return found;
    }
    HttpRequest request = authorized("users.lookupByEmail", "");
    request.method = HttpMethod::kGet;
    request.headers.clear();
    request.url = with_parameter(request.url, fmt::format("email={}", percent_encoded(email)));
    const Attempt came = co_await attempt(request);
    if (const auto* failed = std::get_if<SendResult>(&came)) {
      Found found = not_sent(*failed);
      co_return found;
    }
    Found found = take_user(email, request, std::get<ChatReply>(came));
    co_return found;
  }

  std::variant<std::string, SendResult> take_user(const std::string& email, const HttpRequest& request,
                                                  const ChatReply& reply) {
    const ReplyFields fields = reply_fields(reply.body);
    const std::string_view code = field_of(fields, "error");
    const std::string_view id = field_of(fields, "user.id");
    const bool is_gone = field_of(fields, "user.deleted") == "true";
    if (field_of(fields, "ok") == "true" && is_slack_user(id) && !is_gone) {
      people_.remember(email, std::string(id), now());
      return std::string(id);
    }
    if (code == "users_not_found" || is_gone) {
      people_.remember(email, "", now());
      return nobody();
    }
    const ReplyContext context = this->context(request, reply);
    if (!code.empty() && reply.head.status < 500) return not_sent(slack_failure(context, code));
    SendResult result = result_by_status(context, code);
    if (result.outcome == SendOutcome::kDelivered) result = ambiguous(context, SendFault::kNetwork, {});
    return not_sent(std::move(result));
  }

  static SendResult not_sent(SendResult result) {
    if (result.outcome == SendOutcome::kAmbiguous) {
      result.outcome = SendOutcome::kNotSent;
      result.explanation += " (while looking up to whom it goes: the message itself was not sent)";
    }
    return result;
  }

  SendResult nobody() const {
    return refused(
        "nobody in the Slack workspace has this person's address of e-mail; see that both are the same");
  }

  PeopleCache people_;
};

}  // namespace

std::unique_ptr<Notifier> make_slack_bot(const ChatOptions& options, const ChatTools& tools) {
  return std::make_unique<SlackBot>(options, tools.client, tools.clock);
}

}  // namespace plumbline
