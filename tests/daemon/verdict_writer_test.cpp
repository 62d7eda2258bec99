#include "daemon/cli/verdict_writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "base/utf8.h"
#include "tests/daemon/cli_fixture.h"
#include "tests/daemon/verdict_feed.h"

namespace plumbline {
namespace {

Verdict violated(std::string policy, Severity severity, std::string id, std::string name, std::string owner) {
  Verdict verdict;
  verdict.policy = std::move(policy);
  verdict.pack = "essentials";
  verdict.pack_hash = "0123abcd";
  verdict.severity = severity;
  verdict.object = "Opportunity";
  verdict.record_id = std::move(id);
  verdict.record_name = std::move(name);
  verdict.owner_id = owner.empty() ? "" : "005" + owner;
  verdict.owner_name = std::move(owner);
  verdict.as_of = kTestNow;
  verdict.message = "The close date 14 Mar 2024 has passed.";
  verdict.remedy =
      "Move the close date to when it will close, or close the opportunity as lost if nobody is buying.";
  verdict.source = "Handbook, Dates";
  return verdict;
}

Verdict unknown(std::string policy, std::string id, std::string name, std::string owner) {
  Verdict verdict =
      violated(std::move(policy), Severity::kHigh, std::move(id), std::move(name), std::move(owner));
  verdict.status = VerdictStatus::kUnknown;
  verdict.message.clear();
  verdict.remedy.clear();
  verdict.reason = "Amount could not be read";
  return verdict;
}

std::vector<Verdict> some_verdicts() {
  std::vector<Verdict> verdicts;
  verdicts.push_back(violated("no-amount", Severity::kMedium, "006Rt00000000JuIAI",
                              "Copper Kettle - Fleet telematics", "Ada"));
  verdicts.push_back(violated("past-close-date", Severity::kHigh, "006Rt00000000JuIAI",
                              "Copper Kettle - Fleet telematics", "Ada"));
  verdicts.push_back(
      violated("past-close-date", Severity::kHigh, "006Rt00000000KVIAY", "Nørdlys \"Fjord\", ferry", "Ben"));
  verdicts.push_back(violated("next-step-has-date", Severity::kLow, "006Rt00000000L6IAI", "=SUM(A1)", "Ada"));
  verdicts.push_back(violated("past-close-date", Severity::kHigh, "006Rt00000000LhIAI", "", ""));
  verdicts.push_back(unknown("no-amount", "006Rt00000000MIIAY", "Quill", "Ben"));
  verdicts[0].evidence = {
      {"Amount", NullValue{}}, {"CloseDate", Day{make_day(2024, 3, 14)}}, {"IsClosed", false}};
  verdicts[1].evidence = {{"Amount", Money{123450}}, {"days", 2.5}, {"Owner.Name", std::string("a\"b\n")}};
  verdicts[2].evidence = {{"CreatedDate", kTestNow}, {"Stage", std::string("won; lost")}};
  verdicts[5].evidence = {{"Amount", UnknownValue{}}};
  return verdicts;
}

using MakeWriter = std::unique_ptr<VerdictWriter> (*)(TextOutput&, const RecordLinks&);

std::string written(MakeWriter make, const std::vector<Verdict>& verdicts, const RecordLinks& links = {}) {
  StringOutput out;
  const auto writer = make(out, links);
  const VerdictFeed feed(verdicts);
  feed.give(*writer);
  writer->end();
  return out.text();
}

std::string table(const std::vector<Verdict>& verdicts, const TableOptions& options,
                  const RecordLinks& links = {}) {
  StringOutput out;
  const auto writer = table_writer(out, links, options);
  const VerdictFeed feed(verdicts);
  feed.give(*writer);
  writer->end();
  return out.text();
}

// Each format's whole output for the verdicts, added in two goes and then arranged, in batches of that size.
std::string written_scrambled(MakeWriter make, const std::vector<Verdict>& verdicts, std::size_t batch_size) {
  StringOutput out;
  const RecordLinks links;
  const auto writer = make(out, links);
  const VerdictFeed feed(verdicts);
  writer->begin(feed.facts());
  const auto batch = writer->make_batch();
  for (std::size_t begin = 0; begin < feed.size(); begin += batch_size) {
    const std::size_t end = std::min(begin + batch_size, feed.size());
    const std::size_t middle = begin + (end - begin) / 2;
    // Backwards, and put right again.
    for (const auto& [from, to] : {std::pair(begin, middle), std::pair(middle, end)}) {
      std::vector<std::uint32_t> order;
      for (std::size_t i = to; i > from; --i) {
        batch->add(feed.view(i - 1));
        order.push_back(static_cast<std::uint32_t>(i - 1 - from));
      }
      batch->arrange(order);
    }
    EXPECT_EQ(writer->take(*batch), SinkAnswer::kMore);
  }
  writer->end();
  return out.text();
}

std::unique_ptr<VerdictWriter> plain_table(TextOutput& out, const RecordLinks& links) {
  return table_writer(out, links, {});
}

std::unique_ptr<VerdictWriter> plain_page(TextOutput& out, const RecordLinks& links) {
  return html_writer(out, links, {});
}

// Refuses everything.
class FullOutput : public TextOutput {
 public:
  void write(std::string_view) override { failed_ = true; }
  bool failed() const override { return failed_; }
  Status finish() override { return {}; }

 private:
  bool failed_ = false;
};

TEST(VerdictWriter, PutsVerdictsIntoTheOrderAskedFor) {
  for (const MakeWriter make : {&jsonl_writer, &csv_writer, &plain_table, &plain_page}) {
    const std::string expected = written(make, some_verdicts());
    for (const std::size_t batch_size : {1U, 2U, 3U, 6U})
      EXPECT_EQ(written_scrambled(make, some_verdicts(), batch_size), expected) << batch_size;
  }
}

TEST(VerdictWriter, LeavesARisingOrderAsItIs) {
  StringOutput out;
  const RecordLinks links;
  const auto writer = jsonl_writer(out, links);
  const VerdictFeed feed(some_verdicts());
  writer->begin(feed.facts());
  const auto batch = writer->make_batch();
  for (std::size_t i = 0; i < feed.size(); ++i) {
    batch->add(feed.view(i));
    batch->arrange(std::vector<std::uint32_t>{0});
  }
  writer->take(*batch);
  EXPECT_EQ(out.text(), written(&jsonl_writer, some_verdicts()));
}

TEST(VerdictWriter, LeavesATakenBatchEmpty) {
  for (const MakeWriter make : {&jsonl_writer, &csv_writer, &plain_table, &plain_page}) {
    StringOutput out;
    const RecordLinks links;
    const auto writer = make(out, links);
    const VerdictFeed feed(some_verdicts());
    writer->begin(feed.facts());
    const auto batch = writer->make_batch();
    feed.add_all(*batch);
    writer->take(*batch);
    writer->take(*batch);
    writer->end();
    EXPECT_EQ(out.text(), written(make, some_verdicts()));
  }
}

TEST(VerdictWriter, HasEnoughOnceTheOutputFailed) {
  for (const MakeWriter make : {&jsonl_writer, &csv_writer}) {
    FullOutput out;
    const RecordLinks links;
    const auto writer = make(out, links);
    const VerdictFeed feed(some_verdicts());
    EXPECT_EQ(feed.give(*writer), SinkAnswer::kEnough);
  }
}

TEST(JsonlWriter, WritesGoldenLines) {
  expect_golden("verdicts.jsonl", written(&jsonl_writer, some_verdicts()));
}

TEST(JsonlWriter, LinksWhereThereIsABase) {
  const RecordLinks links = RecordLinks::to("https://acme.my.salesforce.com").value();
  EXPECT_NE(
      written(&jsonl_writer, some_verdicts(), links)
          .find(
              R"("link":"https://acme.lightning.force.com/lightning/r/Opportunity/006Rt00000000JuIAI/view"})"),
      std::string::npos);
}

TEST(JsonlWriter, LinksNoIdThatSalesforceDidNotGive) {
  std::vector<Verdict> verdicts{some_verdicts().front()};
  verdicts[0].record_id = "4711";
  const RecordLinks links = RecordLinks::to("https://acme.my.salesforce.com").value();
  EXPECT_NE(written(&jsonl_writer, verdicts, links).find(R"("link":null})"), std::string::npos);
}

std::string evidence_of(std::vector<EvidenceItem> evidence) {
  std::vector<Verdict> verdicts{some_verdicts().front()};
  verdicts[0].evidence = std::move(evidence);
  const std::string line = written(&jsonl_writer, verdicts);
  const std::size_t begin = line.find(R"("evidence":)");
  return line.substr(begin, line.find(R"(,"message")") - begin);
}

TEST(JsonlWriter, WritesAKeyOfTheEvidenceOnce) {
  EXPECT_EQ(evidence_of({{"Amount", Money{100}}, {"Amount", Money{200}}}), R"("evidence":{"Amount":1.00})");
}

TEST(JsonlWriter, KeepsKeysThatOnlyLookAlike) {
  // Of one length, and with the same ends.
  EXPECT_EQ(evidence_of({{"Aab", true}, {"Acb", true}, {"Aab", false}, {"Acb", false}}),
            R"("evidence":{"Aab":true,"Acb":true})");
}

TEST(JsonlWriter, EscapesWhatARecordHolds) {
  EXPECT_EQ(evidence_of({{"Next\"Step", std::string("a\\b\x01\xFF\u00FC")}}),
            "\"evidence\":{\"Next\\\"Step\":\"a\\\\b\\u0001\uFFFD\u00FC\"}");
}

TEST(JsonlWriter, TellsTheMomentOfEachVerdict) {
  std::vector<Verdict> verdicts = some_verdicts();
  verdicts[1].as_of += std::chrono::hours{1};
  std::istringstream lines(written(&jsonl_writer, verdicts));
  for (const Verdict& verdict : verdicts) {
    std::string line;
    std::getline(lines, line);
    EXPECT_NE(line.find("\"as_of\":\"" + format_instant(verdict.as_of) + "\""), std::string::npos);
  }
}

TEST(CsvWriter, WritesGoldenLines) { expect_golden("verdicts.csv", written(&csv_writer, some_verdicts())); }

TEST(CsvWriter, QuotesALinkWithAComma) {
  const RecordLinks links = RecordLinks::to("https://acme.test/a,b").value();
  EXPECT_NE(written(&csv_writer, some_verdicts(), links)
                .find(R"(,"https://acme.test/a,b/lightning/r/Opportunity/006Rt00000000JuIAI/view",)"),
            std::string::npos);
}

TEST(CsvWriter, WritesNumbersInTheirShortestForm) {
  std::vector<Verdict> verdicts{some_verdicts().front()};
  verdicts[0].evidence = {{"a", 12.0}, {"b", -0.0}, {"c", 1e300}, {"d", 0.1}, {"e", -7.0}};
  EXPECT_NE(written(&csv_writer, verdicts).find(",a=12; b=-0; c=1e+300; d=0.1; e=-7,"), std::string::npos);
}

TEST(TableWriter, GroupsByOwnerWorstFirst) {
  expect_golden("verdicts_by_owner.txt", table(some_verdicts(), {}));
}

TEST(TableWriter, GroupsByPolicy) {
  expect_golden("verdicts_by_policy.txt",
                table(some_verdicts(), {.group_by = TableOptions::GroupBy::kPolicy, .terminal = {}}));
}

TEST(TableWriter, SaysWhenThereIsNothing) { EXPECT_EQ(table({}, {}), "No violations.\n"); }

TEST(TableWriter, ColoursOnlyWhereAsked) {
  EXPECT_EQ(table(some_verdicts(), {}).find('\033'), std::string::npos);
  const TableOptions coloured{.group_by = TableOptions::GroupBy::kOwner,
                              .terminal = {.is_terminal = true, .colour = true, .columns = 80}};
  EXPECT_NE(table(some_verdicts(), coloured).find("\033[1;31mHIGH"), std::string::npos);
}

TEST(TableWriter, StaysWithinItsColumns) {
  for (const std::size_t columns : {std::size_t{40}, std::size_t{80}, std::size_t{132}}) {
    const TableOptions options{.group_by = TableOptions::GroupBy::kOwner,
                               .terminal = {.is_terminal = true, .colour = false, .columns = columns}};
    std::istringstream lines(table(some_verdicts(), options));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(display_width(line), columns) << line;
  }
}

TEST(TableWriter, LetsNoRecordNameActOnTheTerminal) {
  std::vector<Verdict> verdicts{
      violated("no-amount", Severity::kLow, "006Rt00000000JuIAI", "\033[2Jgone", "Ada")};
  EXPECT_EQ(table(verdicts, {}).find('\033'), std::string::npos);
}

TEST(TableWriter, KeepsOwnersOfOneNameApart) {
  std::vector<Verdict> verdicts{violated("no-amount", Severity::kLow, "006Rt00000000JuIAI", "One", "Ada"),
                                violated("no-amount", Severity::kLow, "006Rt00000000KVIAY", "Two", "Ada")};
  verdicts[1].owner_id = "005Other";
  EXPECT_NE(table(verdicts, {}).find("in 2 records of 2 owners."), std::string::npos);
}

TEST(TableWriter, CountsARecordOnceThoughManyPoliciesNameIt) {
  std::vector<Verdict> verdicts(3, violated("a", Severity::kLow, "006Rt00000000JuIAI", "One", "Ada"));
  verdicts[1].policy = "b";
  verdicts[2].policy = "c";
  for (const auto group_by : {TableOptions::GroupBy::kOwner, TableOptions::GroupBy::kPolicy})
    EXPECT_NE(table(verdicts, {.group_by = group_by}).find("(3 low) in 1 record of 1 owner."),
              std::string::npos);
}

TEST(TableWriter, ShowsRecordsWithoutAnIdOneByOne) {
  std::vector<Verdict> verdicts(2, violated("a", Severity::kLow, "", "Nameless", "Ada"));
  const std::string text = table(verdicts, {});
  const std::size_t first = text.find("  Nameless\n");
  ASSERT_NE(first, std::string::npos);
  EXPECT_NE(text.find("  Nameless\n", first + 1), std::string::npos);
}

TEST(TableWriter, KeepsObjectsWithOneIdApart) {
  std::vector<Verdict> verdicts(2, violated("a", Severity::kLow, "4711", "One", "Ada"));
  verdicts[1].object = "Account";
  EXPECT_NE(table(verdicts, {}).find("in 2 records of 1 owner."), std::string::npos);
}

TEST(TableWriter, SaysWhereItStopsAtItsMostVerdicts) {
  StringOutput out;
  const RecordLinks links;
  const auto writer = table_writer(out, links, {.most_verdicts = 2});
  const VerdictFeed feed(some_verdicts());
  EXPECT_EQ(feed.give(*writer), SinkAnswer::kEnough);
  writer->end();
  EXPECT_TRUE(
      out.text().ends_with("2 violations (1 high, 1 medium) in 1 record of 1 owner.\n"
                           "These are the first 2 verdicts; --format csv writes all.\n"))
      << out.text();
}

}  // namespace
}  // namespace plumbline
