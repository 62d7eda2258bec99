#include "connectors/http/http_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace plumbline {
namespace {

constexpr std::array<std::string_view, 5> kMethodNames = {"GET", "POST", "PUT", "PATCH", "DELETE"};

// Of ASCII alone: names of headers have nothing else.
constexpr char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
}

}  // namespace

std::string_view to_string(HttpMethod method) { return kMethodNames.at(static_cast<std::size_t>(method)); }

bool HttpRequest::may_be_repeated() const {
  return repeatable.value_or(method != HttpMethod::kPost && method != HttpMethod::kPatch);
}

std::optional<std::string_view> HttpHead::header(std::string_view name) const {
  const auto same_name = [name](const HttpHeader& header) {
    return std::ranges::equal(header.name, name, {}, lower, lower);
  };
  const auto found = std::ranges::find_if(headers, same_name);
  if (found == headers.end()) return std::nullopt;
  return found->value;
}

Async<Result<HttpResponse>> fetch(HttpClient& client, HttpRequest request) {
  const std::uint64_t most_bytes = request.most_bytes;
  Result<HttpReply> reply = co_await client.open(std::move(request));
  if (!reply) co_return fail(std::move(reply.error()));
  HttpResponse response{.head = std::move(reply->head), .body = {}};
  while (true) {
    const Result<std::string> piece = co_await reply->body->next();
    if (!piece) co_return fail(piece.error());
    if (piece->empty()) co_return response;
    // The client keeps to the limit by itself; whoever answers in its place may not.
    if (response.body.size() + piece->size() > most_bytes)
      co_return fail(ErrorCode::kInvalidInput,
                     fmt::format("the reply has more than the {} bytes that were asked for", most_bytes));
    response.body += *piece;
  }
}

}  // namespace plumbline
