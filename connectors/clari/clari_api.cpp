#include "connectors/clari/clari_api.h"

#include <utility>

#include <fmt/format.h>

#include "base/crypto.h"
#include "base/json.h"
#include "connectors/clari/opportunity_rows.h"
#include "connectors/http/error_body.h"
#include "connectors/http/spool_file.h"

namespace plumbline {
namespace {

// Clari answers 202 to some creations.
bool is_success(int status) { return status == 200 || status == 202; }

ClariFailure unread(Error error) { return {.remedy = ClariRemedy::kFail, .error = std::move(error)}; }

}  // namespace

std::string url_part(std::string_view text) {
  constexpr std::string_view kPlain = "-._~";
  std::string result;
  for (const char c : text) {
    const bool is_plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kPlain.contains(c);
    if (is_plain) {
      result += c;
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

std::string export_request_body(const ClariOptions& options, const WantedExport& wanted,
                                const std::vector<std::string>& types) {
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("timePeriod").string(wanted.period);
  json.key("typesToExport").begin_array();
  for (const std::string& type : types) json.string(type);
  json.end_array();
  if (!options.scope.empty()) json.key("scopeId").string(options.scope);
  if (!options.currency.empty()) json.key("currency").string(options.currency);
  json.key("includeHistorical").boolean(wanted.weeks == ClariWeeks::kAll);
  json.key("exportFormat").string("JSON").end_object();
  return body;
}

HttpRequest ClariApi::request(HttpMethod method, std::string url) const {
  HttpRequest made{.method = method, .url = std::move(url), .headers = {{"Accept", "application/json"}}};
  made.secret_headers.emplace_back("apikey", options_.api_key);
  return made;
}

Async<ClariAnswer<std::string>> ClariApi::ask(HttpRequest request, std::string asked) {
  ++calls_;
  Result<HttpResponse> response = co_await fetch(client_, std::move(request));
  if (!response) co_return std::unexpected(clari_failure_of(std::move(response.error())));
  bytes_ += response->body.size();
  if (!is_success(response->head.status))
    co_return std::unexpected(read_clari_error(response->head, response->body, asked));
  co_return std::move(response->body);
}

Async<ClariAnswer<ClariLimits>> ClariApi::limits() {
  HttpRequest get = request(HttpMethod::kGet, options_.url + "/admin/limits");
  std::string asked = "to tell its limits";
  ClariAnswer<std::string> body = co_await ask(std::move(get), std::move(asked));
  if (!body) co_return std::unexpected(std::move(body.error()));
  Result<ClariLimits> limits = read_clari_limits(*body);
  if (!limits) co_return std::unexpected(unread(std::move(limits.error())));
  co_return *limits;
}

Async<ClariAnswer<std::string>> ClariApi::create(std::string forecast, WantedExport wanted,
                                                 std::vector<std::string> types) {
  HttpRequest post =
      request(HttpMethod::kPost, fmt::format("{}/export/forecast/{}", options_.url, url_part(forecast)));
  post.headers.push_back({"Content-Type", "application/json"});
  post.body = export_request_body(options_, wanted, types);
  post.repeatable = false;
  std::string asked = fmt::format("an export of forecast {}", forecast);
  ClariAnswer<std::string> body = co_await ask(std::move(post), std::move(asked));
  if (!body) co_return std::unexpected(std::move(body.error()));
  const Result<std::vector<ClariJob>> jobs = read_clari_jobs(*body);
  if (jobs && !jobs->empty()) co_return jobs->front().id;
  // It was done, or it was not: the list of jobs tells.
  co_return std::unexpected(ClariFailure{
      .remedy = ClariRemedy::kAmbiguous,
      .error = {.code = ErrorCode::kUnavailable,
                .message = fmt::format("Clari's answer to an export of forecast {} names no job", forecast),
                .where = std::nullopt}});
}

Async<ClariAnswer<ClariJob>> ClariApi::job(std::string id) {
  HttpRequest get = request(HttpMethod::kGet, fmt::format("{}/export/jobs/{}", options_.url, url_part(id)));
  std::string asked = fmt::format("to tell of export {}", id);
  ClariAnswer<std::string> body = co_await ask(std::move(get), std::move(asked));
  if (!body) co_return std::unexpected(std::move(body.error()));
  Result<std::vector<ClariJob>> jobs = read_clari_jobs(*body);
  if (!jobs) co_return std::unexpected(unread(std::move(jobs.error())));
  for (ClariJob& job : *jobs) {
    if (job.id == id) co_return std::move(job);
  }
  co_return std::unexpected(
      unread({.code = ErrorCode::kUnavailable,
              .message = fmt::format("Clari's answer about export {} does not speak of it", id),
              .where = std::nullopt}));
}

Async<ClariAnswer<std::vector<ClariJob>>> ClariApi::jobs() {
  HttpRequest get = request(HttpMethod::kGet, options_.url + "/export/jobs");
  std::string asked = "the list of exports";
  ClariAnswer<std::string> body = co_await ask(std::move(get), std::move(asked));
  if (!body) co_return std::unexpected(std::move(body.error()));
  Result<std::vector<ClariJob>> jobs = read_clari_jobs(*body);
  if (!jobs) co_return std::unexpected(unread(std::move(jobs.error())));
  co_return std::move(*jobs);
}

Async<ClariAnswer<ClariDownload>> ClariApi::download(HttpRequest request, std::filesystem::path path,
                                                     std::string asked) {
  ++calls_;
  request.most_bytes = options_.most_result_bytes;
  Result<HttpReply> reply = co_await client_.open(std::move(request));
  if (!reply) co_return std::unexpected(clari_failure_of(std::move(reply.error())));
  if (!is_success(reply->head.status)) {
    const ErrorBody body = co_await read_error_body(*reply);
    co_return std::unexpected(read_clari_error(reply->head, body.text, asked));
  }
  Result<SpoolFile> file = SpoolFile::open(path.string() + ".part");
  if (!file) co_return std::unexpected(unread(std::move(file.error())));
  Sha256 digest;
  while (true) {
    Result<std::string> piece = co_await reply->body->next();
    if (!piece) co_return std::unexpected(clari_failure_of(std::move(piece.error())));
    if (piece->empty()) break;
    digest.add(*piece);
    bytes_ += piece->size();
    if (Status written = file->write(*piece); !written) co_return std::unexpected(unread(written.error()));
  }
  const Sha256Digest sum = digest.finish();
  ClariDownload download{.path = path, .sha256 = to_hex(sum), .bytes = file->bytes()};
  if (Status placed = file->place(path); !placed) co_return std::unexpected(unread(placed.error()));
  co_return download;
}

Async<ClariAnswer<ClariDownload>> ClariApi::results(std::string job, std::filesystem::path path) {
  HttpRequest get =
      request(HttpMethod::kGet, fmt::format("{}/export/jobs/{}/results", options_.url, url_part(job)));
  std::string asked = fmt::format("the result of export {}", job);
  co_return co_await download(std::move(get), std::move(path), std::move(asked));
}

Async<ClariAnswer<ClariDownload>> ClariApi::read_now(std::string forecast, std::string period,
                                                     std::filesystem::path path) {
  std::string url =
      fmt::format("{}/forecast/{}?timePeriod={}", options_.url, url_part(forecast), url_part(period));
  for (const std::string& type : options_.types) url += fmt::format("&typesToExport={}", url_part(type));
  if (!options_.scope.empty()) url += fmt::format("&scopeId={}", url_part(options_.scope));
  if (!options_.currency.empty()) url += fmt::format("&currency={}", url_part(options_.currency));
  HttpRequest get = request(HttpMethod::kGet, std::move(url));
  std::string asked = fmt::format("forecast {} without an export", forecast);
  co_return co_await download(std::move(get), std::move(path), std::move(asked));
}

Async<ClariAnswer<std::string>> ClariApi::opportunities(std::vector<std::string> ids) {
  HttpRequest get = request(HttpMethod::kGet, opportunity_url(options_, ids));
  std::string asked = fmt::format("{} opportunities", ids.size());
  co_return co_await ask(std::move(get), std::move(asked));
}

}  // namespace plumbline
