// What comes in and what goes out, without sockets: every service is a function from a Request to a Response,
// and tests call it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plumbline::sandbox {

using Parameters = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method = "GET";
  std::string target = "/";  // as it came: path and query, encoded
  Parameters headers{};
  std::string body{};
  std::size_t head_bytes = 0;  // of target and headers as they came

  std::string_view path() const;  // the target without its query
  // Decoded; nothing where there is no such parameter. In forms, of the body.
  std::optional<std::string> parameter(std::string_view name) const;
  std::optional<std::string> form_field(std::string_view name) const;
  // Without regard to case; empty where there is none.
  std::string_view header(std::string_view name) const;
};

// What the connection does instead of answering well.
enum class Delivery : unsigned char {
  kWhole,
  kReset,  // cut off in the middle of the body
  kDrip,   // a few bytes now and then
  kHang,   // nothing, for `pause`; then the connection ends
};

struct Response {
  int status = 200;
  std::string type = "application/json;charset=UTF-8";
  std::string body{};
  Parameters headers{};
  Delivery delivery = Delivery::kWhole;
  std::chrono::milliseconds pause{0};  // before the answer, or between drips
  std::string endpoint{};              // for statistics: query, bulk results ...
  std::uint64_t rows = 0;              // records in it

  Response& with(std::string_view name, std::string_view value);
};

Response json_response(int status, std::string body);
Response html_response(int status, std::string_view title);

// Percent signs and, in queries and forms, plus signs. What is no valid escape stays as it is.
std::string decode_url(std::string_view text);
std::string encode_url(std::string_view text);
// a=1&b=2
Parameters parse_parameters(std::string_view text);
// The parts of a path between slashes, decoded; the empty one after a last slash is left out.
std::vector<std::string> path_parts(std::string_view path);

// Sun, 06 Nov 1994 08:49:37 GMT, and back.
std::string http_date(std::chrono::sys_seconds instant);
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

// Base64 of tokens: the alphabet of URLs, without padding.
std::optional<std::string> decode_base64_url(std::string_view text);

}  // namespace plumbline::sandbox
