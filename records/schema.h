// What objects, fields and relationships there are, whatever a particular export holds.
//
// The standard schema is the table in docs/records.md; a field map adds to it and renames; a column that
// nobody declares becomes a text field. Names compare without regard to case, as in SOQL. Build it on one
// thread; reading is safe from any number.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline {

enum class FieldType : std::uint8_t {
  kText,           // text, picklist, textarea, url, ...
  kNumericText,    // text where a number compares equal however written: Rank__c holds 1, 1.0 or A
  kMultiPicklist,  // A;B;C
  kId,             // the record's own id
  kReference,      // the id of another record
  kBoolean,
  kNumber,
  kMoney,
  kDate,
  kDateTime,
};

std::string_view to_string(FieldType type);                        // "date", "text", ...
std::optional<FieldType> parse_field_type(std::string_view name);  // Salesforce's type names as well
std::span<const std::string_view> field_type_names();  // those a field map may use, plainest first

// Whether two names of objects, fields or relationships are one name: ASCII letters compare without regard to
// case.
bool same_name(std::string_view a, std::string_view b);

struct FieldSchema {
  std::string name;   // CloseDate
  std::string label;  // Close Date: what people call it
  FieldType type = FieldType::kText;
  std::string references{};  // object a kReference names; empty where it may be of several objects (WhatId)
  bool required = false;     // never null in the CRM
  // What the organisation itself calls the field, where a field map renames it: rows of the history object
  // use that name. Empty where the name is the same.
  std::string own_name{};
};

struct ObjectSchema {
  std::string name;    // Opportunity
  std::string plural;  // Opportunities
  std::vector<FieldSchema> fields{};
  // Object that keeps this object's changes, and its field that names the record; empty where there is none.
  std::string history_object{};
  std::string history_field{};

  std::optional<std::size_t> find(std::string_view field) const;
  // The field of the record's own id, where it has one.
  std::optional<std::size_t> id_field() const;
  std::vector<std::string> field_names() const;
};

enum class Cardinality : std::uint8_t { kMany, kLastRow };

// Rows of `child` that belong to a record of `parent`: child.child_field = parent.parent_field, or, where
// child_field is blank, child.fallback_child_field = parent.fallback_parent_field (as text).
struct Relationship {
  std::string parent;
  std::string name;  // Opportunities, Tasks, Clari
  std::string child;
  std::string child_field;
  std::string parent_field = "Id";
  std::string fallback_child_field{};
  std::string fallback_parent_field{};
  Cardinality cardinality = Cardinality::kMany;
};

class Schema {
 public:
  // Everything docs/records.md lists.
  static Schema standard();

  std::optional<std::size_t> find_object(std::string_view name) const;  // by name or plural
  const ObjectSchema& object(std::size_t index) const { return objects_[index]; }
  std::size_t object_count() const { return objects_.size(); }
  std::vector<std::string> object_names() const;

  // Adds the object, with the fields every Salesforce object has, or returns the one there is.
  std::size_t add_object(std::string_view name);
  // Adds the field, or changes the type and reference of the one there is (and its label and own name where
  // they are given); returns its index. An empty label of a new field becomes label_of(name).
  std::size_t add_field(std::size_t object, FieldSchema field);
  // Replaces the one of the same parent and name.
  void add_relationship(Relationship relationship);

  std::span<const Relationship> relationships() const { return relationships_; }
  std::optional<std::size_t> find_relationship(std::size_t parent, std::string_view name) const;
  std::vector<std::string> relationship_names(std::size_t parent) const;

  // The reference field behind a path step: Account for AccountId, Owner for OwnerId, X__r for X__c.
  std::optional<std::size_t> find_lookup(std::size_t object, std::string_view step) const;
  std::vector<std::string> lookup_names(std::size_t object) const;

 private:
  std::vector<ObjectSchema> objects_;
  std::vector<Relationship> relationships_;
};

// Objects of Salesforce that no policy reads (Case, Contact, Product2, ...): a file of one of them is named
// as such.
std::span<const std::string_view> other_salesforce_objects();

// Account for AccountId, Team__r for Team__c; the name itself otherwise.
std::string lookup_name(std::string_view reference_field);

// How a file of several is called: Opportunities for Opportunity, Projects for Project__c.
std::string plural_of(std::string_view object_name);

// The label of a field nobody has labelled: "Next Steps Date" for Next_Steps_Date__c, "Close Date" for
// CloseDate.
std::string label_of(std::string_view field_name);

// The type of a custom or standard field by the naming rules of docs/records.md; kText where none applies.
FieldType type_by_name(std::string_view field_name);

}  // namespace plumbline
