// What an answer of Clari that is no success means, and what is to be done about it. Pure.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/result.h"
#include "connectors/http/http_client.h"

namespace plumbline {

enum class ClariRemedy : std::uint8_t {
  kFail,       // a person must act, or the next sync may
  kStop,       // nothing else can be asked either: the key is dead
  kAmbiguous,  // nobody knows whether it was done: look at the list of jobs
  kDropTypes,  // the tenant does not export CRM values: ask without them
  kLimits,     // a limit was reached: ask which
  kPollAgain,  // the job is not done after all
  kForgetJob,  // the job is not there, or another user's
};

struct ClariFailure {
  ClariRemedy remedy = ClariRemedy::kFail;
  int status = 0;      // 0: no answer came
  std::string code{};  // no_optin; empty where the body has none
  Error error{};       // a sentence: what was asked, the answer, the remedy
};

template <class T>
class [[nodiscard]] ClariAnswer : public std::expected<T, ClariFailure> {
 public:
  using std::expected<T, ClariFailure>::expected;
};

// An Error of the network, after which nobody knows whether a request arrived.
ClariFailure clari_failure_of(Error error);

// `asked` names what was asked: "the export of forecast net_arr". `body` is whatever came, of any of Clari's
// five shapes of error, of the gateway before it, or of a proxy.
ClariFailure read_clari_error(const HttpHead& head, std::string_view body, std::string_view asked);

}  // namespace plumbline
