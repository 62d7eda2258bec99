#include "sandbox/salesforce/bulk_desk.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/crypto.h"
#include "sandbox/salesforce/render.h"
#include "sandbox/web/json_value.h"

namespace plumbline::sandbox {
namespace {

constexpr std::string_view kJobPrefix = "750";
constexpr int kParallelPagesFrom = 58;
constexpr std::size_t kPagesAtOnce = 5;

struct Delimiter {
  std::string_view name;
  char sign;
};
constexpr auto kDelimiters = std::to_array<Delimiter>(
    {{"COMMA", ','}, {"SEMICOLON", ';'}, {"TAB", '\t'}, {"PIPE", '|'}, {"CARET", '^'}, {"BACKQUOTE", '`'}});

char sign_of(std::string_view delimiter) {
  return std::ranges::find(kDelimiters, delimiter, &Delimiter::name)->sign;
}

std::string locator_of(std::size_t offset) {
  std::string text = to_base64(as_bytes(std::to_string(offset)));
  while (text.ends_with('=')) text.pop_back();
  return text;
}

std::optional<std::size_t> number_of(std::string_view text) {
  std::size_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

// Where the set begins that the request's locator names.
Answer<std::size_t> offset_of(const Request& request, std::size_t rows) {
  const std::string locator = request.parameter("locator").value_or("");
  if (locator.empty()) return std::size_t{0};
  const auto text = decode_base64_url(locator);
  const auto offset = text ? number_of(*text) : std::nullopt;
  if (!offset || *offset >= rows) return refuse(400, "INVALID_LOCATOR", "the locator is not one of this job");
  return *offset;
}

std::unexpected<ApiError> not_found() {
  return refuse(404, "NOT_FOUND", "The requested resource does not exist");
}

}  // namespace

std::string_view BulkDesk::name_of(State state) {
  switch (state) {
    case State::kUploadComplete:
      return "UploadComplete";
    case State::kInProgress:
      return "InProgress";
    case State::kJobComplete:
      return "JobComplete";
    case State::kFailed:
      return "Failed";
    case State::kAborted:
      return "Aborted";
  }
  return "Failed";
}

std::uint64_t BulkDesk::jobs_today() const {
  const Instant since = world_.now() - std::chrono::days(1);
  return static_cast<std::uint64_t>(std::ranges::count_if(created_, [&](Instant at) { return at > since; }));
}

Answer<Response> BulkDesk::handle(const Request& request, std::string_view version,
                                  const std::vector<std::string>& parts) {
  forget_old();
  if (parts.empty()) return request.method == "POST" ? create(request, version) : list();
  const auto found = jobs_.find(parts[0]);
  if (found == jobs_.end()) return not_found();
  Job& job = found->second;
  if (parts.size() == 2 && parts[1] == "results") return results(request, version, job);
  if (parts.size() == 2 && parts[1] == "resultPages") return result_pages(request, version, job);
  if (parts.size() != 1) return not_found();
  if (request.method == "PATCH") return abort(request, job);
  if (request.method == "DELETE") {
    if (job.state == State::kUploadComplete || job.state == State::kInProgress) {
      return refuse(400, "API_ERROR",
                    "Error encountered when deleting the job because the job is not terminated");
    }
    jobs_.erase(found);
    return Response{.status = 204};
  }
  poll(request, job);
  Response response = json_response(200, {});
  write(response.body, job);
  return response;
}

Answer<BoundQuery> BulkDesk::bind(const std::string& text) const {
  const Answer<Soql> parsed = parse_soql(text);
  if (!parsed) return std::unexpected(parsed.error());
  if (parsed->count || parsed->offset > 0) {
    return refuse(400, "FEATURENOTENABLED", "Aggregates and OFFSET are not supported by the Bulk API");
  }
  Answer<BoundQuery> bound = bind_soql(*parsed, visibility_, world_.now());
  if (bound && !spec_of(bound->object).bulk) {
    return refuse(400, "INVALIDENTITY",
                  fmt::format("Entity '{}' is not supported by the Bulk API.", spec_of(bound->object).name));
  }
  return bound;
}

Answer<Response> BulkDesk::create(const Request& request, std::string_view version) {
  const Result<JsonValue> body = parse_json(request.body);
  if (!body) return refuse(400, "JSON_PARSER_ERROR", body.error().message);
  const std::string operation = body->text("operation").value_or("");
  if (operation != "query" && operation != "queryAll")
    return refuse(400, "INVALIDJOB", "operation is query or queryAll");
  if (jobs_today() >= settings_.bulk_jobs) {
    return refuse(403, "REQUEST_LIMIT_EXCEEDED", "DailyBulkV2QueryJobs Limit exceeded.");
  }
  Answer<BoundQuery> query = bind(body->text("query").value_or(""));
  if (!query) return std::unexpected(query.error());
  Job job{.id = record_id(kJobPrefix, created_.size() + 1),
          .version = std::string(version),
          .all = operation == "queryAll",
          .query = *std::move(query),
          .delimiter = body->text("columnDelimiter").value_or("COMMA"),
          .line_end = body->text("lineEnding").value_or("LF"),
          .created = world_.now()};
  if (std::ranges::find(kDelimiters, job.delimiter, &Delimiter::name) == kDelimiters.end() ||
      (job.line_end != "LF" && job.line_end != "CRLF")) {
    return refuse(400, "INVALIDJOB", "columnDelimiter or lineEnding is not one there is");
  }
  created_.push_back(job.created);
  Response response = json_response(200, {});
  write(response.body, job);
  jobs_.emplace(job.id, std::move(job));
  return response;
}

Answer<Response> BulkDesk::list() const {
  Response response = json_response(200, R"({"done":true,"records":[)");
  for (const auto& [id, job] : jobs_) {
    if (!response.body.ends_with('[')) response.body += ',';
    write(response.body, job);
  }
  response.body += R"(],"nextRecordsUrl":null})";
  return response;
}

Answer<Response> BulkDesk::abort(const Request& request, Job& job) {
  const Result<JsonValue> body = parse_json(request.body);
  if (!body || body->text("state") != "Aborted")
    return refuse(400, "INVALIDJOBSTATE", "state can be set to Aborted");
  if (job.state != State::kUploadComplete && job.state != State::kInProgress) {
    return refuse(400, "INVALIDJOBSTATE", "Aborting already Completed Job not allowed");
  }
  job.state = State::kAborted;
  Response response = json_response(200, {});
  write(response.body, job);
  return response;
}

void BulkDesk::poll(const Request& request, Job& job) {
  if (job.state != State::kUploadComplete && job.state != State::kInProgress) return;
  if (++job.polls < std::max(settings_.bulk_polls, 1U)) {
    job.state = State::kInProgress;
    return;
  }
  if (faults_.strikes("bulk_failed", request.target) != nullptr) {
    job.state = State::kFailed;
    job.error = "InternalServerError : retried more than 15 times";
    return;
  }
  job.rows = find_records(world_, job.query, job.all ? Deleted::kIncluded : Deleted::kLeftOut);
  job.state = State::kJobComplete;
}

void BulkDesk::write(std::string& body, const Job& job) const {
  JsonWriter json(body);
  json.begin_object().key("id").string(job.id).key("operation").string(job.all ? "queryAll" : "query");
  json.key("object").string(spec_of(job.query.object).name).key("createdById").string(user_id_);
  json.key("createdDate");
  write_value(json, Value{job.created});
  json.key("systemModstamp");
  write_value(json, Value{job.created});
  json.key("state").string(name_of(job.state)).key("concurrencyMode").string("Parallel");
  json.key("contentType").string("CSV").key("apiVersion").raw(job.version);
  json.key("jobType").string("V2Query").key("lineEnding").string(job.line_end);
  json.key("columnDelimiter").string(job.delimiter);
  if (job.polls > 0) {
    json.key("numberRecordsProcessed").integer(job.rows.size()).key("retries").integer(0);
    json.key("totalProcessingTime")
        .integer(job.polls * 1000)
        .key("isPkChunkingSupported")
        .boolean(job.query.order.empty());
  }
  if (!job.error.empty()) json.key("errorMessage").string(job.error);
  json.end_object();
}

Answer<Response> BulkDesk::results(const Request& request, std::string_view version, const Job& job) {
  if (job.version != version) return refuse(409, "API_ERROR", "the job was created with another API version");
  if (job.state != State::kJobComplete)
    return refuse(400, "API_ERROR", "the job is not in state JobComplete");
  const Answer<std::size_t> offset = offset_of(request, job.rows.size());
  if (!offset) return std::unexpected(offset.error());
  std::size_t most = std::max<std::size_t>(settings_.bulk_rows, 1);
  if (const auto asked = number_of(request.parameter("maxRecords").value_or("")); asked && *asked > 0) {
    most = std::min(most, *asked);
  }
  const std::size_t end = std::min(*offset + most, job.rows.size());
  const bool is_short = end > *offset && faults_.strikes("bulk_short", request.target) != nullptr;
  const CsvForm form{.delimiter = sign_of(job.delimiter),
                     .line_end = job.line_end == "LF" ? "\n" : "\r\n",
                     .nul_share = settings_.nul_share};
  Response response{.type = "text/csv; charset=UTF-8"};
  append_csv_header(response.body, job.query.select, form);
  RecordView record(world_, job.query.object);
  for (std::size_t at = *offset; at < (is_short ? end - 1 : end); ++at) {
    record.look_at(job.rows[at]);
    append_csv_record(response.body, record, job.query.select, form);
  }
  response.rows = end - *offset;
  response.with("Sforce-NumberOfRecords", std::to_string(end - *offset));
  response.with("Sforce-Locator", end < job.rows.size() ? locator_of(end) : "null");
  return response;
}

Answer<Response> BulkDesk::result_pages(const Request& request, std::string_view version,
                                        const Job& job) const {
  if (!settings_.result_pages || number_of(version.substr(0, 2)).value_or(0) < kParallelPagesFrom)
    return not_found();
  if (job.version != version) return refuse(409, "API_ERROR", "the job was created with another API version");
  if (job.state != State::kJobComplete)
    return refuse(400, "API_ERROR", "the job is not in state JobComplete");
  const Answer<std::size_t> offset = offset_of(request, job.rows.size());
  if (!offset) return std::unexpected(offset.error());
  const std::string base = fmt::format("/services/data/v{}/jobs/query/{}/", version, job.id);
  Response response = json_response(200, {});
  JsonWriter json(response.body);
  json.begin_object().key("resultPages").begin_array();
  std::size_t at = *offset;
  for (std::size_t page = 0; page < kPagesAtOnce && (at < job.rows.size() || at == 0); ++page) {
    const std::string place = at == 0 ? "results" : "results?locator=" + encode_url(locator_of(at));
    json.begin_object().key("resultUrl").string(base + place).end_object();
    at += std::max<std::size_t>(settings_.bulk_rows, 1);
  }
  json.end_array();
  const bool done = at >= job.rows.size();
  if (!done) json.key("nextRecordsUrl").string(base + "resultPages?locator=" + encode_url(locator_of(at)));
  json.key("done").boolean(done).end_object();
  return response;
}

void BulkDesk::forget_old() {
  const Instant oldest = world_.now() - kJobLife;
  std::erase_if(jobs_, [&](const auto& job) { return job.second.created < oldest; });
}

}  // namespace plumbline::sandbox
