// The address of a request, taken apart by the very parser the client connects with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "connectors/http/address_form.h"

namespace plumbline {

struct WebAddress {
  std::string scheme;  // in lower case
  std::string host;    // as it is looked up: lower case, [::1] in brackets, 127.1 written 127.0.0.1
  std::uint16_t port = 0;
  std::string path;   // begins with /; as it is sent, percent signs included
  std::string query;  // without ?
  bool has_userinfo = false;
  bool has_usual_port = true;  // of its scheme

  // "na1.example.com", "localhost:8443"
  std::string host_and_port() const;
};

// kInvalidInput where it cannot be parsed; the message never quotes the text, which may be a secret.
Result<WebAddress> parse_web_address(const std::string& url);

}  // namespace plumbline
