// Bulk API 2.0 query jobs. A job is complete after so many polls, whatever the clock says; which records it
// has is settled then, and each set of its results shows them as they are when it is fetched. For one thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/salesforce/settings.h"
#include "sandbox/salesforce/soql_query.h"
#include "sandbox/web/faults.h"
#include "sandbox/web/message.h"

namespace plumbline::sandbox {

inline constexpr std::chrono::days kJobLife{7};

class BulkDesk {
 public:
  BulkDesk(const World& world, const Visibility& visibility, const SalesforceSettings& settings,
           Faults& faults, std::string user_id)
      : world_(world),
        visibility_(visibility),
        settings_(settings),
        faults_(faults),
        user_id_(std::move(user_id)) {}

  // `parts` follow .../jobs/query: nothing, {id}, {id}/results or {id}/resultPages.
  Answer<Response> handle(const Request& request, std::string_view version,
                          const std::vector<std::string>& parts);

  std::uint64_t jobs_today() const;

 private:
  enum class State : std::uint8_t { kUploadComplete, kInProgress, kJobComplete, kFailed, kAborted };
  struct Job {
    std::string id;
    std::string version;
    bool all = false;  // queryAll
    BoundQuery query;
    std::string delimiter = "COMMA";
    std::string line_end = "LF";
    State state = State::kUploadComplete;
    unsigned polls = 0;
    Instant created{};
    std::vector<RowNumber> rows{};
    std::string error{};
  };

  Answer<Response> create(const Request& request, std::string_view version);
  Answer<BoundQuery> bind(const std::string& text) const;
  Answer<Response> list() const;
  Answer<Response> abort(const Request& request, Job& job);
  Answer<Response> results(const Request& request, std::string_view version, const Job& job);
  Answer<Response> result_pages(const Request& request, std::string_view version, const Job& job) const;
  void poll(const Request& request, Job& job);
  void write(std::string& body, const Job& job) const;
  static std::string_view name_of(State state);
  void forget_old();

  const World& world_;
  const Visibility& visibility_;
  const SalesforceSettings& settings_;
  Faults& faults_;
  std::string user_id_;
  std::map<std::string, Job, std::less<>> jobs_;
  std::vector<Instant> created_;  // of every job, for the day's limit
};

}  // namespace plumbline::sandbox
