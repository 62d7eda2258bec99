#include "connectors/exports/export_reply.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/crypto.h"
#include "connectors/http/redact.h"

namespace plumbline {
namespace {

constexpr int kOk = 200;
constexpr int kNotModified = 304;

struct Row {
  int first;  // of the statuses it speaks of
  int last;
  ErrorCode code;
  std::string_view advice;
};

constexpr std::array kRows = {
    Row{202, 202, ErrorCode::kUnavailable, "the file is still being made; the next sync asks again"},
    Row{204, 205, ErrorCode::kUnavailable, "there is no file yet; the next sync asks again"},
    Row{206, 206, ErrorCode::kUnavailable, "only part of the file came, which nobody asked for"},
    Row{304, 304, ErrorCode::kUnavailable,
        "nothing was asked that it could be an answer to; look for a "
        "cache between that answers wrongly"},
    Row{300, 399, ErrorCode::kInvalidInput, "redirects are not followed; name the address it leads to"},
    Row{401, 401, ErrorCode::kAuth,
        "check the secret in the file that auth names, and whether it has expired"},
    Row{403, 403, ErrorCode::kAuth, "give whoever auth names the right to read the file"},
    Row{404, 404, ErrorCode::kNotFound, "check the address, and whether the export still runs"},
    Row{407, 407, ErrorCode::kAuth, "the proxy wants a user and password; check http.proxy"},
    Row{408, 408, ErrorCode::kUnavailable, "the next sync asks again"},
    Row{410, 410, ErrorCode::kNotFound,
        "the file is gone for good; take the export out of the configuration, "
        "or name its new address"},
    Row{429, 429, ErrorCode::kRateLimited, "the server is asked too often; make `every` longer"},
    Row{400, 499, ErrorCode::kInvalidInput,
        "the server does not understand what it is asked; check the address"},
    Row{500, 599, ErrorCode::kUnavailable, "the server has trouble; the next sync asks again"},
};

constexpr Row kOther{0, 999, ErrorCode::kUnavailable, "this is no answer Plumbline knows; check the address"};
constexpr std::string_view kSignedRefused =
    "an address that was signed in advance holds for some time only: put a new one into its file";

const Row& row_of(int status) {
  const auto found =
      std::ranges::find_if(kRows, [&](const Row& row) { return status >= row.first && status <= row.last; });
  return found == kRows.end() ? kOther : *found;
}

void add_auth(const ExportAuth& auth, HttpRequest& request) {
  const std::string_view secret = auth.secret.reveal();
  switch (auth.kind) {
    case ExportAuth::Kind::kNone:
      return;
    case ExportAuth::Kind::kBearer:
      request.secret_headers.emplace_back("Authorization", Secret(fmt::format("Bearer {}", secret)));
      return;
    case ExportAuth::Kind::kBasic: {
      const Secret both(fmt::format("{}:{}", auth.user, secret));
      request.secret_headers.emplace_back(
          "Authorization", Secret(fmt::format("Basic {}", to_base64(as_bytes(both.reveal())))));
      return;
    }
    case ExportAuth::Kind::kHeader:
      request.secret_headers.emplace_back(auth.header, auth.secret);
      return;
  }
}

}  // namespace

HttpRequest request_for(const ExportFile& file, const ExportsOptions& options, std::string_view etag,
                        std::string_view modified) {
  const bool is_secret = !file.secret_url.empty();
  HttpRequest request{.url = is_secret ? std::string(file.secret_url.reveal()) : file.url,
                      .headers = {{"Accept", "text/csv, application/json;q=0.9, */*;q=0.1"}},
                      .secret_url = is_secret,
                      .most_bytes = options.most_bytes,
                      .total_time = options.total_time};
  if (!etag.empty()) request.headers.push_back({"If-None-Match", std::string(etag)});
  if (!modified.empty()) request.headers.push_back({"If-Modified-Since", std::string(modified)});
  add_auth(file.auth, request);
  return request;
}

std::optional<Error> refusal_of(const ExportFile& file, const HttpRequest& request, const HttpHead& head,
                                const ErrorBody& body) {
  const bool had_conditions = std::ranges::any_of(
      request.headers, [](const HttpHeader& header) { return header.name.starts_with("If-"); });
  if (head.status == kOk || (head.status == kNotModified && had_conditions)) return std::nullopt;
  const Row& row = row_of(head.status);
  const bool is_secret = !file.secret_url.empty();
  const bool is_refused = head.status == 401 || head.status == 403;
  const HttpHead head_alone{.status = head.status, .headers = {}};
  const std::string said = is_secret ? describe_reply(target_of(request), head_alone, ErrorBody{})
                                     : describe_reply(target_of(request), head, body);
  const std::string_view advice = is_secret && is_refused ? kSignedRefused : row.advice;
  return Error{.code = row.code, .message = fmt::format("{}; {}", said, advice), .where = std::nullopt};
}

}  // namespace plumbline
