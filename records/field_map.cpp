// Two steps: parse_field_map looks at the text alone and finds every fault of form; apply looks at the schema
// too and finds names that are not there.
#include "records/field_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/nearest_name.h"
#include "base/utf8.h"
#include "base/yaml.h"
#include "records/cell.h"
#include "records/field_map_keys.h"

namespace plumbline {
namespace {

// docs/field-maps.md explains them; never reused.
constexpr std::string_view kUnknownKey = "PB120";
constexpr std::string_view kWrongKind = "PB121";
constexpr std::string_view kUnknownType = "PB122";
constexpr std::string_view kWhenBesideOther = "PB123";
constexpr std::string_view kMappedTwice = "PB124";
constexpr std::string_view kBlankValue = "PB125";
constexpr std::string_view kBadFormat = "PB126";
constexpr std::string_view kFormatWithoutDate = "PB127";
constexpr std::string_view kUnknownReference = "PB128";
constexpr std::string_view kUnknownObject = "PB129";
constexpr std::string_view kBadRelationship = "PB130";
constexpr std::string_view kUnknownRelated = "PB131";
constexpr std::string_view kWrongType = "PB132";
constexpr std::string_view kNearlyStandard = "PB133";

constexpr std::array<std::string_view, 2> kMapKeys = {"objects", "relationships"};
constexpr std::array<std::string_view, 3> kObjectKeys = {"file", "key", "fields"};
constexpr std::array<std::string_view, 6> kFieldKeys = {"from",       "type",  "format",
                                                        "references", "label", "when"};

bool is_date_type(FieldType type) { return type == FieldType::kDate || type == FieldType::kDateTime; }

std::vector<std::string> to_strings(std::span<const std::string_view> names) {
  return {names.begin(), names.end()};
}

// Reads one document; every fault is added and reading goes on.
class MapReader {
 public:
  MapReader(std::string_view text, FieldMap& map, Diagnostics& diagnostics)
      : text_(text), map_(map), diagnostics_(diagnostics) {}

  void read(const YamlNode& root) {
    if (root.is_null()) return;
    if (!expect_map(root, "a field map has the keys objects and relationships")) return;
    check_keys(root, kMapKeys, "a field map");
    if (const YamlNode* const objects = root.find("objects")) read_objects(*objects);
    if (const YamlNode* const relationships = root.find("relationships")) read_relationships(*relationships);
  }

 private:
  void error(std::string_view code, const SourceSpan& where, std::string message) {
    diagnostics_.error(std::string(code), where, std::move(message));
  }

  bool expect_map(const YamlNode& node, std::string_view expected) {
    if (node.is_map()) return true;
    error(kWrongKind, node.where, fmt::format("expected keys with values here: {}", expected));
    return false;
  }

  void check_keys(const YamlNode& node, std::span<const std::string_view> known, std::string_view owner) {
    for (const YamlEntry& entry : node.entries) {
      if (std::ranges::find(known, std::string_view(entry.key)) != known.end()) continue;
      const std::vector<std::string> names(known.begin(), known.end());
      error(kUnknownKey, entry.key_where,
            fmt::format("unknown key {} in {}; known are {}{}", entry.key, owner, fmt::join(names, ", "),
                        did_you_mean(entry.key, names)));
    }
  }

  // The text of a key that holds one line of text; empty where the key is absent or faulty.
  std::string read_text(const YamlNode& owner, std::string_view key, std::string_view meaning) {
    const YamlNode* const node = owner.find(key);
    return node == nullptr ? std::string{} : read_scalar(*node, key, meaning);
  }

  std::string read_scalar(const YamlNode& node, std::string_view key, std::string_view meaning) {
    if (node.is_scalar() && !trim(node.text).empty()) return std::string(trim(node.text));
    const bool blank = node.is_null() || node.is_scalar();
    error(blank ? kBlankValue : kWrongKind, node.where, fmt::format("{} needs a text: {}", key, meaning));
    return {};
  }

  void read_objects(const YamlNode& node) {
    if (node.is_null() || !expect_map(node, "objects holds the object names, such as Opportunity")) return;
    for (const YamlEntry& entry : node.entries) {
      if (map_.find(entry.key) != nullptr) {
        error(kMappedTwice, entry.key_where,
              fmt::format("object {} is mapped twice; join the two", entry.key));
        continue;
      }
      map_.objects.push_back(read_object(entry));
    }
  }

  MappedObject read_object(const YamlEntry& entry) {
    MappedObject object{.object = entry.key, .where = entry.key_where};
    const YamlNode& node = entry.value;
    if (node.is_null() || !expect_map(node, "an object has the keys file, key and fields")) return object;
    check_keys(node, kObjectKeys, fmt::format("object {}", entry.key));
    object.file = read_text(node, "file", "the name of the file that holds the object");
    object.key = read_text(node, "key", "the column that stands for Id");
    const YamlNode* const fields = node.find("fields");
    if (fields == nullptr || fields->is_null()) return object;
    if (!expect_map(*fields, "fields holds field names, such as CloseDate")) return object;
    for (const YamlEntry& one : fields->entries) add_field(object, one);
    return object;
  }

  void add_field(MappedObject& object, const YamlEntry& entry) {
    const bool twice = std::ranges::any_of(
        object.fields, [&entry](const MappedField& field) { return same_name(field.field, entry.key); });
    const bool key_twice = same_name(entry.key, "Id") && !object.key.empty();
    if (twice || key_twice) {
      const std::string remedy = key_twice ? "the key column stands for Id already" : "keep one of the two";
      error(kMappedTwice, entry.key_where,
            fmt::format("field {} of {} is mapped twice; {}", entry.key, object.object, remedy));
      return;
    }
    object.fields.push_back(read_field(entry));
  }

  MappedField read_field(const YamlEntry& entry) {
    MappedField field{.field = entry.key, .where = entry.key_where};
    const YamlNode& node = entry.value;
    if (!node.is_map()) {
      field.from = read_scalar(node, entry.key, "the column of the file, or keys such as {from: close_date}");
      return field;
    }
    check_keys(node, kFieldKeys, fmt::format("field {}", entry.key));
    field.from = read_text(node, "from", "the column of the file");
    field.format = read_text(node, "format", "how dates are written, such as \"%m/%d/%Y\"");
    field.references = read_text(node, "references", "the object the field refers to");
    field.label = read_text(node, "label", "what people call the field");
    read_type(node, field);
    read_when(node, field);
    check_format(node, field);
    // A type alone is for a column that has the field's own name.
    if (field.from.empty() && field.when.empty()) field.from = field.field;
    return field;
  }

  void read_type(const YamlNode& node, MappedField& field) {
    const YamlNode* const type = node.find("type");
    if (type == nullptr) return;
    const std::string name = read_scalar(*type, "type", "such as date, money or text");
    if (name.empty()) return;
    field.type = parse_field_type(name);
    if (!field.type) {
      const std::vector<std::string> known = to_strings(field_type_names());
      error(kUnknownType, type->where,
            fmt::format("unknown type {}; known are {}{}", name, fmt::join(known, ", "),
                        did_you_mean(name, known)));
    } else if (!field.references.empty() && *field.type != FieldType::kReference) {
      error(kWrongType, type->where,
            fmt::format("a field that references {} is a reference, not {}; leave type out", field.references,
                        name));
    } else if (*field.type == FieldType::kId && !same_name(field.field, "Id")) {
      error(
          kWrongType, type->where,
          fmt::format("field {} cannot be the id; name the column that stands for Id with key", field.field));
    }
  }

  void read_when(const YamlNode& node, MappedField& field) {
    const YamlNode* const when = node.find("when");
    if (when == nullptr) return;
    if (when->is_scalar()) {
      // Untrimmed: the binder counts its columns from the first character.
      if (!trim(when->text).empty()) field.when = when->text;
      field.when_where = place_in_scalar(text_, *when, 0, 1);
    }
    if (field.when.empty())
      static_cast<void>(read_scalar(*when, "when", "a condition over the file's own columns"));
    for (const std::string_view key : {"from", "format", "references"}) {
      const YamlNode* const other = node.find(key);
      if (other == nullptr) continue;
      error(kWhenBesideOther, other->where,
            fmt::format(
                "field {} has both when and {}; a field is either computed (when) or read from a column",
                field.field, key));
    }
    if (field.type && *field.type != FieldType::kBoolean) {
      error(kWhenBesideOther, node.find("type")->where,
            fmt::format("field {} has a when, so it is a boolean; leave type out", field.field));
    }
  }

  void check_format(const YamlNode& node, const MappedField& field) {
    if (field.format.empty()) return;
    const SourceSpan& where = node.find("format")->where;
    if (const std::string_view fault = date_format_fault(field.format); !fault.empty()) {
      error(kBadFormat, where, fmt::format("the format {} cannot be read: {}", field.format, fault));
    }
    if (field.type && !is_date_type(*field.type)) {
      error(kFormatWithoutDate, where,
            fmt::format(
                "format is for dates, but field {} is {}; make it date or datetime, or leave format out",
                field.field, to_string(*field.type)));
    }
  }

  void read_relationships(const YamlNode& node) {
    if (node.is_null() || !expect_map(node, "relationships holds lines such as User.Cases: Case.OwnerId"))
      return;
    for (const YamlEntry& entry : node.entries) read_relationship(entry);
  }

  // User.Cases: Case.OwnerId
  void read_relationship(const YamlEntry& entry) {
    constexpr std::string_view kForm = "write it as User.Cases: Case.OwnerId (parent.name: child.field)";
    const auto parent = split(entry.key);
    if (!parent) {
      error(kBadRelationship, entry.key_where,
            fmt::format("{} does not name a relationship; {}", entry.key, kForm));
      return;
    }
    const std::string target = read_scalar(entry.value, entry.key, kForm);
    if (target.empty()) return;
    const auto child = split(target);
    if (!child) {
      error(kBadRelationship, entry.value.where,
            fmt::format("{} does not name a child's field; {}", target, kForm));
      return;
    }
    const bool twice = std::ranges::any_of(map_.relationships, [&parent](const Relationship& one) {
      return same_name(one.parent, parent->first) && same_name(one.name, parent->second);
    });
    if (twice) {
      error(kMappedTwice, entry.key_where,
            fmt::format("relationship {} is given twice; keep one", entry.key));
      return;
    }
    map_.relationships.push_back(Relationship{.parent = parent->first,
                                              .name = parent->second,
                                              .child = child->first,
                                              .child_field = child->second});
    map_.relationship_places.push_back({.parent = entry.key_where, .child = entry.value.where});
  }

  // Both halves of NAME.NAME.
  static std::optional<std::pair<std::string, std::string>> split(std::string_view path) {
    const std::size_t point = path.find('.');
    if (point == std::string_view::npos || path.find('.', point + 1) != std::string_view::npos)
      return std::nullopt;
    const std::string_view first = trim(path.substr(0, point));
    const std::string_view second = trim(path.substr(point + 1));
    if (first.empty() || second.empty()) return std::nullopt;
    return std::pair(std::string(first), std::string(second));
  }

  std::string_view text_;
  FieldMap& map_;
  Diagnostics& diagnostics_;
};

// A name that nearly is a known one is a slip; any other is an object of the organisation's own.
bool is_slip(std::string_view name, const Schema& schema) {
  const auto others = other_salesforce_objects();
  const auto same = [name](std::string_view other) { return same_name(other, name); };
  if (schema.find_object(name) || name.ends_with("__c") || std::ranges::any_of(others, same)) return false;
  return nearest_name(name, schema.object_names()).has_value();
}

FieldSchema to_schema(const MappedField& field, const ObjectSchema& object) {
  const auto there = object.find(field.field);
  FieldSchema out{.name = field.field, .label = field.label};
  out.type = there ? object.fields[*there].type : type_by_name(field.field);
  if (there) out.references = object.fields[*there].references;
  if (field.type) out.type = *field.type;
  if (!field.format.empty() && !field.type && !is_date_type(out.type)) out.type = FieldType::kDate;
  if (!field.when.empty()) out.type = FieldType::kBoolean;
  if (!field.references.empty()) {
    out.type = FieldType::kReference;
    out.references = field.references;
  }
  if (out.type != FieldType::kReference) out.references.clear();
  out.required = out.type == FieldType::kBoolean;
  if (!field.from.empty() && !same_name(field.from, field.field)) out.own_name = field.from;
  return out;
}

class MapApplier {
 public:
  MapApplier(const FieldMap& map, Schema& schema, Diagnostics& diagnostics)
      : map_(map), schema_(schema), diagnostics_(diagnostics) {}

  void apply() {
    // Objects first, so that fields may refer to any of them.
    for (const MappedObject& object : map_.objects) declare(object.object, object.where, kUnknownObject);
    for (const MappedObject& object : map_.objects) apply_fields(object);
    for (std::size_t i = 0; i < map_.relationships.size(); ++i) {
      const bool placed = i < map_.relationship_places.size();
      apply_relationship(map_.relationships[i],
                         placed ? map_.relationship_places[i] : FieldMap::RelationshipPlace{});
    }
  }

 private:
  std::string remedy(std::string_view name) const { return did_you_mean(name, schema_.object_names()); }

  std::optional<std::size_t> declare(std::string_view name, const SourceSpan& where, std::string_view code) {
    if (is_slip(name, schema_)) {
      diagnostics_.error(std::string(code), where, fmt::format("unknown object {}{}", name, remedy(name)));
      return std::nullopt;
    }
    return schema_.add_object(name);
  }

  void apply_fields(const MappedObject& object) {
    const auto index = schema_.find_object(object.object);
    if (!index) return;
    if (!object.key.empty() && !schema_.object(*index).find("Id")) {
      schema_.add_field(*index, FieldSchema{.name = "Id", .label = "Record ID", .type = FieldType::kId});
    }
    // Tables, files and conditions ask the map by the object's name, so a plural would be overlooked.
    if (const std::string& name = schema_.object(*index).name; !same_name(name, object.object)) {
      diagnostics_.error(std::string(kUnknownObject), object.where,
                         fmt::format("{} is several; write the object's name, {}", object.object, name));
      return;
    }
    for (const MappedField& field : object.fields) {
      check_references(field);
      check_name(field, schema_.object(*index));
      schema_.add_field(*index, to_schema(field, schema_.object(*index)));
    }
  }

  // A standard name misspelt would quietly become a field that no policy reads.
  void check_name(const MappedField& field, const ObjectSchema& object) {
    if (object.find(field.field) || field.field.ends_with("__c")) return;
    const std::string hint = did_you_mean(field.field, object.field_names());
    if (hint.empty()) return;
    diagnostics_.warning(
        std::string(kNearlyStandard), field.where,
        fmt::format("{} has no standard field {}, so it is added{}", object.name, field.field, hint));
  }

  void check_references(const MappedField& field) {
    const std::string& name = field.references;
    if (name.empty() || schema_.find_object(name)) return;
    const auto others = other_salesforce_objects();
    if (std::ranges::find(others, std::string_view(name)) != others.end()) return;
    diagnostics_.error(
        std::string(kUnknownReference), field.where,
        fmt::format("field {} references the unknown object {}{}", field.field, name, remedy(name)));
  }

  void apply_relationship(const Relationship& relationship, const FieldMap::RelationshipPlace& place) {
    const auto parent = schema_.find_object(relationship.parent);
    if (!parent) {
      diagnostics_.error(std::string(kUnknownRelated), place.parent,
                         fmt::format("the relationship's parent {} is no known object{}", relationship.parent,
                                     remedy(relationship.parent)));
    }
    const auto child = declare(relationship.child, place.child, kUnknownRelated);
    if (!parent || !child) return;
    if (!schema_.object(*child).find(relationship.child_field)) {
      schema_.add_field(*child, FieldSchema{.name = relationship.child_field,
                                            .label = {},
                                            .type = FieldType::kReference,
                                            .references = schema_.object(*parent).name});
    }
    Relationship named = relationship;
    named.parent = schema_.object(*parent).name;
    named.child = schema_.object(*child).name;
    schema_.add_relationship(std::move(named));
  }

  const FieldMap& map_;
  Schema& schema_;
  Diagnostics& diagnostics_;
};

}  // namespace

const MappedObject* FieldMap::find(std::string_view object) const {
  const auto found = std::ranges::find_if(
      objects, [object](const MappedObject& one) { return same_name(one.object, object); });
  return found == objects.end() ? nullptr : &*found;
}

std::vector<MapKeys> field_map_keys() {
  return {{.map = "", .keys = kMapKeys},
          {.map = "object", .keys = kObjectKeys},
          {.map = "field", .keys = kFieldKeys}};
}

std::optional<FieldMap> parse_field_map(std::string_view text, std::string_view file,
                                        Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.error_count();
  const std::optional<YamlNode> root = parse_yaml(text, file, diagnostics);
  if (!root) return std::nullopt;
  FieldMap map{.file = std::string(file), .source = std::string(text)};
  MapReader(text, map, diagnostics).read(*root);
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  return map;
}

void apply(const FieldMap& map, Schema& schema, Diagnostics& diagnostics) {
  MapApplier(map, schema, diagnostics).apply();
}

}  // namespace plumbline
