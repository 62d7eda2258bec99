#include "connectors/salesforce/salesforce_options.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "connectors/http/address_form.h"

namespace plumbline {
namespace {

// Over https, or at this machine itself, for a pretend Salesforce.
bool may_be_asked(std::string_view url) {
  const std::optional<AddressForm> form = address_form(url);
  return form && (form->scheme == "https" || (form->scheme == "http" && is_loopback(form->host)));
}

bool is_version(std::string_view text) {
  const std::size_t point = text.find('.');
  if (!text.starts_with('v') || point == std::string_view::npos) return false;
  const auto are_digits = [](std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
  };
  return are_digits(text.substr(1, point - 1)) && are_digits(text.substr(point + 1));
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

void validate_login(const SalesforceLogin& login, std::vector<std::string>& faults) {
  const auto need = [&](bool there, std::string_view what) {
    if (!there) faults.push_back(fmt::format("login by {} needs {}", to_string(login.grant), what));
  };
  if (!may_be_asked(login.url))
    faults.push_back(fmt::format("login.url must begin with https://, and is {}", login.url));
  if (login.url.contains(".lightning.force.com")) {
    faults.emplace_back("login.url is a page for people; use the same with .my.salesforce.com");
  }
  need(!login.client_id.empty(), "client_id, the app's consumer key");
  if (login.grant == SalesforceGrant::kJwtBearer) {
    need(!login.username.empty(), "username, the user's name in Salesforce");
    need(!login.private_key.empty(), "a private key");
  }
  if (login.grant == SalesforceGrant::kClientCredentials) {
    need(!login.client_secret.empty(), "a client secret");
    if (login.url.starts_with("https://login.salesforce.com") ||
        login.url.starts_with("https://test.salesforce.com"))
      need(false, "the organisation's own address as login.url (https://NAME.my.salesforce.com)");
  }
  if (login.grant == SalesforceGrant::kRefreshToken) need(!login.refresh_token.empty(), "a refresh token");
}

void validate_times(const SalesforceOptions& options, std::vector<std::string>& faults) {
  const auto at_least = [&](std::string_view name, std::chrono::seconds value, std::chrono::seconds least) {
    if (value < least) faults.push_back(fmt::format("{} must be at least {} s", name, least.count()));
  };
  constexpr std::chrono::seconds kNone{0};
  at_least("overlap", options.overlap, kNone);
  at_least("lag", options.lag, kNone);
  at_least("reconcile_every", options.reconcile_every, kNone);
  at_least("compare_ids_every", options.compare_ids_every, kNone);
  at_least("deleted_every", options.deleted_every, kNone);
  at_least("refresh_every", options.refresh_every, kNone);
  at_least("bulk_patience", options.bulk_patience, std::chrono::minutes{1});
}

void validate_bounds(const SalesforceOptions& options, std::vector<std::string>& faults) {
  constexpr std::size_t kLeastUriBytes = 1'000;
  constexpr std::size_t kMostUriBytes = 15'000;
  constexpr unsigned kMostParallel = 16;
  if (options.most_uri_bytes < kLeastUriBytes || options.most_uri_bytes > kMostUriBytes)
    faults.push_back(fmt::format("most_uri_bytes must be {} to {}", kLeastUriBytes, kMostUriBytes));
  if (options.budget.leave_percent < 0 || options.budget.leave_percent > 100)
    faults.emplace_back("budget.leave_percent must be 0 to 100");
  if (options.budget.parallel_downloads < 1 || options.budget.parallel_downloads > kMostParallel)
    faults.push_back(fmt::format("budget.parallel_downloads must be 1 to {}", kMostParallel));
}

}  // namespace

std::string_view to_string(SalesforceGrant grant) {
  switch (grant) {
    case SalesforceGrant::kJwtBearer:
      return "jwt";
    case SalesforceGrant::kClientCredentials:
      return "client_credentials";
    case SalesforceGrant::kRefreshToken:
      return "refresh_token";
  }
  return "jwt";
}

std::vector<std::string> validate(const SalesforceOptions& options) {
  std::vector<std::string> faults;
  validate_login(options.login, faults);
  if (!is_version(options.api_version)) {
    faults.push_back(fmt::format("api_version must be of the form v62.0, and is {}", options.api_version));
  }
  for (const SalesforceObject& object : options.objects) {
    if (!is_name(object.name)) faults.push_back(fmt::format("\"{}\" is no name of an object", object.name));
    for (const std::string& field : object.fields) {
      if (!is_name(field))
        faults.push_back(fmt::format("\"{}\" is no name of a field of {} itself", field, object.name));
    }
  }
  validate_times(options, faults);
  validate_bounds(options, faults);
  return faults;
}

std::vector<SalesforceObject> default_salesforce_objects() {
  constexpr std::array kNames = {"User", "Account", "Opportunity", "OpportunityFieldHistory",
                                 "Lead", "Task",    "Event",       "CurrencyType"};
  std::vector<SalesforceObject> objects;
  for (const char* name : kNames) objects.push_back({.name = name});
  return objects;
}

}  // namespace plumbline
