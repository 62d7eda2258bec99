#include "connectors/salesforce/field_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/salesforce/salesforce_options.h"

namespace plumbline {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kDescription = R"({"name":"Opportunity","queryable":true,"replicateable":true,
"childRelationships":[{"field":"OpportunityId","name":"wrong","type":"x"}],
"fields":[
{"name":"Id","type":"id","label":"Opportunity ID","filterable":true,"calculated":false,"referenceTo":[],"picklistValues":[]},
{"name":"OwnerId","type":"reference","label":"Owner","filterable":true,"referenceTo":["User"]},
{"name":"WhoId","type":"reference","label":"Who","filterable":true,"referenceTo":["Contact","Lead"]},
{"name":"StageName","type":"picklist","label":"Stage","filterable":true,"picklistValues":[{"value":"New","label":"New","name":"no","active":true}]},
{"name":"Score__c","type":"double","label":"Score","filterable":true,"calculated":true},
{"name":"BillingAddress","type":"address","label":"Address"},
{"name":"Body","type":"base64","label":"Body"},
{"name":"LastViewedDate","type":"datetime","label":"Viewed","filterable":true},
{"name":"IsDeleted","type":"boolean","label":"Deleted","filterable":true},
{"name":"CreatedDate","type":"datetime","label":"Created","filterable":true},
{"name":"SystemModstamp","type":"datetime","label":"Stamp","filterable":true}]})";

ObjectDescription described() {
  DescribeReader reader;
  EXPECT_TRUE(reader.push(kDescription));
  return *reader.take();
}

ObjectDescription without(std::string_view field) {
  ObjectDescription object = described();
  std::erase_if(object.fields, [&](const FieldDescription& one) { return one.name == field; });
  return object;
}

TEST(DescribeReply, reads_fields_in_pieces_of_any_size) {
  for (const std::size_t piece : {1U, 10U, 4'000U}) {
    DescribeReader reader;
    for (std::size_t i = 0; i < kDescription.size(); i += piece)
      ASSERT_TRUE(reader.push(kDescription.substr(i, piece)));
    const Result<ObjectDescription> object = reader.take();
    ASSERT_TRUE(object);
    EXPECT_EQ(object->name, "Opportunity");
    EXPECT_TRUE(object->replicable);
    EXPECT_EQ(object->fields.size(), 11U);
    EXPECT_EQ(object->find("ownerid")->references, "User");
    EXPECT_EQ(object->find("WhoId")->references, "");
    EXPECT_TRUE(object->find("Score__c")->calculated);
    EXPECT_EQ(object->find("StageName")->label, "Stage");
  }
}

TEST(DescribeReply, refuses_what_describes_nothing) {
  for (const char* text : {"[]", "{}", R"({"name":"X","fields":[]})", R"({"name":"X","fields":[)"}) {
    DescribeReader reader;
    static_cast<void>(reader.push(text));
    EXPECT_FALSE(reader.take()) << text;
  }
}

TEST(FieldChoice, takes_all_that_can_be_read_where_nobody_chose) {
  const FieldChoice choice = choose_fields({.name = "Opportunity"}, described(), {});
  EXPECT_THAT(choice.columns, ElementsAre("Id", "SystemModstamp", "IsDeleted", "CreatedDate", "OwnerId",
                                          "WhoId", "StageName", "Score__c"));
  EXPECT_THAT(choice.spine, ElementsAre("Id", "SystemModstamp", "IsDeleted", "CreatedDate"));
  EXPECT_THAT(choice.calculated, ElementsAre("Score__c"));
  EXPECT_EQ(choice.cursor, "SystemModstamp");
  EXPECT_TRUE(choice.says_deleted);
}

TEST(FieldChoice, takes_what_was_chosen_and_what_it_cannot_do_without) {
  const SalesforceObject wanted{.name = "Opportunity", .fields = {"stagename", "Gone__c"}};
  const FieldChoice choice = choose_fields(wanted, described(), {});
  EXPECT_THAT(choice.columns, ElementsAre("Id", "SystemModstamp", "IsDeleted", "CreatedDate", "StageName"));
  EXPECT_THAT(choice.newly_hidden, ElementsAre("Gone__c"));
}

TEST(FieldChoice, notices_once_that_a_field_is_gone) {
  const KnownFields known{.read = {"Id", "StageName"}, .hidden = {}};
  const FieldChoice first = choose_fields({.name = "Opportunity"}, without("StageName"), known);
  EXPECT_THAT(first.newly_hidden, ElementsAre("StageName"));
  const KnownFields later{.read = {"Id"}, .hidden = {"StageName"}};
  const FieldChoice second = choose_fields({.name = "Opportunity"}, without("StageName"), later);
  EXPECT_THAT(second.newly_hidden, IsEmpty());
  EXPECT_THAT(second.hidden, ElementsAre("StageName"));
}

TEST(FieldChoice, fetches_anew_what_came_back_and_what_is_new) {
  const KnownFields known{.read = {"Id", "SystemModstamp", "IsDeleted", "CreatedDate", "OwnerId", "WhoId"},
                          .hidden = {"StageName"}};
  const FieldChoice choice = choose_fields({.name = "Opportunity"}, described(), known);
  EXPECT_THAT(choice.to_fill, ElementsAre("StageName", "Score__c"));
  EXPECT_THAT(choice.returned, ElementsAre("StageName"));
}

TEST(FieldChoice, goes_by_the_next_best_stamp) {
  const FieldChoice choice = choose_fields({.name = "Opportunity"}, without("SystemModstamp"), {});
  EXPECT_EQ(choice.cursor, "CreatedDate");
  EXPECT_THAT(choice.calculated, ElementsAre("OwnerId", "WhoId", "StageName", "Score__c"));
}

TEST(FieldChoice, remembers_fields_as_text) {
  const KnownFields known{.read = {"Id", "Name"}, .hidden = {"X"}};
  EXPECT_EQ(known.to_text(), "Id,Name|X");
  EXPECT_EQ(KnownFields::from_text(known.to_text()), known);
  EXPECT_EQ(KnownFields::from_text(""), KnownFields{});
}

TEST(FieldChoice, hands_over_types_and_references) {
  const auto fields = described_fields(described(), {"OwnerId"});
  ASSERT_EQ(fields.size(), 1U);
  EXPECT_EQ(fields[0].type, "reference");
  EXPECT_EQ(fields[0].references, "User");
  EXPECT_EQ(fields[0].object, "Opportunity");
}

TEST(SalesforceOptions, tells_every_fault_at_once) {
  const SalesforceOptions options{.login = {.url = "http://login.example.com"},
                                  .api_version = "latest",
                                  .objects = {{.name = "Opp ortunity", .fields = {"Owner.Name"}}},
                                  .overlap = std::chrono::seconds{-1},
                                  .most_uri_bytes = 20'000,
                                  .budget = {.leave_percent = 101, .parallel_downloads = 0}};
  const std::vector<std::string> faults = validate(options);
  EXPECT_THAT(faults, Contains(HasSubstr("login.url must begin with https://")));
  EXPECT_THAT(faults, Contains(HasSubstr("needs client_id")));
  EXPECT_THAT(faults, Contains(HasSubstr("needs username")));
  EXPECT_THAT(faults, Contains(HasSubstr("needs a private key")));
  EXPECT_THAT(faults, Contains(HasSubstr("api_version must be of the form v62.0")));
  EXPECT_THAT(faults, Contains(HasSubstr("\"Opp ortunity\" is no name of an object")));
  EXPECT_THAT(faults, Contains(HasSubstr("\"Owner.Name\" is no name of a field")));
  EXPECT_THAT(faults, Contains(HasSubstr("overlap must be at least 0 s")));
  EXPECT_THAT(faults, Contains(HasSubstr("most_uri_bytes")));
  EXPECT_THAT(faults, Contains(HasSubstr("leave_percent")));
  EXPECT_THAT(faults, Contains(HasSubstr("parallel_downloads")));
}

TEST(SalesforceOptions, the_defaults_with_a_login_are_good) {
  const SalesforceOptions options{.login = {.client_id = "x", .username = "y", .private_key = Secret("z")}};
  EXPECT_THAT(validate(options), IsEmpty());
  const SalesforceOptions credentials{.login = {.grant = SalesforceGrant::kClientCredentials,
                                                .client_id = "x",
                                                .client_secret = Secret("z")}};
  EXPECT_THAT(validate(credentials), ElementsAre(HasSubstr("own address as login.url")));
}

}  // namespace
}  // namespace plumbline
