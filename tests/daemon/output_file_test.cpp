#include "daemon/cli/output_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "tests/daemon/cli_fixture.h"

namespace plumbline {
namespace {

constexpr mode_t kPermissions = 0777;

TEST(OutputFile, WritesUnderItsNameOnlyWhenFinished) {
  const TempFolder folder;
  Result<OutputFile> file = OutputFile::create(folder.path_of("result.csv"));
  ASSERT_TRUE(file);
  file->write("a\nb\n");
  EXPECT_FALSE(exists(folder.path_of("result.csv")));
  EXPECT_TRUE(exists(folder.path_of("result.csv.part")));
  EXPECT_TRUE(file->finish());
  EXPECT_EQ(text_of_file(folder.path_of("result.csv")), "a\nb\n");
  EXPECT_FALSE(exists(folder.path_of("result.csv.part")));
}

TEST(OutputFile, LeavesNothingBehindWhenNotFinished) {
  const TempFolder folder;
  {
    Result<OutputFile> file = OutputFile::create(folder.path_of("result.csv"));
    ASSERT_TRUE(file);
    file->write("a\n");
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(OutputFile, KeepsTheOldFileUntilFinished) {
  const TempFolder folder;
  const std::string path = folder.write("result.csv", "old\n");
  {
    Result<OutputFile> file = OutputFile::create(path);
    ASSERT_TRUE(file);
    file->write("new\n");
  }
  EXPECT_EQ(text_of_file(path), "old\n");
}

TEST(OutputFile, KeepsThePermissionsOfTheFileItReplaces) {
  const TempFolder folder;
  const std::string path = folder.write("result.csv", "old\n");
  ASSERT_EQ(::chmod(path.c_str(), S_IRUSR | S_IWUSR), 0);
  Result<OutputFile> file = OutputFile::create(path);
  ASSERT_TRUE(file && file->finish());
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & kPermissions, mode_t{S_IRUSR | S_IWUSR});
}

TEST(OutputFile, FollowsALinkToTheFileItReplaces) {
  const TempFolder folder;
  folder.write("real.csv", "old\n");
  std::filesystem::create_symlink(folder.path_of("real.csv"), folder.path_of("link.csv"));
  Result<OutputFile> file = OutputFile::create(folder.path_of("link.csv"));
  ASSERT_TRUE(file);
  file->write("new\n");
  ASSERT_TRUE(file->finish());
  EXPECT_TRUE(std::filesystem::is_symlink(folder.path_of("link.csv")));
  EXPECT_EQ(text_of_file(folder.path_of("real.csv")), "new\n");
}

TEST(OutputFile, SaysThatTheDeviceIsFull) {
  Result<OutputFile> file = OutputFile::create("/dev/full");
  ASSERT_TRUE(file);
  file->write("a\n");
  const Status finished = file->finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().message,
            "cannot write /dev/full: no space left on device; free some, or name a file on another one");
  EXPECT_TRUE(exists("/dev/full"));
}

TEST(OutputFile, SaysThatTheReaderOfAPipeHasGone) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  OutputFile file = OutputFile::lend(ends[1], "standard output");
  file.write("a\n");
  const Status finished = file.finish();
  ::close(ends[1]);
  std::signal(SIGPIPE, before);
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(finished.error().message, "the reader of standard output has gone; the result is cut short");
}

TEST(OutputFile, RefusesAFolder) {
  const TempFolder folder;
  const Result<OutputFile> file = OutputFile::create(folder.path());
  ASSERT_FALSE(file);
  EXPECT_NE(file.error().message.find("it is a folder; name a file in it"), std::string::npos);
}

TEST(OutputFile, SaysThatTheFolderIsMissing) {
  const TempFolder folder;
  const Result<OutputFile> file = OutputFile::create(folder.path_of("none/result.csv"));
  ASSERT_FALSE(file);
  EXPECT_NE(file.error().message.find("its folder does not exist"), std::string::npos);
}

TEST(OutputFile, HandsOnWholeLinesOnly) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe2(ends, O_NONBLOCK), 0);
  OutputFile file = OutputFile::lend(ends[1], "pipe");
  const std::string half(kOutputBufferBytes / 2, 'x');
  file.write(half + "\n");
  file.write(half);
  std::string seen(kOutputBufferBytes, '\0');
  const ssize_t bytes = ::read(ends[0], seen.data(), seen.size());
  ASSERT_GT(bytes, 0);
  EXPECT_EQ(static_cast<std::size_t>(bytes), half.size() + 1);
  EXPECT_EQ(seen[half.size()], '\n');
  EXPECT_TRUE(file.finish());
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(OutputFile, KeepsTheOrderOfLargeAndSmallTexts) {
  const TempFolder folder;
  const std::string large = std::string(kOutputBufferBytes, 'x') + "\nhalf of";
  Result<OutputFile> file = OutputFile::create(folder.path_of("mixed"));
  ASSERT_TRUE(file);
  std::string expected;
  for (const std::string& text : {std::string("first\n"), large, std::string(" a line\n"), large, large}) {
    file->write(text);
    expected += text;
  }
  ASSERT_TRUE(file->finish());
  EXPECT_EQ(text_of_file(folder.path_of("mixed")), expected);
}

TEST(OutputFile, HandsOnLargeTextByWholeLines) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe2(ends, O_NONBLOCK), 0);
  ASSERT_GE(::fcntl(ends[1], F_SETPIPE_SZ, 4 * static_cast<int>(kOutputBufferBytes)), 0);
  OutputFile file = OutputFile::lend(ends[1], "pipe");
  const std::string line = std::string(kOutputBufferBytes, 'x') + "\n";
  file.write("begun, ");
  file.write(line + "half");
  std::string seen(4 * kOutputBufferBytes, '\0');
  const ssize_t bytes = ::read(ends[0], seen.data(), seen.size());
  ASSERT_GT(bytes, 0);
  seen.resize(static_cast<std::size_t>(bytes));
  EXPECT_EQ(seen, "begun, " + line);
  EXPECT_TRUE(file.finish());
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(OutputFile, WritesALineLongerThanItsBuffer) {
  const TempFolder folder;
  const std::string line = std::string(3 * kOutputBufferBytes, 'x') + "\n";
  Result<OutputFile> file = OutputFile::create(folder.path_of("long"));
  ASSERT_TRUE(file);
  file->write(line);
  file->write("end\n");
  ASSERT_TRUE(file->finish());
  EXPECT_EQ(text_of_file(folder.path_of("long")), line + "end\n");
}

}  // namespace
}  // namespace plumbline
