#include "connectors/salesforce/describe_reply.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "records/schema.h"

namespace plumbline {
namespace {

constexpr int kObjectDepth = 1;
constexpr int kFieldsDepth = 2;
constexpr int kFieldDepth = 3;
constexpr int kFieldListDepth = 4;

}  // namespace

const FieldDescription* ObjectDescription::find(std::string_view field) const {
  const auto found =
      std::ranges::find_if(fields, [&](const FieldDescription& one) { return same_name(one.name, field); });
  return found == fields.end() ? nullptr : &*found;
}

bool DescribeReader::begin_object() {
  ++depth_;
  if (depth_ == kFieldDepth && in_fields_) {
    field_ = {};
    references_ = 0;
  }
  return true;
}

bool DescribeReader::end_object() {
  if (depth_ == kFieldDepth && in_fields_ && !field_.name.empty() && !field_.type.empty()) {
    if (object_.fields.size() == kMostDescribedFields) return false;
    if (references_ != 1) field_.references.clear();
    object_.fields.push_back(std::move(field_));
  }
  --depth_;
  return true;
}

bool DescribeReader::begin_array() {
  ++depth_;
  if (depth_ == kFieldsDepth) in_fields_ = object_key_ == "fields";
  return true;
}

bool DescribeReader::end_array() {
  if (depth_ == kFieldsDepth) in_fields_ = false;
  --depth_;
  return true;
}

bool DescribeReader::key(std::string_view name) {
  if (depth_ == kObjectDepth) object_key_ = name;
  if (depth_ == kFieldDepth) field_key_ = name;
  return true;
}

bool DescribeReader::value(JsonKind kind, std::string_view text) {
  if (depth_ == kObjectDepth) take_object_value(kind, text);
  if (depth_ == kFieldDepth && in_fields_) take_field_value(kind, text);
  if (depth_ == kFieldListDepth && in_fields_ && field_key_ == "referenceTo") {
    ++references_;
    field_.references = text;
  }
  return true;
}

void DescribeReader::take_object_value(JsonKind kind, std::string_view text) {
  if (object_key_ == "name" && kind == JsonKind::kString) object_.name = text;
  if (object_key_ == "queryable") object_.queryable = kind == JsonKind::kTrue;
  if (object_key_ == "replicateable") object_.replicable = kind == JsonKind::kTrue;
}

void DescribeReader::take_field_value(JsonKind kind, std::string_view text) {
  const bool is_true = kind == JsonKind::kTrue;
  if (field_key_ == "filterable") field_.filterable = is_true;
  if (field_key_ == "calculated") field_.calculated = is_true;
  if (kind != JsonKind::kString) return;
  if (field_key_ == "name") field_.name = text;
  if (field_key_ == "type") field_.type = text;
  if (field_key_ == "label") field_.label = text;
}

Result<ObjectDescription> DescribeReader::take() {
  if (Status finished = stream_.finish(); !finished) return fail(std::move(finished.error()));
  if (!object_.name.empty() && !object_.fields.empty()) return std::move(object_);
  return fail(ErrorCode::kInvalidInput, "is no description of an object: it names no fields");
}

}  // namespace plumbline
