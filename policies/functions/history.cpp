// Functions that read a field's former values. Only changes up to now count, so that a past moment is judged
// as it was then.
#include <algorithm>
#include <cmath>
#include <string>

#include "base/utf8.h"
#include "policies/functions/support.h"
#include "policies/functions/text_words.h"
#include "records/table_builder.h"

namespace plumbline {
namespace {

using Changes = std::span<const FieldChange>;
using HistoryFunction = Value (*)(const CallContext& context, Arguments arguments, Changes changes);

// Oldest first, none later than now.
Changes changes_up_to_now(const CallContext& context) {
  const FieldArgument& field = context.fields[0];
  const Changes all = context.snapshot.changes(field.object, field.field, field.row);
  const auto later = std::ranges::upper_bound(all, context.time.now, {}, &FieldChange::at);
  return {all.begin(), later};
}

ToldValue old_value(const CallContext& context, const FieldChange& change) {
  return context.snapshot.old_value(context.fields[0].object, change);
}

ToldValue new_value(const CallContext& context, const FieldChange& change) {
  return context.snapshot.new_value(context.fields[0].object, change);
}

// Empty, or why what the field was before `from` (empty: at any time) is not known: its changes were seen
// from outside, and the record is older than the first look at it.
std::optional<Value> unknown_before(const CallContext& context, std::optional<Instant> from) {
  const FieldArgument& field = context.fields[0];
  const std::optional<Instant> since = context.snapshot.changes_known_since(field.object, field.field);
  if (!since || (from && *from >= *since)) return std::nullopt;
  const Column* const creations = context.snapshot.creations(field.object);
  const bool all_seen = creations != nullptr && creations->kind(field.row) == CellKind::kKnown &&
                        creations->instant(field.row) >= *since;
  if (all_seen) return std::nullopt;
  return unknown_because(context, "what {} was before it was first seen ({}) is not known",
                         field_name(context, field), format_instant(*since));
}

// What all of them have in common: no record, no history, a null count of days.
template <HistoryFunction Judge>
Value with_history(const CallContext& context, Arguments arguments) {
  const FieldArgument& field = context.fields[0];
  if (field.row == kNoRow) return Value::null();
  if (field.row == kMissingRow) return Value::unknown("the record is not in the data");
  if (!context.snapshot.is_tracked(field.object, field.field)) {
    return unknown_because(context, "no change of {} is in the history data", field_name(context, field));
  }
  for (const Value& setting : arguments.subspan(1)) {
    if (setting.is_null()) return Value::null();
    if (std::isnan(setting.number)) return Value::unknown("the number of days could not be worked out");
  }
  return Judge(context, arguments, changes_up_to_now(context));
}

// --- SET_AT

Value created_at(const CallContext& context) {
  const FieldArgument& field = context.fields[0];
  const Column* const column = context.snapshot.creations(field.object);
  const std::string_view name = field_name(context, field);
  if (column == nullptr) {
    return unknown_because(context, "{} has never changed, and the data has no CreatedDate", name);
  }
  switch (column->kind(field.row)) {
    case CellKind::kKnown:
      return Value::of(column->instant(field.row));
    case CellKind::kNull:
      return Value::null(ValueType::kDateTime);
    case CellKind::kUnknown:
      break;
  }
  return unknown_because(context, "{} has never changed, and CreatedDate could not be read", name);
}

Value set_at(const CallContext& context, Arguments, Changes changes) {
  if (!changes.empty()) return Value::of(changes.back().at);
  if (const auto unknown = unknown_before(context, {})) return *unknown;
  return created_at(context);
}

// --- former values as the field's type

Value typed(const CellValue& cell, FieldType type) {
  switch (type) {
    case FieldType::kBoolean:
      return Value::of(cell.boolean);
    case FieldType::kNumber:
      return Value::of(cell.number);
    case FieldType::kMoney:
      return Value::of(cell.money);
    case FieldType::kDate:
      return Value::of(cell.day);
    case FieldType::kDateTime:
      return Value::of(cell.instant);
    default:
      return Value::null();
  }
}

Value former_value(const CallContext& context, const ToldValue& told) {
  const FieldArgument& field = context.fields[0];
  const FieldType field_type = context.snapshot.schema().object(field.object).fields[field.field].type;
  const ValueType type = value_type(field_type);
  if (told.kind != CellKind::kKnown || is_blank(told.text)) return Value::null(type);
  if (holds_text(type)) return Value::of(told.text, type);
  const CellValue cell = read_cell(told.text, field_type);
  if (cell.kind == CellKind::kKnown) return typed(cell, field_type);
  constexpr std::size_t kShownColumns = 40;
  return unknown_because(context, "a former value of {}, \"{}\", could not be read as {}",
                         field_name(context, field), fit_width(told.text, kShownColumns), to_string(type));
}

Value prior_value(const CallContext& context, Arguments, Changes changes) {
  if (!changes.empty()) return former_value(context, old_value(context, changes.back()));
  if (const auto unknown = unknown_before(context, {})) return *unknown;
  return former_value(context, {.kind = CellKind::kNull});
}

// --- counting changes

// When LAST_N_DAYS:days begins; empty for a window that reaches back before the calendar and holds them all.
std::optional<Instant> start_of_last_days(const CallContext& context, double days) {
  const auto count = whole_number(days);
  const auto first = count ? add_days(context.time.today, -*count) : std::nullopt;
  if (first) return context.time.zone.start_of_day(*first);
  return days > 0 ? std::nullopt : std::optional(Instant::max());
}

Changes changes_from(Changes changes, std::optional<Instant> from) {
  if (!from) return changes;
  return {std::ranges::lower_bound(changes, *from, {}, &FieldChange::at), changes.end()};
}

Value count_changes(const CallContext& context, Arguments arguments, Changes changes) {
  const std::optional<Instant> from = start_of_last_days(context, arguments[1].number);
  if (const auto unknown = unknown_before(context, from)) return *unknown;
  return Value::of(static_cast<double>(changes_from(changes, from).size()));
}

// Months since year 0, so that a later month is a greater number.
int month_of(const CallContext& context, const Value& date) {
  const auto day = local_day(date, context.time.zone);
  const auto written = civil(day.value_or(kFirstDay));
  return static_cast<int>(written.year()) * 12 + static_cast<int>(static_cast<unsigned>(written.month()));
}

Value count_pushes(const CallContext& context, Arguments arguments, Changes changes) {
  const std::optional<Instant> from = start_of_last_days(context, arguments[1].number);
  if (const auto unknown = unknown_before(context, from)) return *unknown;
  double pushes = 0;
  for (const FieldChange& change : changes_from(changes, from)) {
    const Value before = former_value(context, old_value(context, change));
    const Value after = former_value(context, new_value(context, change));
    if (before.is_unknown()) return before;
    if (after.is_unknown()) return after;
    if (before.is_known() && after.is_known() && month_of(context, after) > month_of(context, before))
      ++pushes;
  }
  return Value::of(pushes);
}

// --- KEEPS_PRIOR

// A shorter previous value, "call them" say, may well come again by itself.
constexpr std::size_t kLeastKeptWords = 3;

Value keeps_prior(const CallContext& context, Arguments arguments, Changes changes) {
  if (arguments[0].is_null()) return Value::of(false);
  if (changes.empty()) return unknown_before(context, {}).value_or(Value::of(false));
  const ToldValue before = old_value(context, changes.back());
  if (before.kind != CellKind::kKnown) return Value::of(false);
  const std::string_view present = trim(arguments[0].text);
  const std::string_view prior = trim(before.text);
  return Value::of(word_count(prior) >= kLeastKeptWords && code_points(present) > code_points(prior) &&
                   holds_between_word_boundaries(present, prior));
}

FunctionDescriptor history_row(std::string_view name, std::string_view usage, std::string_view help,
                               std::vector<std::uint16_t> arguments, ResultType result,
                               RowFunction evaluate) {
  const std::size_t required = arguments.size();
  return {.name = name,
          .usage = usage,
          .help = help,
          .arguments = std::move(arguments),
          .required = required,
          .result = result,
          .missing = MissingRule::kSeesNulls,
          .evaluate = evaluate,
          .reads_history = true};
}

}  // namespace

std::vector<FunctionDescriptor> history_functions() {
  return {
      history_row(
          "SET_AT", "SET_AT(field)",
          "When the field got its value: its newest change up to now, or the record's CreatedDate where it "
          "never changed.",
          {kAnyArg | kFieldArg}, ResultType::kDateTime, with_history<set_at>),
      history_row("PRIORVALUE", "PRIORVALUE(field)",
                  "The value before the field's newest change up to now; null where it never changed.",
                  {kAnyArg | kFieldArg}, ResultType::kLikeFirst, with_history<prior_value>),
      history_row("CHANGES", "CHANGES(field, days)",
                  "How many times the field was changed since the start of the local day so many days ago, "
                  "up to now.",
                  {kAnyArg | kFieldArg, kNumberArg}, ResultType::kNumber, with_history<count_changes>),
      history_row("PUSHES", "PUSHES(field, days)",
                  "How many of those changes moved the date to a later month; from or to null is no move.",
                  {kTimeArg | kFieldArg, kNumberArg}, ResultType::kNumber, with_history<count_pushes>),
      history_row("KEEPS_PRIOR", "KEEPS_PRIOR(field)",
                  "Whether the text still holds its previous value of three words or more, whole and in any "
                  "case, and "
                  "more beside it; false where it never changed.",
                  {kTextArg | kFieldArg}, ResultType::kBoolean, with_history<keeps_prior>),
  };
}

}  // namespace plumbline
