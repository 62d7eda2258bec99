// A message for programs: all of it as JSON, in the forms of the generic webhook and of files. Pure.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/message.h"
#include "model/payload.h"

namespace plumbline {

inline constexpr std::size_t kMostWebhookBytes = 19'000;  // Standard Webhooks asks for less than 20 KB
inline constexpr std::string_view kWebhookType = "plumbline.message";

// {"type", "timestamp", "data": {the message, "part", "parts"}}, as Standard Webhooks has it.
std::vector<Payload> render_webhook(const Message& message, Instant now);

// One line, however long: {"at", the message}.
std::vector<Payload> render_json_line(const Message& message, Instant now);

}  // namespace plumbline
