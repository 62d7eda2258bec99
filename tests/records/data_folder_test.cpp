#include "records/data_folder.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kOpportunities = "Id,Name,CloseDate\n006000000000001,Big,2024-01-31\n";

class OpenFolder : public ::testing::Test {
 protected:
  DataFolder open(FolderOptions options = {}) {
    if (options.paths.empty()) options.paths = {folder_.path()};
    auto opened = open_folder(options, schema_);
    EXPECT_TRUE(opened.has_value()) << opened.error().errors.front().to_string();
    return opened ? *opened : DataFolder{};
  }

  std::vector<std::string> faults(FolderOptions options = {}) {
    if (options.paths.empty()) options.paths = {folder_.path()};
    const auto opened = open_folder(options, schema_);
    EXPECT_FALSE(opened.has_value());
    std::vector<std::string> texts;
    if (!opened) {
      for (const Error& error : opened.error().errors) texts.push_back(error.to_string());
    }
    return texts;
  }

  // "name: object" of each file, names without their folder.
  std::vector<std::string> held(const DataFolder& opened) {
    std::vector<std::string> texts;
    for (const DataFile& file : opened.files) {
      texts.push_back(std::filesystem::path(file.name).filename().string() + ": " + file.object);
    }
    return texts;
  }

  std::string reason(const DataFolder& opened, std::string_view name) {
    for (const SkippedFile& skipped : opened.skipped) {
      if (std::string_view(skipped.name).ends_with(name)) return skipped.reason;
    }
    return "not skipped";
  }

  TempFolder folder_;
  Schema schema_ = Schema::standard();
};

struct Named {
  std::string_view file;
  std::string_view object;
};

class FileNames : public ::testing::TestWithParam<Named> {};

TEST_P(FileNames, TellTheObject) {
  EXPECT_EQ(object_of_file_name(GetParam().file, Schema::standard()), GetParam().object) << GetParam().file;
}

INSTANTIATE_TEST_SUITE_P(
    People, FileNames,
    ::testing::Values(
        Named{"Opportunity.csv", "Opportunity"}, Named{"opportunities.CSV", "Opportunity"},
        Named{"OPPORTUNITY.csv", "Opportunity"}, Named{"Accounts2.csv", "Account"},
        Named{"4-Opportunity.json", "Opportunity"}, Named{"opportunity_export_2024-01-15.csv", "Opportunity"},
        Named{"Opportunity (1).csv", "Opportunity"},
        Named{"OpportunityFieldHistory.csv", "OpportunityFieldHistory"},
        Named{"opportunity_field_history 2024.csv", "OpportunityFieldHistory"},
        Named{"export/All Users final v2.csv", "User"}, Named{"SFDC_Accounts_Prod_Jan2024.csv", "Account"},
        Named{"SFDCAccounts.csv", "Account"}, Named{"opportunityExport.csv", "Opportunity"},
        Named{"Copy of Leads.tsv", "Lead"}, Named{"2024-01-15T10-30-00Z_Task.csv", "Task"},
        Named{"event-registrations.csv", "EventRegistration"},
        Named{"forecast_submissions.csv", "ForecastSubmission"},
        Named{"Clari Opportunity.csv", "ClariOpportunity"}, Named{"bulkQuery_result_Event.csv", "Event"},
        Named{"Case.csv", "Case"}, Named{"campaigns_2023.csv", "Campaign"}));

INSTANTIATE_TEST_SUITE_P(Others, FileNames,
                         ::testing::Values(Named{"account_plan.csv", ""}, Named{"AccountPlan.csv", ""},
                                           Named{"sales_pipeline.csv", ""}, Named{"data_dictionary.csv", ""},
                                           Named{"export.csv", ""}, Named{"2024.csv", ""}, Named{"", ""},
                                           Named{"accounting.csv", ""}, Named{"multitask.csv", ""},
                                           Named{"user_manual.txt", ""}, Named{"Account-Opportunity.csv", ""},
                                           Named{".csv", ""}, Named{"Verk\xC3\xA4ufe_Account.csv", ""}));

TEST_F(OpenFolder, FilesComeInOrderOfNameWithTheirHeaders) {
  folder_.write("Opportunity.csv", kOpportunities);
  folder_.write("Account.csv", "\xEF\xBB\xBFId;Name\n");
  const DataFolder opened = open();
  EXPECT_THAT(held(opened), ElementsAre("Account.csv: Account", "Opportunity.csv: Opportunity"));
  EXPECT_THAT(opened.files[0].columns, ElementsAre("Id", "Name"));
  EXPECT_EQ(opened.files[0].bytes, 11U);
}

TEST_F(OpenFolder, SeveralFilesOfOneObjectAreAllTaken) {
  folder_.write("Opportunity 2.csv", kOpportunities);
  folder_.write("Opportunity 1.csv", kOpportunities);
  EXPECT_THAT(held(open()), ElementsAre("Opportunity 1.csv: Opportunity", "Opportunity 2.csv: Opportunity"));
}

TEST_F(OpenFolder, UndeclaredColumnsBecomeTextFields) {
  folder_.write("Opportunity.csv", "Id,Favourite_Colour__c,Owner.Name,closedate,\n");
  (void)open();
  const ObjectSchema& object = schema_.object(*schema_.find_object("Opportunity"));
  const auto field = object.find("Favourite_Colour__c");
  ASSERT_TRUE(field.has_value());
  EXPECT_EQ(object.fields[*field].type, FieldType::kText);
  EXPECT_FALSE(object.find("Owner.Name").has_value());
  EXPECT_EQ(object.fields[*object.find("CloseDate")].type, FieldType::kDate);
}

TEST_F(OpenFolder, WhatIsNotReadIsNamedWithTheReason) {
  folder_.write("Opportunity.csv", kOpportunities);
  folder_.write("Oportunity.csv", kOpportunities);
  folder_.write("account_plan.csv", "a,b\n");
  folder_.write("Case.csv", "Id\n");
  folder_.write("notes.md", "x");
  folder_.write("Lead.xlsx", "x");
  folder_.write(".hidden.csv", "x");
  folder_.write("old/Opportunity.csv", kOpportunities);
  folder_.write("older/Opportunity.csv", kOpportunities);
  const DataFolder opened = open();
  EXPECT_THAT(held(opened), ElementsAre("Opportunity.csv: Opportunity"));
  EXPECT_EQ(opened.skipped.size(), 6U);
  EXPECT_THAT(reason(opened, "Oportunity.csv"),
              AllOf(HasSubstr("did you mean Opportunity?"), HasSubstr("--object NAME=Oportunity.csv")));
  EXPECT_THAT(reason(opened, "account_plan.csv"),
              HasSubstr("holds Account, but \"plan\" may make it something else"));
  EXPECT_EQ(reason(opened, "Case.csv"), "holds Case, which no policy reads");
  EXPECT_THAT(reason(opened, "notes.md"), HasSubstr("not a .csv, .tsv, .txt or .json file"));
  EXPECT_THAT(reason(opened, "Lead.xlsx"), HasSubstr("save the data as CSV"));
  EXPECT_THAT(reason(opened, folder_.path()), HasSubstr("old, older"));
}

TEST_F(OpenFolder, AnEmptyFolderIsSaidToBeEmpty) {
  EXPECT_EQ(reason(open(), folder_.path()), "the folder is empty");
}

TEST_F(OpenFolder, EveryUnreadableInputIsReportedAtOnce) {
  folder_.write("Account.csv", "");
  folder_.write("Lead.csv", "Id,Name,id\n");
  folder_.write("Opportunity.csv", "\xFF\xFEI\x01");
  folder_.write("Task.json", "[{\"Id\":");
  folder_.write("User.csv", "PK\x03\x04...");
  folder_.write("Event.csv", "Id\n");
  const std::vector<std::string> texts = faults({.paths = {folder_.path(), folder_.path_of("nowhere")}});
  ASSERT_EQ(texts.size(), 6U);
  EXPECT_THAT(texts, ::testing::Contains(
                         AllOf(HasSubstr("nowhere: "), HasSubstr("there is no such file or folder"))));
  EXPECT_THAT(texts, ::testing::Contains(AllOf(HasSubstr("Account.csv"), HasSubstr("empty"))));
  EXPECT_THAT(texts, ::testing::Contains(HasSubstr("Lead.csv:1")));
  EXPECT_THAT(texts, ::testing::Contains(AllOf(HasSubstr("Opportunity.csv"), HasSubstr("UTF-8"))));
  EXPECT_THAT(texts, ::testing::Contains(AllOf(HasSubstr("Task.json:1:8"), HasSubstr("cut short"))));
  EXPECT_THAT(texts, ::testing::Contains(AllOf(HasSubstr("User.csv"), HasSubstr("Excel workbook"))));
}

TEST_F(OpenFolder, AFileWithoutPermissionIsAnError) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  folder_.write("Opportunity.csv", kOpportunities);
  std::filesystem::permissions(folder_.path_of("Opportunity.csv"), std::filesystem::perms::none);
  EXPECT_THAT(faults(), ElementsAre(HasSubstr("give this user permission")));
}

TEST_F(OpenFolder, RecordsWithoutIdsAreLeftOutAndTheReasonSaysHowToNameTheKey) {
  folder_.write("accounts.csv", "account,sector\nAcme,tools\n");
  const auto says = AllOf(HasSubstr("has no Id column"), HasSubstr("key:"));
  EXPECT_THAT(reason(open(), "accounts.csv"), says);
  EXPECT_THAT(faults({.paths = {folder_.path_of("accounts.csv")}}), ElementsAre(says));
  FieldMap map;
  map.objects = {MappedObject{.object = "Account", .file = "accounts.csv"}};
  EXPECT_THAT(faults({.paths = {folder_.path()}, .field_map = &map}), ElementsAre(says));
}

TEST_F(OpenFolder, RowsOfHistoryNeedNoId) {
  folder_.write("OpportunityFieldHistory.csv", "OpportunityId,Field,OldValue,NewValue,CreatedDate\n");
  EXPECT_THAT(held(open()), ElementsAre("OpportunityFieldHistory.csv: OpportunityFieldHistory"));
}

TEST_F(OpenFolder, AFileNamedByItselfMustBeUnderstood) {
  folder_.write("pipeline.csv", kOpportunities);
  folder_.write("deals.dat", kOpportunities);
  const std::vector<std::string> texts =
      faults({.paths = {folder_.path_of("pipeline.csv"), folder_.path_of("deals.dat")}});
  EXPECT_THAT(texts, ElementsAre(HasSubstr("not a .csv"), HasSubstr("its name tells no object")));
}

TEST_F(OpenFolder, AFileGivenTwiceIsReadOnce) {
  folder_.write("Opportunity.csv", kOpportunities);
  const DataFolder opened = open(
      {.paths = {folder_.path(), folder_.path_of("Opportunity.csv"), folder_.path() + "/./Opportunity.csv"}});
  EXPECT_EQ(opened.files.size(), 1U);
}

TEST_F(OpenFolder, TheObjectOptionWinsOverTheName) {
  folder_.write("Account.csv", kOpportunities);
  folder_.write("deals.dat", kOpportunities);
  const DataFolder opened =
      open({.paths = {folder_.path()},
            .objects = {{"opportunities", "Account.csv"}, {"Lead", folder_.path_of("deals.dat")}}});
  EXPECT_THAT(held(opened), ElementsAre("Account.csv: Opportunity", "deals.dat: Lead"));
}

TEST_F(OpenFolder, TheObjectOptionBringsAFileOfItsOwn) {
  folder_.write("in/Opportunity.csv", kOpportunities);
  folder_.write("elsewhere/people.csv", "Id,Name\n");
  const DataFolder opened = open(
      {.paths = {folder_.path_of("in")}, .objects = {{"User", folder_.path_of("elsewhere/people.csv")}}});
  EXPECT_THAT(held(opened), ElementsAre("people.csv: User", "Opportunity.csv: Opportunity"));
}

TEST_F(OpenFolder, FaultsOfTheObjectOptionNameTheNearest) {
  folder_.write("Account.csv", "Id,Name\n");
  const std::vector<std::string> texts =
      faults({.paths = {folder_.path()},
              .objects = {{"Oportunity", "Account.csv"}, {"Case", "Account.csv"}, {"Lead", "Acount.csv"}}});
  EXPECT_THAT(
      texts,
      ElementsAre(AllOf(HasSubstr("--object Oportunity=Account.csv"), HasSubstr("did you mean Opportunity?")),
                  HasSubstr("no policy reads Case"),
                  AllOf(HasSubstr("there is no such file"), HasSubstr("did you mean Account.csv?"))));
}

TEST_F(OpenFolder, TwoObjectsForOneFileAreAnError) {
  folder_.write("x.csv", "Id,Name\n");
  EXPECT_THAT(faults({.paths = {folder_.path()}, .objects = {{"Lead", "x.csv"}, {"User", "x.csv"}}}),
              ElementsAre(HasSubstr("Lead and also User")));
}

TEST_F(OpenFolder, TheFieldMapNamesFilesAndKeys) {
  FieldMap map;
  map.objects = {MappedObject{.object = "Opportunity", .file = "sales_pipeline.csv", .key = "opportunity_id"},
                 MappedObject{.object = "Account", .file = "gone.csv"}};
  folder_.write("Sales_Pipeline.csv", "opportunity_id,deal_stage\n1C1I7A6R,Won\n");
  const DataFolder opened = open({.paths = {folder_.path()}, .field_map = &map});
  EXPECT_THAT(held(opened), ElementsAre("Sales_Pipeline.csv: Opportunity"));
  EXPECT_THAT(reason(opened, "gone.csv"),
              HasSubstr("the field map names it for Account, but it is not there"));
}

TEST_F(OpenFolder, JsonTellsItsObjectsItself) {
  folder_.write("Lead.json",
                R"({"records":[{"attributes":{"type":"Account"},"Id":"001000000000001","Name":"A",
    "Opportunities":{"records":[{"attributes":{"type":"Opportunity"},"Id":"006000000000001"}]},
    "Contacts":{"records":[{"attributes":{"type":"Contact"},"Id":"003000000000001"}]}}]})");
  const DataFolder opened = open();
  EXPECT_THAT(held(opened), ElementsAre("Lead.json: Opportunity", "Lead.json: Account"));
  EXPECT_EQ(reason(opened, "Lead.json"), "holds Contact, which no policy reads");
  EXPECT_EQ(opened.files[0].outline, "Opportunity");
  EXPECT_THAT(opened.files[0].relationships, ElementsAre("Account.Opportunities"));
}

TEST_F(OpenFolder, JsonWithoutTypesIsToldByNameAndRelationship) {
  folder_.write(
      "4-Accounts.json",
      R"([{"Id":"001000000000001","Name":"A","Opportunities":{"records":[{"Id":"006000000000001"}]}}])");
  EXPECT_THAT(held(open()), ElementsAre("4-Accounts.json: Opportunity", "4-Accounts.json: Account"));
}

TEST_F(OpenFolder, TheObjectOptionWinsOverTheTypeInJson) {
  folder_.write("x.json", R"([{"attributes":{"type":"Deal__c"},"Id":"a00000000000001","Name":"D"}])");
  const DataFolder opened = open({.paths = {folder_.path()}, .objects = {{"Opportunity", "x.json"}}});
  EXPECT_THAT(held(opened), ElementsAre("x.json: Opportunity"));
  EXPECT_EQ(opened.files[0].outline, "Deal__c");
}

TEST_F(OpenFolder, OtherJsonInAFolderIsSkippedButNotWhereItsNameClaimsRecords) {
  folder_.write("settings.json", R"({"colour":"red"})");
  folder_.write("Account-Opportunity-plan.json", R"([{"sobject":"Account","files":["Account.json"]}])");
  const DataFolder opened = open();
  EXPECT_THAT(held(opened), IsEmpty());
  EXPECT_THAT(reason(opened, "settings.json"), HasSubstr("not understood: holds no records"));
  EXPECT_THAT(reason(opened, "plan.json"), HasSubstr("not understood"));
  folder_.write("Opportunity.json", R"({"colour":"red"})");
  EXPECT_THAT(faults(), ElementsAre(AllOf(HasSubstr("Opportunity.json:1:1"), HasSubstr("holds no records"))));
}

TEST_F(OpenFolder, AnEmptyPageOfAKnownObjectIsTaken) {
  folder_.write("Opportunity.json", R"({"totalSize":0,"done":true,"records":[]})");
  EXPECT_THAT(held(open()), ElementsAre("Opportunity.json: Opportunity"));
}

TEST_F(OpenFolder, ReferencesOfTreesAreMarked) {
  folder_.write("Account.json",
                R"({"records":[{"attributes":{"type":"Account","referenceId":"A1"},"Name":"A"}]})");
  EXPECT_TRUE(open().files.at(0).by_reference);
}

}  // namespace
}  // namespace plumbline
