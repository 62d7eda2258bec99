// Which objects the pretend organisation has, and which fields they have: one table, which describe, queries,
// truth and the records themselves follow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace plumbline::sandbox {

enum class ObjectKind : std::uint8_t {
  kOrganization,
  kUserRole,
  kUser,
  kStage,
  kAccount,
  kContact,
  kOpportunity,
  kFieldHistory,
  kTask,
  kEvent,
  kLead,
  kCurrency,
};
inline constexpr std::size_t kObjectKinds = 12;

enum class FieldKind : std::uint8_t {
  kId,
  kReference,
  kString,
  kTextArea,  // long: cannot be filtered
  kPicklist,
  kMultiPicklist,
  kEmail,
  kUrl,
  kPhone,
  kBoolean,
  kInt,
  kDouble,
  kCurrency,
  kPercent,
  kDate,
  kDateTime,
  kAny,  // cannot be filtered
};

enum class FieldUse : std::uint8_t {
  kPlain,
  kCalculated,     // moves without the record's stamp
  kMultiCurrency,  // exists where the organisation has several currencies
  kWithheld,       // keeps its place among the system fields and does not exist
};

struct Field {
  std::string_view name;
  FieldKind kind = FieldKind::kString;
  std::string_view refers{};        // the object a reference names
  std::string_view relationship{};  // Owner, for OwnerId
  FieldUse use = FieldUse::kPlain;
};

// The first fields of every object, in this order.
enum SystemField : std::size_t {
  kId,
  kCreatedDate,
  kCreatedById,
  kLastModifiedDate,
  kLastModifiedById,
  kSystemModstamp,
  kIsDeleted,
  kSystemFields,
};

namespace user {
enum UserField : std::size_t {
  kName = kSystemFields,
  kUsername,
  kEmail,
  kFirstName,
  kLastName,
  kIsActive,
  kManagerId,
  kUserRoleId,
  kTitle,
  kDepartment,
  kTimeZone,
  kLocale,
  kCount
};
}
namespace account {
enum AccountField : std::size_t {
  kName = kSystemFields,
  kParentId,
  kOwnerId,
  kType,
  kIndustry,
  kAnnualRevenue,
  kEmployees,
  kWebsite,
  kCountry,
  kSegment,
  kRegion,
  kMasterRecordId,
  kLastActivityDate,
  kCurrency,
  kCount
};
}
namespace contact {
enum ContactField : std::size_t {
  kName = kSystemFields,
  kFirstName,
  kLastName,
  kAccountId,
  kOwnerId,
  kEmail,
  kTitle,
  kCount
};
}
namespace opportunity {
enum OpportunityField : std::size_t {
  kName = kSystemFields,
  kAccountId,
  kOwnerId,
  kStageName,
  kAmount,
  kNetArr,
  kProbability,
  kExpectedRevenue,
  kCloseDate,
  kType,
  kNextStep,
  kLeadSource,
  kDescription,
  kIsClosed,
  kIsWon,
  kIsPrivate,
  kForecastCategory,
  kForecastCategoryName,
  kLastActivityDate,
  kLastStageChange,
  kPushCount,
  kFiscal,
  kFiscalYear,
  kFiscalQuarter,
  kNextStepsDate,
  kNextStepsOwner,
  kNextStepsHistory,
  kCompellingEvent,
  kRedGreen,
  kManagerNotes,
  kOrderType,
  kIsWebDirect,
  kClosedReason,
  kCompetitors,
  kAccountSegment,
  kCurrency,
  kCount
};
}
namespace history {
enum HistoryField : std::size_t {
  kOpportunityId = kSystemFields,
  kField,
  kDataType,
  kOldValue,
  kNewValue,
  kCount
};
}
namespace task {
enum TaskField : std::size_t {
  kSubject = kSystemFields,
  kWhatId,
  kWhoId,
  kOwnerId,
  kStatus,
  kIsClosed,
  kPriority,
  kActivityDate,
  kCompleted,
  kType,
  kAccountId,
  kIsArchived,
  kCount
};
}
namespace event {
enum EventField : std::size_t {
  kSubject = kSystemFields,
  kWhatId,
  kOwnerId,
  kStart,
  kEnd,
  kActivityDate,
  kMinutes,
  kIsArchived,
  kCount
};
}
namespace lead {
enum LeadField : std::size_t {
  kName = kSystemFields,
  kFirstName,
  kLastName,
  kCompany,
  kEmail,
  kStatus,
  kLeadSource,
  kOwnerId,
  kIsConverted,
  kConvertedDate,
  kConvertedOpportunityId,
  kCount
};
}
namespace role {
enum RoleField : std::size_t { kName = kSystemFields, kParentRoleId, kCount };
}
namespace stage {
enum StageField : std::size_t {
  kMasterLabel = kSystemFields,
  kApiName,
  kIsActive,
  kIsClosed,
  kIsWon,
  kProbability,
  kForecastCategoryName,
  kSortOrder,
  kCount
};
}
namespace organization {
enum OrganizationField : std::size_t {
  kName = kSystemFields,
  kTimeZone,
  kLocale,
  kFiscalMonth,
  kUsesStartName,
  kIsSandbox,
  kInstance,
  kType,
  kCount
};
}
namespace currency {
enum CurrencyField : std::size_t {
  kIsoCode = kSystemFields,
  kRate,
  kDecimals,
  kIsActive,
  kIsCorporate,
  kCount
};
}

struct ObjectSpec {
  ObjectKind kind;
  std::string_view name;
  std::string_view label;
  std::string_view prefix;  // of its ids
  std::span<const Field> fields;
  bool bulk = true;           // Bulk takes it
  bool replicateable = true;  // getUpdated and getDeleted know it
};

const ObjectSpec& spec_of(ObjectKind kind);
std::span<const ObjectSpec> all_objects();
// By API name, without regard to case.
const ObjectSpec* find_object(std::string_view name);
// By API name, without regard to case; withheld fields are not found.
std::optional<std::size_t> find_field(const ObjectSpec& object, std::string_view name);
// By its relationship (Owner), without regard to case.
std::optional<std::size_t> find_relationship(const ObjectSpec& object, std::string_view relationship);

// As describe names it: string, reference, datetime ...
std::string_view type_name(FieldKind kind);
bool is_text(FieldKind kind);

// ASCII letters without regard to case.
bool same_name(std::string_view a, std::string_view b);

// A sales stage, and what follows from it.
struct Stage {
  std::string_view name;
  bool closed;
  bool won;
  int probability;
  std::string_view category;       // Pipeline, as ForecastCategory has it
  std::string_view category_name;  // as ForecastCategoryName has it
};
std::span<const Stage> sales_stages();
inline constexpr std::size_t kOpenStages = 5;  // they come first; then Closed Won and Closed Lost
inline constexpr std::size_t kWonStage = 5;
inline constexpr std::size_t kLostStage = 6;
// The first stage where nothing has this name.
const Stage& stage_named(std::string_view name);

// 18 characters: prefix, ten digits of 62, and the three that repeat their case.
std::string record_id(std::string_view prefix, std::size_t number);
// The number of an id of 15 or 18 characters; nothing where record_id would not have written it.
std::optional<std::size_t> record_number(std::string_view prefix, std::string_view id);

}  // namespace plumbline::sandbox
