#include "records/schema.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "source_dir.h"

namespace plumbline {
namespace {

const FieldSchema* field_of(const Schema& schema, std::string_view object, std::string_view field) {
  const auto index = schema.find_object(object);
  if (!index) return nullptr;
  const auto found = schema.object(*index).find(field);
  return found ? &schema.object(*index).fields[*found] : nullptr;
}

FieldType type_of(const Schema& schema, std::string_view object, std::string_view field) {
  const FieldSchema* const found = field_of(schema, object, field);
  EXPECT_NE(found, nullptr) << object << "." << field;
  return found == nullptr ? FieldType::kText : found->type;
}

TEST(SchemaTest, ObjectsAreFoundByNameAndPluralInAnyCase) {
  const Schema schema = Schema::standard();
  const auto by_name = schema.find_object("opportunity");
  ASSERT_TRUE(by_name);
  EXPECT_EQ(schema.find_object("OPPORTUNITIES"), by_name);
  EXPECT_EQ(schema.object(*by_name).name, "Opportunity");
  EXPECT_FALSE(schema.find_object("Opportunitys"));
}

TEST(SchemaTest, FieldsAreFoundInAnyCase) {
  const Schema schema = Schema::standard();
  EXPECT_NE(field_of(schema, "Opportunity", "next_steps_DATE__C"), nullptr);
  EXPECT_EQ(field_of(schema, "Opportunity", "Next_Step_Date__c"), nullptr);
}

TEST(SchemaTest, EveryFieldThePoliciesReadHasTheTypeOfItsName) {
  const Schema schema = Schema::standard();
  EXPECT_EQ(type_of(schema, "Opportunity", "CloseDate"), FieldType::kDate);
  EXPECT_EQ(type_of(schema, "Opportunity", "LastActivityDate"), FieldType::kDate);
  EXPECT_EQ(type_of(schema, "Opportunity", "CreatedDate"), FieldType::kDateTime);
  EXPECT_EQ(type_of(schema, "Opportunity", "SystemModstamp"), FieldType::kDateTime);
  EXPECT_EQ(type_of(schema, "Opportunity", "Net_ARR__c"), FieldType::kMoney);
  EXPECT_EQ(type_of(schema, "Opportunity", "Is_Web_Direct__c"), FieldType::kBoolean);
  EXPECT_EQ(type_of(schema, "Account", "Third_Party_Employees__c"), FieldType::kNumber);
  EXPECT_EQ(type_of(schema, "Account", "Employee_Source_Rejected__c"), FieldType::kMultiPicklist);
  EXPECT_EQ(type_of(schema, "Account", "Rank__c"), FieldType::kNumericText);
  EXPECT_EQ(type_of(schema, "Event", "StartDateTime"), FieldType::kDateTime);
  EXPECT_EQ(type_of(schema, "ForecastSubmission", "Value"), FieldType::kMoney);
  EXPECT_EQ(type_of(schema, "Absence", "Until"), FieldType::kDate);
  EXPECT_EQ(type_of(schema, "CurrencyType", "ConversionRate"), FieldType::kNumber);
}

// A field whose name says one type and whose row says another would surprise whoever reads the rules.
TEST(SchemaTest, NoStandardFieldContradictsTheNamingRules) {
  const Schema schema = Schema::standard();
  for (std::size_t i = 0; i < schema.object_count(); ++i) {
    for (const FieldSchema& field : schema.object(i).fields) {
      const FieldType by_name = type_by_name(field.name);
      if (by_name == FieldType::kText) continue;
      EXPECT_EQ(to_string(field.type), to_string(by_name)) << schema.object(i).name << "." << field.name;
    }
  }
}

TEST(SchemaTest, NoObjectNamesAFieldTwice) {
  const Schema schema = Schema::standard();
  for (std::size_t i = 0; i < schema.object_count(); ++i) {
    const ObjectSchema& object = schema.object(i);
    for (std::size_t f = 0; f < object.fields.size(); ++f) {
      EXPECT_EQ(object.find(object.fields[f].name), f) << object.name << "." << object.fields[f].name;
    }
  }
}

TEST(SchemaTest, EveryObjectButUserMayBeDeleted) {
  const Schema schema = Schema::standard();
  for (std::size_t i = 0; i < schema.object_count(); ++i) {
    const bool has_field = schema.object(i).find("IsDeleted").has_value();
    EXPECT_EQ(has_field, schema.object(i).name != "User") << schema.object(i).name;
  }
}

TEST(SchemaTest, CloseDateIsRequiredAndNextStepIsNot) {
  const Schema schema = Schema::standard();
  EXPECT_TRUE(field_of(schema, "Opportunity", "CloseDate")->required);
  EXPECT_TRUE(field_of(schema, "Opportunity", "IsClosed")->required);
  EXPECT_FALSE(field_of(schema, "Opportunity", "NextStep")->required);
}

TEST(SchemaTest, EveryRelationshipNamesObjectsAndFieldsThatExist) {
  const Schema schema = Schema::standard();
  for (const Relationship& link : schema.relationships()) {
    EXPECT_NE(field_of(schema, link.parent, link.parent_field), nullptr) << link.parent << "." << link.name;
    EXPECT_NE(field_of(schema, link.child, link.child_field), nullptr) << link.parent << "." << link.name;
    if (link.fallback_child_field.empty()) continue;
    EXPECT_NE(field_of(schema, link.parent, link.fallback_parent_field), nullptr) << link.name;
    EXPECT_NE(field_of(schema, link.child, link.fallback_child_field), nullptr) << link.name;
  }
}

TEST(SchemaTest, RelationshipsAreFoundUnderTheirParentAlone) {
  const Schema schema = Schema::standard();
  const std::size_t account = *schema.find_object("Account");
  const auto tasks = schema.find_relationship(account, "tasks");
  ASSERT_TRUE(tasks);
  EXPECT_EQ(schema.relationships()[*tasks].child_field, "WhatId");
  EXPECT_FALSE(schema.find_relationship(account, "Clari"));
  EXPECT_EQ(schema.relationship_names(account), (std::vector<std::string>{"Opportunities", "Tasks"}));
}

TEST(SchemaTest, ClariIsOneRowTheLast) {
  const Schema schema = Schema::standard();
  const auto clari = schema.find_relationship(*schema.find_object("Opportunity"), "Clari");
  ASSERT_TRUE(clari);
  EXPECT_EQ(schema.relationships()[*clari].cardinality, Cardinality::kLastRow);
}

TEST(SchemaTest, OpportunitiesKeepTheirChangesInTheFieldHistory) {
  const Schema schema = Schema::standard();
  const ObjectSchema& opportunity = schema.object(*schema.find_object("Opportunity"));
  EXPECT_EQ(opportunity.history_object, "OpportunityFieldHistory");
  EXPECT_EQ(opportunity.history_field, "OpportunityId");
}

TEST(SchemaTest, LookupStepsLeadToTheirReferenceField) {
  const Schema schema = Schema::standard();
  const std::size_t opportunity = *schema.find_object("Opportunity");
  const auto account = schema.find_lookup(opportunity, "account");
  ASSERT_TRUE(account);
  EXPECT_EQ(schema.object(opportunity).fields[*account].name, "AccountId");
  EXPECT_FALSE(schema.find_lookup(opportunity, "Amount"));
  EXPECT_TRUE(schema.find_lookup(*schema.find_object("Lead"), "Account_Owner__r"));
}

TEST(SchemaTest, LookupNamesFollowSalesforce) {
  EXPECT_EQ(lookup_name("AccountId"), "Account");
  EXPECT_EQ(lookup_name("CreatedById"), "CreatedBy");
  EXPECT_EQ(lookup_name("Team__c"), "Team__r");
  EXPECT_EQ(lookup_name("account"), "account");
}

TEST(SchemaTest, LabelsAreWhatPeopleSay) {
  EXPECT_EQ(label_of("CloseDate"), "Close Date");
  EXPECT_EQ(label_of("Next_Steps_Date__c"), "Next Steps Date");
  EXPECT_EQ(label_of("DataFox_Employees__c"), "DataFox Employees");
  EXPECT_EQ(label_of("acme__Region__c"), "Region");
  EXPECT_EQ(label_of("AccountId"), "Account");
  EXPECT_EQ(label_of("HTMLBody"), "HTML Body");
  EXPECT_EQ(label_of("close_value"), "close value");
  EXPECT_EQ(label_of("Id"), "Id");
}

TEST(SchemaTest, StandardLabelsReplaceWhatTheNameWouldSay) {
  const Schema schema = Schema::standard();
  EXPECT_EQ(field_of(schema, "Opportunity", "StageName")->label, "Stage");
  EXPECT_EQ(field_of(schema, "Opportunity", "IsClosed")->label, "Closed");
  EXPECT_EQ(field_of(schema, "Opportunity", "CloseDate")->label, "Close Date");
}

TEST(SchemaTest, NamesThatOnlyLookLikeARuleStayText) {
  EXPECT_EQ(type_by_name("IsoCode"), FieldType::kText);
  EXPECT_EQ(type_by_name("Issue"), FieldType::kText);
  EXPECT_EQ(type_by_name("Is"), FieldType::kText);
  EXPECT_EQ(type_by_name("UpdateDate"), FieldType::kText);
  EXPECT_EQ(type_by_name("Next_Steps__c"), FieldType::kText);
}

TEST(SchemaTest, TypesAreReadByPlainAndBySalesforceName) {
  EXPECT_EQ(parse_field_type("Date"), FieldType::kDate);
  EXPECT_EQ(parse_field_type("currency"), FieldType::kMoney);
  EXPECT_EQ(parse_field_type("picklist"), FieldType::kText);
  EXPECT_FALSE(parse_field_type("dates"));
  for (const std::string_view name : field_type_names()) {
    ASSERT_TRUE(parse_field_type(name)) << name;
    EXPECT_EQ(to_string(*parse_field_type(name)), name);
  }
}

TEST(SchemaTest, AddingAFieldThatIsThereChangesItsTypeAndKeepsItsLabel) {
  Schema schema = Schema::standard();
  const std::size_t opportunity = *schema.find_object("Opportunity");
  const std::size_t before = schema.object(opportunity).fields.size();
  const std::size_t field =
      schema.add_field(opportunity, {.name = "stagename", .label = "", .type = FieldType::kReference});
  EXPECT_EQ(schema.object(opportunity).fields.size(), before);
  EXPECT_EQ(schema.object(opportunity).fields[field].name, "StageName");
  EXPECT_EQ(schema.object(opportunity).fields[field].type, FieldType::kReference);
  EXPECT_EQ(schema.object(opportunity).fields[field].label, "Stage");
}

TEST(SchemaTest, ANewObjectHasTheFieldsEveryObjectHas) {
  Schema schema = Schema::standard();
  const std::size_t index = schema.add_object("Project__c");
  EXPECT_EQ(schema.object(index).plural, "Projects");
  EXPECT_EQ(type_of(schema, "Project__c", "Id"), FieldType::kId);
  EXPECT_EQ(type_of(schema, "Project__c", "OwnerId"), FieldType::kReference);
  EXPECT_EQ(type_of(schema, "Project__c", "IsDeleted"), FieldType::kBoolean);
  EXPECT_EQ(schema.add_object("project__C"), index);
}

TEST(SchemaTest, ARelationshipAddedAgainReplacesTheOld) {
  Schema schema = Schema::standard();
  const std::size_t before = schema.relationships().size();
  schema.add_relationship(
      {.parent = "User", .name = "accounts", .child = "Account", .child_field = "CreatedById"});
  EXPECT_EQ(schema.relationships().size(), before);
  const auto found = schema.find_relationship(*schema.find_object("User"), "Accounts");
  EXPECT_EQ(schema.relationships()[*found].child_field, "CreatedById");
}

TEST(SchemaTest, PluralsFollowEnglish) {
  EXPECT_EQ(plural_of("Opportunity"), "Opportunities");
  EXPECT_EQ(plural_of("Case"), "Cases");
  EXPECT_EQ(plural_of("Survey"), "Surveys");
  EXPECT_EQ(plural_of("Address"), "Addresses");
}

TEST(SchemaTest, ObjectsNobodyReadsAreNoneOfTheStandardSchema) {
  const Schema schema = Schema::standard();
  EXPECT_FALSE(other_salesforce_objects().empty());
  for (const std::string_view name : other_salesforce_objects())
    EXPECT_FALSE(schema.find_object(name)) << name;
}

// The page promises to list everything there is.
TEST(SchemaTest, ThePageNamesEveryObjectFieldAndRelationship) {
  std::ifstream page(std::string(PLUMBLINE_SOURCE_DIR) + "/docs/records.md");
  ASSERT_TRUE(page);
  std::stringstream text;
  text << page.rdbuf();
  const Schema schema = Schema::standard();
  for (std::size_t i = 0; i < schema.object_count(); ++i) {
    const ObjectSchema& object = schema.object(i);
    const std::size_t start = text.str().find("\n### " + object.name);
    ASSERT_NE(start, std::string::npos) << object.name;
    const std::string section = text.str().substr(start, text.str().find("\n#", start + 1) - start);
    for (const FieldSchema& field : object.fields) {
      EXPECT_NE(section.find("`" + field.name + "`"), std::string::npos) << object.name << "." << field.name;
    }
  }
  for (const Relationship& link : schema.relationships()) {
    EXPECT_NE(text.str().find("`" + link.parent + "." + link.name + "`"), std::string::npos) << link.name;
  }
}

}  // namespace
}  // namespace plumbline
