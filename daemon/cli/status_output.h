// The two ways `plumbline status` writes what it found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/cli/status_facts.h"

namespace plumbline {

std::string status_text(const StatusFacts& facts, const std::vector<std::string>& problems,
                        std::size_t columns);
// One line, one object.
std::string status_json(const StatusFacts& facts, const std::vector<std::string>& problems);

}  // namespace plumbline
