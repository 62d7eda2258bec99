// What a function of the policy language is: one row of the table in functions.cpp.
// Adding one: docs/adding-a-function.md.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "base/time_zone.h"
#include "policies/language/value.h"
#include "records/snapshot.h"

namespace plumbline {

// The judged moment, as one record's owner sees it.
struct TimeContext {
  Instant now{};
  TimeZone zone = TimeZone::utc();
  Day today{};
  const Calendar* calendar = nullptr;  // of the policy's pack; never null while evaluating
};

// A field argument (kField): the record it is of, resolved by the binder and evaluator.
struct FieldArgument {
  std::size_t object = 0;
  std::size_t field = 0;
  RowIndex row = kNoRow;
  std::string_view label{};
};

// What a function may look at beside its arguments.
struct CallContext {
  const TimeContext& time;
  const Snapshot& snapshot;
  TextArena& arena;                       // for texts it makes
  std::span<const FieldArgument> fields;  // one for each kField argument, in order
  const void* prepared = nullptr;         // what `prepare` made of the constant arguments
};

using RowFunction = Value (*)(const CallContext& context, std::span<const Value> arguments);
// `constants` are the kConstantArg arguments alone, in order.
using PrepareFunction = Result<std::shared_ptr<const void>> (*)(std::span<const Value> constants,
                                                                const Calendar& calendar);

// Types an argument accepts; a set.
enum ArgumentTypes : std::uint16_t {
  kBooleanArg = 1 << 0,
  kNumberArg = 1 << 1,
  kMoneyArg = 1 << 2,
  kTextArg = 1 << 3,  // text, numeric text, multi-picklist, id
  kDateArg = 1 << 4,
  kDateTimeArg = 1 << 5,
  kFieldArg = 1 << 6,  // must be a field, not an expression; the function gets its value and a FieldArgument
  kConstantArg = 1 << 7,  // must be a literal or a parameter
  kNumericArg = kNumberArg | kMoneyArg,
  kTimeArg = kDateArg | kDateTimeArg,
  kAnyArg = kBooleanArg | kNumericArg | kTextArg | kTimeArg,
};

enum class ResultType : std::uint8_t {
  kBoolean,
  kNumber,
  kMoney,
  kText,
  kDate,
  kDateTime,
  kLikeFirst,   // the type of the first argument
  kCommon,      // the one type all arguments share (numbers and money mix to number; null fits)
  kCommonCase,  // CASE(x, when, then, ..., else): the one type of the `then`s and the `else`
  kCommonIf,    // IF(condition, then, else): of the last two
};

enum class MissingRule : std::uint8_t {
  kStrict,        // an unknown argument gives unknown, else a null one gives null; the function sees neither
  kSeesNulls,     // unknown gives unknown; the function sees nulls
  kSeesUnknowns,  // the function sees all
};

// Functions that hand one of their arguments on, or say whether it is blank. The evaluator knows these, and
// asks for an argument only where it is the one: so a row's choice is not bought by working out all
// alternatives.
enum class Choice : std::uint8_t { kNone, kIsBlank, kBlankValue, kIf, kFirstKnown };

struct FunctionDescriptor {
  std::string_view name;                 // as documented; looked up in any case
  std::string_view usage;                // "MONTH_END(date)"
  std::string_view help;                 // one sentence
  std::vector<std::uint16_t> arguments;  // ArgumentTypes of each; the last repeats where `repeats`
  std::size_t required = 0;              // how many arguments at least
  std::size_t repeats = 0;               // 0: no more than listed; n: the last n listed may repeat
  ResultType result = ResultType::kNumber;
  MissingRule missing = MissingRule::kStrict;
  RowFunction evaluate = nullptr;
  PrepareFunction prepare = nullptr;
  bool reads_history = false;  // of its kFieldArg arguments
  Choice choice = Choice::kNone;
  // NORMALIZED: its result is its argument in lower case, but for what is cut off at the ends; so a long text
  // cannot become a short one.
  bool cuts_only_ends = false;
};

// The table, in the order the documentation lists them.
std::span<const FunctionDescriptor> functions();
const FunctionDescriptor* find_function(std::string_view name);

// One list a family; functions.cpp joins them.
std::vector<FunctionDescriptor>
calendar_functions();  // calendar.cpp: SOQL's date functions, MONTH_END, ADDMONTHS, ...
std::vector<FunctionDescriptor>
elapsed_functions();  // elapsed.cpp: DAYS_SINCE, HOURS_SINCE, BUSINESS_DAYS_...
std::vector<FunctionDescriptor>
logic_functions();  // logic.cpp: IF, CASE, ISBLANK, FIRST_KNOWN, IS_KNOWN, ...
std::vector<FunctionDescriptor> number_functions();  // numbers.cpp: ABS, MIN, MAX, ROUND, CONVERTED
std::vector<FunctionDescriptor> text_functions();    // text.cpp: LEN, CONTAINS, REGEX, CONTAINS_DATE, ...
std::vector<FunctionDescriptor>
history_functions();  // history.cpp: SET_AT, CHANGES, PUSHES, PRIORVALUE, KEEPS_PRIOR

}  // namespace plumbline
