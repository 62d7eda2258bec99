// Calls functions of the policy language by name, as the evaluator does: prepares constants, applies the
// missing rule, and shows the result as a short text that tests compare.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "policies/functions/function.h"

namespace plumbline {

class FunctionTest : public testing::Test {
 protected:
  static Value day(std::string_view written) { return Value::of(parse_day(written).value()); }
  static Value at(std::string_view written) { return Value::of(parse_instant(written).value()); }
  static Value text(std::string_view written) { return Value::of(written); }
  static Value number(double value) { return Value::of(value); }
  static Value money(std::string_view written) { return Value::of(parse_money(written).value()); }
  static Value truth(bool value) { return Value::of(value); }
  static Value null(ValueType type = ValueType::kNull) { return Value::null(type); }
  static Value unknown(std::string_view reason) { return Value::unknown(reason); }

  // 2022-04-30, 2022-04-30T09:00:00Z, 'text', 3, $12.50, true, null, unknown: reason
  static std::string shown(const Value& value) {
    if (value.is_null()) return "null";
    if (value.is_unknown()) return fmt::format("unknown: {}", value.text);
    switch (value.type) {
      case ValueType::kBoolean:
        return value.boolean ? "true" : "false";
      case ValueType::kNumber:
        return fmt::format("{}", value.number);
      case ValueType::kMoney:
        return "$" + format_money(value.money);
      case ValueType::kDate:
        return format_day(value.day);
      case ValueType::kDateTime:
        return format_instant(value.instant);
      default:
        return fmt::format("'{}'", value.text);
    }
  }

  void set_now(std::string_view written) { now_ = parse_instant(written).value(); }
  void set_zone(std::string_view name) { zone_ = TimeZone::find(name).value(); }

  Value call(std::string_view name, const std::vector<Value>& arguments) {
    const FunctionDescriptor* row = find_function(name);
    if (!row) return Value::unknown("no such function");
    const auto ruled = by_missing_rule(*row, arguments);
    if (ruled) return *ruled;
    const auto prepared = prepare(*row, arguments);
    if (!prepared) return Value::unknown(arena_.keep("refused: " + prepared.error().message));
    const TimeContext time{.now = now_, .zone = zone_, .today = zone_.day_of(now_), .calendar = &calendar_};
    const CallContext context{.time = time,
                              .snapshot = *snapshot_,
                              .arena = arena_,
                              .fields = fields_,
                              .prepared = prepared->get()};
    return row->evaluate(context, arguments);
  }

  std::string result(std::string_view name, const std::vector<Value>& arguments) {
    return shown(call(name, arguments));
  }

  Result<std::shared_ptr<const void>> prepare(const FunctionDescriptor& row,
                                              std::span<const Value> arguments) {
    if (!row.prepare) return nullptr;
    std::vector<Value> constants;
    for (std::size_t i = 0; i < row.arguments.size(); ++i) {
      if ((row.arguments[i] & kConstantArg) != 0) constants.push_back(arguments[i]);
    }
    return row.prepare(constants, calendar_);
  }

  static std::shared_ptr<const Snapshot> empty_snapshot() {
    auto schema = std::make_shared<const Schema>(Schema::standard());
    std::vector<std::unique_ptr<Table>> tables(schema->object_count());
    return Snapshot::build(schema, std::move(tables), DataNeeds{});
  }

  Calendar calendar_{};
  TimeZone zone_ = TimeZone::utc();
  Instant now_ = parse_instant("2022-04-23T09:00:00Z").value();
  std::vector<FieldArgument> fields_{};
  std::shared_ptr<const Snapshot> snapshot_ = empty_snapshot();
  TextArena arena_{};

 private:
  static std::optional<Value> by_missing_rule(const FunctionDescriptor& row,
                                              std::span<const Value> arguments) {
    if (row.missing == MissingRule::kSeesUnknowns) return std::nullopt;
    for (const Value& value : arguments) {
      if (value.is_unknown()) return value;
    }
    if (row.missing == MissingRule::kSeesNulls) return std::nullopt;
    for (const Value& value : arguments) {
      if (value.is_null()) return value;
    }
    return std::nullopt;
  }
};

}  // namespace plumbline
