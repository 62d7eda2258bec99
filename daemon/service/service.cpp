#include "daemon/service/service.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <new>
#include <utility>

#include "base/run_on.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/help.h"
#include "daemon/service/memory_bound.h"
#include "ledger/ledger_snapshot.h"
#include "ledger/owner_zones.h"

namespace plumbline {
namespace {

namespace asio = boost::asio;

// However the clock is set meanwhile, it is asked again after so long; a sandbox's at once.
constexpr std::chrono::seconds kLongestSleep{30};
constexpr std::chrono::milliseconds kSandboxSleep{200};
constexpr int kNotFound = 404;
constexpr int kUnavailable = 503;
// Watchdogs want a sign of life twice in their span.
constexpr int kSignsOfLife = 2;

std::chrono::milliseconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
}

// Of the users, and of owners who have none.
std::vector<TimeZone> zones_of(const std::vector<std::string>& names, const std::optional<TimeZone>& own) {
  std::vector<TimeZone> zones{own.value_or(TimeZone::utc())};
  for (const std::string& name : names) {
    if (const Result<TimeZone> zone = TimeZone::find(name)) zones.push_back(*zone);
  }
  return zones;
}

// What people are shown of a file may hold anything, also a secret that does not belong there: for the log
// the sentences are enough.
std::string without_excerpts(std::string_view faults) {
  std::string sentences;
  while (!faults.empty()) {
    const std::string_view line = faults.substr(0, faults.find('\n'));
    faults.remove_prefix(std::min(faults.size(), line.size() + 1));
    if (line.starts_with("  ")) continue;
    sentences += (sentences.empty() ? "" : "; ") + std::string(line);
  }
  return sentences;
}

}  // namespace

struct Service::Generation {
  ServiceSetup setup;
  SourceSet sources;
  // Whoever is posting when the next generation comes has it in hand, too.
  std::shared_ptr<WebhookAnchors> anchors;
  LedgerSink sink;
  AsyncSink async_sink;

  Generation(ServiceSetup used, SourceSet made, std::shared_ptr<WebhookAnchors> webhooks, Service& service)
      : setup(std::move(used)),
        sources(std::move(made)),
        anchors(std::move(webhooks)),
        sink(*service.ledger_,
             {.clock = service.clock_,
              .field_map = setup.field_map ? &*setup.field_map : nullptr,
              .committed = [this, &service](const std::string& checkpoint) { take(checkpoint, service); }}),
        async_sink(sink, service.ledger_thread_.get_executor()) {}

  // On the thread of the ledger.
  void take(const std::string& checkpoint, Service& service) const {
    for (const Error& error : anchor_checkpoint(checkpoint, setup.ledger.anchors))
      service.parts_.log.event(LogLevel::kWarning, "anchor", {{"error", error.to_string()}});
    asio::post(service.context_, [&service] { service.note_checkpoint(); });
  }
};

Service::Service(std::string configuration, ServiceSetup setup, ServiceParts parts)
    : configuration_(std::move(configuration)),
      parts_(std::move(parts)),
      signals_(context_),
      wake_(context_),
      deadline_(context_),
      clock_(setup.loaded.configuration.clock, parts_.system, context_.get_executor()),
      metrics_(std::string(program_version())),
      first_(std::move(setup)) {
  if (first_->daemon().measure_handlers) meter_.emplace([this](const HandlerTime& time) { tell_slow(time); });
}

Service::~Service() = default;

int Service::run() {
  if (const Status started = start(); !started) {
    parts_.log.event(LogLevel::kError, "start", {{"error", started.error().to_string()}});
    return started.error().code == ErrorCode::kCorrupt ? kExitIntegrity : kExitInput;
  }
  std::exception_ptr fault;
  asio::co_spawn(context_, work(), [&](std::exception_ptr thrown) {
    fault = std::move(thrown);
    signals_.cancel();
    deadline_.cancel();
    health_.reset();
  });
  if (meter_) {
    meter_->run(context_);
  } else {
    context_.run();
  }
  work_threads_.join();
  ledger_thread_.join();
  if (fault) std::rethrow_exception(fault);
  parts_.log.event(LogLevel::kInfo, "stopped", {});
  return kExitDone;
}

Status Service::start() {
  const LedgerSettings& settings = first_->ledger;
  Result<Ledger> opened = Ledger::open(settings.file, {.access = DatabaseAccess::kCreate,
                                                       .organisation = settings.organisation,
                                                       .adds_organisation = false,
                                                       .now = parts_.system.now(),
                                                       .program = program_name()});
  if (!opened) return fail(opened.error());
  ledger_.emplace(*std::move(opened));
  tasks_.emplace(context_.get_executor());
  has_records_ = known_in_ledger(*ledger_, {}).has_value();
  if (Status used = use(*std::move(first_)); !used) return used;
  first_.reset();
  if (const std::uint16_t port = now_->setup.daemon().health_port; port != 0) {
    auto started = HealthServer::start(context_.get_executor(), port,
                                       [this](std::string_view path) { return answer(path); });
    if (!started) return fail(started.error());
    health_ = *std::move(started);
  }
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) signals_.add(signal);
  wait_for_signal();
  return {};
}

// Nothing may run.
Status Service::use(ServiceSetup setup) {
  const SourceTools tools{.executor = context_.get_executor(),
                          .work = work_threads_.get_executor(),
                          .pauses = clock_.pauses(),
                          .clock = clock_,
                          .on_repeat = [&log = parts_.log](const std::string& why) {
                            log.event(LogLevel::kWarning, "again", {{"why", why}});
                          }};
  Result<SourceSet> sources = parts_.make_sources(setup.loaded.configuration, tools);
  if (!sources) return fail(sources.error());
  if (Status bounded = bound_memory(setup.daemon().most_memory_bytes); !bounded) return bounded;
  Result<std::shared_ptr<WebhookAnchors>> anchors = parts_.make_anchors(setup.loaded.configuration, tools);
  if (!anchors) return fail(anchors.error());
  now_ = std::make_unique<Generation>(std::move(setup), *std::move(sources), *std::move(anchors), *this);
  ServiceCondition condition;
  condition.open = condition_.open;
  condition.judging_failure = condition_.judging_failure;
  // What passed while nobody judged: a day began, a pack was changed.
  condition.progress.has_news = has_records_;
  condition.progress.judged_at = condition_.progress.judged_at;
  condition.progress.judge_every = now_->setup.daemon().judge_every;
  for (const ScheduledSource& source : now_->sources.sources())
    condition.progress.sources.push_back({.name = source.source->name(), .every = source.every});
  condition.sources.resize(condition.progress.sources.size());
  // One that is being told goes on meanwhile.
  for (std::string& name : now_->anchors->names()) {
    const AnchorProgress* const before = find_anchor(condition_.progress, name);
    const bool running = before != nullptr && before->running;
    condition.progress.anchors.push_back({.name = std::move(name), .running = running});
  }
  condition_ = std::move(condition);
  return {};
}

void Service::stop(int signal) {
  asio::post(context_, [this, signal] { begin_stop(signal); });
}

void Service::reload() {
  asio::post(context_, [this] { begin_reload(); });
}

void Service::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& code, int signal) {
    if (code) return;
    if (signal == SIGHUP) {
      begin_reload();
      return wait_for_signal();
    }
    // The next one ends the process at once.
    signals_.clear();
    begin_stop(signal);
  });
}

// What is under way may end; what waits for the network is given up. Nothing is lost by ending hard, either.
void Service::begin_stop(int signal) {
  if (stopped_by_ != 0) return;
  stopped_by_ = signal;
  parts_.log.event(LogLevel::kInfo, "stopping", {{"signal", fmt::to_string(signal)}});
  parts_.notifier.stopping();
  stop_.stop(signal);
  tasks_->cancel_all();
  wake_.cancel();
  deadline_.expires_after(now_->setup.daemon().stop_within);
  deadline_.async_wait([this, signal](const boost::system::error_code& code) {
    if (code) return;
    parts_.log.event(LogLevel::kWarning, "stopped",
                     {{"reason", "what is under way takes too long; it will be done again"}});
    ::_exit(kExitSignal + signal);
  });
}

// Reading and checking takes longer than this thread may be kept.
void Service::begin_reload() {
  if (stopped_by_ != 0) return;
  reload_wanted_ = true;
  if (reloading_) return;
  reloading_ = true;
  parts_.notifier.reloading();
  Async<void> task = reload_while_wanted();
  tasks_->spawn(std::move(task));
}

// What was asked for while it was being read is read again: the file may be another one by then.
Async<void> Service::reload_while_wanted() {
  while (std::exchange(reload_wanted_, false)) {
    auto read = [this] { return read_checked_setup(configuration_, parts_.system); };
    std::expected<ServiceSetup, std::string> setup =
        co_await run_on(ledger_thread_.get_executor(), std::move(read));
    if (stopped_by_ != 0) co_return;
    if (!reload_wanted_) take(std::move(setup));
  }
  reloading_ = false;
}

// The one in force stays where the new one has any fault.
void Service::take(std::expected<ServiceSetup, std::string> read) {
  std::string faults = read ? std::string() : std::move(read.error());
  if (read && (read->ledger.file != now_->setup.ledger.file ||
               read->ledger.organisation != now_->setup.ledger.organisation))
    faults = "the ledger or the organisation is another one now; restart the service";
  metrics_.note_reload(faults.empty());
  if (!faults.empty()) {
    parts_.log.event(
        LogLevel::kError, "reload",
        {{"result", "refused"}, {"kept", "the configuration in force"}, {"error", without_excerpts(faults)}});
    return parts_.notifier.ready("reload refused: the new configuration has faults; " +
                                 status_line(condition_));
  }
  if (read->daemon().health_port != now_->setup.daemon().health_port)
    parts_.log.event(LogLevel::kWarning, "reload", {{"note", "health_port counts after a restart"}});
  pending_ = *std::move(read);
  parts_.log.event(LogLevel::kInfo, "reload", {{"result", "accepted"}});
  parts_.notifier.ready(status_line(condition_));
  wake_.cancel();
}

bool Service::any_running() const {
  if (condition_.progress.judging) return true;
  for (const SourceProgress& source : condition_.progress.sources) {
    if (source.running) return true;
  }
  return false;
}

Async<void> Service::work() {
  Async<void> watching = watch_over();
  tasks_->spawn(std::move(watching));
  Async<Status> follow = clock_.follow();
  const Status followed = co_await std::move(follow);
  if (!followed) parts_.log.event(LogLevel::kError, "clock", {{"error", followed.error().to_string()}});
  if (clock_.is_sandbox()) {
    SourceNote sandbox = sandbox_note();
    Async<Status> note = now_->async_sink.note(std::move(sandbox));
    static_cast<void>(co_await std::move(note));
  }
  Async<void> hours = follow_hours();
  co_await std::move(hours);
  parts_.log.event(LogLevel::kInfo, "started",
                   {{"version", std::string(program_version())},
                    {"ledger", now_->setup.ledger.file},
                    {"sources", fmt::to_string(now_->sources.sources().size())}});
  parts_.notifier.ready(status_line(condition_));
  while (stopped_by_ == 0) {
    if (pending_ && !any_running()) {
      const Status used = use(*std::move(pending_));
      pending_.reset();
      if (!used) parts_.log.event(LogLevel::kError, "reload", {{"error", used.error().to_string()}});
    }
    const DueWork due = due_work(condition_.progress, clock_.now());
    if (!pending_) begin_due(due);
    Async<void> wait = look_again_after(due);
    co_await std::move(wait);
  }
  Async<void> all = tasks_->wait();
  co_await std::move(all);
}

Async<void> Service::look_again_after(DueWork due) {
  const Instant now = clock_.now();
  std::chrono::milliseconds sleep = std::min<std::chrono::milliseconds>(
      kLongestSleep,
      std::max<std::chrono::milliseconds>(due.look_again - now, std::chrono::milliseconds{10}));
  if (clock_.is_sandbox()) sleep = kSandboxSleep;
  wake_.expires_after(sleep);
  co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!clock_.is_sandbox() || stopped_by_ != 0) co_return;
  Async<Status> follow = clock_.follow();
  const Status followed = co_await std::move(follow);
  if (!followed) parts_.log.event(LogLevel::kWarning, "clock", {{"error", followed.error().to_string()}});
}

void Service::begin_due(const DueWork& due) {
  for (const std::size_t index : due.syncs) {
    SourceProgress& source = condition_.progress.sources[index];
    source.running = true;
    source.started_at = clock_.now();
    Async<void> task = sync(index);
    tasks_->spawn(std::move(task));
  }
  for (const std::size_t index : due.anchors) {
    AnchorProgress& anchored = condition_.progress.anchors[index];
    anchored.running = true;
    anchored.due = false;
    anchored.started_at = clock_.now();
    Async<void> task = anchor(now_->anchors, index);
    tasks_->spawn(std::move(task));
  }
  // What is being fetched is judged when it is there.
  if (!due.judge) return;
  condition_.progress.judging = true;
  condition_.progress.has_news = false;
  condition_.progress.judged_at = clock_.now();
  Async<void> task = judge();
  tasks_->spawn(std::move(task));
}

// What a source or a judging has too little memory for fails alone: what it held is free again.
Async<Result<SourceReport>> Service::ask(Source& source) {
  try {
    Async<Result<SourceReport>> asked = source.sync(now_->async_sink, clock_.now());
    co_return co_await std::move(asked);
  } catch (const std::bad_alloc&) {
    co_return fail(out_of_memory(now_->setup.daemon().most_memory_bytes));
  }
}

Async<BackgroundJudged> Service::judge_records() {
  auto work = [this] {
    return judge_in_background(configuration_, *ledger_, now_->setup.ledger.anchors, clock_, stop_);
  };
  try {
    co_return co_await run_on(ledger_thread_.get_executor(), std::move(work));
  } catch (const std::bad_alloc&) {
    co_return BackgroundJudged{.failure = out_of_memory(now_->setup.daemon().most_memory_bytes).message};
  }
}

Async<void> Service::sync(std::size_t index) {
  const auto start = std::chrono::steady_clock::now();
  Source& source = *now_->sources.sources()[index].source;
  Async<Result<SourceReport>> asked = ask(source);
  Result<SourceReport> report = co_await std::move(asked);
  const SyncOutcome outcome{.source = source.name(), .report = std::move(report), .time = since(start)};
  SourceProgress& progress = condition_.progress.sources[index];
  SourceCondition& condition = condition_.sources[index];
  progress.running = false;
  if (outcome.report) {
    progress.failures = 0;
    condition = {.succeeded_at = clock_.now(), .alarms = outcome.report->alarms.size()};
  } else {
    ++progress.failures;
    condition.failure = outcome.report.error().to_string();
  }
  // What came before it failed stays, and is news all the same.
  if (now_->async_sink.take_news()) condition_.progress.has_news = has_records_ = true;
  metrics_.note_sync(outcome, clock_.now());
  tell_sync(outcome);
  tell_status();
  wake_.cancel();
}

void Service::tell_sync(const SyncOutcome& outcome) {
  const std::string time = fmt::format("{}ms", outcome.time.count());
  if (!outcome.report) {
    return parts_.log.event(LogLevel::kError, "sync",
                            {{"source", outcome.source},
                             {"result", "failed"},
                             {"time", time},
                             {"error", outcome.report.error().to_string()}});
  }
  const SourceReport& report = *outcome.report;
  const Delivered& came = report.delivered;
  parts_.log.event(LogLevel::kInfo, "sync",
                   {{"source", outcome.source},
                    {"result", "ok"},
                    {"time", time},
                    {"rows", fmt::to_string(came.rows)},
                    {"added", fmt::to_string(came.added)},
                    {"changed", fmt::to_string(came.changed)},
                    {"deleted", fmt::to_string(came.deleted)},
                    {"stale", fmt::to_string(came.stale)},
                    {"rejected", fmt::to_string(came.rejected)},
                    {"requests", fmt::to_string(report.calls)}});
  for (const std::string& alarm : report.alarms)
    parts_.log.event(LogLevel::kWarning, "alarm", {{"source", outcome.source}, {"what", alarm}});
}

Async<void> Service::judge() {
  Async<void> hours = follow_hours();
  co_await std::move(hours);
  Async<BackgroundJudged> judging = judge_records();
  const BackgroundJudged judged = co_await std::move(judging);
  condition_.progress.judging = false;
  condition_.judging_failure = judged.totals.succeeded ? "" : judged.failure;
  if (judged.totals.succeeded) condition_.open = judged.totals.open;
  metrics_.note_judging(judged.totals, clock_.now());
  const LogLevel level = judged.failure.empty() ? LogLevel::kInfo : LogLevel::kError;
  parts_.log.event(level, "judging",
                   {{"result", judged.totals.succeeded ? "ok" : "failed"},
                    {"time", fmt::format("{}ms", judged.totals.time.count())},
                    {"open", fmt::to_string(judged.totals.open)},
                    {"opened", fmt::to_string(judged.totals.opened)},
                    {"closed", fmt::to_string(judged.totals.closed)},
                    {"error", judged.failure}});
  tell_status();
  note_checkpoint();
}

void Service::note_checkpoint() {
  for (AnchorProgress& anchored : condition_.progress.anchors) anchored.due = true;
  wake_.cancel();
}

// Nothing waits for it: what could not be sent is due again.
Async<void> Service::anchor(std::shared_ptr<WebhookAnchors> anchors, std::size_t index) {
  Async<AnchorOutcome> bring =
      anchors->bring(index, {.ledger = *ledger_, .thread = ledger_thread_.get_executor()});
  const AnchorOutcome outcome = co_await std::move(bring);
  const bool failed = outcome.kind == AnchorOutcome::Kind::kFailed;
  tell_anchor(outcome);
  // A configuration that came meanwhile may not have it.
  if (AnchorProgress* const progress = find_anchor(condition_.progress, outcome.anchor)) {
    progress->running = false;
    progress->failures = failed ? progress->failures + 1 : 0;
    progress->due = progress->due || failed;
  }
  tell_status();
  wake_.cancel();
}

void Service::tell_anchor(const AnchorOutcome& outcome) {
  using Kind = AnchorOutcome::Kind;
  if (outcome.kind == Kind::kCancelled) return;
  metrics_.note_anchor(outcome, clock_.now());
  if (outcome.kind == Kind::kKnown) return;
  const bool taken = outcome.kind == Kind::kTaken;
  parts_.log.event(taken ? LogLevel::kInfo : LogLevel::kWarning, "anchor",
                   {{"anchor", outcome.anchor},
                    {"result", taken ? "ok" : "failed"},
                    {"entries", fmt::to_string(outcome.entries)},
                    {"error", outcome.failure}});
}

// What was not late yesterday, or an hour ago, may be so now, wherever an owner is.
Async<void> Service::follow_hours() {
  auto ask = [this] { return owner_zones(*ledger_); };
  const Result<std::vector<std::string>> names =
      co_await run_on(ledger_thread_.get_executor(), std::move(ask));
  const std::vector<TimeZone> zones =
      zones_of(names.value_or(std::vector<std::string>{}), now_->setup.loaded.configuration.zone);
  condition_.progress.hour_at = next_hour(zones, clock_.now());
}

// Signs of life for systemd's watchdog: from this thread, so that it also notices where this one hangs.
Async<void> Service::watch_over() {
  const auto span = parts_.notifier.watchdog();
  if (!span) co_return;
  asio::steady_timer timer(context_);
  while (stopped_by_ == 0) {
    parts_.notifier.alive();
    timer.expires_after(*span / kSignsOfLife);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

// Whatever else was due had to wait.
void Service::tell_slow(const HandlerTime& time) {
  const auto microseconds = [](std::chrono::nanoseconds span) {
    return fmt::format("{}us", std::chrono::duration_cast<std::chrono::microseconds>(span).count());
  };
  parts_.log.event(LogLevel::kWarning, "slow_handler",
                   {{"cpu", microseconds(time.cpu)}, {"wall", microseconds(time.wall)}});
}

void Service::tell_status() { parts_.notifier.status(status_line(condition_)); }

HealthReply Service::answer(std::string_view path) {
  if (path == "/healthz") return {.body = "ok\n"};
  if (path == "/readyz") {
    const Instant now = clock_.now();
    const std::string why_not = why_not_ready(condition_, now);
    const std::string fresh = fresh_sources(condition_, now);
    if (why_not.empty()) return {.body = "ready\n" + fresh};
    return {.status = kUnavailable, .body = why_not + fresh};
  }
  if (path == "/metrics") {
    if (meter_) metrics_.note_handlers(*meter_);
    metrics_.note_memory(resident_bytes(), now_->setup.daemon().most_memory_bytes);
    return {.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = metrics_.text()};
  }
  return {.status = kNotFound, .body = "there are /healthz, /readyz and /metrics\n"};
}

}  // namespace plumbline
