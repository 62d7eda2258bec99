// The head of a list: a text about the person told, with the totals of the list as fields of that person. It
// is evaluated over a small snapshot made for it, with the people told and nobody else. Inner to reminders.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/money.h"
#include "policies/bound_reminders.h"
#include "policies/judge.h"
#include "records/snapshot.h"

namespace plumbline {

// A total as it is written into the small snapshot; null where nothing was added up.
struct ListTotal {
  bool is_money = false;
  bool is_known = true;  // something that belongs to it is unknown, and so is the sum
  std::optional<double> number{};
  std::optional<Money> money{};
};

struct ListHead {
  RowIndex user = kNoRow;  // of the snapshot's users; kNoRow: a room
  std::size_t records = 0;
  std::vector<ListTotal> totals{};  // in the reminder's order
};

// One text for each head, in their order. The texts of a person's own fields are the snapshot's.
std::vector<std::string> list_headings(const BoundReminder& reminder, const Calendar& calendar,
                                       const Snapshot& snapshot, const std::vector<ListHead>& heads,
                                       const JudgeOptions& options);

}  // namespace plumbline
