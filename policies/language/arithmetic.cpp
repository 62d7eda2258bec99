#include "policies/language/arithmetic.h"

#include <cmath>

#include "base/calendar.h"

namespace plumbline {
namespace {

// Days are whole; anything beyond this many is outside the calendar anyway.
constexpr double kMaxDays = 5e6;

constexpr double kSecondsADay = 86400.0;

Value outside_calendar() { return Value::unknown("the date would lie outside of the years 1700 to 4000"); }

Value finite(double number) {
  return std::isfinite(number) ? Value::of(number) : Value::unknown("the calculation has no finite result");
}

bool is_time(const Value& value) {
  return value.type == ValueType::kDate || value.type == ValueType::kDateTime;
}

Value calculate_time(const Value& left, ArithmeticOp op, const Value& right) {
  if (left.type == ValueType::kDate && right.type == ValueType::kDate) {
    return Value::of(static_cast<double>((left.day - right.day).count()));
  }
  if (left.type == ValueType::kDateTime && right.type == ValueType::kDateTime) {
    return Value::of(static_cast<double>((left.instant - right.instant).count()) / kSecondsADay);
  }
  const bool number_right = right.type == ValueType::kNumber;
  const Value& moment = number_right ? left : right;
  const double days = (number_right ? right.number : left.number) * (op == ArithmeticOp::kSubtract ? -1 : 1);
  if (!(std::abs(days) <= kMaxDays)) return outside_calendar();
  if (moment.type == ValueType::kDate) {
    const auto day = add_days(moment.day, static_cast<std::int64_t>(std::trunc(days)));
    return day ? Value::of(*day) : outside_calendar();
  }
  const Instant instant = moment.instant + std::chrono::seconds{std::llround(days * kSecondsADay)};
  const Day day{std::chrono::floor<std::chrono::days>(instant).time_since_epoch()};
  return day > kFirstDay && day < kLastDay ? Value::of(instant) : outside_calendar();
}

Value calculate_money(Money left, ArithmeticOp op, Money right) {
  std::int64_t sum = 0;
  const bool overflow = op == ArithmeticOp::kAdd
                            ? __builtin_add_overflow(left.hundredths, right.hundredths, &sum)
                            : __builtin_sub_overflow(left.hundredths, right.hundredths, &sum);
  return overflow ? Value::unknown("the amount is too large to be calculated") : Value::of(Money{sum});
}

}  // namespace

double as_number(const Value& value) {
  return value.type == ValueType::kMoney ? static_cast<double>(value.money.hundredths) / 100.0 : value.number;
}

Value calculate(const Value& left, ArithmeticOp op, const Value& right, ValueType result) {
  if (is_time(left) || is_time(right)) return calculate_time(left, op, right);
  if (result == ValueType::kMoney) return calculate_money(left.money, op, right.money);
  const double a = as_number(left);
  const double b = as_number(right);
  switch (op) {
    case ArithmeticOp::kAdd:
      return finite(a + b);
    case ArithmeticOp::kSubtract:
      return finite(a - b);
    case ArithmeticOp::kMultiply:
      return finite(a * b);
    case ArithmeticOp::kDivide:
      return b == 0 ? Value::unknown("a division by zero has no result") : finite(a / b);
  }
  return Value::null();
}

}  // namespace plumbline
