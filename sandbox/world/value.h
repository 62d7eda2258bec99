// What stands in one field of one record. Null is std::monostate; Salesforce keeps no empty texts, so neither
// does the world.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"

namespace plumbline::sandbox {

using Value = std::variant<std::monostate, bool, double, std::string, Day, Instant>;
using Row = std::vector<Value>;   // in the order of its object's fields
using RowNumber = std::uint32_t;  // of a table, from 0, in the order of creation

inline bool is_null(const Value& value) { return std::holds_alternative<std::monostate>(value); }
// Null for an empty text.
inline Value text_value(std::string text) { return text.empty() ? Value{} : Value{std::move(text)}; }
// Empty where the value is no text.
inline std::string_view text_of(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::string_view{} : std::string_view(*text);
}

// How a value is written: REST ends a moment in +0000, Bulk and everything else in Z.
enum class InstantForm : std::uint8_t { kOffset, kZulu };

// The bare text: true, 1200.5, 2026-04-30, 2026-04-30T09:00:00.000Z; nothing for null.
void append_text(std::string& out, const Value& value, InstantForm form);

// A cell of CSV. Everything in quotes, as Salesforce's bulk results come.
void append_quoted(std::string& out, std::string_view text);

}  // namespace plumbline::sandbox
