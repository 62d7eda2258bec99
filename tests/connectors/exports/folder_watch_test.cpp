#include "connectors/exports/folder_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

SeenFile seen(std::string name, std::uint64_t inode, std::uint64_t bytes = 10, std::int64_t modified = 5) {
  return {.name = std::move(name), .inode = inode, .bytes = bytes, .modified_ns = modified};
}

TEST(FolderWatch, a_file_is_ready_when_nothing_about_it_changed) {
  EXPECT_THAT(plan_folder({}, {seen("a.csv", 1)}, PlaceKind::kFolder).ready, IsEmpty());
  EXPECT_THAT(plan_folder({seen("a.csv", 1)}, {seen("a.csv", 1)}, PlaceKind::kFolder).ready, ElementsAre(0));
  EXPECT_THAT(plan_folder({seen("a.csv", 1)}, {seen("a.csv", 1, 11)}, PlaceKind::kFolder).ready, IsEmpty());
  EXPECT_THAT(plan_folder({seen("a.csv", 1)}, {seen("a.csv", 1, 10, 6)}, PlaceKind::kFolder).ready,
              IsEmpty());
  EXPECT_THAT(plan_folder({seen("a.csv", 1)}, {seen("a.csv", 2)}, PlaceKind::kFolder).ready, IsEmpty())
      << "another file of that name";
}

TEST(FolderWatch, what_was_taken_stays_taken_under_another_name) {
  SeenFile taken = seen("a.csv", 1);
  taken.taken = true;
  const FolderPlan plan = plan_folder({taken}, {seen("a-done.csv", 1)}, PlaceKind::kFolder);
  EXPECT_THAT(plan.ready, IsEmpty());
  EXPECT_TRUE(plan.files[0].taken);
}

TEST(FolderWatch, names_tell_what_is_meant_in_a_folder_but_not_of_a_file_that_is_named) {
  std::vector<SeenFile> all;
  std::uint64_t inode = 0;
  for (const char* name : {"a.csv", "b.CSV.GZ", "c.json", "d.tsv", ".e.csv", "~f.csv", "g.csv.part", "h.pdf"})
    all.push_back(seen(name, ++inode));
  EXPECT_THAT(plan_folder(all, all, PlaceKind::kFolder).ready, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(plan_folder({}, all, PlaceKind::kFolder).passed_over, ElementsAre("h.pdf"));
  EXPECT_THAT(plan_folder({seen("export", 1)}, {seen("export", 1)}, PlaceKind::kFile).ready, ElementsAre(0));
}

TEST(FolderWatch, looks_are_read_back_as_they_were_written) {
  SeenFile taken = seen("name with blanks.csv", 7, 8, -9);
  taken.taken = true;
  const std::vector<SeenFile> files = {taken, seen("b", 2)};
  EXPECT_EQ(looks_from_text(looks_to_text(files)), files);
  EXPECT_THAT(looks_from_text("garbage\n1 2 x 0 a\n1 2 3\n\n"), IsEmpty());
}

TEST(FolderWatch, a_folder_is_looked_at_without_the_folders_within) {
  const TempFolder folder;
  folder.write("in/a.csv", "x");
  folder.write("in/deeper/b.csv", "x");
  const Result<std::vector<SeenFile>> files = look_at(folder.path_of("in"));
  ASSERT_TRUE(files.has_value());
  ASSERT_THAT(*files, SizeIs(1));
  EXPECT_EQ((*files)[0].name, "a.csv");
  EXPECT_EQ((*files)[0].bytes, 1U);
}

}  // namespace
}  // namespace plumbline
