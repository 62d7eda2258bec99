#include "bench/violation_pairs.h"

#include <gmock/gmock.h>

#include "tests/records/temp_folder.h"

namespace plumbline::bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(ViolationPairs, of_json_lines_are_policy_and_record_sorted) {
  const TempFolder folder;
  folder.write("ours",
               "{\"status\":\"violated\",\"policy\":\"b\",\"pack\":\"p\",\"record_id\":\"2\",\"x\":\"\"}\n"
               "{\"policy\":\"a\",\"record_id\":\"1\",\"message\":\"says \\\"policy\\\":\\\"c\\\"\"}\n");
  const Result<ViolationPairs> pairs = read_jsonl_pairs(folder.path_of("ours"));
  ASSERT_TRUE(pairs);
  EXPECT_EQ(*pairs, (ViolationPairs{{"a", "1"}, {"b", "2"}}));
}

TEST(ViolationPairs, of_csv_are_the_same) {
  const TempFolder folder;
  folder.write("theirs", "b,2\na,1\n");
  const Result<ViolationPairs> pairs = read_csv_pairs(folder.path_of("theirs"));
  ASSERT_TRUE(pairs);
  EXPECT_EQ(*pairs, (ViolationPairs{{"a", "1"}, {"b", "2"}}));
}

// Half a line, or none of the file, must not pass for fewer violations.
TEST(ViolationPairs, are_refused_where_a_line_lacks_one_of_them) {
  const TempFolder folder;
  folder.write("theirs", "b,2\na\n");
  folder.write("ours", "{\"policy\":\"a\"}\n");
  EXPECT_FALSE(read_csv_pairs(folder.path_of("theirs")));
  EXPECT_FALSE(read_jsonl_pairs(folder.path_of("ours")));
  EXPECT_FALSE(read_csv_pairs(folder.path_of("nothing")));
}

TEST(ViolationPairs, that_are_the_same_have_no_differences) {
  EXPECT_THAT(differences({{"a", "1"}}, {{"a", "1"}}), IsEmpty());
}

TEST(ViolationPairs, that_differ_are_named_on_the_side_that_has_them) {
  const std::string text = differences({{"a", "1"}, {"a", "2"}}, {{"a", "2"}, {"b", "3"}});
  EXPECT_THAT(text, AllOf(HasSubstr("plumbline alone: 1\n  a 1\n"), HasSubstr("DuckDB alone: 1\n  b 3\n"),
                          Not(HasSubstr("a 2"))));
}

// A record named twice for one policy is one violation too many.
TEST(ViolationPairs, differ_where_one_side_has_a_pair_twice) {
  EXPECT_THAT(differences({{"a", "1"}, {"a", "1"}}, {{"a", "1"}}), HasSubstr("plumbline alone: 1\n  a 1\n"));
}

TEST(ViolationPairs, are_counted_by_policy) {
  EXPECT_THAT(counts_by_policy({{"a", "1"}, {"a", "2"}, {"b", "1"}}),
              AllOf(HasSubstr(" a   "), HasSubstr(" 2\n"), HasSubstr(" b   "), HasSubstr(" 1\n")));
}

}  // namespace
}  // namespace plumbline::bench
