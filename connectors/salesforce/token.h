// What is said to the token endpoint and what it answers. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "connectors/http/http_client.h"
#include "connectors/salesforce/salesforce_options.h"

namespace plumbline {

struct SalesforceToken {
  Secret access_token;
  std::string instance_url;       // https://example.my.salesforce.com, without a slash behind
  std::optional<Secret> refresh;  // the next one; the one used is void
};

// How far ahead an assertion is said to end. It bounds when it may be used, not the session.
inline constexpr std::chrono::seconds kAssertionLife{150};

// The request to make at `now`; `refresh` is the token in use, for that grant alone. kInvalidInput where the
// key cannot sign.
Result<HttpRequest> token_request(const SalesforceLogin& login, Instant now, const Secret& refresh);

// The claims, signed: header.claims.signature.
Result<std::string> jwt_assertion(const SalesforceLogin& login, Instant now);

enum class LoginRetry : std::uint8_t {
  kNever,      // a person must change something
  kOnceLater,  // the clock may be wrong: once more, by the server's own
  kLater,      // with the next sync
};

struct LoginFailure {
  Error error;  // a sentence with the remedy
  LoginRetry retry = LoginRetry::kNever;
};

// A 200 with its body. An Error (never with a token in it) where it does not hold what it must. Unknown
// members are passed over.
Result<SalesforceToken> read_token(std::string_view body);

// Any other answer.
LoginFailure read_login_failure(const SalesforceLogin& login, const HttpHead& head, std::string_view body);

}  // namespace plumbline
