// `plumbline policy explain`: what it prints, and that it says of every record what an audit says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <sstream>

#include "daemon/cli/exit_status.h"
#include "daemon/cli/explain.h"
#include "daemon/cli/rejects.h"
#include "policies/judge_times.h"
#include "tests/daemon/cli_fixture.h"

namespace plumbline {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kPipeline = std::string(PLUMBLINE_SOURCE_DIR) + "/docs/examples/pipeline";
constexpr const char* kAsOf = "2026-03-18T09:00:00Z";

Ran explain(std::vector<std::string> words) {
  std::vector<std::string> all = {"policy", "explain"};
  all.insert(all.end(), words.begin(), words.end());
  return run_words(all);
}

Ran explain_pipeline(std::vector<std::string> words) {
  words.insert(words.end(), {"--data", kPipeline, "--as-of", kAsOf});
  return explain(std::move(words));
}

// Packs change; what is told of them does not.
std::string without_hashes(std::string text) {
  for (const std::string_view pack : {"essentials (", "commercial-sales (", "\"pack_hash\":\""}) {
    for (std::size_t at = text.find(pack); at != std::string::npos; at = text.find(pack, at + 1)) {
      const std::size_t begin = at + pack.size();
      text.replace(begin, text.find_first_not_of("0123456789abcdef", begin) - begin, "#");
    }
  }
  return text;
}

TEST(PolicyExplain, ShowsARecordsConditionsPartByPart) {
  const Ran ran = explain_pipeline({"006Rt00000000OgIAI"});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  expect_golden("explain_record.txt", without_hashes(ran.out));
}

TEST(PolicyExplain, DrawsDefinitionsChainsAndWhatDecided) {
  const Ran ran = explain_pipeline({"006Rt00000000MtIAI", "--pack", "commercial-sales", "--policy",
                                    "close-date-unconventional", "--policy", "opportunity-stale", "--policy",
                                    "close-date-push-to-friday", "--policy", "net-arr-missing"});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  expect_golden("explain_conventions.txt", without_hashes(ran.out));
}

TEST(PolicyExplain, CountsWhatDecidedOverAllRecords) {
  const Ran ran = explain_pipeline({"--policy", "past-close-date", "--policy", "no-recent-activity"});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  expect_golden("explain_tally.txt", without_hashes(ran.out));
}

TEST(PolicyExplain, KnowsARecordByItsShortIdAndByItsNameInAnyCase) {
  const std::string page = explain_pipeline({"006Rt00000000OgIAI"}).out;
  EXPECT_EQ(explain_pipeline({"006Rt00000000Og"}).out, page);
  EXPECT_EQ(explain_pipeline({" tumbleweed turbines - WEATHER rerouting "}).out, page);
}

TEST(PolicyExplain, APolicyNamedIsShownWholeAlsoOutOfScope) {
  const Ran ran = explain_pipeline({"006Rt00000000OgIAI", "--policy", "closed-in-the-future"});
  EXPECT_THAT(ran.out, HasSubstr("judged when"));
  EXPECT_THAT(ran.out, Not(HasSubstr("past-close-date")));
}

TEST(PolicyExplain, WritesJson) {
  const Ran ran =
      explain_pipeline({"006Rt00000000OgIAI", "--policy", "past-close-date", "--format", "jsonl"});
  expect_golden("explain_record.jsonl", without_hashes(ran.out));
  const Ran tally = explain_pipeline({"--policy", "past-close-date", "--format", "jsonl"});
  expect_golden("explain_tally.jsonl", without_hashes(tally.out));
}

class SmallExports : public testing::Test {
 protected:
  SmallExports() {
    folder_.write("Opportunity.csv",
                  "Id,Name,IsClosed,IsDeleted,CloseDate,OwnerId\n"
                  "006000000000001AAA,Copper Kettle,false,false,2024-01-01,005000000000001AAA\n"
                  "006000000000002AAA,copper kettle,false,false,2024-07-01,005000000000002AAA\n"
                  "006000000000003AAA,Tin \x1b[31mKettle,,false,soon,005000000000001AAA\n"
                  "006000000000004AAA,Gone,false,true,2024-01-01,005000000000001AAA\n");
    folder_.write("User.csv",
                  "Id,Name,IsActive,TimeZoneSidKey\n005000000000001AAA,Copper Kettle,true,Asia/Tokyo\n");
  }
  Ran run(std::vector<std::string> words) {
    words.insert(words.end(), {"--data", folder_.path()});
    return explain(std::move(words));
  }
  TempFolder folder_;
};

TEST_F(SmallExports, ListsRecordsOfOneNameWithTheirIds) {
  const Ran ran = run({"Copper Kettle"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_EQ(ran.out, "");
  // The user of that name is none of those judged.
  EXPECT_EQ(ran.err,
            "plumbline: 2 records are called Copper Kettle; give the id of one:\n"
            "  Opportunity  006000000000001AAA\n"
            "  Opportunity  006000000000002AAA\n");
}

TEST_F(SmallExports, TellsRecordsOfOneKeyInTwoObjectsApartByTheirPolicies) {
  folder_.write("Lead.csv",
                "Id,Name,IsConverted,LastModifiedDate\n006000000000001AAA,Ana,false,2024-01-01T00:00:00Z\n");
  const Ran ran = run({"006000000000001AAA"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("name a policy about the one you mean with --policy"));
  EXPECT_EQ(run({"006000000000001AAA", "--policy", "lead-untouched"}).status, kExitDone);
}

TEST_F(SmallExports, ChangedParametersAreNamedWithTheirPack) {
  const std::string pack = folder_.write(
      "mine.yaml", "pack: mine\ntitle: Mine\nextends: essentials\nparameters: {amount_floor: 7}\n");
  folder_.write("Opportunity.csv", "Id,Name,IsClosed,Amount\n006000000000001AAA,Copper Kettle,false,5\n");
  const Ran ran = run({"Copper Kettle", "--pack", pack, "--policy", "no-amount"});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("Amount <= :amount_floor    Amount = 5; :amount_floor = 7"));
  EXPECT_THAT(ran.out, HasSubstr("parameters: :amount_floor = 7 (changed in pack mine)"));
}

TEST_F(SmallExports, NamesWhatIsLikeAnUnknownName) {
  const Ran ran = run({"Kettle"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err,
              HasSubstr("no record has the id or the name Kettle among 4 records of Opportunity, User; "
                        "did you mean Copper Kettle"));
  EXPECT_THAT(run({"Coper Ketle"}).err, HasSubstr("did you mean Copper Kettle"));
}

TEST_F(SmallExports, SaysWhereARecordIsDeletedOrNotLookedAt) {
  EXPECT_THAT(run({"006000000000004AAA"}).err,
              HasSubstr("Opportunity 006000000000004AAA is deleted, so no policy looks at it"));
  EXPECT_THAT(run({"005000000000001AAA"}).err,
              HasSubstr("is a record of User, which none of these policies"));
}

TEST_F(SmallExports, SaysWhyItIsUnknownAndWhoseZoneCounts) {
  const Ran ran = run({"006000000000003AAA"});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("UNKNOWN\n"));
  EXPECT_THAT(ran.out, HasSubstr("because CloseDate could not be read"));
  EXPECT_THAT(ran.out, HasSubstr("in Asia/Tokyo, the owner's time zone"));
  EXPECT_THAT(ran.out, Not(HasSubstr("\x1b"))) << "a name must not act on the terminal";
  EXPECT_THAT(run({"006000000000002AAA", "--zone", "Europe/Berlin"}).out,
              HasSubstr("in Europe/Berlin, the time zone of --zone"));
}

TEST_F(SmallExports, NamesTheExportThatWouldTell) {
  const Ran ran = run({"006000000000001AAA", "--policy", "untouched", "--policy", "owner-inactive"});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("for want of the column LastModifiedDate in the export of Opportunity:"));
  const Ran unknown = run({"006000000000002AAA", "--policy", "owner-inactive"});
  EXPECT_THAT(unknown.out, HasSubstr("because User 005000000000002AAA is not in the data (OwnerId)\n"
                                     "    to know: an export of User that holds it\n"));
}

TEST(PolicyExplain, TellsEveryFaultOfItsCommandLine) {
  const Ran ran = explain({"a", "b", "--format", "xml"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("takes one record; put a name of several words in quotes"));
  EXPECT_THAT(ran.err, HasSubstr("unknown --format xml"));
  EXPECT_THAT(ran.err, HasSubstr("say where the records are: --data exports/"));
  EXPECT_THAT(explain({"--data", "x"}).err, HasSubstr("name a record (its id or its name), or a policy"));
}

// "violated past-close-date 006...".
using Told = std::set<std::string>;

std::string text_after(const std::string& line, const std::string& key) {
  const std::string start = "\"" + key + "\":\"";
  const std::size_t begin = line.find(start);
  if (begin == std::string::npos) return "";
  return line.substr(begin + start.size(), line.find('"', begin + start.size()) - begin - start.size());
}

struct Compared {
  std::string folder;
  std::string pack;
  std::string as_of;
  std::string fields;
  std::size_t every = 1;  // record is explained whole; all are traced
};

class SaysWhatAnAuditSays : public testing::TestWithParam<Compared> {
 protected:
  Told audited() {
    const Compared& wanted = GetParam();
    std::vector<std::string> words = {"audit",      folder(),   "--pack", wanted.pack,        "--as-of",
                                      wanted.as_of, "--format", "jsonl",  "--include-unknown"};
    if (!wanted.fields.empty()) words.insert(words.end(), {"--fields", fields()});
    const Ran ran = run_words(words);
    EXPECT_EQ(ran.status, 0) << ran.err;
    Told told;
    std::istringstream lines(ran.out);
    for (std::string line; std::getline(lines, line);) {
      told.insert(text_after(line, "status") + " " + text_after(line, "policy") + " " +
                  text_after(line, "record_id"));
    }
    return told;
  }

  std::string folder() const { return std::string(PLUMBLINE_SOURCE_DIR) + "/" + GetParam().folder; }
  std::string fields() const { return std::string(PLUMBLINE_SOURCE_DIR) + "/" + GetParam().fields; }

  JudgingSetup set_up() {
    StringOutput out;
    StringOutput err;
    std::istringstream in;
    const FixedClock clock(kTestNow);
    Streams streams{.out = out, .err = err, .in = in, .clock = clock};
    JudgingInput input{.paths = {folder()}, .packs = {GetParam().pack}};
    if (!GetParam().fields.empty()) input.fields = fields();
    Step<JudgingSetup> setup = set_up_judging("policy explain", input, streams);
    EXPECT_TRUE(setup) << err.text();
    return std::move(*setup);
  }

  JudgeOptions options() const {
    JudgeOptions made;
    made.now_day = parse_day(GetParam().as_of);
    if (const auto moment = parse_instant(GetParam().as_of)) made.now = *moment;
    return made;
  }
};

TEST_P(SaysWhatAnAuditSays, OfEveryRecordByEveryPolicy) {
  if (!std::filesystem::exists(folder())) GTEST_SKIP() << "NOT RUN: there is no " << folder();
  const Told audit = audited();
  EXPECT_FALSE(audit.empty());
  JudgingSetup setup = set_up();
  RejectLog rejects(nullptr);
  const LoadOptions load_options{.field_map = setup.field_map ? &*setup.field_map : nullptr,
                                 .keeping = Keeping::kEverything};
  const Result<LoadedData> data = load(setup.folder, setup.schema, needs_of(setup), rejects, load_options);
  ASSERT_TRUE(data) << data.error().message;
  const Snapshot& snapshot = *data->snapshot;
  const std::vector<DerivedField> derived =
      setup.field_map ? derived_fields(*setup.field_map, *setup.schema) : std::vector<DerivedField>{};
  const JudgeOptions judge = options();

  Told traced;
  std::set<std::size_t> objects;
  JudgeTimesBuilder times(snapshot, judge);
  for (const BoundPack& pack : setup.packs) {
    for (const BoundPolicy& policy : pack.policies) {
      if (!why_not_judged(policy, snapshot).empty()) continue;
      objects.insert(policy.object);
      const TimeFrameId frame = times.frame(pack.pack->calendar, policy.zone);
      const TracePlan plan(*pack.pack, policy, derived, snapshot.schema(), frame);
      Tracer tracer(plan, snapshot, times.times());
      const Table& table = *snapshot.table(policy.object);
      for (RowIndex row = 0; row < table.rows(); ++row) {
        if (!table.visible(row)) continue;
        const PolicyOutcome outcome = tracer.outcome(row);
        const std::string behind = policy.policy->id + " " + std::string(table.id(row));
        if (outcome == PolicyOutcome::kViolated) traced.insert("violated " + behind);
        if (outcome == PolicyOutcome::kUnknown) traced.insert("unknown " + behind);
      }
    }
  }
  EXPECT_EQ(traced, audit);

  for (const std::size_t object : objects) {
    JudgingSetup own = set_up();
    const Table& table = *snapshot.table(object);
    for (RowIndex row = 0; row < table.rows(); row += static_cast<RowIndex>(GetParam().every)) {
      if (!table.visible(row)) continue;
      const ExplainedRecord record =
          explain_record(own, snapshot, {.object = object, .row = row}, judge, derived);
      for (const ExplainedPolicy& policy : record.policies) {
        if (!policy.outcome) continue;
        EXPECT_EQ(*policy.outcome, policy.trace.outcome) << record.id;
        const std::string behind = policy.policy->policy->id + " " + record.id;
        EXPECT_EQ(audit.contains("violated " + behind), policy.outcome == PolicyOutcome::kViolated) << behind;
        EXPECT_EQ(audit.contains("unknown " + behind), policy.outcome == PolicyOutcome::kUnknown) << behind;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    , SaysWhatAnAuditSays,
    testing::Values(
        Compared{.folder = "docs/examples/pipeline", .pack = "essentials", .as_of = kAsOf, .fields = ""},
        Compared{
            .folder = "docs/examples/pipeline", .pack = "commercial-sales", .as_of = kAsOf, .fields = ""},
        Compared{.folder = "../shared/data/sfdc-data-cloud-workshop",
                 .pack = "essentials",
                 .as_of = "2024-06-01T12:00:00Z",
                 .fields = ""},
        Compared{.folder = "../shared/data/sfdc-data-cloud-workshop",
                 .pack = "commercial-sales",
                 .as_of = "2024-06-01",
                 .fields = ""},
        Compared{.folder = "../shared/data/maven-crm-sales-opportunities",
                 .pack = "essentials",
                 .as_of = "2017-12-31",
                 .fields = "docs/examples/maven/field-map.yaml",
                 .every = 211}),
    [](const auto& one) { return "Set" + std::to_string(one.index); });

}  // namespace
}  // namespace plumbline
