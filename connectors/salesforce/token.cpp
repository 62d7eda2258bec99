#include "connectors/salesforce/token.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/json.h"
#include "base/json_stream.h"
#include "base/rsa.h"
#include "connectors/salesforce/api_error.h"
#include "connectors/salesforce/soql.h"

namespace plumbline {
namespace {

struct Advice {
  std::string_view error;
  std::string_view part;  // of the description; empty: any
  ErrorCode code;
  LoginRetry retry;
  std::string_view text;
};

constexpr std::array kAdvice = {
    Advice{"invalid_grant", "udience", ErrorCode::kAuth, LoginRetry::kNever,
           "set login.audience to https://login.salesforce.com, https://test.salesforce.com for a sandbox, "
           "or the "
           "address of the organisation"},
    Advice{"invalid_grant", "invalid assertion", ErrorCode::kAuth, LoginRetry::kNever,
           "check that client_id is the app's consumer key, and that the certificate uploaded to the app "
           "belongs to "
           "the private key"},
    Advice{
        "invalid_grant", "approved", ErrorCode::kAuth, LoginRetry::kNever,
        "approve the app for the user: in its policies choose that administrators approve users, and add the "
        "user's profile or permission set"},
    Advice{"invalid_grant", "expired authorization code", ErrorCode::kAuth, LoginRetry::kOnceLater,
           "the assertion had ended when it arrived: set this machine's clock"},
    Advice{"invalid_grant", "expired access/refresh token", ErrorCode::kAuth, LoginRetry::kNever,
           "the refresh token was used, revoked or replaced: authorise the app anew and put the new token "
           "into the "
           "token file. Nobody else may use the same token"},
    Advice{"invalid_grant", "locked", ErrorCode::kAuth, LoginRetry::kNever, "unlock the user in Setup"},
    Advice{"invalid_grant", "", ErrorCode::kAuth, LoginRetry::kNever,
           "check username, client_id and the login address (test.salesforce.com for a sandbox), and see the "
           "user's "
           "login history in Setup"},
    Advice{"invalid_client", "", ErrorCode::kAuth, LoginRetry::kNever, "check client_id and client secret"},
    Advice{"invalid_client_id", "", ErrorCode::kAuth, LoginRetry::kNever,
           "check client_id: it is the app's consumer key"},
    Advice{"invalid_client_credentials", "", ErrorCode::kAuth, LoginRetry::kNever, "check the client secret"},
    Advice{"inactive_user", "", ErrorCode::kAuth, LoginRetry::kNever, "activate the user in Setup"},
    Advice{"inactive_org", "", ErrorCode::kAuth, LoginRetry::kNever,
           "the organisation is locked, closed or suspended: ask Salesforce"},
    Advice{"invalid_app_access", "", ErrorCode::kAuth, LoginRetry::kNever,
           "give the user access to the app: add the profile or permission set in the app's policies"},
    Advice{"unsupported_grant_type", "", ErrorCode::kInvalidInput, LoginRetry::kNever,
           "switch this flow on in the app's settings, or choose another kind of login"},
    Advice{"invalid_request", "", ErrorCode::kInvalidInput, LoginRetry::kNever,
           "client_credentials needs the organisation's own address (https://NAME.my.salesforce.com) as "
           "login.url"},
    Advice{"rate_limit_exceeded", "", ErrorCode::kRateLimited, LoginRetry::kLater,
           "too many logins in a short time; the next sync asks again"},
};

class TokenReader : public JsonEvents {
 public:
  SalesforceToken token;
  std::string error;
  std::string description;

  bool begin_object() override {
    ++depth_;
    return true;
  }
  bool end_object() override {
    --depth_;
    return true;
  }
  bool key(std::string_view name) override {
    key_ = name;
    return true;
  }
  bool value(JsonKind kind, std::string_view text) override {
    if (kind != JsonKind::kString || depth_ != 1) return true;
    if (key_ == "access_token") token.access_token = Secret(std::string(text));
    if (key_ == "refresh_token") token.refresh = Secret(std::string(text));
    if (key_ == "instance_url") token.instance_url = text;
    if (key_ == "error") error = text;
    if (key_ == "error_description") description = text;
    return true;
  }

 private:
  std::string key_;
  int depth_ = 0;
};

std::string without_slash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return std::string(url);
}

std::string form(std::initializer_list<std::pair<std::string_view, std::string_view>> members) {
  std::string body;
  for (const auto& [name, value] : members) {
    if (value.empty()) continue;
    if (!body.empty()) body += '&';
    body += fmt::format("{}={}", name, url_encode(value));
  }
  return body;
}

// Texts from outside may hold anything; of a description one short line is shown.
std::string one_line(std::string_view text) {
  std::string line(text.substr(0, 200));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return line;
}

}  // namespace

Result<std::string> jwt_assertion(const SalesforceLogin& login, Instant now) {
  std::string claims;
  JsonWriter json(claims);
  json.begin_object().key("iss").string(login.client_id).key("sub").string(login.username);
  json.key("aud").string(login.audience.empty() ? without_slash(login.url) : login.audience);
  json.key("exp").integer((now + kAssertionLife).time_since_epoch().count()).end_object();
  const std::string text = fmt::format("{}.{}", to_base64_url(R"({"alg":"RS256"})"), to_base64_url(claims));
  Result<std::string> signature = sign_rs256(login.private_key, text);
  if (!signature) return fail(std::move(signature.error()));
  return fmt::format("{}.{}", text, to_base64_url(*signature));
}

Result<HttpRequest> token_request(const SalesforceLogin& login, Instant now, const Secret& refresh) {
  HttpRequest request{
      .method = HttpMethod::kPost,
      .url = without_slash(login.url) + "/services/oauth2/token",
      .headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}}};
  switch (login.grant) {
    case SalesforceGrant::kJwtBearer: {
      const Result<std::string> assertion = jwt_assertion(login, now);
      if (!assertion) return fail(assertion.error());
      request.body =
          form({{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"}, {"assertion", *assertion}});
      request.repeatable = true;
      break;
    }
    case SalesforceGrant::kClientCredentials:
      request.body = form({{"grant_type", "client_credentials"},
                           {"client_id", login.client_id},
                           {"client_secret", login.client_secret.reveal()}});
      request.repeatable = true;
      break;
    case SalesforceGrant::kRefreshToken:
      // Where tokens rotate, saying an old one twice revokes them all: never sent again.
      request.body = form({{"grant_type", "refresh_token"},
                           {"client_id", login.client_id},
                           {"client_secret", login.client_secret.reveal()},
                           {"refresh_token", refresh.reveal()}});
      request.repeatable = false;
      break;
  }
  return request;
}

Result<SalesforceToken> read_token(std::string_view body) {
  TokenReader reader;
  const Status read = read_json_events(body, reader);
  if (!read || reader.token.access_token.empty()) {
    return fail(ErrorCode::kUnavailable,
                "Salesforce answered the login with something that holds no token; check the login address");
  }
  reader.token.instance_url = without_slash(reader.token.instance_url);
  const std::string& instance = reader.token.instance_url;
  if (!instance.starts_with("https://") && !instance.starts_with("http://127.0.0.1") &&
      !instance.starts_with("http://localhost")) {
    return fail(
        ErrorCode::kInvalidInput,
        "Salesforce answered the login without an https address for its data; check the login address");
  }
  return std::move(reader.token);
}

LoginFailure read_login_failure(const SalesforceLogin& login, const HttpHead& head, std::string_view body) {
  TokenReader reader;
  const Status read = read_json_events(body, reader);
  const std::string where = without_slash(login.url);
  if (!read || reader.error.empty()) {
    ApiFailure failure = read_api_error(head, body, fmt::format("the login at {}", where));
    const bool later = failure.remedy == Remedy::kRetry || head.status == 420;
    return {.error = std::move(failure.error), .retry = later ? LoginRetry::kLater : LoginRetry::kNever};
  }
  const std::string answer = one_line(
      reader.description.empty() ? reader.error : fmt::format("{}: {}", reader.error, reader.description));
  for (const Advice& advice : kAdvice) {
    if (advice.error != reader.error) continue;
    if (reader.description.find(advice.part) == std::string::npos) continue;
    return {.error = {.code = advice.code,
                      .message = fmt::format("Salesforce refused the login at {}: {}; {}", where, answer,
                                             advice.text),
                      .where = std::nullopt},
            .retry = advice.retry};
  }
  return {
      .error = {.code = ErrorCode::kAuth,
                .message = fmt::format("Salesforce refused the login at {}: {}; see the user's login history "
                                       "in Setup",
                                       where, answer),
                .where = std::nullopt}};
}

}  // namespace plumbline
