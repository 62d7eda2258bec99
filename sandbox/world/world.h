// The pretend organisation: its records, its clock, and the transactions that change them. Whoever changes a
// record does so through commit() or begin(), which stamp it and write the field history.
//
// A transaction that was begun holds its records, as locks do: its stamp is the moment it began, and what it
// changes is seen only once it ends. So a copy that has passed that moment must look back. For one thread.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sandbox/world/table.h"

namespace plumbline::sandbox {

enum class ChangeKind : std::uint8_t {
  kCreate,
  kEdit,
  kTouch,  // moves SystemModstamp and leaves LastModified* alone, as roll-ups do
  kDelete,
  kUndelete,
};

struct Change {
  ObjectKind object = ObjectKind::kOpportunity;
  ChangeKind kind = ChangeKind::kEdit;
  RowNumber row = 0;  // of what is there already
  std::vector<std::pair<std::size_t, Value>> values{};
};

struct Transaction {
  Instant stamp{};    // when it began
  Instant ends_at{};  // when its changes are seen
  RowNumber user = 0;
  std::vector<Change> changes{};
};

inline constexpr std::chrono::days kRecycleBin{15};  // deleted records are found by queryAll for so long

class World {
 public:
  explicit World(const WorldSizes& sizes);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  const BaseRecords& base() const { return base_; }
  Instant now() const { return now_; }
  // Ends the transactions whose time has come. Time never goes back: an earlier moment is ignored.
  void set_now(Instant now);

  const Table& table(ObjectKind object) const { return tables_[static_cast<std::size_t>(object)]; }
  // Not in the bin any more: no query finds it.
  bool purged(ObjectKind object, RowNumber row) const;
  Value calculated(ObjectKind object, std::size_t field, const Row& row) const;

  // At once, stamped now. Changes to records held by a transaction are left out; so are those of records in
  // the wrong state (deleting a deleted one).
  void commit(RowNumber user, std::vector<Change> changes);
  // Stamped now, seen at `ends_at`.
  void begin(RowNumber user, Instant ends_at, std::vector<Change> changes);
  bool held(ObjectKind object, RowNumber row) const { return held_.contains({object, row}); }

  // Up to here everything that was stamped can be seen.
  Instant latest_covered() const;
  std::size_t in_flight() const { return in_flight_.size(); }

  // Seen changes since the start, for statistics.
  std::uint64_t changes_made() const { return changes_made_; }

 private:
  void apply(const Transaction& transaction);
  void apply(const Change& change, Instant stamp, RowNumber user);
  void apply_create(const Change& change, Instant stamp, const std::string& by);
  void note_history(RowNumber row, std::size_t field, const Value& before, const Value& after, Instant stamp,
                    const std::string& by);
  void add_history(const std::string& opportunity, std::string_view field, std::string_view type,
                   Value before, Value after, Instant stamp, const std::string& by);
  std::vector<Change> possible(std::vector<Change> changes) const;
  Table& own(ObjectKind object) { return tables_[static_cast<std::size_t>(object)]; }

  BaseRecords base_;
  std::vector<Table> tables_;
  Instant now_;
  std::vector<Transaction> in_flight_;
  std::set<std::pair<ObjectKind, RowNumber>> held_;
  std::uint64_t changes_made_ = 0;
};

}  // namespace plumbline::sandbox
