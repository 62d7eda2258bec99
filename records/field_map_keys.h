// The keys a field map may have, map by map: the file itself, "object", "field".
#pragma once

#include <vector>

#include "base/map_keys.h"

namespace plumbline {

std::vector<MapKeys> field_map_keys();

}  // namespace plumbline
