#include "sandbox/salesforce/logins.h"

#include <fmt/format.h>

#include "base/base64.h"
#include "base/crypto.h"
#include "base/json.h"
#include "sandbox/web/json_value.h"

namespace plumbline::sandbox {
namespace {

constexpr std::chrono::seconds kLongestAssertion{300};
constexpr std::chrono::seconds kSkew{60};

Response refused(std::string_view error, std::string_view description) {
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("error").string(error).key("error_description").string(description).end_object();
  Response response = json_response(400, std::move(body));
  response.with("Cache-Control", "no-store");
  return response;
}

bool is_current(double exp, Instant now) {
  const auto at = Instant{std::chrono::seconds(static_cast<std::int64_t>(exp))};
  return at > now - kSkew && at <= now + kLongestAssertion + kSkew;
}

}  // namespace

Logins::Logins(LoginSettings settings, std::uint64_t seed, const RsaKey& key)
    : settings_(std::move(settings)), seed_(seed), key_(key) {
  first_refresh_ = new_secret("refresh");
  refresh_tokens_.emplace(first_refresh_, "family");
}

std::string Logins::new_secret(std::string_view kind) {
  return sha256_hex(fmt::format("{} {} {}", kind, seed_, ++made_)).substr(0, 48);
}

Response Logins::token(const Request& request, Moments now) {
  ++logins_;
  if (request.method != "POST") return refused("invalid_request", "must be a POST");
  const std::string grant = request.form_field("grant_type").value_or("");
  if (grant == "urn:ietf:params:oauth:grant-type:jwt-bearer") return jwt(request, now);
  if (grant == "client_credentials") return client_credentials(request, now.sandbox);
  if (grant == "refresh_token") return refresh(request, now.sandbox);
  if (grant.empty()) return refused("invalid_request", "grant type missing");
  return refused("unsupported_grant_type", "grant type not supported");
}

Response Logins::jwt(const Request& request, Moments now) {
  const std::string assertion = request.form_field("assertion").value_or("");
  const std::size_t first = assertion.find('.');
  const std::size_t last = assertion.rfind('.');
  if (first == std::string::npos || first == last) return refused("invalid_grant", "invalid assertion");
  const auto part = [&](std::size_t from, std::size_t to) {
    const auto text = decode_base64_url(std::string_view(assertion).substr(from, to - from));
    return text ? parse_json(*text) : Result<JsonValue>(fail(ErrorCode::kInvalidInput, "no base64"));
  };
  const auto header = part(0, first);
  const auto claims = part(first + 1, last);
  const auto signature = decode_base64_url(std::string_view(assertion).substr(last + 1));
  if (!header || !claims || !signature) return refused("invalid_grant", "invalid assertion");
  if (header->text("alg") != "RS256") return refused("invalid_grant", "algorithm not supported");
  if (claims->text("iss") != settings_.client_id)
    return refused("invalid_client_id", "client identifier invalid");
  if (!key_.verifies(std::string_view(assertion).substr(0, last), *signature)) {
    return refused("invalid_grant", "invalid assertion");
  }
  const std::string audience = claims->text("aud").value_or("");
  if (audience != settings_.base_url && audience != "https://login.salesforce.com" &&
      audience != "https://test.salesforce.com") {
    return refused("invalid_grant", "audience is invalid");
  }
  if (claims->text("sub") != settings_.username) {
    return refused("invalid_grant", "user hasn't approved this consumer");
  }
  const auto expires = claims->number("exp");
  if (!expires || (!is_current(*expires, now.sandbox) && !is_current(*expires, now.machine))) {
    return refused("invalid_grant", "expired authorization code");
  }
  return session(now.sandbox, "api", {}, {});
}

bool Logins::is_client(const Request& request) const {
  std::string id = request.form_field("client_id").value_or("");
  std::string secret = request.form_field("client_secret").value_or("");
  constexpr std::string_view kBasic = "Basic ";
  const std::string_view given = request.header("Authorization");
  if (given.starts_with(kBasic)) {
    const auto bytes = from_base64(given.substr(kBasic.size()));
    if (!bytes) return false;
    const std::string text(bytes->begin(), bytes->end());
    const std::size_t colon = std::min(text.find(':'), text.size());
    id = text.substr(0, colon);
    secret = colon < text.size() ? text.substr(colon + 1) : "";
  }
  return id == settings_.client_id && secret == settings_.client_secret;
}

Response Logins::client_credentials(const Request& request, Instant now) {
  if (!is_client(request)) return refused("invalid_client", "invalid client credentials");
  return session(now, "id api", {}, {});
}

Response Logins::refresh(const Request& request, Instant now) {
  if (!is_client(request)) return refused("invalid_client", "invalid client credentials");
  const std::string given = request.form_field("refresh_token").value_or("");
  // Whoever shows a used token may have stolen it: the whole family ends.
  if (const auto spent = spent_.find(given); spent != spent_.end()) {
    const std::string family = spent->second;
    std::erase_if(refresh_tokens_, [&](const auto& token) { return token.second == family; });
    std::erase_if(sessions_, [&](const auto& s) { return s.second.family == family; });
    return refused("invalid_grant", "expired access/refresh token");
  }
  const auto found = refresh_tokens_.find(given);
  if (found == refresh_tokens_.end()) return refused("invalid_grant", "expired access/refresh token");
  const std::string family = found->second;
  std::string next;
  if (settings_.rotate_refresh_tokens) {
    spent_.emplace(given, family);
    refresh_tokens_.erase(found);
    next = new_secret("refresh");
    refresh_tokens_.emplace(next, family);
  }
  return session(now, "refresh_token api", family, std::move(next));
}

Response Logins::session(Instant now, std::string_view scope, std::string family, std::string refresh_token) {
  const std::string token = settings_.organization_id.substr(0, 15) + "!AQ." + new_secret("access");
  sessions_.emplace(token, Session{.used = now, .family = std::move(family)});
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("access_token").string(token).key("scope").string(scope);
  json.key("instance_url").string(settings_.base_url);
  json.key("id").string(settings_.base_url + "/id/" + settings_.organization_id + "/" + settings_.user_id);
  json.key("token_type").string("Bearer");
  if (!refresh_token.empty()) json.key("refresh_token").string(refresh_token);
  if (scope != "api" || !refresh_token.empty()) {
    json.key("issued_at").string(std::to_string(now.time_since_epoch().count() * 1000));
  }
  json.end_object();
  Response response = json_response(200, std::move(body));
  response.with("Cache-Control", "no-store");
  return response;
}

Answer<void> Logins::check(const Request& request, Instant now) {
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view given = request.header("Authorization");
  const auto ended = [] { return refuse(401, "INVALID_SESSION_ID", "Session expired or invalid"); };
  if (!given.starts_with(kBearer)) return refuse(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE");
  const auto found = sessions_.find(given.substr(kBearer.size()));
  if (found == sessions_.end()) return ended();
  if (now - found->second.used > settings_.idle) {
    sessions_.erase(found);
    return ended();
  }
  found->second.used = now;
  return {};
}

}  // namespace plumbline::sandbox
