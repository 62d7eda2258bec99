#include "connectors/chat/people_cache.h"

#include <utility>

#include "base/utf8.h"

namespace plumbline {

std::optional<std::string> PeopleCache::find(std::string_view email, Instant now) const {
  const auto known = people_.find(lower(email));
  if (known == people_.end() || known->second.until <= now) return std::nullopt;
  return known->second.user;
}

void PeopleCache::remember(std::string_view email, std::string user, Instant now) {
  if (people_.size() >= kMostRememberedPeople) people_.clear();
  const Instant until = now + (user.empty() ? missing_ : found_);
  people_.insert_or_assign(lower(email), Known{.user = std::move(user), .until = until});
}

void PeopleCache::forget(std::string_view email) { people_.erase(lower(email)); }

}  // namespace plumbline
