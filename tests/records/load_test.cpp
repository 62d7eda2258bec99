#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records/data_folder.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Rejects : public RejectSink {
 public:
  std::vector<Reject> all;
  void reject(const Reject& reject) override { all.push_back(reject); }
};

class Load : public ::testing::Test {
 protected:
  void need(std::string_view object, std::initializer_list<std::string_view> fields) {
    wanted_.emplace_back(std::string(object), std::vector<std::string>(fields.begin(), fields.end()));
  }

  Result<LoadedData> try_load(const LoadProgress& progress = {}) {
    auto schema = std::make_shared<Schema>(Schema::standard());
    const FieldMap* map = map_.objects.empty() ? nullptr : &map_;
    if (map != nullptr) {
      Diagnostics diagnostics;
      apply(*map, *schema, diagnostics);
      EXPECT_FALSE(diagnostics.has_errors());
    }
    auto folder = open_folder({.paths = {folder_.path()}, .field_map = map}, *schema);
    EXPECT_TRUE(folder.has_value()) << folder.error().errors.front().to_string();
    DataNeeds needs;
    for (const auto& [object, fields] : wanted_) {
      const std::size_t index = schema->find_object(object).value();
      for (const std::string& field : fields)
        needs.add_field(index, schema->object(index).find(field).value());
    }
    schema_ = schema;
    return load(*folder, schema, needs, rejects_, {.field_map = map, .progress = progress});
  }

  void load_all() {
    Result<LoadedData> loaded = try_load();
    ASSERT_TRUE(loaded.has_value()) << loaded.error().to_string();
    data_ = std::move(*loaded);
  }

  const Table& table(std::string_view object) const {
    const Table* found = data_.snapshot->table(schema_->find_object(object).value());
    EXPECT_NE(found, nullptr) << object;
    return *found;
  }
  const Column* column(std::string_view object, std::string_view field) const {
    return table(object).column(schema_->object(schema_->find_object(object).value()).find(field).value());
  }
  // "<null>" and "<unknown>" for what they are.
  std::string text(std::string_view object, std::string_view field, std::size_t row) const {
    const Column* found = column(object, field);
    if (found == nullptr) return "<no column>";
    if (found->kind(row) == CellKind::kNull) return "<null>";
    return found->kind(row) == CellKind::kUnknown ? "<unknown>" : std::string(found->text(row));
  }

  TempFolder folder_;
  FieldMap map_;
  Rejects rejects_;
  std::shared_ptr<const Schema> schema_;
  LoadedData data_;

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> wanted_;
};

TEST_F(Load, OnlyNeededObjectsAndColumnsAreRead) {
  folder_.write("Opportunity.csv", "Name,CloseDate,ID,NextStep\nBig,2024-01-31,006000000000001,call\n");
  folder_.write("Account.csv", "Id,Name\n001000000000001,\"never closed\n");
  need("Opportunity", {"Id", "CloseDate", "Name"});
  load_all();
  EXPECT_EQ(table("Opportunity").rows(), 1U);
  EXPECT_EQ(text("Opportunity", "Id", 0), "006000000000001");
  EXPECT_EQ(text("Opportunity", "Name", 0), "Big");
  EXPECT_EQ(format_day(column("Opportunity", "CloseDate")->day(0)), "2024-01-31");
  EXPECT_EQ(column("Opportunity", "NextStep"), nullptr);
  EXPECT_EQ(data_.snapshot->table(*schema_->find_object("Account")), nullptr);
}

TEST_F(Load, CountsAreByObjectAndRejectsNameFileAndLine) {
  folder_.write(
      "Opportunity.csv",
      "Id,CloseDate\n006000000000001,2024-01-31\n006000000000002\n006000000000003,soon\nx,2024-01-31\n");
  need("Opportunity", {"Id", "CloseDate"});
  load_all();
  ASSERT_EQ(data_.counts.size(), 1U);
  EXPECT_EQ(data_.counts[0].object, "Opportunity");
  EXPECT_EQ(data_.counts[0].rows, 2U);
  EXPECT_EQ(data_.counts[0].rejected_rows, 2U);
  EXPECT_EQ(data_.counts[0].rejected_cells, 1U);
  ASSERT_EQ(rejects_.all.size(), 3U);
  const auto ragged = std::ranges::find(rejects_.all, 3U, &Reject::line);
  ASSERT_NE(ragged, rejects_.all.end());
  EXPECT_THAT(ragged->file, HasSubstr("Opportunity.csv"));
  const auto cell = std::ranges::find(rejects_.all, std::string("CloseDate"), &Reject::column);
  ASSERT_NE(cell, rejects_.all.end());
  EXPECT_EQ(cell->line, 4U);
  EXPECT_EQ(cell->raw, "soon");
}

TEST_F(Load, FilesOfOneObjectAreOneTableAndTheLaterRowReplaces) {
  folder_.write("Lead 1.csv", "Id,Name\n00Q000000000001,old\n00Q000000000002,two\n");
  folder_.write("Lead 2.csv", "Name,Id\nnew,00Q000000000001\n");
  need("Lead", {"Id", "Name"});
  load_all();
  EXPECT_EQ(table("Lead").rows(), 3U);
  EXPECT_FALSE(table("Lead").current(0));
  EXPECT_EQ(text("Lead", "Name", table("Lead").find("00Q000000000001")), "new");
  EXPECT_EQ(data_.counts[0].replaced_rows, 1U);
  EXPECT_THAT(data_.notices, Contains(HasSubstr("1 Lead row has an id that a later row has too")));
}

TEST_F(Load, TheFieldMapRenamesKeysAndFormats) {
  map_.objects = {
      MappedObject{.object = "Opportunity",
                   .file = "pipeline.csv",
                   .key = "deal",
                   .fields = {MappedField{.field = "CloseDate", .from = "closing", .format = "%d.%m.%Y"},
                              MappedField{.field = "StageName", .from = "stge"}}}};
  folder_.write("pipeline.csv", "deal,closing,stage,note\nDeal no. 7,31.01.2024,Won,hello\n");
  need("Opportunity", {"Id", "CloseDate", "StageName"});
  load_all();
  EXPECT_EQ(text("Opportunity", "Id", 0), "Deal no. 7");
  EXPECT_EQ(format_day(column("Opportunity", "CloseDate")->day(0)), "2024-01-31");
  EXPECT_EQ(column("Opportunity", "StageName"), nullptr);
  EXPECT_THAT(data_.notices, Contains(AllOf(HasSubstr("reads Opportunity.StageName from column stge"),
                                            HasSubstr("did you mean stage?"))));
}

TEST_F(Load, OneColumnMayFillTwoFields) {
  map_.objects = {
      MappedObject{.object = "Opportunity", .fields = {MappedField{.field = "StageName", .from = "phase"}}}};
  folder_.write("Opportunity.csv", "Id,phase\n006000000000001,Won\n");
  need("Opportunity", {"Id", "StageName", "phase"});
  load_all();
  EXPECT_EQ(text("Opportunity", "StageName", 0), "Won");
  EXPECT_EQ(text("Opportunity", "phase", 0), "Won") << "under its own name, for conditions of the field map";
}

TEST_F(Load, JsonRowsAreReadLikeThoseOfCsv) {
  folder_.write("page.json",
                R"({"records":[{"attributes":{"type":"Opportunity"},"Id":"006000000000001AAA","Amount":1200.5,
    "IsClosed":false,"CloseDate":"2024-01-31","NextStep":null}]})");
  need("Opportunity", {"Id", "Amount", "IsClosed", "CloseDate", "NextStep"});
  load_all();
  EXPECT_EQ(column("Opportunity", "Amount")->money(0), Money{120050});
  EXPECT_FALSE(column("Opportunity", "IsClosed")->boolean(0));
  EXPECT_EQ(text("Opportunity", "NextStep", 0), "<null>");
}

TEST_F(Load, ChildrenInJsonGetTheirParentsId) {
  folder_.write("tree.json", R"([{"attributes":{"type":"Account"},"Id":"001000000000001","Name":"Acme",
    "Opportunities":{"records":[{"attributes":{"type":"Opportunity"},"Id":"006000000000001"},
      {"attributes":{"type":"Opportunity"},"Id":"006000000000002","AccountId":null},
      {"attributes":{"type":"Opportunity"},"Id":"006000000000003","AccountId":"001000000000009"}]},
    "Tasks":{"records":[{"attributes":{"type":"Task"},"Id":"00T000000000001"}]}}])");
  need("Opportunity", {"Id", "AccountId", "OwnerId"});
  need("Task", {"Id", "WhatId"});
  load_all();
  EXPECT_EQ(text("Opportunity", "AccountId", 0), "001000000000001");
  EXPECT_EQ(text("Opportunity", "AccountId", 1), "001000000000001");
  EXPECT_EQ(text("Opportunity", "AccountId", 2), "001000000000009");
  EXPECT_EQ(text("Opportunity", "OwnerId", 0), "<no column>") << "the parent is an account, no owner";
  EXPECT_EQ(text("Task", "WhatId", 0), "001000000000001");
}

TEST_F(Load, ReferencesOfATreeHoldItTogether) {
  folder_.write("tree.json",
                R"({"records":[{"attributes":{"type":"Account","referenceId":"Acme Ref 1"},"Name":"Acme",
    "Opportunities":{"records":[{"attributes":{"type":"Opportunity","referenceId":"O1"},"Name":"Big"}]}}]})");
  need("Account", {"Id", "Name"});
  need("Opportunity", {"Id", "AccountId"});
  load_all();
  EXPECT_EQ(text("Opportunity", "Id", 0), "O1");
  EXPECT_EQ(table("Account").find(text("Opportunity", "AccountId", 0)), 0U);
  EXPECT_THAT(rejects_.all, IsEmpty());
}

TEST_F(Load, ChildrenWithoutATypeFollowTheNameOfTheFile) {
  folder_.write(
      "Accounts.json",
      R"([{"Id":"001000000000001","Name":"A","Opportunities":{"records":[{"Id":"006000000000001"}]}}])");
  need("Opportunity", {"Id", "AccountId"});
  load_all();
  EXPECT_EQ(text("Opportunity", "AccountId", 0), "001000000000001");
}

TEST_F(Load, OwnersWhoAreNotThereAreNoticedOnlyWhereUsersAre) {
  folder_.write("Opportunity.csv",
                "Id,OwnerId\n006000000000001,005000000000001\n006000000000002,"
                "005000000000009\n006000000000003,005000000000009\n");
  folder_.write("Lead.csv", "Id,Name,OwnerId\n00Q000000000001,x,00G000000000001\n");
  need("Opportunity", {"Id", "OwnerId"});
  need("Lead", {"Id", "OwnerId"});
  load_all();
  EXPECT_THAT(data_.notices, IsEmpty());
  folder_.write("User.csv", "Id,Name\n005000000000001,Ann\n");
  need("User", {"Id", "Name"});
  load_all();
  EXPECT_THAT(data_.notices,
              ElementsAre(AllOf(HasSubstr("2 Opportunity records have an owner who is not in User"),
                                HasSubstr("006000000000002 is owned by 005000000000009")),
                          HasSubstr("1 Lead record belongs to a queue")));
}

TEST_F(Load, CirclesOfManagersAndParentsAreNoticed) {
  folder_.write(
      "User.csv",
      "Id,Name,ManagerId\n005000000000001,Ann,005000000000002\n005000000000002,Bob,005000000000001\n"
      "005000000000003,Cid,005000000000001\n005000000000004,Dan,\n");
  folder_.write("Account.csv", "Id,Name,ParentId\n001000000000001,Acme,001000000000001\n");
  need("User", {"Id", "Name", "ManagerId"});
  need("Account", {"Id", "Name", "ParentId"});
  load_all();
  EXPECT_THAT(data_.notices,
              ::testing::UnorderedElementsAre(
                  AllOf(HasSubstr("2 User records lead back to themselves through ManagerId"),
                        HasSubstr("Ann > Bob > Ann")),
                  AllOf(HasSubstr("1 Account record leads back to itself"), HasSubstr("Acme > Acme"))));
}

TEST_F(Load, ALongLineOfManagersIsNoCircle) {
  std::string users = "Id,Name,ManagerId\n";
  for (int user = 0; user < 20'000; ++user) users += fmt::format("{:015},U,{:015}\n", user, user + 1);
  folder_.write("User.csv", users);
  need("User", {"Id", "ManagerId"});
  load_all();
  EXPECT_EQ(table("User").rows(), 20'000U);
  EXPECT_THAT(data_.notices, IsEmpty());
}

TEST_F(Load, FilesWithoutRowsAndNulBytesAreNoticed) {
  folder_.write("Lead.csv", "Id,Name\n");
  folder_.write("Opportunity.csv", std::string_view("Id,Name\n006000000000001,B\0g\n", 28));
  folder_.write("User.json", "[]");
  need("Lead", {"Id"});
  need("Opportunity", {"Id", "Name"});
  need("User", {"Id"});
  load_all();
  EXPECT_THAT(data_.notices, Contains(HasSubstr("Lead.csv holds a header and no rows")));
  EXPECT_THAT(data_.notices,
              Contains(AllOf(HasSubstr("1 NUL byte was dropped from"), HasSubstr("Opportunity.csv"))));
  EXPECT_THAT(data_.notices, Contains(HasSubstr("User.json holds no records")));
  EXPECT_EQ(text("Opportunity", "Name", 0), "Bg");
  EXPECT_EQ(table("Lead").rows(), 0U);
}

TEST_F(Load, AFaultMidFileNamesFileAndLine) {
  folder_.write("Opportunity.csv", "Id,Name\n006000000000001,ok\n006000000000002,\"never closed\n");
  need("Opportunity", {"Id", "Name"});
  const Result<LoadedData> loaded = try_load();
  ASSERT_FALSE(loaded.has_value());
  EXPECT_THAT(loaded.error().to_string(), HasSubstr("Opportunity.csv:3"));
}

TEST_F(Load, ProgressEndsAtAllBytes) {
  folder_.write("Opportunity.csv", "Id\n006000000000001\n");
  folder_.write("User.json", R"([{"Id":"005000000000001","Name":"x"}])");
  need("Opportunity", {"Id"});
  need("User", {"Id"});
  std::vector<std::pair<std::uint64_t, std::uint64_t>> seen;
  const Result<LoadedData> loaded =
      try_load([&](std::uint64_t done, std::uint64_t all) { seen.emplace_back(done, all); });
  ASSERT_TRUE(loaded.has_value());
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.back(), std::pair(loaded->bytes, loaded->bytes));
  EXPECT_EQ(loaded->bytes, 19U + 37U);
}

// Histories and other rows that nothing finds by their ids: read without keeping those, or with everything
// kept, the data must be the same.
class LoadNameless : public ::testing::Test {
 protected:
  struct Loaded {
    std::vector<std::string> rejects;  // as they were met
    std::vector<std::string> notices;
    std::vector<std::string> counts;
    std::vector<std::string> changes;  // of each opportunity's close date
    std::size_t kept_rows = 0;         // of the history

    bool operator==(const Loaded&) const = default;
  };

  Loaded read(Keeping keeping, unsigned threads = 1) {
    auto schema = std::make_shared<Schema>(Schema::standard());
    const auto folder = open_folder({.paths = {folder_.path()}}, *schema);
    EXPECT_TRUE(folder.has_value());
    const std::size_t opportunity = schema->find_object("Opportunity").value();
    const std::size_t close_date = schema->object(opportunity).find("CloseDate").value();
    DataNeeds needs;
    needs.history.emplace(opportunity, close_date);
    needs.relationships.insert(schema->find_relationship(opportunity, "Tasks").value());
    needs = needs_in(*folder, *schema, std::move(needs));
    Rejects rejects;
    const Result<LoadedData> data =
        load(*folder, schema, needs, rejects, {.threads = threads, .keeping = keeping});
    EXPECT_TRUE(data.has_value());
    Loaded loaded;
    for (const Reject& reject : rejects.all) {
      loaded.rejects.push_back(fmt::format("{}:{} {} {} | {}", reject.file, reject.line, reject.column,
                                           reject.reason, reject.raw));
    }
    loaded.notices = data->notices;
    for (const LoadCounts& count : data->counts) {
      loaded.counts.push_back(fmt::format("{} {} {} {} {}", count.object, count.rows, count.rejected_rows,
                                          count.rejected_cells, count.replaced_rows));
    }
    const Snapshot& snapshot = *data->snapshot;
    for (RowIndex row = 0; row < snapshot.table(opportunity)->rows(); ++row) {
      std::string& line = loaded.changes.emplace_back();
      for (const FieldChange& change : snapshot.changes(opportunity, close_date, row)) {
        line +=
            fmt::format("{} {}>{}, ", format_instant(change.at), snapshot.old_value(opportunity, change).text,
                        snapshot.new_value(opportunity, change).text);
      }
    }
    loaded.kept_rows = snapshot.table(schema->find_object("OpportunityFieldHistory").value())->rows();
    return loaded;
  }

  // What is read, once it has been found the same whatever is kept.
  Loaded read_alike() {
    const Loaded needed = read(Keeping::kNeeded);
    Loaded everything = read(Keeping::kEverything);
    kept_rows_ = std::exchange(everything.kept_rows, needed.kept_rows);
    EXPECT_EQ(needed, everything);
    EXPECT_EQ(needed, read(Keeping::kNeeded, 3));
    return needed;
  }

  void write_opportunities() {
    folder_.write("Opportunity.csv", "Id\n006000000000001\n006000000000002\n006000000000003\n");
    folder_.write("Task.csv", "Id,WhatId\n00T000000000001,006000000000001\n");
  }
  void write_history(std::string_view rows) {
    folder_.write("OpportunityFieldHistory.csv",
                  "Id,OpportunityId,Field,OldValue,NewValue,CreatedDate\n" + std::string(rows));
  }

  TempFolder folder_;
  std::size_t kept_rows_ = 0;  // of the history, where everything was
};

TEST_F(LoadNameless, OnlyChangesThatAreAskedForAreKept) {
  write_opportunities();
  write_history(
      "017000000000001,006000000000002,CloseDate,2024-01-01,2024-02-01,2024-01-10T00:00:00Z\n"
      "017000000000002,006000000000002,StageName,a,b,2024-01-11T00:00:00Z\n"
      "017000000000003,006000000000001AAA,closedate,2024-03-01,2024-04-01,2024-01-12T00:00:00Z\n"
      "017000000000004,006000000000002, CloseDate ,2024-02-01,2024-05-01,2024-01-09T00:00:00Z\n");
  const Loaded loaded = read_alike();
  EXPECT_EQ(loaded.kept_rows, 3U);
  EXPECT_EQ(kept_rows_, 4U);
  EXPECT_THAT(loaded.counts, Contains("OpportunityFieldHistory 4 0 0 0"));
  EXPECT_THAT(loaded.changes, ElementsAre("2024-01-12T00:00:00Z 2024-03-01>2024-04-01, ",
                                          "2024-01-09T00:00:00Z 2024-02-01>2024-05-01, "
                                          "2024-01-10T00:00:00Z 2024-01-01>2024-02-01, ",
                                          ""));
}

TEST_F(LoadNameless, RowsThatAreNotKeptAreRejectedAsAllAre) {
  write_opportunities();
  write_history(
      ",006000000000002,StageName,a,b,2024-01-11T00:00:00Z\n"
      "017000000000002,006000000000002,StageName,a,b,soon\n"
      "017000000000003,006000000000002,StageName,a\n"
      "017000000000004,006000000000002,CloseDate,2024-01-01,\xFF,later\n"
      "017000000000005,006000000000002,\xFF,a,b,2024-01-11T00:00:00Z\n");
  const Loaded loaded = read_alike();
  EXPECT_THAT(loaded.counts, Contains("OpportunityFieldHistory 3 2 4 0"));
  EXPECT_EQ(loaded.rejects.size(), 6U);
}

TEST_F(LoadNameless, ALaterRowReplacesWhetherEitherIsAskedForOrNot) {
  write_opportunities();
  write_history(
      "017000000000001,006000000000002,CloseDate,2024-01-01,2024-02-01,2024-01-10T00:00:00Z\n"
      "017000000000002,006000000000002,StageName,a,b,never\n"
      "017000000000002AAA,006000000000002,CloseDate,2024-02-01,2024-05-01,2024-01-12T00:00:00Z\n"
      "017000000000001,006000000000002,StageName,a,b,2024-01-11T00:00:00Z\n");
  const Loaded loaded = read_alike();
  EXPECT_EQ(loaded.kept_rows, 4U) << "where ids repeat they are kept after all";
  EXPECT_THAT(loaded.counts, Contains("OpportunityFieldHistory 4 0 1 2"));
  EXPECT_EQ(loaded.changes[1], "2024-01-12T00:00:00Z 2024-02-01>2024-05-01, ");
  EXPECT_EQ(loaded.rejects.size(), 3U);
}

TEST_F(LoadNameless, RejectsWithoutNumberAreToldAsTheyAreMet) {
  write_opportunities();
  std::string rows;
  for (int i = 0; i < 6000; ++i) rows += "no id,006000000000002,CloseDate,a,b,\n";
  write_history(rows);
  EXPECT_EQ(read_alike().rejects.size(), 6000U);
}

TEST_F(LoadNameless, SeveralFilesAndOnesWithoutSomeColumnsAreReadAlike) {
  write_opportunities();
  folder_.write("OpportunityFieldHistory 1.csv",
                "Id,OpportunityId,Field,CreatedDate\n"
                "017000000000001,006000000000001,CloseDate,2024-01-10T00:00:00Z\n");
  folder_.write("OpportunityFieldHistory 2.csv",
                "OpportunityId,OldValue,Id\n006000000000001,x,017000000000002\n");
  folder_.write("OpportunityFieldHistory 3.csv",
                "Field,CreatedDate,OpportunityId,NewValue\n"
                "CloseDate,2024-01-09T00:00:00Z,006000000000001,y\n");
  const Loaded loaded = read_alike();
  EXPECT_EQ(loaded.kept_rows, 2U);
  EXPECT_EQ(loaded.changes[0], "2024-01-09T00:00:00Z >y, 2024-01-10T00:00:00Z >, ");
}

}  // namespace
}  // namespace plumbline
