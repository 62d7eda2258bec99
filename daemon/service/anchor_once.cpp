#include "daemon/service/anchor_once.h"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <utility>

#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/wrap.h"
#include "daemon/service/interruptible.h"
#include "daemon/service/service_setup.h"
#include "daemon/sources/service_clock.h"

namespace plumbline {
namespace {

namespace asio = boost::asio;

// Returns whether the anchor knows the newest checkpoint.
bool tell(const AnchorOutcome& outcome, Streams& streams) {
  using Kind = AnchorOutcome::Kind;
  if (outcome.kind == Kind::kTaken)
    streams.err.write(fmt::format("{}: has the checkpoint of {}\n", outcome.anchor,
                                  counted(outcome.entries, "entry", "entries")));
  if (!outcome.failure.empty())
    complain(streams, fmt::format("{}: the checkpoint stays due, the ledger is as it should be: {}",
                                  outcome.anchor, outcome.failure));
  return outcome.kind == Kind::kTaken || outcome.kind == Kind::kKnown;
}

Async<void> follow_and_anchor(WebhookAnchors& anchors, ServiceClock& clock, LedgerPlace place,
                              Streams& streams, bool& all_know) {
  Async<Status> follow = clock.follow();
  const Status followed = co_await std::move(follow);
  if (!followed) complain(streams, followed.error());
  Async<bool> anchor = anchor_all(anchors, place, streams);
  all_know = co_await std::move(anchor);
}

}  // namespace

Async<bool> anchor_all(WebhookAnchors& anchors, LedgerPlace place, Streams& streams) {
  bool all_know = true;
  for (std::size_t i = 0; i < anchors.names().size(); ++i) {
    Async<AnchorOutcome> bring = anchors.bring(i, place);
    const AnchorOutcome outcome = co_await std::move(bring);
    all_know = tell(outcome, streams) && all_know;
  }
  co_return all_know;
}

int anchor_once(const AnchorCommand& command, Streams& streams) {
  const auto setup = read_service_setup(command.configuration, SourcesWanted::kNo);
  if (!setup) {
    streams.err.write(setup.error());
    return kExitUsage;
  }
  if (setup->ledger.webhooks.empty()) {
    complain(streams, fmt::format("{}: it names no webhook; add one to `audit: {{anchors: ...}}` "
                                  "(docs/configuration.md). Other anchors get each checkpoint at once",
                                  command.configuration));
    return kExitUsage;
  }
  asio::io_context context(1);
  ServiceClock clock(setup->loaded.configuration.clock, streams.clock, context.get_executor());
  const auto anchors = WebhookAnchors::make(setup->loaded.configuration, {.executor = context.get_executor(),
                                                                          .work = context.get_executor(),
                                                                          .pauses = clock.pauses(),
                                                                          .clock = clock});
  if (!anchors) {
    complain(streams, anchors.error());
    return kExitUsage;
  }
  Step<Ledger> ledger = open_ledger(setup->ledger, streams, DatabaseAccess::kWrite);
  if (!ledger) return ledger.error().status;
  asio::thread_pool ledger_thread(1);
  bool all_know = false;
  const int signal = run_interruptible(
      context, {&ledger_thread},
      follow_and_anchor(**anchors, clock, {.ledger = *ledger, .thread = ledger_thread.get_executor()},
                        streams, all_know));
  if (signal != 0) {
    complain(streams, "interrupted; what was not taken stays due");
    return kExitSignal + signal;
  }
  return all_know ? kExitDone : kExitRemote;
}

}  // namespace plumbline
