// The rows of `change`: what was seen to become something else, and what the CRM's own history tells of it.
//
// A change may come to be known twice: from outside, as a value that differs from the one before, and from
// the history, with the moment and all that was in between. Where both are there the history stands, and what
// was seen is superseded. Inner to the writing of syncs; for one thread, inside its transaction.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/ledger.h"
#include "records/schema.h"

namespace plumbline {

struct SyncMoment {
  std::int64_t sync = 0;
  Instant seen_at{};
};

using ChangeText = std::optional<std::string_view>;  // empty: null

// A field was one thing when its record came last, and is another now.
struct SeenChange {
  std::int64_t field = 0;  // field.id
  FieldType type = FieldType::kText;
  std::string_view record;  // its key
  ChangeText old{};
  ChangeText now{};
  Instant happened_at{};
  // The source's own moment of the record as it was before; a history row from before it is of another
  // change.
  std::optional<Instant> old_since{};
  Instant old_seen_at{};  // when the ledger took it in
};

// A row of the CRM's history.
struct ToldChange {
  std::int64_t field = 0;
  std::string_view record;
  ChangeText old{};
  ChangeText now{};
  Instant happened_at{};
  ChangeText by{};
  std::string_view id{};     // empty where such rows have none
  std::string_view other{};  // JSON; empty where the row said nothing else
};

class ChangeStore {
 public:
  static Result<std::unique_ptr<ChangeStore>> open(Ledger& ledger, const SyncMoment& moment);

  // Not written where a history row that is known tells of it.
  enum class Histories : std::uint8_t { kNone, kLookedUp };
  Status add_seen(const SeenChange& change, Histories histories);
  // The same of a record that came before in this sync: what was written then is taken as its beginning.
  Status add_seen_again(const SeenChange& change, Histories histories);

  Status add_told(const ToldChange& change);
  // Whether the row is there already: its id, or, without one, the same change at the same moment from an
  // earlier sync.
  Result<bool> knows(const ToldChange& change);
  // What was seen and the history rows of this sync tell as well is superseded.
  Status supersede_told();

 private:
  ChangeStore(Ledger& ledger, const SyncMoment& moment);
  struct Told {
    std::int64_t id = 0;
    Instant happened_at{};
    bool of_this_sync = false;
    bool has_values = false;
    bool same_value = false;
  };
  struct Seen {
    std::int64_t id = 0;
    std::int64_t sync = 0;
    Instant bound{};  // it cannot have happened later
    Instant happened_at{};
    std::optional<std::string> old;
    std::optional<std::string> now;
  };
  struct Pair {
    std::int64_t field = 0;
    FieldType type = FieldType::kText;
    std::string record;
  };
  Status prepare();
  template <class Change>
  void bind_change(const Change& change);
  Status insert(const SeenChange& change);
  Result<std::optional<Told>> find_telling(const SeenChange& change, Instant bound, bool new_ones_alone);
  Status give_values(std::int64_t told, const ChangeText& old, const ChangeText& now);
  Result<std::vector<Pair>> pairs_told();
  Status supersede(const Pair& pair);
  Result<bool> any_seen();

  Database& database_;
  std::int64_t organisation_;
  SyncMoment moment_;
  std::int64_t last_before_ = 0;  // the newest row when the sync began
  std::unique_ptr<Statement> insert_;
  std::unique_ptr<Statement> find_told_;
  std::unique_ptr<Statement> find_known_;
  std::unique_ptr<Statement> find_own_;
  std::unique_ptr<Statement> update_own_;
  std::unique_ptr<Statement> remove_;
  std::unique_ptr<Statement> supersede_;
  std::unique_ptr<Statement> find_seen_;
  std::unique_ptr<Statement> give_values_;
};

}  // namespace plumbline
