#include "connectors/salesforce/field_choice.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "records/schema.h"

namespace plumbline {
namespace {

constexpr std::array<std::string_view, 4> kCursors = {"SystemModstamp", "LastModifiedDate", "CreatedDate",
                                                      "LoginTime"};
// When somebody last looked, which is another moment for each user.
constexpr std::array<std::string_view, 2> kPerViewer = {"LastViewedDate", "LastReferencedDate"};
constexpr std::array<std::string_view, 3> kUnreadableTypes = {"address", "location", "base64"};

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::any_of(names, [&](const std::string& one) { return same_name(one, name); });
}

void add_once(std::vector<std::string>& names, std::string_view name) {
  if (!has(names, name)) names.emplace_back(name);
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) names.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return names;
}

std::string choose_cursor(const ObjectDescription& described) {
  for (const std::string_view name : kCursors) {
    const FieldDescription* field = described.find(name);
    if (field != nullptr && field->filterable) return field->name;
  }
  return {};
}

// The name as described, so that columns are called the same whatever case somebody wrote.
void add_if_described(std::vector<std::string>& names, const ObjectDescription& described,
                      std::string_view name) {
  const FieldDescription* field = described.find(name);
  if (field != nullptr) add_once(names, field->name);
}

void compare_with_known(FieldChoice& choice, const SalesforceObject& wanted,
                        const ObjectDescription& described, const KnownFields& known) {
  const auto missing = [&](const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      if (described.find(name) == nullptr) add_once(choice.hidden, name);
    }
  };
  missing(known.read);
  missing(known.hidden);
  missing(wanted.fields);
  for (const std::string& name : choice.hidden) {
    if (!has(known.hidden, name)) choice.newly_hidden.push_back(name);
  }
  for (const std::string& name : choice.columns) {
    if (has(known.hidden, name)) choice.returned.push_back(name);
    if (!has(known.read, name) || has(known.hidden, name)) choice.to_fill.push_back(name);
  }
}

}  // namespace

std::string KnownFields::to_text() const {
  return fmt::format("{}|{}", fmt::join(read, ","), fmt::join(hidden, ","));
}

KnownFields KnownFields::from_text(std::string_view text) {
  const std::size_t bar = std::min(text.find('|'), text.size());
  KnownFields known{.read = split(text.substr(0, bar)), .hidden = {}};
  if (bar < text.size()) known.hidden = split(text.substr(bar + 1));
  return known;
}

bool is_readable(const FieldDescription& field) {
  return std::ranges::find(kUnreadableTypes, field.type) == kUnreadableTypes.end() &&
         std::ranges::none_of(kPerViewer, [&](std::string_view name) { return same_name(name, field.name); });
}

bool is_history_object(std::string_view object) {
  return object.ends_with("History") && object != "OpportunityHistory";
}

FieldChoice choose_fields(const SalesforceObject& wanted, const ObjectDescription& described,
                          const KnownFields& known) {
  FieldChoice choice;
  choice.cursor = choose_cursor(described);
  choice.says_deleted = described.find("IsDeleted") != nullptr;
  const FieldDescription* created = described.find("CreatedDate");
  if (created != nullptr && created->filterable) choice.created = created->name;
  add_if_described(choice.spine, described, "Id");
  add_if_described(choice.spine, described, choice.cursor);
  add_if_described(choice.spine, described, "IsDeleted");
  add_if_described(choice.spine, described, "CreatedDate");
  choice.columns = choice.spine;
  for (const FieldDescription& field : described.fields) {
    const bool asked_for = wanted.fields.empty() || has(wanted.fields, field.name);
    if (!asked_for || !is_readable(field)) continue;
    add_once(choice.columns, field.name);
    if (field.calculated) choice.calculated.push_back(field.name);
  }
  // Where a stamp does not move, a change is found by looking at all records now and then.
  const bool says_changes = choice.cursor == kCursors[0] || choice.cursor == kCursors[1];
  if (!choice.cursor.empty() && !says_changes && !is_history_object(described.name))
    choice.calculated = {choice.columns.begin() + static_cast<std::ptrdiff_t>(choice.spine.size()),
                         choice.columns.end()};
  compare_with_known(choice, wanted, described, known);
  return choice;
}

std::vector<DescribedField> described_fields(const ObjectDescription& described,
                                             const std::vector<std::string>& columns) {
  std::vector<DescribedField> fields;
  for (const std::string& column : columns) {
    const FieldDescription* field = described.find(column);
    if (field == nullptr) continue;
    fields.push_back({.object = described.name,
                      .field = field->name,
                      .type = field->type,
                      .references = field->references,
                      .label = field->label});
  }
  return fields;
}

}  // namespace plumbline
