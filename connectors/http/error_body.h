// What a server says when it does not give what it was asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/http/http_client.h"

namespace plumbline {

enum class ErrorBodyKind : std::uint8_t {
  kEmpty,
  kJson,  // begins like JSON; whether it is any shows when it is read
  kHtml,  // a page for browsers: of a proxy, a login, a server that is being mended
  kText,
};

inline constexpr std::size_t kMostErrorBodyBytes = std::size_t{64} << 10;
inline constexpr std::size_t kMostExcerptBytes = 500;

struct ErrorBody {
  ErrorBodyKind kind = ErrorBodyKind::kEmpty;
  std::string text{};     // the first kMostErrorBodyBytes, as they came
  std::string excerpt{};  // for messages: one line of valid UTF-8, without tags, kMostExcerptBytes at most
};

// Reads what is left of the reply's body, as far as it is kept. A body that breaks off is what came of it.
Async<ErrorBody> read_error_body(HttpReply& reply);

ErrorBody classify_error_body(const HttpHead& head, std::string text);

// A sentence about a reply nobody can use; `target` as target_of() names it.
//
//   na1.example.com/services answered 503 (Service Unavailable): Sorry, we are being mended
//   example.com/old redirects to https://example.com/new, which is not followed; name that address
std::string describe_reply(std::string_view target, const HttpHead& head, const ErrorBody& body);

// Where a reply redirects to, without user, password and query; nothing if it does not.
std::optional<std::string> redirection_of(const HttpHead& head);

}  // namespace plumbline
