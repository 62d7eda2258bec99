#include "sandbox/world/base_records.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sandbox/world/words.h"

namespace plumbline::sandbox {
namespace {

using namespace std::chrono;

constexpr int kOldestDays = 400;          // the oldest record
constexpr RowNumber kTeam = 8;            // users under one manager
constexpr std::uint64_t kMassShare = 60;  // per mille of opportunities that one mass update stamped last

constexpr auto kSegments = std::to_array<std::string_view>({"Enterprise", "Mid-Market", "SMB", "PubSec"});
constexpr auto kRegions = std::to_array<std::string_view>({"AMER", "EMEA", "APAC"});
constexpr auto kIndustries =
    std::to_array<std::string_view>({"Banking", "Energy", "Retail", "Technology", "Healthcare"});
constexpr auto kCountries = std::to_array<std::string_view>({"United States", "Germany", "Japan", "Brazil"});
constexpr auto kZones = std::to_array<std::string_view>(
    {"America/Los_Angeles", "America/New_York", "Europe/Berlin", "Europe/London", "Asia/Tokyo"});
constexpr auto kCodes = std::to_array<std::string_view>({"USD", "EUR", "JPY", "GBP"});
constexpr std::array<double, kCodes.size()> kRates = {1.0, 0.92, 151.2, 0.79};
constexpr auto kTypes = std::to_array<std::string_view>({"New Business", "Add-On Business", "Renewal"});
constexpr auto kSources = std::to_array<std::string_view>({"Web", "Referral", "Event", "Outbound"});
constexpr auto kOrders =
    std::to_array<std::string_view>({"1. New - First Order", "2. New - Connected", "3. Growth"});
constexpr auto kReasons =
    std::to_array<std::string_view>({"Price", "No Budget", "Competitor", "No Decision"});
constexpr auto kRivals =
    std::to_array<std::string_view>({"Northstar", "Blueline", "Northstar;Blueline", "In-house"});
constexpr auto kCalls = std::to_array<std::string_view>({"Call", "Email", "Meeting"});

Value word(std::string_view text) { return Value{std::string(text)}; }
Value count_value(auto number) { return Value{static_cast<double>(number)}; }

Day day_of(Instant instant) { return Day{floor<days>(instant).time_since_epoch()}; }

std::string_view code_of(Currencies currencies, RowNumber row) {
  return currencies == Currencies::kOne ? kCodes[0] : kCodes[row % kCodes.size()];
}

}  // namespace

BaseRecords::BaseRecords(const WorldSizes& sizes) : sizes_(sizes), today_(day_of(sizes.start)) {
  const std::size_t deals = std::max<std::size_t>(sizes.opportunities, 1);
  const auto set = [&](ObjectKind object, std::size_t count) {
    counts_[static_cast<std::size_t>(object)] = count;
  };
  set(ObjectKind::kOrganization, 1);
  set(ObjectKind::kUser, std::clamp<std::size_t>(deals / 500, 12, 5000));
  set(ObjectKind::kUserRole, (count(ObjectKind::kUser) + kTeam - 1) / kTeam + 1);
  set(ObjectKind::kStage, sales_stages().size());
  set(ObjectKind::kAccount, std::max<std::size_t>(deals / 4, 1));
  set(ObjectKind::kContact, count(ObjectKind::kAccount));
  set(ObjectKind::kOpportunity, deals);
  set(ObjectKind::kFieldHistory, deals * 2);
  set(ObjectKind::kTask, deals);
  set(ObjectKind::kEvent, deals / 5);
  set(ObjectKind::kLead, deals / 5);
  set(ObjectKind::kCurrency, sizes.currencies == Currencies::kOne ? 0 : kCodes.size());
}

RowNumber BaseRecords::account_of(RowNumber opportunity) const {
  return opportunity % static_cast<RowNumber>(count(ObjectKind::kAccount));
}

RowNumber BaseRecords::owner_of(RowNumber account) const {
  return account % static_cast<RowNumber>(count(ObjectKind::kUser));
}

std::string BaseRecords::id(ObjectKind object, std::size_t row) const {
  return record_id(spec_of(object).prefix, row);
}

Stamps BaseRecords::stamps(ObjectKind object, RowNumber row) const {
  if (object == ObjectKind::kFieldHistory) {
    const Stamps deal = stamps(ObjectKind::kOpportunity, row / 2);
    const Instant when = row % 2 == 0 ? deal.created : deal.created + (deal.changed - deal.created) / 2;
    return {.created = when, .changed = when};
  }
  Dice throws(sizes_.seed, Matter::kStamp, (static_cast<std::uint64_t>(object) << 32) + row);
  const auto age = seconds(static_cast<long>(throws.below(static_cast<std::uint64_t>(kOldestDays) * 86400)));
  const Instant created = sizes_.start - age - seconds(1);
  // One update touched this many within one second: what pages by stamp alone gets stuck on it.
  if (object == ObjectKind::kOpportunity && throws.per_mille(kMassShare) && age > days(3)) {
    return {.created = created, .changed = sizes_.start - days(2)};
  }
  return {.created = created,
          .changed = created +
                     seconds(static_cast<long>(throws.below(static_cast<std::uint64_t>(age.count()) + 1)))};
}

void BaseRecords::make_system(ObjectKind object, RowNumber row, Row& out) const {
  const Stamps when = stamps(object, row);
  const std::string by = id(ObjectKind::kUser, row % count(ObjectKind::kUser));
  out[kId] = id(object, row);
  out[kCreatedDate] = when.created;
  out[kCreatedById] = by;
  out[kLastModifiedDate] = when.changed;
  out[kLastModifiedById] = by;
  out[kSystemModstamp] = when.changed;
  out[kIsDeleted] = false;
}

void BaseRecords::make(ObjectKind object, RowNumber row, Row& out) const {
  out.assign(spec_of(object).fields.size(), Value{});
  make_system(object, row, out);
  switch (object) {
    case ObjectKind::kOrganization:
      return make_organization(out);
    case ObjectKind::kUserRole:
      return make_role(row, out);
    case ObjectKind::kUser:
      return make_user(row, out);
    case ObjectKind::kStage:
      return make_stage(row, out);
    case ObjectKind::kAccount:
      return make_account(row, out);
    case ObjectKind::kContact:
      return make_contact(row, out);
    case ObjectKind::kOpportunity:
      return make_opportunity(row, out);
    case ObjectKind::kFieldHistory:
      return make_history(row, out);
    case ObjectKind::kTask:
      return make_task(row, out);
    case ObjectKind::kEvent:
      return make_event(row, out);
    case ObjectKind::kLead:
      return make_lead(row, out);
    case ObjectKind::kCurrency:
      return make_currency(row, out);
  }
}

void BaseRecords::make_organization(Row& out) const {
  out[organization::kName] = word("Plumbline Sandbox");
  out[organization::kTimeZone] = word("America/Los_Angeles");
  out[organization::kLocale] = word("en_US");
  out[organization::kFiscalMonth] = count_value(2);
  out[organization::kUsesStartName] = false;
  out[organization::kIsSandbox] = true;
  out[organization::kInstance] = word("SBX1");
  out[organization::kType] = word("Enterprise Edition");
}

void BaseRecords::make_role(RowNumber row, Row& out) const {
  out[role::kName] = row == 0 ? word("CRO") : Value{fmt::format("Team {}", row)};
  if (row > 0) out[role::kParentRoleId] = id(ObjectKind::kUserRole, 0);
}

void BaseRecords::make_user(RowNumber row, Row& out) const {
  Dice throws = dice(Matter::kUser, row);
  const std::string_view given = given_name(throws);
  const std::string_view family = family_name(throws);
  out[user::kName] = fmt::format("{} {}", given, family);
  out[user::kFirstName] = word(given);
  out[user::kLastName] = word(family);
  const std::string address =
      fmt::format("{}.{}{}@sandbox.example", plain_letters(given), plain_letters(family), row);
  out[user::kUsername] = address;
  out[user::kEmail] = address;
  out[user::kIsActive] = row == 0 || !throws.per_mille(60);
  if (row > 0) out[user::kManagerId] = id(ObjectKind::kUser, row % kTeam == 0 ? 0 : row - row % kTeam);
  out[user::kUserRoleId] = id(ObjectKind::kUserRole, row == 0 ? 0 : row / kTeam + 1);
  out[user::kTitle] = word(row % kTeam == 0 ? "Area Sales Manager" : "Account Executive");
  out[user::kDepartment] = word("Sales");
  out[user::kTimeZone] = word(throws.one_of(kZones));
  out[user::kLocale] = word("en_US");
}

void BaseRecords::make_stage(RowNumber row, Row& out) const {
  const Stage& named = sales_stages()[row];
  out[stage::kMasterLabel] = word(named.name);
  out[stage::kApiName] = word(named.name);
  out[stage::kIsActive] = true;
  out[stage::kIsClosed] = named.closed;
  out[stage::kIsWon] = named.won;
  out[stage::kProbability] = count_value(named.probability);
  out[stage::kForecastCategoryName] = word(named.category_name);
  out[stage::kSortOrder] = count_value(row + 1);
}

void BaseRecords::make_account(RowNumber row, Row& out) const {
  Dice throws = dice(Matter::kAccount, row);
  out[account::kName] = company(throws);
  if (throws.per_mille(100) && row > 0) out[account::kParentId] = id(ObjectKind::kAccount, throws.below(row));
  out[account::kOwnerId] = id(ObjectKind::kUser, owner_of(row));
  out[account::kType] = word(throws.per_mille(600) ? "Customer" : "Prospect");
  out[account::kIndustry] = word(throws.one_of(kIndustries));
  if (!throws.per_mille(300)) out[account::kAnnualRevenue] = count_value(throws.between(1, 9000) * 100'000.0);
  if (!throws.per_mille(100)) out[account::kEmployees] = count_value(throws.between(1, 20'000));
  out[account::kWebsite] = fmt::format("https://www.customer{}.example", row);
  out[account::kCountry] = word(throws.one_of(kCountries));
  if (!throws.per_mille(50)) out[account::kSegment] = word(throws.one_of(kSegments));
  out[account::kRegion] = word(throws.one_of(kRegions));
  out[account::kCurrency] = word(code_of(sizes_.currencies, row));
}

void BaseRecords::make_contact(RowNumber row, Row& out) const {
  Dice throws = dice(Matter::kContact, row);
  const std::string_view given = given_name(throws);
  const std::string_view family = family_name(throws);
  out[contact::kName] = fmt::format("{} {}", given, family);
  out[contact::kFirstName] = word(given);
  out[contact::kLastName] = word(family);
  out[contact::kAccountId] = id(ObjectKind::kAccount, row);
  out[contact::kOwnerId] = id(ObjectKind::kUser, owner_of(row));
  out[contact::kEmail] = fmt::format("{}{}@customer{}.example", plain_letters(given), row, row);
  if (!throws.per_mille(200)) out[contact::kTitle] = word("Head of IT");
}

void BaseRecords::make_opportunity(RowNumber row, Row& out) const {
  Dice throws = dice(Matter::kOpportunity, row);
  const RowNumber account_row = account_of(row);
  const auto created = std::get<Instant>(out[kCreatedDate]);
  out[opportunity::kName] = fmt::format("Deal {} - {}", row + 1, sentence(throws, 2));
  out[opportunity::kAccountId] = id(ObjectKind::kAccount, account_row);
  out[opportunity::kOwnerId] =
      id(ObjectKind::kUser,
         throws.per_mille(950) ? owner_of(account_row) : throws.below(count(ObjectKind::kUser)));
  const bool closed = throws.per_mille(450);
  const std::size_t stage_row =
      closed ? (throws.per_mille(400) ? kWonStage : kLostStage) : throws.below(kOpenStages);
  out[opportunity::kStageName] = word(sales_stages()[stage_row].name);
  if (!throws.per_mille(40)) {
    const double amount = throws.between(500, 400'000) + throws.between(0, 99) / 100.0;
    out[opportunity::kAmount] = std::round(amount * 100) / 100;
    out[opportunity::kNetArr] = std::round(amount * 80) / 100;
  }
  const Day open_close = today_ + days(throws.between(-20, 180));
  out[opportunity::kCloseDate] =
      closed ? std::max(day_of(created), today_ - days(throws.between(0, 300))) : open_close;
  out[opportunity::kLastStageChange] = std::get<Instant>(out[kSystemModstamp]);
  if (!throws.per_mille(100)) {
    out[opportunity::kLastActivityDate] = std::max(day_of(created), today_ - days(throws.between(0, 60)));
  }
  out[opportunity::kPushCount] = count_value(throws.between(0, 4));
  out[opportunity::kCurrency] = word(code_of(sizes_.currencies, account_row));
  describe_opportunity(throws, out);
  derive_opportunity(out);
}

void BaseRecords::describe_opportunity(Dice& throws, Row& out) const {
  out[opportunity::kType] = word(throws.one_of(kTypes));
  out[opportunity::kNextStep] = text_value(next_step(throws, today_ + days(throws.between(-10, 20))));
  out[opportunity::kLeadSource] = word(throws.one_of(kSources));
  if (throws.per_mille(300)) out[opportunity::kDescription] = notes(throws, today_, 2);
  out[opportunity::kIsPrivate] = throws.per_mille(5);
  if (!throws.per_mille(150)) out[opportunity::kNextStepsDate] = today_ + days(throws.between(-10, 20));
  if (!throws.per_mille(200)) out[opportunity::kNextStepsOwner] = word(given_name(throws));
  if (throws.per_mille(500))
    out[opportunity::kNextStepsHistory] = notes(throws, today_, throws.between(1, 5));
  if (throws.per_mille(500)) out[opportunity::kCompellingEvent] = sentence(throws, 4);
  if (throws.per_mille(600)) out[opportunity::kRedGreen] = word(throws.per_mille(300) ? "Red" : "Green");
  if (throws.per_mille(300)) out[opportunity::kManagerNotes] = notes(throws, today_, 1);
  out[opportunity::kOrderType] = word(throws.one_of(kOrders));
  out[opportunity::kIsWebDirect] = throws.per_mille(80);
  if (text_of(out[opportunity::kStageName]) == sales_stages()[kLostStage].name && !throws.per_mille(150)) {
    out[opportunity::kClosedReason] = word(throws.one_of(kReasons));
  }
  if (throws.per_mille(400)) out[opportunity::kCompetitors] = word(throws.one_of(kRivals));
}

void BaseRecords::make_history(RowNumber row, Row& out) const {
  out[history::kOpportunityId] = id(ObjectKind::kOpportunity, row / 2);
  if (row % 2 == 0) {
    out[history::kField] = word("created");
    out[history::kDataType] = word("Text");
    return;
  }
  Dice throws = dice(Matter::kHistory, row);
  out[history::kField] = word("StageName");
  out[history::kDataType] = word("Text");
  out[history::kOldValue] = word(sales_stages()[throws.below(2)].name);
  out[history::kNewValue] = word(sales_stages()[2 + throws.below(3)].name);
}

void BaseRecords::make_task(RowNumber row, Row& out) const {
  Dice throws = dice(Matter::kTask, row);
  const auto deals = static_cast<RowNumber>(count(ObjectKind::kOpportunity));
  const RowNumber deal = row % deals;
  const bool done = throws.per_mille(700);
  out[task::kSubject] = sentence(throws, 4);
  out[task::kWhatId] = id(ObjectKind::kOpportunity, deal);
  out[task::kWhoId] = id(ObjectKind::kContact, account_of(deal));
  out[task::kOwnerId] = id(ObjectKind::kUser, owner_of(account_of(deal)));
  out[task::kStatus] = word(done ? "Completed" : "Not Started");
  out[task::kIsClosed] = done;
  out[task::kPriority] = word("Normal");
  out[task::kActivityDate] = day_of(std::get<Instant>(out[kCreatedDate])) + days(throws.between(0, 20));
  if (done) out[task::kCompleted] = std::get<Instant>(out[kSystemModstamp]);
  out[task::kType] = word(throws.one_of(kCalls));
  out[task::kAccountId] = id(ObjectKind::kAccount, account_of(deal));
  // Activities older than a year are archived: query hides them, queryAll does not.
  out[task::kIsArchived] = done && std::get<Instant>(out[kSystemModstamp]) < sizes_.start - days(365);
}

void BaseRecords::make_event(RowNumber row, Row& out) const {
  Dice throws = dice(Matter::kEvent, row);
  const auto deal = static_cast<RowNumber>(throws.below(count(ObjectKind::kOpportunity)));
  const Instant begin = std::get<Instant>(out[kCreatedDate]) + hours(throws.between(24, 240));
  out[event::kSubject] = "Meeting: " + sentence(throws, 3);
  out[event::kWhatId] = id(ObjectKind::kOpportunity, deal);
  out[event::kOwnerId] = id(ObjectKind::kUser, owner_of(account_of(deal)));
  out[event::kStart] = begin;
  out[event::kEnd] = begin + minutes(30);
  out[event::kActivityDate] = day_of(begin);
  out[event::kMinutes] = count_value(30);
  out[event::kIsArchived] = false;
}

void BaseRecords::make_lead(RowNumber row, Row& out) const {
  Dice throws = dice(Matter::kLead, row);
  const std::string_view given = given_name(throws);
  const std::string_view family = family_name(throws);
  out[lead::kName] = fmt::format("{} {}", given, family);
  out[lead::kFirstName] = word(given);
  out[lead::kLastName] = word(family);
  out[lead::kCompany] = company(throws);
  out[lead::kEmail] = fmt::format("{}{}@lead.example", plain_letters(given), row);
  out[lead::kStatus] = word(throws.per_mille(500) ? "New" : "Working");
  out[lead::kLeadSource] = word(throws.one_of(kSources));
  out[lead::kOwnerId] = id(ObjectKind::kUser, row % count(ObjectKind::kUser));
  out[lead::kIsConverted] = false;
}

void BaseRecords::make_currency(RowNumber row, Row& out) const {
  out[currency::kIsoCode] = word(kCodes[row]);
  out[currency::kRate] = kRates[row];
  out[currency::kDecimals] = count_value(kCodes[row] == "JPY" ? 0 : 2);
  out[currency::kIsActive] = true;
  out[currency::kIsCorporate] = row == 0;
}

void derive_opportunity(Row& row) {
  const Stage& named = stage_named(text_of(row[opportunity::kStageName]));
  row[opportunity::kIsClosed] = named.closed;
  row[opportunity::kIsWon] = named.won;
  row[opportunity::kProbability] = count_value(named.probability);
  row[opportunity::kForecastCategory] = word(named.category);
  row[opportunity::kForecastCategoryName] = word(named.category_name);
  const auto* amount = std::get_if<double>(&row[opportunity::kAmount]);
  row[opportunity::kExpectedRevenue] =
      amount == nullptr ? Value{} : Value{std::round(*amount * named.probability) / 100};
  // The fiscal year begins on the first of February and is named by the year it ends in.
  const year_month_day close = civil(std::get<Day>(row[opportunity::kCloseDate]));
  const int month = static_cast<int>(static_cast<unsigned>(close.month()));
  const int year = static_cast<int>(close.year()) + (month >= 2 ? 1 : 0);
  const int quarter = (month + 10) % 12 / 3 + 1;
  row[opportunity::kFiscalYear] = count_value(year);
  row[opportunity::kFiscalQuarter] = count_value(quarter);
  row[opportunity::kFiscal] = fmt::format("{} {}", year, quarter);
}

}  // namespace plumbline::sandbox
