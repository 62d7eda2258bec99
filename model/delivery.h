// What a source of records (a CRM, an export behind an address) hands over: plain structs, for whoever takes
// them and is no coroutine.
//
// What a source brings is files: it writes the replies of the CRM into the sink's spool as they come, and
// hands over whole files. So nothing is read twice over the network after a crash, memory is one piece of a
// reply, and whatever reads an export's files reads these as well.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace plumbline {

// A file of records of one object: CSV with a header, or JSON as REST pages have it.
struct DeliveredFile {
  enum class Format : std::uint8_t { kCsv, kJson };
  std::string path;
  std::string name;    // in messages, rejects and the log: salesforce/Opportunity/2.csv
  std::string object;  // Opportunity
  Format format = Format::kCsv;
  // Whether it holds every record of its object: those that are not in it are gone. Counts where all files of
  // the delivery do.
  bool complete = false;
};

// Something a source remembers from one sync to the next: a watermark, a job it waits for.
struct SourceState {
  std::string key;                   // Opportunity/high
  std::optional<std::string> value;  // nothing: forgotten
};

// An entry of the audit log that is kept.
struct SourceNote {
  std::string kind;  // sync.window; docs/formats/audit-log.md lists them
  std::string body;  // as AuditEntry::body
};

// A field that the CRM no longer shows (or shows again): unknown until it does, never empty.
struct FieldVisibility {
  std::string object;
  std::string field;
  bool visible = false;
  std::string reason{};  // "Opportunity.NextStep is not in what Salesforce describes since ..."
};

// Fields the CRM describes, so that their columns have its types.
struct DescribedField {
  std::string object;
  std::string field;
  std::string type;  // as the source names it; records/schema.h knows Salesforce's names
  std::string references{};
  std::string label{};
};

// What one sync brings: all of it is kept, or nothing.
struct Delivery {
  std::string source;  // salesforce:main
  Instant seen_at{};   // as of which moment of the source's own clock
  std::vector<DeliveredFile> files{};
  std::vector<DescribedField> fields{};
  std::vector<FieldVisibility> visibility{};
  // Records that could not be found any more although nobody said they were deleted.
  struct Unseen {
    std::string object;
    std::vector<std::string> ids;
  };
  std::vector<Unseen> unseen{};
  std::vector<SourceState> state{};
  std::vector<SourceNote> notes{};
};

struct Delivered {
  std::int64_t sync = 0;
  std::uint64_t rows = 0;
  std::uint64_t added = 0;
  std::uint64_t changed = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t deleted = 0;
  std::uint64_t stale = 0;  // rows older than what is known
  std::uint64_t rejected = 0;
  std::vector<std::string> notices{};

  // Of several deliveries of one sync; `sync` becomes that of the last.
  void add(Delivered more) {
    sync = more.sync;
    rows += more.rows;
    added += more.added;
    changed += more.changed;
    unchanged += more.unchanged;
    deleted += more.deleted;
    stale += more.stale;
    rejected += more.rejected;
    std::ranges::move(more.notices, std::back_inserter(notices));
  }
};

// How many records of an object are known and stand, and the sum of their ids' digests: two stores that hold
// the same ids have the same.
struct IdDigest {
  std::uint64_t count = 0;
  // Of the first eight bytes (the first one the highest) of SHA-256 of each id's 15 characters, modulo 2^64.
  std::uint64_t sum = 0;
  friend bool operator==(const IdDigest&, const IdDigest&) = default;
};

}  // namespace plumbline
