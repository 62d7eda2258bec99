#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "sandbox/control/sandbox.h"
#include "sandbox/server/options.h"
#include "sandbox/server/server.h"

namespace plumbline::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr int kUsageFault = 2;
constexpr int kCannotServe = 4;

std::chrono::nanoseconds ticks() { return std::chrono::steady_clock::now().time_since_epoch(); }

int complain(const Error& error, int status) {
  std::cerr << "plumbline-sandbox: " << error.to_string() << '\n';
  return status;
}

fs::path make_folder(const ProgramOptions& options) {
  const fs::path folder =
      options.keys.value_or(fs::temp_directory_path() / ("plumbline-sandbox-" + std::to_string(::getpid())));
  fs::create_directories(folder);
  fs::permissions(folder, fs::perms::owner_all);
  return folder;
}

std::string write_secret(const fs::path& folder, std::string_view name, std::string_view text) {
  const fs::path path = folder / name;
  std::ofstream(path, std::ios::binary) << text;
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  return path.string();
}

void write_salesforce(JsonWriter& json, Sandbox& sandbox, const fs::path& folder) {
  const Logins& logins = sandbox.salesforce().logins();
  const LoginSettings& who = logins.settings();
  json.key("salesforce").begin_object();
  json.key("login_url").string(who.base_url).key("instance_url").string(who.base_url);
  json.key("client_id").string(who.client_id).key("client_secret").string(who.client_secret);
  json.key("client_secret_file").string(write_secret(folder, "client_secret", who.client_secret));
  json.key("username").string(who.username).key("refresh_token").string(logins.first_refresh_token());
  json.key("refresh_token_file").string(write_secret(folder, "refresh_token", logins.first_refresh_token()));
  json.key("jwt_key_file").string(write_secret(folder, "jwt_key.pem", sandbox.key().private_pem()));
  json.key("organization_id").string(who.organization_id).key("user_id").string(who.user_id);
  json.key("newest_version").string(std::to_string(kNewestVersion) + ".0").end_object();
}

void write_clari(JsonWriter& json, Sandbox& sandbox, const fs::path& folder) {
  const std::string& key = sandbox.clari().settings().api_key;
  json.key("clari").begin_object().key("base_url").string(sandbox.options().base_url + "/clari");
  json.key("api_key").string(key).key("api_key_file").string(write_secret(folder, "clari_api_key", key));
  json.key("forecast_id").string("forecast").end_object();
}

void write_exports(JsonWriter& json, Sandbox& sandbox, const fs::path& folder) {
  const std::string& base = sandbox.options().base_url;
  const ExportSecrets& secrets = sandbox.exports().secrets();
  json.key("exports").begin_object().key("base_url").string(base + "/exports");
  json.key("bearer").string(secrets.bearer);
  json.key("bearer_file").string(write_secret(folder, "export_bearer", secrets.bearer));
  json.key("basic_user").string(secrets.user).key("basic_password").string(secrets.password);
  json.key("basic_password_file").string(write_secret(folder, "export_password", secrets.password));
  json.key("header").string(secrets.header).key("header_value").string(secrets.header_value);
  json.key("header_value_file").string(write_secret(folder, "export_header", secrets.header_value));
  const Instant until = sandbox.world().now() + std::chrono::days(400);
  const std::string address = base + sandbox.exports().signed_target("Opportunity.csv", until);
  json.key("signed_url").string(address);
  json.key("signed_url_file").string(write_secret(folder, "export_signed_url", address)).end_object();
}

void write_anchors(JsonWriter& json, Sandbox& sandbox, const fs::path& folder) {
  const std::string address = sandbox.options().base_url + sandbox.anchors().target();
  json.key("anchors").begin_object().key("url").string(address);
  json.key("url_file").string(write_secret(folder, "anchor_url", address)).end_object();
}

// An address of each service that leads into a room "sales", and what else is needed.
void write_chat(JsonWriter& json, Sandbox& sandbox, const fs::path& folder) {
  const ChatSecrets& secrets = sandbox.chat().secrets();
  const std::string base = sandbox.options().base_url + "/chat";
  const auto address = [&](std::string_view name, const std::string& url) {
    json.key(name).string(url);
    json.key(std::string(name) + "_file").string(write_secret(folder, "chat_" + std::string(name), url));
  };
  json.key("chat").begin_object().key("page_url").string(sandbox.options().base_url + "/control/chat/page");
  json.key("slack_api_url").string(base + "/slack/api");
  json.key("slack_token").string(secrets.slack_token);
  json.key("slack_token_file").string(write_secret(folder, "chat_slack_token", secrets.slack_token));
  address("slack_webhook", base + "/slack/services/T1/sales/" + secrets.webhook);
  address("teams", base + "/teams/sales?api-version=1&sig=" + secrets.webhook);
  address("google_chat", base + "/google/v1/spaces/sales/messages?key=k&token=" + secrets.webhook);
  address("mattermost", base + "/mattermost/hooks/" + secrets.webhook);
  address("discord", base + "/discord/api/webhooks/sales/" + secrets.webhook);
  address("webhook", base + "/webhook/sales");
  json.key("signing_secret").string(secrets.signing);
  json.key("signing_secret_file").string(write_secret(folder, "chat_signing_secret", secrets.signing));
  json.end_object();
}

void announce(Sandbox& sandbox, const fs::path& folder, const std::optional<fs::path>& tls) {
  const std::string& base = sandbox.options().base_url;
  std::string line;
  JsonWriter json(line);
  json.begin_object().key("base_url").string(base).key("control_url").string(base + "/control");
  if (tls) json.key("ca_file").string((*tls / "ca.pem").string());
  json.key("folder").string(folder.string()).key("now").string(format_instant(sandbox.world().now()));
  write_salesforce(json, sandbox, folder);
  write_clari(json, sandbox, folder);
  write_exports(json, sandbox, folder);
  write_anchors(json, sandbox, folder);
  write_chat(json, sandbox, folder);
  json.end_object();
  std::cout << line << '\n' << std::flush;
}

int run(const ProgramOptions& options) {
  std::optional<Certificate> certificate;
  if (options.tls) {
    const RsaKey key;
    certificate = Certificate{.certificate_pem = key.certificate_pem(), .key_pem = key.private_pem()};
    fs::create_directories(*options.tls);
    std::ofstream(*options.tls / "ca.pem") << certificate->certificate_pem;
  }
  Result<Server> server = Server::listen(options.port, certificate);
  if (!server) return complain(server.error(), kCannotServe);
  SandboxOptions sandbox_options = options.sandbox;
  sandbox_options.base_url =
      (certificate ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(server->port());
  const SystemClock clock;
  Sandbox sandbox(sandbox_options, clock, ticks());
  const fs::path folder = make_folder(options);
  announce(sandbox, folder, options.tls);
  server->serve([&](const Request& request) { return sandbox.handle(request, ticks()); });
  std::error_code ignored;
  if (!options.keys) fs::remove_all(folder, ignored);
  return 0;
}

int run_words(const std::vector<std::string_view>& words) {
  const Result<ProgramOptions> options = parse_options(words);
  if (!options) return complain(options.error(), kUsageFault);
  if (options->help) {
    std::cout << usage();
    return 0;
  }
  try {
    return run(*options);
  } catch (const std::exception& fault) {  // of the file system
    return complain(Error{.code = ErrorCode::kUnavailable, .message = fault.what(), .where = std::nullopt},
                    kCannotServe);
  }
}

}  // namespace
}  // namespace plumbline::sandbox

int main(int count, char** words) { return plumbline::sandbox::run_words({words + 1, words + count}); }
