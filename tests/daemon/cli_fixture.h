// Running the command line inside the test: words in, status and both texts out.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/cli/commands.h"
#include "source_dir.h"
#include "tests/records/temp_folder.h"

namespace plumbline {

struct Ran {
  int status = 0;
  std::string out;
  std::string err;
};

// What a test's clock shows.
inline constexpr Instant kTestNow{std::chrono::sys_days{std::chrono::year{2024} / 6 / 1} +
                                  std::chrono::hours{12}};

inline Ran run_words(const std::vector<std::string>& words, const std::string& input = "") {
  StringOutput out;
  StringOutput err;
  std::istringstream in(input);
  const FixedClock clock(kTestNow);
  Streams streams{.out = out, .err = err, .in = in, .clock = clock};
  const int status = run_command_line(words, streams);
  return {.status = status, .out = out.text(), .err = err.text()};
}

inline std::string text_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Compares with tests/daemon/golden/NAME. What differs is left as a file, to be looked at and, if right,
// copied there.
inline void expect_golden(std::string_view name, const std::string& text) {
  const std::string path = std::string(PLUMBLINE_SOURCE_DIR) + "/tests/daemon/golden/" + std::string(name);
  if (text == text_of_file(path)) return;
  const std::string left = testing::TempDir() + "plumbline-golden-" + std::string(name);
  std::ofstream(left, std::ios::binary) << text;
  EXPECT_EQ(text, text_of_file(path)) << path << " differs from " << left;
}

inline bool exists(const std::string& path) { return std::filesystem::exists(path); }

}  // namespace plumbline
