// What an audit tells on standard error when it is done: what was read, what was judged, what was not and
// why.
#pragma once

#include <string>

#include "daemon/cli/audit_facts.h"

namespace plumbline {

std::string audit_summary(const AuditFacts& facts);

}  // namespace plumbline
