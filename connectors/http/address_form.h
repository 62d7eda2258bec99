// What can be told of an address without the client that asks it: whether it is one, where it leads, and
// whether anybody on the way could read it. For checking options, which is done by the command line as well,
// and that is linked with no network client. What is asked goes by web_address.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace plumbline {

struct AddressForm {
  std::string scheme;  // in lower case
  std::string host;    // in lower case, without its port; [::1] in brackets
  bool has_userinfo = false;
};

// Nothing where the text is no SCHEME://HOST with whatever follows, or has blanks or control characters in
// it.
std::optional<AddressForm> address_form(std::string_view url);

// 127.0.0.0/8, ::1, and localhost, which the client never asks a name server for.
bool is_loopback(std::string_view host);

}  // namespace plumbline
