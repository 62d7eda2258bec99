// The rooms as their services would show them: one page that stands alone. Pure.
#pragma once

#include <string>

#include "sandbox/chat/rooms.h"

namespace plumbline::sandbox {

inline constexpr std::size_t kMostPostsShown = 100;  // of a room, the newest

std::string rooms_page(const Rooms& rooms, Instant now);
// One post, without its frame.
std::string post_html(const Post& post);

}  // namespace plumbline::sandbox
