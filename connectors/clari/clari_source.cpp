#include "connectors/clari/clari_source.h"

#include <algorithm>
#include <array>
#include <limits>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/run_on.h"
#include "connectors/clari/clari_sync.h"
#include "connectors/clari/submission_rows.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

// Clari takes seconds to minutes. The last one goes on until patience ends.
constexpr std::array kPauses = {std::chrono::seconds{2}, std::chrono::seconds{5}, std::chrono::seconds{10},
                                std::chrono::seconds{15}, std::chrono::seconds{30}};
// Before the list of jobs is looked at: one that was just made may not be in it at once.
constexpr std::chrono::seconds kListPause{10};
constexpr int kMostTroubles = 5;  // "something went wrong" for one job
constexpr std::string_view kSomethingWentWrong = "SWW";

}  // namespace

ClariSource::ClariSource(ClariOptions options, HttpClient& client, Pauses& pauses, Executor work)
    : options_(std::move(options)), api_(options_, client), pauses_(pauses), work_(std::move(work)) {}

Error ClariSource::failed(Sync& sync, ClariFailure failure) {
  if (failure.remedy == ClariRemedy::kStop || failure.error.code == ErrorCode::kCancelled)
    sync.stopped = true;
  return std::move(failure.error);
}

Async<Status> ClariSource::keep_open(Sync& sync, Forecast& forecast, std::optional<OpenExport> open) {
  forecast.memory.open = std::move(open);
  std::string source = options_.name;
  SourceState state = open_state(forecast.memory.open, forecast.name);
  co_return co_await sync.sink.keep(std::move(source), std::move(state));
}

// Once a sync; nothing where Clari does not tell.
Async<std::optional<ClariLimits>> ClariSource::limits(Sync& sync) {
  if (sync.asked_limits) co_return sync.limits;
  sync.asked_limits = true;
  ClariAnswer<ClariLimits> limits = co_await api_.limits();
  if (limits) {
    sync.limits = *limits;
  } else if (limits.error().remedy == ClariRemedy::kStop) {
    sync.dead_key = failed(sync, std::move(limits.error()));
  } else {
    sync.report.alarms.push_back(fmt::format("{} It is taken to be {} exports in thirty days.",
                                             limits.error().error.message, kUnknownMonthlyQuota));
  }
  co_return sync.limits;
}

// An export of which nothing more is to be expected. It counts as the last one: asking again at once would
// spend another.
Async<ClariSource::Outcome> ClariSource::give_up(Sync& sync, Forecast& forecast, Error error) {
  const bool closed = forecast.memory.open && forecast.memory.open->wanted.closes;
  if (closed) forecast.memory.past.closing.clear();
  forecast.memory.open.reset();
  forecast.memory.past.exported = sync.now;
  for (SourceState& state : forecast_states(forecast.memory, forecast.name)) {
    std::string source = options_.name;
    Status kept = co_await sync.sink.keep(std::move(source), std::move(state));
    if (!kept) co_return fail(std::move(kept.error()));
  }
  co_return std::move(error);
}

// Tenants may refuse the CRM's own numbers; the rest is worth having without.
Async<ClariAnswer<std::string>> ClariSource::create(Sync& sync, Forecast& forecast) {
  const WantedExport wanted = forecast.memory.open->wanted;
  std::string name = forecast.name;
  WantedExport own_wanted = wanted;
  std::vector<std::string> types = options_.types;
  ClariAnswer<std::string> job =
      co_await api_.create(std::move(name), std::move(own_wanted), std::move(types));
  if (job || job.error().remedy != ClariRemedy::kDropTypes) co_return job;
  std::vector<std::string> fewer = options_.types;
  std::erase_if(fewer, [](const std::string& type) { return type == "crm_total" || type == "crm_closed"; });
  if (fewer.size() == options_.types.size()) co_return job;
  sync.report.delivered.notices.push_back(
      fmt::format("forecast {} is exported without crm_total and crm_closed: {}", forecast.name,
                  job.error().error.message));
  std::string same_name = forecast.name;
  WantedExport same_wanted = wanted;
  co_return co_await api_.create(std::move(same_name), std::move(same_wanted), std::move(fewer));
}

// That an export is asked for is kept before it is, and its job before it is looked at: whatever ends the
// program in between, no export is asked for twice.
Async<ClariSource::Outcome> ClariSource::ask(Sync& sync, Forecast& forecast, WantedExport wanted) {
  std::optional<OpenExport> open(OpenExport{.job = {}, .wanted = std::move(wanted), .asked = sync.now});
  Status kept = co_await keep_open(sync, forecast, std::move(open));
  if (!kept) co_return fail(std::move(kept.error()));
  ClariAnswer<std::string> job = co_await create(sync, forecast);
  if (!job && job.error().remedy == ClariRemedy::kAmbiguous) co_return co_await find_lost(sync, forecast);
  if (!job) {
    const bool is_limit = job.error().remedy == ClariRemedy::kLimits;
    Error error = failed(sync, std::move(job.error()));
    kept = co_await keep_open(sync, forecast, std::nullopt);
    if (!kept) co_return fail(std::move(kept.error()));
    if (is_limit) {
      sync.asked_limits = false;
      const std::optional<ClariLimits> now = co_await limits(sync);
      error.message = limit_sentence(forecast.name, now);
    }
    co_return std::move(error);
  }
  OpenExport named = *forecast.memory.open;
  named.job = std::move(*job);
  std::optional<OpenExport> with_job(std::move(named));
  kept = co_await keep_open(sync, forecast, std::move(with_job));
  if (!kept) co_return fail(std::move(kept.error()));
  co_return std::nullopt;
}

// Nobody knows whether an export that was asked for was begun. The list of jobs tells; where it names none,
// the next sync asks anew.
Async<ClariSource::Outcome> ClariSource::find_lost(Sync& sync, Forecast& forecast) {
  co_await pauses_.pause(kListPause);
  ClariAnswer<std::vector<ClariJob>> jobs = co_await api_.jobs();
  if (!jobs) co_return failed(sync, std::move(jobs.error()));
  OpenExport open = *forecast.memory.open;
  const std::optional<ClariJob> job =
      find_lost_job(*jobs, forecast.name, open.wanted.period, open.asked, forecast.memory.last_job);
  std::optional<OpenExport> found;
  if (job) {
    open.job = job->id;
    found = std::move(open);
  }
  Status kept = co_await keep_open(sync, forecast, std::move(found));
  if (!kept) co_return fail(std::move(kept.error()));
  if (job) co_return std::nullopt;
  co_return Error{
      .code = ErrorCode::kUnavailable,
      .message = fmt::format("an export of forecast {} was asked for and Clari has none; the next "
                             "sync asks anew",
                             forecast.name),
      .where = std::nullopt};
}

// The job once it has ended; nothing where patience has ended first.
Async<ClariAnswer<std::optional<ClariJob>>> ClariSource::wait(Forecast& forecast) {
  std::chrono::seconds waited{0};
  int troubles = 0;
  for (std::size_t turn = 0;; ++turn) {
    std::string id = forecast.memory.open->job;
    ClariAnswer<ClariJob> job = co_await api_.job(std::move(id));
    const bool is_trouble = !job && job.error().code == kSomethingWentWrong && ++troubles < kMostTroubles;
    if (!job && !is_trouble) co_return std::unexpected(std::move(job.error()));
    if (job && job->status != ClariJobStatus::kRunning) co_return std::optional(std::move(*job));
    if (waited >= options_.job_patience) co_return std::optional<ClariJob>{};
    const std::chrono::seconds pause = kPauses.at(std::min(turn, kPauses.size() - 1));
    co_await pauses_.pause(pause);
    waited += pause;
  }
}

// From a job to what it brings.
Async<ClariSource::Outcome> ClariSource::follow(Sync& sync, Forecast& forecast) {
  ClariAnswer<std::optional<ClariJob>> ended = co_await wait(forecast);
  if (!ended) {
    const bool is_gone = ended.error().remedy == ClariRemedy::kForgetJob;
    Error error = failed(sync, std::move(ended.error()));
    if (is_gone) co_return co_await give_up(sync, forecast, std::move(error));
    co_return std::move(error);
  }
  const OpenExport open = *forecast.memory.open;
  if (!*ended) {
    const bool is_old = sync.now - open.asked >= kMostJobAge;
    Error error = unfinished(forecast.name, open, is_old);
    if (is_old) co_return co_await give_up(sync, forecast, std::move(error));
    co_return std::move(error);
  }
  const ClariJob job = **ended;
  if (job.status != ClariJobStatus::kDone) {
    Error error = not_done(forecast.name, job);
    co_return co_await give_up(sync, forecast, std::move(error));
  }
  std::string id = job.id;
  fs::path path = sync.spool / fmt::format("{}.result", sync.next_file++);
  ClariAnswer<ClariDownload> download = co_await api_.results(std::move(id), std::move(path));
  if (!download) co_return failed(sync, std::move(download.error()));
  co_return co_await take(sync, forecast, std::move(*download), job.truncated);
}

Async<Status> ClariSource::deliver(Sync& sync, Forecast& forecast, const ClariDownload& download,
                                   const ResultFacts& facts, bool truncated) {
  const OpenExport open = *forecast.memory.open;
  tell(sync.report, forecast.name, forecast.memory, facts, truncated);
  forecast.memory = after_export(options_, std::move(forecast.memory), facts, sync.now);
  Delivery delivery{.source = options_.name, .seen_at = sync.now, .fields = facts.fields};
  delivery.files.push_back({.path = forecast.rows.string(),
                            .name = fmt::format("clari/{}/{}.csv", forecast.name, open.wanted.period),
                            .object = std::string(kSubmissionObject),
                            .format = DeliveredFile::Format::kCsv});
  delivery.state = forecast_states(forecast.memory, forecast.name);
  delivery.notes.push_back(poll_note(forecast.name, open, download, facts, truncated));
  Result<Delivered> delivered = co_await sync.sink.deliver(std::move(delivery));
  if (!delivered) co_return fail(std::move(delivered.error()));
  sync.report.delivered.add(std::move(*delivered));
  co_return Status{};
}

Async<ClariSource::Outcome> ClariSource::take(Sync& sync, Forecast& forecast, ClariDownload download,
                                              bool truncated) {
  forecast.rows = sync.spool / fmt::format("{}.csv", sync.next_file++);
  auto read = [task = ResultTask{.result = download.path,
                                 .rows = forecast.rows,
                                 .forecast = forecast.name,
                                 .period = forecast.memory.open->wanted.period}] {
    return write_submissions(task);
  };
  Result<ResultFacts> facts = co_await run_on(work_, std::move(read));
  std::error_code ignored;
  fs::remove(download.path, ignored);
  if (!facts) {
    Error error = std::move(facts.error());
    // What broke off may come whole another time: the job stays.
    if (error.code == ErrorCode::kUnavailable) co_return std::move(error);
    co_return co_await give_up(sync, forecast, std::move(error));
  }
  Status delivered = co_await deliver(sync, forecast, download, *facts, truncated);
  if (!delivered) co_return fail(std::move(delivered.error()));
  co_return std::nullopt;
}

// Tenants that do not offer it answer 404, and are asked for an export instead.
Async<ClariSource::Outcome> ClariSource::read_now(Sync& sync, Forecast& forecast, WantedExport wanted,
                                                  bool& was_offered) {
  std::string name = forecast.name;
  std::string period = wanted.period;
  fs::path path = sync.spool / fmt::format("{}.result", sync.next_file++);
  ClariAnswer<ClariDownload> download =
      co_await api_.read_now(std::move(name), std::move(period), std::move(path));
  constexpr int kNotFound = 404;
  was_offered = download || download.error().status != kNotFound;
  if (!was_offered) co_return std::nullopt;
  if (!download) co_return failed(sync, std::move(download.error()));
  forecast.memory.open = OpenExport{.job = {}, .wanted = std::move(wanted), .asked = sync.now};
  co_return co_await take(sync, forecast, std::move(*download), false);
}

Async<ClariSource::Outcome> ClariSource::bring(Sync& sync, Forecast& forecast) {
  std::string source = options_.name;
  std::string name = forecast.name;
  Result<ForecastMemory> memory =
      co_await read_forecast_memory(sync.sink, std::move(source), std::move(name));
  if (!memory) co_return fail(std::move(memory.error()));
  forecast.memory = std::move(*memory);
  if (forecast.memory.open && forecast.memory.open->job.empty()) {
    Outcome found = co_await find_lost(sync, forecast);
    if (!found || *found) co_return found;
  }
  if (!forecast.memory.open) {
    // The limits are asked for only where the most generous ones would let an export be due.
    constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint32_t>::max();
    if (!wanted_export(options_, forecast.memory.past, kNoLimit, sync.now)) co_return std::nullopt;
    const std::optional<ClariLimits> now = co_await limits(sync);
    if (sync.dead_key) co_return *sync.dead_key;
    const std::uint64_t quota = now ? now->monthly_quota : kUnknownMonthlyQuota;
    std::optional<WantedExport> wanted = wanted_export(options_, forecast.memory.past, quota, sync.now);
    if (!wanted) co_return std::nullopt;
    if (options_.synchronous && wanted->weeks == ClariWeeks::kLatest) {
      WantedExport own_wanted = *wanted;
      bool was_offered = false;
      Outcome outcome = co_await read_now(sync, forecast, std::move(own_wanted), was_offered);
      if (was_offered) co_return outcome;
    }
    if (now && !may_export(*now, options_.leave_percent)) {
      sync.report.alarms.push_back(limit_sentence(forecast.name, now));
      co_return std::nullopt;
    }
    Outcome asked = co_await ask(sync, forecast, std::move(*wanted));
    if (!asked || *asked) co_return asked;
  }
  co_return co_await follow(sync, forecast);
}

Async<Result<SourceReport>> ClariSource::sync(SyncSink& sink, Instant now) {
  const std::uint64_t calls_before = api_.calls();
  const std::uint64_t bytes_before = api_.bytes();
  Sync sync{.sink = sink, .now = now, .spool = sink.spool(options_.name)};
  // A result that was not taken is asked for again, at no cost.
  clear_folder(sync.spool);
  std::optional<Error> first;
  std::size_t failures = 0;
  std::size_t parts = options_.forecasts.size();
  for (const std::string& name : options_.forecasts) {
    Forecast forecast{.name = name};
    Outcome outcome = co_await bring(sync, forecast);
    if (!outcome) co_return fail(std::move(outcome.error()));
    if (*outcome) {
      ++failures;
      sync.report.alarms.push_back(
          fmt::format("forecast {} was not brought up to date: {}", name, (*outcome)->message));
      if (!first) first = std::move(**outcome);
    }
    if (sync.stopped) co_return fail(std::move(*first));
  }
  if (options_.opportunities.wanted) {
    ++parts;
    Outcome outcome = co_await bring_opportunities(sync);
    if (!outcome) co_return fail(std::move(outcome.error()));
    if (*outcome) {
      ++failures;
      sync.report.alarms.push_back(
          fmt::format("Clari's opportunities were not brought up to date: {}", (*outcome)->message));
      if (!first) first = std::move(**outcome);
    }
  }
  if (failures == parts && first) co_return fail(std::move(*first));
  sync.report.calls = api_.calls() - calls_before;
  sync.report.bytes = api_.bytes() - bytes_before;
  co_return std::move(sync.report);
}

}  // namespace plumbline
