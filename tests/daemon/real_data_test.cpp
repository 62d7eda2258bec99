// Real exports that lie beside the repository: an export of a Salesforce training organisation
// (github.com/SFDC-Assets/data-cloud-workshop, data/) and Maven Analytics' "CRM Sales Opportunities". The
// expected verdicts were worked out from the files by hand and by a few lines of another language. Skipped,
// and said to be, where the folders are absent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "tests/daemon/cli_fixture.h"

namespace plumbline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

std::string text_after(const std::string& line, const std::string& key) {
  const std::string start = "\"" + key + "\":\"";
  const std::size_t begin = line.find(start);
  if (begin == std::string::npos) return "";
  return line.substr(begin + start.size(), line.find('"', begin + start.size()) - begin - start.size());
}

class RealData : public testing::Test {
 protected:
  // The verdicts of one audit, by policy and by record.
  void audit(const std::string& folder, const std::vector<std::string>& options) {
    const std::string path = std::string(PLUMBLINE_SOURCE_DIR) + "/../shared/data/" + folder;
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "NOT RUN: there is no " << path;
    std::vector<std::string> words = {"audit", path, "--format", "jsonl"};
    words.insert(words.end(), options.begin(), options.end());
    ran_ = run_words(words);
    ASSERT_EQ(ran_.status, 0) << ran_.err;
    std::istringstream lines(ran_.out);
    for (std::string line; std::getline(lines, line);) {
      ++policies_[text_after(line, "policy")];
      records_[text_after(line, "record_id")].push_back(text_after(line, "policy"));
    }
  }

  Ran ran_;
  std::map<std::string, int> policies_;
  std::map<std::string, std::vector<std::string>> records_;
};

TEST_F(RealData, WorkshopExportIsJudgedAsByHand) {
  audit("sfdc-data-cloud-workshop", {"--as-of", "2024-06-01T12:00:00Z"});
  if (IsSkipped()) return;
  EXPECT_THAT(policies_, ElementsAre(Pair("lead-untouched", 33), Pair("no-next-step", 35),
                                     Pair("no-recent-activity", 35), Pair("past-close-date", 20),
                                     Pair("untouched", 35)));
  // Closing in November 2024, and closed as won a year before.
  EXPECT_THAT(records_["006Ec00000AieKFIAZ"], ElementsAre("no-next-step", "no-recent-activity", "untouched"));
  EXPECT_THAT(records_["006Ec00000AieKGIAZ"], IsEmpty());
  EXPECT_THAT(ran_.err, HasSubstr("pushed-repeatedly: OpportunityFieldHistory holds no change of"));
  EXPECT_THAT(ran_.err, HasSubstr("owner-inactive: there is no User data"));
  EXPECT_THAT(ran_.err, HasSubstr("Campaign.csv: holds Campaign, which no policy reads"));
}

TEST_F(RealData, MavenPipelineIsJudgedThroughItsFieldMap) {
  const std::string map = std::string(PLUMBLINE_SOURCE_DIR) + "/docs/examples/maven/field-map.yaml";
  audit("maven-crm-sales-opportunities", {"--as-of", "2017-12-31", "--fields", map});
  if (IsSkipped()) return;
  // 1,589 deals that are engaging and 500 that are prospects have no value; 53 were engaged over a year
  // before.
  EXPECT_THAT(policies_, ElementsAre(Pair("no-amount", 2089), Pair("open-too-long", 53)));
  EXPECT_THAT(records_["HAXMC4IX"], ElementsAre("no-amount", "open-too-long"));
  EXPECT_THAT(records_["1C1I7A6R"], IsEmpty());
  EXPECT_THAT(ran_.err, HasSubstr("no-recent-activity: Opportunity has no column LastActivityDate"));
  EXPECT_THAT(ran_.err, HasSubstr("lead-untouched: there is no Lead data"));
}

}  // namespace
}  // namespace plumbline
