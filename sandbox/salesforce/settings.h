// How the pretend Salesforce behaves where the real one leaves a choice; the control endpoint changes it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace plumbline::sandbox {

inline constexpr int kOldestVersion = 47;
inline constexpr int kNewestVersion = 66;

struct SalesforceSettings {
  std::size_t page_rows = 2000;  // of a query, at most; a client's batchSize makes it less
  bool shuffled = true;          // records of queries without ORDER BY come in any order
  bool uneven_pages = true;      // pages are smaller than that by chance
  bool gzip = true;              // for clients that take it
  std::uint64_t daily_calls = 100'000;
  std::uint64_t others_calls = 0;    // that other integrations used today
  std::uint64_t bulk_jobs = 10'000;  // a day
  std::size_t bulk_rows = 20'000;    // of one set of results, at most
  unsigned bulk_polls = 2;           // polls until a job is complete
  bool result_pages = true;          // from v58 on
  // Of Bulk's cells of long text, how many have a NUL byte in them that is in no record.
  double nul_share = 0.0002;
};

}  // namespace plumbline::sandbox
