// What a sync did, as people read it.
#pragma once

#include <string>

#include "daemon/cli/rejects.h"
#include "ledger/sync_writer.h"
#include "records/data_folder.h"

namespace plumbline {

struct IngestFacts {
  const SyncSummary& sync;
  const DataFolder& folder;
  const RejectLog& rejects;
  std::string ledger;
  std::string rejects_file{};  // empty for none
  Instant as_of{};
  double seconds = 0;
  std::size_t columns = 80;
};

std::string ingest_summary(const IngestFacts& facts);

}  // namespace plumbline
