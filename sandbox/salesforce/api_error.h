// A refusal as Salesforce words it. Message texts are indicative; clients match on status and code.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "sandbox/web/message.h"

namespace plumbline::sandbox {

struct ApiError {
  int status = 400;
  std::string code;  // MALFORMED_QUERY
  std::string message;
};

template <class T>
using Answer = std::expected<T, ApiError>;

inline std::unexpected<ApiError> refuse(int status, std::string_view code, std::string message) {
  return std::unexpected(
      ApiError{.status = status, .code = std::string(code), .message = std::move(message)});
}

// An array of one object.
Response error_response(const ApiError& error);

}  // namespace plumbline::sandbox
