// The sources of a configuration, and the clients they ask the network with.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/result.h"
#include "config/configuration.h"
#include "connectors/http/http_client.h"
#include "model/source.h"

namespace plumbline {

struct ScheduledSource {
  std::unique_ptr<Source> source;
  std::chrono::seconds every{};
};

// What sources and their clients work with. All of it outlives them.
struct SourceTools {
  Executor executor;
  // Of other threads, for what would hold up the executor's: files that are read, results that are unpacked.
  Executor work;
  Pauses& pauses;
  const Clock& clock;
  // Told when a request is sent again, with why.
  std::function<void(const std::string&)> on_repeat = [](const std::string&) {};
};

// How many threads a program with sources gives to SourceTools::work: so many sources read at once.
inline constexpr std::size_t kWorkThreads = 2;

// For the thread of the executor.
class SourceSet {
 public:
  // Errors are of the network's options: a proxy or a CA file that cannot be used.
  static Result<SourceSet> make(const Configuration& configuration, const SourceTools& tools);

  // Of sources that were made elsewhere.
  explicit SourceSet(std::vector<ScheduledSource> sources) : sources_(std::move(sources)) {}

  const std::vector<ScheduledSource>& sources() const { return sources_; }
  std::vector<std::string> names() const;

 private:
  enum class PlainHttp : std::uint8_t { kNever, kOnLoopback };

  SourceSet() = default;
  Result<HttpClient*> add_client(const Configuration& configuration, const SourceTools& tools,
                                 PlainHttp plain);
  // These are for sections that are there.
  Status add_salesforce(const Configuration& configuration, const SourceTools& tools);
  Status add_clari(const Configuration& configuration, const SourceTools& tools);
  Status add_exports(const Configuration& configuration, const SourceTools& tools);

  std::vector<std::unique_ptr<HttpClient>> clients_;  // before the sources that use them
  std::vector<ScheduledSource> sources_;
};

}  // namespace plumbline
