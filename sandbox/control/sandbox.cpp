#include "sandbox/control/sandbox.h"

#include <cmath>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/crypto.h"
#include "sandbox/control/control.h"

namespace plumbline::sandbox {
namespace {

std::string secret_of(const SandboxOptions& options, std::string_view what) {
  constexpr std::size_t kDigits = 32;
  return sha256_hex(fmt::format("{} {}", what, options.seed)).substr(0, kDigits);
}

ExportSecrets exports_of(const SandboxOptions& options) {
  ExportSecrets secrets;
  secrets.bearer = secret_of(options, "export bearer");
  secrets.password = secret_of(options, "export password");
  secrets.header_value = secret_of(options, "export header");
  secrets.signing_key = secret_of(options, "export signature");
  return secrets;
}

ChatSecrets chat_of(const SandboxOptions& options) {
  return {.webhook = secret_of(options, "chat webhook"),
          .slack_token = "xoxb-" + secret_of(options, "slack token"),
          .signing = "whsec_" + to_base64(as_bytes(secret_of(options, "webhook signature")))};
}

LoginSettings logins_of(const SandboxOptions& options, const World& world) {
  LoginSettings settings;
  settings.base_url = options.base_url;
  settings.client_secret = secret_of(options, "client secret");
  settings.user_id = world.base().id(ObjectKind::kUser, 0);
  settings.organization_id = world.base().id(ObjectKind::kOrganization, 0);
  return settings;
}

WorldSizes sizes_of(const SandboxOptions& options) {
  return {.seed = options.seed,
          .opportunities = options.opportunities,
          .start = options.start,
          .currencies = options.currencies};
}

}  // namespace

Sandbox::Sandbox(const SandboxOptions& options, const Clock& machine, std::chrono::nanoseconds ticks)
    : options_(options),
      machine_(machine),
      ticks_(ticks),
      world_(sizes_of(options)),
      life_(world_, LifeOptions{.quiet = options.quiet_life}),
      faults_(options.seed),
      salesforce_(world_, faults_, key_, logins_of(options, world_)),
      clari_(world_, faults_,
             {.api_key = secret_of(options, "clari key"), .base_url = options.base_url + "/clari"}),
      exports_(world_, faults_, exports_of(options)),
      anchors_(faults_, secret_of(options, "anchor address")),
      chat_(world_, faults_, chat_of(options)) {}

Sandbox::~Sandbox() = default;

void Sandbox::follow(std::chrono::nanoseconds ticks) {
  const std::chrono::duration<double> passed = ticks - ticks_;
  ticks_ = ticks;
  ahead_ += passed.count() * options_.speed;
  const double whole = std::floor(ahead_);
  if (whole < 1) return;
  ahead_ -= whole;
  life_.advance_to(world_.now() + std::chrono::seconds(static_cast<std::int64_t>(whole)));
}

Response Sandbox::handle(const Request& request, std::chrono::nanoseconds ticks) {
  follow(ticks);
  Response response = route(request);
  response.with("Date", http_date(world_.now()));
  note(request, response);
  return response;
}

Response Sandbox::route(const Request& request) {
  const std::string_view path = request.path();
  if (path.starts_with("/control/")) return control(*this, request);
  if (path.starts_with("/services") || path.starts_with("/id/"))
    return salesforce_.handle(request, machine_.now());
  if (path.starts_with("/clari/")) return clari_.handle(request);
  if (path.starts_with("/exports/")) return exports_.handle(request);
  if (path.starts_with("/anchors/")) return anchors_.handle(request);
  if (path.starts_with("/chat/")) return chat_.handle(request);
  return json_response(404, R"({"message":"nothing is served here; docs/sandbox.md lists what is"})");
}

void Sandbox::note(const Request& request, const Response& response) {
  if (request.path().starts_with("/control/")) return;
  CallCount& count = calls_[response.endpoint.empty() ? "fault" : response.endpoint];
  ++count.calls;
  count.rows += response.rows;
  count.bytes += response.body.size();
  ++count.statuses[response.status];
  seen_.push_back({.at = world_.now(),
                   .method = request.method,
                   .target = request.target,
                   .status = response.status,
                   .rows = response.rows,
                   .bytes = response.body.size()});
  if (seen_.size() > kMostSeenRequests) seen_.pop_front();
}

}  // namespace plumbline::sandbox
