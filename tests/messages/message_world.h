// A small organisation for tests of planning: people, policies, violations, and what was told before. It
// keeps the texts that a MessageState views, and remembers what a plan has told, as the ledger would.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "messages/plan.h"

namespace plumbline {

class MessageWorld {
 public:
  MessageWorld();

  MessageOptions options;
  Calendar calendar;
  TimeZone zone = TimeZone::utc();
  People people;
  std::vector<PolicyNote> policies;
  std::vector<Waiver> waivers;
  DataTimes data_times;
  std::map<std::string, std::vector<PersonIndex>, std::less<>> audiences;
  Instant begun_at{};

  struct Violated {
    StandingViolation facts{};
    std::string record{}, message{}, remedy{}, owner{}, owner_name{}, account_owner{}, currency{}, reason{};
  };
  // By number.
  std::map<ViolationNumber, Violated> violations;

  PersonIndex add_person(std::string id, std::string name, std::string_view zone_name,
                         std::string manager = {});
  // "high", of Opportunity, told to the owner.
  std::uint32_t add_policy(std::string id);
  Violated& open(ViolationNumber number, std::uint32_t policy, std::string record, std::string owner,
                 Instant at);

  MessagePlan plan(Instant now);
  // As if every message had been sent.
  void remember(const MessagePlan& plan, Instant now);
  // When each violation was told to each recipient, every time.
  const std::map<std::pair<ViolationNumber, std::string>, std::vector<Instant>>& tellings() const {
    return tellings_;
  }

 private:
  std::map<std::pair<ViolationNumber, std::string>, Told> told_;
  std::map<std::string, Reached, std::less<>> reached_;
  std::map<std::pair<ViolationNumber, std::string>, std::vector<Instant>> tellings_;
};

Instant at(std::string_view text);  // 2022-02-02T14:30Z, seconds may be left out

}  // namespace plumbline
