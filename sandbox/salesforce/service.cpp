#include "sandbox/salesforce/service.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/json.h"
#include "sandbox/salesforce/describe.h"
#include "sandbox/salesforce/replication.h"
#include "sandbox/web/gzip.h"

namespace plumbline::sandbox {
namespace {

using namespace std::chrono;

constexpr std::size_t kMostHeadBytes = 16'384;  // of URI and headers
constexpr std::size_t kWorthPacking = 1024;

std::unexpected<ApiError> not_found() {
  return refuse(404, "NOT_FOUND", "The requested resource does not exist");
}

// 62.0 for v62.0; nothing for versions there are not.
std::optional<std::string> version_of(std::string_view part) {
  if (!part.starts_with('v') || !part.ends_with(".0")) return std::nullopt;
  const std::string_view digits = part.substr(1, part.size() - 3);
  int number = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (fault != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  if (number < kOldestVersion || number > kNewestVersion) return std::nullopt;
  return fmt::format("{}.0", number);
}

Response page_too_long(int status, std::string_view reason) {
  Response response{.status = status, .type = "text/html;charset=iso-8859-1"};
  response.body = fmt::format("<h1>Bad Message {}</h1><pre>reason: {}</pre>", status, reason);
  return response;
}

std::int64_t hour_of(Instant instant) { return floor<hours>(instant).time_since_epoch().count(); }

void write_limit(JsonWriter& json, std::string_view name, std::uint64_t most, std::uint64_t used) {
  json.key(name).begin_object().key("Max").integer(most);
  json.key("Remaining").integer(most - std::min(most, used)).end_object();
}

}  // namespace

Response api_versions() {
  Response response = json_response(200, {});
  JsonWriter json(response.body);
  json.begin_array();
  for (int version = kOldestVersion; version <= kNewestVersion; ++version) {
    json.begin_object().key("label").string(fmt::format("Release {}", version));
    json.key("url").string(fmt::format("/services/data/v{}.0", version));
    json.key("version").string(fmt::format("{}.0", version)).end_object();
  }
  json.end_array();
  response.endpoint = "versions";
  return response;
}

std::string endpoint_of(const std::vector<std::string>& parts) {
  const auto is = [&](std::size_t at, std::string_view text) {
    return at < parts.size() && parts[at] == text;
  };
  if (is(0, "id")) return "identity";
  if (is(3, "query") || is(3, "queryAll")) return parts.size() > 4 ? "query more" : parts[3];
  if (is(3, "limits")) return "limits";
  if (is(3, "jobs"))
    return parts.size() > 6 ? "bulk " + parts[6] : parts.size() > 5 ? "bulk job" : "bulk jobs";
  if (is(3, "sobjects")) return parts.size() > 5 ? parts[5] : "sobjects";
  return "other";
}

Salesforce::Salesforce(const World& world, Faults& faults, const RsaKey& key, LoginSettings logins)
    : world_(world),
      faults_(faults),
      visibility_(world.base().sizes().currencies, world.base().sizes().start),
      logins_(std::move(logins), world.base().sizes().seed, key),
      queries_(world, visibility_, settings_, faults),
      bulk_(world, visibility_, settings_, faults, logins_.settings().user_id) {}

Response Salesforce::handle(const Request& request, Instant machine) {
  const std::string_view path = request.path();
  if (path == "/services/data" || path == "/services/data/") return api_versions();
  if (request.target.size() > kMostHeadBytes) return page_too_long(414, "URI Too Long");
  if (request.head_bytes > kMostHeadBytes) return page_too_long(431, "Request Header Fields Too Large");
  if (auto instead = faults_.instead_of_answer(request)) return *std::move(instead);
  if (path == "/services/oauth2/token") {
    Response response = log_in(request, machine);
    response.endpoint = "token";
    faults_.spoil_delivery(request, response);
    return response;
  }
  const std::vector<std::string> parts = path_parts(path);
  const Answer<Response> answer = call(request, parts);
  Response response = answer ? *answer : error_response(answer.error());
  if (response.status == 401) response.with("WWW-Authenticate", "Token");
  response.endpoint = endpoint_of(parts);
  response.with("Sforce-Limit-Info", fmt::format("api-usage={}/{}", calls_today(), settings_.daily_calls));
  if (settings_.gzip && response.body.size() >= kWorthPacking &&
      request.header("Accept-Encoding").contains("gzip")) {
    response.body = gzip(response.body);
    response.with("Content-Encoding", "gzip");
  }
  faults_.spoil_delivery(request, response);
  return response;
}

Response Salesforce::log_in(const Request& request, Instant machine) {
  if (faults_.strikes("login_locked", request.target) != nullptr) {
    return json_response(400, R"({"error":"invalid_grant","error_description":"user is locked"})");
  }
  if (faults_.strikes("login_rate", request.target) != nullptr) {
    return json_response(400, R"({"error":"rate_limit_exceeded","error_description":"login rate exceeded"})");
  }
  return logins_.token(request, {.sandbox = world_.now(), .machine = machine});
}

Answer<void> Salesforce::admit(const Request& request) {
  if (faults_.strikes("401_permanent", request.target) != nullptr) {
    return refuse(401, "INVALID_SESSION_ID", "This session is not valid for use with the REST API");
  }
  if (faults_.strikes("401_expired", request.target) != nullptr) {
    logins_.end_sessions();
    return refuse(401, "INVALID_SESSION_ID", "Session expired or invalid");
  }
  if (auto session = logins_.check(request, world_.now()); !session) return session;
  if (faults_.strikes("403_concurrent", request.target) != nullptr) {
    return refuse(403, "REQUEST_LIMIT_EXCEEDED",
                  "ConcurrentRequests (Concurrent API Requests) Limit exceeded.");
  }
  if (calls_today() >= settings_.daily_calls || faults_.strikes("403_limit", request.target) != nullptr) {
    return refuse(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
  }
  count_call();
  return {};
}

Answer<Response> Salesforce::call(const Request& request, const std::vector<std::string>& parts) {
  if (auto admitted = admit(request); !admitted) return std::unexpected(admitted.error());
  if (parts.size() == 3 && parts[0] == "id") return identity();
  if (parts.size() < 3 || parts[1] != "data") return not_found();
  const std::optional<std::string> version = version_of(parts[2]);
  if (!version) return not_found();
  return data(request, *version, parts);
}

Answer<Response> Salesforce::data(const Request& request, std::string_view version,
                                  const std::vector<std::string>& parts) {
  if (parts.size() >= 5 && parts[3] == "jobs" && parts[4] == "query") {
    return bulk_.handle(request, version, {parts.begin() + 5, parts.end()});
  }
  if (request.method != "GET") {
    return refuse(405, "METHOD_NOT_ALLOWED",
                  "HTTP Method '" + request.method + "' not allowed. Allowed are GET");
  }
  if (parts.size() == 4 && parts[3] == "query") return queries_.query(request, version, Deleted::kLeftOut);
  if (parts.size() == 4 && parts[3] == "queryAll")
    return queries_.query(request, version, Deleted::kIncluded);
  if (parts.size() == 5 && (parts[3] == "query" || parts[3] == "queryAll")) {
    return queries_.more(request, version, parts[4]);
  }
  if (parts.size() == 4 && parts[3] == "limits") return limits();
  if (parts.size() >= 4 && parts[3] == "sobjects") return objects(request, version, parts);
  return not_found();
}

Answer<Response> Salesforce::objects(const Request& request, std::string_view version,
                                     const std::vector<std::string>& parts) {
  if (parts.size() == 4) return json_response(200, describe_all(visibility_, version));
  const ObjectSpec* object = find_object(parts[4]);
  if (object == nullptr || !visibility_.shows(object->kind) || parts.size() != 6) return not_found();
  if (parts[5] == "describe") return describe(request, version, *object);
  if (parts[5] == "updated") return updated(world_, *object, request);
  if (parts[5] == "deleted") return deleted(world_, *object, request);
  return not_found();
}

Answer<Response> Salesforce::describe(const Request& request, std::string_view version,
                                      const ObjectSpec& object) const {
  const Instant changed = visibility_.changed(object.kind);
  const auto known = parse_http_date(request.header("If-Modified-Since"));
  if (known && *known >= changed) return Response{.status = 304};
  Response response = json_response(200, describe_object(object.kind, visibility_, version));
  response.with("Last-Modified", http_date(changed));
  return response;
}

Response Salesforce::limits() const {
  constexpr std::uint64_t kStorage = 976'562;
  Response response = json_response(200, {});
  JsonWriter json(response.body);
  json.begin_object();
  write_limit(json, "DailyApiRequests", settings_.daily_calls, calls_today());
  write_limit(json, "DailyBulkV2QueryJobs", settings_.bulk_jobs, bulk_.jobs_today());
  write_limit(json, "DailyBulkV2QueryFileStorageMB", kStorage, 0);
  write_limit(json, "DailyAsyncApexExecutions", 250'000, 0);
  json.end_object();
  return response;
}

Response Salesforce::identity() const {
  const LoginSettings& who = logins_.settings();
  Response response = json_response(200, {});
  JsonWriter json(response.body);
  json.begin_object().key("id").string(who.base_url + "/id/" + who.organization_id + "/" + who.user_id);
  json.key("user_id").string(who.user_id).key("organization_id").string(who.organization_id);
  json.key("username").string(who.username).key("display_name").string("Integration User");
  json.key("urls").begin_object();
  json.key("rest").string(who.base_url + "/services/data/v{version}/");
  json.key("query").string(who.base_url + "/services/data/v{version}/query/");
  json.end_object().key("active").boolean(true).key("timezone").string("GMT").end_object();
  return response;
}

void Salesforce::count_call() {
  const std::int64_t hour = hour_of(world_.now());
  if (hours_.empty() || hours_.back().first != hour) hours_.emplace_back(hour, 0);
  ++hours_.back().second;
  std::erase_if(hours_, [&](const auto& old) { return old.first <= hour - 24; });
}

std::uint64_t Salesforce::calls_today() const {
  std::uint64_t calls = settings_.others_calls;
  for (const auto& [hour, count] : hours_) calls += hour > hour_of(world_.now()) - 24 ? count : 0;
  return calls;
}

}  // namespace plumbline::sandbox
