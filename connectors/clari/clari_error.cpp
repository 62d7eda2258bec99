#include "connectors/clari/clari_error.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/json_stream.h"
#include "connectors/http/error_body.h"

namespace plumbline {
namespace {

struct Row {
  int status;             // 0: any
  std::string_view code;  // empty: any
  std::string_view part;  // of the message; empty: any
  ClariRemedy remedy;
  ErrorCode error;
  std::string_view advice;
};

// The first row that fits counts.
constexpr std::array kRows = {
    Row{400, "no_such_forecast_config", "", ClariRemedy::kFail, ErrorCode::kInvalidInput,
        "there is no such forecast: its tab's address in the browser ends with its name"},
    Row{400, "missing_forecast_id", "", ClariRemedy::kFail, ErrorCode::kInvalidInput,
        "name a forecast: its tab's address in the browser ends with its name"},
    Row{400, "type_not_supported", "", ClariRemedy::kDropTypes, ErrorCode::kInvalidInput,
        "take crm_total and crm_closed out of types"},
    Row{400, "bad_request", "", ClariRemedy::kFail, ErrorCode::kInvalidInput,
        "check currency, scope and types"},
    Row{400, "export_monthly_quota_reached", "", ClariRemedy::kLimits, ErrorCode::kRateLimited,
        "the exports of the organisation are used up for now; they count over thirty days"},
    Row{400, "invalid_jobId", "", ClariRemedy::kPollAgain, ErrorCode::kUnavailable,
        "the export is not done yet; the next sync looks again"},
    Row{400, "export_failed_to_cancel", "", ClariRemedy::kFail, ErrorCode::kConflict,
        "the export had ended already"},
    Row{400, "SWW", "", ClariRemedy::kFail, ErrorCode::kUnavailable,
        "something went wrong within Clari; the next sync asks again"},
    Row{401, "no_optin", "", ClariRemedy::kFail, ErrorCode::kAuth,
        "the key is good, but its user does not take part in this forecast: opt it in, at the top of the "
        "hierarchy"},
    Row{401, "", "", ClariRemedy::kStop, ErrorCode::kAuth,
        "the key is no longer good: it was revoked, or the user who made it was deactivated; make a new one "
        "under Settings, API Token"},
    Row{403, "", "", ClariRemedy::kForgetJob, ErrorCode::kAuth,
        "an export made with another user's key cannot be seen with this one; give the key's user the "
        "rights"},
    Row{404, "", "", ClariRemedy::kForgetJob, ErrorCode::kNotFound,
        "check url and the names of the forecasts"},
    Row{408, "", "", ClariRemedy::kAmbiguous, ErrorCode::kUnavailable, "the next sync asks again"},
    Row{428, "", "", ClariRemedy::kFail, ErrorCode::kInvalidInput,
        "Clari's administrator must finish setting the tenant up"},
    Row{429, "", "", ClariRemedy::kFail, ErrorCode::kRateLimited, "the next sync asks again"},
    Row{500, "", "", ClariRemedy::kAmbiguous, ErrorCode::kUnavailable, "the next sync asks again"},
    Row{502, "", "", ClariRemedy::kAmbiguous, ErrorCode::kUnavailable, "the next sync asks again"},
    Row{503, "", "", ClariRemedy::kAmbiguous, ErrorCode::kUnavailable, "the next sync asks again"},
    Row{504, "", "", ClariRemedy::kAmbiguous, ErrorCode::kUnavailable, "the next sync asks again"},
    Row{400, "", "", ClariRemedy::kFail, ErrorCode::kInvalidInput,
        "Clari does not take what it is asked; check the configuration"},
    Row{0, "", "", ClariRemedy::kFail, ErrorCode::kUnavailable,
        "this is no answer Plumbline knows; the next sync asks again"},
};

// The first of each, of whatever shape.
class ErrorReader : public JsonEvents {
 public:
  std::string code{};
  std::string message{};
  std::string error_id{};

  bool key(std::string_view name) override {
    key_ = name;
    return true;
  }
  bool value(JsonKind kind, std::string_view text) override {
    if (kind != JsonKind::kString) return true;
    const auto take = [&](std::string& into, auto... names) {
      if (into.empty() && ((key_ == names) || ...)) into = text;
    };
    take(code, "code", "errorCode");
    take(message, "message", "errorSummary", "description", "error", "errorMessage", "details");
    take(error_id, "errorId", "request_id");
    return true;
  }

 private:
  std::string key_;
};

const Row& row_of(int status, std::string_view code, std::string_view message) {
  for (const Row& row : kRows) {
    if (row.status != 0 && row.status != status) continue;
    if (!row.code.empty() && row.code != code) continue;
    if (!row.part.empty() && !message.contains(row.part)) continue;
    return row;
  }
  return kRows.back();
}

}  // namespace

ClariFailure clari_failure_of(Error error) {
  const bool may_have_arrived = error.code == ErrorCode::kUnavailable;
  return {.remedy = may_have_arrived ? ClariRemedy::kAmbiguous : ClariRemedy::kFail,
          .error = std::move(error)};
}

ClariFailure read_clari_error(const HttpHead& head, std::string_view body, std::string_view asked) {
  ErrorReader reader;
  // What is no JSON is shown as it is; what was read before a fault counts.
  const Status read = read_json_events(body, reader);
  const bool known = read.has_value() && !reader.message.empty();
  const ErrorBody shown = classify_error_body(head, known ? reader.message : std::string(body));
  const Row& row = row_of(head.status, reader.code, reader.message);
  std::string answer = fmt::format("{}", head.status);
  if (!reader.code.empty()) answer += fmt::format(" {}", reader.code);
  if (!shown.excerpt.empty()) answer += fmt::format(": {}", shown.excerpt);
  if (!reader.error_id.empty()) answer += fmt::format(" (Clari's number for it: {})", reader.error_id);
  const bool is_redirect = head.status >= 300 && head.status < 400;
  const std::string_view advice =
      is_redirect ? std::string_view("redirects are not followed; check url") : row.advice;
  return {.remedy = row.remedy,
          .status = head.status,
          .code = std::move(reader.code),
          .error = {.code = is_redirect ? ErrorCode::kInvalidInput : row.error,
                    .message = fmt::format("Clari refused {}: {}; {}", asked, answer, advice),
                    .where = std::nullopt}};
}

}  // namespace plumbline
