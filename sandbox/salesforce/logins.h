// Who may log in and which sessions live: the token endpoint with its three grants, and what an API call's
// bearer token is worth. For one thread.
//
// Times are the sandbox's. An assertion's `exp` is also good by the machine's clock, because a client need
// not know that it talks to a sandbox.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/time.h"
#include "sandbox/salesforce/api_error.h"
#include "sandbox/salesforce/rsa_key.h"
#include "sandbox/web/message.h"

namespace plumbline::sandbox {

struct LoginSettings {
  std::string base_url;  // http://127.0.0.1:8080; also what `aud` may name
  std::string client_id = "3MVG9sandbox.plumbline";
  std::string client_secret;
  std::string username = "plumbline@sandbox.example";
  std::string user_id;  // of the integration user
  std::string organization_id;
  std::chrono::seconds idle{7200};  // a session that long unused has ended
  bool rotate_refresh_tokens = true;
};

struct Moments {
  Instant sandbox{};
  Instant machine{};
};

class Logins {
 public:
  Logins(LoginSettings settings, std::uint64_t seed, const RsaKey& key);

  LoginSettings& settings() { return settings_; }
  const LoginSettings& settings() const { return settings_; }
  // The refresh token a client starts with.
  const std::string& first_refresh_token() const { return first_refresh_; }

  // POST /services/oauth2/token
  Response token(const Request& request, Moments now);
  // Of an API call: keeps the session alive, or says why there is none.
  Answer<void> check(const Request& request, Instant now);
  // Ends every session, as administrators can.
  void end_sessions() { sessions_.clear(); }

  std::uint64_t logins() const { return logins_; }

 private:
  struct Session {
    Instant used{};
    std::string family{};  // of the refresh token it came from
  };
  Response jwt(const Request& request, Moments now);
  Response client_credentials(const Request& request, Instant now);
  Response refresh(const Request& request, Instant now);
  bool is_client(const Request& request) const;
  std::string new_secret(std::string_view kind);
  Response session(Instant now, std::string_view scope, std::string family, std::string refresh_token);

  LoginSettings settings_;
  std::uint64_t seed_;
  const RsaKey& key_;
  std::uint64_t made_ = 0;
  std::uint64_t logins_ = 0;
  std::string first_refresh_;
  std::map<std::string, Session, std::less<>> sessions_;            // by access token
  std::map<std::string, std::string, std::less<>> refresh_tokens_;  // to their family
  std::map<std::string, std::string, std::less<>> spent_;  // refresh tokens that were used, to their family
};

}  // namespace plumbline::sandbox
