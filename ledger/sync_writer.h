// One sync: what a folder of exports (later: a connector) delivers, written into the ledger in one
// transaction. What is new is added, what differs is changed and the change noted, what the CRM's own history
// tells is taken in; nothing is written for a record that is as it was.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/ledger.h"
#include "ledger/record_writer.h"
#include "model/delivery.h"
#include "records/data_folder.h"
#include "records/reject.h"
#include "records/schema.h"

namespace plumbline {

// Rejects of one sync that are kept in the ledger; all are counted, and all go to the sink.
inline constexpr std::uint64_t kMostKeptRejects = 10'000;

// What a source that asks the CRM itself says besides its files.
struct SourceWords {
  const Delivery& delivery;  // its files and fields do not count: they are in the folder and the schema
};

struct SyncInput {
  std::string source;    // folder:/srv/exports
  Instant written_at{};  // by the clock
  // Whether the files hold every record of their objects: those that are not there are gone.
  enum class Extent : std::uint8_t { kSome, kComplete } extent = Extent::kSome;
  const DataFolder& folder;
  const Schema& declared;  // what the standard schema and the field map say
  const Schema& schema;    // the same with all that the files have besides, as open_folder leaves it
  const FieldMap* field_map = nullptr;
  RowPrecedence precedence = RowPrecedence::kLater;
  const SourceWords* words = nullptr;                                     // null: of files alone
  std::function<bool()> stopped{};                                        // as of LoadOptions
  std::function<void(std::uint64_t done, std::uint64_t all)> progress{};  // in bytes
};

struct SyncedFile {
  std::string name;
  std::string object;
  std::uint64_t bytes = 0;
  std::uint64_t rows = 0;  // taken
  std::uint64_t added = 0;
  std::uint64_t changed = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t deleted = 0;
  std::uint64_t stale = 0;     // older than what was known
  std::uint64_t replaced = 0;  // by a later row with the same id
  std::uint64_t rejected_rows = 0;
  std::uint64_t rejected_cells = 0;
};

struct SyncSummary {
  std::int64_t sync = 0;
  std::vector<SyncedFile> files;   // as the folder has them
  std::uint64_t history_rows = 0;  // new ones
  struct Standing {
    std::string object;
    std::uint64_t records = 0;
  };
  std::vector<Standing> standing;  // records that were not delivered, and stay
  std::uint64_t unseen = 0;        // records marked as not to be found
  std::uint64_t rejects = 0;
  std::uint64_t kept_rejects = 0;
  std::vector<std::string> notices;
  std::int64_t log_size = 0;  // entries of the audit log, with that of this sync
};

// Reads the files and writes what they say, as of the transaction's moment, with the audit entry that tells
// of it and has the hash of each file. Does not commit. After an Error the transaction is to be given up;
// kCancelled where it was stopped, kConflict where a file was written to meanwhile.
Result<SyncSummary> write_sync(Ledger& ledger, LedgerTransaction& transaction, const SyncInput& input,
                               RejectSink& rejects);

}  // namespace plumbline
