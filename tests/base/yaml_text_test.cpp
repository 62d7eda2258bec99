#include "base/yaml_text.h"

#include <gtest/gtest.h>

#include "base/yaml.h"

namespace plumbline {
namespace {

// As a value, within a list and as a key: where headers and values of an export are written to.
void expect_back(std::string_view text) {
  const std::string scalar = yaml_scalar(text);
  Diagnostics diagnostics;
  const auto root =
      parse_yaml("a: " + scalar + "\nb: [" + scalar + ", {from: " + scalar + "}]\n", "t.yaml", diagnostics);
  ASSERT_TRUE(root) << scalar;
  EXPECT_TRUE(diagnostics.empty()) << scalar;
  EXPECT_EQ(root->find("a")->text, text) << scalar;
  EXPECT_TRUE(root->find("a")->is_scalar()) << scalar;
  ASSERT_EQ(root->find("b")->items.size(), 2U) << scalar;
  EXPECT_EQ(root->find("b")->items[0].text, text) << scalar;
  EXPECT_EQ(root->find("b")->items[1].find("from")->text, text) << scalar;
}

TEST(YamlScalar, ComesBackAsItWas) {
  for (const std::string_view text :
       {"Close Date", "close_date", "",          " ",          "a: b",       "a #b",        "#",
        "- a",        "[x]",        "{x}",       "it's",       "say \"so\"", "back\\slash", "two\nlines",
        "tab\there",  "*star",      "&anchor",   "!tag",       "%x",         "@x",          "`x`",
        "a, b",       "?",          "null",      "~",          "true",       "No",          "1.0",
        "2024-01-31", "0x1F",       "Verkäufer", "Umsatz (€)", "trailing ",  "\x01",        "\u00A0x",
        "\uFEFFx",    "\u2028",     "|",         ">",          "a:",         "N/A",         "1-Discovery",
        "---"}) {
    expect_back(text);
  }
}

TEST(YamlScalar, IsPlainWhereItCanBe) {
  EXPECT_EQ(yaml_scalar("Close Date"), "Close Date");
  EXPECT_EQ(yaml_scalar("deal_stage"), "deal_stage");
  EXPECT_EQ(yaml_scalar("Yes"), "\"Yes\"");
  EXPECT_EQ(yaml_scalar("1-Discovery"), "\"1-Discovery\"");
}

TEST(YamlScalar, SaysBytesThatAreNoUtf8AsReplacement) {
  EXPECT_EQ(yaml_scalar("Abschlu\xDF"), "\"Abschlu\uFFFD\"");
}

}  // namespace
}  // namespace plumbline
