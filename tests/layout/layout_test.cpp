#include "tests/layout/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "source_dir.h"

namespace plumbline {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::filesystem::path kRoot = PLUMBLINE_SOURCE_DIR;

std::vector<std::string> reports(const std::filesystem::path& root) {
  std::vector<std::string> lines;
  for (const LayoutFault& fault : layout_faults(root)) lines.push_back(fault.to_string());
  return lines;
}

const std::vector<std::string>& planted_reports() {
  static const std::vector<std::string> lines = reports(kRoot / "tests/layout/fixtures");
  return lines;
}

// "file:line" of every fault in the planted tree.
std::vector<std::string> planted_places() {
  std::vector<std::string> places;
  for (const LayoutFault& fault : layout_faults(kRoot / "tests/layout/fixtures")) {
    places.push_back(fault.file + ":" + std::to_string(fault.line));
  }
  return places;
}

std::filesystem::path tree_with_file_of(std::size_t lines) {
  const std::filesystem::path root =
      std::filesystem::path(testing::TempDir()) / ("plumbline_layout_" + std::to_string(lines));
  std::filesystem::create_directories(root / "base");
  std::ofstream file(root / "base/long.cpp");
  for (std::size_t line = 0; line < lines; ++line) file << "// line\n";
  return root;
}

TEST(Layout, this_tree_keeps_to_its_floors_and_bans) { EXPECT_THAT(reports(kRoot), IsEmpty()); }

TEST(Layout, every_planted_fault_is_reported_at_its_place_and_nothing_else) {
  EXPECT_THAT(planted_places(),
              ElementsAre("base/json.cpp:3", "base/up.h:4", "connectors/http/client.cpp:1",
                          "connectors/salesforce/bulk.cpp:1", "connectors/salesforce/bulk.cpp:3",
                          "daemon/everything.cpp:5", "messages/plan.cpp:1", "policies/sideways.cpp:2",
                          "records/clock_user.cpp:2", "records/relative.cpp:1", "records/relative.cpp:2",
                          "records/zones.cpp:1", "sandbox/service.cpp:1", "stray/new_folder.h:1",
                          "violations/remembers.cpp:1"));
}

TEST(Layout, an_upward_include_is_told_with_both_floors_and_what_may_be_seen) {
  EXPECT_THAT(
      planted_reports(),
      Contains("base/up.h:4: base (floor 0) may not include records (floor 2): records/rows.h; it sees "
               "base only, so move the shared part down or hand the value in from above"));
}

TEST(Layout, a_sibling_connector_is_told_where_shared_code_goes) {
  EXPECT_THAT(planted_reports(), Contains(AllOf(HasSubstr("connectors/salesforce/bulk.cpp:1: "),
                                                HasSubstr("includes its sibling connectors/clari"),
                                                HasSubstr("move what both need to connectors/http"))));
}

TEST(Layout, a_ban_names_the_one_place_and_the_remedy) {
  EXPECT_THAT(
      planted_reports(),
      Contains("records/clock_user.cpp:2: system_clock::now( is not used outside base/clock.cpp; take "
               "the Clock of base/clock.h as an argument"));
  EXPECT_THAT(planted_reports(), Contains(HasSubstr("#include <date/...> is not used outside tests/")));
  EXPECT_THAT(planted_reports(), Contains(HasSubstr("#include <rapidjson/document.h> is not used anywhere")));
}

TEST(Layout, a_path_not_from_the_root_is_told_so) {
  EXPECT_THAT(planted_reports(), Contains(AllOf(HasSubstr("records/relative.cpp:1: \"rows.h\""),
                                                HasSubstr("write the path from the repository root"))));
}

TEST(Layout, a_folder_without_a_floor_is_named) {
  EXPECT_THAT(planted_reports(), Contains(HasSubstr("stray/new_folder.h:1: this folder has no floor")));
}

TEST(Layout, a_file_of_the_most_lines_is_allowed) {
  EXPECT_THAT(reports(tree_with_file_of(kMostLines)), IsEmpty());
}

TEST(Layout, a_file_with_one_line_too_many_is_named) {
  EXPECT_THAT(reports(tree_with_file_of(kMostLines + 1)),
              ElementsAre("base/long.cpp:601: the file has 601 lines, the most is 600; divide it by what its "
                          "parts are about"));
}

TEST(Layout, every_room_sees_lower_floors_only) {
  std::map<std::string_view, int> floors;
  for (const Room& room : rooms()) floors[room.folder] = room.floor;
  for (const Room& room : rooms()) {
    for (const std::string_view seen : room.sees) {
      ASSERT_TRUE(floors.contains(seen)) << room.folder << " sees unknown " << seen;
      const bool holds_it = room.folder.starts_with(seen) && room.folder != seen;
      EXPECT_TRUE(floors[seen] < room.floor || holds_it) << room.folder << " sees " << seen;
    }
  }
}

std::vector<std::string_view> seen_from(std::string_view folder) {
  for (const Room& room : rooms()) {
    if (room.folder == folder) return room.sees;
  }
  return {"no such room"};
}

TEST(Layout, violations_and_messages_do_not_see_the_ledger_though_it_lies_below) {
  EXPECT_THAT(seen_from("violations"), ElementsAre("base", "model", "records", "policies"));
  EXPECT_THAT(seen_from("messages"), ElementsAre("base", "model", "records", "policies", "violations"));
}

TEST(Layout, connectors_and_sandbox_see_records_but_no_policies) {
  EXPECT_THAT(seen_from("connectors"), ElementsAre("base", "model", "records"));
  EXPECT_THAT(seen_from("sandbox"), ElementsAre("base", "records"));
}

}  // namespace
}  // namespace plumbline
