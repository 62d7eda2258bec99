// A message as Slack shows it best: Block Kit. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/message.h"
#include "model/payload.h"

namespace plumbline {

// Documented, but for the characters: above about 13,200 in all blocks Slack answers msg_blocks_too_long.
inline constexpr std::size_t kMostSlackBlocks = 50;
inline constexpr std::size_t kMostSlackHeader = 150;
inline constexpr std::size_t kMostSlackBlockCharacters = 3'000;
inline constexpr std::size_t kMostSlackCharacters = 12'000;
inline constexpr std::size_t kMostSlackFallback = 4'000;

// {"text", "blocks", "unfurl_links", "unfurl_media"}: the body of an incoming webhook; with "channel" in
// front that of chat.postMessage and chat.update.
//
// What people and records are called stands in rich text, where nothing is markup: no name can ping, link or
// format. Links are links and not buttons, which warn where an app takes no clicks.
std::vector<Payload> render_slack(const Message& message, Instant now);

// For a text that is markup: the fallback, and nothing else. Slack knows these three escapes and no others.
std::string escape_slack(std::string_view text);

// "U024BE7LH": what may stand in a mention.
bool is_slack_user(std::string_view id);

}  // namespace plumbline
