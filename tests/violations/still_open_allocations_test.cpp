// A verdict that tells nothing new must cost no memory: there is one of them for each open violation, each
// day.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <array>

#include "tests/allocations.h"
#include "tests/violations/memory_violations.h"
#include "violations/lifecycle.h"

namespace plumbline {
namespace {

constexpr int kVerdicts = 500;

TEST(StillOpen, verdicts_on_what_is_open_already_allocate_nothing) {
  const auto schema = std::make_shared<const Schema>(Schema::standard());
  const auto snapshot =
      Snapshot::build(schema, std::vector<std::unique_ptr<Table>>(schema->object_count()), {});
  const std::array facts{
      PolicyFacts{.policy = "late", .pack = "rules", .pack_hash = {}, .object = "Opportunity", .source = {}}};
  const std::array evidence{EvidenceView{.name = "CloseDate", .value = Value::of(*parse_day("2024-03-14"))},
                            EvidenceView{.name = "Amount", .value = Value::of(12.5)}};
  const auto feed = [&](VerdictBatch& batch) {
    std::array<char, 16> id{};
    for (int i = 0; i < kVerdicts; ++i) {
      fmt::format_to_n(id.data(), id.size(), "006R{:011}", i);
      batch.add({.record_id = {id.data(), 15},
                 .owner_id = "005R00000000001",
                 .evidence = evidence,
                 .message = "The close date 14 Mar 2024 has passed.",
                 .remedy = "Move it."});
    }
  };
  MemoryViolations memory;
  {
    const KnownViolations none;
    Lifecycle first(none, *snapshot, memory);
    first.begin(facts);
    const auto batch = first.make_batch();
    feed(*batch);
    first.take(*batch);
  }
  const KnownViolations known = memory.known();
  Lifecycle second(known, *snapshot, memory);
  second.begin(facts);
  const auto batch = second.make_batch();
  feed(*batch);
  second.take(*batch);
  EXPECT_EQ(allocations_in([&] {
              feed(*batch);
              second.take(*batch);
            }),
            0U);
  EXPECT_EQ(second.counts().still_open, 2U * kVerdicts);
}

}  // namespace
}  // namespace plumbline
