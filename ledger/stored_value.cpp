#include "ledger/stored_value.h"

#include <cmath>
#include <limits>

#include "base/json.h"
#include "base/money.h"
#include "base/utf8.h"
#include "records/raw_cell.h"

namespace plumbline {
namespace {

using Kind = StoredValue::Kind;

constexpr std::int64_t kHundredths = 100;
constexpr std::int64_t kExactDoubles = std::int64_t{1} << 53;

std::optional<StoredValue> store_money(Money money) {
  if (money.hundredths % kHundredths == 0)
    return StoredValue{.kind = Kind::kInteger, .integer = money.hundredths / kHundredths};
  if (money.hundredths > kExactDoubles || money.hundredths < -kExactDoubles) return std::nullopt;
  return StoredValue{.kind = Kind::kReal,
                     .real = static_cast<double>(money.hundredths) / double{kHundredths}};
}

// What stands in the cell, where it is what the table would have anyway.
StoredValue store_time_text(std::string_view cell, std::string_view written) {
  return {.kind = Kind::kText, .text = cell == written ? cell : written};
}

std::string_view written(StoredRoom& room, const char* end) {
  return {room.data(), static_cast<std::size_t>(end - room.data())};
}

Money money_of(const StoredValue& value) {
  if (value.kind == Kind::kInteger) return Money{value.integer * kHundredths};
  return Money{std::llround(value.real * double{kHundredths})};
}

}  // namespace

std::string_view column_type(FieldType type) {
  switch (type) {
    case FieldType::kBoolean:
      return "INTEGER";
    case FieldType::kNumber:
      return "REAL";
    case FieldType::kMoney:
      return "NUMERIC";
    default:
      return "TEXT";
  }
}

std::optional<StoredValue> store_cell(const RawCell& cell, FieldType type, std::string_view date_format,
                                      StoredRoom& room) {
  const CellValue value = read_raw_cell(cell, type, date_format);
  if (value.kind == CellKind::kUnknown) return std::nullopt;
  if (value.kind == CellKind::kNull) return StoredValue{};
  switch (type) {
    case FieldType::kBoolean:
      return StoredValue{.kind = Kind::kInteger, .integer = value.boolean ? 1 : 0};
    case FieldType::kNumber:
      return StoredValue{.kind = Kind::kReal, .real = value.number};
    case FieldType::kMoney:
      return store_money(value.money);
    case FieldType::kDate:
      return store_time_text(cell.text, written(room, write_day(room.data(), value.day)));
    case FieldType::kDateTime:
      return store_time_text(cell.text, written(room, write_instant(room.data(), value.instant)));
    case FieldType::kId:
    case FieldType::kReference:
      return StoredValue{.kind = Kind::kText, .text = trim(cell.text)};
    default:
      return StoredValue{.kind = Kind::kText, .text = cell.text};
  }
}

void bind_value(Statement& statement, int parameter, const StoredValue& value) {
  switch (value.kind) {
    case Kind::kNull:
      return statement.bind_null(parameter);
    case Kind::kInteger:
      return statement.bind_integer(parameter, value.integer);
    case Kind::kReal:
      return statement.bind_real(parameter, value.real);
    case Kind::kText:
      return statement.bind_text(parameter, value.text);
  }
}

StoredValue read_value(const Statement& statement, int column, FieldType type) {
  if (statement.is_null(column)) return {};
  switch (type) {
    case FieldType::kBoolean:
      return {.kind = Kind::kInteger, .integer = statement.integer(column)};
    case FieldType::kNumber:
      return {.kind = Kind::kReal, .real = statement.real(column)};
    case FieldType::kMoney: {
      const std::int64_t whole = statement.integer(column);
      const double real = statement.real(column);
      if (static_cast<double>(whole) == real) return {.kind = Kind::kInteger, .integer = whole};
      return {.kind = Kind::kReal, .real = real};
    }
    default:
      return {.kind = Kind::kText, .text = statement.text(column)};
  }
}

void append_value_text(std::string& out, FieldType type, const StoredValue& value) {
  switch (value.kind) {
    case Kind::kNull:
      return;
    case Kind::kText:
      out += value.text;
      return;
    case Kind::kInteger:
    case Kind::kReal:
      break;
  }
  if (type == FieldType::kBoolean) {
    out += value.integer != 0 ? "true" : "false";
  } else if (type == FieldType::kMoney) {
    out += value.kind == Kind::kInteger ? std::to_string(value.integer) : format_money(money_of(value));
  } else {
    std::array<char, kJsonNumberRoom> room{};
    out.append(room.data(), write_json_number(room.data(), value.real));
  }
}

}  // namespace plumbline
