// Who is behind an address of e-mail, as the service said, and for how long that is believed. For one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace plumbline {

inline constexpr std::size_t kMostRememberedPeople = 50'000;

class PeopleCache {
 public:
  PeopleCache(std::chrono::seconds found, std::chrono::seconds missing) : found_(found), missing_(missing) {}

  // The user's id; empty: nobody has the address. Nothing where that must be asked.
  std::optional<std::string> find(std::string_view email, Instant now) const;
  // `user` empty: nobody has it. Where there is no room, all is forgotten, and asked again as it is needed.
  void remember(std::string_view email, std::string user, Instant now);
  void forget(std::string_view email);

 private:
  struct Known {
    std::string user;
    Instant until;
  };

  std::chrono::seconds found_;
  std::chrono::seconds missing_;
  std::map<std::string, Known, std::less<>> people_;  // by the address in lower case
};

}  // namespace plumbline
