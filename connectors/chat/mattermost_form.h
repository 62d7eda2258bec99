// A message as Mattermost shows it best: Markdown. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/message.h"
#include "model/payload.h"

namespace plumbline {

inline constexpr std::size_t kMostMattermostCharacters = 16'000;  // Mattermost takes 16,383

// {"text"}; the channel's own name for a room is put in when it is sent.
std::vector<Payload> render_mattermost(const Message& message, Instant now);

// Mattermost looks for @here and @names in the text before it looks at backslashes: they are parted.
std::string escape_mattermost(std::string_view text);

}  // namespace plumbline
