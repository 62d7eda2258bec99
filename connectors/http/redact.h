// What may be told of a request: in logs, in errors, to anybody.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/http/http_client.h"

namespace plumbline {

// "na1.example.com/services/data/v60.0/query": host (with an unusual port) and path, for sentences. Of a
// secret address the host alone. Paths of more than kMostPathBytes are cut.
std::string target_of(const HttpRequest& request);
inline constexpr std::size_t kMostPathBytes = 200;

// The address for a log: no user or password, and *** for the value of every parameter whose name sounds like
// a secret (token, key, secret, signature, password, code, credential, assertion ...). Of a secret address
// scheme and host alone.
std::string loggable_url(const HttpRequest& request);

// "Name: value" lines: *** for secret headers, and for those of a name that carries secrets (Authorization,
// Cookie, and whatever sounds like a token or key) even if they are not marked.
std::vector<std::string> loggable_headers(const HttpRequest& request);
std::vector<std::string> loggable_headers(const std::vector<HttpHeader>& headers);

// Whether a header or parameter of that name is taken for a secret.
bool sounds_secret(std::string_view name);

}  // namespace plumbline
