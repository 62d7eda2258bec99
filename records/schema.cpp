#include "records/schema.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

namespace plumbline {
namespace {

char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

bool ends_with_name(std::string_view text, std::string_view ending) {
  return text.size() >= ending.size() && same_name(text.substr(text.size() - ending.size()), ending);
}

constexpr std::string_view kCustomSuffix = "__c";
constexpr std::string_view kLookupSuffix = "__r";

struct TypeName {
  std::string_view name;
  FieldType type;
};

// The first of each type is the one shown; the others are what Salesforce's describe call and people say.
constexpr std::array kTypeNames = {
    TypeName{"text", FieldType::kText},
    TypeName{"number", FieldType::kNumber},
    TypeName{"money", FieldType::kMoney},
    TypeName{"boolean", FieldType::kBoolean},
    TypeName{"date", FieldType::kDate},
    TypeName{"datetime", FieldType::kDateTime},
    TypeName{"reference", FieldType::kReference},
    TypeName{"multipicklist", FieldType::kMultiPicklist},
    TypeName{"numeric text", FieldType::kNumericText},
    TypeName{"id", FieldType::kId},
    TypeName{"string", FieldType::kText},
    TypeName{"textarea", FieldType::kText},
    TypeName{"picklist", FieldType::kText},
    TypeName{"combobox", FieldType::kText},
    TypeName{"email", FieldType::kText},
    TypeName{"phone", FieldType::kText},
    TypeName{"url", FieldType::kText},
    TypeName{"encryptedstring", FieldType::kText},
    TypeName{"anytype", FieldType::kText},
    TypeName{"int", FieldType::kNumber},
    TypeName{"integer", FieldType::kNumber},
    TypeName{"long", FieldType::kNumber},
    TypeName{"double", FieldType::kNumber},
    TypeName{"percent", FieldType::kNumber},
    TypeName{"currency", FieldType::kMoney},
    TypeName{"checkbox", FieldType::kBoolean},
    TypeName{"lookup", FieldType::kReference},
    TypeName{"multi-picklist", FieldType::kMultiPicklist},
};
constexpr std::size_t kPlainTypeNames = 9;  // only the key is an id, and a map has its own word for it

constexpr auto kShownTypeNames = [] {
  std::array<std::string_view, kPlainTypeNames> names;
  for (std::size_t i = 0; i < kPlainTypeNames; ++i) names[i] = kTypeNames[i].name;
  return names;
}();

// Custom names part their words with underscores and keep brand names whole: DataFox_Employees.
std::string words_of_custom_name(std::string_view name) {
  std::string words(name);
  std::ranges::replace(words, '_', ' ');
  return words;
}

// Standard names part their words with capitals, and a run of capitals is one word: CloseDate, MQLAt.
std::string words_of_standard_name(std::string_view name) {
  std::string words;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool ends_run = i + 1 < name.size() && is_lower(name[i + 1]) && i > 0 && is_upper(name[i - 1]);
    if (i > 0 && is_upper(name[i]) && (!is_upper(name[i - 1]) || ends_run)) words += ' ';
    words += name[i];
  }
  return words;
}

// Opportunity for OpportunityId; empty where the name does not end as a standard reference does.
std::string_view without_id(std::string_view name) {
  constexpr std::string_view kIdEnding = "Id";
  if (name.size() <= kIdEnding.size() || !name.ends_with(kIdEnding)) return {};
  return name.substr(0, name.size() - kIdEnding.size());
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::ranges::equal(a, b, {}, ascii_lower, ascii_lower);
}

std::string_view to_string(FieldType type) {
  const auto* const row = std::ranges::find(kTypeNames, type, &TypeName::type);
  assert(row != kTypeNames.end());
  return row->name;
}

std::optional<FieldType> parse_field_type(std::string_view name) {
  for (const TypeName& row : kTypeNames) {
    if (same_name(row.name, name)) return row.type;
  }
  return std::nullopt;
}

std::span<const std::string_view> field_type_names() { return kShownTypeNames; }

std::optional<std::size_t> ObjectSchema::find(std::string_view field) const {
  const auto found =
      std::ranges::find_if(fields, [field](const FieldSchema& one) { return same_name(one.name, field); });
  if (found == fields.end()) return std::nullopt;
  return static_cast<std::size_t>(found - fields.begin());
}

std::optional<std::size_t> ObjectSchema::id_field() const {
  const auto found = std::ranges::find(fields, FieldType::kId, &FieldSchema::type);
  if (found == fields.end()) return std::nullopt;
  return static_cast<std::size_t>(found - fields.begin());
}

std::vector<std::string> ObjectSchema::field_names() const {
  std::vector<std::string> names;
  names.reserve(fields.size());
  for (const FieldSchema& field : fields) names.push_back(field.name);
  return names;
}

std::optional<std::size_t> Schema::find_object(std::string_view name) const {
  const auto found = std::ranges::find_if(objects_, [name](const ObjectSchema& object) {
    return same_name(object.name, name) || same_name(object.plural, name);
  });
  if (found == objects_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - objects_.begin());
}

std::vector<std::string> Schema::object_names() const {
  std::vector<std::string> names;
  names.reserve(objects_.size());
  for (const ObjectSchema& object : objects_) names.push_back(object.name);
  return names;
}

std::size_t Schema::add_field(std::size_t object, FieldSchema field) {
  ObjectSchema& owner = objects_[object];
  const auto there = owner.find(field.name);
  if (!there) {
    if (field.label.empty()) field.label = label_of(field.name);
    owner.fields.push_back(std::move(field));
    return owner.fields.size() - 1;
  }
  FieldSchema& old = owner.fields[*there];
  old.type = field.type;
  old.references = std::move(field.references);
  if (!field.label.empty()) old.label = std::move(field.label);
  if (!field.own_name.empty()) old.own_name = std::move(field.own_name);
  return *there;
}

void Schema::add_relationship(Relationship relationship) {
  const auto same = std::ranges::find_if(relationships_, [&relationship](const Relationship& one) {
    return same_name(one.parent, relationship.parent) && same_name(one.name, relationship.name);
  });
  if (same != relationships_.end()) {
    *same = std::move(relationship);
  } else {
    relationships_.push_back(std::move(relationship));
  }
}

std::optional<std::size_t> Schema::find_relationship(std::size_t parent, std::string_view name) const {
  for (std::size_t i = 0; i < relationships_.size(); ++i) {
    if (same_name(relationships_[i].parent, objects_[parent].name) &&
        same_name(relationships_[i].name, name)) {
      return i;
    }
  }
  return std::nullopt;
}

std::vector<std::string> Schema::relationship_names(std::size_t parent) const {
  std::vector<std::string> names;
  for (const Relationship& one : relationships_) {
    if (same_name(one.parent, objects_[parent].name)) names.push_back(one.name);
  }
  return names;
}

std::optional<std::size_t> Schema::find_lookup(std::size_t object, std::string_view step) const {
  const std::vector<FieldSchema>& fields = objects_[object].fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].type == FieldType::kReference && same_name(lookup_name(fields[i].name), step)) return i;
  }
  return std::nullopt;
}

std::vector<std::string> Schema::lookup_names(std::size_t object) const {
  std::vector<std::string> names;
  for (const FieldSchema& field : objects_[object].fields) {
    if (field.type == FieldType::kReference) names.push_back(lookup_name(field.name));
  }
  return names;
}

std::string lookup_name(std::string_view reference_field) {
  if (ends_with_name(reference_field, kCustomSuffix)) {
    const std::size_t stem = reference_field.size() - kCustomSuffix.size();
    return std::string(reference_field.substr(0, stem)).append(kLookupSuffix);
  }
  const std::string_view stem = without_id(reference_field);
  return std::string(stem.empty() ? reference_field : stem);
}

std::string plural_of(std::string_view object_name) {
  std::string stem(object_name);
  if (ends_with_name(stem, kCustomSuffix)) stem.resize(stem.size() - kCustomSuffix.size());
  constexpr std::string_view kVowels = "aeiou";
  const bool ends_in_y = stem.size() > 1 && ascii_lower(stem.back()) == 'y' &&
                         kVowels.find(ascii_lower(stem[stem.size() - 2])) == std::string_view::npos;
  if (ends_in_y) {
    stem.pop_back();
    return stem + "ies";
  }
  const bool hisses = ends_with_name(stem, "s") || ends_with_name(stem, "x") || ends_with_name(stem, "ch") ||
                      ends_with_name(stem, "sh");
  return stem + (hisses ? "es" : "s");
}

std::string label_of(std::string_view field_name) {
  std::string_view stem = field_name;
  if (ends_with_name(stem, kCustomSuffix)) {
    stem.remove_suffix(kCustomSuffix.size());
    // The namespace of an installed package says nothing to the reader.
    const std::size_t space = stem.find("__");
    if (space != std::string_view::npos && space + 2 < stem.size()) stem.remove_prefix(space + 2);
    return words_of_custom_name(stem);
  }
  if (stem.find('_') != std::string_view::npos) return words_of_custom_name(stem);
  const std::string_view target = without_id(stem);
  return words_of_standard_name(target.empty() ? stem : target);
}

FieldType type_by_name(std::string_view field_name) {
  constexpr std::array<std::string_view, 5> kDates = {"CloseDate", "ActivityDate", "LastActivityDate", "From",
                                                      "Until"};
  constexpr std::array<std::string_view, 6> kInstants = {"CreatedDate", "LastModifiedDate", "StartDateTime",
                                                         "UpdatedAt",   "CompletedAt",      "RegisteredAt"};
  constexpr std::array<std::string_view, 3> kAmounts = {"Amount", "Net_ARR__c", "Value"};
  constexpr std::array<std::string_view, 2> kBooleans = {"First_Order_Available__c", "Co_Selling__c"};
  const auto among = [field_name](const auto& names) {
    return std::ranges::any_of(names,
                               [field_name](std::string_view one) { return same_name(one, field_name); });
  };
  if (same_name(field_name, "Id")) return FieldType::kId;
  if (same_name(field_name, "Rank__c")) return FieldType::kNumericText;
  if (same_name(field_name, "Employee_Source_Rejected__c")) return FieldType::kMultiPicklist;
  if (ends_with_name(field_name, "_Date__c") || among(kDates)) return FieldType::kDate;
  if (ends_with_name(field_name, "_At__c") || ends_with_name(field_name, "Modstamp") || among(kInstants)) {
    return FieldType::kDateTime;
  }
  if (among(kAmounts)) return FieldType::kMoney;
  if (ends_with_name(field_name, "Employees__c") || ends_with_name(field_name, "_Users__c") ||
      same_name(field_name, "LAM_Dev_Count__c")) {
    return FieldType::kNumber;
  }
  // IsWon and Is_Web_Direct__c, but neither IsoCode nor Issue.
  const bool asks = field_name.size() > 2 && field_name.starts_with("Is") &&
                    (is_upper(field_name[2]) || field_name[2] == '_');
  return asks || among(kBooleans) ? FieldType::kBoolean : FieldType::kText;
}

}  // namespace plumbline
