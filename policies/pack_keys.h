// The keys a pack may have, map by map: the file itself, "source", "calendar", "named_calendar", "policy",
// "example", "record_group" (an audience, or what a reminder is about), "reminder".
#pragma once

#include <vector>

#include "base/map_keys.h"

namespace plumbline {

std::vector<MapKeys> pack_keys();
// What an extending pack may change of a policy it has from another.
std::span<const std::string_view> changeable_policy_keys();

}  // namespace plumbline
