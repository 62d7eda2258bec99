// Runs written into a ledger of a test's own.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ledger/query.h"
#include "ledger/run_writer.h"
#include "ledger/violation_store.h"
#include "tests/records/temp_folder.h"

namespace plumbline {

inline constexpr Instant kRunDay{std::chrono::seconds{1'717'243'200}};  // 2024-06-01T12:00:00Z

inline TransitionView opened_of(std::string_view key, std::string_view policy = "late") {
  return {.kind = TransitionKind::kOpened,
          .pack = "rules",
          .policy = policy,
          .object = "Opportunity",
          .record = key,
          .record_key = key,
          .record_name = "Copper Kettle",
          .owner = "005A",
          .owner_name = "Ada",
          .severity = Severity::kHigh,
          .has_verdict = true,
          .evidence = R"({"CloseDate":"2024-03-14"})",
          .message = "It is late.",
          .remedy = "Move it.",
          .digest = {1, 2, 3}};
}

inline TransitionView of_known(TransitionKind kind, ViolationNumber number, std::string_view key) {
  TransitionView told = opened_of(key);
  told.kind = kind;
  told.number = number;
  return told;
}

class RunFixture : public testing::Test {
 protected:
  RunFixture() : path_(folder_.path_of("a.ledger")) {
    Result<Ledger> made = Ledger::open(path_, {.access = DatabaseAccess::kCreate, .now = kRunDay});
    EXPECT_TRUE(made) << made.error().to_string();
    if (made) ledger_.emplace(*std::move(made));
  }

  enum class End : std::uint8_t { kCommit, kGiveUp };

  std::int64_t run(Instant at, const std::vector<TransitionView>& transitions, End end = End::kCommit,
                   const RunTotals& totals = {}) {
    Result<LedgerTransaction> transaction = LedgerTransaction::begin(*ledger_, at);
    EXPECT_TRUE(transaction) << transaction.error().to_string();
    const std::vector<RunPack> packs{
        {.name = "rules", .hash = "abc", .text = "pack: rules\n", .policies = 2}};
    Result<std::unique_ptr<RunWriter>> writer = RunWriter::begin(*ledger_, *transaction, at, packs);
    EXPECT_TRUE(writer) << writer.error().to_string();
    for (const TransitionView& told : transitions) {
      const Status taken = (*writer)->take(told);
      EXPECT_TRUE(taken) << taken.error().to_string();
    }
    const Result<std::int64_t> number = (*writer)->finish(totals);
    EXPECT_TRUE(number) << number.error().to_string();
    if (end == End::kCommit) EXPECT_TRUE(transaction->commit());
    return number.value_or(0);
  }

  // The first column of all rows, one text a row.
  std::vector<std::string> ask(std::string_view sql) {
    std::vector<std::string> rows;
    const Status read = for_each_row(ledger_->database(), sql, {},
                                     [&](const Statement& row) { rows.emplace_back(row.text(0)); });
    EXPECT_TRUE(read) << read.error().to_string();
    return rows;
  }

  Violation whole(ViolationNumber number) {
    const Result<std::vector<Violation>> read = read_violations(*ledger_, {&number, 1});
    EXPECT_TRUE(read) << read.error().to_string();
    return read ? read->front() : Violation{};
  }

  TempFolder folder_;
  std::string path_;
  std::optional<Ledger> ledger_;
};

}  // namespace plumbline
