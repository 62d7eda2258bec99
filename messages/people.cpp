#include "messages/people.h"

#include <utility>

#include "base/utf8.h"
#include "records/record_id.h"

namespace plumbline {
namespace {

// Salesforce tells an object by the first characters of its ids.
constexpr std::string_view kGroupPrefix = "00G";

}  // namespace

bool is_queue_id(std::string_view id) {
  return id_shape(id) == IdShape::kSalesforce && id.starts_with(kGroupPrefix);
}

bool Person::is_reachable() const {
  return is_active && !is_queue_id(id) && (!email.empty() || !chat_id.empty());
}

std::size_t People::Hash::operator()(std::string_view text) const { return hash_text(text); }

PersonIndex People::add(Person person) {
  const auto next = static_cast<PersonIndex>(people_.size());
  const auto [place, is_new] = by_id_.try_emplace(std::string(id_key(person.id)), next);
  const PersonIndex index = place->second;
  if (!person.email.empty()) by_email_[lower(person.email)] = index;
  if (is_new) {
    people_.push_back(std::move(person));
  } else {
    people_[index] = std::move(person);
  }
  return index;
}

PersonIndex People::find(std::string_view id) const {
  const auto found = by_id_.find(id_key(id));
  return found == by_id_.end() ? kNobody : found->second;
}

PersonIndex People::find_email(std::string_view email) const {
  const auto found = by_email_.find(lower(email));
  return found == by_email_.end() ? kNobody : found->second;
}

}  // namespace plumbline
