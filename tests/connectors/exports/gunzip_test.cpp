#include "connectors/exports/gunzip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "tests/connectors/exports/gzip_text.h"

namespace plumbline {
namespace {

using ::testing::HasSubstr;

struct Unpacked {
  std::string text;
  Status status;
};

Unpacked unpack(std::string_view packed, std::size_t piece_bytes) {
  Unpacked unpacked;
  Gunzip gunzip([&](std::string_view piece) {
    unpacked.text += piece;
    return Status{};
  });
  while (unpacked.status && !packed.empty()) {
    const std::string_view piece = packed.substr(0, piece_bytes);
    packed.remove_prefix(piece.size());
    unpacked.status = gunzip.push(piece);
  }
  if (unpacked.status) unpacked.status = gunzip.finish();
  return unpacked;
}

TEST(Gunzip, pieces_of_any_size_come_to_the_same_text) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i * 7919);
  const std::string packed = gzip_text(text);
  for (const std::size_t size : {1UL, 7UL, 4096UL, packed.size()}) {
    const Unpacked unpacked = unpack(packed, size);
    EXPECT_TRUE(unpacked.status.has_value()) << size;
    EXPECT_EQ(unpacked.text, text) << size;
  }
}

TEST(Gunzip, several_files_in_a_row_are_one) {
  const Unpacked unpacked = unpack(gzip_text("a,b\n") + gzip_text("1,2\n"), 3);
  EXPECT_TRUE(unpacked.status.has_value());
  EXPECT_EQ(unpacked.text, "a,b\n1,2\n");
}

TEST(Gunzip, a_file_that_breaks_off_is_no_file) {
  std::string packed = gzip_text("a,b\n1,2\n");
  packed.resize(packed.size() - 5);
  const Unpacked unpacked = unpack(packed, 100);
  ASSERT_FALSE(unpacked.status.has_value());
  EXPECT_EQ(unpacked.status.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(unpacked.status.error().message, HasSubstr("breaks off"));
}

TEST(Gunzip, a_damaged_file_is_told_with_its_place) {
  std::string packed = gzip_text(std::string(10'000, 'x') + "abc");
  packed[packed.size() / 2] = static_cast<char>(packed[packed.size() / 2] ^ '\x55');
  const Unpacked unpacked = unpack(packed, 100);
  ASSERT_FALSE(unpacked.status.has_value());
  EXPECT_THAT(unpacked.status.error().message, HasSubstr("damaged at byte"));
}

TEST(Gunzip, a_file_made_to_fill_memories_is_refused_before_it_does) {
  const std::string packed = gzip_text(std::string(std::size_t{64} << 20, '\0'));
  std::size_t most = 0;
  Gunzip gunzip([&](std::string_view piece) {
    most += piece.size();
    return Status{};
  });
  const Status status = gunzip.push(packed);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, ErrorCode::kInvalidInput);
  EXPECT_LT(most, kFreeGzipBytes + kMostGzipExpansion * packed.size() + (std::size_t{1} << 20));
}

TEST(Gunzip, an_error_of_the_reader_ends_the_unpacking) {
  Gunzip gunzip([](std::string_view) { return fail(ErrorCode::kInvalidInput, "too large"); });
  const Status status = gunzip.push(gzip_text("a"));
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().message, "too large");
}

}  // namespace
}  // namespace plumbline
