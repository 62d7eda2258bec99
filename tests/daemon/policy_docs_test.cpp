#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "daemon/cli/exit_status.h"
#include "tests/daemon/cli_fixture.h"

namespace plumbline {
namespace {

using testing::HasSubstr;
using testing::Not;

namespace fs = std::filesystem;

const std::string kKept = std::string(PLUMBLINE_SOURCE_DIR) + "/docs/policies";

// Every file below the folder, by its path in it.
std::map<std::string, std::string> files_of(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file())
      files[fs::relative(entry.path(), folder).generic_string()] = text_of_file(entry.path());
  }
  return files;
}

TEST(PolicyDocs, TheKeptPagesAreThoseOfTheShippedPacks) {
  const TempFolder folder;
  const Ran ran = run_words({"policy", "docs", "--output-dir", folder.path_of("pages")});
  ASSERT_EQ(ran.status, kExitDone) << ran.err;
  const auto kept = files_of(kKept);
  const auto made = files_of(folder.path_of("pages"));
  for (const auto& [path, text] : made) {
    const auto page = kept.find(path);
    if (page == kept.end()) {
      ADD_FAILURE() << "docs/policies/" << path << " is missing; run scripts/docs";
    } else {
      EXPECT_TRUE(page->second == text)
          << "docs/policies/" << path << " is not what the packs say; run scripts/docs";
    }
  }
  for (const auto& [path, text] : kept)
    EXPECT_TRUE(made.contains(path)) << "docs/policies/" << path << " is of no family; run scripts/docs";
}

TEST(PolicyDocs, WritesAPageAFamilyAndAnIndexOfAPackOfOnesOwn) {
  const TempFolder folder;
  const std::string pack = std::string(PLUMBLINE_SOURCE_DIR) + "/docs/examples/northern-sales.yaml";
  const Ran ran = run_words({"policy", "docs", "--pack", pack, "--output-dir", folder.path_of("deep/pages")});
  EXPECT_EQ(ran.status, kExitDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("pages about "));
  const auto made = files_of(folder.path_of("deep/pages"));
  EXPECT_THAT(made, testing::AllOf(testing::Contains(testing::Key("README.md")),
                                   testing::Contains(testing::Key("northern-sales/README.md")),
                                   testing::Contains(testing::Key("northern-sales/close-dates.md"))));
}

TEST(PolicyDocs, TakesAFieldMap) {
  const TempFolder folder;
  const std::string map = folder.write("map.yaml", "objects: {Opportunity: {fields: {Mood: feeling}}}\n");
  const std::string pack =
      folder.write("moods.yaml",
                   "pack: moods\n"
                   "policies:\n"
                   "  - id: bad-mood\n"
                   "    title: Bad mood\n"
                   "    on: Opportunity\n"
                   "    severity: low\n"
                   "    violated_when: Mood = 'bad'\n"
                   "    says: \"It is {Mood}.\"\n"
                   "    fix: \"Cheer up.\"\n"
                   "    examples:\n"
                   "      - {given: {Mood: bad}, as_of: 2022-04-23, violated: true}\n"
                   "      - {given: {Mood: good}, as_of: 2022-04-23, violated: false}\n");
  const Ran with =
      run_words({"policy", "docs", "--pack", pack, "--fields", map, "--output-dir", folder.path_of("a")});
  EXPECT_EQ(with.status, kExitDone) << with.err;
  EXPECT_THAT(text_of_file(folder.path_of("a/moods/README.md")), HasSubstr("| Opportunity | `Mood` |"));
  const Ran without = run_words({"policy", "docs", "--pack", pack, "--output-dir", folder.path_of("b")});
  EXPECT_EQ(without.status, kExitUsage);
  EXPECT_THAT(without.err, HasSubstr("[PB028]"));
  EXPECT_FALSE(exists(folder.path_of("b"))) << "nothing is written of packs with errors";
}

TEST(PolicyDocs, WritesOverItsOwnPagesAndNobodyElses) {
  const TempFolder folder;
  const std::vector<std::string> words = {"policy",     "docs",         "--pack",
                                          "essentials", "--output-dir", folder.path()};
  EXPECT_EQ(run_words(words).status, kExitDone);
  EXPECT_EQ(run_words(words).status, kExitDone);
  folder.write("README.md", "# Our project\n");
  std::filesystem::remove(folder.path_of("essentials/leads.md"));
  const Ran ran = run_words(words);
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("README.md is there already, and was not made by this command"));
  EXPECT_EQ(text_of_file(folder.path_of("README.md")), "# Our project\n");
  EXPECT_FALSE(exists(folder.path_of("essentials/leads.md")));
}

TEST(PolicyDocs, RefusesTwoPacksOfOneName) {
  const TempFolder folder;
  const Ran ran = run_words({"policy", "docs", "--pack", "essentials", "--pack", "essentials", "--output-dir",
                             folder.path_of("a")});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("two packs are called essentials"));
}

TEST(PolicyDocs, NeedsAFolder) {
  const Ran ran = run_words({"policy", "docs", "essentials"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("for one pack say --pack essentials"));
  EXPECT_THAT(ran.err, HasSubstr("needs a folder to write to: --output-dir DIR"));
}

TEST(PolicyDocs, SaysWhereAFolderCannotBeMade) {
  const TempFolder folder;
  const std::string file = folder.write("file", "");
  const Ran ran = run_words({"policy", "docs", "--output-dir", file + "/pages"});
  EXPECT_EQ(ran.status, kExitInput);
  EXPECT_THAT(ran.err, HasSubstr("cannot make the folder"));
}

}  // namespace
}  // namespace plumbline
