// A job is remembered before anything is asked about it, and its parts say in their names which they are, so
// that whoever finds both goes on where the last one stopped.
#include "connectors/salesforce/bulk_load.h"

#include <boost/asio/this_coro.hpp>
#include <map>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/crypto.h"
#include "base/task_group.h"
#include "connectors/salesforce/csv_count.h"
#include "connectors/salesforce/soql.h"
#include "connectors/http/spool_file.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kJobs = "jobs/query";
// Rows of one part: as many as are fetched again where it breaks off.
constexpr std::uint64_t kMostPartRecords = 100'000;
constexpr std::size_t kMostParts = 100'000;
constexpr int kNotFound = 404;
constexpr int kConflict = 409;

std::unexpected<ApiFailure> refused(Error error) { return std::unexpected(failure_of(std::move(error))); }

std::unexpected<ApiFailure> refused(ErrorCode code, std::string message) {
  return refused({.code = code, .message = std::move(message), .where = std::nullopt});
}

std::string digest_of(const BulkAsked& asked, const std::string& api_version) {
  return sha256_hex(fmt::format("{}\n{}", api_version, asked.soql)).substr(0, 32);
}

bool is_gone(const ApiFailure& failure) { return failure.status == kNotFound || failure.status == kConflict; }

// Whether the job itself is done for, and not only the way to it.
bool is_of_no_use(const ApiFailure& failure) {
  return is_gone(failure) || failure.remedy == Remedy::kUseRest || failure.remedy == Remedy::kDescribeAgain ||
         failure.remedy == Remedy::kRestart;
}

std::unexpected<ApiFailure> of_no_use(std::string message) {
  ApiFailure failure =
      failure_of({.code = ErrorCode::kUnavailable, .message = std::move(message), .where = std::nullopt});
  failure.remedy = Remedy::kRestart;
  return std::unexpected(std::move(failure));
}

// A job that Salesforce gave up: which field was missing, or that the pages of REST may do better.
ApiFailure failure_of_job(const BulkJob& job, const std::string& object) {
  const std::string asked = fmt::format("the Bulk query of {}", object);
  const bool field =
      job.error_message.contains("No such column") || job.error_message.contains("INVALID_FIELD");
  if (field) return api_failure(0, "INVALID_FIELD", job.error_message, asked);
  ApiFailure failure = api_failure(0, {}, job.error_message, asked);
  failure.remedy = Remedy::kUseRest;
  failure.error = {.code = ErrorCode::kUnavailable,
                   .message = fmt::format(
                       "Salesforce gave {} up ({}): {}; it is asked for page by page instead", asked,
                       job.state_text, job.error_message.empty() ? "without a reason" : job.error_message),
                   .where = std::nullopt};
  return failure;
}

}  // namespace

struct BulkLoader::Download {
  const KeptJob& job;
  const BulkAsked& asked;
  std::map<std::string, SpooledPart> parts{};  // by locator
  // Those to be fetched at once: locator and address.
  std::vector<std::pair<std::string, std::string>> addresses{};
  std::size_t next_address = 0;
  std::optional<ApiFailure> failure{};
};

Async<Answer<BulkJob>> BulkLoader::ask(HttpMethod method, std::string path, std::string body,
                                       const std::string& object) {
  ApiCall call{.method = method,
               .path = std::move(path),
               .asked = fmt::format("the Bulk query of {}", object),
               .body = std::move(body)};
  Answer<HttpResponse> response = co_await session_.fetch(std::move(call));
  if (!response) co_return std::unexpected(std::move(response.error()));
  Result<BulkJob> job = read_bulk_job(response->body);
  if (job) co_return std::move(*job);
  co_return refused(
      ErrorCode::kUnavailable,
      fmt::format("what Salesforce answered to the Bulk query of {} {}", object, job.error().message));
}

BulkLoader::BulkLoader(SalesforceSession& session, const SalesforceOptions& options, fs::path spool)
    : session_(session), options_(options), spool_(std::move(spool)) {}

// The job that was begun before, if it asks the same; else a new one, remembered.
Async<Answer<KeptJob>> BulkLoader::begin(SyncSink& sink, const BulkAsked& asked) {
  const std::string query = digest_of(asked, options_.api_version);
  std::string source = options_.name;
  std::string key = asked.state_key;
  Result<std::optional<std::string>> text = co_await sink.state(source, key);
  if (!text) co_return refused(std::move(text.error()));
  const std::optional<KeptJob> kept = *text ? KeptJob::from_text(**text) : std::nullopt;
  if (kept && kept->query == query) co_return *kept;
  if (kept) {
    drop_parts(spool_, kept->id);
    std::string id = kept->id;
    co_await remove_job(std::move(id));
  }
  std::string path = session_.path(kJobs);
  std::string body = bulk_job_request(asked.soql);
  Answer<BulkJob> job = co_await ask(HttpMethod::kPost, std::move(path), std::move(body), asked.object);
  if (!job) co_return std::unexpected(std::move(job.error()));
  KeptJob begun{.id = job->id, .high = asked.high, .query = query};
  SourceState state{.key = asked.state_key, .value = begun.to_text()};
  const Status remembered = co_await sink.keep(std::move(source), std::move(state));
  if (!remembered) co_return refused(remembered.error());
  co_return begun;
}

Async<Answer<BulkJob>> BulkLoader::wait_for(const std::string& id, const std::string& object) {
  const std::string path = session_.path(fmt::format("{}/{}", kJobs, id));
  std::chrono::seconds waited{0};
  for (std::size_t asked = 0;; ++asked) {
    std::string copy = path;
    Answer<BulkJob> job = co_await ask(HttpMethod::kGet, std::move(copy), {}, object);
    if (!job) co_return job;
    if (job->state == BulkState::kComplete) co_return job;
    if (job->state == BulkState::kFailed || job->state == BulkState::kAborted)
      co_return std::unexpected(failure_of_job(*job, object));
    const std::chrono::seconds pause = poll_pause(asked);
    waited += pause;
    if (waited > options_.bulk_patience) break;
    const std::chrono::milliseconds time = pause;
    co_await session_.pauses().pause(time);
  }
  std::string copy = path;
  std::string abort = R"({"state":"Aborted"})";
  // Whether it could be stopped makes no difference to us.
  const Answer<BulkJob> aborted = co_await ask(HttpMethod::kPatch, std::move(copy), std::move(abort), object);
  static_cast<void>(aborted);
  co_return of_no_use(
      fmt::format("the Bulk query of {} was not done after {} s and was given up; the next sync "
                  "asks again, and bulk_patience may be raised",
                  object, options_.bulk_patience.count()));
}

Async<void> BulkLoader::remove_job(std::string id) {
  ApiCall call{.method = HttpMethod::kDelete,
               .path = session_.path(fmt::format("{}/{}", kJobs, id)),
               .asked = "the deletion of a Bulk job"};
  const Answer<HttpResponse> removed = co_await session_.fetch(std::move(call));
  static_cast<void>(removed);
}

Async<Result<SpooledPart>> BulkLoader::read_part(Download& download, std::string locator, HttpReply reply) {
  const ResultHead head = read_result_head(reply.head);
  SpooledPart part{.job = download.job.id, .locator = std::move(locator), .next = head.next};
  const std::string begun = sha256_hex(part.locator).substr(0, 16);
  Result<SpoolFile> file = SpoolFile::open(spool_ / fmt::format("{}.{}.part", part.job, begun));
  if (!file) co_return fail(std::move(file.error()));
  CsvCount count;
  while (true) {
    Result<std::string> piece = co_await reply.body->next();
    if (!piece) co_return fail(std::move(piece.error()));
    if (piece->empty()) break;
    session_.count_bytes(piece->size());
    count.push(*piece);
    if (Status written = file->write(*piece); !written) co_return fail(std::move(written.error()));
  }
  part.records = count.records();
  part.bytes = file->bytes();
  if (count.breaks_off()) co_return fail(ErrorCode::kUnavailable, "it breaks off within a value");
  if (!count.header_is(download.asked.columns))
    co_return fail(ErrorCode::kUnavailable, "its columns are not those that were asked for");
  if (head.records && *head.records != part.records) {
    co_return fail(ErrorCode::kUnavailable,
                   fmt::format("it has {} rows, and Salesforce said {}", part.records, *head.records));
  }
  const fs::path path =
      spool_ / (part.fits_a_name() ? part.to_name() : fmt::format("{}.{}.csv", part.job, begun));
  if (Status placed = file->place(path); !placed) co_return fail(std::move(placed.error()));
  part.path = path.string();
  co_return part;
}

Async<Answer<SpooledPart>> BulkLoader::part(Download& download, std::string locator, std::string address) {
  const std::string& object = download.asked.object;
  for (std::size_t attempt = 1;; ++attempt) {
    ApiCall call{.path = address,
                 .asked = fmt::format("the result of the Bulk query of {}", object),
                 .headers = {{"Accept", "text/csv"}},
                 .most_bytes = kMostDownloadBytes,
                 .total_time = kDownloadTime};
    Answer<HttpReply> reply = co_await session_.open(std::move(call));
    if (!reply) co_return std::unexpected(std::move(reply.error()));
    HttpReply opened = std::move(*reply);
    std::string copy = locator;
    Result<SpooledPart> part = co_await read_part(download, std::move(copy), std::move(opened));
    if (part) co_return std::move(*part);
    if (part.error().code != ErrorCode::kUnavailable || attempt >= kMostAttempts) {
      part.error().message = fmt::format(
          "a part of the result of the Bulk query of {} could not be read: {}; "
          "the next sync goes on with it",
          object, part.error().message);
      co_return refused(std::move(part.error()));
    }
    const std::chrono::milliseconds pause = attempt_pause(attempt);
    co_await session_.pauses().pause(pause);
  }
}

// Where Salesforce tells (from v58 on): all parts at once. A failure means that it does not.
Async<Answer<std::vector<std::string>>> BulkLoader::part_addresses(const std::string& id,
                                                                   const std::string& object) {
  std::vector<std::string> addresses;
  std::string path = session_.path(fmt::format("{}/{}/resultPages", kJobs, id));
  while (!path.empty() && addresses.size() < kMostParts) {
    ApiCall call{.path = std::move(path), .asked = fmt::format("the parts of the Bulk query of {}", object)};
    Answer<HttpResponse> response = co_await session_.fetch(std::move(call));
    if (!response) co_return std::unexpected(std::move(response.error()));
    Result<ResultPages> pages = read_result_pages(response->body);
    if (!pages) co_return refused(std::move(pages.error()));
    std::ranges::move(pages->urls, std::back_inserter(addresses));
    path = pages->next_url;
  }
  co_return addresses;
}

Async<void> BulkLoader::fetch_some(Download& download) {
  while (download.next_address < download.addresses.size() && !download.failure) {
    auto [locator, address] = download.addresses[download.next_address++];
    if (download.parts.contains(locator)) continue;
    std::string key = locator;
    Answer<SpooledPart> came = co_await part(download, std::move(locator), std::move(address));
    if (came) {
      download.parts.emplace(std::move(key), std::move(*came));
    } else if (!download.failure) {
      download.failure = std::move(came.error());
    }
  }
}

// From part to part, fetching what is not there.
Async<Answer<RowsCame>> BulkLoader::walk(Download& download) {
  RowsCame rows;
  std::optional<std::string> locator = download.addresses.empty() ? "" : download.addresses.front().first;
  for (std::size_t number = 1; locator; ++number) {
    if (number > kMostParts)
      co_return of_no_use("the parts of a Bulk result have no end; the next sync asks again");
    auto found = download.parts.find(*locator);
    if (found == download.parts.end()) {
      std::string address =
          session_.path(fmt::format("{}/{}/results?maxRecords={}", kJobs, download.job.id, kMostPartRecords));
      if (!locator->empty()) address += fmt::format("&locator={}", url_encode(*locator));
      std::string copy = *locator;
      Answer<SpooledPart> came = co_await part(download, std::move(copy), std::move(address));
      if (!came) co_return std::unexpected(std::move(came.error()));
      found = download.parts.emplace(*locator, std::move(*came)).first;
    }
    const SpooledPart& part = found->second;
    rows.records += part.records;
    if (part.records > 0) {
      rows.files.push_back({.path = part.path,
                            .name = fmt::format("{}/{}/{}.{}.csv", options_.name, download.asked.object,
                                                download.job.id, number),
                            .object = download.asked.object,
                            .format = DeliveredFile::Format::kCsv});
    }
    locator = part.next;
  }
  co_return rows;
}

Async<Answer<RowsCame>> BulkLoader::results(const KeptJob& job, const BulkJob& done, const BulkAsked& asked) {
  Download download{.job = job, .asked = asked, .parts = spooled_parts(spool_, job.id)};
  const bool is_large = done.records.value_or(0) > options_.budget.parallel_above;
  if (is_large && options_.budget.parallel_downloads > 1) {
    Answer<std::vector<std::string>> addresses = co_await part_addresses(job.id, asked.object);
    if (addresses) {
      for (std::string& address : *addresses) {
        std::string locator = locator_of(address);
        download.addresses.emplace_back(std::move(locator), std::move(address));
      }
    }
    const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
    TaskGroup downloads(executor);
    for (unsigned i = 0; i < options_.budget.parallel_downloads; ++i) downloads.spawn(fetch_some(download));
    co_await downloads.wait();
    if (download.failure) co_return std::unexpected(std::move(*download.failure));
  }
  Answer<RowsCame> rows = co_await walk(download);
  if (!rows || !done.records || rows->records == *done.records) co_return rows;
  const std::uint64_t came = rows->records;
  drop_files(*rows);
  co_return of_no_use(
      fmt::format("Salesforce worked {} rows of {} out in Bulk, and {} came; nothing of them is "
                  "taken, and the next sync asks again",
                  *done.records, asked.object, came));
}

Async<Answer<BulkCame>> BulkLoader::run(SyncSink& sink, BulkAsked asked) {
  for (bool again = false;; again = true) {
    Answer<KeptJob> job = co_await begin(sink, asked);
    if (!job) co_return std::unexpected(std::move(job.error()));
    Answer<BulkJob> done = co_await wait_for(job->id, asked.object);
    std::optional<ApiFailure> failure;
    if (done) {
      Answer<RowsCame> rows = co_await results(*job, *done, asked);
      if (rows) co_return BulkCame{.rows = std::move(*rows), .high = job->high, .job = job->id};
      failure = std::move(rows.error());
    } else {
      failure = std::move(done.error());
    }
    if (!is_of_no_use(*failure)) co_return std::unexpected(std::move(*failure));
    drop_parts(spool_, job->id);
    SourceState state{.key = asked.state_key, .value = std::nullopt};
    std::string source = options_.name;
    const Status forgotten = co_await sink.keep(std::move(source), std::move(state));
    if (!forgotten) co_return refused(forgotten.error());
    if (!is_gone(*failure) || again) co_return std::unexpected(std::move(*failure));
  }
}

}  // namespace plumbline
