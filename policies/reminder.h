// Audiences and reminders as a pack's YAML says them: parsed and checked in shape. bound_reminders.h binds
// them to a schema; sending them is not decided here.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/recurrence.h"
#include "policies/language/source_text.h"

namespace plumbline {

struct NamedText {
  std::string name;
  SourceText text;
};

// Whom the record judged leads to, in every pack: its owner (of a user, the user), the owner of its account,
// the owner's manager, and whoever is in charge of the conventions (told by routes, not by records).
inline constexpr std::string_view kOwnAudiences[] = {"owner", "account_owner", "manager", "sales_operations"};
bool is_own_audience(std::string_view name);

// Records of an object that meet a condition.
struct RecordGroup {
  std::string object{};  // as written; binding looks it up
  SourceSpan object_where{};
  std::optional<SourceText> where{};  // empty: every record
};

// Users who are told something, under a name. The name is also a word of the pack's conditions: on a User it
// means that the user belongs to the audience (Pack::definitions holds it as well).
struct Audience {
  std::string name;
  RecordGroup members{};
  SourceSpan where{};  // of the name
  std::string pack{};  // the pack that said last who belongs to it
};

// How the days of a reminder are found. Exactly one kind holds.
enum class ReminderDays : std::uint8_t {
  kRecurrence,  // by `every`
  kCalendar,    // those of the named calendar, or working days
  kWorkedOut,   // by `days`: dates of each record, or of parameters
};

// Which days of the named calendar.
enum class MonthChoice : std::uint8_t { kAll, kFirst, kLast };

// The name of the calendar that every pack has: Monday to Friday, less the holidays.
inline constexpr std::string_view kWorkingDays = "working-days";

struct ReminderOrder {
  SourceText by{};
  bool descending = false;
};

// A message on a calendar. It is about records: those of `about`, less those for which `unless` holds or
// cannot be told. TODAY is the record owner's.
//
// A plain reminder is a message about each record. One that lists (is_list) is a message to each person told,
// with all records that lead to that person, in `order`: `line` for each; or, with `by`, one line for each
// value of `by`; and the `totals` over them. A person whom no record leads to gets none.
struct Reminder {
  std::string id;
  std::string pack{};  // the pack it was first written in
  std::string title{};

  // When. Days are those of the person told, in whose zone the times are. Both ends belong to the window.
  ReminderDays kind = ReminderDays::kRecurrence;
  Recurrence every{};                        // kRecurrence; its steps are counted from `from`
  std::string calendar{};                    // kCalendar: of the pack's Calendar::named, or kWorkingDays
  MonthChoice of_month = MonthChoice::kAll;  // kCalendar
  std::vector<SourceText> days{};            // kWorkedOut: expressions over the record that are dates
  std::optional<SourceText> from{};          // the first day; not with kWorkedOut
  std::optional<SourceText> until{};         // the last day; not with kWorkedOut
  std::vector<std::chrono::minutes> at{};    // since midnight, in order, each once; never empty

  // About what: the members of an audience, or records. With neither, each member of the audiences in `to` is
  // told about themselves.
  std::string about{};
  std::optional<RecordGroup> records{};
  std::optional<SourceText> unless{};  // over a record: true silences it, and so does unknown

  // To whom: audiences, own or the pack's. The pack's get all records; own ones those that lead to them.
  std::vector<std::string> to{};

  // What. Of a plain reminder `says` is over the record; of a list over the person told, where the names of
  // the totals are fields as well.
  SourceText says{};
  std::optional<SourceText> line{};
  std::optional<SourceText> by{};
  std::vector<ReminderOrder> order{};
  std::vector<NamedText> totals{};  // amounts and numbers are added up, conditions counted

  std::string section{};
  std::string document{};
  bool enabled = true;
  SourceSpan where{};        // of its id
  std::string changed_in{};  // the pack that changed it; empty where none did

  bool is_list() const { return line || by || !order.empty() || !totals.empty(); }
  bool is_about_those_told() const { return about.empty() && !records; }
};

// "every week on Wednesday, at 09:00 and 15:00", in one line.
std::string describe_times(const Reminder& reminder);

inline constexpr std::size_t kMaxAudiencesInPack = 200;
inline constexpr std::size_t kMaxRemindersInPack = 200;
inline constexpr std::size_t kMaxReminderTimes = 24;  // a day
inline constexpr std::size_t kMaxReminderDays = 50;   // expressions under `days`
inline constexpr std::size_t kMaxReminderTotals = 20;

}  // namespace plumbline
