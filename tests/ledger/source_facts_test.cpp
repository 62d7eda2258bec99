// What becomes of hidden fields and unseen records when the ledger is judged: now, and as of the past.
#include "ledger/source_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "ledger/ledger_sink.h"
#include "tests/ledger/ledger_maker.h"
#include "tests/ledger/sync_world.h"

namespace plumbline {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SourceFacts : public testing::Test {
 protected:
  void deliver(Delivery delivery, int day, const std::string& rows = "") {
    LedgerSink sink(world_.ledger(), {.clock = clock_});
    delivery.source = "salesforce:main";
    delivery.seen_at = day_of_sync(day);
    if (!rows.empty()) {
      const std::string path = (*sink.spool(delivery.source) / "1.csv").string();
      std::ofstream(path) << "Id,NextStep\n" << rows;
      delivery.files.push_back({.path = path, .name = "1.csv", .object = "Opportunity"});
    }
    const Result<Delivered> delivered = sink.deliver(delivery);
    ASSERT_TRUE(delivered) << delivered.error().to_string();
  }
  static Delivery visible(bool is_visible) {
    return {.source = "", .visibility = {{.object = "Opportunity",
                                          .field = "NextStep",
                                          .visible = is_visible,
                                          .reason = "Salesforce does not describe it"}}};
  }
  static Delivery unseen(const std::string& id) {
    return {.source = "", .unseen = {{.object = "Opportunity", .ids = {id}}}};
  }

  LoadedData load(const LedgerMoment& moment = {}) {
    const Result<Catalogue> catalogue = known_in_ledger(world_.ledger(), moment);
    auto schema = std::make_shared<Schema>(Schema::standard());
    add_to_schema(*catalogue, nullptr, *schema);
    Result<LoadedData> data = load_snapshot(
        world_.ledger(), schema, LedgerMaker::needs(*schema, "Opportunity", {"NextStep"}, {}), moment);
    EXPECT_TRUE(data) << data.error().to_string();
    return *std::move(data);
  }
  // NextStep of every record: known, null, or unknown.
  std::vector<std::string> steps(const LedgerMoment& moment = {}) {
    const LoadedData data = load(moment);
    const Schema& schema = data.snapshot->schema();
    const std::size_t opportunity = *schema.find_object("Opportunity");
    const Table& table = *data.snapshot->table(opportunity);
    std::vector<std::string> shown;
    for (RowIndex row = 0; row < table.rows(); ++row)
      shown.push_back(shown_cell(table, schema, "NextStep", row));
    return shown;
  }

  SyncWorld world_;
  FixedClock clock_{day_of_sync(1)};
};

constexpr std::string_view kTwo = "006000000000001,call\n006000000000002,mail\n";

TEST_F(SourceFacts, a_hidden_field_is_unknown_of_every_record_with_the_reason) {
  deliver({}, 1, std::string(kTwo));
  deliver(visible(false), 2);
  EXPECT_THAT(steps(), ElementsAre("?", "?"));
  const LoadedData data = load();
  EXPECT_THAT(data.notices,
              Contains(HasSubstr("Opportunity.NextStep is hidden since 2024-06-02T12:00:00Z: Salesforce does "
                                 "not describe it")));
  const Schema& schema = data.snapshot->schema();
  const std::size_t opportunity = *schema.find_object("Opportunity");
  const Column* const column =
      data.snapshot->table(opportunity)->column(*schema.object(opportunity).find("NextStep"));
  EXPECT_THAT(column->why_unknown(), HasSubstr("is hidden since"));
}

TEST_F(SourceFacts, before_it_was_hidden_its_values_were_known) {
  deliver({}, 1, std::string(kTwo));
  deliver(visible(false), 3);
  EXPECT_THAT(steps({.as_of = day_of_sync(2)}), ElementsAre("call", "mail"));
  EXPECT_THAT(steps({.as_of = day_of_sync(2), .known_at = day_of_sync(3)}), ElementsAre("?", "?"));
}

TEST_F(SourceFacts, a_field_shown_again_is_known_of_records_that_came_again) {
  deliver({}, 1, std::string(kTwo));
  deliver(visible(false), 2);
  deliver(visible(true), 3, "006000000000002,meet\n");
  EXPECT_THAT(steps(), ElementsAre("?", "meet"));
  EXPECT_THAT(steps({.as_of = day_of_sync(2)}), ElementsAre("?", "?")) << "nobody could see it then";
  EXPECT_THAT(load().notices, IsEmpty());
}

TEST_F(SourceFacts, an_unseen_record_is_not_among_those_judged) {
  deliver({}, 1, std::string(kTwo));
  deliver(unseen("006000000000001AAA"), 2);
  EXPECT_THAT(steps(), ElementsAre("mail"));
  EXPECT_THAT(steps({.as_of = day_of_sync(1)}), ElementsAre("call", "mail"));
}

TEST_F(SourceFacts, a_record_seen_again_is_judged_again_and_was_not_meanwhile) {
  deliver({}, 1, std::string(kTwo));
  deliver(unseen("006000000000001AAA"), 2);
  deliver({}, 3, "006000000000001,call\n");
  EXPECT_THAT(steps(), ElementsAre("call", "mail"));
  EXPECT_THAT(steps({.as_of = day_of_sync(2)}), ElementsAre("mail"));
}

TEST_F(SourceFacts, fields_and_records_nobody_knows_are_passed_over) {
  deliver({}, 1, std::string(kTwo));
  Delivery odd = visible(false);
  odd.visibility.push_back({.object = "Opportunity", .field = "Never__c"});
  odd.visibility.push_back({.object = "Nothing__c", .field = "Name"});
  odd.visibility.erase(odd.visibility.begin());
  odd.unseen = {{.object = "Nothing__c", .ids = {"a00000000000001"}}};
  deliver(odd, 2);
  EXPECT_THAT(world_.rows("SELECT reason FROM hidden_field"), IsEmpty());
  EXPECT_THAT(world_.changes(), IsEmpty());
}

}  // namespace
}  // namespace plumbline
