#include "sandbox/clari/service.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/crypto.h"
#include "base/json.h"

namespace plumbline::sandbox {
namespace {

using namespace std::chrono;

constexpr days kQuotaWindow{30};
constexpr days kJobKept{30};
constexpr int kOrganization = 4711;
constexpr std::size_t kHugeBytes = 50'000'000;

std::int64_t millis(Instant instant) { return instant.time_since_epoch().count() * 1000; }

Response gateway(int status, std::string_view message) {
  Response response = json_response(status, {});
  JsonWriter json(response.body);
  json.begin_object().key("message").string(message).key("request_id").string("5c1d0f3e").end_object();
  return response;
}

Response no_route() { return gateway(404, "no Route matched with those values"); }

// An error id tells of its cause alone here, so that the same seed gives the same bytes.
Response refused(int status, std::string_view code, std::string_view message,
                 std::string_view space = "export") {
  const std::string digest = sha256_hex(fmt::format("{} {}", code, message));
  Response response = json_response(status, {});
  JsonWriter json(response.body);
  json.begin_object().key("code").string(code).key("namespace").string(space);
  json.key("errorId").string(fmt::format("{}-{}-4{}-8{}-{}", digest.substr(0, 8), digest.substr(8, 4),
                                         digest.substr(12, 3), digest.substr(15, 3), digest.substr(18, 12)));
  json.key("message").string(message).key("orgId").integer(kOrganization).end_object();
  return response;
}

std::vector<std::string> types_of(const JsonValue& body) {
  std::vector<std::string> types;
  const JsonArray* asked = body.array("typesToExport");
  if (asked == nullptr) return {"forecast", "forecast_updated"};
  for (const JsonValue& type : *asked) {
    if (const auto* name = std::get_if<std::string>(&type.value)) types.push_back(*name);
  }
  return types;
}

bool is_known_type(std::string_view type) {
  constexpr auto kTypes = std::to_array<std::string_view>(
      {"forecast", "quota", "forecast_updated", "adjustment", "crm_total", "crm_closed"});
  return std::ranges::find(kTypes, type) != kTypes.end();
}

bool is_crm_type(std::string_view type) { return type == "crm_total" || type == "crm_closed"; }

// What the application's address calls them; no endpoint lists them.
bool is_forecast(std::string_view id) { return id == "forecast" || id == "renewals" || id == "net_arr"; }

}  // namespace

Day Clari::today() const { return Day{floor<days>(world_.now()).time_since_epoch()}; }

Response Clari::handle(const Request& request) {
  if (auto instead = faults_.instead_of_answer(request)) return *std::move(instead);
  const bool revoked = faults_.strikes("clari_revoked", request.target) != nullptr;
  if (revoked || request.header("apikey") != settings_.api_key)
    return gateway(401, "Invalid authentication credentials");
  const std::vector<std::string> parts = path_parts(request.path());
  Response response =
      parts.size() < 3 || (parts[1] != "v3" && parts[1] != "v4") ? no_route() : route(request, parts);
  if (response.endpoint.empty()) response.endpoint = "clari " + (parts.size() > 2 ? parts[2] : "other");
  faults_.spoil_delivery(request, response);
  return response;
}

Response Clari::route(const Request& request, const std::vector<std::string>& parts) {
  const bool get = request.method == "GET";
  if (parts[2] == "export" && parts.size() >= 4) return export_route(request, parts);
  if (parts[2] == "forecast" && parts.size() == 4 && get) return read_forecast(request, parts[3]);
  if (parts[2] == "admin" && parts.size() == 4 && parts[3] == "limits" && get) return limits();
  if (parts[2] == "audit" && parts.size() == 4 && parts[3] == "events" && get) return audit_events(request);
  if (parts[2] == "opportunity" && parts.size() == 3 && get) return opportunities(request);
  return no_route();
}

Response Clari::export_route(const Request& request, const std::vector<std::string>& parts) {
  const bool post = request.method == "POST";
  if (parts[3] == "jobs") return job_route(request, parts);
  if (parts[3] == "forecast" && parts.size() == 5 && post) return create_forecast(request, parts[4]);
  if (parts[3] == "forecast" && post)
    return refused(400, "missing_forecast_id", "The forecast id is missing");
  if (parts[3] == "activity" && post) return start(request, {.id = {}, .module = Module::kActivity}, 202);
  if (parts[3] == "audit" && parts.size() == 5 && post)
    return start(request, {.id = {}, .module = Module::kAudit}, 202);
  return no_route();
}

Response Clari::create_forecast(const Request& request, const std::string& forecast) {
  if (faults_.strikes("clari_no_optin", request.target) != nullptr) {
    return refused(401, "no_optin", "User has not opted in to the forecast for this scope", "fcw");
  }
  if (!is_forecast(forecast))
    return refused(400, "no_such_forecast_config", "No forecast tab has the id " + forecast);
  const Result<JsonValue> body = request.body.empty() ? JsonValue{} : parse_json(request.body);
  if (!body) return refused(400, "bad_request", "The body is not JSON");
  Job job{.id = {}, .forecast = forecast, .quarter = quarter_of(today()), .types = types_of(*body)};
  for (const std::string& type : job.types) {
    if (!is_known_type(type)) return refused(400, "bad_request", "Invalid typesToExport: " + type);
    if (is_crm_type(type) && !settings_.crm_types) {
      return refused(400, "type_not_supported",
                     "crm_total and crm_closed are not supported by the export API");
    }
  }
  // A period that is not understood is the current one, without a word.
  if (const auto asked = parse_quarter(body->text("timePeriod").value_or(""))) job.quarter = *asked;
  if (faults_.strikes("clari_wrong_quarter", request.target) != nullptr) job.quarter = quarter_of(today());
  job.historical = body->truth("includeHistorical").value_or(false);
  job.csv = body->text("exportFormat") == "CSV";
  return start(request, std::move(job), 200);
}

Response Clari::start(const Request& request, Job job, int status) {
  if (running() >= settings_.concurrent_limit || exports_of_month() >= settings_.monthly_quota) {
    return refused(400, "export_monthly_quota_reached",
                   fmt::format("You have reached the limit of {} concurrent or {} monthly exports",
                               settings_.concurrent_limit, settings_.monthly_quota));
  }
  constexpr std::size_t kIdDigits = 24;
  job.id = sha256_hex(fmt::format("clari job {} {}", world_.base().sizes().seed, jobs_.size()))
               .substr(0, kIdDigits);
  job.started = world_.now();
  Response response = json_response(status, fmt::format(R"({{"jobId":"{}"}})", job.id));
  jobs_.push_back(std::move(job));
  if (faults_.strikes("clari_lost_answer", request.target) != nullptr) {
    response.delivery = Delivery::kHang;
    response.pause = milliseconds(1);
  }
  return response;
}

Response Clari::job_route(const Request& request, const std::vector<std::string>& parts) {
  const bool get = request.method == "GET";
  if (get && parts.size() <= 5 && faults_.strikes("clari_sww", request.target) != nullptr) {
    return refused(400, "SWW", "Something went wrong");
  }
  if (parts.size() == 4 && get) {
    Response response = json_response(200, {});
    JsonWriter json(response.body);
    json.begin_array();
    for (const Job& job : jobs_) {
      if (world_.now() - job.started <= kJobKept) write_job(json, job);
    }
    json.end_array();
    return response;
  }
  if (parts.size() < 5) return no_route();
  const auto found = std::ranges::find(jobs_, parts[4], &Job::id);
  if (found == jobs_.end()) return refused(403, "forbidden", "You are not allowed to see this job");
  Job& job = *found;
  if (parts.size() == 6 && parts[5] == "results" && get) return results(job);
  if (parts.size() != 5) return no_route();
  if (request.method == "PATCH") return cancel(request, job);
  poll(request, job);
  Response response = json_response(200, {});
  JsonWriter json(response.body);
  if (settings_.wrapped_job) json.begin_object().key("job");
  write_job(json, job);
  if (settings_.wrapped_job) json.end_object();
  return response;
}

void Clari::poll(const Request& request, Job& job) {
  if (job.state != State::kScheduled && job.state != State::kStarted) return;
  if (++job.polls < settings_.polls) {
    if (job.polls > 1) job.state = State::kStarted;
    return;
  }
  job.ended = world_.now();
  if (faults_.strikes("clari_failed", request.target) != nullptr) {
    job.state = State::kFailed;
    return;
  }
  job.state = State::kDone;
  job.truncated = faults_.strikes("clari_truncated", request.target) != nullptr;
  job.huge = faults_.strikes("clari_huge", request.target) != nullptr;
}

Response Clari::cancel(const Request& request, Job& job) const {
  const Result<JsonValue> body = parse_json(request.body);
  if (!body || body->text("type") != "CANCEL") return refused(400, "bad_request", "type is CANCEL");
  if (job.state != State::kScheduled && job.state != State::kStarted) {
    return refused(400, "export_failed_to_cancel", "The job has finished already");
  }
  job.state = job.state == State::kScheduled ? State::kCancelled : State::kAborted;
  job.ended = world_.now();
  return json_response(200, R"({"status":"CANCELLED","successful":true})");
}

std::string Clari::job_title(const Job& job) const {
  const auto day = civil(Day{floor<days>(job.started).time_since_epoch()});
  const hh_mm_ss time(job.started - floor<days>(job.started));
  return fmt::format("clari_export_{}_{}{}_{:04}{:02}{:02}_{:02}{:02}{:02}.{}", job.forecast,
                     job.quarter.id(), 90, static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()), time.hours().count(), time.minutes().count(),
                     time.seconds().count(), job.csv ? "csv" : "json");
}

void Clari::write_job(JsonWriter& json, const Job& job) const {
  constexpr auto kStates =
      std::to_array<std::string_view>({"SCHEDULED", "STARTED", "DONE", "FAILED", "CANCELLED", "ABORTED"});
  constexpr auto kModules = std::to_array<std::string_view>({"FORECAST", "AUDIT", "ACTIVITY"});
  json.begin_object().key("jobId").string(job.id).key("userId").integer(1905).key("orgId").integer(
      kOrganization);
  json.key("title").string(job.forecast.empty() ? "Export" : job.forecast);
  json.key("module").string(kModules[static_cast<std::size_t>(job.module)]);
  json.key("startTime").integer(millis(job.started));
  if (job.ended > Instant{}) {
    json.key("endTime").integer(millis(job.ended)).key("expiredTime").integer(millis(job.ended + kJobKept));
  }
  json.key("version")
      .integer(1)
      .key("fileName")
      .string(job_title(job))
      .key("fileType")
      .string(job.csv ? "CSV" : "JSON");
  json.key("status").string(kStates[static_cast<std::size_t>(job.state)]).key("viewed").boolean(false);
  json.key("cellsTruncated").boolean(false).key("rowsTruncated").boolean(job.truncated);
  json.key("downloads").integer(0).key("currency").string("USD");
  json.key("deliveryStatusMap").begin_object().end_object().end_object();
}

Response Clari::results(Job& job) const {
  if (job.state != State::kDone) return refused(400, "invalid_jobId", "The job has not finished yet");
  Response response = json_response(200, {});
  response.endpoint = "clari results";
  if (job.module == Module::kAudit) {
    response.body = audit_json(job.started - days(30), job.started, 10'000, {});
  } else if (job.module == Module::kActivity) {
    response.body = activity_json();
  } else {
    const Ask ask{
        .quarter = job.quarter, .historical = job.historical, .half = job.truncated, .types = job.types};
    // CSV, too, is labelled as JSON.
    response.body = job.csv ? forecast_csv(ask) : forecast_json(ask, job.huge ? kHugeBytes : 0);
  }
  return response;
}

Response Clari::read_forecast(const Request& request, const std::string& forecast) const {
  if (!settings_.synchronous_read || !is_forecast(forecast)) return no_route();
  Ask ask{.quarter = quarter_of(today()), .historical = false, .types = {"forecast", "forecast_updated"}};
  if (const auto asked = parse_quarter(request.parameter("timePeriod").value_or(""))) ask.quarter = *asked;
  return json_response(200, forecast_json(ask, 0));
}

std::uint64_t Clari::running() const {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      jobs_, [](const Job& job) { return job.state == State::kScheduled || job.state == State::kStarted; }));
}

// What was cancelled gives its place back.
std::uint64_t Clari::exports_of_month() const {
  const Instant since = world_.now() - kQuotaWindow;
  return static_cast<std::uint64_t>(std::ranges::count_if(jobs_, [&](const Job& job) {
    return job.started > since && job.state != State::kCancelled && job.state != State::kAborted;
  }));
}

Response Clari::limits() const {
  Response response = json_response(200, {});
  JsonWriter json(response.body);
  json.begin_object().key("jobs").begin_object();
  json.key("concurrentLimit")
      .integer(settings_.concurrent_limit)
      .key("monthlyQuota")
      .integer(settings_.monthly_quota);
  const auto ids = [&](std::string_view key, State state, bool always) {
    std::vector<std::string_view> found;
    for (const Job& job : jobs_) {
      if (job.state == state) found.push_back(job.id);
    }
    if (found.empty() && !always) return;
    json.key(key).begin_array();
    for (const std::string_view id : found) json.string(id);
    json.end_array();
  };
  ids("runningJobIds", State::kStarted, false);
  ids("submittedJobIds", State::kScheduled, true);
  json.key("availableConcurrentLimit")
      .integer(settings_.concurrent_limit - std::min(settings_.concurrent_limit, running()));
  json.key("availableMonthlyQuota")
      .integer(settings_.monthly_quota - std::min(settings_.monthly_quota, exports_of_month()));
  json.end_object().end_object();
  return response;
}

}  // namespace plumbline::sandbox
