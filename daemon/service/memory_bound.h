// How much memory the service may use, and how much it uses.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"

namespace plumbline {

// Of this process: from now on whoever asks for more data and stacks of threads than so many bytes gets none
// (std::bad_alloc), and what it was doing fails. Nothing: as much as the system lets it have. May be called
// again.
Status bound_memory(std::optional<std::uint64_t> bytes);

// What it has in the machine's memory now; 0 where the system does not say.
std::uint64_t resident_bytes();

// What failed for lack of memory, said to people.
Error out_of_memory(std::optional<std::uint64_t> bound);

}  // namespace plumbline
