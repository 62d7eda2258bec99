// Small JSON documents that clients send: jobs to create, claims of a token, faults to switch on. Read whole;
// bodies are bounded before they get here.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace plumbline::sandbox {

struct JsonValue;
using JsonObject = std::map<std::string, JsonValue, std::less<>>;
using JsonArray = std::vector<JsonValue>;

struct JsonValue {
  std::variant<std::monostate, bool, double, std::string, JsonArray, JsonObject> value{};

  // Of an object; null where this is none or has no such member.
  const JsonValue* member(std::string_view name) const;
  // Of a member, where it is there and of that type.
  std::optional<std::string> text(std::string_view name) const;
  std::optional<double> number(std::string_view name) const;
  std::optional<bool> truth(std::string_view name) const;
  const JsonArray* array(std::string_view name) const;
};

// kInvalidInput for what is not JSON.
Result<JsonValue> parse_json(std::string_view text);

}  // namespace plumbline::sandbox
