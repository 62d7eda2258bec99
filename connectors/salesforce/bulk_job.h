// What the Bulk API 2.0 says of a query job and its results. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "connectors/http/http_client.h"

namespace plumbline {

enum class BulkState : std::uint8_t { kWaiting, kRunning, kComplete, kFailed, kAborted, kUnknown };

struct BulkJob {
  std::string id;
  BulkState state = BulkState::kUnknown;
  std::string state_text{};                // as it came
  std::optional<std::uint64_t> records{};  // numberRecordsProcessed
  std::string error_message{};             // of a failed one
};

// kUnavailable where the body is no job.
Result<BulkJob> read_bulk_job(std::string_view body);

// The body that asks for a job.
std::string bulk_job_request(std::string_view soql);

// Where the parts of a result are, so that several can be fetched at once.
struct ResultPages {
  std::vector<std::string> urls;  // without the host
  std::string next_url{};         // of more such pages; empty: there are none
  bool done = true;
};
Result<ResultPages> read_result_pages(std::string_view body);

// Of a part of a result: what its headers say of it and of the next part.
struct ResultHead {
  std::optional<std::uint64_t> records{};
  std::optional<std::string> next{};  // the locator; nothing: this was the last part
};
ResultHead read_result_head(const HttpHead& head);

// How long to wait before the job is asked about for the n-th time, from 0: 1, 2, 5, 10, 20, 30, 30 ... s.
std::chrono::seconds poll_pause(std::size_t asked);

// The locator in such an address; empty where it names none.
std::string locator_of(std::string_view url);

}  // namespace plumbline
