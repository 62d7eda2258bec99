// Channels that send, made from what a person decided.
#pragma once

#include <iosfwd>
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "connectors/chat/chat_options.h"
#include "connectors/http/http_client.h"
#include "model/notifier.h"

namespace plumbline {

// What channels send with. All of it must outlive them.
struct ChatTools {
  // Asks once: a client that tries again by itself makes duplicates.
  HttpClient& client;
  const Clock& clock;
  std::ostream& standard_output;  // where the path is "-"
};

// kInvalidInput with all faults where the options are not sound.
Result<std::unique_ptr<Notifier>> make_channel(const ChatOptions& options, const ChatTools& tools);

// One for each service, of options that are sound.
std::unique_ptr<Notifier> make_slack_webhook(const ChatOptions& options, const ChatTools& tools);
std::unique_ptr<Notifier> make_slack_bot(const ChatOptions& options, const ChatTools& tools);
std::unique_ptr<Notifier> make_teams(const ChatOptions& options, const ChatTools& tools);
std::unique_ptr<Notifier> make_google_chat(const ChatOptions& options, const ChatTools& tools);
std::unique_ptr<Notifier> make_mattermost(const ChatOptions& options, const ChatTools& tools);
std::unique_ptr<Notifier> make_discord(const ChatOptions& options, const ChatTools& tools);
std::unique_ptr<Notifier> make_webhook(const ChatOptions& options, const ChatTools& tools);
std::unique_ptr<Notifier> make_file_channel(const ChatOptions& options, const ChatTools& tools);

}  // namespace plumbline
