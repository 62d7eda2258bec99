// Records of a ledger, ready to be judged: as they are, or as they were at a moment in the past, as far as
// the ledger knew at another.
//
// How a value of the past is found is told in past_value.h. A record existed once it was made (its
// CreatedDate; without one, when it was first seen), and was known once a sync had brought it. Histories are
// made of the changes the ledger keeps, whether the CRM told them or they were seen from outside; Violation
// is made of what earlier runs found.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "base/result.h"
#include "base/time.h"
#include "ledger/catalogue.h"
#include "ledger/ledger.h"
#include "records/data_folder.h"

namespace plumbline {

// As of when. Empty: as the records are now, as far as is known now.
struct LedgerMoment {
  std::optional<Instant> as_of{};
  std::optional<Instant> known_at{};  // empty: as_of. Counts only where there is one
};

struct LedgerLoadOptions {
  unsigned threads = 1;  // 1 to kMaxLoadThreads; what is loaded is the same for any
  // kEverything: records of all objects are found by their ids, for whoever looks for one.
  Keeping keeping = Keeping::kNeeded;
  // That the schema was made with; null for none. Its conditions read fields by their headers.
  const FieldMap* field_map = nullptr;
  std::function<bool()> stopped{};  // asked now and then, from any thread; may be empty
};

// What the ledger knew at the moment: for the schema (add_to_schema), and to be told. An Error of
// ErrorCode::kInvalidInput where it knew nothing yet, which says what to ask instead.
Result<Catalogue> known_in_ledger(Ledger& ledger, const LedgerMoment& moment);

// `needs` as policies have them, nothing implied yet. Reads no other objects and fields. Everything is of one
// state of the file, whoever writes to it meanwhile; not while the ledger has a transaction open. Errors are
// those of the database, and kCancelled.
Result<LoadedData> load_snapshot(Ledger& ledger, std::shared_ptr<const Schema> schema, const DataNeeds& needs,
                                 const LedgerMoment& moment, const LedgerLoadOptions& options = {});

}  // namespace plumbline
