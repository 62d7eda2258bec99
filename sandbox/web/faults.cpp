#include "sandbox/web/faults.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace plumbline::sandbox {
namespace {

constexpr auto kKinds = std::to_array<FaultKind>({
    {"500", "500 UNKNOWN_EXCEPTION as JSON"},
    {"502_html", "502 with a page of a proxy"},
    {"503", "503 SERVER_UNAVAILABLE as JSON"},
    {"503_html", "503 with a page of a proxy"},
    {"503_empty", "503 without a body"},
    {"420", "420 with a page: the organisation is being moved"},
    {"429", "429 with Retry-After"},
    {"429_bare", "429 without Retry-After"},
    {"414", "414 with a page, whatever the length"},
    {"hang", "no answer for `milliseconds` (600,000), then the connection ends"},
    {"slow", "the answer comes after `milliseconds` (2,000)"},
    {"reset", "the connection is reset in the middle of the body"},
    {"drip", "the body comes in small pieces, each after `milliseconds` (50)"},
    {"403_limit", "Salesforce: 403 REQUEST_LIMIT_EXCEEDED of the day"},
    {"403_concurrent", "Salesforce: 403 REQUEST_LIMIT_EXCEEDED of long requests"},
    {"401_expired", "Salesforce: the session has ended"},
    {"401_permanent", "Salesforce: sessions are not valid for REST, whoever logs in"},
    {"login_locked", "Salesforce: the token endpoint says that the user is locked"},
    {"login_rate", "Salesforce: the token endpoint says rate_limit_exceeded"},
    {"query_timeout", "Salesforce: 400 QUERY_TIMEOUT"},
    {"bad_locator", "Salesforce: 400 INVALID_QUERY_LOCATOR for a good one"},
    {"truncate", "Salesforce: rows are missing although done is true"},
    {"bulk_failed", "Salesforce: a Bulk job fails instead of completing"},
    {"bulk_short", "Salesforce: rows are missing from a Bulk result"},
    {"clari_revoked", "Clari: 401 of the gateway, as after the key's maker was deactivated"},
    {"clari_failed", "Clari: a job fails"},
    {"clari_truncated", "Clari: a job is done with rowsTruncated"},
    {"clari_wrong_quarter", "Clari: the current quarter comes, whichever was asked for"},
    {"clari_no_optin", "Clari: 401 no_optin"},
    {"clari_lost_answer", "Clari: the job is created, and the answer is lost"},
    {"clari_sww", "Clari: 400 SWW on status and list"},
    {"clari_huge", "Clari: a result of 50 MB"},
    {"export_half", "exports: half the rows"},
    {"chat_lost_answer", "chat: the message is taken, and the answer is lost"},
    {"chat_archived", "chat: 410 channel_is_archived of a Slack webhook"},
    {"chat_slack_internal", "chat: 200 with internal_error of Slack's methods"},
    {"export_drift", "exports: a column is renamed and another is gone"},
});

std::chrono::milliseconds time_of(const Fault& fault, int otherwise) {
  return fault.time.count() > 0 ? fault.time : std::chrono::milliseconds(otherwise);
}

}  // namespace

std::span<const FaultKind> fault_kinds() { return kKinds; }

Status Faults::set(Fault fault) {
  if (std::ranges::find(kKinds, fault.kind, &FaultKind::name) == kKinds.end()) {
    return fail(ErrorCode::kNotFound,
                fmt::format("there is no fault {}; GET /control/faults lists those there are", fault.kind));
  }
  std::erase_if(faults_, [&](const Fault& old) { return old.kind == fault.kind && old.on == fault.on; });
  if (fault.rate > 0 && fault.count != 0) faults_.push_back(std::move(fault));
  return {};
}

void Faults::clear(std::string_view kind) {
  std::erase_if(faults_, [&](const Fault& fault) { return fault.kind == kind; });
}

const Fault* Faults::strikes(std::string_view kind, std::string_view target) {
  for (Fault& fault : faults_) {
    if (fault.kind != kind || fault.count == 0 || !target.contains(fault.on) || !dice_.chance(fault.rate))
      continue;
    if (fault.count) --*fault.count;
    ++fault.struck;
    return &fault;
  }
  return nullptr;
}

std::optional<Response> Faults::instead_of_answer(const Request& request) {
  const std::string_view target = request.target;
  if (strikes("500", target) != nullptr) {
    return json_response(500, R"([{"message":"An unexpected error occurred. ErrorId: 1234567890-1",)"
                              R"("errorCode":"UNKNOWN_EXCEPTION"}])");
  }
  if (strikes("502_html", target) != nullptr) return html_response(502, "Bad Gateway");
  if (strikes("503", target) != nullptr) {
    return json_response(503, R"([{"errorCode":"SERVER_UNAVAILABLE","message":"Server too busy"}])");
  }
  if (strikes("503_html", target) != nullptr) return html_response(503, "Service Unavailable");
  if (strikes("503_empty", target) != nullptr) return Response{.status = 503};
  if (strikes("420", target) != nullptr) return html_response(420, "Your organization is being moved");
  if (strikes("429", target) != nullptr) {
    Response response = json_response(429, R"({"message":"Too many requests"})");
    response.with("Retry-After", "2");
    return response;
  }
  if (strikes("429_bare", target) != nullptr) return json_response(429, R"({"message":"Too many requests"})");
  if (strikes("414", target) != nullptr) return html_response(414, "Bad Message 414");
  if (const Fault* hang = strikes("hang", target); hang != nullptr) {
    Response response;
    response.delivery = Delivery::kHang;
    response.pause = time_of(*hang, 600'000);
    return response;
  }
  return std::nullopt;
}

void Faults::spoil_delivery(const Request& request, Response& response) {
  const std::string_view target = request.target;
  if (const Fault* slow = strikes("slow", target); slow != nullptr) response.pause = time_of(*slow, 2000);
  if (response.body.empty()) return;
  if (strikes("reset", target) != nullptr) {
    response.delivery = Delivery::kReset;
  } else if (const Fault* drip = strikes("drip", target); drip != nullptr) {
    response.delivery = Delivery::kDrip;
    response.pause = time_of(*drip, 50);
  }
}

}  // namespace plumbline::sandbox
