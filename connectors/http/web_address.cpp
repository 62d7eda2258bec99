#include "connectors/http/web_address.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <charconv>
#include <memory>

namespace plumbline {
namespace {

struct UrlCloser {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using UrlHandle = std::unique_ptr<CURLU, UrlCloser>;

// Empty where the address has no such part.
std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string copy = text;
  curl_free(text);
  return copy;
}

std::uint16_t number_of(std::string_view port) {
  std::uint16_t number = 0;
  std::from_chars(port.data(), port.data() + port.size(), number);
  return number;
}

std::string lower_case(std::string text) {
  for (char& letter : text) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter + ('a' - 'A'));
  }
  return text;
}

}  // namespace

std::string WebAddress::host_and_port() const {
  return has_usual_port ? host : fmt::format("{}:{}", host, port);
}

Result<WebAddress> parse_web_address(const std::string& url) {
  const UrlHandle handle(curl_url());
  constexpr unsigned kAnyScheme = CURLU_NON_SUPPORT_SCHEME;
  const CURLUcode parsed = url.contains('\0')
                               ? CURLUE_MALFORMED_INPUT
                               : curl_url_set(handle.get(), CURLUPART_URL, url.c_str(), kAnyScheme);
  if (parsed != CURLUE_OK)
    return fail(ErrorCode::kInvalidInput,
                fmt::format("the address of a request cannot be read ({}); write it as https://host/path",
                            curl_url_strerror(parsed)));
  CURLU* const parts = handle.get();
  return WebAddress{
      .scheme = lower_case(part_of(parts, CURLUPART_SCHEME)),
      .host = lower_case(part_of(parts, CURLUPART_HOST)),
      .port = number_of(part_of(parts, CURLUPART_PORT, CURLU_DEFAULT_PORT)),
      .path = part_of(parts, CURLUPART_PATH),
      .query = part_of(parts, CURLUPART_QUERY),
      .has_userinfo = !part_of(parts, CURLUPART_USER).empty() || !part_of(parts, CURLUPART_PASSWORD).empty(),
      .has_usual_port = part_of(parts, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT).empty()};
}

}  // namespace plumbline
