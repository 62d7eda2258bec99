#include "connectors/clari/clari_options.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "base/nearest_name.h"
#include "connectors/http/address_form.h"

namespace plumbline {
namespace {

constexpr std::array<std::string_view, 6> kTypes = {"forecast",   "quota",     "forecast_updated",
                                                    "adjustment", "crm_total", "crm_closed"};
constexpr unsigned kMonths = 12;

void validate_url(const ClariOptions& options, std::vector<std::string>& faults) {
  const std::optional<AddressForm> form = address_form(options.url);
  if (!form) {
    faults.emplace_back("url is no address; Clari's is https://api.clari.com/v4");
    return;
  }
  const bool is_own = form->scheme == "http" && is_loopback(form->host);
  if (is_own && !options.allow_plain_loopback) {
    faults.emplace_back(
        "url must begin with https://; http:// to this machine itself needs allow_plain_loopback: true");
  } else if (form->scheme != "https" && !is_own) {
    faults.emplace_back("url must begin with https://");
  }
  if (form->has_userinfo) faults.emplace_back("url has a user or password in it; leave them out");
  if (options.url.ends_with('/')) faults.emplace_back("url ends with a slash; leave it out");
}

void validate_forecasts(const ClariOptions& options, std::vector<std::string>& faults) {
  if (options.forecasts.empty() && !options.opportunities.wanted)
    faults.emplace_back("forecasts names none; the address of a forecast tab ends with its name");
  std::set<std::string> names;
  for (const std::string& forecast : options.forecasts) {
    if (forecast.empty()) faults.emplace_back("forecasts has a name that is empty");
    if (!names.insert(forecast).second)
      faults.push_back(fmt::format("forecasts names {} twice; keep one", forecast));
  }
  const std::vector<std::string> known(kTypes.begin(), kTypes.end());
  for (const std::string& type : options.types) {
    if (std::ranges::find(kTypes, type) != kTypes.end()) continue;
    const std::string guess = did_you_mean(type, known);
    faults.push_back(
        fmt::format("types names {}, which is no type of export{}", type,
                    guess.empty() ? fmt::format("; there are {}", fmt::join(kTypes, ", ")) : guess));
  }
}

void validate_opportunities(const ClariOpportunityOptions& options, std::vector<std::string>& faults) {
  if (!options.wanted) return;
  if (options.created_within_days <= 0)
    faults.emplace_back("opportunities.created_within_days must be more than 0");
  std::set<std::string> filled;
  for (const ClariOpportunityField& field : options.fields) {
    if (!filled.insert(field.field).second)
      faults.push_back(fmt::format("opportunities.fields fills {} twice; keep one", field.field));
  }
}

}  // namespace

std::vector<std::string> validate(const ClariOptions& options) {
  std::vector<std::string> faults;
  validate_url(options, faults);
  if (options.api_key.empty())
    faults.emplace_back("api_key is needed: Clari shows one under Settings, API Token");
  std::ranges::move(secret_faults(options), std::back_inserter(faults));
  validate_forecasts(options, faults);
  if (options.fiscal_year_starts < 1 || options.fiscal_year_starts > kMonths)
    faults.emplace_back("fiscal_year_starts is the number of a month, 1 to 12");
  if (options.leave_percent < 0 || options.leave_percent >= 100)
    faults.emplace_back("leave_percent is 0 or more and below 100");
  if (options.export_every.count() <= 0) faults.emplace_back("export_every must be more than nothing");
  validate_opportunities(options.opportunities, faults);
  return faults;
}

std::vector<std::string> secret_faults(const ClariOptions& options) {
  const bool has_control = std::ranges::any_of(
      options.api_key.reveal(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; });
  if (!has_control) return {};
  return {"api_key has a line break or control character within; see that its file has one line"};
}

std::vector<ClariOpportunityField> default_opportunity_fields() {
  return {{"opportunity.amount", "Amount"},
          {"opportunity.closeDate", "CloseDate"},
          {"opportunity.stageName", "StageName"},
          {"opportunity.forecastCategoryName", "ForecastCategoryName"}};
}

}  // namespace plumbline
