// What changed between two packs, in people's words.
#pragma once

#include <string>

#include "policies/pack_diff.h"
#include "policies/verdict_diff.h"

namespace plumbline {

// What stands behind "because": ":inactive_days is 45 instead of 30", "the policy is new".
std::string words_of(const PackChange& change);

// All of a change's causes: "because :inactive_days is 45 instead of 30". Empty where none is known.
std::string because(const PackDiff& diff, const ChangeCauses& causes);

}  // namespace plumbline
