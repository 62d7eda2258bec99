// Clari as a source of records: what people have forecast, week by week, and what Clari holds of each
// opportunity. docs/clari.md tells what is asked for, and when.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/async.h"
#include "connectors/clari/clari_api.h"
#include "connectors/clari/clari_options.h"
#include "connectors/clari/forecast_memory.h"
#include "connectors/clari/result_file.h"
#include "connectors/http/http_client.h"
#include "model/source.h"

namespace plumbline {

// What Clari does not export any more (people who left, past weeks of theirs) is never taken for deleted.
//
// For one thread, and one sync at a time. Client and pauses outlive it; the client is one that asks again
// where a network or server failed (connectors/http/retrying_client.h).
class ClariSource : public Source {
 public:
  // The options are good: validate() found no fault. Results are read on `work`, such as a pool of threads.
  ClariSource(ClariOptions options, HttpClient& client, Pauses& pauses, Executor work);

  const std::string& name() const override { return options_.name; }

  // For each forecast: goes on with the export that is under way, or asks for one where one is due and the
  // quota allows it. Then opportunities, where they are wanted. What fails does not stop the rest: it is told
  // in the report's alarms. An Error where the key is dead, everything failed, or the sink did.
  Async<Result<SourceReport>> sync(SyncSink& sink, Instant now) override;

  // For this long an export that nobody finishes is looked at; then it is given up.
  static constexpr std::chrono::seconds kMostJobAge = std::chrono::hours{24};

 private:
  struct Sync;      // one sync under way
  struct Forecast;  // one forecast of it
  // What kept something from being brought; an Error of the sink instead ends the sync.
  using Outcome = Result<std::optional<Error>>;

  Async<Outcome> bring(Sync& sync, Forecast& forecast);
  Async<Outcome> ask(Sync& sync, Forecast& forecast, WantedExport wanted);
  Async<ClariAnswer<std::string>> create(Sync& sync, Forecast& forecast);
  Async<Outcome> find_lost(Sync& sync, Forecast& forecast);
  Async<Outcome> follow(Sync& sync, Forecast& forecast);
  Async<ClariAnswer<std::optional<ClariJob>>> wait(Forecast& forecast);
  Async<Outcome> read_now(Sync& sync, Forecast& forecast, WantedExport wanted, bool& was_offered);
  Async<Outcome> take(Sync& sync, Forecast& forecast, ClariDownload download, bool truncated);
  Async<Status> deliver(Sync& sync, Forecast& forecast, const ClariDownload& download,
                        const ResultFacts& facts, bool truncated);
  Async<Outcome> give_up(Sync& sync, Forecast& forecast, Error error);
  Async<Status> keep_open(Sync& sync, Forecast& forecast, std::optional<OpenExport> open);
  Async<std::optional<ClariLimits>> limits(Sync& sync);
  Async<Outcome> bring_opportunities(Sync& sync);
  Async<Status> deliver_opportunities(Sync& sync, std::vector<std::filesystem::path> files,
                                      std::optional<std::string> after);
  Error failed(Sync& sync, ClariFailure failure);

  ClariOptions options_;
  ClariApi api_;
  Pauses& pauses_;
  Executor work_;
};

}  // namespace plumbline
