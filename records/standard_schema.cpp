// The standard schema as one table: objects, fields and relationships of docs/records.md, in the same order.
// A field's label stands here only where label_of would say it badly.
#include <algorithm>
#include <array>
#include <iterator>

#include "records/schema.h"

namespace plumbline {
namespace {

enum class Presence : std::uint8_t { kOptional, kRequired };

struct FieldRow {
  std::string_view name;
  FieldType type = FieldType::kText;
  std::string_view label{};
  std::string_view references{};
  Presence presence = Presence::kOptional;
};

constexpr FieldRow text(std::string_view name, std::string_view label = {}) {
  return {.name = name, .type = FieldType::kText, .label = label};
}
constexpr FieldRow number(std::string_view name, std::string_view label = {}) {
  return {.name = name, .type = FieldType::kNumber, .label = label};
}
constexpr FieldRow money(std::string_view name, std::string_view label = {}) {
  return {.name = name, .type = FieldType::kMoney, .label = label};
}
constexpr FieldRow date(std::string_view name, std::string_view label = {}) {
  return {.name = name, .type = FieldType::kDate, .label = label};
}
constexpr FieldRow datetime(std::string_view name, std::string_view label = {}) {
  return {.name = name, .type = FieldType::kDateTime, .label = label};
}
// A checkbox is never null.
constexpr FieldRow boolean(std::string_view name, std::string_view label = {}) {
  return {.name = name, .type = FieldType::kBoolean, .label = label, .presence = Presence::kRequired};
}
constexpr FieldRow reference(std::string_view name, std::string_view object, std::string_view label = {}) {
  return {.name = name, .type = FieldType::kReference, .label = label, .references = object};
}
constexpr FieldRow other(std::string_view name, FieldType type) { return {.name = name, .type = type}; }

constexpr FieldRow required(FieldRow row) {
  row.presence = Presence::kRequired;
  return row;
}

constexpr FieldRow kId = {
    .name = "Id", .type = FieldType::kId, .label = "Record ID", .presence = Presence::kRequired};
constexpr FieldRow kName = required(text("Name"));
constexpr FieldRow kOwner = required(reference("OwnerId", "User"));
constexpr FieldRow kDeleted = boolean("IsDeleted", "Deleted");

// Behind the fields of every object that lives in Salesforce.
constexpr std::array kSystemFields = {
    required(datetime("CreatedDate")),
    required(reference("CreatedById", "User")),
    required(datetime("LastModifiedDate")),
    required(reference("LastModifiedById", "User")),
    required(datetime("SystemModstamp", "Last Changed")),
    datetime("LastViewedDate"),
    datetime("LastReferencedDate"),
    reference("RecordTypeId", "RecordType"),
    text("CurrencyIsoCode", "Currency"),
};

constexpr std::array kOpportunityFields = {
    kId,
    kName,
    reference("AccountId", "Account"),
    kOwner,
    required(text("StageName", "Stage")),
    text("Type"),
    money("Amount"),
    money("Net_ARR__c"),
    required(date("CloseDate")),
    date("LastActivityDate", "Last Activity"),
    boolean("IsClosed", "Closed"),
    boolean("IsWon", "Won"),
    text("ForecastCategory"),
    text("ForecastCategoryName", "Forecast Category"),
    text("LeadSource"),
    text("NextStep"),
    date("Next_Steps_Date__c"),
    text("Next_Steps_Owner__c"),
    text("Next_Steps_History__c"),
    text("Compelling_Event__c"),
    text("Custom_Pitch_Deck_Link__c"),
    text("Red_Green__c", "Red/Green"),
    text("Manager_Notes__c"),
    text("Order_Type__c"),
    boolean("Is_Web_Direct__c", "Web Direct"),
    text("How_Heard__c", "How They Heard of Us"),
    text("Closed_Reason__c"),
    date("Opportunity_Consult_Date__c"),
    date("Deal_Review_Date__c"),
    text("Why_Do_Anything__c", "Why Do Anything?"),
    text("Why_Us__c", "Why Us?"),
    text("Why_Now__c", "Why Now?"),
    text("Close_Plan__c"),
    text("Economic_Buyer__c"),
    text("Champion__c"),
    text("Identified_Pain__c"),
    text("Decision_Criteria__c"),
    text("Decision_Process__c"),
    text("Competitors__c"),
    text("Description"),
    number("Probability"),
    money("ExpectedRevenue"),
    number("TotalOpportunityQuantity", "Quantity"),
    boolean("IsPrivate", "Private"),
    reference("CampaignId", "Campaign"),
    reference("ContactId", "Contact"),
    reference("Pricebook2Id", "Pricebook2", "Price Book"),
    reference("Territory2Id", "Territory2", "Territory"),
    boolean("HasOpportunityLineItem", "Has Products"),
    boolean("HasOpenActivity"),
    boolean("HasOverdueTask"),
    text("Fiscal", "Fiscal Period"),
    number("FiscalYear"),
    number("FiscalQuarter"),
    datetime("LastStageChangeDate"),
    number("PushCount"),
    number("AgeInDays", "Age in Days"),
    number("LastActivityInDays", "Days Since Last Activity"),
    reference("LastAmountChangedHistoryId", "OpportunityHistory"),
    reference("LastCloseDateChangedHistoryId", "OpportunityHistory"),
};

constexpr std::array kAccountFields = {
    kId,
    kName,
    kOwner,
    reference("ParentId", "Account", "Parent Account"),
    text("Website"),
    text("Segment__c"),
    text("Region__c"),
    boolean("First_Order_Available__c"),
    number("Max_Family_Employees__c"),
    number("LAM_Dev_Count__c"),
    number("DataFox_Employees__c"),
    number("ZoomInfo_Employees__c"),
    number("LinkedIn_Employees__c"),
    number("Third_Party_Employees__c"),
    other("Employee_Source_Rejected__c", FieldType::kMultiPicklist),
    text("Lead_Direction__c"),
    other("Rank__c", FieldType::kNumericText),
    text("Rank_Notes__c"),
    datetime("Rank_Updated_At__c"),
    number("Potential_Users__c"),
    number("Total_Users__c"),
    date("LastActivityDate", "Last Activity"),
    text("Type"),
    text("Industry"),
    money("AnnualRevenue"),
    number("NumberOfEmployees", "Employees"),
    text("Rating"),
    text("AccountSource"),
    text("AccountNumber"),
    text("Ownership"),
    text("Description"),
    text("Phone"),
    text("Fax"),
    text("Site", "Account Site"),
    text("TickerSymbol"),
    text("BillingStreet"),
    text("BillingCity"),
    text("BillingState"),
    text("BillingStateCode"),
    text("BillingPostalCode"),
    text("BillingCountry"),
    text("BillingCountryCode"),
    text("ShippingStreet"),
    text("ShippingCity"),
    text("ShippingState"),
    text("ShippingStateCode"),
    text("ShippingPostalCode"),
    text("ShippingCountry"),
    text("ShippingCountryCode"),
    reference("MasterRecordId", "Account"),
    boolean("IsPersonAccount", "Person Account"),
};

constexpr std::array kUserFields = {
    kId,
    kName,
    required(text("Email")),
    required(text("TimeZoneSidKey", "Time Zone")),
    reference("ManagerId", "User"),
    boolean("IsActive", "Active"),
    text("Team__c"),
    text("Segment__c"),
    text("Region__c"),
    date("Start_Date__c"),
    text("Sales_Role__c"),
    text("Chat_Id__c"),
    required(text("Username")),
    text("FirstName"),
    required(text("LastName")),
    required(text("Alias")),
    text("Title"),
    text("Department"),
    text("Division"),
    text("CompanyName"),
    text("EmployeeNumber"),
    text("FederationIdentifier"),
    text("Phone"),
    text("MobilePhone"),
    text("UserType"),
    required(reference("ProfileId", "Profile")),
    reference("UserRoleId", "UserRole", "Role"),
    required(text("LocaleSidKey", "Locale")),
    required(text("LanguageLocaleKey", "Language")),
    required(text("EmailEncodingKey", "Email Encoding")),
    datetime("LastLoginDate", "Last Login"),
};

constexpr std::array kLeadFields = {
    kId,
    kName,
    kOwner,
    required(text("Status")),
    boolean("IsConverted", "Converted"),
    date("LastActivityDate", "Last Activity"),
    datetime("MQL_At__c"),
    datetime("Assigned_At__c"),
    datetime("First_Action_At__c"),
    reference("Account_Owner__c", "User"),
    text("Salutation"),
    text("FirstName"),
    required(text("LastName")),
    required(text("Company")),
    text("Title"),
    text("Email"),
    text("Phone"),
    text("MobilePhone"),
    text("Website"),
    text("Description"),
    text("LeadSource"),
    text("Industry"),
    text("Rating"),
    money("AnnualRevenue"),
    number("NumberOfEmployees", "Employees"),
    text("Street"),
    text("City"),
    text("State"),
    text("PostalCode"),
    text("Country"),
    boolean("IsUnreadByOwner", "Unread by Owner"),
    date("ConvertedDate"),
    reference("ConvertedAccountId", "Account"),
    reference("ConvertedContactId", "Contact"),
    reference("ConvertedOpportunityId", "Opportunity"),
    reference("MasterRecordId", "Lead"),
};

constexpr std::array kTaskFields = {
    kId,
    reference("WhatId", "", "Related To"),
    kOwner,
    text("Subject"),
    text("Description", "Comments"),
    date("ActivityDate", "Due Date"),
    reference("WhoId", "", "Contact or Lead"),
    reference("AccountId", "Account"),
    required(text("Status")),
    required(text("Priority")),
    text("Type"),
    text("TaskSubtype"),
    boolean("IsClosed", "Closed"),
    boolean("IsHighPriority", "High Priority"),
    boolean("IsArchived", "Archived"),
    boolean("IsRecurrence", "Recurring"),
    boolean("IsReminderSet", "Reminder Set"),
    datetime("ReminderDateTime", "Reminder"),
    datetime("CompletedDateTime", "Completed"),
    number("CallDurationInSeconds", "Call Duration in Seconds"),
    text("CallType"),
    text("CallDisposition", "Call Result"),
};

constexpr std::array kEventFields = {
    kId,
    reference("WhatId", "", "Related To"),
    kOwner,
    text("Subject"),
    boolean("Co_Selling__c", "Co-Selling"),
    datetime("StartDateTime", "Start"),
    datetime("EndDateTime", "End"),
    date("ActivityDate", "Date"),
    datetime("ActivityDateTime", "Start"),
    number("DurationInMinutes", "Duration in Minutes"),
    reference("WhoId", "", "Contact or Lead"),
    reference("AccountId", "Account"),
    text("Description"),
    text("Location"),
    text("Type"),
    text("ShowAs"),
    boolean("IsAllDayEvent", "All-Day Event"),
    boolean("IsPrivate", "Private"),
    boolean("IsArchived", "Archived"),
    boolean("IsRecurrence", "Recurring"),
};

constexpr std::array kOpportunityFieldHistoryFields = {
    kId,
    required(reference("OpportunityId", "Opportunity")),
    required(text("Field")),
    text("DataType"),
    text("OldValue"),
    text("NewValue"),
    required(reference("CreatedById", "User")),
    required(datetime("CreatedDate")),
    kDeleted,
};

constexpr std::array kForecastSubmissionFields = {
    reference("UserId", "User"), text("UserEmail"), text("Period"), text("Field"), money("Value"),
    datetime("UpdatedAt"),       kDeleted,
};

constexpr std::array kClariOpportunityFields = {
    required(reference("OpportunityId", "Opportunity")),
    money("Amount"),
    date("CloseDate"),
    text("StageName", "Stage"),
    text("ForecastCategoryName", "Forecast Category"),
    kDeleted,
};

constexpr std::array kMilestoneFields = {required(text("UserEmail")), required(text("Milestone")),
                                         datetime("CompletedAt"), kDeleted};

constexpr std::array kEventRegistrationFields = {required(text("UserEmail")), required(text("Event")),
                                                 datetime("RegisteredAt"), kDeleted};

constexpr std::array kAbsenceFields = {required(text("UserEmail")), required(date("From")),
                                       required(date("Until")), kDeleted};

constexpr std::array kCurrencyTypeFields = {
    required(text("IsoCode", "Currency")),
    required(number("ConversionRate")),
    boolean("IsCorporate", "Corporate Currency"),
    boolean("IsActive", "Active"),
    number("DecimalPlaces"),
    kDeleted,
};

// What Plumbline itself has found, so that a policy can judge repeats.
constexpr std::array kViolationFields = {
    required(text("Pack")),         required(text("PolicyId", "Policy")),
    required(text("Object")),       required(reference("RecordId", "", "Record")),
    reference("OwnerId", "User"),   required(text("Severity")),
    required(datetime("OpenedAt")), datetime("ResolvedAt"),
    datetime("WaivedUntil"),        kDeleted,
};

enum class Home : std::uint8_t { kSalesforce, kElsewhere };

struct ObjectRow {
  std::string_view name;
  std::string_view plural;
  std::span<const FieldRow> fields;
  Home home = Home::kElsewhere;
  std::string_view history_object{};
  std::string_view history_field{};
};

constexpr std::array kObjects = {
    ObjectRow{"Opportunity", "Opportunities", kOpportunityFields, Home::kSalesforce,
              "OpportunityFieldHistory", "OpportunityId"},
    ObjectRow{"Account", "Accounts", kAccountFields, Home::kSalesforce},
    ObjectRow{"User", "Users", kUserFields, Home::kSalesforce},
    ObjectRow{"Lead", "Leads", kLeadFields, Home::kSalesforce},
    ObjectRow{"Task", "Tasks", kTaskFields, Home::kSalesforce},
    ObjectRow{"Event", "Events", kEventFields, Home::kSalesforce},
    ObjectRow{"OpportunityFieldHistory", "OpportunityFieldHistories", kOpportunityFieldHistoryFields},
    ObjectRow{"ForecastSubmission", "ForecastSubmissions", kForecastSubmissionFields},
    ObjectRow{"ClariOpportunity", "ClariOpportunities", kClariOpportunityFields},
    ObjectRow{"Milestone", "Milestones", kMilestoneFields},
    ObjectRow{"EventRegistration", "EventRegistrations", kEventRegistrationFields},
    ObjectRow{"Absence", "Absences", kAbsenceFields},
    ObjectRow{"CurrencyType", "CurrencyTypes", kCurrencyTypeFields},
    ObjectRow{"Violation", "Violations", kViolationFields},
};

struct RelationshipRow {
  std::string_view parent;
  std::string_view name;
  std::string_view child;
  std::string_view child_field;
  std::string_view parent_field = "Id";
  std::string_view fallback_child_field{};
  std::string_view fallback_parent_field{};
  Cardinality cardinality = Cardinality::kMany;
};

constexpr std::array kRelationships = {
    RelationshipRow{"Account", "Opportunities", "Opportunity", "AccountId"},
    RelationshipRow{"Account", "Tasks", "Task", "WhatId"},
    RelationshipRow{"Opportunity", "Tasks", "Task", "WhatId"},
    RelationshipRow{"Opportunity", "Histories", "OpportunityFieldHistory", "OpportunityId"},
    RelationshipRow{.parent = "Opportunity",
                    .name = "Clari",
                    .child = "ClariOpportunity",
                    .child_field = "OpportunityId",
                    .cardinality = Cardinality::kLastRow},
    RelationshipRow{"User", "Accounts", "Account", "OwnerId"},
    RelationshipRow{"User", "Opportunities", "Opportunity", "OwnerId"},
    RelationshipRow{"User", "Events", "Event", "OwnerId"},
    RelationshipRow{"User", "Violations", "Violation", "OwnerId"},
    RelationshipRow{"User", "Forecasts", "ForecastSubmission", "UserId", "Id", "UserEmail", "Email"},
    RelationshipRow{"User", "Milestones", "Milestone", "UserEmail", "Email"},
    RelationshipRow{"User", "Registrations", "EventRegistration", "UserEmail", "Email"},
    RelationshipRow{"User", "Absences", "Absence", "UserEmail", "Email"},
};

constexpr std::array<std::string_view, 48> kOtherObjects = {
    "AccountContactRole",
    "AccountHistory",
    "AccountTeamMember",
    "Asset",
    "Attachment",
    "BusinessHours",
    "Campaign",
    "CampaignMember",
    "Case",
    "CaseComment",
    "CaseHistory",
    "Contact",
    "ContactHistory",
    "ContentDocument",
    "ContentDocumentLink",
    "ContentVersion",
    "Contract",
    "ContractLineItem",
    "DatedConversionRate",
    "EmailMessage",
    "Entitlement",
    "ForecastingItem",
    "ForecastingQuota",
    "Group",
    "GroupMember",
    "Individual",
    "LeadHistory",
    "Note",
    "OpportunityContactRole",
    "OpportunityHistory",
    "OpportunityLineItem",
    "OpportunitySplit",
    "OpportunityStage",
    "OpportunityTeamMember",
    "Order",
    "OrderItem",
    "Organization",
    "Partner",
    "Pricebook2",
    "PricebookEntry",
    "Product2",
    "Profile",
    "Quote",
    "QuoteLineItem",
    "RecordType",
    "ServiceContract",
    "Territory2",
    "UserRole",
};

FieldSchema to_field(const FieldRow& row) {
  return FieldSchema{.name = std::string(row.name),
                     .label = row.label.empty() ? label_of(row.name) : std::string(row.label),
                     .type = row.type,
                     .references = std::string(row.references),
                     .required = row.presence == Presence::kRequired};
}

void append_fields(ObjectSchema& object, std::span<const FieldRow> rows) {
  object.fields.reserve(object.fields.size() + rows.size());
  std::ranges::transform(rows, std::back_inserter(object.fields), to_field);
}

ObjectSchema to_object(const ObjectRow& row) {
  ObjectSchema object{.name = std::string(row.name), .plural = std::string(row.plural)};
  object.history_object = row.history_object;
  object.history_field = row.history_field;
  append_fields(object, row.fields);
  if (row.home == Home::kSalesforce) {
    append_fields(object, kSystemFields);
    // Users are never deleted, only deactivated.
    if (row.name != "User") append_fields(object, {&kDeleted, 1});
  }
  return object;
}

Relationship to_relationship(const RelationshipRow& row) {
  return Relationship{.parent = std::string(row.parent),
                      .name = std::string(row.name),
                      .child = std::string(row.child),
                      .child_field = std::string(row.child_field),
                      .parent_field = std::string(row.parent_field),
                      .fallback_child_field = std::string(row.fallback_child_field),
                      .fallback_parent_field = std::string(row.fallback_parent_field),
                      .cardinality = row.cardinality};
}

}  // namespace

Schema Schema::standard() {
  Schema schema;
  std::ranges::transform(kObjects, std::back_inserter(schema.objects_), to_object);
  std::ranges::transform(kRelationships, std::back_inserter(schema.relationships_), to_relationship);
  return schema;
}

std::size_t Schema::add_object(std::string_view name) {
  if (const auto there = find_object(name)) return *there;
  ObjectSchema object{.name = std::string(name), .plural = plural_of(name)};
  constexpr std::array kFirstFields = {kId, text("Name"), reference("OwnerId", "User")};
  append_fields(object, kFirstFields);
  append_fields(object, kSystemFields);
  append_fields(object, {&kDeleted, 1});
  objects_.push_back(std::move(object));
  return objects_.size() - 1;
}

std::span<const std::string_view> other_salesforce_objects() { return kOtherObjects; }

}  // namespace plumbline
