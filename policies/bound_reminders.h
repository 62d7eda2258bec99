// A pack's audiences and reminders, bound to a schema: what decides who is told what, and when. Judging
// needs none of it, so audits never bind it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policies/bound_pack.h"

namespace plumbline {

struct BoundAudience {
  const Audience* audience = nullptr;
  Bound where{};  // over a User
  DataNeeds needs{};
};

struct BoundTotal {
  std::string name;
  Bound value{};  // over a record: an amount or number, or a condition, of which the records are counted
};

struct BoundOrder {
  Bound by{};
  bool descending = false;
};

// What is said at the head of a list is about the person told. It is bound to a schema of its own, in which
// User has further fields: each total by its name, and kRecordsField.
struct ListHeading {
  std::shared_ptr<const Schema> schema{};
  std::size_t object = 0;  // User
  DataNeeds needs{};       // of that schema; nothing implied yet
};
inline constexpr std::string_view kRecordsField = "Records";  // how many records the list has

// All expressions are over a record the reminder is about, except `says` of a list.
struct BoundReminder {
  const Reminder* reminder = nullptr;
  std::size_t object = 0;  // of the records
  Bound where{};           // which of them; null: each, or the members of the audiences named
  Bound unless{};          // may be null
  std::vector<Bound> days{};
  Bound from{};  // may be null, as the next
  Bound until{};
  MessageTemplate says{};
  std::optional<ListHeading> heading{};  // of a list
  MessageTemplate line{};
  Bound by{};  // may be null
  std::vector<BoundOrder> order{};
  std::vector<BoundTotal> totals{};
  DataNeeds needs{};  // what all of it reads of the data, the heading's apart; nothing implied yet
};

struct BoundReminders {
  std::shared_ptr<const Pack> pack;
  std::unique_ptr<TextArena> constants = std::make_unique<TextArena>();
  std::vector<BoundAudience> audiences;  // the pack's, in its order
  std::vector<BoundReminder> reminders;  // enabled ones, in the pack's order
};

// Binds all of them, and tells every fault of their conditions and texts. Only to be used where the
// diagnostics hold no error. Faults of definitions that no condition shows are bind_pack's to tell.
BoundReminders bind_reminders(std::shared_ptr<const Pack> pack, const Schema& schema,
                              const std::vector<DerivedField>& derived, Diagnostics& diagnostics);

}  // namespace plumbline
