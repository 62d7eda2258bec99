// Clari's calls, one function each. The key goes with every one of them; what is no success is a
// ClariFailure.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "connectors/clari/clari_error.h"
#include "connectors/clari/clari_job.h"
#include "connectors/clari/clari_options.h"
#include "connectors/clari/clari_plan.h"
#include "connectors/http/http_client.h"

namespace plumbline {

// A result on the disk.
struct ClariDownload {
  std::filesystem::path path;
  std::string sha256{};  // of the bytes as they came
  std::uint64_t bytes = 0;
};

// For one thread. Options and client outlive it; the client repeats requests that may be repeated.
class ClariApi {
 public:
  ClariApi(const ClariOptions& options, HttpClient& client) : options_(options), client_(client) {}

  Async<ClariAnswer<ClariLimits>> limits();
  // The id of the job. Never repeated by anybody but the caller, once it knows that there is none.
  Async<ClariAnswer<std::string>> create(std::string forecast, WantedExport wanted,
                                         std::vector<std::string> types);
  Async<ClariAnswer<ClariJob>> job(std::string id);
  Async<ClariAnswer<std::vector<ClariJob>>> jobs();
  Async<ClariAnswer<ClariDownload>> results(std::string job, std::filesystem::path path);
  // The newest week at once, without an export.
  Async<ClariAnswer<ClariDownload>> read_now(std::string forecast, std::string period,
                                             std::filesystem::path path);
  // The body as it came, for OpportunityRows.
  Async<ClariAnswer<std::string>> opportunities(std::vector<std::string> ids);

  std::uint64_t calls() const { return calls_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  HttpRequest request(HttpMethod method, std::string url) const;
  Async<ClariAnswer<std::string>> ask(HttpRequest request, std::string asked);
  Async<ClariAnswer<ClariDownload>> download(HttpRequest request, std::filesystem::path path,
                                             std::string asked);

  const ClariOptions& options_;
  HttpClient& client_;
  std::uint64_t calls_ = 0;
  std::uint64_t bytes_ = 0;
};

// The body of the request for an export.
std::string export_request_body(const ClariOptions& options, const WantedExport& wanted,
                                const std::vector<std::string>& types);

// Any text as a part of an address.
std::string url_part(std::string_view text);

}  // namespace plumbline
