// Whichever way a file is saved, the watch says so once; what happens to others leaves it asleep.
#include "daemon/cli/file_watch.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "tests/daemon/cli_fixture.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

class FileWatchTest : public testing::Test {
 protected:
  FileWatchTest() { start(folder_.write("house.yaml", "one")); }

  void start(const std::string& file) {
    file_ = file;
    Result<FileWatch> made = FileWatch::create();
    ASSERT_TRUE(made.has_value());
    watch_.emplace(*std::move(made));
    EXPECT_TRUE(watch_->follow({file_}).has_value());
  }

  // Signs wait to be read: what was done before wait() is seen by it.
  void expect_seen(const char* what, const std::function<void()>& change) {
    EXPECT_FALSE(watch_->has_news()) << what;
    change();
    EXPECT_TRUE(watch_->has_news()) << what;
    EXPECT_TRUE(watch_->wait().has_value()) << what;
    EXPECT_FALSE(watch_->has_news()) << what;
    EXPECT_TRUE(watch_->follow({file_}).has_value());
  }

  TempFolder folder_;
  std::string file_;
  std::optional<FileWatch> watch_;
};

TEST_F(FileWatchTest, SeesAFileWrittenInPlace) {
  expect_seen("write", [&] { folder_.write("house.yaml", "two"); });
  expect_seen("again", [&] { folder_.write("house.yaml", "three"); });
}

TEST_F(FileWatchTest, SeesAFileRenamedOntoIt) {
  for (int i = 0; i < 3; ++i) {
    expect_seen("rename", [&] {
      folder_.write("house.yaml.new", "two");
      fs::rename(folder_.path_of("house.yaml.new"), file_);
    });
  }
}

// As vim does: the old one away, a new one in its place, the old one removed.
TEST_F(FileWatchTest, SeesAFileMadeAnewBesideItsBackup) {
  expect_seen("backup", [&] {
    fs::rename(file_, folder_.path_of("house.yaml~"));
    folder_.write("house.yaml", "two");
    fs::remove(folder_.path_of("house.yaml~"));
  });
}

TEST_F(FileWatchTest, SeesAFileGoAndComeBack) {
  expect_seen("remove", [&] { fs::remove(file_); });
  expect_seen("create", [&] { folder_.write("house.yaml", "two"); });
}

TEST_F(FileWatchTest, SeesItsFolderGoAndComeBack) {
  fs::create_directory(folder_.path_of("inner"));
  start(folder_.write("inner/house.yaml", "one"));
  expect_seen("remove", [&] { fs::remove_all(folder_.path_of("inner")); });
  expect_seen("create", [&] { fs::create_directory(folder_.path_of("inner")); });
  expect_seen("write", [&] { folder_.write("inner/house.yaml", "two"); });
}

TEST_F(FileWatchTest, SeesThroughLinksToTheFileAndToFoldersOnTheWay) {
  fs::create_directory(folder_.path_of("a"));
  fs::create_directory(folder_.path_of("b"));
  folder_.write("a/rules.yaml", "one");
  folder_.write("b/rules.yaml", "two");
  fs::create_directory_symlink("a", folder_.path_of("current"));
  fs::create_symlink("current/rules.yaml", folder_.path_of("link.yaml"));
  start(folder_.path_of("link.yaml"));
  expect_seen("target", [&] { folder_.write("a/rules.yaml", "three"); });
  expect_seen("folder's link", [&] {
    fs::create_directory_symlink("b", folder_.path_of("next"));
    fs::rename(folder_.path_of("next"), folder_.path_of("current"));
  });
  expect_seen("other target", [&] { folder_.write("b/rules.yaml", "four"); });
  expect_seen("link", [&] {
    fs::remove(file_);
    fs::create_symlink("a/rules.yaml", file_);
  });
}

TEST_F(FileWatchTest, ACircleOfLinksIsAFileThatIsMissing) {
  fs::create_symlink("b.yaml", folder_.path_of("a.yaml"));
  fs::create_symlink("a.yaml", folder_.path_of("b.yaml"));
  start(folder_.path_of("a.yaml"));
  expect_seen("end of it", [&] {
    fs::remove(folder_.path_of("b.yaml"));
    folder_.write("b.yaml", "one");
  });
}

TEST_F(FileWatchTest, SleepsThroughWhatHappensToOthers) {
  folder_.write("other.yaml", "one");
  folder_.write(".house.yaml.swp", "one");
  fs::remove(folder_.path_of("other.yaml"));
  EXPECT_FALSE(watch_->has_news());
  folder_.write("house.yaml", "two");
  EXPECT_TRUE(watch_->has_news());
  EXPECT_TRUE(watch_->has_news()) << "and still, until it is waited for";
  EXPECT_TRUE(watch_->wait().has_value());
  EXPECT_FALSE(watch_->has_news());
}

TEST_F(FileWatchTest, FollowsSeveralFilesAndForgetsOthers) {
  const std::string other = folder_.write("map.yaml", "one");
  EXPECT_TRUE(watch_->follow({file_, other}).has_value());
  folder_.write("map.yaml", "two");
  EXPECT_TRUE(watch_->wait().has_value());
  fs::create_directory(folder_.path_of("elsewhere"));
  const std::string third = folder_.write("elsewhere/third.yaml", "one");
  EXPECT_TRUE(watch_->follow({third}).has_value());
  folder_.write("elsewhere/third.yaml", "two");
  EXPECT_TRUE(watch_->wait().has_value());
}

}  // namespace
}  // namespace plumbline
