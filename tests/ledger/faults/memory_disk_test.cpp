#include "tests/ledger/faults/memory_disk.h"

#include <gtest/gtest.h>

#include <string_view>

#include "ledger/sqlite_database.h"
#include "tests/ledger/faults/memory_vfs.h"

namespace plumbline {
namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string text_of(const MemoryDisk& disk, FileNumber file) {
  std::string text(disk.size(file), '\0');
  disk.read(file, 0, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  return text;
}

// A file "a" that says "old", synced, and "new" after it, not synced.
MemoryDisk half_synced() {
  MemoryDisk disk;
  DiskAnswer answer = DiskAnswer::kDone;
  const FileNumber file = disk.create("a", answer);
  disk.write(file, 0, bytes_of("old"));
  disk.sync(file);
  disk.write(file, 3, bytes_of("new"));
  return disk;
}

TEST(MemoryDisk, loses_what_was_not_synced) {
  MemoryDisk disk = half_synced();
  disk.power_up(Unsynced::kLost, 1);
  EXPECT_EQ(text_of(disk, disk.find("a")), "old");
}

TEST(MemoryDisk, keeps_what_was_not_synced_where_only_the_program_died) {
  MemoryDisk disk = half_synced();
  disk.power_up(Unsynced::kKept, 1);
  EXPECT_EQ(text_of(disk, disk.find("a")), "oldnew");
}

TEST(MemoryDisk, forgets_a_file_that_was_never_synced) {
  MemoryDisk disk;
  DiskAnswer answer = DiskAnswer::kDone;
  disk.create("a", answer);
  disk.power_up(Unsynced::kLost, 1);
  EXPECT_EQ(disk.find("a"), kNoFile);
}

TEST(MemoryDisk, brings_back_a_file_whose_removal_was_not_synced) {
  MemoryDisk disk = half_synced();
  disk.remove("a", false);
  EXPECT_EQ(disk.find("a"), kNoFile);
  disk.power_up(Unsynced::kLost, 1);
  EXPECT_EQ(text_of(disk, disk.find("a")), "old");
}

TEST(MemoryDisk, tears_a_write_between_sectors) {
  const std::string old_text(4 * MemoryDisk::kSectorBytes, 'o');
  const std::string new_text(4 * MemoryDisk::kSectorBytes, 'n');
  bool torn = false;
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    MemoryDisk disk;
    DiskAnswer answer = DiskAnswer::kDone;
    const FileNumber file = disk.create("a", answer);
    disk.write(file, 0, bytes_of(old_text));
    disk.sync(file);
    disk.write(file, 0, bytes_of(new_text));
    disk.power_up(Unsynced::kTorn, seed);
    const std::size_t written = text_of(disk, file).find('o');
    if (written == std::string::npos || written == 0) continue;
    torn = true;
    EXPECT_EQ(written % MemoryDisk::kSectorBytes, 0U);
  }
  EXPECT_TRUE(torn);
}

TEST(MemoryDisk, fails_at_the_change_it_is_told_and_once) {
  MemoryDisk disk = half_synced();
  const FileNumber file = disk.find("a");
  disk.break_at({.at = 2, .kind = FaultKind::kShortWrite});
  EXPECT_EQ(disk.write(file, 0, bytes_of("1111")), DiskAnswer::kDone);
  EXPECT_EQ(disk.write(file, 0, bytes_of("2222")), DiskAnswer::kShortWrite);
  EXPECT_EQ(disk.write(file, 4, bytes_of("33")), DiskAnswer::kDone);
  EXPECT_EQ(text_of(disk, file), "221133");
}

TEST(MemoryDisk, does_nothing_without_power) {
  MemoryDisk disk = half_synced();
  const FileNumber file = disk.find("a");
  disk.break_at({.at = 1, .kind = FaultKind::kPowerLoss});
  EXPECT_EQ(disk.sync(file), DiskAnswer::kIoError);
  EXPECT_EQ(disk.write(file, 0, bytes_of("x")), DiskAnswer::kIoError);
  EXPECT_TRUE(disk.is_off());
  disk.power_up(Unsynced::kLost, 1);
  EXPECT_EQ(text_of(disk, file), "old");
}

TEST(MemoryVfs, keeps_two_writers_apart_and_lets_a_reader_see_one_state) {
  MemoryVfs vfs;
  const SqliteOptions options{.access = DatabaseAccess::kCreate, .vfs = vfs.name()};
  const auto one = open_sqlite("/a", options);
  const auto two = open_sqlite("/a", options);
  ASSERT_TRUE(one && two);
  ASSERT_TRUE((*one)->execute("CREATE TABLE t(x)"));
  ASSERT_TRUE((*two)->begin_reading());
  const auto count = (*two)->prepare("SELECT count(*) FROM t");
  ASSERT_TRUE(count && *(*count)->step());
  ASSERT_TRUE((*one)->begin());
  ASSERT_TRUE((*one)->execute("INSERT INTO t VALUES(1)"));
  (*count)->reset();
  ASSERT_TRUE((*two)->commit());
  EXPECT_EQ((*two)->begin().error().code, ErrorCode::kConflict);
  ASSERT_TRUE((*one)->commit());
  ASSERT_TRUE(*(*count)->step());
  EXPECT_EQ((*count)->integer(0), 1);
}

}  // namespace
}  // namespace plumbline
