#include "connectors/http/address_form.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstdint>

#include "base/utf8.h"

namespace plumbline {
namespace {

bool is_scheme(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  });
}

bool has_blank_or_control(std::string_view text) {
  return std::ranges::any_of(text,
                             [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7F'; });
}

// Of `host`, `host:port`, `[::1]:port`.
std::string_view without_port(std::string_view place) {
  const std::size_t bracket = place.rfind(']');
  const std::size_t colon = place.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  return has_port ? place.substr(0, colon) : place;
}

}  // namespace

std::optional<AddressForm> address_form(std::string_view url) {
  constexpr std::string_view kMark = "://";
  const std::size_t mark = url.find(kMark);
  if (mark == std::string_view::npos || has_blank_or_control(url)) return std::nullopt;
  AddressForm form{.scheme = lower(url.substr(0, mark)), .host = {}};
  std::string_view place = url.substr(mark + kMark.size());
  // A backslash ends the host for some clients and not for others: no address has one there.
  place = place.substr(0, place.find_first_of("/?#\\"));
  if (const std::size_t at = place.rfind('@'); at != std::string_view::npos) {
    form.has_userinfo = true;
    place = place.substr(at + 1);
  }
  form.host = lower(without_port(place));
  if (!is_scheme(form.scheme) || form.host.empty()) return std::nullopt;
  return form;
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  in_addr address{};
  constexpr std::uint32_t kLoopbackNet = 127;
  constexpr unsigned kNetShift = 24;
  return ::inet_pton(AF_INET, std::string(host).c_str(), &address) == 1 &&
         ntohl(address.s_addr) >> kNetShift == kLoopbackNet;
}

}  // namespace plumbline
