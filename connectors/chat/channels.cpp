#include "connectors/chat/channels.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace plumbline {
namespace {

struct Maker {
  ChatService service;
  std::unique_ptr<Notifier> (*make)(const ChatOptions& options, const ChatTools& tools);
};

constexpr std::array<Maker, 8> kMakers = {{
    {ChatService::kSlackWebhook, make_slack_webhook},
    {ChatService::kSlackBot, make_slack_bot},
    {ChatService::kTeams, make_teams},
    {ChatService::kGoogleChat, make_google_chat},
    {ChatService::kMattermost, make_mattermost},
    {ChatService::kDiscord, make_discord},
    {ChatService::kWebhook, make_webhook},
    {ChatService::kFile, make_file_channel},
}};

}  // namespace

Result<std::unique_ptr<Notifier>> make_channel(const ChatOptions& options, const ChatTools& tools) {
  std::string faults;
  for (const std::string& fault : validate(options)) faults += faults.empty() ? fault : "; " + fault;
  if (!faults.empty()) return fail(ErrorCode::kInvalidInput, std::move(faults));
  return std::ranges::find(kMakers, options.service, &Maker::service)->make(options, tools);
}

}  // namespace plumbline
