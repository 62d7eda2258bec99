// `plumbline init` as a person meets it: what it writes must pass `policy check` and be taken by `audit` as
// it is, whatever the export looks like.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/cli_fixture.h"

namespace plumbline {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// Lines that begin with "# ", and what they belong to, without it: as a person takes everything proposed.
std::string taken(const std::string& text) {
  std::istringstream in(text);
  std::string out;
  bool proposals = false;
  for (std::string line; std::getline(in, line);) {
    proposals = proposals
                    ? line.starts_with("#   ")
                    : line.starts_with("# ") && line.ends_with(":") && line.find(' ', 2) == std::string::npos;
    out += (proposals ? line.substr(2) : line) + "\n";
  }
  return out;
}

// The same of a field map, where a comment stands before a field.
std::string taken_guesses(const std::string& text) {
  std::istringstream in(text);
  std::string out;
  for (std::string line; std::getline(in, line);) {
    const bool proposed = line.find("   # guess: ") != std::string::npos ||
                          line.find("   # for the next line") != std::string::npos;
    const bool guess = line.starts_with("      # ") && proposed;
    out += (guess ? line.substr(0, 6) + line.substr(8) : line) + "\n";
  }
  return out;
}

class Init : public testing::Test {
 protected:
  void init(const std::vector<std::string>& words) {
    std::vector<std::string> all{"init"};
    all.insert(all.end(), words.begin(), words.end());
    all.insert(all.end(), {"--output-dir", out_.path()});
    ran_ = run_words(all);
    map_ = text_of_file(out_.path_of("field-map.yaml"));
    pack_ = text_of_file(out_.path_of("my-conventions.yaml"));
  }

  void expect_valid(const std::string& map, const std::string& pack) {
    const Ran checked = run_words({"policy", "check", pack, "--fields", map});
    EXPECT_EQ(checked.status, 0) << checked.err << text_of_file(map) << text_of_file(pack);
    EXPECT_EQ(checked.err, "");
  }

  // As they are, and with everything taken that they propose.
  void expect_files_are_valid() {
    ASSERT_EQ(ran_.status, 0) << ran_.err;
    expect_valid(out_.path_of("field-map.yaml"), out_.path_of("my-conventions.yaml"));
    expect_valid(out_.write("taken-map.yaml", taken_guesses(map_)), out_.write("taken.yaml", taken(pack_)));
    EXPECT_NE(taken(pack_), pack_);
  }

  Ran audit(const std::string& data) {
    return run_words({"audit", data, "--fields", out_.path_of("field-map.yaml"), "--pack",
                      out_.path_of("my-conventions.yaml"), "--as-of", "2024-06-01T12:00:00Z"});
  }

  TempFolder data_;
  TempFolder out_;
  Ran ran_;
  std::string map_;
  std::string pack_;
};

TEST_F(Init, SaysThatTheExampleNeedsNoMap) {
  const std::string data = std::string(PLUMBLINE_SOURCE_DIR) + "/docs/examples/pipeline";
  init({data});
  expect_files_are_valid();
  EXPECT_THAT(map_, HasSubstr("Nothing needs to be said"));
  EXPECT_THAT(pack_, HasSubstr("extends: essentials\n"));
  EXPECT_THAT(ran_.out, AllOf(HasSubstr("Opportunity: 17 certain, 0 likely, 0 guesses"),
                              HasSubstr("13 of 13 in essentials"),
                              HasSubstr("a column for Opportunity.Compelling_Event__c"),
                              HasSubstr("plumbline audit " + data + " --fields ")));
  const Ran audited = audit(data);
  EXPECT_EQ(audited.status, 0) << audited.err;
  EXPECT_THAT(audited.err, Not(HasSubstr("Not judged")));
}

TEST_F(Init, PutsTheDatasOwnStagesIntoTheStarter) {
  const std::string data = std::string(PLUMBLINE_SOURCE_DIR) + "/docs/examples/pipeline";
  init({data, "--extends", "commercial-sales"});
  expect_files_are_valid();
  EXPECT_THAT(pack_, AllOf(HasSubstr("extends: commercial-sales\n"), HasSubstr("#   # Opportunity.Type")));
}

constexpr std::string_view kUglyDeals =
    "\xEF\xBB\xBF"
    "\"Deal-Nr.\";Bezeichnung;Verkaufsphase;\"Abschlu\xC3\x9F"
    "datum\";\"Betrag (EUR)\";\"Geschlossen?\";Verk\xC3\xA4ufer;Kunde;"
    "\"Next Steps\nDate\";;\"acme__Compelling_Event__c\";\"a: \"\"b\"\" #c\";Erstellt am;erstelldatum;\r\n"
    "VK-1;\"Solarpark \"\"S\xC3\xBC"
    "d\"\"; Phase 2\";Angebot;31.05.2024;\"1.250,50\";Nein;Anna Schmidt;K\xC3\xA4"
    "fer;13/04/24;;x;y;01.02.2024;02.02.2024;\r\n"
    "VK-2;Kasse;Gewonnen;15.03.2024;\"900,00\";Ja;J\xC3\xB6rg;Nord AG;25/12/23;;;y;03.02.2024;04.02.2024;\r\n"
    "VK-3;F\xC3\xA4hre;Verloren;28.02.2024;\"12.000,00\";Ja;Anna Schmidt;K\xC3\xA4"
    "fer;01/02/24;;z;y;05.02.2024;06.02.2024;\r\n";

TEST_F(Init, UnderstandsAnUglyExport) {
  data_.write("Verkaufschancen.csv", kUglyDeals);
  data_.write("Team.csv",
              "Verk\xC3\xA4ufer;E-Mail;Vorgesetzter;Aktiv\r\nAnna Schmidt;a@x.test;Mia;ja\r\n"
              "J\xC3\xB6rg;j@x.test;Mia;nein\r\nMia;m@x.test;;ja\r\n");
  init({data_.path()});
  expect_files_are_valid();
  EXPECT_THAT(map_, AllOf(HasSubstr("file: Verkaufschancen.csv"), HasSubstr("key: Deal-Nr."),
                          HasSubstr("{from: \"Abschlu\u00DFdatum\", format: \"%d.%m.%Y\"}"),
                          HasSubstr("\"Next Steps\\nDate\", format: \"%d/%m/%y\""),
                          HasSubstr("Told_IsClosed__c: {from: \"Geschlossen?\", type: text}"),
                          HasSubstr("IsWon: {when: \"StageName = 'Gewonnen'\"}")));
  EXPECT_THAT(map_, AllOf(HasSubstr("# Amount: Betrag (EUR)   # guess"), HasSubstr("1.250,50"),
                          HasSubstr("CreatedDate may also be erstelldatum."), HasSubstr("# CreatedDate: ")));
  // Policies read the owner's IsActive, which a condition cannot answer.
  EXPECT_THAT(map_, HasSubstr("# IsActive, from Aktiv: "));
  EXPECT_THAT(ran_.out,
              AllOf(HasSubstr("Account: no file"), HasSubstr("IsClosed where Geschlossen? = 'Ja'")));
  EXPECT_EQ(audit(data_.path()).status, 0);
  const Ran audited = run_words(
      {"audit", data_.path(), "--fields", out_.path_of("field-map.yaml"), "--as-of", "2024-06-01T12:00:00Z"});
  EXPECT_EQ(audited.status, 0) << audited.err;
  EXPECT_THAT(audited.out, AllOf(HasSubstr("Anna Schmidt"), HasSubstr("31 May 2024")));
  EXPECT_THAT(audited.out, Not(HasSubstr("Kasse")));  // won
  EXPECT_THAT(audited.err, Not(HasSubstr("Rejected")));
}

TEST_F(Init, WritesHostileHeadersAsYaml) {
  data_.write(
      "Opportunity.csv",
      "Id,\"Close \"\"Date\"\": #\",\"{Stage}\",- Amount,\"*Name\",\"'Next\nStep',\",&Type: \\,IsClosed\r\n"
      "006Ec00000AieKFIAZ,2024-05-31,Open,5,One,Call,New,false\r\n");
  init({data_.path()});
  expect_files_are_valid();
  EXPECT_THAT(ran_.out, HasSubstr("Opportunity: 7 certain, 0 likely, 0 guesses"));
  const Ran audited = audit(data_.path());
  EXPECT_EQ(audited.status, 0) << audited.err;
  EXPECT_THAT(audited.out, HasSubstr("31 May 2024"));
}

TEST_F(Init, TakesSalesforcesLabelsAndShortIds) {
  data_.write("Opportunity.csv",
              "Opportunity ID,Opportunity Name,Opportunity Owner,Stage,Close Date,Closed\n"
              "006Ec00000AieKF,One,Ann,Open,1/31/2024,0\n006Ec00000AieKG,Two,Bob,Won,2/1/2024,1\n");
  init({data_.path()});
  expect_files_are_valid();
  EXPECT_THAT(map_, AllOf(HasSubstr("Id: Opportunity ID   # certain"), HasSubstr("format: \"%m/%d/%Y\""),
                          HasSubstr("  User:\n    key: Name")));
  const Ran audited = audit(data_.path());
  EXPECT_EQ(audited.status, 0) << audited.err;
  EXPECT_THAT(audited.out, AllOf(HasSubstr("Ann"), HasSubstr("31 Jan 2024"), Not(HasSubstr("Two"))));
}

constexpr std::string_view kDescribe = R"({"name": "Opportunity", "fields": [
  {"name": "Id", "label": "Opportunity ID", "type": "id"}, {"name": "Name", "label": "Name", "type": "string"},
  {"name": "CloseDate", "label": "Close Date", "type": "date"},
  {"name": "IsClosed", "label": "Closed", "type": "boolean"},
  {"name": "NextStep", "label": "Next Step", "type": "string"},
  {"name": "ARR_c2__c", "label": "Net ARR", "type": "currency", "custom": true},
  {"name": "Type", "label": "Type", "type": "picklist", "picklistValues": [{"active": true, "value": "New"}]},
  {"name": "NSD__c", "label": "Next Steps Date", "type": "date", "custom": true},
  {"name": "StageName", "label": "Stage", "type": "picklist", "picklistValues": [
    {"active": true, "value": "Open: \"hot\""}, {"active": true, "value": "Closed Won"}]}]})";

TEST_F(Init, ReadsADescribeDocument) {
  init({data_.write("describe.json", kDescribe)});
  expect_files_are_valid();
  EXPECT_THAT(map_, AllOf(HasSubstr("Net_ARR__c: ARR_c2__c   # certain"),
                          HasSubstr("Next_Steps_Date__c: NSD__c   # certain")));
  EXPECT_THAT(pack_, AllOf(HasSubstr("extends: commercial-sales"),
                           HasSubstr("#   active_stages: [\"Open: \\\"hot\\\"\"]   # REVIEW")));
  EXPECT_THAT(ran_.out, HasSubstr("plumbline audit EXPORTS --fields"));
  TempFolder exports;
  exports.write("Opportunity.csv",
                "Id,Name,CloseDate,IsClosed,NextStep,ARR_c2__c,Type,NSD__c,StageName\n"
                "006Ec00000AieKFIAZ,One,2024-07-01,false,Call,5,New,2024-01-01,\"Open: \"\"hot\"\"\"\n");
  const Ran audited = audit(exports.path());
  EXPECT_EQ(audited.status, 0) << audited.err;
  EXPECT_THAT(audited.err, Not(HasSubstr("has no column Next_Steps_Date__c")));
}

TEST_F(Init, TakesLabelsFromADescribeDocumentBesideTheExport) {
  data_.write("Opportunity.json", kDescribe);
  data_.write("Opportunity.csv", "Id,Name,ARR_c2__c\n006Ec00000AieKFIAZ,One,5\n");
  init({data_.path()});
  expect_files_are_valid();
  EXPECT_THAT(map_, HasSubstr("Net_ARR__c: ARR_c2__c   # certain: the same letters; such as \"5\""));
  const Ran audited = audit(data_.path());
  EXPECT_EQ(audited.status, 0) << audited.err;
  EXPECT_THAT(audited.err, HasSubstr("tells the fields of Opportunity"));
}

TEST_F(Init, WritesNothingForAnEmptyFolder) {
  init({data_.path()});
  EXPECT_EQ(ran_.status, 3);
  EXPECT_THAT(ran_.err, AllOf(HasSubstr("the folder is empty"), HasSubstr("export Opportunity")));
  EXPECT_FALSE(exists(out_.path_of("field-map.yaml")));
}

TEST_F(Init, NamesFilesOfUnknownObjectsAndTheNearest) {
  data_.write("remarks.csv", "what,why\na,b\n");
  data_.write("Case.csv", "Id,Subject\n500Ec00000AieKFIAZ,x\n");
  data_.write("plan.csv", "Stage,Close Date,Colour,Mood,Weather,Song,Food\nOpen,2024-01-31,1,2,3,4,5\n");
  init({data_.path()});
  EXPECT_EQ(ran_.status, 3);
  EXPECT_THAT(ran_.err, AllOf(HasSubstr("remarks.csv: neither its name nor its columns tell"),
                              HasSubstr("Case.csv: holds Case, which no policy reads"),
                              HasSubstr("plan.csv: nearest is Opportunity"),
                              HasSubstr("--object Opportunity=plan.csv")));
}

TEST_F(Init, TellsWhatAuditCouldNotReadEither) {
  data_.write("Opportunity.csv", "Id,Stage,stage\n1,2,3\n");
  data_.write("User.csv", "");
  init({data_.path()});
  EXPECT_EQ(ran_.status, 3);
  EXPECT_THAT(ran_.err,
              AllOf(HasSubstr("columns 2 and 3 are both named"), HasSubstr("User.csv: the file is empty")));
  EXPECT_FALSE(exists(out_.path_of("field-map.yaml")));
}

TEST_F(Init, SaysWhichHeadersCannotBeNamed) {
  data_.write("Opportunity.csv", "Id,Abschlu\xDF,Close Date\u00A0\n006Ec00000AieKFIAZ,1,2\n");
  init({data_.path()});
  expect_files_are_valid();
  EXPECT_THAT(ran_.out, HasSubstr("is not UTF-8"));
}

TEST_F(Init, LeavesASecondFileOfAnObjectToThePerson) {
  data_.write("deals_open.csv",
              "deal_id,Stage,Close Date,Amount\nA1,Open,2024-01-31,5\nA2,Open,2024-01-31,6\n");
  data_.write("deals_past.csv",
              "deal_id,Stage,Close Date,Amount\nA3,Won,2024-01-31,5\nA4,Won,2024-01-31,6\n");
  init({data_.path()});
  expect_files_are_valid();
  EXPECT_THAT(ran_.out, AllOf(HasSubstr("which deals_open.csv holds already"),
                              HasSubstr("--object Opportunity=deals_past.csv")));
  EXPECT_EQ(audit(data_.path()).status, 0);
}

TEST_F(Init, ReplacesNothingUnlessForced) {
  data_.write("Opportunity.csv", "Id,Stage\n006Ec00000AieKFIAZ,Open\n");
  out_.write("field-map.yaml", "mine");
  init({data_.path()});
  EXPECT_EQ(ran_.status, 2);
  EXPECT_THAT(ran_.err, HasSubstr("field-map.yaml is there already; --force"));
  EXPECT_EQ(map_, "mine");
  EXPECT_EQ(pack_, "");
  init({data_.path(), "--force"});
  EXPECT_EQ(ran_.status, 0) << ran_.err;
  EXPECT_THAT(map_, HasSubstr("StageName: Stage"));
}

TEST_F(Init, TellsAllFaultsOfItsCommandLine) {
  init({"--name", "My Pack", "--extends", "essential", "--object", "x"});
  EXPECT_EQ(ran_.status, 2);
  EXPECT_THAT(ran_.err,
              AllOf(HasSubstr("init needs a folder"), HasSubstr("--name My Pack cannot be"),
                    HasSubstr("did you mean essentials?"), HasSubstr("--object x does not say which file")));
}

// The lines between ```text and ``` of docs/getting-started.md.
std::vector<std::string> shown_lines() {
  std::istringstream in(text_of_file(std::string(PLUMBLINE_SOURCE_DIR) + "/docs/getting-started.md"));
  std::vector<std::string> lines;
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("```")) {
      inside = line == "```text";
    } else if (inside) {
      lines.push_back(line);
    }
  }
  return lines;
}

TEST_F(Init, GettingStartedShowsWhatItPrintsAndWrites) {
  const std::string data = std::string(PLUMBLINE_SOURCE_DIR) + "/docs/examples/spreadsheet";
  init({data});
  expect_files_are_valid();
  const std::vector<std::string> shown = shown_lines();
  EXPECT_GT(shown.size(), 10U);
  const std::string all = "\n" + ran_.out + map_ + pack_;
  for (const std::string& line : shown) EXPECT_THAT(all, HasSubstr("\n" + line));
  // And what it promises of an audit with the proposals taken.
  out_.write("field-map.yaml", taken_guesses(map_));
  out_.write("my-conventions.yaml", taken(pack_));
  const Ran audited = run_words({"audit", data, "--fields", out_.path_of("field-map.yaml"), "--pack",
                                 out_.path_of("my-conventions.yaml"), "--as-of", "2026-03-18T09:00:00Z"});
  EXPECT_EQ(audited.status, 0) << audited.err;
  EXPECT_THAT(audited.err, AllOf(HasSubstr("next-steps-date-past"), HasSubstr("next-steps-contains-date")));
}

class InitOnRealData : public Init {
 protected:
  void init_on(const std::string& folder) {
    path_ = std::string(PLUMBLINE_SOURCE_DIR) + "/../shared/data/" + folder;
    if (!exists(path_)) GTEST_SKIP() << "NOT RUN: there is no " << path_;
    init({path_});
  }
  std::string path_;
};

TEST_F(InitOnRealData, ComesCloseToTheMapMadeByHand) {
  init_on("maven-crm-sales-opportunities");
  if (IsSkipped()) return;
  expect_files_are_valid();
  for (const char* line :
       {"file: sales_pipeline.csv ", "key: opportunity_id ", "AccountId: account ", "OwnerId: sales_agent ",
        "StageName: deal_stage ", "Amount: close_value ", "CloseDate: close_date ",
        "IsClosed: {when: \"StageName IN ('Won', 'Lost')\"} ", "IsWon: {when: \"StageName = 'Won'\"} ",
        "    key: account ", "ParentId: subsidiary_of ", "file: sales_teams.csv ", "    key: sales_agent ",
        "Region__c: regional_office ", "# ManagerId: manager "}) {
    EXPECT_THAT(map_, HasSubstr(line));
  }
  const Ran audited = run_words({"audit", path_, "--fields", out_.path_of("field-map.yaml"), "--pack",
                                 out_.path_of("my-conventions.yaml"), "--as-of", "2017-12-31", "--policy",
                                 "no-amount", "--format", "csv"});
  EXPECT_EQ(audited.status, 0) << audited.err;
  // As many as the map made by hand finds (real_data_test.cpp).
  EXPECT_EQ(std::ranges::count(audited.out, '\n'), 1 + 2089);
}

TEST_F(InitOnRealData, TakesTheWorkshopExportAsItIs) {
  init_on("sfdc-data-cloud-workshop");
  if (IsSkipped()) return;
  expect_files_are_valid();
  EXPECT_THAT(ran_.out, AllOf(HasSubstr("Campaign.csv: holds Campaign, which no policy reads"),
                              HasSubstr("export User with "), HasSubstr("export OpportunityFieldHistory")));
  EXPECT_EQ(audit(path_).status, 0);
}

}  // namespace
}  // namespace plumbline
