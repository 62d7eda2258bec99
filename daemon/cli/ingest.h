// plumbline ingest: exports into the ledger, as one sync.
#pragma once

#include <string>

#include "base/time.h"
#include "daemon/cli/command.h"
#include "daemon/cli/judging.h"
#include "daemon/cli/ledger_options.h"
#include "ledger/sync_writer.h"

namespace plumbline {

struct IngestOptions {
  JudgingInput input{};  // files, objects and a field map
  LedgerSettings ledger{};
  std::string rejects;  // file; empty for none
  Instant as_of{};
  SyncInput::Extent extent = SyncInput::Extent::kSome;
};

int run_ingest(const IngestOptions& options, Streams& streams);

const CommandSpec& ingest_command();

}  // namespace plumbline
