// What Salesforce says an object is like, read as the reply passes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_stream.h"
#include "base/result.h"

namespace plumbline {

struct FieldDescription {
  std::string name;
  std::string type;  // reference, currency, ... as Salesforce says
  std::string label{};
  std::string references{};  // the one object it leads to; empty where there are several
  bool filterable = false;
  bool calculated = false;
};

struct ObjectDescription {
  std::string name;
  bool queryable = true;
  bool replicable = false;  // whether its deleted records can be asked for
  std::vector<FieldDescription> fields{};

  const FieldDescription* find(std::string_view field) const;  // without regard to case; null: not there
};

inline constexpr std::size_t kMostDescribedFields = 4096;  // an object has 800 at most
inline constexpr std::uint64_t kMostDescribeBytes = std::uint64_t{64} << 20;

// Push the pieces of the reply, then take() once.
class DescribeReader : public JsonEvents {
 public:
  DescribeReader() : stream_(*this) {}
  Status push(std::string_view piece) { return stream_.push(piece); }
  // kInvalidInput where the document is not complete, or describes no fields.
  Result<ObjectDescription> take();

  bool begin_object() override;
  bool end_object() override;
  bool begin_array() override;
  bool end_array() override;
  bool key(std::string_view name) override;
  bool value(JsonKind kind, std::string_view text) override;

 private:
  void take_object_value(JsonKind kind, std::string_view text);
  void take_field_value(JsonKind kind, std::string_view text);

  JsonStream stream_;
  ObjectDescription object_;
  FieldDescription field_;
  std::size_t references_ = 0;
  std::string object_key_;  // the last name within the object, and within a field
  std::string field_key_;
  int depth_ = 0;  // 1: the object; 2: a list in it; 3: an entry of it; 4: a list in that
  bool in_fields_ = false;
};

}  // namespace plumbline
