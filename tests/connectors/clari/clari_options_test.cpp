#include "connectors/clari/clari_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plumbline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ClariOptions, a_key_and_a_forecast_are_enough) {
  EXPECT_THAT(validate({.api_key = Secret("k"), .forecasts = {"net_arr"}}), IsEmpty());
}

TEST(ClariOptions, all_faults_are_told_at_once) {
  const ClariOptions options{.url = "http://api.clari.com/v4/",
                             .forecasts = {"a", "a", ""},
                             .types = {"forecast", "forcast"},
                             .fiscal_year_starts = 13,
                             .export_every = std::chrono::seconds{0},
                             .leave_percent = 100};
  EXPECT_THAT(
      validate(options),
      ElementsAre(HasSubstr("https://"), HasSubstr("ends with a slash"), HasSubstr("api_key is needed"),
                  HasSubstr("forecasts names a twice"), HasSubstr("is empty"),
                  HasSubstr("types names forcast, which is no type of export; did you mean forecast?"),
                  HasSubstr("1 to 12"), HasSubstr("leave_percent"), HasSubstr("export_every")));
}

TEST(ClariOptions, plain_http_is_for_this_machine_alone) {
  ClariOptions options{.url = "http://127.0.0.1:8123/v4", .api_key = Secret("k"), .forecasts = {"a"}};
  EXPECT_THAT(validate(options), ElementsAre(HasSubstr("https://")));
  options.allow_plain_loopback = true;
  EXPECT_THAT(validate(options), IsEmpty());
}

TEST(ClariOptions, a_key_of_two_lines_is_none) {
  EXPECT_THAT(validate({.api_key = Secret("k\nl"), .forecasts = {"a"}}),
              ElementsAre(HasSubstr("api_key has a line break")));
}

TEST(ClariOptions, two_of_claris_fields_cannot_fill_one) {
  ClariOptions options{.api_key = Secret("k")};
  options.opportunities = {.wanted = true, .fields = {{"a", "Amount"}, {"b", "Amount"}}};
  EXPECT_THAT(validate(options), ElementsAre(HasSubstr("opportunities.fields fills Amount twice")));
}

}  // namespace
}  // namespace plumbline
