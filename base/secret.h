// A password, token or address that nobody but its user should see.
#pragma once

#include <fmt/core.h>

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace plumbline {

// Says *** wherever it is printed; whoever needs the text says so with reveal(). Overwritten when it goes.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text);
  Secret(const Secret&) = default;
  Secret& operator=(const Secret& other);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  std::string_view reveal() const { return text_; }
  bool empty() const { return text_.empty(); }
  friend bool operator==(const Secret&, const Secret&) = default;

 private:
  std::string text_;
};

inline constexpr std::string_view kHiddenSecret = "***";
std::ostream& operator<<(std::ostream& out, const Secret& secret);

inline constexpr std::size_t kMostSecretBytes = std::size_t{64} << 10;

// A secret that lies in a file of its own, as a systemd credential does; one newline at its end is not part
// of it. Refused are files that everybody may read or write (kAuth), that do not exist (kNotFound), that are
// empty or hold more than kMostSecretBytes. Errors name the file.
Result<Secret> read_secret_file(const std::string& path);

}  // namespace plumbline

template <>
struct fmt::formatter<plumbline::Secret> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const plumbline::Secret& /*secret*/, Context& context) const {
    return fmt::formatter<std::string_view>::format(plumbline::kHiddenSecret, context);
  }
};
