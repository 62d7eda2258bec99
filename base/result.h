// Result<T>: a value or an Error, which the caller must look at.
#pragma once

#include <expected>
#include <utility>

#include "base/error.h"

namespace plumbline {

// libstdc++ 12's std::expected is not [[nodiscard]]; this type is, so that no failure is dropped unseen.
template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
};

using Status = Result<void>;

inline std::unexpected<Error> fail(Error error) { return std::unexpected<Error>(std::move(error)); }

inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return fail(Error{.code = code, .message = std::move(message), .where = std::nullopt});
}

}  // namespace plumbline
