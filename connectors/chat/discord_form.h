// A message as Discord shows it best: a line of content, which notifications show, and embeds. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/message.h"
#include "model/payload.h"

namespace plumbline {

inline constexpr std::size_t kMostDiscordContent = 2'000;
inline constexpr std::size_t kMostDiscordEmbeds = 10;
inline constexpr std::size_t kMostDiscordTitle = 256;
inline constexpr std::size_t kMostDiscordDescription = 4'096;
inline constexpr std::size_t kMostDiscordEmbedCharacters = 6'000;  // of all embeds together

// {"content", "embeds", "allowed_mentions"}: nobody is pinged but the users whom mentions name with an id.
std::vector<Payload> render_discord(const Message& message, Instant now);

std::string escape_discord(std::string_view text);

}  // namespace plumbline
