// Rows of a query through the Bulk API 2.0: Salesforce works the query out by itself and keeps the result for
// some days, so that a crash costs no more than the part that was being fetched.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "connectors/salesforce/api_error.h"
#include "connectors/salesforce/bulk_job.h"
#include "connectors/salesforce/rows.h"
#include "connectors/salesforce/salesforce_options.h"
#include "connectors/salesforce/session.h"
#include "model/source.h"

namespace plumbline {

struct BulkAsked {
  std::string object;
  std::string soql;
  std::vector<std::string> columns;  // as the query has them
  std::string state_key;             // where the job is remembered: Opportunity/job
  // Up to when what comes is complete; kept with the job.
  Instant high{};
};

struct BulkCame {
  RowsCame rows{};
  Instant high{};     // of the job, which may be one begun before a crash
  std::string job{};  // to be deleted once the rows are delivered
};

// What is remembered of a job that is under way.
struct KeptJob {
  std::string id;
  Instant high{};
  std::string query;  // digest of it and of the API version

  std::string to_text() const;
  static std::optional<KeptJob> from_text(std::string_view text);
};

// A part of a result in the spool: all that is known of it stands in its name, so that a file is either there
// with it or not at all.
struct SpooledPart {
  std::string job;
  std::string locator;  // of this part; empty: the first
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  std::optional<std::string> next{};  // nothing: the last
  std::string path{};                 // where it lies

  std::string to_name() const;
  static std::optional<SpooledPart> from_name(std::string_view name);
  // Locators that are longer than a file's name has room for keep a result from being taken up again.
  bool fits_a_name() const;
};

// The parts of a job that lie whole in the spool, by their locators. A file shorter than its name says is
// removed: the machine stopped before it reached the disk.
std::map<std::string, SpooledPart> spooled_parts(const std::filesystem::path& spool, std::string_view job);
void drop_parts(const std::filesystem::path& spool, std::string_view job);

// For one thread.
class BulkLoader {
 public:
  BulkLoader(SalesforceSession& session, const SalesforceOptions& options, std::filesystem::path spool);

  // kUseRest: Bulk does not take the object, or failed at it. What is in the spool of a job that goes on is
  // used and not fetched again. A failure after which the job is of no use forgets it; after any other the
  // next run goes on with it.
  Async<Answer<BulkCame>> run(SyncSink& sink, BulkAsked asked);

  // Best done after its rows are delivered; failures are of no consequence, Salesforce deletes it in 7 days.
  Async<void> remove_job(std::string id);

 private:
  struct Download;  // of one job's result

  Async<Answer<KeptJob>> begin(SyncSink& sink, const BulkAsked& asked);
  Async<Answer<BulkJob>> wait_for(const std::string& id, const std::string& object);
  Async<Answer<BulkJob>> ask(HttpMethod method, std::string path, std::string body,
                             const std::string& object);
  Async<Answer<RowsCame>> results(const KeptJob& job, const BulkJob& done, const BulkAsked& asked);
  Async<Answer<std::vector<std::string>>> part_addresses(const std::string& id, const std::string& object);
  Async<Answer<SpooledPart>> part(Download& download, std::string locator, std::string address);
  Async<Result<SpooledPart>> read_part(Download& download, std::string locator, HttpReply reply);
  Async<void> fetch_some(Download& download);
  Async<Answer<RowsCame>> walk(Download& download);

  SalesforceSession& session_;
  const SalesforceOptions& options_;
  std::filesystem::path spool_;
};

}  // namespace plumbline
