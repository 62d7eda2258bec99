#include "tests/policies/random_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "records/table_builder.h"
#include "tests/policies/random_cells.h"
#include "tests/policies/small_table.h"

namespace plumbline {
namespace {

using std::string_view_literals::operator""sv;

struct CustomField {
  std::string_view object;
  std::string_view name;
  FieldType type;
  std::string_view references{};
};

constexpr std::array kCustomFields = {
    CustomField{"Opportunity", "Note__c", FieldType::kText},
    CustomField{"Opportunity", "Grade__c", FieldType::kNumericText},
    CustomField{"Opportunity", "Tags__c", FieldType::kMultiPicklist},
    CustomField{"Opportunity", "Partner__c", FieldType::kReference, "Account"},
    CustomField{"Opportunity", "Reviewer__c", FieldType::kReference, "User"},
    CustomField{"Opportunity", "Flag__c", FieldType::kBoolean},
    CustomField{"Opportunity", "Score__c", FieldType::kNumber},
    CustomField{"Opportunity", "Bonus__c", FieldType::kMoney},
    CustomField{"Opportunity", "Kickoff_Date__c", FieldType::kDate},
    CustomField{"Opportunity", "Seen_At__c", FieldType::kDateTime},
    CustomField{"Opportunity", "Hot__c", FieldType::kBoolean},
    CustomField{"Account", "Main_Deal__c", FieldType::kReference, "Opportunity"},
    CustomField{"Account", "Sleepy__c", FieldType::kBoolean},
    CustomField{"User", "Quota__c", FieldType::kMoney},
    CustomField{"User", "Level__c", FieldType::kNumericText},
    CustomField{"Task", "Cost__c", FieldType::kMoney},
    CustomField{"Task", "Tags__c", FieldType::kMultiPicklist},
    CustomField{"Budget__c", "Account_Code__c", FieldType::kText},
    CustomField{"Budget__c", "Limit__c", FieldType::kMoney},
    CustomField{"Budget__c", "Until_Date__c", FieldType::kDate},
};

// How many rows an object has for each of the object judged, in percent, and the letters its ids begin with.
struct Proportion {
  std::string_view object;
  std::size_t percent;
  std::string_view prefix{};
};
constexpr std::array kProportions = {
    Proportion{"Opportunity", 80, "006"},
    Proportion{"Account", 25, "001"},
    Proportion{"User", 4, "005"},
    Proportion{"Lead", 10, "00Q"},
    Proportion{"Task", 60, "00T"},
    Proportion{"OpportunityFieldHistory", 70, "017"},
    Proportion{"ClariOpportunity", 50},
    Proportion{"ForecastSubmission", 15},
    Proportion{"CurrencyType", 1},
    Proportion{"Violation", 15},
    Proportion{"Absence", 5},
    Proportion{"Budget__c", 15, "a0B"},
};

const Proportion& proportion_of(std::string_view object) {
  return *std::ranges::find(kProportions, object, &Proportion::object);
}

constexpr std::size_t kMostOtherRows = 3'000;

// Of so many seeds one has a table that ends at or beside the edge of a batch.
constexpr std::uint64_t kBatchEvery = 10;

constexpr std::array kCurrencies = {"USD"sv, "EUR"sv, "eur"sv, " JPY"sv, "GBP"sv, "CHF"sv};

// Unusual cells, by hundreds.
struct Blemishes {
  unsigned null = 8;
  unsigned unreadable = 3;
  unsigned absent_column = 4;
  unsigned absent_table = 6;
};

struct Cell {
  std::string text{};
  CellState state = CellState::kText;
};

class WorldMaker {
 public:
  WorldMaker(std::uint64_t seed, const RandomWorldOptions& options)
      : seed_(seed), random_(seed), schema_(world_schema()), options_(options), now_(random_now(random_)) {
    constexpr std::array kCleanness = {Blemishes{}, Blemishes{}, Blemishes{0, 0, 0, 0},
                                       Blemishes{25, 10, 10, 10}};
    blemishes_ = random_.pick(kCleanness);
    choose_object();
    choose_sizes();
  }

  std::size_t object() const { return object_; }
  Instant now() const { return now_; }

  std::vector<std::unique_ptr<Table>> tables() {
    std::vector<std::unique_ptr<Table>> made(schema_->object_count());
    for (const WorldObject& of : world_objects()) {
      const std::size_t index = *schema_->find_object(of.name);
      RandomSource own = random_.fork();
      const bool absent = own.chance(blemishes_.absent_table);
      if (index == object_ || !absent) made[index] = table(own, index, of);
    }
    return made;
  }

 private:
  void choose_object() {
    constexpr std::array kJudged = {"Opportunity"sv, "Opportunity"sv, "Opportunity"sv, "Opportunity"sv,
                                    "Account"sv,     "User"sv,        "Lead"sv,        "Task"sv};
    const std::string_view drawn = random_.pick(kJudged);
    object_ = *schema_->find_object(options_.object.value_or(drawn));
  }

  void choose_sizes() {
    constexpr std::array<std::size_t, 9> kAtBatches = {0, 1, 63, 65, 2047, 2048, 2049, 4096, 4097};
    std::size_t rows = 1 + random_.below(random_.chance(50) ? 40 : 400);
    // In turn, so that a run of seeds leaves none out.
    if (seed_ % kBatchEvery == 0) rows = kAtBatches[seed_ / kBatchEvery % kAtBatches.size()];
    if (random_.chance(2)) rows = random_.below(kMaxWorldRows + 1);
    rows = options_.rows.value_or(rows);
    for (const Proportion& share : kProportions) {
      const std::size_t extra = random_.below(9);
      rows_[*schema_->find_object(share.object)] =
          std::min(rows * share.percent / 100 + extra, kMostOtherRows);
    }
    rows_[object_] = rows;
  }

  std::unique_ptr<Table> table(RandomSource& random, std::size_t object, const WorldObject& of) {
    const ObjectSchema& schema = schema_->object(object);
    std::vector<FieldSource> sources;
    for (const std::string_view name : of.fields) {
      const std::size_t field = *schema.find(name);
      const bool key = name == "Id";
      if (key || !random.chance(blemishes_.absent_column))
        sources.push_back({.field = field, .column = std::string(name)});
    }
    IgnoredRejects rejects;
    TableBuilder builder(*schema_, object, IdRule::kSalesforce, rejects);
    builder.begin_source(schema.name, sources);
    for (std::size_t row = 0; row < rows_[object]; ++row) add_row(random, builder, schema, sources, row);
    return builder.finish();
  }

  void add_row(RandomSource& random, TableBuilder& builder, const ObjectSchema& schema,
               const std::vector<FieldSource>& sources, std::size_t row) {
    std::vector<Cell> cells;
    for (const FieldSource& source : sources)
      cells.push_back(cell(random, schema, schema.fields[source.field], row));
    std::vector<RawCell> raw;
    for (const Cell& one : cells) raw.push_back({.text = one.text, .state = one.state});
    const RowPlace place{.line = row + 2, .record = row + 1};
    builder.add_rows({.columns = sources.size(), .cells = raw, .places = {&place, 1}});
  }

  Cell cell(RandomSource& random, const ObjectSchema& schema, const FieldSchema& field, std::size_t row) {
    if (field.name == "Id") return {.text = id(random, schema.name, own_number(random, row))};
    const bool vital = field.name == "IsoCode" || field.name == "ConversionRate";
    if (!vital && random.chance(blemishes_.unreadable)) {
      if (random.chance(30)) return {.text = "cut off", .state = CellState::kTooLong};
      return {.text = std::string(unreadable_cell(random, field.type))};
    }
    if (!vital && random.chance(blemishes_.null))
      return {.state = random.chance(50) ? CellState::kNull : CellState::kText};
    if (field.name == "IsDeleted") return {.text = random.chance(5) ? "true" : "false"};
    if (field.type == FieldType::kReference) return {.text = reference(random, field)};
    if (auto text = special_text(random, field.name, row)) return {.text = std::move(*text)};
    return {.text = random_cell(random, field.type, now_)};
  }

  // Now and then that of an earlier row, which this one then replaces.
  static std::size_t own_number(RandomSource& random, std::size_t row) {
    return row > 0 && random.chance(2) ? random.below(row) : row;
  }

  // 15 characters, or 18 that name the same record.
  static std::string id(RandomSource& random, std::string_view object, std::size_t number) {
    std::string text = fmt::format("{}R{:011}", proportion_of(object).prefix, number);
    if (random.chance(30)) text += "AAA";
    return text;
  }

  // Mostly to a record of the data, at times to one beyond its rows, to one that differs in case alone, or to
  // no id at all.
  std::string reference(RandomSource& random, const FieldSchema& field) {
    constexpr std::array kAnything = {"Opportunity"sv, "Account"sv};
    const std::string_view object =
        field.references.empty() ? random.pick(kAnything) : std::string_view(field.references);
    const auto index = schema_->find_object(object);
    if (!index || random.chance(2)) return "nobody";
    const std::size_t rows = rows_[*index];
    std::string text = id(random, object, random.below(rows + rows / 20 + 1));
    if (random.chance(2)) text[3] = 'r';
    if (random.chance(5)) text = " " + text + "\t";
    return text;
  }

  // Texts that mean something, by the field's name.
  std::optional<std::string> special_text(RandomSource& random, std::string_view field, std::size_t row) {
    if (field == "TimeZoneSidKey") return std::string(random_zone_name(random));
    if (field == "CurrencyIsoCode") return std::string(random.pick(kCurrencies));
    if (field == "IsoCode") return std::string(kCurrencies[row % (kCurrencies.size() - 1)]);
    if (field == "ConversionRate") {
      constexpr std::array kRates = {"1"sv, "0.9"sv, "1.6"sv, "150.5"sv, "0"sv, "1e-7"sv};
      return std::string(random.pick(kRates));
    }
    if (field == "Email" || field == "UserEmail") {
      const std::string_view spelt = random.chance(50) ? "User" : "user";
      return fmt::format("{}{}@example.com", spelt, random.below(rows_of("User") + 1));
    }
    if (field == "AccountNumber" || field == "Account_Code__c") {
      const std::string_view spelt = random.chance(50) ? "AC" : "ac";
      return fmt::format("{}-{}", spelt, random.below(rows_of("Account") + 1));
    }
    if (field == "Field") return std::string(changed_field(random));
    if (field == "OldValue" || field == "NewValue") return changed_value(random);
    if (field == "StageName" || field == "Type" || field == "Status" || field == "Segment__c" ||
        field == "Team__c")
      return std::string(random_choice(random));
    return std::nullopt;
  }

  std::size_t rows_of(std::string_view object) { return rows_[*schema_->find_object(object)]; }

  // Forecasts have a field called so too.
  static std::string_view changed_field(RandomSource& random) {
    constexpr std::array kFields = {"CloseDate"sv, "closedate"sv,      "Amount"sv,   "StageName"sv,
                                    "NextStep"sv,  "Note__c"sv,        "Tags__c"sv,  "Score__c"sv,
                                    "OwnerId"sv,   "Flag__c"sv,        "Grade__c"sv, "Seen_At__c"sv,
                                    "created"sv,   "Kickoff_Date__c"sv};
    return random.chance(40) ? kFields[0] : random.pick(kFields);
  }

  std::string changed_value(RandomSource& random) {
    constexpr std::array kTypes = {FieldType::kDate,    FieldType::kDate,    FieldType::kDate,
                                   FieldType::kMoney,   FieldType::kText,    FieldType::kNumber,
                                   FieldType::kBoolean, FieldType::kDateTime};
    return random_cell(random, random.pick(kTypes), now_);
  }

  std::uint64_t seed_;
  RandomSource random_;
  std::shared_ptr<const Schema> schema_;
  RandomWorldOptions options_;
  Instant now_;
  Blemishes blemishes_{};
  std::size_t object_ = 0;
  std::map<std::size_t, std::size_t> rows_;  // by object
};

// Everything a condition over world_objects() may ask for.
DataNeeds every_need(const Schema& schema) {
  DataNeeds needs;
  for (std::size_t object = 0; object < schema.object_count(); ++object) {
    const std::vector<FieldSchema>& fields = schema.object(object).fields;
    for (std::size_t field = 0; field < fields.size(); ++field) {
      if (fields[field].type == FieldType::kReference && schema.find_object(fields[field].references))
        needs.lookups.emplace(object, field);
    }
  }
  for (std::size_t i = 0; i < schema.relationships().size(); ++i) needs.relationships.insert(i);
  for (const WorldObject& of : world_objects()) {
    const std::size_t object = *schema.find_object(of.name);
    if (schema.object(object).history_object.empty()) continue;
    for (const std::string_view name : of.fields)
      needs.history.emplace(object, *schema.object(object).find(name));
  }
  return needs;
}

Schema make_schema() {
  Schema schema = Schema::standard();
  schema.add_object("Budget__c");
  for (const CustomField& field : kCustomFields) {
    schema.add_field(*schema.find_object(field.object), {.name = std::string(field.name),
                                                         .label = {},
                                                         .type = field.type,
                                                         .references = std::string(field.references)});
  }
  for (const auto& [name, cardinality] :
       {std::pair("Budget"sv, Cardinality::kLastRow), std::pair("Budgets"sv, Cardinality::kMany)}) {
    schema.add_relationship({.parent = "Account",
                             .name = std::string(name),
                             .child = "Budget__c",
                             .child_field = "Account_Code__c",
                             .parent_field = "AccountNumber",
                             .cardinality = cardinality});
  }
  return schema;
}

}  // namespace

std::span<const WorldObject> world_objects() {
  static const std::vector<WorldObject> kObjects = {
      {"Opportunity",
       {"Id",
        "Name",
        "AccountId",
        "OwnerId",
        "StageName",
        "Type",
        "Amount",
        "Net_ARR__c",
        "CloseDate",
        "LastActivityDate",
        "IsClosed",
        "IsWon",
        "NextStep",
        "Next_Steps_Date__c",
        "Description",
        "Probability",
        "CreatedDate",
        "CurrencyIsoCode",
        "Note__c",
        "Grade__c",
        "Tags__c",
        "Partner__c",
        "Reviewer__c",
        "Flag__c",
        "Score__c",
        "Bonus__c",
        "Kickoff_Date__c",
        "Seen_At__c",
        "IsDeleted"},
       {"Champion__c", "PushCount", "ExpectedRevenue"}},
      {"Account",
       {"Id", "Name", "OwnerId", "ParentId", "Segment__c", "First_Order_Available__c",
        "Max_Family_Employees__c", "Employee_Source_Rejected__c", "Rank__c", "Rank_Updated_At__c",
        "LastActivityDate", "AnnualRevenue", "AccountNumber", "CreatedDate", "CurrencyIsoCode",
        "Main_Deal__c", "IsDeleted"},
       {"Industry"}},
      {"User",
       {"Id", "Name", "Email", "TimeZoneSidKey", "ManagerId", "IsActive", "Team__c", "Start_Date__c",
        "LastLoginDate", "Quota__c", "Level__c"},
       {"Title"}},
      {"Lead",
       {"Id", "Name", "OwnerId", "Status", "IsConverted", "LastActivityDate", "MQL_At__c", "Account_Owner__c",
        "AnnualRevenue", "NumberOfEmployees", "ConvertedAccountId", "ConvertedOpportunityId", "CreatedDate",
        "CurrencyIsoCode", "IsDeleted"}},
      {"Task",
       {"Id", "WhatId", "OwnerId", "Subject", "ActivityDate", "AccountId", "Status", "IsClosed",
        "CompletedDateTime", "CallDurationInSeconds", "Cost__c", "Tags__c", "IsDeleted"}},
      {"OpportunityFieldHistory",
       {"Id", "OpportunityId", "Field", "OldValue", "NewValue", "CreatedById", "CreatedDate", "IsDeleted"}},
      {"ClariOpportunity", {"OpportunityId", "Amount", "CloseDate", "StageName", "IsDeleted"}},
      {"ForecastSubmission", {"UserId", "UserEmail", "Period", "Field", "Value", "UpdatedAt", "IsDeleted"}},
      {"CurrencyType", {"IsoCode", "ConversionRate", "IsCorporate", "IsDeleted"}},
      {"Violation",
       {"Pack", "PolicyId", "RecordId", "OwnerId", "Severity", "OpenedAt", "ResolvedAt", "WaivedUntil",
        "IsDeleted"}},
      {"Absence", {"UserEmail", "From", "Until", "IsDeleted"}},
      {"Budget__c", {"Id", "Name", "OwnerId", "Account_Code__c", "Limit__c", "Until_Date__c", "IsDeleted"}},
  };
  return kObjects;
}

std::shared_ptr<const Schema> world_schema() {
  static const auto kSchema = std::make_shared<const Schema>(make_schema());
  return kSchema;
}

const std::vector<DerivedField>& world_derived_fields() {
  static const std::vector<DerivedField> kDerived = [] {
    const Schema& schema = *world_schema();
    const std::size_t opportunity = *schema.find_object("Opportunity");
    const std::size_t account = *schema.find_object("Account");
    return std::vector<DerivedField>{
        {.object = opportunity,
         .field = *schema.object(opportunity).find("Hot__c"),
         .text = {.text = "Amount > 1000 AND (CloseDate = NEXT_N_DAYS:30 OR Account.Rank__c = 1)",
                  .file = {}}},
        {.object = account,
         .field = *schema.object(account).find("Sleepy__c"),
         .text = {
             .text = "DAYS_SINCE(LastActivityDate) > 30 AND COUNT(Opportunities WHERE IsClosed = false) = 0",
             .file = {}}}};
  }();
  return kDerived;
}

RandomWorld::RandomWorld(std::uint64_t seed, const RandomWorldOptions& options) {
  WorldMaker maker(seed, options);
  object = maker.object();
  now = maker.now();
  snapshot = Snapshot::build(world_schema(), maker.tables(), every_need(*world_schema()));
}

}  // namespace plumbline
