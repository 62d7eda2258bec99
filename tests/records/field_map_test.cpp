#include "records/field_map.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "source_dir.h"

namespace plumbline {
namespace {

std::string codes(const Diagnostics& diagnostics) {
  std::string all;
  for (const Diagnostic& one : diagnostics.sorted()) all += one.code + " ";
  return all;
}

std::string messages(const Diagnostics& diagnostics) {
  std::string all;
  for (const Diagnostic& one : diagnostics.sorted()) all += one.message + "\n";
  return all;
}

FieldMap parse(std::string_view text) {
  Diagnostics diagnostics;
  const auto map = parse_field_map(text, "map.yaml", diagnostics);
  EXPECT_TRUE(map) << messages(diagnostics);
  return map.value_or(FieldMap{});
}

// What parsing alone finds.
Diagnostics faults(std::string_view text) {
  Diagnostics diagnostics;
  EXPECT_FALSE(parse_field_map(text, "map.yaml", diagnostics)) << text;
  return diagnostics;
}

// What applying to the standard schema finds.
Diagnostics apply_faults(std::string_view text) {
  Diagnostics diagnostics;
  Schema schema = Schema::standard();
  apply(parse(text), schema, diagnostics);
  return diagnostics;
}

const FieldSchema& field_of(const Schema& schema, std::string_view object, std::string_view field) {
  const ObjectSchema& owner = schema.object(schema.find_object(object).value());
  return owner.fields[owner.find(field).value()];
}

constexpr std::string_view kExample = R"yaml(objects:
  Opportunity:
    file: sales_pipeline.csv
    key: opportunity_id
    fields:
      CloseDate: {from: close_date, type: date, format: "%Y-%m-%d"}
      IsClosed: {when: "deal_stage IN ('Won', 'Lost')"
}
      AccountId: {from: account, references: Account}
      Net_ARR__c: ARR_Net__c
relationships: {User.Cases: Case.OwnerId}
)yaml";

TEST(FieldMapTest, TheSpecificationsExampleIsRead) {
  const FieldMap map = parse(kExample);
  const MappedObject* const opportunity = map.find("opportunity");
  ASSERT_NE(opportunity, nullptr);
  EXPECT_EQ(opportunity->file, "sales_pipeline.csv");
  EXPECT_EQ(opportunity->key, "opportunity_id");
  ASSERT_EQ(opportunity->fields.size(), 4U);
  EXPECT_EQ(opportunity->fields[0].from, "close_date");
  EXPECT_EQ(opportunity->fields[0].format, "%Y-%m-%d");
  EXPECT_EQ(opportunity->fields[1].when, "deal_stage IN ('Won', 'Lost')");
  EXPECT_EQ(opportunity->fields[1].from, "");
  EXPECT_EQ(opportunity->fields[2].references, "Account");
  EXPECT_EQ(opportunity->fields[3].from, "ARR_Net__c");
  ASSERT_EQ(map.relationships.size(), 1U);
  EXPECT_EQ(map.relationships[0].child_field, "OwnerId");
  EXPECT_EQ(map.find("Account"), nullptr);
}

TEST(FieldMapTest, PlacesPointAtTheFieldAndAtTheConditionsFirstCharacter) {
  const FieldMap map = parse(kExample);
  const MappedField& closed = map.objects[0].fields[1];
  EXPECT_EQ(closed.where.to_string(), "map.yaml:7:7");
  EXPECT_EQ(closed.when_where.to_string(), "map.yaml:7:25");
}

TEST(FieldMapTest, AnEmptyFileIsAnEmptyMap) { EXPECT_TRUE(parse("").objects.empty()); }

TEST(FieldMapTest, ATypeAloneIsForTheColumnOfTheFieldsOwnName) {
  const FieldMap map = parse("objects: {Account: {fields: {Size__c: {type: number}}}}");
  EXPECT_EQ(map.objects[0].fields[0].from, "Size__c");
}

TEST(FieldMapTest, UnknownKeysAreNamedWithTheNearest) {
  const Diagnostics found =
      faults("object: {}\nobjects: {Opportunity: {files: x, fields: {A: {form: b}}}}\n");
  EXPECT_EQ(codes(found), "PB120 PB120 PB120 ");
  EXPECT_NE(messages(found).find("did you mean objects?"), std::string::npos) << messages(found);
  EXPECT_NE(messages(found).find("did you mean from?"), std::string::npos);
}

TEST(FieldMapTest, AListWhereKeysBelongIsAFault) {
  EXPECT_EQ(codes(faults("- Opportunity")), "PB121 ");
  EXPECT_EQ(codes(faults("objects: [Opportunity]")), "PB121 ");
  EXPECT_EQ(codes(faults("objects: {Opportunity: sales.csv}")), "PB121 ");
  EXPECT_EQ(codes(faults("objects: {Opportunity: {fields: {Amount: [a]}}}")), "PB121 ");
}

TEST(FieldMapTest, AnUnknownTypeIsAFault) {
  const Diagnostics found = faults("objects: {Opportunity: {fields: {A: {from: a, type: dat}}}}");
  EXPECT_EQ(codes(found), "PB122 ");
  EXPECT_NE(messages(found).find("did you mean date?"), std::string::npos);
}

TEST(FieldMapTest, WhenAndFromExcludeEachOther) {
  EXPECT_EQ(codes(faults("objects: {Opportunity: {fields: {A: {from: a, when: \"b = 1\"}}}}")), "PB123 ");
  EXPECT_EQ(codes(faults("objects: {Opportunity: {fields: {A: {type: date, when: \"b = 1\"}}}}")), "PB123 ");
}

TEST(FieldMapTest, AFieldOrObjectMappedTwiceIsAFault) {
  EXPECT_EQ(codes(faults("objects: {Opportunity: {fields: {Amount: a, amount: b}}}")), "PB124 ");
  EXPECT_EQ(codes(faults("objects: {Opportunity: {key: a}, opportunity: {key: b}}")), "PB124 ");
  EXPECT_EQ(codes(faults("objects: {Opportunity: {key: a, fields: {Id: b}}}")), "PB124 ");
  EXPECT_EQ(codes(faults("relationships: {User.Cases: Case.OwnerId, User.cases: Case.CreatedById}")),
            "PB124 ");
}

TEST(FieldMapTest, BlankTextsAreFaults) {
  EXPECT_EQ(codes(faults("objects: {Opportunity: {file: '', fields: {Amount: }}}")), "PB125 PB125 ");
  EXPECT_EQ(codes(faults("objects: {Opportunity: {fields: {A: {when: ''}}}}")), "PB125 ");
}

TEST(FieldMapTest, AFormatThatCannotBeReadIsAFault) {
  EXPECT_EQ(codes(faults("objects: {Opportunity: {fields: {CloseDate: {from: a, format: \"%Q\"}}}}")),
            "PB126 ");
}

TEST(FieldMapTest, AFormatOfANumberIsAFault) {
  EXPECT_EQ(
      codes(faults("objects: {Opportunity: {fields: {A: {from: a, type: number, format: \"%Y%m%d\"}}}}")),
      "PB127 ");
}

TEST(FieldMapTest, ARelationshipNeedsTwoPaths) {
  EXPECT_EQ(codes(faults("relationships: {Cases: Case.OwnerId}")), "PB130 ");
  EXPECT_EQ(codes(faults("relationships: {User.Cases: OwnerId}")), "PB130 ");
  EXPECT_EQ(codes(faults("relationships: {User.Cases: Case.Owner.Id}")), "PB130 ");
}

TEST(FieldMapTest, AReferenceOfAnotherTypeAndASecondIdAreFaults) {
  EXPECT_EQ(codes(faults("objects: {Lead: {fields: {A: {from: a, type: date, references: User}}}}")),
            "PB132 ");
  EXPECT_EQ(codes(faults("objects: {Lead: {fields: {A: {from: a, type: id}}}}")), "PB132 ");
}

TEST(FieldMapTest, AllFaultsOfAFileAreTold) {
  const Diagnostics found = faults(
      "objects:\n  Opportunity:\n    fields:\n      A: {type: x}\n      B: {format: y}\nrelations: "
      "{}\n");
  EXPECT_EQ(codes(found), "PB122 PB126 PB120 ");
}

TEST(FieldMapTest, YamlThatCannotBeReadIsNoMap) {
  Diagnostics diagnostics;
  EXPECT_FALSE(parse_field_map("objects: {", "map.yaml", diagnostics));
  EXPECT_TRUE(diagnostics.has_errors());
}

TEST(ApplyFieldMapTest, TheExampleDeclaresTypesReferencesAndOwnNames) {
  Schema schema = Schema::standard();
  Diagnostics diagnostics;
  apply(parse(kExample), schema, diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << messages(diagnostics);
  EXPECT_EQ(field_of(schema, "Opportunity", "CloseDate").own_name, "close_date");
  EXPECT_EQ(field_of(schema, "Opportunity", "IsClosed").type, FieldType::kBoolean);
  EXPECT_EQ(field_of(schema, "Opportunity", "IsClosed").label, "Closed");
  EXPECT_EQ(field_of(schema, "Opportunity", "Net_ARR__c").type, FieldType::kMoney);
  const auto cases = schema.find_relationship(schema.find_object("User").value(), "Cases");
  ASSERT_TRUE(cases);
  EXPECT_EQ(schema.relationships()[*cases].child, "Case");
}

TEST(ApplyFieldMapTest, ANewFieldHasTheTypeOfItsName) {
  Schema schema = Schema::standard();
  Diagnostics diagnostics;
  apply(parse("objects: {Opportunity: {fields: {Renewal_Date__c: a, Note__c: b, Odd__c: {from: c, format: "
              "\"%d/%m/%Y\"}, Flag__c: {when: \"a = 'x'\"}}}}"),
        schema, diagnostics);
  EXPECT_EQ(field_of(schema, "Opportunity", "Renewal_Date__c").type, FieldType::kDate);
  EXPECT_EQ(field_of(schema, "Opportunity", "Note__c").type, FieldType::kText);
  EXPECT_EQ(field_of(schema, "Opportunity", "Odd__c").type, FieldType::kDate);
  EXPECT_EQ(field_of(schema, "Opportunity", "Flag__c").type, FieldType::kBoolean);
}

TEST(ApplyFieldMapTest, AnOwnObjectIsAdded) {
  Schema schema = Schema::standard();
  Diagnostics diagnostics;
  apply(parse("objects: {Region__c: {key: region, fields: {Lead__c: {from: head, references: User}}}}"),
        schema, diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << messages(diagnostics);
  EXPECT_TRUE(schema.find_object("Region__c"));
  EXPECT_EQ(field_of(schema, "Region__c", "Lead__c").references, "User");
}

TEST(ApplyFieldMapTest, AKeyGivesAnObjectWithoutIdsAnId) {
  Schema schema = Schema::standard();
  Diagnostics diagnostics;
  apply(parse("objects: {Milestone: {key: number}}"), schema, diagnostics);
  EXPECT_EQ(field_of(schema, "Milestone", "Id").type, FieldType::kId);
}

TEST(ApplyFieldMapTest, AReferenceToAnUnknownObjectIsAFault) {
  const Diagnostics found =
      apply_faults("objects: {Opportunity: {fields: {A__c: {from: a, references: Acount}}}}");
  EXPECT_EQ(codes(found), "PB128 ");
  EXPECT_NE(messages(found).find("did you mean Account?"), std::string::npos);
}

TEST(ApplyFieldMapTest, AReferenceMayNameAnObjectDeclaredFurtherDown) {
  EXPECT_TRUE(
      apply_faults("objects: {Opportunity: {fields: {A__c: {from: a, references: Region}}}, Region: {}}")
          .empty());
}

TEST(ApplyFieldMapTest, AnObjectNameThatIsASlipIsAFault) {
  const Diagnostics found = apply_faults("objects: {Oportunity: {key: a}}");
  EXPECT_EQ(codes(found), "PB129 ");
  EXPECT_NE(messages(found).find("did you mean Opportunity?"), std::string::npos);
  EXPECT_EQ(codes(apply_faults("objects: {Opportunities: {key: a}}")), "PB129 ");
}

TEST(ApplyFieldMapTest, ARelationshipOfAnUnknownParentOrAMisspeltChildIsAFault) {
  EXPECT_EQ(codes(apply_faults("relationships: {Usr.Cases: Case.OwnerId}")), "PB131 ");
  EXPECT_EQ(codes(apply_faults("relationships: {User.Deals: Oportunity.OwnerId}")), "PB131 ");
}

TEST(ApplyFieldMapTest, AFieldThatNearlyIsAStandardOneIsAWarning) {
  const Diagnostics found = apply_faults("objects: {Opportunity: {fields: {CloseDat: a}}}");
  EXPECT_EQ(codes(found), "PB133 ");
  EXPECT_FALSE(found.has_errors());
  EXPECT_NE(messages(found).find("did you mean CloseDate?"), std::string::npos);
}

// The page's example is the one users copy first.
TEST(ApplyFieldMapTest, TheExampleOnThePageIsWithoutFault) {
  std::ifstream page(std::string(PLUMBLINE_SOURCE_DIR) + "/docs/field-maps.md");
  ASSERT_TRUE(page);
  std::stringstream text;
  text << page.rdbuf();
  const std::string all = text.str();
  constexpr std::string_view kFence = "```yaml\n";
  std::size_t examples = 0;
  for (std::size_t at = all.find(kFence); at != std::string::npos; at = all.find(kFence, at + 1)) {
    const std::size_t start = at + kFence.size();
    const std::string example = all.substr(start, all.find("```", start) - start);
    const Diagnostics found = apply_faults(example);
    EXPECT_TRUE(found.empty()) << example << messages(found);
    ++examples;
  }
  EXPECT_GE(examples, 1U);
}

}  // namespace
}  // namespace plumbline
