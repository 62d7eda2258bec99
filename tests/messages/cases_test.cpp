// Runs tests/messages/cases/*.case; case_file.h says how they are written.
// PLUMBLINE_BLESS=1 writes what comes into the files instead, for a person to read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "source_dir.h"
#include "tests/messages/case_file.h"

namespace plumbline {
namespace {

class MessageCases : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(MessageCases, come_out_as_they_are_told) {
  if (std::getenv("PLUMBLINE_BLESS") != nullptr) {
    const std::string text = blessed(GetParam());
    std::ofstream(GetParam()) << text;
    GTEST_SKIP() << "blessed";
  }
  for (const CaseFault& fault : run_case(GetParam()))
    EXPECT_EQ(fault.came, fault.expected) << GetParam().string() << ":" << fault.line;
}

std::vector<std::filesystem::path> cases() {
  std::vector<std::filesystem::path> files;
  const std::string folder = std::string(PLUMBLINE_SOURCE_DIR) + "/tests/messages/cases";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

INSTANTIATE_TEST_SUITE_P(Files, MessageCases, testing::ValuesIn(cases()), [](const auto& info) {
  std::string name = info.param.stem().string();
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace plumbline
