// Functions that measure from a moment to now. Dates are counted in whole days against today, as people
// count; datetimes by the clock, as SOQL compares them.
#include "policies/functions/support.h"

namespace plumbline {
namespace {

constexpr double kSecondsPerDay = 86'400.0;
constexpr double kSecondsPerHour = 3'600.0;

double seconds_since(const CallContext& context, const Value& moment) {
  return static_cast<double>((context.time.now - moment.instant).count());
}

double days_since(const CallContext& context, const Value& moment) {
  if (moment.type == ValueType::kDateTime) return seconds_since(context, moment) / kSecondsPerDay;
  return static_cast<double>((context.time.today - moment.day).count());
}

Value today(const CallContext& context, Arguments) { return Value::of(context.time.today); }
Value now(const CallContext& context, Arguments) { return Value::of(context.time.now); }

Value elapsed_days(const CallContext& context, Arguments arguments) {
  return Value::of(days_since(context, arguments[0]));
}

Value remaining_days(const CallContext& context, Arguments arguments) {
  // Not a plain minus, which would turn today into a minus zero.
  return Value::of(0.0 - days_since(context, arguments[0]));
}

Value elapsed_hours(const CallContext& context, Arguments arguments) {
  return Value::of(seconds_since(context, arguments[0]) / kSecondsPerHour);
}

Value working_days(const CallContext& context, std::optional<Day> from, std::optional<Day> to) {
  if (!from || !to) return outside_calendar();
  return Value::of(static_cast<double>(working_days_between(*context.time.calendar, *from, *to)));
}

Value business_days_since(const CallContext& context, Arguments arguments) {
  return working_days(context, local_day(arguments[0], context.time.zone), context.time.today);
}

Value business_days_between(const CallContext& context, Arguments arguments) {
  return working_days(context, local_day(arguments[0], context.time.zone),
                      local_day(arguments[1], context.time.zone));
}

FunctionDescriptor count_row(std::string_view name, std::string_view usage, std::string_view help,
                             std::uint16_t argument, RowFunction evaluate) {
  return one_argument_row(name, usage, help, argument, ResultType::kNumber, evaluate);
}

}  // namespace

std::vector<FunctionDescriptor> elapsed_functions() {
  return {
      {.name = "TODAY",
       .usage = "TODAY()",
       .help = "The day of the judged moment in the judged zone.",
       .arguments = {},
       .result = ResultType::kDate,
       .evaluate = today},
      {.name = "NOW",
       .usage = "NOW()",
       .help = "The judged moment.",
       .arguments = {},
       .result = ResultType::kDateTime,
       .evaluate = now},
      count_row(
          "DAYS_SINCE", "DAYS_SINCE(date)",
          "Days from then to now: whole calendar days of a date, exact days of 24 hours with fractions of a "
          "datetime; negative for the future.",
          kTimeArg, elapsed_days),
      count_row(
          "DAYS_UNTIL", "DAYS_UNTIL(date)",
          "Days from now to then: whole calendar days of a date, exact days of 24 hours with fractions of a "
          "datetime; negative for the past.",
          kTimeArg, remaining_days),
      count_row("HOURS_SINCE", "HOURS_SINCE(datetime)",
                "Exact hours from then to now, with fractions; negative for the future.", kDateTimeArg,
                elapsed_hours),
      count_row(
          "BUSINESS_DAYS_SINCE", "BUSINESS_DAYS_SINCE(date)",
          "Working days after that day up to and including today; a datetime counts as its day in the judged "
          "zone.",
          kTimeArg, business_days_since),
      {.name = "BUSINESS_DAYS_BETWEEN",
       .usage = "BUSINESS_DAYS_BETWEEN(from, to)",
       .help =
           "Working days after the first day up to and including the second, negative where the second is "
           "earlier; a datetime counts as its day in the judged zone.",
       .arguments = {kTimeArg, kTimeArg},
       .required = 2,
       .result = ResultType::kNumber,
       .evaluate = business_days_between},
  };
}

}  // namespace plumbline
