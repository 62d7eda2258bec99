// The pretend Salesforce: a request in, a response out, over a world that somebody else moves on. For one
// thread.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/salesforce/bulk_desk.h"
#include "sandbox/salesforce/logins.h"
#include "sandbox/salesforce/query_desk.h"

namespace plumbline::sandbox {

class Salesforce {
 public:
  // All of them must outlive it.
  Salesforce(const World& world, Faults& faults, const RsaKey& key, LoginSettings logins);
  Salesforce(const Salesforce&) = delete;
  Salesforce& operator=(const Salesforce&) = delete;

  // Paths below /services and /id. `machine` is the machine's own time, for what clients sign by it.
  Response handle(const Request& request, Instant machine);

  Logins& logins() { return logins_; }
  SalesforceSettings& settings() { return settings_; }
  Visibility& visibility() { return visibility_; }
  const Visibility& visibility() const { return visibility_; }
  // Calls of the last 24 hours, those of others included.
  std::uint64_t calls_today() const;

 private:
  Answer<Response> call(const Request& request, const std::vector<std::string>& parts);
  Answer<Response> data(const Request& request, std::string_view version,
                        const std::vector<std::string>& parts);
  Answer<Response> objects(const Request& request, std::string_view version,
                           const std::vector<std::string>& parts);
  Answer<Response> describe(const Request& request, std::string_view version, const ObjectSpec& object) const;
  Response log_in(const Request& request, Instant machine);
  Answer<void> admit(const Request& request);
  Response limits() const;
  Response identity() const;
  void count_call();

  const World& world_;
  Faults& faults_;
  SalesforceSettings settings_;
  Visibility visibility_;
  Logins logins_;
  QueryDesk queries_;
  BulkDesk bulk_;
  std::vector<std::pair<std::int64_t, std::uint64_t>> hours_;  // since 1970, and calls in each; oldest first
};

// [{"label":..,"url":..,"version":..}, ...]
Response api_versions();
// By what it is for: query, bulk results, describe ...
std::string endpoint_of(const std::vector<std::string>& parts);

}  // namespace plumbline::sandbox
