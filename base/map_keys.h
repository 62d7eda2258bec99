// The keys that a reader of YAML knows in one kind of map: what its JSON Schema must know, too.
#pragma once

#include <span>
#include <string_view>

namespace plumbline {

struct MapKeys {
  std::string_view map;  // the kind of map, such as "policy"; empty for the file itself
  std::span<const std::string_view> keys;
};

}  // namespace plumbline
