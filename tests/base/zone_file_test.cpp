// Every zone of the machine, against the zone library as a second opinion.
#include "base/zone_file.h"

#include <date/tz.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "source_dir.h"

namespace plumbline {
namespace {

using std::chrono::seconds;

constexpr Instant kFrom{kFirstDay.time_since_epoch()};
constexpr Instant kUntil{std::chrono::sys_days{std::chrono::year{4001} / 1 / 1}};

std::vector<std::string> names_by_library() {
  std::vector<std::string> names;
  for (const date::time_zone& zone : date::get_tzdb().zones) {
    if (zone.name() != "localtime") names.push_back(zone.name());
  }
  std::ranges::sort(names);
  return names;
}

std::vector<ZoneStretch> stretches_by_library(const std::string& name) {
  const date::time_zone& zone = *date::locate_zone(name);
  std::vector<ZoneStretch> stretches;
  for (Instant begin = kFrom; begin < kUntil;) {
    const date::sys_info info = zone.get_info(begin);
    if (stretches.empty() || stretches.back().offset != info.offset)
      stretches.push_back({.begin = begin, .offset = info.offset});
    begin = info.end;
  }
  return stretches;
}

std::string bytes_of(std::string_view name) {
  std::ifstream file("/usr/share/zoneinfo/" + std::string(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ZoneFile, NamesAreThoseOfTheLibrary) { EXPECT_EQ(zone_file_names(), names_by_library()); }

TEST(ZoneFile, OffsetsOfEveryZoneAreThoseOfTheLibrary) {
  ASSERT_GT(zone_file_names().size(), 300U);
  for (const std::string& name : zone_file_names()) {
    const auto stretches = read_zone_file(name, kFrom, kUntil);
    ASSERT_TRUE(stretches) << name << ": " << stretches.error().message;
    ASSERT_EQ(*stretches, stretches_by_library(name)) << name;
  }
}

TEST(ZoneFile, EveryNameIsAZone) {
  for (const std::string& name : zone_file_names()) EXPECT_TRUE(is_zone_file(name)) << name;
}

TEST(ZoneFile, OtherPathsAreNoZone) {
  using namespace std::string_view_literals;
  for (const std::string_view name :
       {""sv, "Europe"sv, "Europe/"sv, "/Europe/Berlin"sv, "Europe//Berlin"sv, "./UTC"sv, "Europe/../UTC"sv,
        "../zoneinfo/UTC"sv, "../../../etc/passwd"sv, "posix/UTC"sv, "right/UTC"sv, "localtime"sv,
        "zone.tab"sv, "europe/berlin"sv, "UTC\0"sv}) {
    EXPECT_FALSE(is_zone_file(name)) << name;
  }
}

TEST(ZoneFile, OneThatIsCutOffAnywhereBeforeItsRuleIsCorrupt) {
  const std::string whole = bytes_of("America/New_York");
  const std::size_t rule = whole.rfind('\n', whole.size() - 2);
  ASSERT_TRUE(parse_zone_file(std::string_view(whole).substr(0, rule), kFrom, kUntil));
  // Marks and abbreviations behind the offsets are not read.
  for (std::size_t bytes = 0; bytes + 100 < rule; ++bytes) {
    ASSERT_FALSE(parse_zone_file(std::string_view(whole).substr(0, bytes), kFrom, kUntil)) << bytes;
  }
}

TEST(ZoneFile, AChangedByteNeverLeadsOutsideTheFile) {
  const std::string whole = bytes_of("America/New_York");
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(~changed[i]);
    if (const auto stretches = parse_zone_file(changed, kFrom, kUntil)) {
      EXPECT_TRUE(std::ranges::is_sorted(*stretches, {}, &ZoneStretch::begin)) << i;
    }
  }
}

TEST(ZoneFile, AnotherFileIsCorrupt) {
  const auto stretches = parse_zone_file("# tzdb data for Europe\n", kFrom, kUntil);
  ASSERT_FALSE(stretches);
  EXPECT_EQ(stretches.error().code, ErrorCode::kCorrupt);
}

// A zone file of 2026, kept: what Morocco will do is told differently from year to year.
TEST(ZoneFile, ChangesBeyond2037ThatTheFileSpellsOutAreKept) {
  std::ifstream file(PLUMBLINE_SOURCE_DIR "/tests/fuzz/corpus/zone_fuzz/africa_casablanca", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const auto stretches = parse_zone_file(bytes, kFrom, kUntil);
  ASSERT_TRUE(stretches.has_value());
  const auto offset_at = [&](std::string_view when) {
    const Instant instant = parse_instant(when).value();
    const auto after = std::ranges::upper_bound(*stretches, instant, {}, &ZoneStretch::begin);
    return std::prev(after)->offset;
  };
  EXPECT_EQ(offset_at("2038-09-26T01:59:59Z"), std::chrono::hours{1});
  EXPECT_EQ(offset_at("2038-09-26T02:00:00Z"), std::chrono::hours{0});
  EXPECT_EQ(offset_at("2038-10-31T02:00:00Z"), std::chrono::hours{1});
}

}  // namespace
}  // namespace plumbline
