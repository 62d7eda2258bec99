#include "ledger/history_span.h"

#include <gtest/gtest.h>

#include "tests/ledger/ledger_maker.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

Instant at(std::string_view text) { return *parse_instant(text); }

class HistorySpanTest : public testing::Test {
 protected:
  MadeChange change(std::string_view happened_at, std::optional<std::string> history = std::nullopt) {
    return {.record = "a",
            .field = "StageName",
            .old = "Prospecting",
            .now = "Proposal",
            .happened_at = at(happened_at),
            .seen_at = at("2024-05-20T08:00:00Z"),
            .history = std::move(history)};
  }
  HistorySpan span() {
    Result<HistorySpan> read = read_history_span(maker_.ledger());
    EXPECT_TRUE(read) << read.error().to_string();
    return read.value_or(HistorySpan{});
  }

  TempFolder folder_;
  LedgerMaker maker_{folder_.path_of("a.ledger")};
};

TEST_F(HistorySpanTest, without_a_sync_there_is_none) { EXPECT_EQ(span().begins, std::nullopt); }

TEST_F(HistorySpanTest, begins_with_the_first_sync_where_no_change_is_older) {
  maker_.sync(at("2024-05-06T08:00:00Z"), "Opportunity", {"Id", "StageName"});
  maker_.sync(at("2024-05-20T08:00:00Z"), "Opportunity", {"Id", "StageName"});
  maker_.change(change("2024-05-07T08:00:00Z"));
  EXPECT_EQ(span().begins, at("2024-05-06T08:00:00Z"));
  EXPECT_EQ(span().first_sync, at("2024-05-06T08:00:00Z"));
  EXPECT_EQ(span().last_sync, at("2024-05-20T08:00:00Z"));
  EXPECT_TRUE(span().told_fields.empty());
}

TEST_F(HistorySpanTest, begins_with_the_oldest_change_that_a_history_told) {
  maker_.sync(at("2024-05-20T08:00:00Z"), "Opportunity", {"Id", "StageName"});
  maker_.change(change("2024-03-02T08:00:00Z", "h2"));
  maker_.change(change("2024-03-01T08:00:00Z", "h1"));
  EXPECT_EQ(span().begins, at("2024-03-01T08:00:00Z"));
  EXPECT_EQ(span().told_fields, std::vector<std::string>{"Opportunity.StageName"});
}

TEST_F(HistorySpanTest, begins_at_the_bound_where_changes_were_pruned) {
  maker_.sync(at("2024-01-01T08:00:00Z"), "Opportunity", {"Id", "StageName"});
  maker_.change(change("2024-02-01T08:00:00Z", "h1"));
  maker_.run("INSERT INTO pruned VALUES(1, 'changes', '2024-04-01T00:00:00Z', '2024-05-20T08:00:00Z')");
  EXPECT_EQ(span().begins, at("2024-04-01T00:00:00Z"));
  EXPECT_EQ(span().pruned_before, at("2024-04-01T00:00:00Z"));
}

}  // namespace
}  // namespace plumbline
