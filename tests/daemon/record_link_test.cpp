#include "daemon/cli/record_link.h"

#include <gtest/gtest.h>

namespace plumbline {
namespace {

constexpr std::string_view kId = "006Rt00000000JuIAI";

std::string link(std::string_view base, std::string_view id = kId) {
  const Result<RecordLinks> links = RecordLinks::to(base);
  if (!links) return "error: " + links.error().message;
  return links->link("Opportunity", id).value_or("none");
}

TEST(RecordLinks, TurnsTheApiHostIntoTheOnePeopleSee) {
  EXPECT_EQ(link("https://acme.my.salesforce.com"),
            "https://acme.lightning.force.com/lightning/r/Opportunity/006Rt00000000JuIAI/view");
  EXPECT_EQ(link("https://acme--uat.sandbox.my.salesforce.com"),
            "https://acme--uat.sandbox.lightning.force.com/lightning/r/Opportunity/006Rt00000000JuIAI/view");
}

TEST(RecordLinks, TakesABaseWithSlashes) {
  EXPECT_EQ(link("https://acme.lightning.force.com//"), link("https://acme.lightning.force.com"));
}

TEST(RecordLinks, KeepsAHostOfAnotherName) {
  EXPECT_EQ(link("https://crm.example.test/org"),
            "https://crm.example.test/org/lightning/r/Opportunity/006Rt00000000JuIAI/view");
  EXPECT_EQ(link("https://my.salesforce.com.example.test"),
            "https://my.salesforce.com.example.test/lightning/r/Opportunity/006Rt00000000JuIAI/view");
}

TEST(RecordLinks, HostsCompareWithoutCase) {
  EXPECT_EQ(link("HTTPS://Acme.My.Salesforce.com"), link("https://acme.my.salesforce.com"));
}

TEST(RecordLinks, GivesNoneForAnIdSalesforceDidNotGive) {
  EXPECT_EQ(link("https://acme.my.salesforce.com", ""), "none");
  EXPECT_EQ(link("https://acme.my.salesforce.com", "OpportunityRef12"), "none");
  EXPECT_EQ(link("https://acme.my.salesforce.com", "1"), "none");
  EXPECT_EQ(link("https://acme.my.salesforce.com", "006/../../logout?"), "none");
}

TEST(RecordLinks, GivesNoneWithoutABase) { EXPECT_FALSE(RecordLinks().link("Opportunity", kId)); }

TEST(RecordLinks, HasPartsThatMakeALink) {
  const RecordLinks links = RecordLinks::to("https://acme.my.salesforce.com").value();
  const std::string parts = links.before_id("Opportunity") + std::string(RecordLinks::linked_id(kId)) +
                            std::string(RecordLinks::kBehindId);
  EXPECT_EQ(parts, links.link("Opportunity", kId));
  EXPECT_EQ(RecordLinks().before_id("Opportunity"), "");
  EXPECT_EQ(RecordLinks::linked_id("OpportunityRef12"), "");
}

TEST(RecordLinks, RefusesWhatIsNoWebAddress) {
  for (const char* base :
       {"", "acme", "ftp://acme.test", "https://", "https://acme.test/a b", "https://acme.test?x=1"}) {
    EXPECT_EQ(link(base), std::string("error: ") + base +
                              " is no web address; write https://YOURDOMAIN.my.salesforce.com");
  }
}

}  // namespace
}  // namespace plumbline
