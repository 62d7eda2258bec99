// Exports of other programs as a source of records: files behind addresses, and files put into folders.
// docs/exports-source.md tells when a file is taken, and what every alarm means.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/async.h"
#include "connectors/exports/exports_options.h"
#include "connectors/exports/folder_watch.h"
#include "connectors/http/http_client.h"
#include "model/source.h"

namespace plumbline {

// For one thread, and one sync at a time. The client outlives it; it is one that asks again where a network
// or server failed.
class ExportsSource : public Source {
 public:
  // The options are good: validate() found no fault. Folders and files of this machine are read on `files`,
  // which may wait for disks.
  ExportsSource(ExportsOptions options, HttpClient& client, Executor files);

  const std::string& name() const override { return options_.name; }

  // Looks at each file, and delivers those that are new, each in a delivery of its own. A file that fails, or
  // looks wrong, does not stop the others: it is told in the report's alarms. An Error where every file
  // failed, or the sink.
  Async<Result<SourceReport>> sync(SyncSink& sink, Instant now) override;

 private:
  struct Sync;  // one sync under way
  struct Item;  // one file of it
  // What kept one file from being taken; an Error of the sink instead ends the sync.
  using Outcome = Result<std::optional<Error>>;

  Async<Outcome> take_address(Sync& sync, const ExportFile& file);
  Async<Outcome> take_place(Sync& sync, const ExportFile& file);
  Async<Outcome> take_standing(Sync& sync, const ExportFile& file, FolderPlan& plan, std::size_t index);
  Async<Outcome> take_body(Sync& sync, Item& item);
  Async<Result<FolderPlan>> look(Sync& sync, const ExportFile& file, std::vector<SeenFile> seen);
  Async<Status> settle(Sync& sync, Item& item);
  Async<Status> deliver(Sync& sync, Item& item);
  Async<Status> tell_columns(Sync& sync, Item& item, Delivery& delivery);
  Async<Result<std::vector<std::string>>> columns_elsewhere(Sync& sync, const ExportFile& file);

  static void clear(const std::filesystem::path& spool);

  ExportsOptions options_;
  HttpClient& client_;
  Executor files_;
};

}  // namespace plumbline
