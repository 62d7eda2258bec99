// An organisation's own names for files, keys and fields (docs/field-maps.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "records/schema.h"

namespace plumbline {

struct MappedField {
  std::string field;   // CloseDate
  std::string from{};  // header in the file; empty for a derived field alone
  std::optional<FieldType> type{};
  std::string format{};      // of dates, see parse_with_format in records/cell.h
  std::string references{};  // object
  std::string label{};
  std::string when{};  // a condition over the file's own columns: the field is true where it holds
  SourceSpan where{};
  SourceSpan when_where{};  // of the condition's first character
};

struct MappedObject {
  std::string object;
  std::string file{};  // file name without folder; empty where the file's own name tells
  std::string key{};   // header that stands for Id
  std::vector<MappedField> fields{};
  SourceSpan where{};
};

struct FieldMap {
  // Where a relationship's two halves stand (User.Cases: Case.OwnerId).
  struct RelationshipPlace {
    SourceSpan parent{};
    SourceSpan child{};
  };

  std::string file{};    // where it was read from, for messages
  std::string source{};  // its text, for carets
  std::vector<MappedObject> objects{};
  std::vector<Relationship> relationships{};
  std::vector<RelationshipPlace> relationship_places{};  // as many

  const MappedObject* find(std::string_view object) const;
};

// All faults of form at once: unknown keys, unknown types, a field mapped twice, `when` beside `from`, ...
// Empty where there is an error (PB120 to PB127, PB130, PB132); an empty file is an empty map.
std::optional<FieldMap> parse_field_map(std::string_view text, std::string_view file,
                                        Diagnostics& diagnostics);

// Declares the map's objects, fields and relationships. Derived fields become booleans; a field without a
// type keeps the one it has, or gets that of its name. Faults are names that are not there (PB128, PB129,
// PB131); a field that nearly is a standard one is a warning (PB133).
void apply(const FieldMap& map, Schema& schema, Diagnostics& diagnostics);

}  // namespace plumbline
