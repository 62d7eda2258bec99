// A service in a folder of its own, with sources that bring what a test says.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>
#include <utility>

#include "daemon/service/service.h"
#include "tests/daemon/cli_fixture.h"
#include "tests/kit/scripted_client.h"

namespace plumbline {

// Its lines can be waited for.
class WaitedLog : public ServiceLog {
 public:
  void write(LogLevel /*level*/, const std::string& line) override {
    const std::lock_guard lock(mutex_);
    lines_.push_back(line);
    came_.notify_all();
  }
  // Whether a line with that text has come, or comes before anybody would lose patience.
  bool waits_for(std::string_view text, std::size_t times = 1) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, std::chrono::seconds{60}, [&] {
      std::size_t found = 0;
      for (const std::string& line : lines_) found += line.contains(text) ? 1 : 0;
      return found >= times;
    });
  }
  std::string all() {
    const std::lock_guard lock(mutex_);
    std::string text;
    for (const std::string& line : lines_) text += line + "\n";
    return text;
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<std::string> lines_;
};

// Delivers one file of opportunities, fails, needs more memory than there is, or never comes to an end.
class FakeSource : public Source {
 public:
  enum class Kind : std::uint8_t { kBrings, kFails, kNeedsMore, kHangs };
  FakeSource(std::string name, Kind kind) : name_(std::move(name)), kind_(kind) {}

  const std::string& name() const override { return name_; }
  Async<Result<SourceReport>> sync(SyncSink& sink, Instant now) override {
    if (kind_ == Kind::kFails) co_return fail(ErrorCode::kUnavailable, "nobody answers");
    if (kind_ == Kind::kNeedsMore) throw std::bad_alloc();
    if (kind_ == Kind::kHangs) {
      const Executor here = co_await boost::asio::this_coro::executor;
      boost::asio::steady_timer never(here, std::chrono::steady_clock::time_point::max());
      co_await never.async_wait(boost::asio::use_awaitable);
    }
    const std::filesystem::path file = sink.spool(name_) / "1.csv";
    std::ofstream(file) << "Id,Name,StageName,IsClosed,CloseDate\n"
                           "006000000000001,a,Prospecting,false,2001-01-01\n";
    Delivery delivery{.source = name_, .seen_at = now};
    delivery.files.push_back({.path = file.string(), .name = "1.csv", .object = "Opportunity"});
    Async<Result<Delivered>> deliver = sink.deliver(std::move(delivery));
    Result<Delivered> delivered = co_await std::move(deliver);
    if (!delivered) co_return fail(std::move(delivered.error()));
    co_return SourceReport{.delivered = *std::move(delivered), .calls = 3};
  }

 private:
  std::string name_;
  Kind kind_;
};

class ServiceWorld {
 public:
  explicit ServiceWorld(std::vector<FakeSource::Kind> kinds) : kinds_(std::move(kinds)) {
    folder_.write("key.pem", "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n");
    ::chmod(folder_.path_of("key.pem").c_str(), S_IRUSR | S_IWUSR);
    write_configuration();
  }
  ~ServiceWorld() { EXPECT_FALSE(thread_.joinable()) << "the service was not stopped"; }

  void write_configuration(const std::string& more = "", const std::string& ledger = "a.ledger") const {
    folder_.write("plumbline.yaml",
                  "sources: {salesforce: {login: {client_id: a, username: b, key_file: key.pem}}}\n"
                  "ledger: {file: " +
                      ledger + "}\ndaemon: {health_port: 0, stop_within: 20 s}\n" + more);
  }

  void start() {
    const std::string file = folder_.path_of("plumbline.yaml");
    auto setup = read_service_setup(file);
    ASSERT_TRUE(setup) << setup.error();
    service_.emplace(
        file, *std::move(setup),
        ServiceParts{
            .system = clock_,
            .log = log_,
            .notifier = ServiceNotifier(""),
            .make_sources = [this](const Configuration&,
                                   const SourceTools&) { return Result<SourceSet>(SourceSet(sources())); },
            .make_anchors =
                [this](const Configuration& configuration, const SourceTools& tools) {
                  return Result<std::shared_ptr<WebhookAnchors>>(anchors(configuration, tools));
                }});
    thread_ = std::thread([this] { status_ = service_->run(); });
  }
  int stop() {
    service_->stop(SIGTERM);
    thread_.join();
    return status_;
  }
  // Configures a webhook called auditor that answers these, one after the other, and 200 from then on. Before
  // start().
  void anchor_at(std::vector<int> statuses) {
    webhook_answers_ = std::move(statuses);
    folder_.write("url", "https://audit.example/s3cr3t");
    ::chmod(folder_.path_of("url").c_str(), S_IRUSR | S_IWUSR);
    write_configuration("audit: {anchors: [{webhook: auditor, url_file: url}]}\n");
  }
  Service& service() { return *service_; }
  WaitedLog& log() { return log_; }
  std::string configuration() const { return folder_.path_of("plumbline.yaml"); }
  std::string ledger() const { return folder_.path_of("a.ledger"); }

 private:
  std::vector<ScheduledSource> sources() const {
    std::vector<ScheduledSource> all;
    for (const FakeSource::Kind kind : kinds_)
      all.push_back({.source = std::make_unique<FakeSource>("fake:" + std::to_string(all.size()), kind),
                     .every = std::chrono::minutes{5}});
    return all;
  }

  std::shared_ptr<WebhookAnchors> anchors(const Configuration& configuration,
                                          const SourceTools& tools) const {
    auto client = std::make_unique<ScriptedClient>();
    for (const int status : webhook_answers_) client->answer({.status = status});
    client->answer_by([](const HttpRequest&) { return ScriptedReply{}; });
    return std::make_shared<WebhookAnchors>(configuration.audit.webhooks, std::move(client), tools.clock);
  }

  std::vector<FakeSource::Kind> kinds_;
  std::vector<int> webhook_answers_;
  TempFolder folder_;
  FixedClock clock_{kTestNow};
  WaitedLog log_;
  std::optional<Service> service_;
  std::thread thread_;
  int status_ = -1;
};

}  // namespace plumbline
