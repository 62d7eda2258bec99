#include "sandbox/chat/rooms.h"

#include <algorithm>
#include <utility>

namespace plumbline::sandbox {

Post& Rooms::add(Post post) {
  post.number = ++last_;
  posts_.push_back(std::move(post));
  if (posts_.size() > kMostPosts) posts_.pop_front();
  return posts_.back();
}

Post* Rooms::find(std::string_view service, std::string_view id) {
  const auto found = std::ranges::find_if(
      posts_, [&](const Post& post) { return post.service == service && post.id == id; });
  return found == posts_.end() ? nullptr : &*found;
}

std::size_t Rooms::count_in_second(std::string_view service, std::string_view room, Instant now) const {
  std::size_t count = 1;
  for (auto post = posts_.rbegin(); post != posts_.rend() && post->at >= now; ++post) {
    if (post->service == service && post->room == room) ++count;
  }
  return count;
}

}  // namespace plumbline::sandbox
