#include "sandbox/web/json_value.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

namespace plumbline::sandbox {
namespace {

class Builder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Builder> {
 public:
  bool Null() { return add({}); }
  bool Bool(bool value) { return add({value}); }
  bool Int(int value) { return add({static_cast<double>(value)}); }
  bool Uint(unsigned value) { return add({static_cast<double>(value)}); }
  bool Int64(std::int64_t value) { return add({static_cast<double>(value)}); }
  bool Uint64(std::uint64_t value) { return add({static_cast<double>(value)}); }
  bool Double(double value) { return add({value}); }
  bool String(const char* text, rapidjson::SizeType size, bool /*copy*/) {
    return add({std::string(text, size)});
  }
  bool Key(const char* text, rapidjson::SizeType size, bool /*copy*/) {
    keys_.back().assign(text, size);
    return true;
  }
  bool StartObject() { return open({JsonObject{}}); }
  bool StartArray() { return open({JsonArray{}}); }
  bool EndObject(rapidjson::SizeType /*members*/) { return close(); }
  bool EndArray(rapidjson::SizeType /*items*/) { return close(); }

  JsonValue take() { return std::move(root_); }

 private:
  bool open(JsonValue container) {
    constexpr std::size_t kMostNested = 32;
    if (open_.size() == kMostNested) return false;
    open_.push_back(std::move(container));
    keys_.emplace_back();
    return true;
  }
  bool close() {
    JsonValue done = std::move(open_.back());
    open_.pop_back();
    keys_.pop_back();
    return add(std::move(done));
  }
  bool add(JsonValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (auto* array = std::get_if<JsonArray>(&open_.back().value)) {
      array->push_back(std::move(value));
    } else {
      std::get<JsonObject>(open_.back().value).insert_or_assign(keys_.back(), std::move(value));
    }
    return true;
  }

  JsonValue root_;
  std::vector<JsonValue> open_;
  std::vector<std::string> keys_;
};

template <class T>
std::optional<T> member_as(const JsonValue& of, std::string_view name) {
  const JsonValue* member = of.member(name);
  const T* value = member == nullptr ? nullptr : std::get_if<T>(&member->value);
  return value == nullptr ? std::nullopt : std::optional<T>(*value);
}

}  // namespace

const JsonValue* JsonValue::member(std::string_view name) const {
  const auto* object = std::get_if<JsonObject>(&value);
  if (object == nullptr) return nullptr;
  const auto found = object->find(name);
  return found == object->end() ? nullptr : &found->second;
}

std::optional<std::string> JsonValue::text(std::string_view name) const {
  return member_as<std::string>(*this, name);
}
std::optional<double> JsonValue::number(std::string_view name) const {
  return member_as<double>(*this, name);
}
std::optional<bool> JsonValue::truth(std::string_view name) const { return member_as<bool>(*this, name); }

const JsonArray* JsonValue::array(std::string_view name) const {
  const JsonValue* found = member(name);
  return found == nullptr ? nullptr : std::get_if<JsonArray>(&found->value);
}

Result<JsonValue> parse_json(std::string_view text) {
  Builder builder;
  rapidjson::Reader reader;
  rapidjson::MemoryStream stream(text.data(), text.size());
  if (!reader.Parse(stream, builder)) {
    return fail(ErrorCode::kInvalidInput, "this is not JSON; send one JSON value, at most 32 levels deep");
  }
  return builder.take();
}

}  // namespace plumbline::sandbox
