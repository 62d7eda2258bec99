// One table: errorCode, and where that says too little a part of the message or the status, to remedy and
// advice.
#include "connectors/salesforce/api_error.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "base/json_stream.h"

namespace plumbline {
namespace {

struct Row {
  std::string_view code;
  std::string_view part;  // of the message; empty: any
  Remedy remedy;
  ErrorCode error;
  std::string_view advice;
};

// The first that fits counts.
constexpr std::array kByCode = {
    Row{"INVALID_SESSION_ID", "not valid for use with the REST API", Remedy::kFail, ErrorCode::kAuth,
        "logging in again does not help: allow the user API access, and check the session settings of the "
        "app"},
    Row{"INVALID_SESSION_ID", "", Remedy::kLogIn, ErrorCode::kAuth, "the session is over"},
    Row{"INVALID_AUTH_HEADER", "", Remedy::kLogIn, ErrorCode::kAuth, "the session is over"},
    Row{"", "Bad_OAuth_Token", Remedy::kLogIn, ErrorCode::kAuth, "the session is over"},
    Row{"INVALID_FIELD", "can not be filtered", Remedy::kFail, ErrorCode::kInvalidInput,
        "the field cannot stand in a filter; this is a fault of Plumbline"},
    Row{"INVALID_FIELD", "", Remedy::kDescribeAgain, ErrorCode::kInvalidInput,
        "let the user read the field, or take it off the list of fields"},
    Row{"INVALIDFIELD", "", Remedy::kDescribeAgain, ErrorCode::kInvalidInput,
        "let the user read the field, or take it off the list of fields"},
    Row{"INVALID_TYPE", "", Remedy::kFail, ErrorCode::kNotFound,
        "the object does not exist or the user may not see it: give the user read access, or take it off the "
        "list "
        "of objects"},
    Row{"INVALID_TYPE_FOR_OPERATION", "", Remedy::kUseRest, ErrorCode::kInvalidInput,
        "Bulk does not take it"},
    Row{"INVALIDENTITY", "", Remedy::kUseRest, ErrorCode::kInvalidInput, "Bulk does not take it"},
    Row{"", "not supported by the Bulk API", Remedy::kUseRest, ErrorCode::kInvalidInput,
        "Bulk does not take it"},
    Row{"", "not supported in Bulk Query", Remedy::kUseRest, ErrorCode::kInvalidInput,
        "Bulk does not take it"},
    Row{"FEATURENOTENABLED", "", Remedy::kUseRest, ErrorCode::kInvalidInput, "Bulk is not enabled"},
    Row{"QUERY_TOO_COMPLICATED", "", Remedy::kSplitColumns, ErrorCode::kInvalidInput,
        "the query was too complicated however few columns it had: take formula fields off the list of "
        "fields"},
    Row{"QUERY_TIMEOUT", "", Remedy::kNarrow, ErrorCode::kUnavailable,
        "the query took too long for the shortest span there is; the next sync asks again"},
    Row{"INVALID_QUERY_LOCATOR", "", Remedy::kRestart, ErrorCode::kUnavailable,
        "Salesforce lost the result again and again while it was read; the next sync asks again"},
    Row{"REQUEST_LIMIT_EXCEEDED", "Concurrent", Remedy::kRetry, ErrorCode::kRateLimited,
        "too many long requests of all programs at once; the next sync asks again"},
    Row{"REQUEST_LIMIT_EXCEEDED", "", Remedy::kPark, ErrorCode::kRateLimited,
        "the organisation's calls of the last 24 hours are used up; see which program uses them "
        "(Setup, API Usage), or raise leave_percent so that Plumbline stops earlier"},
    Row{"EXCEEDEDQUOTA", "", Remedy::kUseRest, ErrorCode::kRateLimited,
        "the Bulk jobs of the last 24 hours are used up"},
    Row{"UNABLE_TO_LOCK_ROW", "", Remedy::kRetry, ErrorCode::kUnavailable, "the next sync asks again"},
    Row{"SERVER_UNAVAILABLE", "", Remedy::kRetry, ErrorCode::kUnavailable, "the next sync asks again"},
    Row{"UNKNOWN_EXCEPTION", "", Remedy::kRetry, ErrorCode::kUnavailable,
        "a fault inside Salesforce; where it stays, tell their support the number in the message"},
    Row{"API_DISABLED_FOR_ORG", "", Remedy::kFail, ErrorCode::kAuth,
        "the organisation's edition or the user's profile has no API access: enable it"},
    Row{"API_CURRENTLY_DISABLED", "", Remedy::kFail, ErrorCode::kAuth,
        "the API is switched off for the user: enable it in the profile"},
    Row{"INSUFFICIENT_ACCESS", "", Remedy::kFail, ErrorCode::kAuth,
        "give the user read access and View All on the object"},
    Row{"MALFORMED_QUERY", "", Remedy::kFail, ErrorCode::kInvalidInput,
        "a name among the objects or fields is not one, or this is a fault of Plumbline"},
    Row{"OPERATION_TOO_LARGE", "", Remedy::kNarrow, ErrorCode::kInvalidInput,
        "give the user View All on the object"},
    Row{"EXCEEDED_ID_LIMIT", "", Remedy::kNarrow, ErrorCode::kInvalidInput,
        "the next reconciliation finds them"},
    Row{"NOT_FOUND", "", Remedy::kFail, ErrorCode::kNotFound,
        "check the API version and the names of objects"},
};

struct StatusRow {
  int status;
  Remedy remedy;
  ErrorCode error;
  std::string_view advice;
};

constexpr std::array kByStatus = {
    StatusRow{401, Remedy::kLogIn, ErrorCode::kAuth, "the session is over"},
    StatusRow{403, Remedy::kFail, ErrorCode::kAuth, "give the user access to it"},
    StatusRow{404, Remedy::kFail, ErrorCode::kNotFound, "check the API version and the names of objects"},
    StatusRow{408, Remedy::kRetry, ErrorCode::kUnavailable, "the next sync asks again"},
    StatusRow{409, Remedy::kFail, ErrorCode::kConflict,
              "a Bulk job was made with another API version; the next sync makes a new one"},
    StatusRow{414, Remedy::kSplitColumns, ErrorCode::kInvalidInput, "lower most_uri_bytes"},
    StatusRow{420, Remedy::kFail, ErrorCode::kUnavailable,
              "the organisation is moving, expired or gone; see trust.salesforce.com"},
    StatusRow{429, Remedy::kRetry, ErrorCode::kRateLimited, "the next sync asks again"},
    StatusRow{431, Remedy::kSplitColumns, ErrorCode::kInvalidInput, "lower most_uri_bytes"},
    StatusRow{500, Remedy::kRetry, ErrorCode::kUnavailable, "the next sync asks again"},
    StatusRow{502, Remedy::kRetry, ErrorCode::kUnavailable, "the next sync asks again"},
    StatusRow{503, Remedy::kRetry, ErrorCode::kUnavailable, "the next sync asks again"},
    StatusRow{504, Remedy::kRetry, ErrorCode::kUnavailable, "the next sync asks again"},
};

// The first errorCode and message of [{"message":..,"errorCode":..}], or error and error_description.
class ErrorReader : public JsonEvents {
 public:
  std::string code;
  std::string message;

  bool key(std::string_view name) override {
    key_ = name;
    return true;
  }
  bool value(JsonKind kind, std::string_view text) override {
    if (kind != JsonKind::kString) return true;
    if (code.empty() && (key_ == "errorCode" || key_ == "error" || key_ == "exceptionCode")) code = text;
    if (message.empty() && (key_ == "message" || key_ == "error_description" || key_ == "exceptionMessage"))
      message = text;
    return true;
  }

 private:
  std::string key_;
};

// Of HTML what a person would see; of anything, one line.
std::string shown(std::string_view body) {
  std::string text;
  bool in_tag = false;
  for (const char c : body) {
    if (c == '<') in_tag = true;
    if (!in_tag) {
      const bool blank = static_cast<unsigned char>(c) <= ' ' || c == '\x7F';
      if (!blank) text += c;
      if (blank && !text.empty() && text.back() != ' ') text += ' ';
    } else if (!text.empty() && text.back() != ' ') {
      text += ' ';
    }
    if (c == '>') in_tag = false;
    if (text.size() >= kMostErrorBytes) break;
  }
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

template <class T>
ApiFailure made(const T& row, int status, std::string code, std::string_view message,
                std::string_view asked) {
  std::string answer = status == 0 ? std::string{} : fmt::format("{} ", status);
  answer += code.empty() ? shown(message) : fmt::format("{}: {}", code, shown(message));
  while (answer.ends_with(' ') || answer.ends_with(':')) answer.pop_back();
  return {.remedy = row.remedy,
          .status = status,
          .code = std::move(code),
          .error = {.code = row.error,
                    .message = fmt::format("Salesforce refused {}: {}; {}", asked, answer, row.advice),
                    .where = std::nullopt}};
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

}  // namespace

ApiFailure failure_of(Error error) { return {.error = std::move(error)}; }

ApiFailure api_failure(int status, std::string code, std::string_view message, std::string_view asked) {
  const std::string known = upper(code);
  for (const Row& row : kByCode) {
    if (!row.code.empty() && row.code != known) continue;
    if (!row.part.empty() && message.find(row.part) == std::string_view::npos) continue;
    return made(row, status, std::move(code), message, asked);
  }
  for (const StatusRow& row : kByStatus) {
    if (row.status == status) return made(row, status, std::move(code), message, asked);
  }
  const StatusRow other{.status = status,
                        .remedy = Remedy::kFail,
                        .error = ErrorCode::kUnavailable,
                        .advice = "this answer is not one Plumbline knows; the next sync asks again"};
  return made(other, status, std::move(code), message, asked);
}

ApiFailure read_api_error(const HttpHead& head, std::string_view body, std::string_view asked) {
  ErrorReader reader;
  // Whatever is no JSON is shown as it is; what was read before a fault counts.
  const Status read = read_json_events(body, reader);
  const bool known = read.has_value() && !reader.code.empty();
  if (head.status >= 300 && head.status < 400) {
    const StatusRow moved{
        .status = head.status,
        .remedy = Remedy::kFail,
        .error = ErrorCode::kInvalidInput,
        .advice = "redirects are not followed; check the login address and the API version"};
    return made(moved, head.status, {}, body, asked);
  }
  return api_failure(head.status, known ? std::move(reader.code) : std::string{},
                     known ? std::string_view(reader.message) : body, asked);
}

}  // namespace plumbline
