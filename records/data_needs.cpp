// What bound policies need, and what that implies: fields of relationships, lookups, histories and notices.
#include "records/snapshot.h"

#include <algorithm>
#include <initializer_list>

namespace plumbline {
namespace {

constexpr std::string_view kUser = "User";
constexpr std::string_view kCurrencyType = "CurrencyType";
constexpr std::string_view kAccount = "Account";
constexpr std::string_view kOwnerId = "OwnerId";
constexpr std::string_view kName = "Name";
constexpr std::string_view kIsDeleted = "IsDeleted";
constexpr std::string_view kCurrency = "CurrencyIsoCode";
constexpr std::string_view kCreatedDate = "CreatedDate";
constexpr std::string_view kHistoryField = "Field";
constexpr std::string_view kOldValue = "OldValue";
constexpr std::string_view kNewValue = "NewValue";
constexpr std::string_view kIsoCode = "IsoCode";
constexpr std::string_view kConversionRate = "ConversionRate";

// Adds the fields of these names that the object has.
void add_named(DataNeeds& needs, const Schema& schema, std::size_t object,
               std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const auto field = schema.object(object).find(name)) needs.add_field(object, *field);
  }
}

void add_relationship_fields(DataNeeds& needs, const Schema& schema, const Relationship& link) {
  if (const auto parent = schema.find_object(link.parent)) {
    add_named(needs, schema, *parent, {link.parent_field, link.fallback_parent_field});
  }
  if (const auto child = schema.find_object(link.child)) {
    add_named(needs, schema, *child, {link.child_field, link.fallback_child_field});
  }
}

void add_history_fields(DataNeeds& needs, const Schema& schema, std::size_t object) {
  const ObjectSchema& owner = schema.object(object);
  // Where a record has no change, its creation stands for one. The field itself is not read for its history.
  add_named(needs, schema, object, {"Id", kCreatedDate});
  if (const auto history = schema.find_object(owner.history_object)) {
    add_named(needs, schema, *history,
              {owner.history_field, kHistoryField, kOldValue, kNewValue, kCreatedDate});
  }
}

// The object a reference leads to is found by its id.
void add_target(DataNeeds& needs, const Schema& schema, std::size_t object, std::size_t field) {
  const auto target = schema.find_object(schema.object(object).fields[field].references);
  if (!target) return;
  needs.fields.try_emplace(*target);
  if (const auto id = schema.object(*target).id_field()) needs.add_field(*target, *id);
}

// What a verdict tells of its record: id, name, owner, and the currency of its amounts.
void add_described(DataNeeds& needs, const Schema& schema, std::size_t object,
                   std::set<std::size_t>& wanted) {
  const ObjectSchema& judged = schema.object(object);
  if (const auto id = judged.id_field()) wanted.insert(*id);
  for (const std::string_view name : {kName, kOwnerId, kCurrency}) {
    if (const auto field = judged.find(name)) wanted.insert(*field);
  }
  const auto owner = judged.find(kOwnerId);
  if (owner && judged.fields[*owner].type == FieldType::kReference) {
    needs.passing_lookups.emplace(object, *owner);
  }
}

// Users are owners, shown by name and judged in their zone. Somebody who manages himself, and an account that
// is its own parent, are faults worth a notice, which takes the whole column.
void add_notice_fields(DataNeeds& needs, const Schema& schema) {
  const auto user = schema.find_object(kUser);
  if (user && needs.fields.contains(*user)) {
    add_named(needs, schema, *user, {kName, "TimeZoneSidKey", "ManagerId"});
  }
  const auto account = schema.find_object(kAccount);
  const auto parent = account ? schema.object(*account).find("ParentId") : std::nullopt;
  if (parent && needs.passing_lookups.contains({*account, *parent})) needs.add_field(*account, *parent);
}

// Notices say which records have owners who are not there, and which users and accounts go round in circles.
bool is_named_by_notices(const ObjectSchema& object, const std::set<std::size_t>& kept) {
  const auto owner = object.find(kOwnerId);
  return object.name == kUser || object.name == kAccount || (owner && kept.contains(*owner));
}

// Of needs that imply nothing yet: the histories that are read for their changes alone.
std::set<std::size_t> histories_of_changes(const DataNeeds& needs, const Schema& schema) {
  std::set<std::size_t> histories;
  for (const auto& [object, field] : needs.history) {
    const auto history = schema.find_object(schema.object(object).history_object);
    if (history && !needs.fields.contains(*history) && !needs.passing.contains(*history))
      histories.insert(*history);
  }
  for (const std::size_t index : needs.relationships) {
    const Relationship& link = schema.relationships()[index];
    for (const std::string& name : {link.parent, link.child}) {
      if (const auto object = schema.find_object(name)) histories.erase(*object);
    }
  }
  for (const auto* lookups : {&needs.lookups, &needs.passing_lookups}) {
    for (const auto& [object, field] : *lookups) {
      histories.erase(object);
      const auto target = schema.find_object(schema.object(object).fields[field].references);
      if (target) histories.erase(*target);
    }
  }
  return histories;
}

}  // namespace

void DataNeeds::add(const DataNeeds& other) {
  for (const auto& [object, wanted] : other.fields) fields[object].insert(wanted.begin(), wanted.end());
  for (const auto& [object, wanted] : other.passing) passing[object].insert(wanted.begin(), wanted.end());
  relationships.insert(other.relationships.begin(), other.relationships.end());
  lookups.insert(other.lookups.begin(), other.lookups.end());
  passing_lookups.insert(other.passing_lookups.begin(), other.passing_lookups.end());
  history.insert(other.history.begin(), other.history.end());
  nameless.insert(other.nameless.begin(), other.nameless.end());
  only_changes.clear();  // what the others read of histories is not known
}

void DataNeeds::keep_passing() {
  for (const auto& [object, wanted] : passing) fields[object].insert(wanted.begin(), wanted.end());
  lookups.insert(passing_lookups.begin(), passing_lookups.end());
  passing.clear();
  passing_lookups.clear();
}

void DataNeeds::add_implied(const Schema& schema) {
  only_changes = histories_of_changes(*this, schema);
  for (const std::size_t link : relationships)
    add_relationship_fields(*this, schema, schema.relationships()[link]);
  for (const auto& [object, field] : history) add_history_fields(*this, schema, object);
  for (auto& [object, wanted] : passing) add_described(*this, schema, object, wanted);
  for (const auto& [object, field] : lookups) {
    add_field(object, field);
    add_target(*this, schema, object, field);
  }
  for (const auto& [object, field] : passing_lookups) {
    add_passing_field(object, field);
    add_target(*this, schema, object, field);
  }
  for (auto& [object, wanted] : fields) {
    if (passing.contains(object)) continue;
    nameless.insert(object);
    const auto id = schema.object(object).id_field();
    if (id && is_named_by_notices(schema.object(object), wanted)) wanted.insert(*id);
  }
  for (const auto& [object, wanted] : passing) fields.try_emplace(object);
  for (const auto& [object, wanted] : fields) add_named(*this, schema, object, {kIsDeleted});
  add_notice_fields(*this, schema);

  const auto currencies = schema.find_object(kCurrencyType);
  const bool has_currency = std::ranges::any_of(
      fields, [&](const auto& entry) { return schema.object(entry.first).find(kCurrency).has_value(); });
  if (currencies && has_currency) {
    add_named(*this, schema, *currencies, {"Id", kIsoCode, kConversionRate, kIsDeleted});
  }
}

void DataNeeds::settle(const Schema& schema, const std::function<bool(std::string_view object)>& has) {
  std::erase_if(relationships, [&](std::size_t index) {
    const Relationship& link = schema.relationships()[index];
    return !has(link.parent) || !has(link.child);
  });
  std::erase_if(history, [&](const auto& changed) {
    const ObjectSchema& object = schema.object(changed.first);
    return !has(object.name) || !has(object.history_object);
  });
  add_implied(schema);
}

}  // namespace plumbline
