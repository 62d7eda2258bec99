#include "bench/sales_catalogue.h"

#include <algorithm>
#include <array>
#include <string>

#include "bench/sales_csv.h"
#include "bench/sales_opportunity.h"
#include "bench/sales_words.h"
#include "bench/sales_world.h"

namespace plumbline::bench {
namespace {

using namespace std::chrono;
using Field = OpportunityField;

// One event and one lead to so many opportunities.
constexpr std::size_t kOpportunitiesPerEvent = 5;
constexpr std::size_t kOpportunitiesPerLead = 5;
constexpr int kForecastWeeks = 13;

constexpr auto kMeetings = std::to_array<std::string_view>(
    {"Discovery call", "QBR, quarterly", "Demo \"platform\"", "Workshop", "Kennenlernen", "打ち合わせ"});
constexpr auto kLeadStates =
    std::to_array<std::string_view>({"Raw", "Inquiry", "MQL", "Accepted", "Qualifying", "Nurture"});
constexpr auto kForecastFields =
    std::to_array<std::string_view>({"Renewal Loss Best Case", "Renewal Loss Commit",
                                     "Gross Net ARR Best Case", "Gross Net ARR Commit", "Net 50/50"});

void make_event(const SalesSizes& sizes, std::size_t index, Row& row) {
  Dice dice(sizes.seed, Matter::kEvent, index);
  add_record_id("00U", index, row[0]);
  add_account_id(dice.below(sizes.accounts), row[1]);
  add_user_id(dice.below(sizes.users), row[2]);
  row[3] = dice.one_of(kMeetings);
  add_truth(dice, dice.per_mille(300), row[4]);
  const sys_seconds start = kSalesNow - minutes(dice.between(-60 * 24 * 14, 60 * 24 * 90));
  add_instant(dice, start, row[5]);
  add_instant(dice, std::min(start, kSalesNow) - minutes(dice.between(10, 60 * 24 * 20)), row[6]);
}

void make_lead(const SalesSizes& sizes, std::size_t index, Row& row) {
  Dice dice(sizes.seed, Matter::kLead, index);
  add_record_id("00Q", index, row[0]);
  add_person(dice, row[1]);
  add_user_id(dice.below(sizes.users), row[2]);
  row[3] = dice.one_of(kLeadStates);
  add_truth(dice, dice.per_mille(250), row[4]);
  const sys_seconds created = kSalesNow - minutes(dice.between(30, 60 * 24 * 400));
  add_instant(dice, created, row[5]);
  if (dice.per_mille(700)) add_day(kSalesToday - days(dice.between(0, 60)), row[6]);
  if (dice.per_mille(600)) {
    const sys_seconds qualified = std::min(created + minutes(dice.between(0, 60 * 24 * 3)), kSalesNow);
    const sys_seconds assigned = std::min(qualified + minutes(dice.between(0, 240)), kSalesNow);
    add_instant(dice, qualified, row[7]);
    add_instant(dice, assigned, row[8]);
    if (dice.per_mille(970))
      add_instant(dice, std::min(assigned + minutes(dice.between(1, 90)), kSalesNow), row[9]);
  }
  if (dice.per_mille(200)) add_user_id(dice.below(sizes.users), row[10]);
  add_truth(dice, dice.per_mille(15), row[11]);
}

// What a user told in one week, `back` weeks ago; in this week some are still missing.
void write_forecast_week(const SalesSizes& sizes, std::size_t user, int back, CsvFile& file, Row& row) {
  Dice dice(sizes.seed, Matter::kForecast, user * kForecastWeeks + static_cast<std::size_t>(back));
  // Monday of this week is two days before the day the data is made for.
  const sys_seconds monday{kSalesToday - days(2) - weeks(back)};
  const bool all_told = dice.per_mille(940);
  long commit = 0;
  for (const std::string_view field : kForecastFields) {
    const long value = dice.between(100'000, 90'000'000);
    const bool is_told = all_told || dice.per_mille(600);
    const bool is_late = dice.per_mille(20);
    const sys_seconds told = monday + minutes(dice.between(0, 60 * 60)) - (is_late ? days(4) : days(0));
    if (!is_told) continue;
    clear(row);
    if (dice.per_mille(950)) add_user_id(user, row[0]);
    ((row[1] += "user") += std::to_string(user)) += "@example.com";
    row[2] = "FY27-Q2";
    row[3] = field;
    // A commit is seldom above the best case.
    const bool is_commit = field.ends_with("Commit");
    commit = is_commit && !dice.per_mille(15) ? std::min(commit, value) : value;
    if (!dice.per_mille(10)) add_amount(dice, commit, row[4]);
    add_instant(dice, told, row[5]);
    file.row(row);
  }
}

void make_clari_opportunity(Dice& dice, const Opportunity& opportunity, Row& row) {
  row[0] = opportunity[Field::kId];
  row[1] = opportunity[Field::kAmount];
  row[2] = opportunity[Field::kCloseDate];
  row[3] = opportunity[Field::kStageName];
  row[4] = opportunity[Field::kForecastCategory];
  if (dice.per_mille(3)) row[1].clear();
  if (dice.per_mille(4)) {
    row[2].clear();
    add_day(opportunity.close_date + days(7), row[2]);
  }
  if (dice.per_mille(3)) row[3] = "2-Scoping";
  if (dice.per_mille(3)) row[4] = "Commit";
}

template <class Make>
Status write_rows(CsvFile& file, const Row& names, std::size_t count, const SalesSizes& sizes,
                  const Make& make) {
  file.row(names);
  Row row(names.size());
  for (std::size_t i = 0; i < count; ++i) {
    clear(row);
    make(sizes, i, row);
    file.row(row);
  }
  return file.finish();
}

}  // namespace

Status write_events(const std::filesystem::path& folder, const SalesFolder& what) {
  CsvFile file(folder / "Event.csv", what.quotes);
  return write_rows(file,
                    {"Id", "WhatId", "OwnerId", "Subject", "Co_Selling__c", "StartDateTime", "CreatedDate"},
                    what.sizes.opportunities / kOpportunitiesPerEvent, what.sizes, make_event);
}

Status write_leads(const std::filesystem::path& folder, const SalesFolder& what) {
  CsvFile file(folder / "Lead.csv", what.quotes);
  return write_rows(file,
                    {"Id", "Name", "OwnerId", "Status", "IsConverted", "CreatedDate", "LastActivityDate",
                     "MQL_At__c", "Assigned_At__c", "First_Action_At__c", "Account_Owner__c", "IsDeleted"},
                    what.sizes.opportunities / kOpportunitiesPerLead, what.sizes, make_lead);
}

Status write_forecasts(const std::filesystem::path& folder, const SalesFolder& what) {
  const Row names = {"UserId", "UserEmail", "Period", "Field", "Value", "UpdatedAt"};
  CsvFile file(folder / "ForecastSubmission.csv", what.quotes);
  file.row(names);
  Row row(names.size());
  for (std::size_t user = 0; user < what.sizes.users; ++user) {
    for (int back = kForecastWeeks; back-- > 0;) write_forecast_week(what.sizes, user, back, file, row);
  }
  return file.finish();
}

Status write_clari_opportunities(const std::filesystem::path& folder, const SalesFolder& what) {
  const Row names = {"OpportunityId", "Amount", "CloseDate", "StageName", "ForecastCategoryName"};
  CsvFile file(folder / "ClariOpportunity.csv", what.quotes);
  file.row(names);
  Row row(names.size());
  Opportunity opportunity;
  for (std::size_t i = 0; i < what.sizes.opportunities; ++i) {
    make_opportunity(what.sizes, i, opportunity);
    if (!opportunity.open) continue;
    Dice dice(what.sizes.seed, Matter::kClari, i);
    clear(row);
    make_clari_opportunity(dice, opportunity, row);
    file.row(row);
  }
  return file.finish();
}

}  // namespace plumbline::bench
