// How Clari is read: what a person decides, each with a default that suits most. Plain data; config/ fills it
// from YAML, ClariSource takes it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/secret.h"

namespace plumbline {

// A field of Clari's opportunities, and the field of ClariOpportunity it fills.
struct ClariOpportunityField {
  std::string id;     // opportunity.amount
  std::string field;  // Amount
};

// Opportunities are asked for by their ids, a hundred at a time, since Clari has no list of them.
struct ClariOpportunityOptions {
  bool wanted = false;
  int created_within_days = 540;  // older ones are not asked for
  std::uint32_t most_calls = 50;  // a sync; the next one goes on where this one ended
  std::string mode{};             // Clari's id of a view; empty: its default
  // Empty: default_opportunity_fields().
  std::vector<ClariOpportunityField> fields{};
};

struct ClariOptions {
  std::string name = "clari:main";  // of the source, in reports and in the ledger
  std::string url = "https://api.clari.com/v4";
  Secret api_key{};
  // As the address of each forecast tab ends: app.clari.com/forecast/FORECAST.
  std::vector<std::string> forecasts{};
  // Of forecast, quota, forecast_updated, adjustment, crm_total, crm_closed.
  std::vector<std::string> types{"forecast", "forecast_updated"};
  std::string currency{};  // ISO code; empty: Clari's default
  std::string scope{};     // where in the hierarchy to begin, as 1905::MGR; empty: the key's own user
  // Clari's quarters are fiscal ones.
  unsigned fiscal_year_starts = 2;  // month 1..12
  FiscalYearName fiscal_year_named_by = FiscalYearName::kEndYear;

  // Exports are counted, over thirty days, for the whole organisation. No forecast is exported more often
  // than this, nor than the quota allows; without an answer about the quota, kUnknownMonthlyQuota is assumed.
  std::chrono::seconds export_every = std::chrono::hours{24};
  double leave_percent = 20;  // of the quota, to other programs
  // Asks for the newest week without an export where the tenant offers that.
  bool synchronous = false;
  // For one export; after that it is looked at again at the next sync.
  std::chrono::seconds job_patience = std::chrono::minutes{15};
  std::uint64_t most_result_bytes = std::uint64_t{512} << 20;
  bool allow_plain_loopback = false;  // as of the client

  ClariOpportunityOptions opportunities{};
};

inline constexpr std::uint64_t kUnknownMonthlyQuota = 30;

// Every fault at once, each a sentence that begins with the option that is wrong.
std::vector<std::string> validate(const ClariOptions& options);

// What of it only the key itself tells, once it has been read.
std::vector<std::string> secret_faults(const ClariOptions& options);

std::vector<ClariOpportunityField> default_opportunity_fields();

}  // namespace plumbline
