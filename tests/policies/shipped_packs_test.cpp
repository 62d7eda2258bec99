// What the build makes of the shipped packs is what reading their text would give.
#include "policies/shipped_packs.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "policies/bound_reminders.h"
#include "policies/load_pack_impl.h"
#include "source_dir.h"

namespace plumbline {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

void append(std::string& out, const YamlNode& node, std::size_t depth) {
  out += fmt::format("{} {} `{}` {}+{} @{}\n", static_cast<int>(node.kind), static_cast<int>(node.style),
                     node.text, node.where.to_string(), node.where.length, node.offset);
  const std::string indent(depth, ' ');
  for (const YamlNode& item : node.items) append(out += indent + "- ", item, depth + 2);
  for (const YamlEntry& entry : node.entries) {
    out +=
        fmt::format("{}{} {}+{}: ", indent, entry.key, entry.key_where.to_string(), entry.key_where.length);
    append(out, entry.value, depth + 2);
  }
}

std::string outline(const YamlNode& root) {
  std::string out;
  append(out, root, 0);
  return out;
}

YamlNode parsed_for_judging(const PackText& text) {
  Diagnostics diagnostics;
  YamlNode root = parse_yaml(text.text, text.file, diagnostics).value();
  std::erase_if(root.entries, [](const YamlEntry& entry) { return entry.key == "reminders"; });
  const auto policies = std::ranges::find(root.entries, "policies", &YamlEntry::key);
  for (YamlNode& policy : policies->value.items)
    std::erase_if(policy.entries, [](const YamlEntry& entry) { return entry.key == "examples"; });
  return root;
}

Pack loaded(const PackText& text, PackExamples examples) {
  Diagnostics diagnostics;
  auto pack = load_pack(text, diagnostics, examples);
  EXPECT_TRUE(pack) << render_all(diagnostics, text.text);
  return std::move(pack).value_or(Pack{});
}

class ShippedPack : public testing::TestWithParam<std::string> {
 protected:
  PackText text_ = shipped_pack(GetParam()).value();
};

TEST_P(ShippedPack, TextIsThatOfItsFile) {
  std::ifstream file(fmt::format("{}/policies/packs/{}", PLUMBLINE_SOURCE_DIR, text_.file), std::ios::binary);
  EXPECT_EQ(text_.text, std::string(std::istreambuf_iterator<char>(file), {}));
}

TEST_P(ShippedPack, TreeIsThatOfItsTextWithoutExamplesAndReminders) {
  EXPECT_EQ(outline(embedded_tree(*text_.embedded)), outline(parsed_for_judging(text_)));
}

TEST_P(ShippedPack, HashIsThatOfItsText) {
  const std::string_view text = text_.text;
  EXPECT_EQ(text_.embedded->hash, pack_hash({&text, 1}));
}

TEST_P(ShippedPack, GivesThoseThatExtendItTheHashOfAllTheirTexts) {
  const std::array<std::string_view, 3> texts = {text_.text, "pack: middle\n", "pack: mine\n"};
  EXPECT_EQ(pack_hash(*text_.embedded, std::span(texts).subspan(1)), pack_hash(texts));
}

TEST_P(ShippedPack, IsExtendedInPlaceAsItIsByWayOfItsText) {
  Diagnostics diagnostics;
  const PackText own{.file = "mine.yaml", .text = fmt::format("pack: mine\nextends: {}\n", GetParam())};
  const auto by_text = [](std::string_view name) {
    std::optional<PackText> base = shipped_pack(name);
    base->embedded = nullptr;
    return base;
  };
  const auto written = load_pack_with(own, by_text, shipped_pack_names(), diagnostics);
  ASSERT_TRUE(written);
  const Pack in_place = loaded(own, PackExamples::kNotNeeded);
  EXPECT_EQ(in_place.hash, written->hash);
  ASSERT_EQ(in_place.files.size(), written->files.size());
  for (std::size_t i = 0; i < written->files.size(); ++i)
    EXPECT_EQ(in_place.files[i]->text, written->files[i]->text);
}

TEST_P(ShippedPack, LoadsWithoutExamplesAsItDoesWithThem) {
  const Pack with = loaded(text_, PackExamples::kNeeded);
  const Pack without = loaded(text_, PackExamples::kNotNeeded);
  EXPECT_EQ(without.hash, with.hash);
  EXPECT_EQ(without.title, with.title);
  EXPECT_EQ(without.parameters.size(), with.parameters.size());
  EXPECT_EQ(without.definitions.size(), with.definitions.size());
  ASSERT_EQ(without.policies.size(), with.policies.size());
  for (std::size_t i = 0; i < with.policies.size(); ++i) {
    EXPECT_EQ(without.policies[i].id, with.policies[i].id);
    EXPECT_EQ(without.policies[i].where, with.policies[i].where);
    EXPECT_EQ(without.policies[i].violated_when.text, with.policies[i].violated_when.text);
    EXPECT_THAT(with.policies[i].examples, Not(IsEmpty()));
    EXPECT_THAT(without.policies[i].examples, IsEmpty());
  }
}

TEST_P(ShippedPack, IsExtendedWithoutItsExamplesAsItIsWithThem) {
  const PackText own{.file = "mine.yaml", .text = fmt::format("pack: mine\nextends: {}\n", GetParam())};
  const Pack with = loaded(own, PackExamples::kNeeded);
  const Pack without = loaded(own, PackExamples::kNotNeeded);
  EXPECT_EQ(without.hash, with.hash);
  ASSERT_EQ(without.policies.size(), with.policies.size());
  EXPECT_THAT(without.policies.front().examples, IsEmpty());
  EXPECT_THAT(with.policies.front().examples, Not(IsEmpty()));
}

TEST_P(ShippedPack, BindsThePoliciesWantedAlone) {
  const auto pack = std::make_shared<const Pack>(loaded(text_, PackExamples::kNotNeeded));
  const Policy& last = pack->policies.back();
  Diagnostics diagnostics;
  const BoundPack bound = bind_pack(pack, Schema::standard(), {}, diagnostics,
                                    [&](const Policy& policy) { return &policy == &last; });
  ASSERT_EQ(bound.policies.size(), 1U);
  EXPECT_EQ(bound.policies[0].policy, &last);
}

TEST_P(ShippedPack, RemindersAndAudiencesBindWithoutErrorOrWarning) {
  const auto pack = std::make_shared<const Pack>(loaded(text_, PackExamples::kNeeded));
  Diagnostics diagnostics;
  const Schema schema = Schema::standard();
  const BoundReminders bound = bind_reminders(pack, schema, {}, diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << render_all(diagnostics, text_.text);
  EXPECT_EQ(bound.reminders.size(), pack->reminders.size());
  EXPECT_EQ(bound.audiences.size(), pack->audiences.size());
}

INSTANTIATE_TEST_SUITE_P(All, ShippedPack, testing::ValuesIn(shipped_pack_names()),
                         [](const auto& param_info) {
                           std::string name = param_info.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

constexpr std::string_view kOwnPolicy = R"(
policies:
  - id: late
    title: Late
    on: Opportunity
    severity: low
    violated_when: CloseDate < TODAY
    says: Late.
    fix: Move it.
)";

TEST(OwnPack, FaultsOfExamplesAreToldAlsoWhereExamplesAreNotNeeded) {
  for (const std::string_view head : {"pack: mine", "pack: mine\nextends: essentials"}) {
    const PackText own{.file = "mine.yaml", .text = fmt::format("{}{}", head, kOwnPolicy)};
    Diagnostics diagnostics;
    EXPECT_FALSE(load_pack(own, diagnostics, PackExamples::kNotNeeded));
    EXPECT_THAT(render_all(diagnostics, own.text), HasSubstr("late lacks both [PB146]"));
  }
}

TEST(OwnPack, KeepsItsExamplesAlsoWhereTheyAreNotNeeded) {
  const PackText own{.file = "mine.yaml",
                     .text = fmt::format(R"(pack: mine{}    examples:
      - {{given: {{CloseDate: 2024-01-01}}, as_of: 2024-02-01, violated: true}}
      - {{given: {{CloseDate: 2024-03-01}}, as_of: 2024-02-01, violated: false}}
)",
                                         kOwnPolicy)};
  EXPECT_EQ(loaded(own, PackExamples::kNotNeeded).policies.front().examples.size(), 2U);
}

}  // namespace
}  // namespace plumbline
