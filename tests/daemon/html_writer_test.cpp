// The page for a browser: what stands in it, and that no record can make it anything else.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "daemon/cli/exit_status.h"
#include "daemon/cli/html_findings.h"
#include "daemon/cli/html_text.h"
#include "daemon/cli/verdict_writer.h"
#include "tests/daemon/cli_fixture.h"
#include "tests/daemon/html_check.h"
#include "tests/daemon/verdict_feed.h"

namespace plumbline {
namespace {

using testing::HasSubstr;
using testing::Not;

Verdict violated(const std::string& policy, Severity severity, const std::string& id,
                 const std::string& owner) {
  Verdict verdict;
  verdict.policy = policy;
  verdict.pack = "essentials";
  verdict.severity = severity;
  verdict.object = "Opportunity";
  verdict.record_id = id;
  verdict.record_name = "Deal " + id;
  verdict.owner_id = owner;
  verdict.owner_name = owner;
  verdict.message = policy + " of " + id;
  verdict.remedy = "Put it right.";
  return verdict;
}

std::string page(const std::vector<Verdict>& verdicts, const HtmlOptions& options = {},
                 const RecordLinks& links = {}) {
  StringOutput out;
  const auto writer = html_writer(out, links, options);
  const VerdictFeed feed(verdicts);
  feed.give(*writer);
  writer->end();
  EXPECT_EQ(HtmlCheck(out.text()).fault(), "");
  return out.text();
}

std::size_t times(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::size_t rows_in(std::string_view text) { return times(text, "<tr role=\"row\" data-s="); }

TEST(HtmlCheck, FindsWhatIsWrongWithAPage) {
  EXPECT_EQ(HtmlCheck("<!doctype html><p>a <b>b</b></p>").fault(), "");
  for (const std::string_view bad :
       {"<p>", "<p></b>", "</p>", "<p a=b></p>", "<p>a > b</p>", "<p>&nbsp</p>", "<p>a & b</p>",
        "<p id=\"a\"><b id=\"a\"></b></p>", "<a href=\"#x\">y</a>", "<a href=\"javascript:x\">y</a>",
        "<a href=\"http://x\">y</a>", "<p onclick=\"x\"></p>", "<p style=\"x\"></p>",
        "<p title=\"<\"></p>"}) {
    EXPECT_NE(HtmlCheck(bad).fault(), "") << bad;
  }
}

TEST(HtmlText, EscapesWhatHtmlReads) {
  EXPECT_EQ(html_text("<b title=\"a\">O'Neil & Co</b>"),
            "&lt;b title=&quot;a&quot;&gt;O&#39;Neil &amp; Co&lt;/b&gt;");
  EXPECT_EQ(html_text("&amp;"), "&amp;amp;");
}

TEST(HtmlText, ShowsWhatActsOnAScreen) {
  EXPECT_EQ(html_text(std::string_view("a\0b", 3)), "a\uFFFDb");
  EXPECT_EQ(html_text("a\u202Eb\u2066c\u200Fd"), "a\uFFFDb\uFFFDc\uFFFDd");
  EXPECT_EQ(html_text("a\r\nb\tc"), "a  b c");
  EXPECT_EQ(html_text("\xFF\xC3"), "\uFFFD\uFFFD");
  EXPECT_EQ(html_text("\U0001F9ED \u05D0\u05D1"), "\U0001F9ED \u05D0\u05D1");
}

TEST(CspHash, IsTheBase64OfTheDigest) {
  EXPECT_EQ(csp_hash(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
  EXPECT_EQ(csp_hash("abc"), "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='");
}

TEST(HtmlPage, AllowsItsOwnStyleAndScriptAndNothingElse) {
  const std::string text = page({violated("late", Severity::kHigh, "1", "Ada")});
  const auto inside = [&](const std::string& name) {
    const std::size_t begin = text.find("<" + name + ">") + name.size() + 2;
    return text.substr(begin, text.find("</" + name + ">") - begin);
  };
  EXPECT_THAT(text, HasSubstr("default-src 'none'; style-src " + csp_hash(inside("style")) + "; script-src " +
                              csp_hash(inside("script")) + "; base-uri 'none'; form-action 'none'\""));
  EXPECT_THAT(text, Not(HasSubstr("{{")));
  EXPECT_THAT(inside("style"), Not(HasSubstr("url(")));
  EXPECT_THAT(inside("style"), Not(HasSubstr("@import")));
}

// A violation and an unknown verdict that have the text in every place.
std::string page_of(const std::string& text) {
  Verdict verdict = violated(text, Severity::kHigh, text, text);
  for (std::string* place : {&verdict.pack, &verdict.object, &verdict.record_name, &verdict.message,
                             &verdict.remedy, &verdict.source})
    *place = text;
  Verdict unknown = verdict;
  unknown.status = VerdictStatus::kUnknown;
  unknown.reason = text;
  return page({verdict, unknown}, {}, RecordLinks::to("https://acme.test").value());
}

TEST(HtmlPage, LetsNoTextBecomeMarkup) {
  const std::vector<std::string> hostile{"<script>alert(1)</script>",
                                         "\"><img src=x onerror=alert(1)>",
                                         "' onmouseover='alert(1)",
                                         "</style></title>",
                                         "<!--",
                                         "]]>",
                                         "&lt;b&gt;",
                                         "{{css}}",
                                         std::string("a\0b", 3),
                                         "\u202Egnp.exe",
                                         "\xF0\x9F",
                                         "\xEF\xBF\xBE",
                                         std::string(5'000, 'W'),
                                         "a`${alert(1)}`"};
  const std::vector<std::string> expected = HtmlCheck(page_of("plain")).elements();
  for (const std::string& text : hostile) {
    const std::string full = page_of(text);
    EXPECT_EQ(HtmlCheck(full).elements(), expected) << text;
    EXPECT_THAT(full, Not(HasSubstr("\u202E"))) << text;
    EXPECT_EQ(times(full, "<script>"), 1U) << text;
    EXPECT_EQ(times(full, "</style>"), 1U) << text;
  }
}

TEST(HtmlPage, CutsTextsNobodyReadsToTheirEnd) {
  Verdict verdict = violated("late", Severity::kHigh, "1", "Ada");
  verdict.message = std::string(kMostTextBytes - 1, 'x') + "\u00E9" + std::string(100'000, 'y');
  EXPECT_THAT(page({verdict}), HasSubstr("xxx\u2026<p"));
}

TEST(HtmlPage, LinksRecordsByHttpsAlone) {
  const std::vector<Verdict> verdicts{violated("late", Severity::kHigh, "006Rt00000000JuIAI", "Ada")};
  EXPECT_THAT(
      page(verdicts, {}, RecordLinks::to("https://acme.my.salesforce.com").value()),
      HasSubstr(
          "<a href=\"https://acme.lightning.force.com/lightning/r/Opportunity/006Rt00000000JuIAI/view\""));
  EXPECT_THAT(page(verdicts, {}, RecordLinks::to("http://acme.test").value()), Not(HasSubstr("acme.test")));
  EXPECT_THAT(page(verdicts, {}, RecordLinks::to("https://acme.test/a&b'c").value()),
              HasSubstr("https://acme.test/a&amp;b&#39;c/"));
  EXPECT_THAT(page(verdicts), Not(HasSubstr("target=")));
}

TEST(HtmlPage, SaysThatThereIsNothingToPutRight) {
  const std::string text = page({});
  EXPECT_THAT(text, HasSubstr("<h1>Nothing to put right</h1>"));
  EXPECT_THAT(text, Not(HasSubstr("<table")));
}

TEST(HtmlPage, PutsWhoHasMostHighOnesFirstAndThenMostOfAll) {
  const std::string text =
      page({violated("low", Severity::kLow, "1", "Many"), violated("low", Severity::kLow, "2", "Many"),
            violated("low", Severity::kLow, "3", "More"), violated("low", Severity::kLow, "4", "More"),
            violated("low", Severity::kLow, "5", "More"), violated("high", Severity::kHigh, "6", "High")});
  const std::size_t high = text.find("<a href=\"#owner-1\"><bdi>High</bdi>");
  const std::size_t more = text.find("<a href=\"#owner-2\"><bdi>More</bdi>");
  EXPECT_NE(high, std::string::npos);
  EXPECT_NE(more, std::string::npos);
  EXPECT_THAT(text, HasSubstr("<h1>6 violations in 6 records</h1>"));
}

TEST(HtmlPage, PutsAnOwnersWorstFirst) {
  const std::string text =
      page({violated("a", Severity::kLow, "1", "Ada"), violated("b", Severity::kMedium, "2", "Ada"),
            violated("c", Severity::kHigh, "3", "Ada")});
  EXPECT_LT(text.find("c of 3"), text.find("b of 2"));
  EXPECT_LT(text.find("b of 2"), text.find("a of 1"));
}

TEST(HtmlPage, CountsARecordOnceThoughManyPoliciesNameIt) {
  EXPECT_THAT(page({violated("a", Severity::kLow, "1", "Ada"), violated("b", Severity::kHigh, "1", "Ada")}),
              HasSubstr("<h1>2 violations in 1 record</h1>"));
}

TEST(HtmlPage, AccusesNobodyOfWhatIsUnknown) {
  Verdict unknown = violated("late", Severity::kHigh, "1", "Ada");
  unknown.status = VerdictStatus::kUnknown;
  unknown.message.clear();
  unknown.reason = "CloseDate could not be read";
  const std::string text = page({unknown});
  EXPECT_THAT(text, HasSubstr("<h1>Nothing to put right</h1>"));
  EXPECT_THAT(text, HasSubstr("Where the data does not tell"));
  EXPECT_THAT(text, HasSubstr("CloseDate could not be read"));
  EXPECT_THAT(text, Not(HasSubstr("id=\"owners\"")));
  EXPECT_EQ(rows_in(text), 0U);
}

std::vector<Verdict> many(std::size_t of_ada, std::size_t of_ben) {
  std::vector<Verdict> verdicts;
  for (std::size_t i = 0; i < of_ada + of_ben; ++i)
    verdicts.push_back(violated("late", Severity::kMedium, std::to_string(i), i < of_ada ? "Ada" : "Ben"));
  return verdicts;
}

TEST(HtmlPage, ShowsNoMoreRowsThanItsBoundAndSaysHowManyMoreThereAre) {
  const std::string text = page(many(90, 4), {.most_violations = 10});
  EXPECT_EQ(rows_in(text), 10U);
  EXPECT_THAT(text, HasSubstr("<h1>94 violations in 94 records</h1>"));
  EXPECT_THAT(text, HasSubstr("Here are 10 of 94 violations"));
  EXPECT_THAT(text, HasSubstr("the other 84 are in the result of <code>--format csv</code>"));
  // Whoever has few is not crowded out by whoever has many.
  EXPECT_THAT(text, HasSubstr("late of 93"));
  EXPECT_THAT(text, HasSubstr("6 of 90 violations are shown here"));
}

TEST(HtmlPage, ShowsHighOnesBeforeAllOthersWhereThereIsNoRoomForAll) {
  std::vector<Verdict> verdicts = many(90, 4);
  for (std::size_t i = 80; i < 90; ++i)
    verdicts[i] = violated("worse", Severity::kHigh, std::to_string(i), "Ada");
  const std::string text = page(verdicts, {.most_violations = 10});
  EXPECT_EQ(times(text, "<tr role=\"row\" data-s=\"3\""), 10U);
  EXPECT_EQ(rows_in(text), 10U);
}

TEST(HtmlPage, ListsTheWorstOwnersWhereThereAreTooMany) {
  std::vector<Verdict> verdicts;
  for (int i = 0; i < 5; ++i)
    verdicts.push_back(violated("late", Severity::kLow, std::to_string(i), fmt::format("Owner {}", i)));
  verdicts.back() = violated("worse", Severity::kHigh, "4", "Owner 4");
  const std::string text = page(verdicts, {.most_owners = 2});
  EXPECT_EQ(times(text, "<details class=\"owner\""), 2U);
  EXPECT_THAT(text, HasSubstr("3 owners more, not listed here"));
  EXPECT_EQ(rows_in(text), 2U);
  EXPECT_THAT(text, HasSubstr("worse of 4"));
}

TEST(FairRows, KeepsABoundedNumberWhateverComes) {
  FairRows rows(10);
  std::size_t most_kept = 0;
  const auto kept = [&] {
    std::size_t sum = 0;
    for (std::size_t owner = 0; owner < 3; ++owner) sum += rows.of(owner).size();
    return sum;
  };
  for (int i = 0; i < 10'000; ++i) {
    rows.add(static_cast<std::size_t>(i % 7 == 0 ? 1 : (i > 9'990 ? 2 : 0)),
             {.record_id = std::to_string(i)});
    most_kept = std::max(most_kept, kept());
  }
  EXPECT_LE(most_kept, 2 * (10U + 3U));
  const std::vector<std::uint32_t> owners{1, 0, 2};
  EXPECT_EQ(rows.settle(10, owners), 10U);
  EXPECT_EQ(rows.of(1).size(), 4U);
  EXPECT_EQ(rows.of(0).size(), 3U);
  EXPECT_EQ(rows.of(2).size(), 3U);
  EXPECT_EQ(rows.of(1)[1].record_id, "7");
}

TEST(FairRows, GivesEachWhatItHasWhereThereIsRoom) {
  FairRows rows(10);
  for (int i = 0; i < 6; ++i) rows.add(i < 5 ? 0 : 1, {});
  const std::vector<std::uint32_t> owners{0, 1, 2};
  EXPECT_EQ(rows.settle(10, owners), 6U);
  EXPECT_EQ(rows.settle(0, owners), 0U);
}

class HtmlAudit : public testing::Test {
 protected:
  HtmlAudit() {
    data_.write("Opportunity.csv",
                "Id,Name,OwnerId,IsClosed,CloseDate,Amount\n"
                "006Rt00000000JuIAI,Copper <Kettle> & \"Sons\",005Rt00000000JuIAI,false,2024-03-14,100.00\n"
                "006Rt00000000KVIAY,Nordlys,005Rt00000000KVIAY,false,2024-09-30,150.50\n"
                "006Rt00000000LhIAI,Quill,005Rt00000000JuIAI,false,soon,300\n");
    data_.write("User.csv",
                "Id,Name,TimeZoneSidKey\n005Rt00000000JuIAI,Ada,America/New_York\n"
                "005Rt00000000KVIAY,Ben,Pacific/Auckland\n");
    data_.write("notes.md", "no data");
    pack_ = elsewhere_.write(
        "house.yaml",
        "pack: house\ntitle: House <rules>\nsource: {document: Handbook}\npolicies:\n"
        "  - id: late\n    title: Late & open\n    on: Opportunity\n    severity: high\n    section: Dates\n"
        "    judged_when: IsClosed = false\n    violated_when: CloseDate < TODAY\n"
        "    says: \"Close date {CloseDate} has passed.\"\n    fix: \"Move it.\"\n    examples:\n"
        "      - {given: {IsClosed: false, CloseDate: 2022-04-22}, as_of: 2022-04-23, violated: true}\n"
        "      - {given: {IsClosed: false, CloseDate: 2022-04-24}, as_of: 2022-04-23, violated: false}\n"
        "  - id: small\n    title: Small\n    on: Opportunity\n    severity: low\n"
        "    violated_when: Amount < 200\n    says: \"Only {Amount}.\"\n    fix: \"Sell more.\"\n    "
        "examples:\n"
        "      - {given: {Amount: 1}, as_of: 2022-04-23, violated: true}\n"
        "      - {given: {Amount: 300}, as_of: 2022-04-23, violated: false}\n"
        "  - id: huge\n    title: Huge\n    on: Opportunity\n    severity: low\n"
        "    violated_when: Amount > 200000\n    says: \"{Amount}.\"\n    fix: \"Ask.\"\n    examples:\n"
        "      - {given: {Amount: 900000}, as_of: 2022-04-23, violated: true}\n"
        "      - {given: {Amount: 300}, as_of: 2022-04-23, violated: false}\n"
        "  - id: untasked\n    title: No task\n    on: Opportunity\n    severity: low\n"
        "    violated_when: COUNT(Tasks) = 0\n    says: \"No task.\"\n    fix: \"Plan one.\"\n    examples:\n"
        "      - {given: {Amount: 1}, as_of: 2022-04-23, violated: true}\n"
        "      - {given: {Amount: 1}, related: {Tasks: [{Subject: Call}]}, as_of: 2022-04-23, violated: "
        "false}\n");
  }

  Ran audit(std::vector<std::string> more) const {
    std::vector<std::string> words{"audit", data_.path(), "--pack", pack_, "--format", "html"};
    words.insert(words.end(), more.begin(), more.end());
    return run_words(words);
  }

  TempFolder data_;
  TempFolder elsewhere_;
  std::string pack_;
};

// Style and script have their own files; they are left out here, and so are the hashes of them.
std::string without_style_and_script(std::string text) {
  const auto cut = [&](std::string_view from, std::string_view to) {
    const std::size_t begin = text.find(from) + from.size();
    text.erase(begin, text.find(to, begin) - begin);
  };
  cut("<style>", "</style>");
  cut("<script>", "</script>");
  cut("style-src ", ";");
  cut("script-src ", ";");
  return text;
}

TEST_F(HtmlAudit, WritesTheGoldenPage) {
  const Ran ran = audit({"--include-unknown", "--link-base", "https://acme.my.salesforce.com"});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_EQ(HtmlCheck(ran.out).fault(), "");
  expect_golden("page.html", without_style_and_script(ran.out));
}

TEST_F(HtmlAudit, TellsWhatWasNotJudgedAndWhichExportHelps) {
  const std::string text = audit({}).out;
  EXPECT_THAT(
      text, HasSubstr("<li>No task</li></ul></th><td role=\"cell\" class=\"wide\">There is no Task data</td>"
                      "<td role=\"cell\">Export Task</td></tr>"));
  EXPECT_THAT(text, HasSubstr("policies judged, 1 not"));
}

TEST_F(HtmlAudit, NamesTheColumnsAndHistoriesThatAreMissing) {
  const Ran ran = run_words({"audit", data_.path(), "--format", "html"});
  EXPECT_THAT(ran.out, HasSubstr("Export Opportunity with the column NextStep<"));
  EXPECT_THAT(ran.out, HasSubstr("Have Salesforce track changes of Opportunity.CloseDate, and export "
                                 "OpportunityFieldHistory<"));
  EXPECT_THAT(ran.out, HasSubstr("Export Lead<"));
}

TEST_F(HtmlAudit, CountsUnknownOnesAndSaysHowToSeeThem) {
  const std::string text = audit({}).out;
  EXPECT_THAT(text, HasSubstr("Run the audit with <code>--include-unknown</code>"));
  EXPECT_THAT(text, HasSubstr("<th scope=\"row\">Late &amp; open</th><td class=\"n\">1</td>"));
}

TEST_F(HtmlAudit, SaysThatNothingIsWrongAndWhatWasLookedAt) {
  const std::string text = audit({"--policy", "huge"}).out;
  EXPECT_EQ(HtmlCheck(text).fault(), "");
  EXPECT_THAT(text, HasSubstr("<h1>Nothing to put right</h1>"));
  EXPECT_THAT(text, HasSubstr("3 records judged by 1 policy of <b>house</b>"));
  EXPECT_THAT(text, HasSubstr("1 policy found nothing"));
}

TEST_F(HtmlAudit, SaysWhereNothingCouldBeJudged) {
  const std::string text = audit({"--policy", "untasked"}).out;
  EXPECT_EQ(HtmlCheck(text).fault(), "");
  EXPECT_THAT(text, HasSubstr("<h1>Nothing could be judged</h1>"));
  EXPECT_THAT(text, Not(HasSubstr("Nothing to put right")));
}

TEST_F(HtmlAudit, TellsADayAsOne) {
  EXPECT_THAT(audit({"--as-of", "2024-10-01"}).out, HasSubstr("as of 1 Oct 2024, noon where each owner is"));
  EXPECT_THAT(audit({"--as-of", "2024-10-01T09:30:00Z"}).out, HasSubstr("as of 1 Oct 2024 09:30 UTC"));
}

TEST_F(HtmlAudit, IsTheSameWithAnyNumberOfThreads) {
  std::string many("Id,Name,OwnerId,IsClosed,CloseDate,Amount\n");
  for (int i = 100'000; i < 107'000; ++i)
    many += fmt::format("006Rt0000{},Deal {},005Rt{:010},false,2024-03-14,{}\n", i, i, i % 13, i % 400);
  data_.write("Opportunity.csv", many);
  const std::string one = audit({"--threads", "1"}).out;
  EXPECT_EQ(one, audit({"--threads", "7"}).out);
  EXPECT_EQ(rows_in(one), 5'000U);
}

TEST_F(HtmlAudit, WritesAFileWhole) {
  const std::string path = elsewhere_.path_of("report.html");
  EXPECT_EQ(audit({"--output", path}).status, kExitDone);
  EXPECT_THAT(text_of_file(path), testing::EndsWith("</html>\n"));
  EXPECT_EQ(audit({"--output", "/dev/full"}).status, kExitInput);
}

}  // namespace
}  // namespace plumbline
