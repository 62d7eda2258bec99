// What `plumbline run` is: sources asked in turn, records judged after what came, for as long as nobody says
// stop. One thread waits for the network and owns all state; another one has the ledger; some more read files
// for sources.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/loop_meter.h"
#include "base/task_group.h"
#include "daemon/service/background_judging.h"
#include "daemon/service/health_server.h"
#include "daemon/service/service_log.h"
#include "daemon/service/service_metrics.h"
#include "daemon/service/service_notify.h"
#include "daemon/service/service_setup.h"
#include "daemon/service/service_state.h"
#include "daemon/service/webhook_anchors.h"
#include "daemon/sources/async_sink.h"
#include "daemon/sources/service_clock.h"
#include "daemon/sources/source_set.h"

namespace plumbline {

using MakeSources = std::function<Result<SourceSet>(const Configuration&, const SourceTools&)>;
using MakeAnchors =
    std::function<Result<std::shared_ptr<WebhookAnchors>>(const Configuration&, const SourceTools&)>;

struct ServiceParts {
  const Clock& system;  // the machine's clock
  ServiceLog& log;
  ServiceNotifier notifier;
  MakeSources make_sources = SourceSet::make;
  MakeAnchors make_anchors = WebhookAnchors::make;
};

class Service {
 public:
  // `setup` is of the file named.
  Service(std::string configuration, ServiceSetup setup, ServiceParts parts);
  ~Service();

  // Opens what is needed, runs until stop(), and returns the exit status. Once.
  int run();

  // From any thread, while run() runs: what SIGTERM and SIGHUP do.
  void stop(int signal);
  void reload();
  // 0 where nothing is listened at. Once it runs.
  std::uint16_t health_port() const { return health_ ? health_->port() : std::uint16_t{0}; }

 private:
  // What belongs to one configuration, replaced as a whole.
  struct Generation;

  Status start();
  Status use(ServiceSetup setup);
  void wait_for_signal();
  void begin_stop(int signal);
  void begin_reload();
  Async<void> reload_while_wanted();
  void take(std::expected<ServiceSetup, std::string> read);
  Async<void> work();
  Async<void> look_again_after(DueWork due);
  void begin_due(const DueWork& due);
  Async<void> sync(std::size_t index);
  Async<Result<SourceReport>> ask(Source& source);
  Async<void> judge();
  Async<void> anchor(std::shared_ptr<WebhookAnchors> anchors, std::size_t index);
  void tell_anchor(const AnchorOutcome& outcome);
  void note_checkpoint();
  Async<BackgroundJudged> judge_records();
  Async<void> follow_hours();
  Async<void> watch_over();
  void tell_sync(const SyncOutcome& outcome);
  void tell_status();
  void tell_slow(const HandlerTime& time);
  bool any_running() const;
  HealthReply answer(std::string_view path);

  std::string configuration_;
  ServiceParts parts_;
  boost::asio::io_context context_{1};
  boost::asio::thread_pool ledger_thread_{1};
  boost::asio::thread_pool work_threads_{kWorkThreads};
  boost::asio::signal_set signals_;
  boost::asio::steady_timer wake_;
  boost::asio::steady_timer deadline_;
  ServiceClock clock_;
  std::optional<LoopMeter> meter_;  // where handlers are measured
  ServiceMetrics metrics_;
  std::optional<ServiceSetup> first_;  // until it is in use
  bool reload_wanted_ = false;
  bool reloading_ = false;
  std::optional<ServiceSetup> pending_;  // read anew, waits until nothing runs
  std::optional<Ledger> ledger_;
  std::unique_ptr<Generation> now_;
  std::unique_ptr<HealthServer> health_;
  std::optional<TaskGroup> tasks_;
  bool has_records_ = false;  // the ledger, ever
  ServiceCondition condition_;
  StopFlag stop_;
  int stopped_by_ = 0;
};

}  // namespace plumbline
