#include "connectors/clari/clari_plan.h"

#include <gtest/gtest.h>

#include "connectors/clari/forecast_memory.h"

namespace plumbline {
namespace {

constexpr std::uint64_t kQuota = 1000;

Instant at(std::string_view text) { return *parse_instant(text); }

ClariOptions one_forecast() { return {.forecasts = {"net_arr"}}; }

TEST(ClariPlan, quarters_are_named_by_the_fiscal_year) {
  ClariOptions options = one_forecast();
  EXPECT_EQ(clari_period(options, *parse_day("2026-01-31")).name, "2026_Q4");
  EXPECT_EQ(clari_period(options, *parse_day("2026-02-01")).name, "2027_Q1");
  options.fiscal_year_named_by = FiscalYearName::kStartYear;
  EXPECT_EQ(clari_period(options, *parse_day("2026-02-01")).name, "2026_Q1");
  options.fiscal_year_starts = 1;
  EXPECT_EQ(clari_period(options, *parse_day("2026-12-31")).name, "2026_Q4");
  EXPECT_EQ(clari_period_before(options, clari_period(options, *parse_day("2026-01-01"))).name, "2025_Q4");
}

TEST(ClariPlan, the_quota_and_the_number_of_forecasts_set_the_pace) {
  ClariOptions options = one_forecast();
  EXPECT_EQ(export_pause(options, kQuota), std::chrono::hours{24});
  EXPECT_EQ(export_pause(options, 30), std::chrono::hours{30});
  options.forecasts.emplace_back("renewals");
  EXPECT_EQ(export_pause(options, 30), std::chrono::hours{60});
  EXPECT_EQ(export_pause(options, 0), std::chrono::hours{24 * 60}) << "no quota is not a division by nothing";
}

TEST(ClariPlan, the_first_export_of_a_quarter_and_one_a_week_bring_all_weeks) {
  const ClariOptions options = one_forecast();
  EXPECT_EQ(wanted_export(options, {}, kQuota, at("2026-03-02T08:00:00Z")),
            (WantedExport{.period = "2027_Q1", .weeks = ClariWeeks::kAll}));
  ForecastPast past{
      .exported = at("2026-03-02T08:00:00Z"), .all_weeks = at("2026-03-02T08:00:00Z"), .period = "2027_Q1"};
  EXPECT_EQ(wanted_export(options, past, kQuota, at("2026-03-03T07:00:00Z")), std::nullopt);
  EXPECT_EQ(wanted_export(options, past, kQuota, at("2026-03-03T08:00:00Z")),
            (WantedExport{.period = "2027_Q1", .weeks = ClariWeeks::kLatest}));
  EXPECT_EQ(wanted_export(options, past, kQuota, at("2026-03-09T08:00:00Z"))->weeks, ClariWeeks::kAll);
}

TEST(ClariPlan, a_quarter_is_closed_once_nothing_of_it_changes_any_longer) {
  const ClariOptions options = one_forecast();
  const ForecastPast past{.exported = at("2026-02-01T00:00:00Z"),
                          .all_weeks = at("2026-02-01T00:00:00Z"),
                          .period = "2027_Q1",
                          .closing = "2026_Q4"};
  EXPECT_FALSE(wanted_export(options, past, kQuota, at("2026-02-02T07:59:59Z"))->closes);
  EXPECT_EQ(wanted_export(options, past, kQuota, at("2026-02-02T08:00:00Z")),
            (WantedExport{.period = "2026_Q4", .closes = true}));
}

TEST(ForecastMemory, an_open_export_is_read_back_as_it_was_written) {
  const Instant asked = at("2026-03-02T08:00:00Z");
  for (const OpenExport& open :
       {OpenExport{.job = "j", .wanted = {.period = "2027_Q1", .weeks = ClariWeeks::kAll}, .asked = asked},
        OpenExport{.job = {}, .wanted = {.period = "2027_Q1"}, .asked = asked},
        OpenExport{.job = "j", .wanted = {.period = "2026_Q4", .closes = true}, .asked = asked}}) {
    EXPECT_EQ(open_export_from_text(to_text(open)), open);
  }
  EXPECT_EQ(open_export_from_text(""), std::nullopt);
  EXPECT_EQ(open_export_from_text("j 2027_Q1 often 2026-03-02T08:00:00Z"), std::nullopt);
  EXPECT_EQ(open_export_from_text("j 2027_Q1 all yesterday"), std::nullopt);
}

}  // namespace
}  // namespace plumbline
