// Rows of a query, on their way into the spool page by page.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "connectors/salesforce/api_error.h"
#include "connectors/salesforce/query_page.h"
#include "connectors/salesforce/salesforce_options.h"
#include "connectors/salesforce/session.h"
#include "connectors/salesforce/soql.h"
#include "model/source.h"

namespace plumbline {

// Which records a query takes.
enum class Among : std::uint8_t {
  kStanding,  // neither deleted nor archived
  kAll,       // deleted ones that were not purged, and archived activities
};

struct RowsAsked {
  SoqlQuery query;                 // columns: all of them, in the order wanted
  std::vector<std::string> spine;  // columns that stand in every part, where there is more than one
  Among among = Among::kAll;
  bool keep = true;  // in files; otherwise records are told alone
  // Told of every record once its page is whole. With it a result that cannot be taken up again is a failure.
  QueryPageReader::OnRecord on_record{};
  // More rows than that are not fetched: the caller has a better way.
  std::uint64_t most_rows = ~std::uint64_t{0};
};

struct RowsCame {
  std::vector<DeliveredFile> files{};
  std::uint64_t records = 0;
  bool too_many = false;  // more than most_rows: nothing was kept
};

// Fetches by REST. Fixed windows, every page followed until Salesforce says it was the last, and what came
// counted against what was said would come. A place lost in between is taken up behind the last record; a
// query that runs too long is cut into halves of its window; one too long or too complicated, into groups of
// columns. For one thread.
class RowFetcher {
 public:
  // All outlive it. Files are named in `spool`, and as `source`/Opportunity/1.json.
  RowFetcher(SalesforceSession& session, const SalesforceOptions& options, std::filesystem::path spool);

  // Files of a failed fetch are removed.
  Async<Answer<RowsCame>> fetch(RowsAsked asked);

  // SELECT COUNT().
  Async<Answer<std::uint64_t>> count(SoqlQuery query, Among among);

  // How many halvings, lost places and new beginnings one fetch may take.
  static constexpr std::size_t kMostWindows = 4'096;
  static constexpr std::size_t kMostRestarts = 8;

 private:
  struct Run;  // of one query over one window

  Async<Answer<RowsCame>> fetch_columns(RowsAsked asked, std::size_t most_bytes);
  Async<Answer<RowsCame>> fetch_windows(RowsAsked asked);
  Async<Answer<RowsCame>> fetch_window(RowsAsked asked);
  Async<Answer<bool>> follow(Run& run);
  Async<Answer<QueryPage>> page(const RowsAsked& asked, std::string address, RowsCame& came);
  Async<Result<QueryPage>> read_page(const RowsAsked& asked, HttpReply reply, RowsCame& came);
  std::string query_address(const std::string& soql, Among among) const;

  SalesforceSession& session_;
  const SalesforceOptions& options_;
  std::filesystem::path spool_;
  std::uint64_t files_ = 0;  // so that none has the name of another
};

// Removes the files from the spool.
void drop_files(RowsCame& came);
// Moves the files and counts of one into the other.
void add_rows(RowsCame& to, RowsCame&& from);

}  // namespace plumbline
