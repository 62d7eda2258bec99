// The pretend chat services: Slack (webhook and methods), Teams workflows, Google Chat, Mattermost, Discord
// and a receiver of signed webhooks. They refuse what the real ones refuse, by the same limits and in the
// same words, and keep what they take. For one thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "sandbox/chat/rooms.h"
#include "sandbox/web/faults.h"
#include "sandbox/web/json_value.h"
#include "sandbox/web/message.h"
#include "sandbox/world/world.h"

namespace plumbline::sandbox {

// Every secret is also the last part of an address.
struct ChatSecrets {
  std::string webhook;      // of all addresses
  std::string slack_token;  // xoxb-...
  std::string signing;      // whsec_...
};

struct ChatSettings {
  bool rate_limits = true;  // by the sandbox's clock: Slack, Google 1/s a room, Teams 4, Discord 3
  std::size_t retry_after_seconds = 1;
};

class Chat {
 public:
  Chat(const World& world, Faults& faults, ChatSecrets secrets)
      : world_(world), faults_(faults), secrets_(std::move(secrets)) {}

  // Below /chat/: slack/services/T1/ROOM/SECRET, slack/api/METHOD, teams/ROOM?sig=SECRET,
  // google/v1/spaces/ROOM/messages?key=K&token=SECRET, mattermost/hooks/SECRET,
  // discord/api/webhooks/ROOM/SECRET[/messages/ID], webhook/ROOM.
  Response handle(const Request& request);

  Rooms& rooms() { return rooms_; }
  const Rooms& rooms() const { return rooms_; }
  ChatSettings& settings() { return settings_; }
  const ChatSecrets& secrets() const { return secrets_; }

 private:
  struct Incoming;
  Response route(const Request& request);
  Response slack_webhook(const Incoming& in);
  Response slack_method(const Incoming& in);
  Response slack_post(const Incoming& in, bool edits);
  Response slack_person(const Incoming& in);
  Response teams(const Incoming& in);
  Response google(const Incoming& in);
  Response mattermost(const Incoming& in);
  Response discord(const Incoming& in);
  Response discord_edit(const Incoming& in);
  Response webhook(const Incoming& in);

  Post& keep(const Incoming& in, std::string_view service, std::string room, std::string id);
  // Whether one more message in this second is one too many.
  bool is_too_much(std::string_view service, std::string_view room, std::size_t most) const;
  Response too_much(std::string body) const;
  std::string next_id();

  const World& world_;
  Faults& faults_;
  ChatSecrets secrets_;
  ChatSettings settings_;
  Rooms rooms_;
  std::map<std::string, std::string, std::less<>> people_;    // Slack's ids by e-mail
  std::map<std::string, std::string, std::less<>> emails_;    // and back
  std::map<std::string, std::string, std::less<>> requests_;  // Google's request ids to the answers they got
  std::uint64_t last_id_ = 0;
};

}  // namespace plumbline::sandbox
