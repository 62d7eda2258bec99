#include "connectors/clari/clari_options.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "connectors/http/web_address.h"

namespace plumbline {
namespace {

constexpr std::array<std::string_view, 6> kTypes = {"forecast",   "quota",     "forecast_updated",
                                                    "adjustment", "crm_total", "crm_closed"};
constexpr unsigned kMonths = 12;

void validate_url(const ClariOptions& options, std::vector<std::string>& faults) {
  const Result<WebAddress> address = parse_web_address(options.url);
  if (!address) {
    faults.push_back(fmt::format("url cannot be used: {}", address.error().message));
    return;
  }
  const bool is_plain = address->scheme == "http";
  const bool may_be_plain = options.allow_plain_loopback && is_loopback(address->host);
  if (address->scheme != "https" && !(is_plain && may_be_plain))
    faults.emplace_back("url must begin with https://");
  if (options.url.ends_with('/')) faults.emplace_back("url ends with a slash; leave it out");
}

}  // namespace

std::vector<std::string> validate(const ClariOptions& options) {
  std::vector<std::string> faults;
  validate_url(options, faults);
  if (options.api_key.empty())
    faults.emplace_back("an API key is needed: Clari shows one under Settings, API Token");
  if (options.forecasts.empty() && !options.opportunities.wanted)
    faults.emplace_back("no forecast is named: the address of a forecast tab ends with its name");
  std::set<std::string> names;
  for (const std::string& forecast : options.forecasts) {
    if (forecast.empty()) faults.emplace_back("the name of a forecast is empty");
    if (!names.insert(forecast).second) faults.push_back(fmt::format("forecast {} is there twice", forecast));
  }
  for (const std::string& type : options.types) {
    if (std::ranges::find(kTypes, type) == kTypes.end())
      faults.push_back(
          fmt::format("\"{}\" is no type of export; known are {}", type, fmt::join(kTypes, ", ")));
  }
  if (options.fiscal_year_starts < 1 || options.fiscal_year_starts > kMonths)
    faults.emplace_back("fiscal_year_starts is the number of a month, 1 to 12");
  if (options.leave_percent < 0 || options.leave_percent >= 100)
    faults.emplace_back("leave_percent is 0 or more and below 100");
  if (options.export_every.count() <= 0) faults.emplace_back("export_every must be more than nothing");
  if (options.opportunities.wanted && options.opportunities.created_within_days <= 0)
    faults.emplace_back("created_within_days must be more than 0");
  return faults;
}

std::vector<ClariOpportunityField> default_opportunity_fields() {
  return {{"opportunity.amount", "Amount"},
          {"opportunity.closeDate", "CloseDate"},
          {"opportunity.stageName", "StageName"},
          {"opportunity.forecastCategoryName", "ForecastCategoryName"}};
}

}  // namespace plumbline
