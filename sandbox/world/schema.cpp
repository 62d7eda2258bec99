#include "sandbox/world/schema.h"

#include <algorithm>
#include <array>

namespace plumbline::sandbox {
namespace {

constexpr Field text(std::string_view name) { return {.name = name}; }
constexpr Field of(std::string_view name, FieldKind kind) { return {.name = name, .kind = kind}; }
constexpr Field to(std::string_view name, std::string_view object, std::string_view relationship) {
  return {.name = name, .kind = FieldKind::kReference, .refers = object, .relationship = relationship};
}
constexpr Field truth(std::string_view name) { return of(name, FieldKind::kBoolean); }
constexpr Field choice(std::string_view name) { return of(name, FieldKind::kPicklist); }
constexpr Field withheld(std::string_view name) { return {.name = name, .use = FieldUse::kWithheld}; }
constexpr Field kCurrencyCode = {
    .name = "CurrencyIsoCode", .kind = FieldKind::kPicklist, .use = FieldUse::kMultiCurrency};

constexpr std::array<Field, kSystemFields> kSystem = {
    of("Id", FieldKind::kId),
    of("CreatedDate", FieldKind::kDateTime),
    to("CreatedById", "User", "CreatedBy"),
    of("LastModifiedDate", FieldKind::kDateTime),
    to("LastModifiedById", "User", "LastModifiedBy"),
    of("SystemModstamp", FieldKind::kDateTime),
    truth("IsDeleted"),
};

template <std::size_t N>
constexpr std::array<Field, kSystemFields + N> with_system(const std::array<Field, N>& own) {
  std::array<Field, kSystemFields + N> all{};
  std::ranges::copy(kSystem, all.begin());
  std::ranges::copy(own, all.begin() + kSystemFields);
  return all;
}

// Users, roles and what is set up are never deleted.
template <std::size_t N>
constexpr std::array<Field, kSystemFields + N> without_deletion(const std::array<Field, N>& own) {
  auto all = with_system(own);
  all[kIsDeleted] = withheld("IsDeleted");
  return all;
}

constexpr auto kUserFields = without_deletion(std::array{
    text("Name"), text("Username"), of("Email", FieldKind::kEmail), text("FirstName"), text("LastName"),
    truth("IsActive"), to("ManagerId", "User", "Manager"), to("UserRoleId", "UserRole", "UserRole"),
    text("Title"), text("Department"), choice("TimeZoneSidKey"), choice("LocaleSidKey")});

constexpr auto kAccountFields = with_system(std::array{
    text("Name"), to("ParentId", "Account", "Parent"), to("OwnerId", "User", "Owner"), choice("Type"),
    choice("Industry"), of("AnnualRevenue", FieldKind::kCurrency), of("NumberOfEmployees", FieldKind::kInt),
    of("Website", FieldKind::kUrl), text("BillingCountry"), choice("Segment__c"), choice("Region__c"),
    to("MasterRecordId", "Account", "MasterRecord"), of("LastActivityDate", FieldKind::kDate),
    kCurrencyCode});

constexpr auto kContactFields = with_system(
    std::array{text("Name"), text("FirstName"), text("LastName"), to("AccountId", "Account", "Account"),
               to("OwnerId", "User", "Owner"), of("Email", FieldKind::kEmail), text("Title")});

constexpr auto kOpportunityFields = with_system(
    std::array{text("Name"),
               to("AccountId", "Account", "Account"),
               to("OwnerId", "User", "Owner"),
               choice("StageName"),
               of("Amount", FieldKind::kCurrency),
               of("Net_ARR__c", FieldKind::kCurrency),
               of("Probability", FieldKind::kPercent),
               of("ExpectedRevenue", FieldKind::kCurrency),
               of("CloseDate", FieldKind::kDate),
               choice("Type"),
               text("NextStep"),
               choice("LeadSource"),
               of("Description", FieldKind::kTextArea),
               truth("IsClosed"),
               truth("IsWon"),
               truth("IsPrivate"),
               choice("ForecastCategory"),
               choice("ForecastCategoryName"),
               of("LastActivityDate", FieldKind::kDate),
               of("LastStageChangeDate", FieldKind::kDateTime),
               of("PushCount", FieldKind::kInt),
               text("Fiscal"),
               of("FiscalYear", FieldKind::kInt),
               of("FiscalQuarter", FieldKind::kInt),
               of("Next_Steps_Date__c", FieldKind::kDate),
               text("Next_Steps_Owner__c"),
               of("Next_Steps_History__c", FieldKind::kTextArea),
               text("Compelling_Event__c"),
               choice("Red_Green__c"),
               of("Manager_Notes__c", FieldKind::kTextArea),
               choice("Order_Type__c"),
               truth("Is_Web_Direct__c"),
               choice("Closed_Reason__c"),
               of("Competitors__c", FieldKind::kMultiPicklist),
               Field{.name = "Account_Segment__c", .kind = FieldKind::kString, .use = FieldUse::kCalculated},
               kCurrencyCode});

constexpr auto kHistoryFields = [] {
  auto all = with_system(std::array{to("OpportunityId", "Opportunity", "Opportunity"), choice("Field"),
                                    choice("DataType"), of("OldValue", FieldKind::kAny),
                                    of("NewValue", FieldKind::kAny)});
  for (const std::size_t field : {kLastModifiedDate, kLastModifiedById, kSystemModstamp}) {
    all[field] = withheld(kSystem[field].name);
  }
  return all;
}();

constexpr auto kTaskFields = with_system(
    std::array{text("Subject"), to("WhatId", "Opportunity", "What"), to("WhoId", "Contact", "Who"),
               to("OwnerId", "User", "Owner"), choice("Status"), truth("IsClosed"), choice("Priority"),
               of("ActivityDate", FieldKind::kDate), of("CompletedDateTime", FieldKind::kDateTime),
               choice("Type"), to("AccountId", "Account", "Account"), truth("IsArchived")});

constexpr auto kEventFields = with_system(std::array{
    text("Subject"), to("WhatId", "Opportunity", "What"), to("OwnerId", "User", "Owner"),
    of("StartDateTime", FieldKind::kDateTime), of("EndDateTime", FieldKind::kDateTime),
    of("ActivityDate", FieldKind::kDate), of("DurationInMinutes", FieldKind::kInt), truth("IsArchived")});

constexpr auto kLeadFields = with_system(
    std::array{text("Name"), text("FirstName"), text("LastName"), text("Company"),
               of("Email", FieldKind::kEmail), choice("Status"), choice("LeadSource"),
               to("OwnerId", "User", "Owner"), truth("IsConverted"), of("ConvertedDate", FieldKind::kDate),
               to("ConvertedOpportunityId", "Opportunity", "ConvertedOpportunity")});

constexpr auto kRoleFields =
    without_deletion(std::array{text("Name"), to("ParentRoleId", "UserRole", "ParentRole")});

constexpr auto kStageFields =
    without_deletion(std::array{text("MasterLabel"), text("ApiName"), truth("IsActive"), truth("IsClosed"),
                                truth("IsWon"), of("DefaultProbability", FieldKind::kPercent),
                                choice("ForecastCategoryName"), of("SortOrder", FieldKind::kInt)});

constexpr auto kOrganizationFields = without_deletion(
    std::array{text("Name"), choice("TimeZoneSidKey"), choice("DefaultLocaleSidKey"),
               of("FiscalYearStartMonth", FieldKind::kInt), truth("UsesStartDateAsFiscalYearName"),
               truth("IsSandbox"), text("InstanceName"), choice("OrganizationType")});

constexpr auto kCurrencyFields = without_deletion(
    std::array{text("IsoCode"), of("ConversionRate", FieldKind::kDouble),
               of("DecimalPlaces", FieldKind::kInt), truth("IsActive"), truth("IsCorporate")});

static_assert(kUserFields.size() == user::kCount);
static_assert(kAccountFields.size() == account::kCount);
static_assert(kContactFields.size() == contact::kCount);
static_assert(kOpportunityFields.size() == opportunity::kCount);
static_assert(kHistoryFields.size() == history::kCount);
static_assert(kTaskFields.size() == task::kCount);
static_assert(kEventFields.size() == event::kCount);
static_assert(kLeadFields.size() == lead::kCount);
static_assert(kRoleFields.size() == role::kCount);
static_assert(kStageFields.size() == stage::kCount);
static_assert(kOrganizationFields.size() == organization::kCount);
static_assert(kCurrencyFields.size() == currency::kCount);

// In the order of ObjectKind.
constexpr std::array<ObjectSpec, kObjectKinds> kObjects = {{
    {.kind = ObjectKind::kOrganization,
     .name = "Organization",
     .label = "Organization",
     .prefix = "00D",
     .fields = kOrganizationFields,
     .replicateable = false},
    {.kind = ObjectKind::kUserRole,
     .name = "UserRole",
     .label = "Role",
     .prefix = "00E",
     .fields = kRoleFields},
    {.kind = ObjectKind::kUser, .name = "User", .label = "User", .prefix = "005", .fields = kUserFields},
    {.kind = ObjectKind::kStage,
     .name = "OpportunityStage",
     .label = "Opportunity Stage",
     .prefix = "01J",
     .fields = kStageFields,
     .bulk = false,
     .replicateable = false},
    {.kind = ObjectKind::kAccount,
     .name = "Account",
     .label = "Account",
     .prefix = "001",
     .fields = kAccountFields},
    {.kind = ObjectKind::kContact,
     .name = "Contact",
     .label = "Contact",
     .prefix = "003",
     .fields = kContactFields},
    {.kind = ObjectKind::kOpportunity,
     .name = "Opportunity",
     .label = "Opportunity",
     .prefix = "006",
     .fields = kOpportunityFields},
    {.kind = ObjectKind::kFieldHistory,
     .name = "OpportunityFieldHistory",
     .label = "Opportunity Field History",
     .prefix = "017",
     .fields = kHistoryFields,
     .replicateable = false},
    {.kind = ObjectKind::kTask, .name = "Task", .label = "Task", .prefix = "00T", .fields = kTaskFields},
    {.kind = ObjectKind::kEvent, .name = "Event", .label = "Event", .prefix = "00U", .fields = kEventFields},
    {.kind = ObjectKind::kLead, .name = "Lead", .label = "Lead", .prefix = "00Q", .fields = kLeadFields},
    {.kind = ObjectKind::kCurrency,
     .name = "CurrencyType",
     .label = "Currency Type",
     .prefix = "01L",
     .fields = kCurrencyFields,
     .bulk = false,
     .replicateable = false},
}};

constexpr std::array<Stage, 7> kStages = {{
    {"0-Pending Acceptance", false, false, 0, "Omitted", "Omitted"},
    {"1-Discovery", false, false, 10, "Pipeline", "Pipeline"},
    {"2-Scoping", false, false, 25, "Pipeline", "Pipeline"},
    {"3-Technical Evaluation", false, false, 50, "BestCase", "Best Case"},
    {"4-Proposal", false, false, 75, "Forecast", "Commit"},
    {"Closed Won", true, true, 100, "Closed", "Closed"},
    {"8-Closed Lost", true, false, 0, "Omitted", "Omitted"},
}};

constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kIdBytes = 15;
constexpr std::string_view kPod = "5e";
constexpr std::size_t kNumberFrom = 3 + kPod.size();

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string with_suffix(std::string id) {
  constexpr std::string_view kChecks = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
  for (std::size_t group = 0; group < kIdBytes; group += 5) {
    std::size_t bits = 0;
    for (std::size_t k = 0; k < 5; ++k) {
      const char c = id[group + k];
      if (c >= 'A' && c <= 'Z') bits |= std::size_t{1} << k;
    }
    id += kChecks[bits];
  }
  return id;
}

}  // namespace

const ObjectSpec& spec_of(ObjectKind kind) { return kObjects[static_cast<std::size_t>(kind)]; }

std::span<const ObjectSpec> all_objects() { return kObjects; }

const ObjectSpec* find_object(std::string_view name) {
  const auto found =
      std::ranges::find_if(kObjects, [&](const ObjectSpec& o) { return same_name(o.name, name); });
  return found == kObjects.end() ? nullptr : &*found;
}

std::optional<std::size_t> find_field(const ObjectSpec& object, std::string_view name) {
  for (std::size_t i = 0; i < object.fields.size(); ++i) {
    const Field& field = object.fields[i];
    if (field.use != FieldUse::kWithheld && same_name(field.name, name)) return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> find_relationship(const ObjectSpec& object, std::string_view relationship) {
  for (std::size_t i = 0; i < object.fields.size(); ++i) {
    const Field& field = object.fields[i];
    if (field.use == FieldUse::kWithheld || field.relationship.empty()) continue;
    if (same_name(field.relationship, relationship)) return i;
  }
  return std::nullopt;
}

std::string_view type_name(FieldKind kind) {
  switch (kind) {
    case FieldKind::kId:
      return "id";
    case FieldKind::kReference:
      return "reference";
    case FieldKind::kString:
      return "string";
    case FieldKind::kTextArea:
      return "textarea";
    case FieldKind::kPicklist:
      return "picklist";
    case FieldKind::kMultiPicklist:
      return "multipicklist";
    case FieldKind::kEmail:
      return "email";
    case FieldKind::kUrl:
      return "url";
    case FieldKind::kPhone:
      return "phone";
    case FieldKind::kBoolean:
      return "boolean";
    case FieldKind::kInt:
      return "int";
    case FieldKind::kDouble:
      return "double";
    case FieldKind::kCurrency:
      return "currency";
    case FieldKind::kPercent:
      return "percent";
    case FieldKind::kDate:
      return "date";
    case FieldKind::kDateTime:
      return "datetime";
    case FieldKind::kAny:
      return "anyType";
  }
  return "string";
}

bool is_text(FieldKind kind) {
  switch (kind) {
    case FieldKind::kBoolean:
    case FieldKind::kInt:
    case FieldKind::kDouble:
    case FieldKind::kCurrency:
    case FieldKind::kPercent:
    case FieldKind::kDate:
    case FieldKind::kDateTime:
      return false;
    default:
      return true;
  }
}

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::span<const Stage> sales_stages() { return kStages; }

const Stage& stage_named(std::string_view name) {
  const auto found = std::ranges::find(kStages, name, &Stage::name);
  return found == kStages.end() ? kStages[0] : *found;
}

std::string record_id(std::string_view prefix, std::size_t number) {
  std::string id(prefix);
  id += kPod;
  id.resize(kIdBytes, '0');
  for (std::size_t at = kIdBytes; number > 0; number /= kDigits.size())
    id[--at] = kDigits[number % kDigits.size()];
  return with_suffix(std::move(id));
}

std::optional<std::size_t> record_number(std::string_view prefix, std::string_view id) {
  if (id.size() != kIdBytes && id.size() != kIdBytes + 3) return std::nullopt;
  if (!id.starts_with(prefix) || id.substr(prefix.size(), kPod.size()) != kPod) return std::nullopt;
  constexpr std::size_t kMost = 0xFFFFFFFF;
  std::size_t number = 0;
  for (const char c : id.substr(kNumberFrom, kIdBytes - kNumberFrom)) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos || number > kMost) return std::nullopt;
    number = number * kDigits.size() + digit;
  }
  return number;
}

}  // namespace plumbline::sandbox
