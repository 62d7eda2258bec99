// What is in a ledger, counted from what its syncs and runs noted: quick, however many records there are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/ledger.h"

namespace plumbline {

inline constexpr std::size_t kShownSyncs = 5;
inline constexpr std::size_t kMostListedWaivers = 20;
inline constexpr std::size_t kMostListedFields = 100;
// How far back "lately" goes, and how far ahead ends of waivers are told.
inline constexpr std::chrono::days kOverviewSpan{7};

struct ObjectOverview {
  std::string name;
  std::uint64_t records = 0;  // added by syncs, without those they deleted
  std::int64_t sync = 0;      // the newest that delivered it
  Instant seen_at{};
};

// Delivered once, but not by the newest sync of its object.
struct VanishedField {
  std::string object;
  std::string field;
  Instant seen_at{};  // of the last sync that had it
};

struct SyncOverview {
  std::int64_t id = 0;
  std::string source;
  Instant seen_at{};
  Instant written_at{};
  bool is_complete = false;
  std::uint64_t files = 0;
  std::uint64_t rows = 0;
  std::uint64_t added = 0;
  std::uint64_t changed = 0;
  std::uint64_t deleted = 0;
  std::uint64_t rejected_rows = 0;
  std::uint64_t rejected_cells = 0;
};

struct RunOverview {
  std::int64_t id = 0;
  Instant as_of{};
  Instant written_at{};
};

struct OpenViolations {
  std::string severity;  // worst first
  std::uint64_t open = 0;
  std::uint64_t unknown = 0;  // of these, no longer known to be violations
};

// Within kOverviewSpan before now. What was opened again counts as opened.
struct LatelyOverview {
  std::uint64_t opened = 0;
  std::uint64_t resolved = 0;
  std::uint64_t lapsed = 0;
  std::uint64_t retracted = 0;
};

struct WaiverOverview {
  std::int64_t number = 0;
  std::string kind;  // waiver, snooze
  std::string policy{};
  std::string record{};
  std::string owner{};
  Instant until{};
};

struct CheckpointOverview {
  std::uint64_t size = 0;  // entries it covers
  std::optional<Instant> at{};
};

struct PrunedOverview {
  std::string kind;
  Instant before{};
};

struct LedgerOverview {
  Instant last_at{};  // newest moment anything was written as of
  std::uint64_t syncs = 0;
  std::vector<ObjectOverview> objects{};
  std::vector<VanishedField> vanished{};  // at most kMostListedFields
  std::vector<SyncOverview> newest_syncs{};
  std::optional<RunOverview> newest_run{};
  std::vector<OpenViolations> open{};
  std::uint64_t waived = 0;  // of the open ones
  LatelyOverview lately{};
  std::uint64_t waivers = 0;             // in force
  std::vector<WaiverOverview> ending{};  // of these, within kOverviewSpan; at most kMostListedWaivers
  std::uint64_t entries = 0;             // of the audit log
  std::optional<CheckpointOverview> newest_checkpoint{};
  std::vector<PrunedOverview> pruned{};
};

// One state of the file, also while somebody writes to it. Open violations are read one by one only where a
// waiver is in force.
Result<LedgerOverview> read_overview(const Ledger& ledger, Instant now);

// What some sync delivered; undeclared columns included.
struct DeliveredField {
  std::string object;
  std::string field;
};
Result<std::vector<DeliveredField>> delivered_fields(const Ledger& ledger);

// The last checkpoint in a text of signed notes; empty where there is none. Signatures are not looked at.
std::optional<CheckpointOverview> last_checkpoint(std::string_view notes);

}  // namespace plumbline
