#include "sandbox/web/message.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/base64.h"

namespace plumbline::sandbox {
namespace {

using namespace std::chrono;

constexpr auto kWeekdays = std::to_array<std::string_view>({"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"});
constexpr auto kMonths = std::to_array<std::string_view>(
    {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"});

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

std::optional<std::string> find(const Parameters& parameters, std::string_view name) {
  const auto found = std::ranges::find_if(parameters, [&](const auto& p) { return p.first == name; });
  return found == parameters.end() ? std::nullopt : std::optional(found->second);
}

std::optional<int> digits(std::string_view text) {
  int number = 0;
  if (text.empty()) return std::nullopt;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

std::string decode(std::string_view text, bool plus_is_blank) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high >= 0 && low >= 0) {
        out += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    out += plus_is_blank && text[i] == '+' ? ' ' : text[i];
  }
  return out;
}

}  // namespace

std::string_view Request::path() const {
  const std::string_view whole = target;
  return whole.substr(0, whole.find('?'));
}

std::optional<std::string> Request::parameter(std::string_view name) const {
  const std::size_t mark = target.find('?');
  if (mark == std::string::npos) return std::nullopt;
  return find(parse_parameters(std::string_view(target).substr(mark + 1)), name);
}

std::optional<std::string> Request::form_field(std::string_view name) const {
  return find(parse_parameters(body), name);
}

std::string_view Request::header(std::string_view name) const {
  const auto found = std::ranges::find_if(headers, [&](const auto& h) { return same(h.first, name); });
  return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

Response& Response::with(std::string_view name, std::string_view value) {
  headers.emplace_back(name, value);
  return *this;
}

Response json_response(int status, std::string body) {
  Response response{.status = status};
  response.body = std::move(body);
  return response;
}

Response html_response(int status, std::string_view title) {
  Response response{.status = status, .type = "text/html;charset=utf-8"};
  response.body =
      fmt::format("<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>\n", title);
  return response;
}

std::string decode_url(std::string_view text) { return decode(text, true); }

std::string encode_url(std::string_view text) {
  constexpr std::string_view kPlain = "-._~";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || kPlain.contains(c);
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

Parameters parse_parameters(std::string_view text) {
  Parameters parameters;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (!pair.empty()) {
      parameters.emplace_back(decode_url(pair.substr(0, equals)),
                              decode_url(pair.substr(std::min(equals + 1, pair.size()))));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parameters;
}

std::vector<std::string> path_parts(std::string_view path) {
  std::vector<std::string> parts;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end == path.size() && path.empty()) break;
    parts.push_back(decode(path.substr(0, end), false));
    path.remove_prefix(end);
  }
  return parts;
}

std::string http_date(sys_seconds instant) {
  const auto day = floor<days>(instant);
  const year_month_day date(day);
  const hh_mm_ss time(instant - day);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kWeekdays[weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
                     time.seconds().count());
}

std::optional<sys_seconds> parse_http_date(std::string_view text) {
  constexpr std::size_t kBytes = 29;
  if (text.size() != kBytes || !text.ends_with(" GMT")) return std::nullopt;
  const auto month = std::ranges::find(kMonths, text.substr(8, 3));
  const auto day = digits(text.substr(5, 2));
  const auto year_number = digits(text.substr(12, 4));
  const auto hour = digits(text.substr(17, 2));
  const auto minute = digits(text.substr(20, 2));
  const auto second = digits(text.substr(23, 2));
  if (month == kMonths.end() || !day || !year_number || !hour || !minute || !second) return std::nullopt;
  const year_month_day date(year{*year_number},
                            std::chrono::month{static_cast<unsigned>(month - kMonths.begin()) + 1},
                            std::chrono::day{static_cast<unsigned>(*day)});
  if (!date.ok()) return std::nullopt;
  return sys_days{date} + hours(*hour) + minutes(*minute) + seconds(*second);
}

std::optional<std::string> decode_base64_url(std::string_view text) {
  std::string plain(text);
  std::ranges::replace(plain, '-', '+');
  std::ranges::replace(plain, '_', '/');
  while (plain.size() % 4 != 0) plain += '=';
  const auto bytes = from_base64(plain);
  if (!bytes) return std::nullopt;
  return std::string(bytes->begin(), bytes->end());
}

}  // namespace plumbline::sandbox
