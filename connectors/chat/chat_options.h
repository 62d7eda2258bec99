// One channel: a chat service, where in it, and the key. What a person decides, each with a default that
// suits most. Plain data; config/ fills it from YAML, make_notifier() takes it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/secret.h"

namespace plumbline {

// Written to configurations by the names of the table in chat_services.h; the numbers are never stored.
enum class ChatService : std::uint8_t {
  kSlackWebhook,
  kSlackBot,
  kTeams,
  kGoogleChat,
  kMattermost,
  kDiscord,
  kWebhook,
  kFile,
};

struct ChatOptions {
  std::string name;  // in reports and the log: letters, digits, - and _
  ChatService service = ChatService::kSlackWebhook;

  // The address is the key to the channel: whoever has it can post there. Used byte for byte.
  Secret url{};
  Secret token{};      // Slack bot: xoxb-...
  std::string room{};  // Slack bot: the channel's id, C024BE7LR; Mattermost: another channel's name
  // Generic webhook: what each message is signed with, whsec_... Several while one takes over from another.
  std::vector<Secret> signing_secrets{};
  std::string path{};  // file: where lines are added; "-" for standard output

  // Slack bot: where its methods are; of a sandbox otherwise.
  std::string api_url = "https://slack.com/api";
  // How long it is remembered whom an address of e-mail belongs to, and that it belongs to nobody.
  std::chrono::seconds remember_found = std::chrono::hours{24};
  std::chrono::seconds remember_missing = std::chrono::hours{1};

  // Of one attempt. A time too short makes duplicates: what came late is sent again.
  std::chrono::milliseconds total_time = std::chrono::seconds{30};
  // Whether http:// is allowed for addresses of this machine; the client must have been told the same.
  bool allow_plain_loopback = false;
  // Generic webhook: whether the receiver may be in a private network or on this machine.
  bool allow_private_networks = false;
};

inline constexpr std::chrono::milliseconds kLeastSendTime = std::chrono::seconds{5};
inline constexpr std::chrono::milliseconds kMostSendTime = std::chrono::minutes{5};
inline constexpr std::size_t kMostSigningSecrets = 4;

// Every fault at once, each a sentence that names the channel and holds no secret.
std::vector<std::string> validate(const ChatOptions& options);

}  // namespace plumbline
