#include "tests/policies/random_vocabulary.h"

#include <algorithm>

#include "tests/policies/random_world.h"

namespace plumbline {
namespace {

bool is_derived(std::size_t object, std::size_t field) {
  return std::ranges::any_of(world_derived_fields(), [&](const DerivedField& derived) {
    return derived.object == object && derived.field == field;
  });
}

bool has_world(const Schema& schema, std::size_t object) {
  return std::ranges::any_of(world_objects(),
                             [&](const WorldObject& of) { return of.name == schema.object(object).name; });
}

void add_field(Vocabulary& words, const Schema& schema, std::size_t object, std::size_t index) {
  const FieldSchema& field = schema.object(object).fields[index];
  words.fields.push_back(
      {.index = index, .name = field.name, .type = field.type, .derived = is_derived(object, index)});
  const auto target = schema.find_object(field.references);
  if (field.type != FieldType::kReference || !target || !has_world(schema, *target)) return;
  words.ways.push_back({.name = lookup_name(field.name), .object = *target});
}

Vocabulary make_vocabulary(const Schema& schema, const WorldObject& of) {
  const std::size_t object = *schema.find_object(of.name);
  const ObjectSchema& object_schema = schema.object(object);
  Vocabulary words;
  for (const auto* names : {&of.fields, &of.never}) {
    for (const std::string_view name : *names) add_field(words, schema, object, *object_schema.find(name));
  }
  for (const DerivedField& derived : world_derived_fields()) {
    if (derived.object == object) add_field(words, schema, object, derived.field);
  }
  for (const Relationship& link : schema.relationships()) {
    const auto child = schema.find_object(link.child);
    if (link.parent != object_schema.name || !child || !has_world(schema, *child)) continue;
    const bool one_row = link.cardinality == Cardinality::kLastRow;
    (one_row ? words.ways : words.children)
        .push_back({.name = link.name, .object = *child, .one_row = one_row});
  }
  return words;
}

}  // namespace

const Vocabulary& vocabulary_of(std::size_t object) {
  static const std::vector<Vocabulary> kAll = [] {
    const Schema& schema = *world_schema();
    std::vector<Vocabulary> all(schema.object_count());
    for (const WorldObject& of : world_objects())
      all[*schema.find_object(of.name)] = make_vocabulary(schema, of);
    return all;
  }();
  return kAll[object];
}

}  // namespace plumbline
