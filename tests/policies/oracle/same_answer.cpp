#include "tests/policies/oracle/same_answer.h"

#include <fmt/format.h>

#include <bit>

namespace plumbline::oracle {

std::string in_full(const Value& value) {
  if (value.is_null()) return "null";
  if (value.is_unknown()) return fmt::format("unknown ({})", value.text);
  switch (value.type) {
    case ValueType::kBoolean:
      return value.boolean ? "true" : "false";
    case ValueType::kNumber:
      return fmt::format("number {} ({:016x})", value.number, std::bit_cast<std::uint64_t>(value.number));
    case ValueType::kMoney:
      return fmt::format("money {}", value.money.hundredths);
    case ValueType::kDate:
      return fmt::format("date {}", value.day.time_since_epoch().count());
    case ValueType::kDateTime:
      return fmt::format("moment {}", value.instant.time_since_epoch().count());
    default:
      return fmt::format("text '{}'", value.text);
  }
}

bool same_answer(const Value& a, const Value& b) {
  if (a.state != b.state) return false;
  if (a.is_null()) return true;
  if (a.is_unknown()) return a.text == b.text;
  switch (a.type) {
    case ValueType::kBoolean:
      return b.type == a.type && a.boolean == b.boolean;
    case ValueType::kNumber:
      return b.type == a.type &&
             std::bit_cast<std::uint64_t>(a.number) == std::bit_cast<std::uint64_t>(b.number);
    case ValueType::kMoney:
      return b.type == a.type && a.money == b.money;
    case ValueType::kDate:
      return b.type == a.type && a.day == b.day;
    case ValueType::kDateTime:
      return b.type == a.type && a.instant == b.instant;
    default:
      return in_full(a) == in_full(b);
  }
}

}  // namespace plumbline::oracle
