// What the work on one object has brought, before it is delivered; and what that work is done with.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "connectors/salesforce/bulk_load.h"
#include "connectors/salesforce/describe_reply.h"
#include "connectors/salesforce/rows.h"
#include "connectors/salesforce/session.h"
#include "model/source.h"

namespace plumbline {

struct Harvest {
  RowsCame rows{};
  std::vector<DescribedField> fields{};
  std::vector<FieldVisibility> visibility{};
  std::vector<std::string> unseen{};  // ids
  std::vector<SourceState> state{};
  std::vector<SourceNote> notes{};
  std::vector<std::string> alarms{};
  std::vector<std::string> jobs{};  // to be deleted once this is delivered
  // Nobody knows which records were deleted since the last sync: ids are to be compared at once.
  bool compare_now = false;

  bool is_empty() const {
    return rows.files.empty() && visibility.empty() && unseen.empty() && state.empty() && notes.empty();
  }
};

// Moves all of one into the other, as part of a delivery.
void add_to(Delivery& delivery, const std::string& object, Harvest& harvest);

// What outlives a sync, while the program runs.
struct ObjectMemory {
  std::optional<ObjectDescription> described{};
  std::string described_at{};  // as Salesforce dated it
  bool bulk_refused = false;
};

// What a sync works with; all of it outlives what is given it.
struct SyncTools {
  const SalesforceOptions& options;
  SalesforceSession& session;
  SyncSink& sink;
  RowFetcher& rows;
  BulkLoader& bulk;
  std::filesystem::path spool;
};

// What is remembered under such a key of the object, as a moment.
Async<Result<std::optional<Instant>>> kept_instant(SyncTools& tools, std::string object,
                                                   std::string_view what);
Async<Result<std::optional<std::string>>> kept_text(SyncTools& tools, std::string object,
                                                    std::string_view what);
SourceState instant_state(const std::string& object, std::string_view what, Instant instant);
std::string state_key(const std::string& object, std::string_view what);  // Opportunity/high

// Whether something done at `last` every so often is to be done again at `now`.
bool is_due(std::optional<Instant> last, std::chrono::seconds every, Instant now);

}  // namespace plumbline
