// The simulated team at work: what it changes, second by second, told from the seed, the second and what is
// there. So the same seed gives the same quarter, in however many steps it is lived. For one thread.
#pragma once

#include <cstddef>

#include "sandbox/world/world.h"

namespace plumbline::sandbox {

struct LifeOptions {
  bool quiet = false;           // the team changes nothing
  double changes_a_day = 0.03;  // of each opportunity, on a working day
  // Of all changes, how many are seen later than they are stamped, and how much later at most. A copy that
  // looks back less than this far misses some.
  double late_share = 0.02;
  std::chrono::seconds most_late{300};
  std::size_t mass_rows = 2500;  // opportunities stamped in one second, every other day
};

class Life {
 public:
  Life(World& world, const LifeOptions& options) : world_(world), options_(options) {}

  // Lives until then.
  void advance_to(Instant until);

  // On request, at the world's now, whatever `quiet` says: edits of so many opportunities ...
  std::size_t change(std::size_t rows);
  // ... or those as one transaction which is stamped now and seen so much later ...
  std::size_t commit_late(std::size_t rows, std::chrono::seconds delay);
  // ... or all with the same stamp.
  std::size_t mass_update(std::size_t rows);
  std::size_t remove(std::size_t rows);
  std::size_t undelete(std::size_t rows);

  LifeOptions& options() { return options_; }

 private:
  void live_second(Instant second, std::uint64_t most);
  void act(Dice& dice);
  void commit(Dice& dice, std::vector<Change> changes);

  std::optional<RowNumber> pick(Dice& dice, ObjectKind object, bool deleted = false) const;
  std::optional<RowNumber> pick_open(Dice& dice) const;
  std::vector<Change> edit_opportunity(Dice& dice, RowNumber row) const;
  std::vector<Change> close_opportunity(Dice& dice, RowNumber row) const;
  std::vector<Change> create_opportunity(Dice& dice) const;
  std::vector<Change> log_task(Dice& dice) const;
  std::vector<Change> complete_task(Dice& dice) const;
  std::vector<Change> plan_event(Dice& dice) const;
  std::vector<Change> edit_account(Dice& dice) const;
  std::vector<Change> reassign_account(Dice& dice) const;
  std::vector<Change> merge_accounts(Dice& dice) const;
  std::vector<Change> edit_user(Dice& dice) const;
  std::vector<Change> work_lead(Dice& dice) const;
  std::vector<RowNumber> opportunities_of(RowNumber account) const;
  std::vector<Change> edits(std::size_t rows);
  Day today() const;

  World& world_;
  LifeOptions options_;
  std::uint64_t asked_ = 0;  // requests so far: each has dice of its own
};

}  // namespace plumbline::sandbox
