#include "connectors/http/redact.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "connectors/http/web_address.h"

namespace plumbline {
namespace {

// Looked for within the name, hyphens and underscores left out: X-Api-Key, access_token, X-Amz-Signature.
constexpr std::array<std::string_view, 13> kSecretWords = {
    "token",  "secret",    "password",      "passwd",     "apikey", "accesskey", "signature",
    "cookie", "assertion", "authorization", "credential", "jwt",    "session"};
// Looked for as the whole name.
constexpr std::array<std::string_view, 7> kSecretNames = {"key", "sig", "code", "auth", "sid", "pwd", "pass"};

std::string bare_name(std::string_view name) {
  std::string bare;
  for (const char letter : name) {
    if (letter == '-' || letter == '_' || letter == '.') continue;
    bare += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
  }
  return bare;
}

std::string without_secrets(std::string_view query) {
  std::string told;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view parameter = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (!told.empty()) told += '&';
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos || !sounds_secret(parameter.substr(0, equals))) {
      told += parameter;
    } else {
      told += fmt::format("{}={}", parameter.substr(0, equals), kHiddenSecret);
    }
  }
  return told;
}

constexpr std::string_view kUnreadable = "an address that cannot be read";

}  // namespace

bool sounds_secret(std::string_view name) {
  const std::string bare = bare_name(name);
  const auto within = [&bare](std::string_view word) { return bare.contains(word); };
  return std::ranges::find(kSecretNames, bare) != kSecretNames.end() ||
         std::ranges::any_of(kSecretWords, within);
}

std::string target_of(const HttpRequest& request) {
  const Result<WebAddress> address = parse_web_address(request.url);
  if (!address) return std::string(kUnreadable);
  if (request.secret_url) return address->host_and_port();
  const bool whole = address->path.size() <= kMostPathBytes;
  return address->host_and_port() + (whole ? address->path : address->path.substr(0, kMostPathBytes) + "...");
}

std::string loggable_url(const HttpRequest& request) {
  const Result<WebAddress> address = parse_web_address(request.url);
  if (!address) return std::string(kUnreadable);
  std::string told = fmt::format("{}://{}", address->scheme, address->host_and_port());
  if (request.secret_url) return told + "/" + std::string(kHiddenSecret);
  told += address->path;
  if (!address->query.empty()) told += "?" + without_secrets(address->query);
  return told;
}

std::vector<std::string> loggable_headers(const std::vector<HttpHeader>& headers) {
  std::vector<std::string> lines;
  lines.reserve(headers.size());
  for (const HttpHeader& header : headers) {
    const std::string_view value =
        sounds_secret(header.name) ? kHiddenSecret : std::string_view(header.value);
    lines.push_back(fmt::format("{}: {}", header.name, value));
  }
  return lines;
}

std::vector<std::string> loggable_headers(const HttpRequest& request) {
  std::vector<std::string> lines = loggable_headers(request.headers);
  for (const auto& [name, value] : request.secret_headers)
    lines.push_back(fmt::format("{}: {}", name, value));
  return lines;
}

}  // namespace plumbline
