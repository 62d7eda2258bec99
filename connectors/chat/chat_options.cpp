#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "connectors/chat/chat_services.h"
#include "connectors/chat/webhook_signature.h"

namespace plumbline {
namespace {

constexpr std::string_view kHttps = "https://";
constexpr std::string_view kHttp = "http://";

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool has_space_or_control(std::string_view text) {
  return std::ranges::any_of(text,
                             [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7F'; });
}

// "hooks.slack.com", in lower case, without user and port. The client takes the address apart for good; this
// is for what a person can be told about it at once.
std::string host_of(std::string_view url) {
  const std::size_t begin = url.find("://");
  if (begin == std::string_view::npos) return {};
  std::string_view rest = url.substr(begin + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (rest.starts_with('[')) return std::string(rest.substr(0, rest.find(']') + 1));
  rest = rest.substr(0, rest.find(':'));
  std::string host(rest);
  std::ranges::transform(host, host.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return host;
}

bool is_loopback_host(std::string_view host) {
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

struct Faults {
  const ChatOptions& options;
  std::vector<std::string> found{};
  void add(std::string_view what) {
    found.push_back(fmt::format("channel {}: {}", is_name(options.name) ? options.name : "?", what));
  }
};

void check_address(std::string_view what, std::string_view url, Faults& faults) {
  const std::string host = host_of(url);
  const bool is_plain = url.starts_with(kHttp);
  if (host.empty() || (!is_plain && !url.starts_with(kHttps))) {
    faults.add(fmt::format("{} must be an address that begins with https://", what));
    return;
  }
  if (has_space_or_control(url)) faults.add(fmt::format("{} has a space or line break within", what));
  const std::string_view authority = url.substr(0, url.find('/', kHttps.size()));
  if (authority.contains('@'))
    faults.add(fmt::format("{} has a user or password in it; leave them out", what));
  if (!is_plain) return;
  if (!is_loopback_host(host)) {
    faults.add(
        fmt::format("{} must begin with https://: over http:// anybody on the way could read it", what));
  } else if (!faults.options.allow_plain_loopback) {
    faults.add(
        fmt::format("{} begins with http://; for this machine itself that needs "
                    "allow_plain_loopback: true",
                    what));
  }
}

// Addresses that look right and do not work, with what to do.
struct WrongAddress {
  ChatService service;
  std::string_view host_end;
  std::string_view path;  // part of the address
  std::string_view advice;
};

constexpr std::array kWrongAddresses = {
    WrongAddress{ChatService::kTeams, "webhook.office.com", "",
                 "this is an Office 365 connector, which Microsoft has shut down; make a workflow in Teams "
                 "(\"When a Teams webhook request is received\") and put its address into the file"},
    WrongAddress{ChatService::kTeams, "outlook.office.com", "/webhook",
                 "this is an Office 365 connector, which Microsoft has shut down; make a workflow in Teams "
                 "(\"When a Teams webhook request is received\") and put its address into the file"},
    WrongAddress{ChatService::kTeams, "hooks.slack.com", "",
                 "this is an address of Slack; use slack_webhook"},
    WrongAddress{ChatService::kSlackWebhook, "slack.com", "/api/",
                 "this is an address of Slack's methods; an incoming webhook begins with "
                 "https://hooks.slack.com/services/. For a bot use slack_bot and a token"},
    WrongAddress{ChatService::kDiscord, "", "/slack",
                 "an address that ends in /slack takes messages in Slack's form; leave that end out"},
    WrongAddress{ChatService::kDiscord, "", "/github",
                 "an address that ends in /github takes messages in GitHub's form; leave that end out"},
};

void check_known_mistakes(std::string_view url, Faults& faults) {
  const std::string host = host_of(url);
  for (const WrongAddress& wrong : kWrongAddresses) {
    const bool is_there = host == wrong.host_end || host.ends_with(fmt::format(".{}", wrong.host_end));
    const bool is_host = wrong.host_end.empty() ? url.ends_with(wrong.path) : is_there;
    if (wrong.service == faults.options.service && is_host && url.contains(wrong.path))
      faults.add(wrong.advice);
  }
  if (faults.options.service == ChatService::kGoogleChat &&
      (!url.contains("key=") || !url.contains("token=")))
    faults.add("the address of a Google Chat webhook has key= and token=; copy all of it");
}

// Which options are there, and how they are called in a configuration.
struct Given {
  ChatOption option;
  std::string_view name;
  bool is_there;
};

void check_presence(const ChatOptions& options, const ChatServiceRow& row, Faults& faults) {
  const std::array given = {
      Given{ChatOption::kUrl, "url", !options.url.empty()},
      Given{ChatOption::kToken, "token", !options.token.empty()},
      Given{ChatOption::kRoom, "room", !options.room.empty()},
      Given{ChatOption::kSigningSecrets, "signing_secrets", !options.signing_secrets.empty()},
      Given{ChatOption::kPath, "path", !options.path.empty()},
  };
  for (const Given& option : given) {
    const auto bit = static_cast<unsigned>(option.option);
    const bool is_needed = (row.needed & bit) != 0;
    const bool is_allowed = is_needed || (row.allowed & bit) != 0;
    if (is_needed && !option.is_there)
      faults.add(fmt::format(
          "{} needs {}{}", row.name, option.name,
          option.option == ChatOption::kUrl ? fmt::format(", such as {}", row.example) : std::string()));
    if (!is_allowed && option.is_there)
      faults.add(fmt::format("{} takes no {}; leave it out", row.name, option.name));
  }
}

void check_slack_bot(const ChatOptions& options, Faults& faults) {
  const std::string_view token = options.token.reveal();
  if (!token.empty() && !token.starts_with("xoxb-"))
    faults.add("the token of a Slack bot begins with xoxb-; look under \"OAuth & Permissions\" of the app");
  if (has_space_or_control(token)) faults.add("the token has a space or line break within");
  if (!options.room.empty() && !is_name(options.room))
    faults.add("room is the id of a channel, such as C024BE7LR, which Slack shows at the end of its details");
  check_address("api_url", options.api_url, faults);
}

void check_signing_secrets(const ChatOptions& options, Faults& faults) {
  for (std::size_t i = 0; i < options.signing_secrets.size(); ++i) {
    const Status good = check_signing_secret(options.signing_secrets[i]);
    if (!good) faults.add(fmt::format("signing secret {}: {}", i + 1, good.error().message));
  }
  if (options.signing_secrets.size() > kMostSigningSecrets)
    faults.add(fmt::format("signing_secrets can be {} at most; leave out those no receiver checks any more",
                           kMostSigningSecrets));
}

}  // namespace

std::vector<std::string> validate(const ChatOptions& options) {
  Faults faults{.options = options};
  if (!is_name(options.name))
    faults.add(
        fmt::format("a channel's name has letters, digits, - and _ alone, and not \"{}\"", options.name));
  check_presence(options, row_of(options.service), faults);
  if (!options.url.empty()) {
    check_address("url", options.url.reveal(), faults);
    check_known_mistakes(options.url.reveal(), faults);
  }
  if (options.service == ChatService::kSlackBot) check_slack_bot(options, faults);
  check_signing_secrets(options, faults);
  if (options.total_time < kLeastSendTime || options.total_time > kMostSendTime)
    faults.add("total_time must be 5 s to 5 minutes");
  if (options.remember_found.count() < 0 || options.remember_missing.count() < 0)
    faults.add("remember_found and remember_missing must not be negative");
  return std::move(faults.found);
}

}  // namespace plumbline
