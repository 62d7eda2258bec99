// Which parameters and definitions of its pack a policy or reminder uses, directly or through other
// definitions.
#pragma once

#include <string>
#include <vector>

#include "policies/pack.h"

namespace plumbline {

struct Mentions {
  std::vector<const Parameter*> parameters;    // by name
  std::vector<const Definition*> definitions;  // in the pack's order
};

// Follows the words of the conditions, evidence and messages. Texts that cannot be cut into words mention
// nothing.
Mentions mentions_of(const Pack& pack, const Policy& policy);
// Audiences are definitions, too.
Mentions mentions_of(const Pack& pack, const Reminder& reminder);

}  // namespace plumbline
