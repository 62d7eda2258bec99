// The pretend Clari: export jobs, the synchronous forecast, limits, audit events, opportunities. For one
// thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "sandbox/clari/forecast.h"
#include "sandbox/web/faults.h"
#include "sandbox/web/json_value.h"
#include "sandbox/web/message.h"

namespace plumbline::sandbox {

struct ClariSettings {
  std::string api_key{};
  std::string base_url{};              // http://127.0.0.1:8080/clari, for links
  bool wrapped_job = true;             // {"job": {...}} rather than the job itself
  unsigned polls = 3;                  // of a job until it is done
  std::uint64_t monthly_quota = 1000;  // exports of a rolling 30 days
  std::uint64_t concurrent_limit = 3;
  bool synchronous_read = true;  // GET /forecast/{id}; 404 without
  bool crm_types = false;        // crm_total and crm_closed are taken
  bool currency_object = false;  // in entries; a code otherwise
};

class Clari {
 public:
  Clari(const World& world, Faults& faults, ClariSettings settings)
      : world_(world), faults_(faults), settings_(std::move(settings)) {}
  Clari(const Clari&) = delete;
  Clari& operator=(const Clari&) = delete;

  // Paths below /clari.
  Response handle(const Request& request);
  ClariSettings& settings() { return settings_; }

  // The forecast of a quarter, all weeks, as a JSON result has it: what there is to know now.
  std::string whole_forecast(const Quarter& quarter) const;

 private:
  enum class State : std::uint8_t { kScheduled, kStarted, kDone, kFailed, kCancelled, kAborted };
  enum class Module : std::uint8_t { kForecast, kAudit, kActivity };
  struct Job {
    std::string id;
    Module module = Module::kForecast;
    std::string forecast{};
    Quarter quarter{};
    bool historical = false;
    bool csv = false;
    std::vector<std::string> types{};
    State state = State::kScheduled;
    unsigned polls = 0;
    Instant started{};
    Instant ended{};
    bool truncated = false;
    bool huge = false;
  };
  struct Ask {  // what of a forecast is wanted
    Quarter quarter;
    bool historical = false;
    bool half = false;  // of the people alone
    std::vector<std::string> types{};
  };

  Response route(const Request& request, const std::vector<std::string>& parts);
  Response export_route(const Request& request, const std::vector<std::string>& parts);
  Response job_route(const Request& request, const std::vector<std::string>& parts);
  Response create_forecast(const Request& request, const std::string& forecast);
  Response start(const Request& request, Job job, int status);
  Response read_forecast(const Request& request, const std::string& forecast) const;
  Response results(Job& job) const;
  Response cancel(const Request& request, Job& job) const;
  Response limits() const;
  Response audit_events(const Request& request) const;
  Response opportunities(const Request& request) const;
  void poll(const Request& request, Job& job);
  void write_job(JsonWriter& json, const Job& job) const;
  std::string job_title(const Job& job) const;
  std::string forecast_json(const Ask& ask, std::size_t padding_bytes) const;
  std::string forecast_csv(const Ask& ask) const;
  std::string audit_json(Instant from, Instant to, std::size_t most, std::string_view next) const;
  std::string activity_json() const;
  std::vector<Week> asked_weeks(const Ask& ask) const;
  std::vector<Forecaster> asked_people(const Ask& ask) const;
  void write_entries(JsonWriter& json, const Ask& ask, std::size_t padding_bytes,
                     const std::string& so_far) const;
  void write_people(JsonWriter& json) const;
  void write_times(JsonWriter& json, const Ask& ask) const;
  std::uint64_t running() const;
  std::uint64_t exports_of_month() const;
  Day today() const;

  const World& world_;
  Faults& faults_;
  ClariSettings settings_;
  std::vector<Job> jobs_;
};

}  // namespace plumbline::sandbox
