// A password, token or address that nobody but its user should see.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace plumbline {

// Says *** wherever it is printed; whoever needs the text says so with reveal(). Overwritten when it goes.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
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
inline std::string_view format_as(const Secret&) { return kHiddenSecret; }

}  // namespace plumbline
