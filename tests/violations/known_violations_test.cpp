#include "violations/known_violations.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace plumbline {
namespace {

TEST(KnownViolations, are_found_by_policy_object_and_record_together) {
  KnownViolations known;
  known.add({.number = 7, .pack = "p", .policy = "a", .object = "Opportunity", .record_key = "R1"});
  known.add({.number = 8, .pack = "p", .policy = "b", .object = "Opportunity", .record_key = "R1"});
  const auto number = [&](std::string_view pack, std::string_view policy, std::string_view object,
                          std::string_view record) -> ViolationNumber {
    const auto index = known.find(IdentityMaker(pack, policy, object).of(record));
    return index == KnownViolations::kNone ? 0 : known.entry(index).number;
  };
  EXPECT_EQ(number("p", "a", "Opportunity", "R1"), 7);
  EXPECT_EQ(number("p", "b", "Opportunity", "R1"), 8);
  EXPECT_EQ(number("q", "a", "Opportunity", "R1"), 0);
  EXPECT_EQ(number("p", "a", "Account", "R1"), 0);
  EXPECT_EQ(number("p", "a", "Opportunity", "R2"), 0);
  EXPECT_EQ(known.policy_count(), 2U);
}

TEST(KnownViolations, a_million_of_them_take_less_than_100_megabytes) {
  constexpr std::size_t kMany = 100'000;  // a tenth of it, for a tenth of the time
  constexpr std::size_t kMostBytes = 10'000'000;
  KnownViolations known;
  known.reserve(kMany);
  for (std::size_t i = 0; i < kMany; ++i) {
    const std::string key = fmt::format("006R{:011}", i);
    known.add({.number = static_cast<ViolationNumber>(i + 1),
               .pack = "essentials",
               .policy = i % 2 == 0 ? "a" : "b",
               .object = "Opportunity",
               .record_key = key});
  }
  EXPECT_EQ(known.size(), kMany);
  EXPECT_LT(known.bytes(), kMostBytes);
  EXPECT_EQ(known.find(IdentityMaker("essentials", "b", "Opportunity").of("006R00000099999")), kMany - 1);
}

}  // namespace
}  // namespace plumbline
