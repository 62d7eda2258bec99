// The JSON Schemas and the readers of the files know the same keys.
#include "config/schemas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "base/yaml.h"
#include "config/configuration.h"
#include "policies/pack_keys.h"
#include "records/field_map_keys.h"
#include "records/schema.h"
#include "source_dir.h"

namespace plumbline {
namespace {

using testing::ContainerEq;

// JSON is YAML, too.
YamlNode read_schema(std::string_view name) {
  const std::optional<std::string> text = schema_text(name);
  EXPECT_TRUE(text) << name;
  Diagnostics diagnostics;
  std::optional<YamlNode> root = parse_yaml(text.value_or(""), name, diagnostics);
  EXPECT_EQ(render_all(diagnostics, text.value_or("")), "");
  return root.value_or(YamlNode{});
}

// What is below the keys, from the root; an empty node where there is nothing.
YamlNode at(const YamlNode& root, const std::vector<std::string_view>& keys) {
  YamlNode node = root;
  for (const std::string_view key : keys) {
    const YamlNode* const next = node.find(key);
    if (next == nullptr) {
      ADD_FAILURE() << "the schema has no " << key;
      return {};
    }
    node = YamlNode(*next);
  }
  return node;
}

std::set<std::string> keys_of(const YamlNode& map) {
  std::set<std::string> keys;
  for (const YamlEntry& entry : map.entries) keys.insert(entry.key);
  return keys;
}

void expect_same_keys(std::string_view schema, const std::vector<MapKeys>& maps) {
  const YamlNode root = read_schema(schema);
  for (const MapKeys& map : maps) {
    const YamlNode place = map.map.empty() ? root : at(root, {"definitions", map.map});
    const std::set<std::string> known(map.keys.begin(), map.keys.end());
    EXPECT_THAT(keys_of(at(place, {"properties"})), ContainerEq(known)) << schema << ": " << map.map;
    EXPECT_EQ(at(place, {"additionalProperties"}).text, "false") << schema << ": " << map.map;
  }
}

TEST(Schemas, OfPacksHaveTheKeysThatPacksHave) { expect_same_keys("pack", pack_keys()); }

TEST(Schemas, OfFieldMapsHaveTheKeysThatFieldMapsHave) { expect_same_keys("field-map", field_map_keys()); }

TEST(Schemas, OfConfigurationsHaveTheKeysThatConfigurationsHave) {
  expect_same_keys("config", configuration_keys());
}

TEST(Schemas, ExplainEveryKey) {
  const auto explained = [](const YamlNode& property) {
    return property.find("$ref") != nullptr ||
           (property.find("title") != nullptr && property.find("description") != nullptr);
  };
  for (const std::string& name : schema_names()) {
    const YamlNode root = read_schema(name);
    std::vector<YamlNode> maps = {root};
    for (const YamlEntry& definition : at(root, {"definitions"}).entries) {
      if (!definition.key.starts_with("new_")) maps.push_back(definition.value);
    }
    for (const YamlNode& map : maps) {
      const YamlNode* const properties = map.find("properties");
      if (properties == nullptr) continue;
      for (const YamlEntry& property : properties->entries)
        EXPECT_TRUE(explained(property.value)) << name << ": " << property.key;
    }
  }
}

TEST(Schemas, KnowWhatAnExtendingPackMayChange) {
  const YamlNode choices = at(read_schema("pack"), {"then", "properties", "policies", "items", "anyOf"});
  ASSERT_FALSE(choices.items.empty());
  std::set<std::string> words;
  for (const YamlNode& word : at(choices.items[0], {"propertyNames", "enum"}).items) words.insert(word.text);
  const std::set<std::string> known(changeable_policy_keys().begin(), changeable_policy_keys().end());
  EXPECT_THAT(words, ContainerEq(known));
}

TEST(Schemas, KnowTheTypesOfFields) {
  std::set<std::string> words;
  for (const YamlNode& word :
       at(read_schema("field-map"), {"definitions", "field", "properties", "type", "enum"}).items) {
    EXPECT_TRUE(parse_field_type(word.text)) << word.text;
    words.insert(word.text);
  }
  for (const std::string_view name : field_type_names())
    EXPECT_TRUE(words.contains(std::string(name))) << name;
}

TEST(Schemas, AreThoseOfTheFolder) {
  EXPECT_THAT(schema_names(), testing::ElementsAre("config", "field-map", "pack"));
  for (const std::string& name : schema_names()) {
    std::ifstream file(std::string(PLUMBLINE_SOURCE_DIR) + "/config/schemas/" + name + ".schema.json",
                       std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(schema_text(name), text);
  }
  EXPECT_FALSE(schema_text("packs"));
}

}  // namespace
}  // namespace plumbline
