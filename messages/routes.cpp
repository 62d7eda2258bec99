#include "messages/routes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/utf8.h"
#include "records/record_id.h"

namespace plumbline {
namespace {

constexpr std::string_view kManagerInstead = "the owner cannot be reached, so their manager is told";
constexpr std::string_view kOperationsInstead = "nobody else can be reached, so sales operations is told";
constexpr std::string_view kNobodyThere = "there is no such person, so sales operations is told";

bool holds(const std::vector<std::string>& wanted, std::string_view text) {
  return wanted.empty() ||
         std::ranges::any_of(wanted, [&](const std::string& one) { return equal_folded(one, text); });
}

bool holds_policy(const std::vector<std::string>& wanted, const PolicyNote& policy) {
  return wanted.empty() || std::ranges::any_of(wanted, [&](const std::string& one) {
           const std::size_t slash = one.find('/');
           if (slash == std::string::npos) return equal_folded(one, policy.policy);
           return equal_folded(std::string_view(one).substr(0, slash), policy.pack) &&
                  equal_folded(std::string_view(one).substr(slash + 1), policy.policy);
         });
}

bool holds_owner(const std::vector<std::string>& wanted, std::string_view id, const Person* person) {
  return wanted.empty() || std::ranges::any_of(wanted, [&](const std::string& one) {
           return same_id(one, id) || (person != nullptr && equal_folded(one, person->email));
         });
}

std::string criteria(const MessageRoute& route) {
  std::vector<std::string> parts;
  const auto add = [&](std::string_view name, const std::vector<std::string>& wanted) {
    if (!wanted.empty()) parts.push_back(fmt::format("{} {}", name, fmt::join(wanted, " or ")));
  };
  add("policy", route.policies);
  add("family", route.families);
  for (const Severity severity : route.severities)
    parts.push_back(fmt::format("severity {}", to_string(severity)));
  add("team", route.teams);
  add("segment", route.segments);
  add("region", route.regions);
  add("owner", route.owners);
  return parts.empty() ? "" : fmt::format(" ({})", fmt::join(parts, ", "));
}

void take_over(const MessageRoute& route, const MessageOptions& options, Direction& direction) {
  if (route.tell) direction.tell = *route.tell;
  if (route.channel) direction.channel = options.find_channel(*route.channel);
  if (route.send) direction.send = *route.send;
  if (route.is_public) direction.is_public = *route.is_public;
  if (route.repeat) direction.repeat = *route.repeat;
  if (route.escalate_after) direction.escalate_after = *route.escalate_after;
}

}  // namespace

std::string person_key(const Person& person) { return "person:" + std::string(id_key(person.id)); }
std::string room_key(std::string_view channel) { return "room:" + std::string(channel); }

Routes::Routes(const MessageState& state) : state_(state) {
  const auto gather = [&](const auto& self, const std::vector<MessageRoute>& routes) -> void {
    for (const MessageRoute& route : routes) {
      named_owners_.insert(named_owners_.end(), route.owners.begin(), route.owners.end());
      self(self, route.routes);
    }
  };
  gather(gather, state.options->routes);
}

std::size_t Routes::recipients() const { return state_.people->size() + state_.options->channels.size(); }

const Person* Routes::person(RecipientNumber recipient) const {
  return recipient < state_.people->size() ? &state_.people->at(recipient) : nullptr;
}

std::string Routes::key(RecipientNumber recipient) const {
  const Person* const found = person(recipient);
  return found != nullptr ? person_key(*found)
                          : room_key(state_.options->channels[recipient - state_.people->size()].name);
}

RecipientNumber Routes::room_number(const MessageChannel& channel) const {
  return static_cast<RecipientNumber>(state_.people->size() +
                                      static_cast<std::size_t>(&channel - state_.options->channels.data()));
}

const RoutedOwner& Routes::owner_of(std::string_view id) {
  const auto [place, is_new] = owners_.try_emplace(id);
  RoutedOwner& owner = place->second;
  if (!is_new) return owner;
  Asked asked{.id = id};
  owner.index = state_.people->find(id);
  if (owner.index != kNobody) {
    asked.person = &state_.people->at(owner.index);
    owner.is_reachable = asked.person->is_reachable();
    const PersonIndex leader = state_.people->find(asked.person->manager);
    if (leader != kNobody && state_.people->at(leader).is_reachable()) owner.leader = leader;
  }
  owner.kind = kind_of(asked);
  return owner;
}

// An owner whom nobody knows has no team, and may yet be named in a route.
std::uint32_t Routes::kind_of(const Asked& owner) {
  const bool is_named = !named_owners_.empty() && holds_owner(named_owners_, owner.id, owner.person);
  const auto next = static_cast<std::uint32_t>(kinds_.size());
  const Person nobody;
  const Person& person = owner.person != nullptr ? *owner.person : nobody;
  return kinds_
      .try_emplace({person.team, person.segment, person.region, is_named ? std::string(owner.id) : ""}, next)
      .first->second;
}

Routing Routes::route(const StandingViolation& violation) {
  const RoutedOwner& owner = owner_of(violation.owner);
  const auto [place, is_new] = known_.try_emplace({owner.kind, violation.policy, violation.severity});
  if (is_new) {
    const Asked asked{.id = violation.owner,
                      .person = owner.index == kNobody ? nullptr : &state_.people->at(owner.index)};
    const Direction own = own_direction(violation);
    if (!walk(state_.options->routes, violation, asked, own, "", place->second)) place->second.push_back(own);
  }
  return {.directions = &place->second, .owner = &owner};
}

Direction Routes::own_direction(const StandingViolation& violation) const {
  const PolicyNote& policy = state_.policies[violation.policy];
  return {.tell = {policy.tell},
          .channel = state_.options->people_channel(),
          .repeat = state_.options->repeat,
          .escalate_after = state_.options->escalate_after,
          .why = fmt::format("the policy tells {}", policy.tell)};
}

bool Routes::matches(const MessageRoute& route, const StandingViolation& violation,
                     const Asked& owner) const {
  const PolicyNote& policy = state_.policies[violation.policy];
  const auto of_owner = [&](const std::string Person::* field) -> std::string_view {
    return owner.person != nullptr ? std::string_view(owner.person->*field) : std::string_view{};
  };
  const bool severe = route.severities.empty() ||
                      std::ranges::find(route.severities, violation.severity) != route.severities.end();
  return severe && holds_policy(route.policies, policy) && holds(route.families, policy.family) &&
         holds(route.teams, of_owner(&Person::team)) && holds(route.segments, of_owner(&Person::segment)) &&
         holds(route.regions, of_owner(&Person::region)) && holds_owner(route.owners, owner.id, owner.person);
}

// Whether any of them matched. A route whose children all fail answers for itself.
bool Routes::walk(const std::vector<MessageRoute>& routes, const StandingViolation& violation,
                  const Asked& owner, const Direction& inherited, const std::string& path,
                  std::vector<Direction>& found) const {
  bool any = false;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    const MessageRoute& route = routes[i];
    if (!matches(route, violation, owner)) continue;
    any = true;
    Direction direction = inherited;
    take_over(route, *state_.options, direction);
    const std::string place = path.empty() ? std::to_string(i + 1) : fmt::format("{}.{}", path, i + 1);
    direction.why = fmt::format("route {}{}", place, criteria(route));
    if (!walk(route.routes, violation, owner, direction, place, found)) found.push_back(direction);
    if (!route.goes_on) break;
  }
  return any;
}

void Routes::add_destinations(const Direction& direction, const RoutedOwner& owner,
                              const StandingViolation& violation, std::vector<Destination>& destinations) {
  for (const std::string& audience : direction.tell) {
    if (audience == "owner") {
      add_chain(owner, direction, destinations);
    } else if (audience == "account_owner") {
      add_chain(owner_of(violation.account_owner), direction, destinations);
    } else if (audience == "manager") {
      add_manager(direction, owner, destinations);
    } else if (audience == "sales_operations") {
      add_sales_operations(direction, {}, destinations);
    } else if (const auto members = state_.audiences.find(audience); members != state_.audiences.end()) {
      for (const PersonIndex member : members->second) {
        if (state_.people->at(member).is_reachable()) add_person(member, direction, {}, destinations);
      }
    } else {
      add_sales_operations(direction, kNobodyThere, destinations);
    }
  }
}

void Routes::add_manager(const Direction& direction, const RoutedOwner& owner,
                         std::vector<Destination>& destinations) const {
  add_leader(owner, direction, {}, destinations);
}

// The one meant, else the manager, else sales operations.
void Routes::add_chain(const RoutedOwner& owner, const Direction& direction,
                       std::vector<Destination>& destinations) const {
  if (owner.is_reachable) return add_person(owner.index, direction, {}, destinations);
  add_leader(owner, direction, kManagerInstead, destinations);
}

void Routes::add_leader(const RoutedOwner& owner, const Direction& direction, std::string_view instead,
                        std::vector<Destination>& destinations) const {
  if (owner.leader != kNobody) return add_person(owner.leader, direction, instead, destinations);
  add_sales_operations(direction, kOperationsInstead, destinations);
}

// A person's list goes to a room only where a route says that it may be read there.
void Routes::add_person(PersonIndex reachable, const Direction& direction, std::string_view instead,
                        std::vector<Destination>& destinations) const {
  Destination added{
      .recipient = reachable, .channel = direction.channel, .direction = &direction, .instead = instead};
  if (added.channel != nullptr && !added.channel->reaches_people) {
    if (direction.is_public) {
      added.recipient = room_number(*added.channel);
    } else {
      added.channel = state_.options->people_channel();
    }
  }
  if (added.channel == nullptr) return add_sales_operations(direction, kOperationsInstead, destinations);
  if (std::ranges::find(destinations, added.recipient, &Destination::recipient) == destinations.end())
    destinations.push_back(added);
}

void Routes::add_sales_operations(const Direction& direction, std::string_view instead,
                                  std::vector<Destination>& destinations) const {
  const SalesOperations& told = state_.options->sales_operations;
  const auto add = [&](RecipientNumber recipient, const MessageChannel* channel) {
    if (std::ranges::find(destinations, recipient, &Destination::recipient) == destinations.end())
      destinations.push_back(
          {.recipient = recipient, .channel = channel, .direction = &direction, .instead = instead});
  };
  if (const MessageChannel* const room = state_.options->find_channel(told.channel)) {
    return add(room_number(*room), room);
  }
  const MessageChannel* const direct = state_.options->people_channel();
  for (const std::string& email : told.emails) {
    const PersonIndex index = state_.people->find_email(email);
    if (index != kNobody && direct != nullptr) add(index, direct);
  }
}

}  // namespace plumbline
