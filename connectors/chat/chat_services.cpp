#include "connectors/chat/chat_services.h"

#include <algorithm>
#include <array>

#include "connectors/chat/discord_form.h"
#include "connectors/chat/google_form.h"
#include "connectors/chat/mattermost_form.h"
#include "connectors/chat/plain_form.h"
#include "connectors/chat/slack_form.h"
#include "connectors/chat/teams_form.h"

namespace plumbline {
namespace {

using std::chrono::milliseconds;

constexpr std::uint8_t bits(ChatOption option) { return static_cast<std::uint8_t>(option); }
constexpr std::uint8_t kNothing = 0;
constexpr std::uint8_t kUrl = bits(ChatOption::kUrl);
constexpr milliseconds kSecond{1'000};

constexpr std::array<ChatServiceRow, 8> kServices = {{
    {.service = ChatService::kSlackWebhook,
     .name = "slack_webhook",
     .title = "Slack incoming webhook",
     .needed = kUrl,
     .allowed = kNothing,
     .spacing = kSecond,
     .finds_people = false,
     .replies = false,
     .edits = false,
     .repeats_harmless = false,
     .example = "https://hooks.slack.com/services/T.../B.../...",
     .render = render_slack},
    {.service = ChatService::kSlackBot,
     .name = "slack_bot",
     .title = "Slack bot",
     .needed = bits(ChatOption::kToken),
     .allowed = bits(ChatOption::kRoom),
     .spacing = kSecond,
     .finds_people = true,
     .replies = true,
     .edits = true,
     .repeats_harmless = false,
     .example = "",
     .render = render_slack},
    {.service = ChatService::kTeams,
     .name = "teams",
     .title = "Microsoft Teams workflow",
     .needed = kUrl,
     .allowed = kNothing,
     .spacing = kSecond,
     .finds_people = false,
     .replies = false,
     .edits = false,
     .repeats_harmless = false,
     .example = "https://....environment.api.powerplatform.com/powerautomate/...",
     .render = render_teams},
    {.service = ChatService::kGoogleChat,
     .name = "google_chat",
     .title = "Google Chat webhook",
     .needed = kUrl,
     .allowed = kNothing,
     .spacing = kSecond,
     .finds_people = false,
     .replies = true,
     .edits = false,
     // Documented for the API's method, and not for webhooks.
     .repeats_harmless = false,
     .example = "https://chat.googleapis.com/v1/spaces/.../messages?key=...&token=...",
     .render = render_google},
    {.service = ChatService::kMattermost,
     .name = "mattermost",
     .title = "Mattermost incoming webhook",
     .needed = kUrl,
     .allowed = bits(ChatOption::kRoom),
     .spacing = milliseconds{100},
     .finds_people = false,
     .replies = false,
     .edits = false,
     .repeats_harmless = false,
     .example = "https://chat.example.com/hooks/...",
     .render = render_mattermost},
    {.service = ChatService::kDiscord,
     .name = "discord",
     .title = "Discord webhook",
     .needed = kUrl,
     .allowed = kNothing,
     .spacing = milliseconds{500},
     .finds_people = false,
     .replies = false,
     .edits = true,
     .repeats_harmless = false,
     .example = "https://discord.com/api/webhooks/.../...",
     .render = render_discord},
    {.service = ChatService::kWebhook,
     .name = "webhook",
     .title = "Signed webhook",
     .needed = kUrl | bits(ChatOption::kSigningSecrets),
     .allowed = kNothing,
     .spacing = milliseconds{0},
     .finds_people = false,
     .replies = false,
     .edits = false,
     .repeats_harmless = true,
     .example = "https://hooks.example.com/plumbline",
     .render = render_webhook},
    {.service = ChatService::kFile,
     .name = "file",
     .title = "File or standard output",
     .needed = bits(ChatOption::kPath),
     .allowed = kNothing,
     .spacing = milliseconds{0},
     .finds_people = false,
     .replies = false,
     .edits = false,
     .repeats_harmless = false,
     .example = "",
     .render = render_json_line},
}};

}  // namespace

std::span<const ChatServiceRow> chat_services() { return kServices; }

const ChatServiceRow& row_of(ChatService service) {
  return *std::ranges::find(kServices, service, &ChatServiceRow::service);
}

std::optional<ChatService> parse_chat_service(std::string_view name) {
  const auto found = std::ranges::find(kServices, name, &ChatServiceRow::name);
  if (found == kServices.end()) return std::nullopt;
  return found->service;
}

std::string_view to_string(ChatService service) { return row_of(service).name; }

}  // namespace plumbline
