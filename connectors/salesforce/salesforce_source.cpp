#include "connectors/salesforce/salesforce_source.h"

#include <algorithm>
#include <array>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "connectors/salesforce/object_sync.h"
#include "connectors/salesforce/reconcile.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> kJobs = {"load-job", "delta-job", "fill-job", "refresh-job"};

// Failures after which no other object can be asked for either.
bool stops_everything(const ApiFailure& failure) {
  const bool login = failure.status == 0 && failure.error.code == ErrorCode::kAuth;
  return failure.remedy == Remedy::kPark || failure.remedy == Remedy::kLogIn || login ||
         failure.error.code == ErrorCode::kCancelled;
}

}  // namespace

struct SalesforceSource::Sync {
  SyncSink& sink;
  SyncTools tools;
  std::vector<SalesforceObject> wanted;
  bool by_default = false;  // nobody named the objects: those that are not there are not missed
  std::vector<std::unique_ptr<ObjectSync>> objects{};  // those that could be brought
  std::set<std::string> to_compare{};                  // at once, by ids
  Instant began{};                                     // at Salesforce
  SourceReport report{};
  std::optional<Error> first_failure{};
  bool stopped = false;  // nothing more is to be asked
  std::vector<std::string> jobs{};
};

SalesforceSource::SalesforceSource(SalesforceOptions options, HttpClient& client, Pauses& pauses)
    : options_(std::move(options)), session_(client, pauses, options_) {}

bool SalesforceSource::may(Sync& sync, SyncWork work) {
  const bool urgent =
      deadline_ && sync.began < *deadline_ && *deadline_ - sync.began <= CallBudget::kUrgentTime;
  if (session_.budget().may(work, urgent)) return true;
  const std::string_view what = work == SyncWork::kDelta       ? "what changed is not asked for now"
                                : work == SyncWork::kReconcile ? "records are not compared now"
                                                               : "calculated fields are not refreshed now";
  std::string alarm = fmt::format("{}: {}", session_.budget().why_not(work, urgent), what);
  if (std::ranges::find(sync.report.alarms, alarm) == sync.report.alarms.end())
    sync.report.alarms.push_back(std::move(alarm));
  return false;
}

// Files of jobs that go on are kept; anything else a crash has left is of no use.
Async<Status> SalesforceSource::forget_leftovers(SyncSink& sink, const fs::path& spool) {
  std::error_code fault;
  std::vector<fs::path> left;
  for (const auto& entry : fs::directory_iterator(spool, fault)) left.push_back(entry.path());
  if (left.empty()) co_return Status{};
  std::set<std::string> going_on;
  const std::vector<SalesforceObject> objects =
      options_.objects.empty() ? default_salesforce_objects() : options_.objects;
  for (const SalesforceObject& object : objects) {
    for (const std::string_view job : kJobs) {
      std::string source = options_.name;
      std::string key = state_key(object.name, job);
      const Result<std::optional<std::string>> text = co_await sink.state(std::move(source), std::move(key));
      if (!text) co_return fail(text.error());
      const std::optional<KeptJob> kept = *text ? KeptJob::from_text(**text) : std::nullopt;
      if (kept) going_on.insert(kept->id);
    }
  }
  for (const fs::path& path : left) {
    const std::optional<SpooledPart> part = SpooledPart::from_name(path.filename().string());
    if (!part || !going_on.contains(part->job)) fs::remove(path, fault);
  }
  co_return Status{};
}

Async<Status> SalesforceSource::deliver(Sync& sync, Delivery& delivery) {
  const bool is_empty = delivery.files.empty() && delivery.fields.empty() && delivery.visibility.empty() &&
                        delivery.unseen.empty() && delivery.state.empty() && delivery.notes.empty();
  if (is_empty) co_return Status{};
  delivery.source = options_.name;
  delivery.seen_at = sync.began;
  Delivery moved = std::move(delivery);
  delivery = {};
  Result<Delivered> delivered = co_await sync.sink.deliver(std::move(moved));
  if (!delivered) co_return fail(std::move(delivered.error()));
  sync.report.delivered.add(std::move(*delivered));
  for (std::string& job : std::exchange(sync.jobs, {})) co_await sync.tools.bulk.remove_job(std::move(job));
  co_return Status{};
}

void SalesforceSource::give_up(Sync& sync, const std::string& object, const ApiFailure& failure) {
  const bool is_missed = !(sync.by_default && failure.error.code == ErrorCode::kNotFound);
  if (failure.remedy == Remedy::kPark) parked_until_ = sync.began + kParkTime;
  if (stops_everything(failure)) sync.stopped = true;
  if (!is_missed) return;
  if (!sync.first_failure) sync.first_failure = failure.error;
  sync.report.alarms.push_back(
      fmt::format("{} was not brought up to date: {}", object, failure.error.message));
}

// Describes and brings one object; what came of it goes into `pending`, or is delivered at once.
Async<Status> SalesforceSource::delta_of(Sync& sync, const SalesforceObject& wanted, Delivery& pending) {
  auto object = std::make_unique<ObjectSync>(sync.tools, wanted, memories_[wanted.name]);
  Answer<std::monostate> described = co_await object->describe();
  if (!described) {
    give_up(sync, wanted.name, described.error());
    co_return Status{};
  }
  const std::optional<Instant> now = session_.server_now();
  if (!now) {
    co_return fail(
        ErrorCode::kUnavailable,
        "Salesforce's replies do not say what time it is there (Date), so that nobody knows up to when "
        "records are complete; see whether a proxy takes the header away");
  }
  if (sync.began == Instant{}) sync.began = *now;
  if (!may(sync, SyncWork::kDelta)) {
    sync.stopped = true;
    co_return Status{};
  }
  const bool was_loaded = object->is_loaded();
  Answer<Harvest> harvest = co_await object->bring(*now);
  if (!harvest) {
    Harvest hidden = object->hidden_alone();
    std::ranges::move(hidden.alarms, std::back_inserter(sync.report.alarms));
    add_to(pending, wanted.name, hidden);
    give_up(sync, wanted.name, harvest.error());
    co_return Status{};
  }
  std::ranges::move(harvest->alarms, std::back_inserter(sync.report.alarms));
  std::ranges::move(harvest->jobs, std::back_inserter(sync.jobs));
  if (harvest->compare_now) sync.to_compare.insert(wanted.name);
  add_to(pending, wanted.name, *harvest);
  sync.objects.push_back(std::move(object));
  if (was_loaded) co_return Status{};
  // A first load is much to lose.
  co_return co_await deliver(sync, pending);
}

Async<Status> SalesforceSource::deltas(Sync& sync) {
  Delivery pending;
  for (const SalesforceObject& wanted : sync.wanted) {
    Status done = co_await delta_of(sync, wanted, pending);
    if (!done) co_return done;
    if (sync.stopped) break;
  }
  co_return co_await deliver(sync, pending);
}

Async<Status> SalesforceSource::reconcile(Sync& sync, ObjectSync& object) {
  std::string name = object.name();
  const Result<std::optional<Instant>> counted = co_await kept_instant(sync.tools, name, "reconciled");
  if (!counted) co_return fail(counted.error());
  const Result<std::optional<Instant>> compared = co_await kept_instant(sync.tools, name, "compared");
  if (!compared) co_return fail(compared.error());
  const bool at_once = sync.to_compare.contains(name);
  const bool by_ids = at_once || is_due(*compared, options_.compare_ids_every, sync.began);
  if (!by_ids && !is_due(*counted, options_.reconcile_every, sync.began)) co_return Status{};
  if (!may(sync, SyncWork::kReconcile)) co_return Status{};
  Reconciliation reconciliation(sync.tools, object);
  const CompareBy by = by_ids ? CompareBy::kIds : CompareBy::kCounts;
  Answer<Harvest> harvest = co_await reconciliation.run(by, sync.began);
  if (!harvest) {
    give_up(sync, name, harvest.error());
    co_return Status{};
  }
  std::ranges::move(harvest->alarms, std::back_inserter(sync.report.alarms));
  Delivery delivery;
  add_to(delivery, name, *harvest);
  co_return co_await deliver(sync, delivery);
}

Async<Status> SalesforceSource::refresh(Sync& sync, ObjectSync& object) {
  std::string name = object.name();
  const Result<std::optional<Instant>> last = co_await kept_instant(sync.tools, name, "refreshed");
  if (!last) co_return fail(last.error());
  const bool is_wanted = !object.choice().calculated.empty() && object.is_loaded();
  if (!is_wanted || !is_due(*last, options_.refresh_every, sync.began)) co_return Status{};
  if (!may(sync, SyncWork::kRefresh)) co_return Status{};
  Answer<Harvest> harvest = co_await object.refresh(sync.began);
  if (!harvest) {
    give_up(sync, name, harvest.error());
    co_return Status{};
  }
  std::ranges::move(harvest->jobs, std::back_inserter(sync.jobs));
  Delivery delivery;
  add_to(delivery, name, *harvest);
  co_return co_await deliver(sync, delivery);
}

// Reconciling before refreshing: a missing record is worse than a formula of yesterday.
Async<Status> SalesforceSource::upkeep(Sync& sync) {
  for (const std::unique_ptr<ObjectSync>& object : sync.objects) {
    if (sync.stopped) co_return Status{};
    Status done = co_await reconcile(sync, *object);
    if (!done) co_return done;
  }
  for (const std::unique_ptr<ObjectSync>& object : sync.objects) {
    if (sync.stopped) co_return Status{};
    Status done = co_await refresh(sync, *object);
    if (!done) co_return done;
  }
  co_return Status{};
}

Async<Result<SourceReport>> SalesforceSource::sync(SyncSink& sink, Instant now) {
  if (parked_until_ && now < *parked_until_) {
    co_return fail(
        ErrorCode::kRateLimited,
        fmt::format("the organisation's calls of the last 24 hours were used up; Salesforce is asked again "
                    "from {} on",
                    format_instant(*parked_until_)));
  }
  parked_until_.reset();
  session_.begin(sink, now);
  const fs::path spool = sink.spool(options_.name);
  Status cleared = co_await forget_leftovers(sink, spool);
  if (!cleared) co_return fail(std::move(cleared.error()));
  RowFetcher rows(session_, options_, spool);
  BulkLoader bulk(session_, options_, spool);
  const bool by_default = options_.objects.empty();
  Sync sync{.sink = sink,
            .tools = {.options = options_,
                      .session = session_,
                      .sink = sink,
                      .rows = rows,
                      .bulk = bulk,
                      .spool = spool},
            .wanted = by_default ? default_salesforce_objects() : options_.objects,
            .by_default = by_default};
  Status done = co_await deltas(sync);
  if (!done) co_return fail(std::move(done.error()));
  if (parked_until_) *parked_until_ = now + kParkTime;
  const bool nothing_came = sync.objects.empty() && sync.report.delivered.rows == 0;
  if (nothing_came && sync.first_failure) co_return fail(std::move(*sync.first_failure));
  if (!sync.stopped) done = co_await upkeep(sync);
  if (!done) co_return fail(std::move(done.error()));
  if (const std::optional<Instant> end = session_.budget().exhausted_at()) {
    sync.report.alarms.push_back(
        fmt::format("if all programs go on calling Salesforce like this, the calls that are "
                    "not left to others run out at {}",
                    format_instant(*end)));
  }
  sync.report.calls = session_.calls();
  sync.report.bytes = session_.bytes();
  co_return std::move(sync.report);
}

}  // namespace plumbline
