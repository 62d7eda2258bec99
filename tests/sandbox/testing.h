// A sandbox whose clock stands, asked without sockets.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/crypto.h"
#include "sandbox/control/sandbox.h"
#include "sandbox/web/json_value.h"

namespace plumbline::sandbox {

inline SandboxOptions small_sandbox() {
  SandboxOptions options;
  options.seed = 7;
  options.opportunities = 400;
  options.quiet_life = true;
  options.start = *parse_instant("2026-05-06T08:00:00Z");
  options.speed = 0;
  options.base_url = "http://127.0.0.1:1";
  return options;
}

inline std::string base64_url(std::string_view text) {
  std::string out = to_base64(as_bytes(text));
  for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
  while (out.ends_with('=')) out.pop_back();
  return out;
}

class TestedSandbox {
 public:
  explicit TestedSandbox(const SandboxOptions& options = small_sandbox())
      : clock_(*parse_instant("2026-11-01T00:00:00Z")),
        sandbox_(options, clock_, std::chrono::nanoseconds(0)) {
    sandbox_.salesforce().settings().uneven_pages = false;
  }

  Sandbox& operator*() { return sandbox_; }
  Sandbox* operator->() { return &sandbox_; }

  Response send(Request request) { return sandbox_.handle(request, std::chrono::nanoseconds(0)); }
  Response get(std::string_view target, Parameters headers = {}) {
    return send({.target = std::string(target), .headers = std::move(headers)});
  }
  Response control(std::string_view path, std::string_view body) {
    return send({.method = "POST", .target = "/control/" + std::string(path), .body = std::string(body)});
  }
  Response form(std::string_view body) {
    return send({.method = "POST", .target = "/services/oauth2/token", .body = std::string(body)});
  }

  // Of client credentials, asked for once.
  const std::string& token() {
    if (token_.empty()) {
      const LoginSettings& who = sandbox_.salesforce().logins().settings();
      const Response answer = form(fmt::format("grant_type=client_credentials&client_id={}&client_secret={}",
                                               who.client_id, who.client_secret));
      token_ = parse_json(answer.body)->text("access_token").value_or("");
    }
    return token_;
  }
  Response api(std::string_view method, std::string_view path, std::string_view body = {},
               Parameters headers = {}) {
    headers.emplace_back("Authorization", "Bearer " + token());
    return send({.method = std::string(method),
                 .target = "/services/data/v62.0" + std::string(path),
                 .headers = std::move(headers),
                 .body = std::string(body)});
  }
  Response query(std::string_view soql, std::string_view endpoint = "query") {
    return api("GET", fmt::format("/{}?q={}", endpoint, encode_url(soql)));
  }
  // What the error array says first; empty where there is none.
  static std::string error_code(const Response& response) {
    const auto body = parse_json(response.body);
    const auto* all = body ? std::get_if<JsonArray>(&body->value) : nullptr;
    return all == nullptr || all->empty() ? "" : all->front().text("errorCode").value_or("");
  }
  static std::string header(const Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return {};
  }
  static std::size_t total(const Response& response) {
    return static_cast<std::size_t>(parse_json(response.body)->number("totalSize").value_or(-1));
  }
  static JsonArray records(const Response& response) {
    const auto body = parse_json(response.body);
    const JsonArray* all = body ? body->array("records") : nullptr;
    return all == nullptr ? JsonArray{} : *all;
  }

 private:
  FixedClock clock_;
  Sandbox sandbox_;
  std::string token_;
};

}  // namespace plumbline::sandbox
