// `plumbline check` and `plumbline audit --config`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/cli/exit_status.h"
#include "ledger/ledger.h"
#include "tests/daemon/cli_fixture.h"

namespace plumbline {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string kRoot = PLUMBLINE_SOURCE_DIR;
const std::string kExample = kRoot + "/docs/examples/plumbline.yaml";
constexpr std::string_view kMoment = "2026-03-18T09:00:00Z";

std::string pack_called(std::string_view name, std::string_view condition) {
  return "pack: " + std::string(name) +
         "\npolicies:\n"
         "  - id: small-deal\n"
         "    title: Small deal\n"
         "    on: Opportunity\n"
         "    severity: low\n"
         "    violated_when: " +
         std::string(condition) +
         "\n"
         "    says: \"Only {Amount}.\"\n"
         "    fix: \"Sell more.\"\n"
         "    examples:\n"
         "      - {given: {Amount: 1}, as_of: 2022-04-23, violated: true}\n"
         "      - {given: {Amount: 300}, as_of: 2022-04-23, violated: false}\n";
}

TEST(Check, TheShippedExampleIsSound) {
  const Ran ran = run_words({"check", kExample});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_EQ(ran.out, kExample + ": ok, Rivet & Thread, 14 policies in 2 packs, a ledger yet to be made\n");
  EXPECT_EQ(ran.err, "");
}

TEST(Check, ThePageShowsTheShippedExample) {
  std::string shown = text_of_file(kExample);
  shown.erase(0, shown.find("organisation:"));
  EXPECT_THAT(text_of_file(kRoot + "/docs/configuration.md"), HasSubstr("```yaml\n" + shown + "```\n"));
}

TEST(Check, TellsFaultsOfAllFilesInOneRun) {
  const TempFolder folder;
  folder.write("ours.yaml", pack_called("ours", "Amuont < 200"));
  folder.write("map.yaml", "objects: {Opportunity: {feilds: {}}}\n");
  const std::string path =
      folder.write("plumbline.yaml", "zone: Mars\npacks: [ours.yaml, gone.yaml]\nfields: map.yaml\n");
  const Ran ran = run_words({"check", path});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_EQ(ran.out, path + ": 4 errors\n");
  EXPECT_THAT(ran.err,
              AllOf(HasSubstr("plumbline.yaml:1:7: error: unknown time zone"), HasSubstr("[CF004]"),
                    HasSubstr("plumbline.yaml:2:20: error: there is no shipped pack gone.yaml and no file " +
                              folder.path_of("gone.yaml")),
                    HasSubstr("unknown field Amuont on Opportunity; did you mean Amount? [PB028]"),
                    HasSubstr("unknown key feilds")));
}

TEST(Check, ReadsPacksWithTheFieldMap) {
  const TempFolder folder;
  folder.write("ours.yaml", pack_called("ours", "Amount < 200 AND Mood = null"));
  folder.write("map.yaml", "objects: {Opportunity: {fields: {Mood: feeling}}}\n");
  const std::string with = folder.write("a.yaml", "packs: ours.yaml\nfields: map.yaml\n");
  const std::string without = folder.write("b.yaml", "packs: ours.yaml\n");
  const Ran ran = run_words({"check", with, without});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_EQ(ran.out, with + ": ok, 1 policy in 1 pack, a field map\n" + without + ": 1 error\n");
}

TEST(Check, TellsPacksOfOneName) {
  const TempFolder folder;
  folder.write("a.yaml", pack_called("ours", "Amount < 200"));
  folder.write("b.yaml", pack_called("ours", "Amount < 300"));
  const Ran ran = run_words({"check", folder.write("plumbline.yaml", "packs: [a.yaml, b.yaml]\n")});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("plumbline.yaml:1:17: error: "), HasSubstr("are both called ours"),
                             HasSubstr("[CF011]")));
}

TEST(Check, TellsWhatIsNotThere) {
  const TempFolder folder;
  const Ran ran = run_words(
      {"check", folder.write("plumbline.yaml", "exports: [gone]\nfields: map.yaml\nlink_base: acme\n")});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("the exports: " + folder.path_of("gone") + " is not there"),
                             HasSubstr("[CF008]"), HasSubstr("the field map: "),
                             HasSubstr("`link_base`: acme is no web address"), HasSubstr("[CF009]")));
}

TEST(Check, TellsAFileThatCannotBeRead) {
  const Ran ran = run_words({"check", "/nowhere/plumbline.yaml"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("cannot read /nowhere/plumbline.yaml: there is no such file"));
}

// A ledger to which one sync brought the opportunities' names.
std::string add_ledger(const TempFolder& folder, std::string_view organisation = "") {
  const std::string path = folder.path_of("acme.ledger");
  const Result<Ledger> ledger = Ledger::open(
      path, {.access = DatabaseAccess::kCreate, .organisation = std::string(organisation), .now = kTestNow});
  EXPECT_TRUE(ledger) << ledger.error().to_string();
  EXPECT_TRUE(ledger->database().execute(
      "INSERT INTO sync(id, org, source, seen_at, written_at, complete) VALUES(1, 1, 'x', '', '', 0);"
      "INSERT INTO object(id, org, name, id_rule) VALUES(1, 1, 'Opportunity', 'salesforce');"
      "INSERT INTO field(org, object, name, type, is_column, first_sync, last_sync) VALUES"
      "(1, 1, 'Id', 'id', 1, 1, 1), (1, 1, 'Name', 'text', 1, 1, 1)"));
  return path;
}

Ran check_with(const TempFolder& folder, const std::string& more) {
  folder.write("ours.yaml", pack_called("ours", "Amount < 100"));
  return run_words({"check", folder.write("plumbline.yaml", "packs: ours.yaml\n" + more)});
}

TEST(CheckOfALedger, ThatIsYetToBeMadeIsFine) {
  const TempFolder folder;
  const Ran ran = check_with(folder, "ledger: {file: acme.ledger}\n");
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("in 1 pack, a ledger yet to be made\n"));
  EXPECT_FALSE(std::filesystem::exists(folder.path_of("acme.ledger")));
}

TEST(CheckOfALedger, NamesWhatPoliciesNeedAndNoSyncBrought) {
  const TempFolder folder;
  add_ledger(folder);
  const Ran ran = check_with(folder, "ledger: {file: acme.ledger}\n");
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("a ledger of 1 sync, 1 warning"));
  EXPECT_THAT(ran.err,
              HasSubstr("no sync has delivered Opportunity.Amount, which 1 policy cannot do without: "
                        "small-deal [CF018]"));
}

TEST(CheckOfALedger, TellsThatItCannotBeUsed) {
  const TempFolder folder;
  EXPECT_THAT(
      check_with(folder, "ledger: {file: nowhere/acme.ledger}\n").err,
      AllOf(HasSubstr("plumbline.yaml:2:16: error: the ledger: there is no folder"), HasSubstr("[CF014]")));
  folder.write("notes.txt", std::string(9'000, 'x'));
  const Ran other = check_with(folder, "ledger: {file: notes.txt}\n");
  EXPECT_EQ(other.status, kExitUsage);
  EXPECT_THAT(other.err, AllOf(HasSubstr("this is not a ledger"), HasSubstr("[CF015]")));
  add_ledger(folder, "Acme");
  EXPECT_THAT(check_with(folder, "organisation: {name: Other}\nledger: {file: acme.ledger}\n").err,
              HasSubstr("knows no organisation \"Other\"; it holds Acme"));
}

TEST(CheckOfALedger, TellsOfAKeyThatOthersMayRead) {
  const TempFolder folder;
  const std::string key =
      folder.write(std::filesystem::path(add_ledger(folder) + ".key").filename().string(), "");
  std::filesystem::permissions(key, std::filesystem::perms::owner_read | std::filesystem::perms::others_read);
  const Ran ran = check_with(folder, "ledger: {file: acme.ledger}\n");
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("acme.ledger.key may be read by others"), HasSubstr("[CF016]")));
  std::filesystem::permissions(key, std::filesystem::perms::owner_read);
  EXPECT_EQ(check_with(folder, "ledger: {file: acme.ledger}\n").status, kExitDone);
}

TEST(CheckOfALedger, TellsOfAnchorsThatCannotBeWritten) {
  const TempFolder folder;
  const Ran ran = check_with(folder, "audit: {anchors: [journal, anchors, nowhere/anchors]}\n");
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("plumbline.yaml:2:37: error: the anchor: there is no folder"),
                             HasSubstr("[CF017]"), Not(HasSubstr("2:28"))));
}

TEST(CheckOfALedger, LooksAtTheAddressesOfWebhooksAndNeverShowsThem) {
  const TempFolder folder;
  const std::string file = folder.write("hook", "http://audit.example/T0PSECRET\n");
  std::filesystem::permissions(file,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  const std::string webhook = "audit: {anchors: [{webhook: auditor, url_file: hook}]}\n";
  const Ran plain = check_with(folder, webhook);
  EXPECT_EQ(plain.status, kExitUsage);
  EXPECT_THAT(plain.err, AllOf(HasSubstr("webhook auditor: this is no address that begins with https://"),
                               HasSubstr("[CF023]"), Not(HasSubstr("T0PSECRET"))));
  folder.write("hook", "https://audit.example/T0PSECRET\n");
  EXPECT_EQ(check_with(folder, webhook).status, kExitDone);
  std::filesystem::permissions(file,
                               std::filesystem::perms::owner_read | std::filesystem::perms::others_read);
  EXPECT_THAT(check_with(folder, webhook).err, AllOf(HasSubstr("everybody"), HasSubstr("[CF023]")));
  EXPECT_EQ(check_with(folder, "audit: {anchors: {webhook: auditor, credential: hook}}\n").status, kExitDone)
      << "a credential is only there once the service runs";
}

TEST(AuditWithAConfiguration, JudgesWhatItNames) {
  const Ran ran =
      run_words({"audit", "--config", kExample, "--as-of", std::string(kMoment), "--format", "jsonl"});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("14 policies of essentials, house-rules"));
  EXPECT_THAT(ran.out, HasSubstr("\"link\":\"https://rivet-and-thread.lightning.force.com/"));
}

TEST(AuditWithAConfiguration, IsTheSameAsSayingAllOfItOnTheCommandLine) {
  const Ran configured =
      run_words({"audit", "--config", kExample, "--as-of", std::string(kMoment), "--format", "csv"});
  const Ran said = run_words({"audit", kRoot + "/docs/examples/pipeline", "--pack", "essentials", "--pack",
                              kRoot + "/docs/examples/house-rules.yaml", "--zone", "Europe/Berlin",
                              "--link-base", "https://rivet-and-thread.my.salesforce.com", "--threads", "2",
                              "--as-of", std::string(kMoment), "--format", "csv"});
  EXPECT_EQ(said.status, kExitDone) << said.err;
  EXPECT_EQ(configured.out, said.out);
}

TEST(AuditWithAConfiguration, TheCommandLineCountsBefore) {
  const TempFolder folder;
  const std::string data = folder.write("Opportunity.csv", "Id,Name,Amount\n006000000000001AAA,Kettle,100\n");
  folder.write("ours.yaml", pack_called("ours", "Amount < 200"));
  folder.write("theirs.yaml", pack_called("theirs", "Amount < 50"));
  const std::string path =
      folder.write("plumbline.yaml", "packs: ours.yaml\nexports: nothing-else\nzone: UTC\n");
  std::filesystem::create_directory(folder.path_of("nothing-else"));
  const std::vector<std::string> words = {"audit", data, "--config", path, "--format", "csv"};
  EXPECT_THAT(run_words(words).out, HasSubstr("violated,small-deal,ours,"));
  std::vector<std::string> other = words;
  other.insert(other.end(), {"--pack", folder.path_of("theirs.yaml")});
  const Ran ran = run_words(other);
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(ran.out, Not(HasSubstr("violated,")));
  EXPECT_THAT(ran.err, HasSubstr("of theirs"));
}

TEST(AuditWithAConfiguration, NeedsExportsFromOneOfTheTwo) {
  const TempFolder folder;
  const Ran ran = run_words({"audit", "--config", folder.write("plumbline.yaml", "packs: essentials\n")});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("nothing to audit"));
}

TEST(AuditWithAConfiguration, TellsFaultsOfBoth) {
  const TempFolder folder;
  const Ran ran =
      run_words({"audit", "--config", folder.write("plumbline.yaml", "pakcs: essentials\n"), "--polcy", "x"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("[CF001]"), HasSubstr("unknown option --polcy")));
  EXPECT_EQ(ran.out, "");
}

TEST(Schema, PrintsWhatIsAskedFor) {
  const Ran ran = run_words({"schema", "config"});
  EXPECT_EQ(ran.status, kExitDone);
  EXPECT_EQ(ran.out, text_of_file(kRoot + "/config/schemas/config.schema.json"));
}

TEST(Schema, NamesTheNearest) {
  const Ran ran = run_words({"schema", "packs"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("there is no schema packs; did you mean pack?"));
  EXPECT_THAT(run_words({"schema"}).err, HasSubstr("one of the schemas config, field-map, pack; name it"));
}

}  // namespace
}  // namespace plumbline
