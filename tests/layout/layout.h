// Style as a test: which folder may include which, and the few calls and headers that have one home.
// Reads every .h and .cpp of a tree as text, line by line; knows nothing of the preprocessor's conditions.
// To add a folder, add a row to kRooms in layout.cpp; to add a ban, a row to kBans.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline {

// A folder, its floor, and the rooms it may include beside itself. A room may lie inside another
// ("messages/outbox"); a file belongs to the innermost one that holds it.
struct Room {
  std::string_view folder;
  int floor = 0;
  std::vector<std::string_view> sees;
};

// Every room, lowest floor first.
std::span<const Room> rooms();

struct LayoutFault {
  std::string file;      // from the root, with '/'
  std::size_t line = 0;  // from 1
  std::string message;   // fact; remedy

  // "base/money.cpp:12: message"
  std::string to_string() const;
};

// No source file is longer.
inline constexpr std::size_t kMostLines = 600;

// All faults of the tree under `root`, in order of file and line. Folders named build or with a leading dot
// are not read, nor is this test's own folder, which spells out what it forbids.
std::vector<LayoutFault> layout_faults(const std::filesystem::path& root);

}  // namespace plumbline
