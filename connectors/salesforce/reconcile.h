// Holding the ledger against Salesforce: how many records there are, and which, by when they were made. What
// is missing on our side is fetched; what is missing on theirs is marked; and the result is a certificate for
// the audit log, of what was compared and what came of it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "connectors/salesforce/harvest.h"
#include "connectors/salesforce/object_sync.h"

namespace plumbline {

enum class CompareBy : std::uint8_t {
  kCounts,  // a call or two where nothing is amiss
  kIds,     // a call for 2,000 records
};

// One summand of IdDigest::sum.
std::uint64_t id_summand(std::string_view id);

// For one object, once. The ledger has had everything delivered that was asked for before.
class Reconciliation {
 public:
  Reconciliation(SyncTools& tools, ObjectSync& object);

  // To be delivered: rows, unseen records, the certificate, and when it was done.
  Async<Answer<Harvest>> run(CompareBy by, Instant server_now);

  static constexpr std::size_t kMostWindows = 1'024;

 private:
  // Digests of records by the month in which they were made: year * 12 + month.
  using Months = std::map<int, IdDigest>;

  Async<Answer<std::monostate>> by_counts(TimeWindow all);
  Async<Answer<std::monostate>> by_ids(TimeWindow all);
  Async<Answer<Months>> months(TimeWindow all);
  Async<Answer<std::monostate>> compare_ids(TimeWindow window);
  Async<Answer<std::monostate>> repair(Harvest& harvest);
  Async<Answer<IdDigest>> known(TimeWindow window);
  SoqlQuery query(TimeWindow window) const;
  SourceNote certificate(CompareBy by, TimeWindow all, std::uint64_t calls) const;

  SyncTools& tools_;
  ObjectSync& object_;
  std::vector<std::string> missing_{};  // on our side, by 15 characters
  std::vector<std::string> surplus_{};  // on our side, and not on theirs
  std::vector<TimeWindow> differing_{};
  IdDigest theirs_{};
  IdDigest ours_{};
  std::uint64_t windows_ = 0;  // compared
  std::uint64_t unseen_ = 0;
  std::uint64_t fetched_ = 0;
};

}  // namespace plumbline
