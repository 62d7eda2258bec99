// Files half written, so that they can be removed even where the process is told to end at once.
#pragma once

#include <cstddef>
#include <string>

namespace plumbline {

// An audit has two; of more at the same time the later ones are not known here.
inline constexpr std::size_t kMostPartFiles = 4;

// From one thread.
void remember_part_file(const std::string& path) noexcept;
void forget_part_file(const std::string& path) noexcept;

// Removes those that stand. May be called from a signal handler.
void remove_part_files() noexcept;

}  // namespace plumbline
