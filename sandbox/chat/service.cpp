#include "sandbox/chat/service.h"

#include <charconv>
#include <cstdlib>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/crypto.h"
#include "base/json.h"
#include "sandbox/chat/limits.h"

namespace plumbline::sandbox {
namespace {

Response plain(int status, std::string_view text) {
  return {.status = status, .type = "text/plain; charset=utf-8", .body = std::string(text)};
}

Response slack_answer(std::string_view error) {
  return json_response(200, fmt::format(R"({{"ok":false,"error":"{}"}})", error));
}

Response google_error(int code, std::string_view status, std::string_view message) {
  Response response = json_response(code, {});
  JsonWriter json(response.body);
  json.begin_object().key("error").begin_object().key("code").integer(code);
  json.key("message").string(message).key("status").string(status).end_object().end_object();
  return response;
}

Response mattermost_error(int status, std::string_view id) {
  Response response = json_response(status, {});
  JsonWriter json(response.body);
  json.begin_object().key("id").string(id).key("message").string("the hook was not taken");
  json.key("detailed_error").string("").key("status_code").integer(status).end_object();
  return response;
}

Response discord_error(int status, int code, std::string_view message) {
  Response response = json_response(status, {});
  JsonWriter json(response.body);
  json.begin_object().key("message").string(message).key("code").integer(code).end_object();
  return response;
}

constexpr std::size_t kMostSlackASecond = 1;
constexpr std::size_t kMostTeamsASecond = 4;
constexpr std::size_t kMostDiscordASecond = 3;

}  // namespace

// A request taken apart.
struct Chat::Incoming {
  const Request& request;
  std::vector<std::string> parts;  // behind /chat/
  JsonValue body{};
  bool is_json = false;

  std::string_view part(std::size_t at) const {
    return at < parts.size() ? std::string_view(parts[at]) : std::string_view{};
  }
};

Response Chat::handle(const Request& request) {
  if (auto instead = faults_.instead_of_answer(request)) return *std::move(instead);
  Response response = route(request);
  response.endpoint = "chat";
  // Taken, and then the answer is lost: what makes duplicates.
  if (faults_.strikes("chat_lost_answer", request.target) != nullptr) {
    response.delivery = Delivery::kReset;
    return response;
  }
  faults_.spoil_delivery(request, response);
  return response;
}

Response Chat::route(const Request& request) {
  Incoming in{.request = request, .parts = path_parts(request.path())};
  if (!in.parts.empty()) in.parts.erase(in.parts.begin());  // "chat"
  Result<JsonValue> body = request.body.empty() ? JsonValue{} : parse_json(request.body);
  in.is_json = body.has_value() && std::holds_alternative<JsonObject>(body->value);
  if (body) in.body = *std::move(body);
  const std::string_view service = in.part(0);
  if (service == "slack") return in.part(1) == "api" ? slack_method(in) : slack_webhook(in);
  if (service == "teams") return teams(in);
  if (service == "google") return google(in);
  if (service == "mattermost") return mattermost(in);
  if (service == "discord") return request.method == "PATCH" ? discord_edit(in) : discord(in);
  if (service == "webhook") return webhook(in);
  return json_response(404, R"({"message":"no such chat service; docs/sandbox.md lists them"})");
}

Post& Chat::keep(const Incoming& in, std::string_view service, std::string room, std::string id) {
  return rooms_.add({.at = world_.now(),
                     .service = std::string(service),
                     .room = std::move(room),
                     .id = std::move(id),
                     .body = in.request.body});
}

bool Chat::is_too_much(std::string_view service, std::string_view room, std::size_t most) const {
  return settings_.rate_limits && rooms_.count_in_second(service, room, world_.now()) > most;
}

Response Chat::too_much(std::string body) const {
  Response response = json_response(429, std::move(body));
  response.with("Retry-After", std::to_string(settings_.retry_after_seconds));
  return response;
}

std::string Chat::next_id() { return std::to_string(++last_id_); }

// /chat/slack/services/T1/ROOM/SECRET
Response Chat::slack_webhook(const Incoming& in) {
  if (in.part(1) != "services" || in.part(4) != secrets_.webhook) return plain(404, "no_service");
  if (faults_.strikes("chat_archived", in.request.target) != nullptr)
    return plain(410, "channel_is_archived");
  const std::string room(in.part(3));
  if (is_too_much("slack", room, kMostSlackASecond))
    return too_much(fmt::format(R"({{"ok":false,"error":"rate_limited","retry_after":{}}})",
                                settings_.retry_after_seconds));
  if (!in.is_json) return plain(400, "invalid_payload");
  if (const std::string fault = slack_fault(in.body); !fault.empty()) return plain(400, fault);
  keep(in, "slack", room, "");
  return plain(200, "ok");
}

// /chat/slack/api/METHOD
Response Chat::slack_method(const Incoming& in) {
  if (in.request.header("Authorization") != "Bearer " + secrets_.slack_token)
    return slack_answer("invalid_auth");
  if (faults_.strikes("chat_slack_internal", in.request.target) != nullptr)
    return slack_answer("internal_error");
  if (in.part(2) == "users.lookupByEmail") return slack_person(in);
  if (in.part(2) == "chat.postMessage") return slack_post(in, false);
  if (in.part(2) == "chat.update") return slack_post(in, true);
  return slack_answer("unknown_method");
}

// Everybody at example.com and every user of the world has an account, but "nobody@...".
Response Chat::slack_person(const Incoming& in) {
  const std::string email = in.request.parameter("email").value_or("");
  if (!email.contains('@') || email.starts_with("nobody@")) return slack_answer("users_not_found");
  std::string& id = people_[email];
  if (id.empty()) {
    constexpr std::size_t kDigits = 9;
    std::string digits = sha256_hex(email).substr(0, kDigits);
    for (char& c : digits) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    id = "U" + digits;
    emails_[id] = email;
  }
  return json_response(
      200, fmt::format(R"({{"ok":true,"user":{{"id":"{}","deleted":false,"tz":"Etc/UTC"}}}})", id));
}

Response Chat::slack_post(const Incoming& in, bool edits) {
  const std::string channel = in.body.text("channel").value_or("");
  if (!in.is_json || channel.empty()) return slack_answer("channel_not_found");
  if (const std::string fault = slack_fault(in.body); !fault.empty()) return slack_answer(fault);
  const auto person = emails_.find(channel);
  const std::string room = person == emails_.end() ? channel : person->second;
  std::string ts = in.body.text("ts").value_or("");
  if (edits) {
    Post* const post = rooms_.find("slack", ts);
    if (post == nullptr) return slack_answer("message_not_found");
    post->body = in.request.body;
    ++post->edits;
  } else {
    if (is_too_much("slack", room, kMostSlackASecond))
      return too_much(R"({"ok":false,"error":"ratelimited"})");
    ts = fmt::format("{}.{:06}", world_.now().time_since_epoch().count(), ++last_id_);
    Post& post = keep(in, "slack", room, ts);
    post.thread = in.body.text("thread_ts").value_or("");
  }
  Response response = json_response(200, {});
  JsonWriter json(response.body);
  json.begin_object()
      .key("ok")
      .boolean(true)
      .key("channel")
      .string(channel)
      .key("ts")
      .string(ts)
      .end_object();
  return response;
}

// /chat/teams/ROOM?sig=SECRET. Whatever comes is accepted; what the flow then cannot show, nobody sees.
Response Chat::teams(const Incoming& in) {
  if (in.request.parameter("sig") != secrets_.webhook) {
    return json_response(401, R"({"error":{"code":"DirectApiAuthorizationRequired","message":"no"}})");
  }
  if (!in.request.parameter("api-version"))
    return json_response(400, R"({"error":{"code":"MissingApiVersionParameter","message":"no"}})");
  const std::string room(in.part(1));
  if (is_too_much("teams", room, kMostTeamsASecond))
    return too_much(R"({"error":{"code":"WorkflowTriggerIsThrottled","message":"too many requests"}})");
  Post& post = keep(in, "teams", room, "");
  post.fault = in.is_json ? teams_fault(in.body, in.request.body.size()) : "the body is no JSON";
  return {.status = 202};
}

// /chat/google/v1/spaces/ROOM/messages?key=K&token=SECRET
Response Chat::google(const Incoming& in) {
  if (in.part(2) != "spaces" || in.part(4) != "messages")
    return google_error(404, "NOT_FOUND", "no such space");
  if (in.request.parameter("token") != secrets_.webhook)
    return google_error(403, "PERMISSION_DENIED", "the token is not good");
  const std::string room(in.part(3));
  const std::string asked = in.request.parameter("requestId").value_or("");
  if (const auto known = requests_.find(asked); !asked.empty() && known != requests_.end())
    return json_response(200, known->second);
  if (is_too_much("google", room, 1)) return google_error(429, "RESOURCE_EXHAUSTED", "quota exceeded");
  if (!in.is_json) return google_error(400, "INVALID_ARGUMENT", "Invalid JSON payload received.");
  if (const std::string fault = google_fault(in.body, in.request.body.size()); !fault.empty())
    return google_error(400, "INVALID_ARGUMENT", fault);
  const std::string name = fmt::format("spaces/{}/messages/{}", room, next_id());
  Post& post = keep(in, "google", room, name);
  const JsonValue* thread = in.body.member("thread");
  if (thread != nullptr && in.request.parameter("messageReplyOption"))
    post.thread = thread->text("threadKey").value_or("");
  Response response = json_response(200, {});
  JsonWriter json(response.body);
  json.begin_object().key("name").string(name).key("space").begin_object();
  json.key("name").string("spaces/" + room).end_object().end_object();
  if (!asked.empty()) requests_[asked] = response.body;
  return response;
}

// /chat/mattermost/hooks/SECRET
Response Chat::mattermost(const Incoming& in) {
  if (in.part(1) != "hooks" || in.part(2) != secrets_.webhook)
    return mattermost_error(400, "web.incoming_webhook.invalid.app_error");
  if (!in.is_json) return mattermost_error(400, "web.incoming_webhook.parse.app_error");
  if (const std::string fault = mattermost_fault(in.body); !fault.empty())
    return mattermost_error(400, fault);
  keep(in, "mattermost", in.body.text("channel").value_or("town-square"), "");
  return plain(200, "ok");
}

// /chat/discord/api/webhooks/ROOM/SECRET
Response Chat::discord(const Incoming& in) {
  if (in.part(2) != "webhooks" || in.part(4) != secrets_.webhook)
    return discord_error(404, 10'015, "Unknown Webhook");
  const std::string room(in.part(3));
  if (is_too_much("discord", room, kMostDiscordASecond))
    return too_much(
        fmt::format(R"({{"message":"You are being rate limited.","retry_after":{}.0,"global":false}})",
                    settings_.retry_after_seconds));
  if (!in.is_json || !discord_fault(in.body).empty()) return discord_error(400, 50'035, "Invalid Form Body");
  const std::string id = next_id();
  keep(in, "discord", room, id);
  const std::size_t used = rooms_.count_in_second("discord", room, world_.now()) - 1;
  Response response = in.request.parameter("wait") == "true"
                          ? json_response(200, fmt::format(R"({{"id":"{}","channel_id":"{}"}})", id, room))
                          : Response{.status = 204};
  response.with("X-RateLimit-Remaining",
                std::to_string(kMostDiscordASecond - std::min(used, kMostDiscordASecond)));
  response.with("X-RateLimit-Reset-After", "1.0");
  return response;
}

// .../ROOM/SECRET/messages/ID
Response Chat::discord_edit(const Incoming& in) {
  if (in.part(4) != secrets_.webhook) return discord_error(404, 10'015, "Unknown Webhook");
  Post* const post = rooms_.find("discord", in.part(6));
  if (post == nullptr) return discord_error(404, 10'008, "Unknown Message");
  if (!in.is_json || !discord_fault(in.body).empty()) return discord_error(400, 50'035, "Invalid Form Body");
  post->body = in.request.body;
  ++post->edits;
  return json_response(200, fmt::format(R"({{"id":"{}","channel_id":"{}"}})", post->id, post->room));
}

// /chat/webhook/ROOM: takes what is signed with its secret within five minutes by its own clock, once.
Response Chat::webhook(const Incoming& in) {
  constexpr std::int64_t kMostSkewSeconds = 300;
  const std::string_view id = in.request.header("webhook-id");
  const std::string_view at = in.request.header("webhook-timestamp");
  std::int64_t seconds = 0;
  std::from_chars(at.data(), at.data() + at.size(), seconds);
  if (std::abs(seconds - world_.now().time_since_epoch().count()) > kMostSkewSeconds)
    return json_response(401, R"({"error":"the timestamp is too far from now"})");
  const auto key = from_base64(std::string_view(secrets_.signing).substr(std::string_view("whsec_").size()));
  const std::string signed_text = fmt::format("{}.{}.{}", id, at, in.request.body);
  const std::string wanted =
      "v1," + to_base64(hmac_sha256(key.value_or(std::vector<std::uint8_t>{}), {signed_text}));
  if (!std::string_view(in.request.header("webhook-signature")).contains(wanted))
    return json_response(401, R"({"error":"the signature is not good"})");
  if (!in.is_json) return json_response(400, R"({"error":"no JSON"})");
  if (rooms_.find("webhook", id) == nullptr) keep(in, "webhook", std::string(in.part(1)), std::string(id));
  return {.status = 204};
}

}  // namespace plumbline::sandbox
