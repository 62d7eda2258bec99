// What README.md, docs/explain.md and docs/comparing-packs.md show a command to print is what it prints. A
// block between ```console and ``` begins with `$ plumbline ...`; the lines below are its output, standard
// output first. A line `...` stands for any number of lines; the line of the summary that tells the time is
// not compared.
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "tests/daemon/cli_fixture.h"

namespace plumbline {
namespace {

struct Block {
  std::string command;
  std::vector<std::string> lines;
};

std::vector<Block> blocks_of(const std::string& text) {
  std::vector<Block> blocks;
  std::istringstream in(text);
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line == "```console") {
      inside = true;
    } else if (line == "```") {
      inside = false;
    } else if (inside && line.starts_with("$ ")) {
      blocks.push_back({.command = line.substr(2), .lines = {}});
    } else if (inside && !blocks.empty()) {
      blocks.back().lines.push_back(line);
    }
  }
  return blocks;
}

std::vector<std::string> words_of(const std::string& command) {
  std::istringstream in(command);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("Time  ")) lines.push_back(line);
  }
  return lines;
}

bool matches(const std::vector<std::string>& shown, std::size_t at_shown,
             const std::vector<std::string>& real, std::size_t at_real) {
  if (at_shown == shown.size()) return at_real == real.size();
  if (shown[at_shown] == "...") {
    for (std::size_t next = at_real; next <= real.size(); ++next) {
      if (matches(shown, at_shown + 1, real, next)) return true;
    }
    return false;
  }
  return at_real < real.size() && shown[at_shown] == real[at_real] &&
         matches(shown, at_shown + 1, real, at_real + 1);
}

void expect_blocks_are_printed(const std::string& page, std::size_t least) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(PLUMBLINE_SOURCE_DIR);
  const std::vector<Block> blocks = blocks_of(text_of_file(page));
  EXPECT_GE(blocks.size(), least);
  for (const Block& block : blocks) {
    std::vector<std::string> words = words_of(block.command);
    ASSERT_FALSE(words.empty());
    ASSERT_EQ(words[0], "plumbline") << block.command;
    words.erase(words.begin());
    const Ran ran = run_words(words);
    std::string shown;
    for (const std::string& line : block.lines) shown += line + "\n";
    EXPECT_TRUE(matches(lines_of(shown), 0, lines_of(ran.out + ran.err), 0))
        << "$ " << block.command << "\nprints now:\n"
        << ran.out << ran.err;
  }
  std::filesystem::current_path(before);
}

TEST(Readme, ShowsWhatItsCommandsPrint) { expect_blocks_are_printed("README.md", 5); }

TEST(Readme, SoDoesThePageAboutExplanations) { expect_blocks_are_printed("docs/explain.md", 2); }

TEST(Readme, SoDoesThePageAboutComparisons) { expect_blocks_are_printed("docs/comparing-packs.md", 2); }

}  // namespace
}  // namespace plumbline
