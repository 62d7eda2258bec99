#include "base/secret.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstring>
#include <sstream>

#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

class SecretFile : public ::testing::Test {
 protected:
  std::string file_with(std::string_view text, ::mode_t mode) {
    folder_.write("token", text);
    const std::string path = folder_.path_of("token");
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }
  TempFolder folder_;
};

TEST(Secret, is_printed_as_stars) { EXPECT_EQ(fmt::format("token {}", Secret("open sesame")), "token ***"); }

TEST(Secret, can_be_copied_and_moved_and_is_empty_after_it_was_moved) {
  for (const std::string& text : {std::string("short"), std::string(100, 'l')}) {
    Secret one(text);
    Secret copy = one;
    EXPECT_EQ(copy, one);
    Secret moved = std::move(one);
    EXPECT_EQ(moved.reveal(), text);
    EXPECT_TRUE(one.empty());  // NOLINT(bugprone-use-after-move): what it says
    Secret assigned;
    assigned = copy;
    EXPECT_EQ(assigned.reveal(), text);
    assigned = std::move(moved);
    EXPECT_EQ(assigned.reveal(), text);
    EXPECT_TRUE(moved.empty());  // NOLINT(bugprone-use-after-move): what it says
  }
}

TEST(Secret, leaves_nothing_of_a_short_text_in_the_object_it_was_moved_from) {
  Secret one("hunter2!");
  const Secret moved = std::move(one);
  std::string bytes(sizeof one, '\0');
  std::memcpy(bytes.data(), static_cast<const void*>(&one), sizeof one);
  EXPECT_FALSE(bytes.contains("unter2"));
  EXPECT_EQ(moved.reveal(), "hunter2!");
}

TEST_F(SecretFile, loses_one_newline_at_its_end) {
  EXPECT_EQ(read_secret_file(file_with("s3cret\n", 0600))->reveal(), "s3cret");
  EXPECT_EQ(read_secret_file(file_with("s3cret\r\n", 0400))->reveal(), "s3cret");
  EXPECT_EQ(read_secret_file(file_with("two\n\n", 0440))->reveal(), "two\n");
  EXPECT_EQ(read_secret_file(file_with(" spaces stay ", 0600))->reveal(), " spaces stay ");
}

TEST_F(SecretFile, is_refused_where_everybody_may_read_it) {
  const Result<Secret> secret = read_secret_file(file_with("s3cret", 0644));
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().code, ErrorCode::kAuth);
  EXPECT_EQ(secret.error().to_string(),
            folder_.path_of("token") +
                ": everybody on this machine may read or write this secret (mode 0644); chmod 600 it, and "
                "replace the secret if somebody may have read it");
}

TEST_F(SecretFile, is_refused_where_it_is_missing_empty_too_long_or_a_folder) {
  const Result<Secret> missing = read_secret_file(folder_.path_of("none"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(missing.error().message,
            "the secret cannot be opened: No such file or directory; write it into this file, readable by "
            "Plumbline's user alone");
  const Result<Secret> empty = read_secret_file(file_with("\n", 0600));
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().message, "the file is empty; write the secret into it");
  EXPECT_TRUE(read_secret_file(file_with(std::string(kMostSecretBytes, 'x'), 0600)));
  const Result<Secret> long_one = read_secret_file(file_with(std::string(kMostSecretBytes + 1, 'x'), 0600));
  ASSERT_FALSE(long_one);
  EXPECT_EQ(
      long_one.error().message,
      "this has 65537 bytes, and a secret has 65536 at most; name the file that holds the secret alone");
  const Result<Secret> folder = read_secret_file(folder_.path());
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().message, "this is no file; a secret is the text of one file");
}

}  // namespace
}  // namespace plumbline
