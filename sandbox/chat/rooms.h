// What was posted into the pretend chat services, room by room, as each of them keeps it. For one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "base/time.h"

namespace plumbline::sandbox {

// One message as the service took it, or did not.
struct Post {
  std::uint64_t number = 0;  // of all posts, from 1
  Instant at{};              // by the sandbox's clock
  std::string service;       // slack, teams, google, mattermost, discord, webhook
  std::string room;          // a channel, or whom it went to: "#sales", "ada@example.com"
  std::string id{};          // as the service names it
  std::string thread{};      // the id, or name, of what it replies to
  std::string body{};        // JSON as it came
  std::string fault{};       // why nobody sees it, as of a card too large for Teams; empty: it is seen
  std::uint64_t edits = 0;
};

inline constexpr std::size_t kMostPosts = 20'000;  // the oldest go first

class Rooms {
 public:
  Post& add(Post post);
  Post* find(std::string_view service, std::string_view id);
  const std::deque<Post>& posts() const { return posts_; }
  void clear() { posts_.clear(); }

  // Messages in a room within the sandbox's second `now`, this one included.
  std::size_t count_in_second(std::string_view service, std::string_view room, Instant now) const;

 private:
  std::deque<Post> posts_;
  std::uint64_t last_ = 0;
};

}  // namespace plumbline::sandbox
