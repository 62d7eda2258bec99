// A message as Microsoft Teams shows it best: an Adaptive Card 1.4, as Workflows take it. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/message.h"
#include "model/payload.h"

namespace plumbline {

// Of the whole body. Teams takes 28 KB and loses what is longer without a word.
inline constexpr std::size_t kMostTeamsBytes = 20'000;

// {"type":"message","attachments":[card]}. Of the mentions the first with an id pings, for a card with
// several pings the wrong people where one of them is unknown; the others are written.
std::vector<Payload> render_teams(const Message& message, Instant now);

// For the text of a card, which is Markdown and replaces {{DATE(...)}}.
std::string escape_teams(std::string_view text);

}  // namespace plumbline
