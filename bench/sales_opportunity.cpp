#include "bench/sales_opportunity.h"

#include <algorithm>

#include "bench/dice.h"
#include "bench/sales_words.h"

namespace plumbline::bench {

using namespace std::chrono;
using Field = OpportunityField;

const std::array<std::string_view, kOpportunityFields> kOpportunityNames = {"Id",
                                                                            "Name",
                                                                            "AccountId",
                                                                            "OwnerId",
                                                                            "StageName",
                                                                            "Type",
                                                                            "Amount",
                                                                            "Net_ARR__c",
                                                                            "CurrencyIsoCode",
                                                                            "CloseDate",
                                                                            "CreatedDate",
                                                                            "LastModifiedDate",
                                                                            "SystemModstamp",
                                                                            "LastActivityDate",
                                                                            "IsClosed",
                                                                            "IsWon",
                                                                            "IsDeleted",
                                                                            "ForecastCategoryName",
                                                                            "LeadSource",
                                                                            "NextStep",
                                                                            "Next_Steps_Date__c",
                                                                            "Next_Steps_Owner__c",
                                                                            "Next_Steps_History__c",
                                                                            "Compelling_Event__c",
                                                                            "Custom_Pitch_Deck_Link__c",
                                                                            "Red_Green__c",
                                                                            "Manager_Notes__c",
                                                                            "Order_Type__c",
                                                                            "Is_Web_Direct__c",
                                                                            "How_Heard__c",
                                                                            "Closed_Reason__c",
                                                                            "Opportunity_Consult_Date__c",
                                                                            "Deal_Review_Date__c",
                                                                            "Why_Do_Anything__c",
                                                                            "Why_Us__c",
                                                                            "Why_Now__c",
                                                                            "Close_Plan__c",
                                                                            "Economic_Buyer__c",
                                                                            "Champion__c",
                                                                            "Identified_Pain__c",
                                                                            "Decision_Criteria__c",
                                                                            "Decision_Process__c",
                                                                            "Competitors__c"};

namespace {

constexpr auto kOpenStages = std::to_array<std::string_view>(
    {"0-Pending Acceptance", "1-Discovery", "1-Discovery", "2-Scoping", "2-Scoping", "3-Technical Evaluation",
     "3-Technical Evaluation", "4-Proposal", "4-Proposal", "5-Negotiating", "6-Awaiting Signature",
     "7-Closing"});
constexpr auto kLostStages = std::to_array<std::string_view>(
    {"8-Closed Lost", "8-Closed Lost", "8-Closed Lost", "9-Unqualified", "10-Duplicate"});
constexpr auto kTypes = std::to_array<std::string_view>({"New Business", "New Business", "New Business",
                                                         "New Business", "Add-On Business", "Add-On Business",
                                                         "Renewal", "Renewal", "", "New Business"});
constexpr auto kOpenForecasts =
    std::to_array<std::string_view>({"Pipeline", "Best Case", "Commit", "Omitted"});
constexpr auto kSources = std::to_array<std::string_view>(
    {"Web", "Trial", "Event", "Partner Referral", "Outbound, SDR", "", "Web", "Trial – self-managed"});
constexpr auto kOrderTypes =
    std::to_array<std::string_view>({"1. New - First Order", "2. New - Connected", "2. New - Connected",
                                     "3. Growth", "3. Growth", "3. Growth", "3. Growth", "4. Contraction"});
constexpr auto kHowHeard =
    std::to_array<std::string_view>({"", "", "Colleague", "Search", "Conference", "Podcast, \"DevTalk\""});
constexpr auto kClosedReasons = std::to_array<std::string_view>(
    {"Price", "No budget", "Competitor", "Product fit", "Went silent", "Champion left, no successor", ""});
constexpr auto kCurrencies = std::to_array<std::string_view>({"USD", "USD", "USD", "EUR", "GBP", "JPY"});
constexpr auto kCompetitors = std::to_array<std::string_view>(
    {"", "", "Globex", "In-house; Globex", "Umbra, Initech", "Größer & Söhne"});

class Maker {
 public:
  Maker(const SalesSizes& sizes, std::size_t index, Opportunity& out)
      : sizes_(sizes), dice_(sizes.seed, Matter::kOpportunity, index), out_(out) {}

  void make(std::size_t index) {
    for (std::string& cell : out_.cells) cell.clear();
    add_opportunity_id(index, out_[Field::kId]);
    out_.open = dice_.per_mille(400);
    make_account_and_owner();
    make_stage();
    make_close_date();
    make_times();
    make_money();
    make_next_steps();
    make_notes();
  }

 private:
  void make_account_and_owner() {
    out_.account = dice_.below(sizes_.accounts);
    const AccountFacts account = account_facts(sizes_, out_.account);
    out_.owner = account.owner && !dice_.per_mille(10) ? *account.owner : dice_.below(sizes_.users);
    if (!dice_.per_mille(3)) add_account_id(out_.account, out_[Field::kAccountId]);
    if (!dice_.per_mille(2)) add_user_id(out_.owner, out_[Field::kOwnerId]);
    // An account takes its opportunities along.
    deleted_ = account.deleted || dice_.per_mille(22);
    add_truth(dice_, deleted_, out_[Field::kIsDeleted]);
    std::string& name = out_[Field::kName];
    add_company(dice_, name);
    name += dice_.per_mille(500) ? " – " : ", ";
    add_sentence(dice_, 1 + dice_.below(3), name);
  }

  void make_stage() {
    const bool won = !out_.open && dice_.per_mille(400);
    std::string_view stage = dice_.one_of(kOpenStages);
    if (!out_.open) stage = won ? "Closed Won" : dice_.one_of(kLostStages);
    const std::string_view type = dice_.one_of(kTypes);
    signature_ = stage[0] == '6' || type == "Renewal";
    out_[Field::kStageName] = stage;
    out_[Field::kType] = type;
    add_truth(dice_, !out_.open, out_[Field::kIsClosed]);
    add_truth(dice_, won, out_[Field::kIsWon]);
    add_truth(dice_, dice_.per_mille(8), out_[Field::kIsWebDirect]);
    out_[Field::kForecastCategory] = out_.open ? dice_.one_of(kOpenForecasts) : won ? "Closed" : "Omitted";
    out_[Field::kLeadSource] = dice_.one_of(kSources);
    out_[Field::kHowHeard] = dice_.one_of(kHowHeard);
    const std::string_view order_type = dice_.one_of(kOrderTypes);
    if (won || dice_.per_mille(300)) out_[Field::kOrderType] = order_type;
    out_.first_order_win = won && order_type == kOrderTypes[0];
    if (!out_.open) out_[Field::kClosedReason] = dice_.one_of(kClosedReasons);
  }

  static sys_days first_of_month(sys_days day) {
    const year_month_day date(day);
    return date.year() / date.month() / 1;
  }
  // The first of the month so many months after today's.
  static sys_days month_start(int months_ahead) {
    const year_month_day today(kSalesToday);
    return sys_days((today.year() / today.month() + months(months_ahead)) / 1);
  }
  sys_days some_month_end() { return month_start(1 + dice_.between(0, 14)) - days(1); }

  void make_close_date() {
    bool event = dice_.per_mille(300);
    sys_days& day = out_.close_date;
    if (!out_.open) {
      day = kSalesToday - days(dice_.between(0, 1200));
      if (dice_.per_mille(500)) day = first_of_month(day) - days(1);
    } else {
      event = make_open_close_date();
    }
    if (!out_.open || !dice_.per_mille(1)) add_day(day, out_[Field::kCloseDate]);
    std::string& cell = out_[Field::kCompellingEvent];
    if (event) {
      add_sentence(dice_, 3 + dice_.below(6), cell);
    } else {
      add_blank(dice_, cell);
    }
  }

  // Whether there is a compelling event.
  bool make_open_close_date() {
    sys_days& day = out_.close_date;
    std::uint64_t way = dice_.below(1000);
    const auto falls = [&way](std::uint64_t share) {
      if (way < share) return true;
      way -= share;
      return false;
    };
    if (falls(8)) {  // Monday or Tuesday of this week, or the weekend before
      day = kSalesToday - days(dice_.between(1, 4));
      return dice_.per_mille(500);
    }
    if (falls(7)) {
      day = kSalesToday - days(dice_.between(5, 200));
      return dice_.per_mille(500);
    }
    if (falls(1)) {
      day = kSalesToday;
      return dice_.per_mille(500);
    }
    if (signature_) {
      day = kSalesToday + days(dice_.between(0, 400));
      return dice_.per_mille(500);
    }
    if (falls(9)) {
      day = some_month_end();
      return false;
    }
    if (falls(7)) {
      day = month_start(dice_.between(1, 14));
      return true;
    }
    if (falls(9)) {
      day = kSalesToday + days(dice_.between(0, 400));
      return dice_.per_mille(500);
    }
    if (falls(8)) {
      day = month_start(dice_.between(3, 12));
      return false;
    }
    if (falls(25)) {
      day = month_start(dice_.between(1, 2));
      return false;
    }
    day = some_month_end();
    return true;
  }

  void make_times() {
    const sys_days latest = std::min(out_.close_date, kSalesToday);
    // Two throws, two statements: the operands of one would be thrown in either order.
    out_.created = sys_seconds(latest) - days(dice_.between(1, 500));
    out_.created += seconds(dice_.between(0, 86'399));
    if (out_.open && dice_.per_mille(20)) out_.created = kSalesNow - minutes(dice_.between(1, 60 * 72));
    const auto age = static_cast<int>((kSalesNow - out_.created) / minutes(1));
    const sys_seconds modified =
        kSalesNow - minutes(dice_.between(0, out_.open ? std::min(age, 60 * 24 * 90) : age));
    add_instant(dice_, out_.created, out_[Field::kCreatedDate]);
    add_instant(dice_, modified, out_[Field::kLastModifiedDate]);
    add_instant(dice_, modified, out_[Field::kSystemModstamp]);
    if (!dice_.per_mille(out_.open ? 15 : 120)) {
      const int idle = out_.open && !dice_.per_mille(30) ? dice_.between(0, 30) : dice_.between(0, 300);
      add_day(kSalesToday - days(idle), out_[Field::kLastActivityDate]);
    }
  }

  void make_money() {
    // As many small deals as large ones: so many cents below a power of ten.
    long bound = 1'000;
    for (std::uint64_t i = dice_.below(5); i > 0; --i) bound *= 10;
    long cents = bound + static_cast<long>(dice_.below(static_cast<std::uint64_t>(9 * bound)));
    cents -= cents % (dice_.per_mille(700) ? 10'000 : 1);
    if (dice_.per_mille(2)) cents = 100'000'000L * dice_.between(1, 40);
    add_amount(dice_, std::max(cents, 100L), out_[Field::kAmount]);
    out_[Field::kCurrency] = dice_.one_of(kCurrencies);
    if (dice_.per_mille(6)) return;
    long net = std::max(cents * 4 / 5, 100L);
    if (dice_.per_mille(out_[Field::kType] == "Renewal" ? 60 : 5)) net = dice_.per_mille(600) ? 0 : -net;
    add_amount(dice_, net, out_[Field::kNetArr]);
  }

  void make_next_steps() {
    if (!out_.open && !dice_.per_mille(350)) {
      add_blank(dice_, out_[Field::kNextStep]);
      return;
    }
    const int ahead = dice_.per_mille(15)    ? -dice_.between(1, 40)
                      : dice_.per_mille(850) ? dice_.between(0, 30)
                                             : dice_.between(31, 120);
    if (!dice_.per_mille(6)) {
      const sys_days base = out_.open ? kSalesToday : out_.close_date;
      add_day(base + days(ahead), out_[Field::kNextStepsDate]);
    }
    make_next_step(ahead);
    if (dice_.per_mille(6)) {
      add_blank(dice_, out_[Field::kNextStepsOwner]);
    } else {
      add_person(dice_, out_[Field::kNextStepsOwner]);
    }
  }

  void make_next_step(int ahead) {
    std::string& cell = out_[Field::kNextStep];
    const sys_days day = kSalesToday + days(ahead);
    const std::uint64_t way = dice_.below(1000);
    if (way < 6) {
      add_blank(dice_, cell);
    } else if (way < 13) {
      add_vague_step(dice_, cell);
    } else if (way < 35) {
      add_dated_step(dice_, day, cell);
    } else if (way < 47) {
      add_logged_step(dice_, day, cell);
    } else if (way < 54) {
      add_sentence(dice_, 3 + dice_.below(4), cell);
      cell += " https://docs.example.com/2026/04/30/quote?v=10.4.2021";
    } else {
      const std::size_t least = ahead > 30 && !dice_.per_mille(60) ? 12 : 4;
      add_sentence(dice_, least + dice_.below(10), cell);
    }
  }

  void make_notes() {
    const sys_days latest = std::min(out_.close_date, kSalesToday);
    if (dice_.per_mille(110)) add_notes(dice_, 80 + dice_.below(900), latest, out_[Field::kNextStepsHistory]);
    if (dice_.per_mille(50)) add_notes(dice_, 40 + dice_.below(500), latest, out_[Field::kManagerNotes]);
    if (out_.open) out_[Field::kRedGreen] = dice_.per_mille(250) ? "Green" : dice_.per_mille(80) ? "Red" : "";
    if (dice_.per_mille(80)) out_[Field::kPitchDeck] = "https://slides.example.com/d/1aBcD_eFgH?usp=sharing";
    if (dice_.per_mille(150)) add_day(latest - days(dice_.between(0, 90)), out_[Field::kConsultDate]);
    if (dice_.per_mille(150)) add_day(latest - days(dice_.between(0, 60)), out_[Field::kDealReviewDate]);
    if (dice_.per_mille(150)) {
      for (const Field field : {Field::kWhyDoAnything, Field::kWhyUs, Field::kWhyNow, Field::kClosePlan,
                                Field::kIdentifiedPain, Field::kDecisionCriteria, Field::kDecisionProcess}) {
        if (dice_.per_mille(700)) add_sentence(dice_, 5 + dice_.below(14), out_[field]);
      }
    }
    if (dice_.per_mille(250)) add_person(dice_, out_[Field::kEconomicBuyer]);
    if (dice_.per_mille(350)) add_person(dice_, out_[Field::kChampion]);
    out_[Field::kCompetitors] = dice_.one_of(kCompetitors);
  }

  const SalesSizes& sizes_;
  Dice dice_;
  Opportunity& out_;
  bool deleted_ = false;
  bool signature_ = false;
};

}  // namespace

void make_opportunity(const SalesSizes& sizes, std::size_t index, Opportunity& out) {
  Maker(sizes, index, out).make(index);
}

}  // namespace plumbline::bench
