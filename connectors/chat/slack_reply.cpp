#include "connectors/chat/slack_reply.h"

#include <algorithm>
#include <array>

namespace plumbline {
namespace {

struct Code {
  std::string_view code;
  SendFault fault;
  std::string_view advice{};  // empty: the usual one
};

constexpr std::string_view kNewWebhook =
    "the webhook was removed; make a new one in the app's settings and put its address into its file";
constexpr std::string_view kNewToken =
    "the token is not good (any more); install the app again and put its new token into its file";
constexpr std::string_view kArchived = "the channel is archived; unarchive it, or name another one";

constexpr std::array kCodes = {
    Code{"action_prohibited", SendFault::kAuth,
         "an administrator of the workspace has forbidden it; ask there"},
    Code{"invalid_token", SendFault::kAuth, kNewWebhook},
    Code{"team_disabled", SendFault::kAuth, "the workspace is disabled"},
    Code{"posting_to_general_channel_denied", SendFault::kAuth,
         "the app may not post into #general; choose another channel"},
    Code{"restricted_action", SendFault::kAuth,
         "the workspace lets only some people post there; ask its owner"},
    Code{"invalid_auth", SendFault::kAuth, kNewToken},
    Code{"not_authed", SendFault::kAuth, kNewToken},
    Code{"account_inactive", SendFault::kAuth, kNewToken},
    Code{"token_revoked", SendFault::kAuth, kNewToken},
    Code{"token_expired", SendFault::kAuth, kNewToken},
    Code{"missing_scope", SendFault::kAuth,
         "the app lacks a scope; give it chat:write, users:read and users:read.email, and install it again"},
    Code{"not_in_channel", SendFault::kAuth, "invite the bot into the channel"},
    Code{"channel_not_found", SendFault::kGone,
         "there is no such channel, or the bot does not see it; invite it, or name another channel"},
    Code{"channel_is_archived", SendFault::kGone, kArchived},
    Code{"is_archived", SendFault::kGone, kArchived},
    Code{"no_service", SendFault::kGone, kNewWebhook},
    Code{"no_active_hooks", SendFault::kGone, kNewWebhook},
    Code{"no_team", SendFault::kGone, kNewWebhook},
    Code{"rate_limited", SendFault::kRateLimited},
    Code{"ratelimited", SendFault::kRateLimited},
    // Slack says of these that part of it may have been done.
    Code{"internal_error", SendFault::kServer},
    Code{"fatal_error", SendFault::kServer},
    Code{"rollup_error", SendFault::kServer},
    Code{"request_timeout", SendFault::kServer},
    Code{"service_unavailable", SendFault::kServer},
    Code{"users_not_found", SendFault::kClient, "nobody in the workspace has this address of e-mail"},
    Code{"message_not_found", SendFault::kClient, "the message to change is not there any more"},
    Code{"cant_update_message", SendFault::kClient, "the message to change is another's"},
    Code{"edit_window_closed", SendFault::kClient, "the workspace does not let messages be changed so late"},
};

}  // namespace

SendResult slack_failure(const ReplyContext& context, std::string_view code) {
  const auto found = std::ranges::find(kCodes, code, &Code::code);
  if (found == kCodes.end()) return refusal(context, SendFault::kClient, code);
  if (found->fault == SendFault::kRateLimited) return retry_later(context, code);
  if (found->fault == SendFault::kServer) return ambiguous(context, found->fault, code);
  return refusal(context, found->fault, code, found->advice);
}

}  // namespace plumbline
