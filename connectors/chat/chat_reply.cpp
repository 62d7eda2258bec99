#include "connectors/chat/chat_reply.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/json_stream.h"
#include "connectors/http/redact.h"
#include "connectors/http/retry_after.h"

namespace plumbline {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMostFields = 200;  // of a reply; what comes later is nothing anybody looks at

// Notes each value under its way from the outside.
class FieldEvents : public JsonEvents {
 public:
  explicit FieldEvents(ReplyFields& fields) : fields_(fields) {}

  bool begin_object() override {
    ways_.push_back(way_);
    return true;
  }
  bool end_object() override {
    way_ = ways_.back();
    ways_.pop_back();
    return true;
  }
  bool begin_array() override {
    ++arrays_;
    return true;
  }
  bool end_array() override {
    --arrays_;
    return true;
  }
  bool key(std::string_view name) override {
    way_ = ways_.back().empty() ? std::string(name) : fmt::format("{}.{}", ways_.back(), name);
    return true;
  }
  bool value(JsonKind, std::string_view text) override {
    if (arrays_ == 0 && fields_.size() < kMostFields) fields_.emplace(way_, text);
    return true;
  }

 private:
  ReplyFields& fields_;
  std::vector<std::string> ways_;  // of the objects we are in
  std::string way_;
  int arrays_ = 0;
};

// "1", "0.35"; nothing for what is no number, or below 0.
std::optional<milliseconds> seconds_in(std::string_view text) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || !(seconds >= 0))
    return std::nullopt;
  constexpr double kMillisecondsOfSecond = 1'000;
  const double longest = std::chrono::duration<double>(kLongestRetryAfter).count();
  // Rounded up: a little late is no fault.
  return milliseconds{static_cast<std::int64_t>(std::min(seconds, longest) * kMillisecondsOfSecond + 0.999)};
}

std::string_view usual_advice(SendFault fault) {
  switch (fault) {
    case SendFault::kNone:
      return "";
    case SendFault::kClient:
      return "the service does not take this message; others may go through";
    case SendFault::kAuth:
      return "the key is not good (any more), or may not post here; make a new one and put it into its file";
    case SendFault::kGone:
      return "the channel or its webhook does not exist (any more); make a new one and put its address into "
             "its file";
    case SendFault::kServer:
      return "the service has trouble, and nobody knows whether the message arrived";
    case SendFault::kRateLimited:
      return "the service is sent too much at a time";
    case SendFault::kNetwork:
      return "nobody knows whether the message arrived";
  }
  return "";
}

std::string sentence(const ReplyContext& context, std::string_view code, std::string_view advice) {
  const std::string told = told_code(code, context.request);
  return fmt::format("channel {}: {} answered {}{}; {}", context.channel, target_of(context.request),
                     context.reply.head.status, told.empty() ? "" : fmt::format(" ({})", told), advice);
}

SendFault fault_by_status(int status) {
  constexpr int kFirstServerError = 500;
  switch (status) {
    case 401:
    case 403:
    case 407:
      return SendFault::kAuth;
    case 404:
    case 410:
      return SendFault::kGone;
    case 408:
    case 425:
    case 429:
      return SendFault::kRateLimited;
    default:
      return status >= kFirstServerError ? SendFault::kServer : SendFault::kClient;
  }
}

}  // namespace

ReplyFields reply_fields(std::string_view json) {
  ReplyFields fields;
  FieldEvents events(fields);
  // What came before the end of a document that is cut off counts.
  const Status whole = read_json_events(json, events);
  static_cast<void>(whole);
  return fields;
}

std::string_view field_of(const ReplyFields& fields, std::string_view name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string_view{} : std::string_view(found->second);
}

std::optional<milliseconds> wait_of(const ChatReply& reply, Instant now) {
  const std::optional<std::string_view> header = reply.head.header("Retry-After");
  if (header) {
    if (const auto wait = seconds_in(*header)) return wait;
    if (const auto wait = retry_after(reply.head, now)) return *wait;
  }
  return seconds_in(field_of(reply_fields(reply.body), "retry_after"));
}

std::string told_code(std::string_view code, const HttpRequest& request) {
  constexpr std::size_t kMost = 80;
  const bool is_code = !code.empty() && code.size() <= kMost && std::ranges::all_of(code, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-' || c == ' ';
  });
  // A service that repeats the address or the key, or a piece of it, is not repeated.
  const bool is_secret =
      request.url.contains(code) || std::ranges::any_of(request.secret_headers, [code](const auto& header) {
        return header.second.reveal().contains(code);
      });
  return is_code && !is_secret ? std::string(code) : std::string();
}

SendResult refusal(const ReplyContext& context, SendFault fault, std::string_view code,
                   std::string_view advice) {
  return {.outcome = SendOutcome::kPermanent,
          .fault = fault,
          .explanation = sentence(context, code, advice.empty() ? usual_advice(fault) : advice)};
}

SendResult ambiguous(const ReplyContext& context, SendFault fault, std::string_view code) {
  return {.outcome = SendOutcome::kAmbiguous,
          .fault = fault,
          .wait = wait_of(context.reply, context.now),
          .explanation = sentence(context, code, usual_advice(fault))};
}

SendResult retry_later(const ReplyContext& context, std::string_view code) {
  const milliseconds wait = wait_of(context.reply, context.now).value_or(kUsualWait);
  const std::string advice =
      fmt::format("{}; it is left alone for {:.3g} s", usual_advice(SendFault::kRateLimited),
                  std::chrono::duration<double>(wait).count());
  return {.outcome = SendOutcome::kRetryAfter,
          .fault = SendFault::kRateLimited,
          .wait = wait,
          .explanation = sentence(context, code, advice)};
}

SendResult result_by_status(const ReplyContext& context, std::string_view code) {
  const int status = context.reply.head.status;
  if (status >= 200 && status < 300) return delivered();
  if (status >= 300 && status < 400) {
    return refusal(context, SendFault::kClient, code,
                   "redirects are not followed; put the address it leads to into its file");
  }
  const SendFault fault = fault_by_status(status);
  if (fault == SendFault::kServer) return ambiguous(context, fault, code);
  if (fault == SendFault::kRateLimited) return retry_later(context, code);
  return refusal(context, fault, code);
}

SendResult delivered(std::string message_id, std::string room) {
  return {.outcome = SendOutcome::kDelivered, .message_id = std::move(message_id), .room = std::move(room)};
}

}  // namespace plumbline
