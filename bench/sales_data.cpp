#include "bench/sales_data.h"

#include <algorithm>
#include <array>
#include <string>
#include <system_error>
#include <vector>

#include "bench/dice.h"
#include "bench/sales_catalogue.h"
#include "bench/sales_csv.h"
#include "bench/sales_opportunity.h"
#include "bench/sales_words.h"

namespace plumbline::bench {
namespace {

using namespace std::chrono;

constexpr auto kZones = std::to_array<std::string_view>(
    {"America/Los_Angeles", "America/New_York", "America/Chicago", "Europe/London", "Europe/Berlin",
     "Europe/Paris", "Asia/Tokyo", "Asia/Kolkata", "Australia/Sydney", "America/Sao_Paulo", "Asia/Singapore",
     ""});
constexpr auto kRanks = std::to_array<std::string_view>({"1", "1.0", "1.5", "2", "3", "3.0", "", "A"});
constexpr auto kRejectedSources =
    std::to_array<std::string_view>({"DataFox", "ZoomInfo", "DataFox;LinkedIn", "third party", "LinkedIn"});
constexpr auto kMovableFields = std::to_array<std::string_view>(
    {"CloseDate", "CloseDate", "NextStep", "StageName", "Amount", "Manager_Notes__c"});
constexpr auto kOldStages = std::to_array<std::string_view>(
    {"0-Pending Acceptance", "1-Discovery", "2-Scoping", "3-Technical Evaluation", "4-Proposal"});
constexpr auto kSubjects = std::to_array<std::string_view>(
    {"Call", "Email: pricing, seats", "Demo \"platform\"", "Besprechung", "打ち合わせ", "Follow-up", "QBR"});

Status write_users(const std::filesystem::path& folder, const SalesFolder& what) {
  const Row names = {"Id",      "Name",       "Email",     "TimeZoneSidKey", "ManagerId",     "IsActive",
                     "Team__c", "Segment__c", "Region__c", "Start_Date__c",  "Sales_Role__c", "Chat_Id__c"};
  CsvFile file(folder / "User.csv", what.quotes);
  file.row(names);
  Row row(names.size());
  for (std::size_t i = 0; i < what.sizes.users; ++i) {
    clear(row);
    Dice dice(what.sizes.seed, Matter::kUserText, i);
    add_user_id(i, row[0]);
    add_person(dice, row[1]);
    ((row[2] += "user") += std::to_string(i)) += "@example.com";
    row[3] = dice.one_of(kZones);
    if (i > 0) add_user_id(dice.below(std::min<std::size_t>(i, 1 + what.sizes.users / 20)), row[4]);
    add_truth(dice, !dice.per_mille(12), row[5]);
    add_typed(dice, user_team(what.sizes, i), row[6]);
    row[7] = user_team(what.sizes, i) == "SMB" ? "SMB" : "Mid-Market";
    row[8] = dice.per_mille(600) ? "NORAM" : "EMEA";
    add_day(kSalesToday - days(dice.between(1, 3000)), row[9]);
    row[10] = dice.per_mille(800) ? "AE" : "SAL";
    if (dice.per_mille(900)) row[11] = "U0" + std::to_string(100'000 + i);
    file.row(row);
  }
  return file.finish();
}

// A source's own count: about the family's, now and then something else.
void add_source_count(Dice& dice, const AccountFacts& facts, std::string& out) {
  if (dice.per_mille(450)) return;
  const long family = facts.employees.value_or(60);
  add_count(dice, dice.per_mille(15) ? dice.between(0, 5'000) : family, out);
}

void make_account(const SalesSizes& sizes, std::size_t index, Row& row) {
  const AccountFacts facts = account_facts(sizes, index);
  Dice dice(sizes.seed, Matter::kAccountText, index);
  add_account_id(index, row[0]);
  add_company(dice, row[1]);
  if (facts.owner) add_user_id(*facts.owner, row[2]);
  if (index > 0 && dice.per_mille(150)) {
    const std::size_t parent = dice.below(index);
    if (!account_facts(sizes, parent).deleted) add_account_id(parent, row[3]);
  }
  if (dice.per_mille(800)) ((row[4] += "https://www.example.com/") += std::to_string(index)) += "?a=1,2";
  add_typed(dice, facts.segment, row[5]);
  add_typed(dice, facts.region, row[6]);
  add_truth(dice, facts.first_order_available, row[7]);
  if (facts.employees) add_count(dice, *facts.employees, row[8]);
  if (facts.potential_users) add_count(dice, *facts.potential_users, row[9]);
  for (std::size_t source = 10; source < 14; ++source) add_source_count(dice, facts, row[source]);
  if (dice.per_mille(40)) row[14] = dice.one_of(kRejectedSources);
  add_typed(dice, facts.lead_direction, row[15]);
  row[16] = dice.one_of(kRanks);
  if (dice.per_mille(150)) add_sentence(dice, 4 + dice.below(12), row[17]);
  if (dice.per_mille(600)) add_instant(dice, kSalesNow - hours(dice.between(1, 20'000)), row[18]);
  if (dice.per_mille(500)) add_count(dice, dice.between(0, 900), row[19]);
  if (dice.per_mille(500)) add_count(dice, dice.between(0, 900), row[20]);
  add_instant(dice, facts.created, row[21]);
  add_instant(dice, std::max(facts.created, kSalesNow - hours(dice.between(1, 5'000))), row[22]);
  if (dice.per_mille(850)) add_day(kSalesToday - days(dice.between(0, 400)), row[23]);
  add_truth(dice, facts.deleted, row[24]);
}

Status write_accounts(const std::filesystem::path& folder, const SalesFolder& what) {
  const Row names = {"Id",
                     "Name",
                     "OwnerId",
                     "ParentId",
                     "Website",
                     "Segment__c",
                     "Region__c",
                     "First_Order_Available__c",
                     "Max_Family_Employees__c",
                     "LAM_Dev_Count__c",
                     "DataFox_Employees__c",
                     "ZoomInfo_Employees__c",
                     "LinkedIn_Employees__c",
                     "Third_Party_Employees__c",
                     "Employee_Source_Rejected__c",
                     "Lead_Direction__c",
                     "Rank__c",
                     "Rank_Notes__c",
                     "Rank_Updated_At__c",
                     "Potential_Users__c",
                     "Total_Users__c",
                     "CreatedDate",
                     "SystemModstamp",
                     "LastActivityDate",
                     "IsDeleted"};
  CsvFile file(folder / "Account.csv", what.quotes);
  file.row(names);
  Row row(names.size());
  for (std::size_t i = 0; i < what.sizes.accounts; ++i) {
    clear(row);
    make_account(what.sizes, i, row);
    file.row(row);
  }
  return file.finish();
}

Status write_opportunities(const std::filesystem::path& folder, const SalesFolder& what) {
  CsvFile file(folder / "Opportunity.csv", what.quotes);
  file.row(Row(kOpportunityNames.begin(), kOpportunityNames.end()));
  Opportunity opportunity;
  for (std::size_t i = 0; i < what.sizes.opportunities; ++i) {
    make_opportunity(what.sizes, i, opportunity);
    file.row(opportunity.cells);
  }
  return file.finish();
}

// What was changed on one opportunity, oldest first. Each field's last new value is the one it has now.
class Changes {
 public:
  Changes(const SalesSizes& sizes, std::size_t index, const Opportunity& opportunity)
      : dice_(sizes.seed, Matter::kHistory, index), opportunity_(opportunity) {
    const bool much_moved = opportunity.open && dice_.per_mille(15);
    const std::size_t count = much_moved ? 4 : dice_.below(opportunity.open ? 5 : 4);
    const bool fresh = placeholder() && dice_.per_mille(700);
    for (std::size_t i = 0; i < count; ++i) {
      fields_.push_back(much_moved ? kMovableFields[0] : dice_.one_of(kMovableFields));
      times_.push_back(time(much_moved ? 80 : 400));
    }
    std::ranges::sort(times_);
    if (fresh) {
      fields_.push_back(kMovableFields[0]);
      times_.push_back(kSalesNow - minutes(dice_.between(1, 60 * 47)));
    }
    close_date_ =
        opportunity.close_date - days(35) * static_cast<int>(std::ranges::count(fields_, kMovableFields[0]));
  }

  template <class Take>
  void each(const Take& take) {
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      const bool last = std::find(fields_.begin() + static_cast<std::ptrdiff_t>(i) + 1, fields_.end(),
                                  fields_[i]) == fields_.end();
      old_.clear();
      new_.clear();
      make_values(fields_[i], last);
      take(fields_[i], old_, new_, times_[i], dice_);
    }
  }

 private:
  bool placeholder() const {
    return opportunity_.open && year_month_day(opportunity_.close_date).day() == day(1);
  }

  sys_seconds time(int most_days) {
    const auto age = static_cast<int>((kSalesNow - opportunity_.created) / minutes(1));
    return kSalesNow - minutes(dice_.between(0, std::min(age, most_days * 24 * 60)));
  }

  void make_values(std::string_view field, bool last) {
    if (field == "CloseDate") {
      add_day(close_date_, old_);
      close_date_ = last ? opportunity_.close_date : close_date_ + days(35);
      add_day(close_date_, new_);
    } else if (field == "NextStep") {
      make_steps(last);
    } else if (field == "StageName") {
      old_ = dice_.one_of(kOldStages);
      new_ = last ? std::string_view(opportunity_[OpportunityField::kStageName]) : dice_.one_of(kOldStages);
    } else if (field == "Amount") {
      add_amount(dice_, dice_.between(100, 9'000'000), old_);
      new_ = opportunity_[OpportunityField::kAmount];
    } else {
      add_sentence(dice_, 6, old_);
      add_sentence(dice_, 6, new_);
    }
  }

  void make_steps(bool last) {
    const std::string& step = opportunity_[OpportunityField::kNextStep];
    // Some only add to what stood there.
    const std::size_t cut = step.find(' ', step.size() / 2);
    if (last && cut != std::string::npos && dice_.per_mille(50)) {
      old_.assign(step, 0, cut);
    } else {
      add_sentence(dice_, 4 + dice_.below(8), old_);
    }
    if (last) {
      new_ = step;
    } else {
      add_sentence(dice_, 4 + dice_.below(8), new_);
    }
  }

  Dice dice_;
  const Opportunity& opportunity_;
  std::vector<std::string_view> fields_;
  std::vector<sys_seconds> times_;
  sys_days close_date_;
  std::string old_;
  std::string new_;
};

Status write_history(const std::filesystem::path& folder, const SalesFolder& what) {
  const Row names = {"Id", "OpportunityId", "Field", "OldValue", "NewValue", "CreatedDate"};
  CsvFile file(folder / "OpportunityFieldHistory.csv", what.quotes);
  file.row(names);
  Row row(names.size());
  Opportunity opportunity;
  std::size_t rows = 0;
  for (std::size_t i = 0; i < what.sizes.opportunities; ++i) {
    make_opportunity(what.sizes, i, opportunity);
    Changes(what.sizes, i, opportunity)
        .each([&](std::string_view field, const std::string& old_value, const std::string& new_value,
                  sys_seconds time, Dice& dice) {
          clear(row);
          add_record_id("017", rows++, row[0]);
          row[1] = opportunity[OpportunityField::kId];
          row[2] = field;
          row[3] = old_value;
          row[4] = new_value;
          add_instant(dice, time, row[5]);
          file.row(row);
        });
  }
  return file.finish();
}

// About one task to two opportunities, and the notes that hand an account over after its first order.
class TaskFile {
 public:
  TaskFile(const std::filesystem::path& folder, CsvQuotes quotes) : file_(folder / "Task.csv", quotes) {
    const Row names = {"Id", "WhatId", "OwnerId", "Subject", "Description", "ActivityDate", "CreatedDate"};
    file_.row(names);
    row_.resize(names.size());
  }

  void add_tasks_of(const SalesSizes& sizes, std::size_t index, const Opportunity& opportunity) {
    Dice dice(sizes.seed, Matter::kTask, index);
    if (opportunity.first_order_win && dice.per_mille(650)) {
      begin(opportunity);
      add_account_id(opportunity.account, row_[1]);
      add_person(dice, row_[3]);
      row_[3] += dice.per_mille(950) ? " FO Account Summary for Handoff" : " FO account summary";
      end(dice, opportunity.close_date + days(dice.between(-1, 6)));
    }
    if (dice.per_mille(500)) {
      begin(opportunity);
      row_[1] = opportunity[OpportunityField::kId];
      row_[3] = dice.one_of(kSubjects);
      end(dice, kSalesToday - days(dice.between(0, 300)));
    }
  }

  Status finish() { return file_.finish(); }

 private:
  void begin(const Opportunity& opportunity) {
    clear(row_);
    add_record_id("00T", rows_++, row_[0]);
    row_[2] = opportunity[OpportunityField::kOwnerId];
  }
  void end(Dice& dice, sys_days day) {
    if (dice.per_mille(400)) add_sentence(dice, 6 + dice.below(20), row_[4]);
    const sys_seconds created =
        sys_seconds(std::min(day, kSalesToday - days(1))) + seconds(dice.between(0, 86'399));
    add_day(std::min(day, kSalesToday), row_[5]);
    add_instant(dice, created, row_[6]);
    file_.row(row_);
  }

  CsvFile file_;
  Row row_;
  std::size_t rows_ = 0;
};

Status write_tasks(const std::filesystem::path& folder, const SalesFolder& what) {
  TaskFile file(folder, what.quotes);
  Opportunity opportunity;
  for (std::size_t i = 0; i < what.sizes.opportunities; ++i) {
    make_opportunity(what.sizes, i, opportunity);
    file.add_tasks_of(what.sizes, i, opportunity);
  }
  return file.finish();
}

}  // namespace

Status write_sales_folder(const std::filesystem::path& folder, const SalesFolder& what) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(ErrorCode::kUnavailable, "cannot make " + folder.string() + ": " + error.message());
  using Write = Status (*)(const std::filesystem::path&, const SalesFolder&);
  std::vector<Write> writers = {write_users, write_accounts};
  if (what.files != SalesFiles::kDeals) writers.insert(writers.end(), {write_history, write_tasks});
  if (what.files == SalesFiles::kAll)
    writers.insert(writers.end(), {write_events, write_leads, write_forecasts, write_clari_opportunities});
  // Last, so that a folder that has it has the rest.
  writers.push_back(write_opportunities);
  for (const Write write : writers) {
    if (Status status = write(folder, what); !status) return status;
  }
  return {};
}

}  // namespace plumbline::bench
