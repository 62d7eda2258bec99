#include "daemon/service/sync_once.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/nearest_name.h"
#include "base/timer_pauses.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/service/anchor_once.h"
#include "daemon/service/interruptible.h"
#include "daemon/service/service_setup.h"
#include "daemon/service/sync_report.h"
#include "daemon/sources/async_sink.h"
#include "daemon/sources/service_clock.h"
#include "daemon/sources/source_set.h"

namespace plumbline {
namespace {

namespace asio = boost::asio;

std::chrono::milliseconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
}

struct Outcomes {
  std::vector<SyncOutcome> all;
  bool failed = false;
  bool is_corrupt = false;
};

void note(SyncOutcome outcome, Outcomes& outcomes, Streams& streams) {
  streams.err.write(sync_report(outcome));
  outcomes.failed = outcomes.failed || !outcome.report;
  if (!outcome.report) {
    outcomes.is_corrupt = outcomes.is_corrupt || outcome.report.error().code == ErrorCode::kCorrupt;
  }
  outcomes.all.push_back(std::move(outcome));
}

// A failure of one does not keep the others from being asked.
Async<void> sync_all(const std::vector<Source*>& sources, SyncSink& sink, ServiceClock& clock,
                     Streams& streams, Outcomes& outcomes) {
  Async<Status> follow = clock.follow();
  const Status followed = co_await std::move(follow);
  if (!followed) {
    complain(streams, followed.error());
    outcomes.failed = true;
    co_return;
  }
  if (clock.is_sandbox()) {
    SourceNote sandbox = sandbox_note();
    Async<Status> note_it = sink.note(std::move(sandbox));
    const Status noted = co_await std::move(note_it);
    if (!noted) complain(streams, noted.error());
  }
  for (Source* const source : sources) {
    const auto start = std::chrono::steady_clock::now();
    Async<Result<SourceReport>> sync = source->sync(sink, clock.now());
    Result<SourceReport> report = co_await std::move(sync);
    note({.source = source->name(), .report = std::move(report), .time = since(start)}, outcomes, streams);
  }
}

// Whatever came of the sources: what was taken of them is in the log.
Async<void> sync_and_anchor(const std::vector<Source*>& sources, SyncSink& sink, ServiceClock& clock,
                            WebhookAnchors& anchors, LedgerPlace place, Streams& streams,
                            Outcomes& outcomes) {
  Async<void> sync = sync_all(sources, sink, clock, streams, outcomes);
  co_await std::move(sync);
  Async<bool> anchor = anchor_all(anchors, place, streams);
  static_cast<void>(co_await std::move(anchor));
}

int exit_status(const Outcomes& outcomes, int signal, Streams& streams) {
  if (signal != 0) {
    complain(streams,
             "interrupted; what was taken stays in the ledger, and the next sync goes on from there");
    return kExitSignal + signal;
  }
  if (outcomes.is_corrupt) return kExitIntegrity;
  return outcomes.failed ? kExitRemote : kExitDone;
}

// Empty, and told, where the one that is asked for is not there.
std::vector<Source*> chosen(const SourceSet& set, const std::optional<std::string>& name, Streams& streams) {
  std::vector<Source*> sources;
  for (const ScheduledSource& one : set.sources()) {
    if (!name || *name == one.source->name()) sources.push_back(one.source.get());
  }
  if (sources.empty()) {
    complain(streams,
             fmt::format("the configuration has no source {}{}; it has {}", name.value_or(""),
                         did_you_mean(name.value_or(""), set.names()), fmt::join(set.names(), ", ")));
  }
  return sources;
}

}  // namespace

int sync_once(const SyncOptions& options, Streams& streams) {
  const auto setup = read_service_setup(options.configuration);
  if (!setup) {
    streams.err.write(setup.error());
    return kExitUsage;
  }
  asio::io_context context(1);
  ServiceClock clock(setup->loaded.configuration.clock, streams.clock, context.get_executor());
  asio::thread_pool work(kWorkThreads);
  const SourceTools tools{.executor = context.get_executor(),
                          .work = work.get_executor(),
                          .pauses = clock.pauses(),
                          .clock = clock};
  Result<SourceSet> set = SourceSet::make(setup->loaded.configuration, tools);
  const auto anchors = WebhookAnchors::make(setup->loaded.configuration, tools);
  if (!set || !anchors) {
    complain(streams, set ? anchors.error() : set.error());
    return kExitUsage;
  }
  const std::vector<Source*> sources = chosen(*set, options.source, streams);
  if (sources.empty()) return kExitUsage;
  Step<Ledger> ledger = open_ledger(setup->ledger, streams, DatabaseAccess::kCreate);
  if (!ledger) return ledger.error().status;
  LedgerSink ledger_sink(*ledger,
                         {.clock = clock,
                          .field_map = setup->field_map ? &*setup->field_map : nullptr,
                          .committed = [&](const std::string& checkpoint) {
                            for (const Error& error : anchor_checkpoint(checkpoint, setup->ledger.anchors))
                              complain(streams, error);
                          }});
  asio::thread_pool ledger_thread(1);
  AsyncSink sink(ledger_sink, ledger_thread.get_executor());
  Outcomes outcomes;
  const int signal = run_interruptible(
      context, {&work, &ledger_thread},
      sync_and_anchor(sources, sink, clock, **anchors,
                      {.ledger = *ledger, .thread = ledger_thread.get_executor()}, streams, outcomes));
  return exit_status(outcomes, signal, streams);
}

}  // namespace plumbline
