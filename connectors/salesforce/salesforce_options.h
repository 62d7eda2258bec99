// How one Salesforce organisation is read: what a person decides, each with a default that suits most.
// Plain data; config/ fills it from YAML, SalesforceSource takes it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"

namespace plumbline {

enum class SalesforceGrant : std::uint8_t {
  kJwtBearer,          // a key signs who we are; nothing that could be stolen goes over the wire
  kClientCredentials,  // the app's own secret
  kRefreshToken,       // a person once agreed; each token may replace the one before
};

// "jwt", "client_credentials", "refresh_token", as configurations have them.
std::string_view to_string(SalesforceGrant grant);

struct SalesforceLogin {
  SalesforceGrant grant = SalesforceGrant::kJwtBearer;
  // Where tokens are asked for, without a path: https://login.salesforce.com, https://test.salesforce.com or
  // the organisation's own https://example.my.salesforce.com (which client_credentials needs).
  std::string url = "https://login.salesforce.com";
  std::string client_id{};  // the app's consumer key
  std::string username{};   // jwt: the user's name in Salesforce, which is not always an e-mail address
  // jwt: what the assertion says it is meant for; empty: `url`.
  std::string audience{};
  Secret private_key{};    // jwt: RSA, in PEM
  Secret client_secret{};  // client_credentials; refresh_token where the app has one
  Secret refresh_token{};  // refresh_token: the first one; those that replace it are kept by the sink
};

struct SalesforceObject {
  std::string name;                   // Opportunity
  std::vector<std::string> fields{};  // those to read; empty: all that can be
};

// What is left to other programs that share the organisation's daily calls, and how much is spent at once.
struct SalesforceBudget {
  // Of the calls Salesforce allows in 24 hours; the larger of both is left alone.
  double leave_percent = 20;
  std::uint64_t leave_calls = 0;
  // Parts of one Bulk job's result that are fetched at once, where it has more rows than that.
  unsigned parallel_downloads = 3;
  std::uint64_t parallel_above = 50'000;
};

struct SalesforceOptions {
  std::string name = "salesforce:main";  // of the source, in reports and in the ledger
  SalesforceLogin login{};
  std::string api_version = "v62.0";  // one for everything; never "latest"
  // What is read. Empty: default_salesforce_objects().
  std::vector<SalesforceObject> objects{};

  // How far back each delta looks behind the one before: transactions that took longer are found by the next
  // reconciliation only.
  std::chrono::seconds overlap = std::chrono::minutes{10};
  // How far each delta stays behind Salesforce's own clock, for what is being saved while it is asked.
  std::chrono::seconds lag = std::chrono::seconds{60};
  // How often counts are compared with the ledger's, ids one by one, deleted records asked for, and fields
  // refreshed that Salesforce computes without saying that a record changed. 0: at every sync.
  std::chrono::seconds reconcile_every = std::chrono::hours{24};
  std::chrono::seconds compare_ids_every = std::chrono::hours{24 * 7};
  std::chrono::seconds deleted_every = std::chrono::hours{1};
  std::chrono::seconds refresh_every = std::chrono::hours{24};

  std::uint64_t bulk_above = 10'000;   // rows; fewer are asked for page by page
  std::size_t most_uri_bytes = 8'000;  // of an address with its query; Salesforce takes 16,384 with headers
  std::chrono::seconds bulk_patience = std::chrono::hours{4};  // for one job, then it is given up
  SalesforceBudget budget{};
};

// Every fault at once, each a sentence: what is missing for the grant, an address that is none, an overlap
// below nothing.
std::vector<std::string> validate(const SalesforceOptions& options);

// Every object the standard schema knows that Salesforce has: Opportunity, Account, User, ...
std::vector<SalesforceObject> default_salesforce_objects();

}  // namespace plumbline
