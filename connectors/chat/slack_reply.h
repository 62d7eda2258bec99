// What Slack's codes mean; webhooks and methods have them in common. Pure.
#pragma once

#include <string_view>

#include "connectors/chat/chat_reply.h"

namespace plumbline {

// Of a code that is no "ok". One that is not known is a refusal of this message alone.
SendResult slack_failure(const ReplyContext& context, std::string_view code);

}  // namespace plumbline
