// What an answer of Salesforce that is no success means, and what is to be done about it. Pure.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "connectors/http/http_client.h"

namespace plumbline {

enum class Remedy : std::uint8_t {
  kFail,           // nothing a program could do: a person must, or the next sync may
  kRetry,          // the same again, after a pause
  kLogIn,          // the session is over: log in again, and ask once more
  kNarrow,         // the query ran too long: ask for less time at once
  kRestart,        // the place in a result is lost: ask for what has not come yet
  kDescribeAgain,  // a field is not there (any more)
  kSplitColumns,   // too long or too complicated: ask for fewer columns at once
  kUseRest,        // Bulk does not take this object
  kPark,           // the organisation's calls for the day are used up
};

// An Error, with what may be done about it.
struct ApiFailure {
  Remedy remedy = Remedy::kFail;
  int status = 0;      // 0: no answer came
  std::string code{};  // INVALID_FIELD; empty where the body has none
  Error error{};       // a sentence: what was asked, the answer, the remedy
};

// Where one may come: a value, or a failure to be dealt with.
template <class T>
class [[nodiscard]] Answer : public std::expected<T, ApiFailure> {
 public:
  using std::expected<T, ApiFailure>::expected;
};

// An Error of ours or of the network, which no answer explains.
ApiFailure failure_of(Error error);

inline constexpr std::size_t kMostErrorBytes = 500;  // of a body that are shown

// `asked` names what was asked: "the query of Opportunity". `body` is whatever came: JSON, HTML, nothing.
ApiFailure read_api_error(const HttpHead& head, std::string_view body, std::string_view asked);

// As above for an errorCode and message that came in another way: in a Bulk job that failed.
ApiFailure api_failure(int status, std::string code, std::string_view message, std::string_view asked);

}  // namespace plumbline
