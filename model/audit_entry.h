// What the audit log is told. Views, valid during the call that passes them.
#pragma once

#include <string_view>

namespace plumbline {

struct AuditEntry {
  std::string_view kind;  // violation.opened: docs/formats/audit-log.md lists them
  // Members of a JSON object without its braces, keys in a fixed order:
  // "policy":"no-next-step","record":"006..." Nothing personal: no names, no messages, no free text.
  std::string_view body;
  // A JSON object with what is personal; empty where nothing is. Kept beside the log, which holds no more
  // than a commitment to it, so that it can be erased later.
  std::string_view personal{};
};

}  // namespace plumbline
