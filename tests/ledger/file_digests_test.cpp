#include "ledger/file_digests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/crypto.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FileDigestsTest : public ::testing::Test {
 protected:
  DataFile file(const std::string& name, const std::string& text) {
    folder_.write(name, text);
    return {.path = folder_.path_of(name), .name = name, .object = "Opportunity"};
  }
  TempFolder folder_;
};

TEST_F(FileDigestsTest, are_those_of_the_bytes_in_the_order_of_the_files) {
  const std::string large(3 * kReadChunkBytes + 7, 'x');
  const std::vector<DataFile> files{file("b.csv", "second"), file("a.csv", large), file("empty.csv", "")};
  FileDigests digests(files);
  ASSERT_TRUE(digests.begin());
  const auto found = digests.finish();
  ASSERT_TRUE(found) << found.error().to_string();
  EXPECT_THAT(*found, ElementsAre(sha256_hex("second"), sha256_hex(large), sha256_hex("")));
}

TEST_F(FileDigestsTest, a_file_that_holds_several_objects_has_one_digest) {
  std::vector<DataFile> files{file("all.json", "[]"), file("all.json", "[]")};
  files[1].object = "Account";
  FileDigests digests(files);
  ASSERT_TRUE(digests.begin());
  EXPECT_THAT(*digests.finish(), ElementsAre(sha256_hex("[]"), sha256_hex("[]")));
}

TEST_F(FileDigestsTest, a_file_that_was_written_to_meanwhile_is_told) {
  const std::vector<DataFile> files{file("a.csv", "Id\n1\n")};
  FileDigests digests(files);
  ASSERT_TRUE(digests.begin());
  folder_.write("a.csv", "Id\n1\n2\n");
  const auto found = digests.finish();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kConflict);
  EXPECT_THAT(found.error().to_string(), HasSubstr("a.csv: the file was written to while it was read"));
}

TEST_F(FileDigestsTest, a_file_that_is_not_there_is_told) {
  const std::vector<DataFile> files{
      {.path = folder_.path_of("none.csv"), .name = "none.csv", .object = "User"}};
  FileDigests digests(files);
  const Status begun = digests.begin();
  ASSERT_FALSE(begun);
  EXPECT_THAT(begun.error().to_string(), HasSubstr("none.csv"));
}

TEST_F(FileDigestsTest, may_be_given_up) {
  const std::vector<DataFile> files{file("a.csv", std::string(8 * kReadChunkBytes, 'x'))};
  FileDigests digests(files);
  EXPECT_TRUE(digests.begin());
}

}  // namespace
}  // namespace plumbline
