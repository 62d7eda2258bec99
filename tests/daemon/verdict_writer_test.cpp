#include "daemon/cli/verdict_writer.h"

#include <gtest/gtest.h>

#include <set>

#include "base/utf8.h"
#include "tests/daemon/cli_fixture.h"

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

std::string table(const std::vector<Verdict>& verdicts, const TableOptions& options,
                  const RecordLinks& links = {}) {
  StringOutput out;
  const auto writer = table_writer(out, links, options);
  for (const Verdict& verdict : verdicts) writer->write(verdict);
  writer->end();
  return out.text();
}

TEST(JsonlWriter, WritesGoldenLines) {
  StringOutput out;
  const RecordLinks links;
  const auto writer = jsonl_writer(out, links);
  for (const Verdict& verdict : some_verdicts()) writer->write(verdict);
  writer->end();
  expect_golden("verdicts.jsonl", out.text());
}

TEST(JsonlWriter, LinksWhereThereIsABase) {
  StringOutput out;
  const RecordLinks links = RecordLinks::to("https://acme.my.salesforce.com").value();
  jsonl_writer(out, links)->write(some_verdicts().front());
  EXPECT_NE(
      out.text().find(
          R"("link":"https://acme.lightning.force.com/lightning/r/Opportunity/006Rt00000000JuIAI/view")"),
      std::string::npos);
}

TEST(JsonlWriter, WritesAKeyOfTheEvidenceOnce) {
  Verdict verdict = some_verdicts().front();
  verdict.evidence = {{"Amount", Money{100}}, {"Amount", Money{200}}};
  StringOutput out;
  const RecordLinks links;
  jsonl_writer(out, links)->write(verdict);
  EXPECT_NE(out.text().find(R"("evidence":{"Amount":1.00},)"), std::string::npos);
}

TEST(CsvWriter, WritesGoldenLines) {
  StringOutput out;
  const RecordLinks links;
  const auto writer = csv_writer(out, links);
  for (const Verdict& verdict : some_verdicts()) writer->write(verdict);
  writer->end();
  expect_golden("verdicts.csv", out.text());
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

}  // namespace
}  // namespace plumbline
