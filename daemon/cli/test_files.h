// `plumbline policy test` over .test files: reading them, telling what differs, and writing what came
// (--bless).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "daemon/cli/streams.h"
#include "daemon/cli/test_coverage.h"
#include "daemon/cli/texts.h"
#include "policies/run_test.h"

namespace plumbline {

inline constexpr std::string_view kTestFileEnding = ".test";

struct TestTally {
  std::size_t passed = 0;
  std::size_t failed = 0;
  bool faulty = false;      // a file or pack has errors, or cannot be read
  bool unwritable = false;  // a blessed file could not be written
};

enum class Blessing : std::uint8_t { kNo, kYes };

// The .test files of a folder by name, or `path` itself where it is no folder. Empty where the folder has
// none.
std::vector<std::string> test_files_at(const std::string& path);

// Runs files one after the other; packs that several of them name are read once. One thread.
class TestFileRun {
 public:
  // `coverage` may be null.
  TestFileRun(std::shared_ptr<const Schema> schema, SourceTexts& texts, Blessing blessing,
              TestCoverage* coverage, Streams& streams);

  // Prints what differs and a line at the end; adds to `tally`.
  void run(const std::string& path, TestTally& tally);

 private:
  void bless(const std::string& path, const TestFile& file, const std::vector<CaseOutcome>& outcomes,
             TestTally& tally);

  std::shared_ptr<const Schema> schema_;
  SourceTexts& texts_;
  Blessing blessing_;
  TestCoverage* coverage_;
  Streams& streams_;
};

}  // namespace plumbline
