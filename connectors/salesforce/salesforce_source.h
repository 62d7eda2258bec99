// A Salesforce organisation as a source of records: what its objects hold, kept equal in the sink from sync
// to sync. docs/salesforce.md tells what is asked for, and when.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/async.h"
#include "connectors/http/http_client.h"
#include "connectors/salesforce/harvest.h"
#include "connectors/salesforce/salesforce_options.h"
#include "connectors/salesforce/session.h"
#include "model/source.h"

namespace plumbline {

class ObjectSync;

// For one thread, and one sync at a time. Client and pauses outlive it; the client is one that asks again
// where a network or server failed (connectors/http/retrying_client.h).
class SalesforceSource : public Source {
 public:
  // The options are good: validate() found no fault.
  SalesforceSource(SalesforceOptions options, HttpClient& client, Pauses& pauses);

  const std::string& name() const override { return options_.name; }

  // Logs in where there is no session, asks what each object is like, loads or brings up to date each, and
  // then compares, fills and refreshes what is due, as far as the calls allow. An object that fails does not
  // stop the others: it is told in the report's alarms. An Error where nothing could be done at all: the
  // login was refused, the calls of the day are used up (kRateLimited), the sink failed, every object failed.
  Async<Result<SourceReport>> sync(SyncSink& sink, Instant now) override;

  // A policy's deadline is near: of the calls that are left to others, half may be spent until then.
  void set_deadline(std::optional<Instant> deadline) { deadline_ = deadline; }
  // When the calls run out if all programs go on like this; nothing where that is not within a day.
  std::optional<Instant> calls_exhausted_at() const { return session_.budget().exhausted_at(); }

  // For that long nothing is asked once the organisation's calls are used up.
  static constexpr std::chrono::seconds kParkTime = std::chrono::minutes{30};

 private:
  struct Sync;  // one sync under way

  Async<Status> deltas(Sync& sync);
  Async<Status> delta_of(Sync& sync, const SalesforceObject& wanted, Delivery& pending);
  Async<Status> upkeep(Sync& sync);
  Async<Status> reconcile(Sync& sync, ObjectSync& object);
  Async<Status> refresh(Sync& sync, ObjectSync& object);
  Async<Status> deliver(Sync& sync, Delivery& delivery);
  Async<Status> forget_leftovers(SyncSink& sink, const std::filesystem::path& spool);
  void give_up(Sync& sync, const std::string& object, const ApiFailure& failure);
  bool may(Sync& sync, SyncWork work);

  SalesforceOptions options_;
  SalesforceSession session_;
  std::map<std::string, ObjectMemory> memories_;
  std::optional<Instant> deadline_;
  std::optional<Instant> parked_until_;
};

}  // namespace plumbline
