#include "tests/policies/function_fixture.h"
#include "tests/policies/small_table.h"

namespace plumbline {
namespace {

constexpr const char* kId = "006000000000001";
constexpr const char* kOtherId = "006000000000002";

// One change of the first opportunity.
struct Change {
  std::string field;
  std::string before;
  std::string after;
  std::string when;
  std::string of = kId;
};

class HistoryFunctions : public FunctionTest {
 protected:
  HistoryFunctions() { set_now("2022-04-23T09:00:00Z"); }

  // Two opportunities, both created on 1 January, and their changes.
  void load(const std::vector<Change>& changes,
            const std::vector<std::string>& fields = {"Id", "CreatedDate", "CloseDate", "NextStep"},
            const TableRows& rows = {{kId, "2022-01-01T10:00:00Z", "2022-04-30", "Call Ann"},
                                     {kOtherId, "2022-01-01T10:00:00Z", "2022-04-30", "Call Bob"}}) {
    const auto schema = std::make_shared<const Schema>(Schema::standard());
    std::vector<std::unique_ptr<Table>> tables(schema->object_count());
    opportunity_ = schema->find_object("Opportunity").value();
    tables[opportunity_] = small_table(*schema, "Opportunity", fields, rows);
    TableRows history;
    for (const Change& change : changes) {
      history.push_back({change.of, change.field, change.before, change.after, change.when});
    }
    const std::vector<std::string> columns = {"OpportunityId", "Field", "OldValue", "NewValue",
                                              "CreatedDate"};
    tables[schema->find_object("OpportunityFieldHistory").value()] =
        small_table(*schema, "OpportunityFieldHistory", columns, history);
    snapshot_ = Snapshot::build(schema, std::move(tables), needs_of(*schema, fields));
  }

  std::string of_field(std::string_view function, std::string_view field,
                       const std::vector<Value>& arguments) {
    const std::size_t index = snapshot_->schema().object(opportunity_).find(field).value();
    fields_ = {{.object = opportunity_, .field = index, .row = row_}};
    return result(function, arguments);
  }

  // The field's present value plays no role in most of them.
  std::string of_close_date(std::string_view function) {
    return of_field(function, "CloseDate", {day("2022-04-30")});
  }
  std::string of_close_date(std::string_view function, double days) {
    return of_field(function, "CloseDate", {day("2022-04-30"), number(days)});
  }
  std::string keeps_prior(std::string_view present) {
    return of_field("KEEPS_PRIOR", "NextStep", {text(present)});
  }

  RowIndex row_ = 0;

 private:
  DataNeeds needs_of(const Schema& schema, const std::vector<std::string>& fields) const {
    DataNeeds needs;
    for (const std::string& name : fields) {
      const auto field = schema.object(opportunity_).find(name);
      needs.add_field(opportunity_, *field);
      if (name != "Id") needs.history.emplace(opportunity_, *field);
    }
    needs.add_implied(schema);
    return needs;
  }

  std::size_t opportunity_ = 0;
};

TEST_F(HistoryFunctions, SetAtIsTheNewestChange) {
  load({{"CloseDate", "2022-03-31", "2022-04-30", "2022-04-20T08:00:00Z"},
        {"CloseDate", "2022-02-28", "2022-03-31", "2022-03-20T08:00:00Z"}});
  EXPECT_EQ(of_close_date("SET_AT"), "2022-04-20T08:00:00Z");
}

TEST_F(HistoryFunctions, AChangeCountsFromItsVerySecond) {
  load({{"CloseDate", "2022-03-31", "2022-04-30", "2022-04-23T09:00:00Z"}});
  EXPECT_EQ(of_close_date("SET_AT"), "2022-04-23T09:00:00Z");
  set_now("2022-04-23T08:59:59Z");
  EXPECT_EQ(of_close_date("SET_AT"), "2022-01-01T10:00:00Z");
}

TEST_F(HistoryFunctions, OfTwoChangesInOneSecondTheLaterRowCounts) {
  load({{"CloseDate", "2022-02-28", "2022-03-31", "2022-04-20T08:00:00Z"},
        {"CloseDate", "2022-03-31", "2022-04-30", "2022-04-20T08:00:00Z"}});
  EXPECT_EQ(of_close_date("PRIORVALUE"), "2022-03-31");
}

TEST_F(HistoryFunctions, SetAtOfAFieldNeverChangedIsTheRecordsCreation) {
  load({{"CloseDate", "2022-03-31", "2022-04-30", "2022-04-20T08:00:00Z", kOtherId}});
  EXPECT_EQ(of_close_date("SET_AT"), "2022-01-01T10:00:00Z");
}

TEST_F(HistoryFunctions, SetAtIsUnknownWithoutChangeAndCreatedDate) {
  load({{"CloseDate", "2022-03-31", "2022-04-30", "2022-04-20T08:00:00Z", kOtherId}}, {"Id", "CloseDate"},
       {{kId, "2022-04-30"}, {kOtherId, "2022-04-30"}});
  EXPECT_EQ(of_close_date("SET_AT"), "unknown: CloseDate has never changed, and the data has no CreatedDate");
}

TEST_F(HistoryFunctions, SetAtIsUnknownWhereCreatedDateCannotBeRead) {
  load({{"CloseDate", "2022-03-31", "2022-04-30", "2022-04-20T08:00:00Z", kOtherId}},
       {"Id", "CreatedDate", "CloseDate"}, {{kId, "yesterday", "2022-04-30"}, {kOtherId, "", "2022-04-30"}});
  EXPECT_EQ(of_close_date("SET_AT"),
            "unknown: CloseDate has never changed, and CreatedDate could not be read");
}

TEST_F(HistoryFunctions, SetAtIsNullWhereCreatedDateIs) {
  load({{"CloseDate", "2022-03-31", "2022-04-30", "2022-04-20T08:00:00Z", kOtherId}},
       {"Id", "CreatedDate", "CloseDate"}, {{kId, "", "2022-04-30"}, {kOtherId, "", "2022-04-30"}});
  EXPECT_EQ(of_close_date("SET_AT"), "null");
}

TEST_F(HistoryFunctions, AllAreUnknownOfAFieldThatIsNotTracked) {
  load({{"StageName", "1-Discovery", "2-Scoping", "2022-04-20T08:00:00Z"}});
  const std::string untracked = "unknown: no change of CloseDate is in the history data";
  EXPECT_EQ(of_close_date("SET_AT"), untracked);
  EXPECT_EQ(of_close_date("PRIORVALUE"), untracked);
  EXPECT_EQ(of_close_date("CHANGES", 30), untracked);
  EXPECT_EQ(of_close_date("PUSHES", 30), untracked);
  EXPECT_EQ(keeps_prior("x"), "unknown: no change of NextStep is in the history data");
}

TEST_F(HistoryFunctions, AllAreNullOfNoRecordAndUnknownOfOneNotInTheData) {
  load({{"CloseDate", "2022-03-31", "2022-04-30", "2022-04-20T08:00:00Z"}});
  row_ = kNoRow;
  EXPECT_EQ(of_close_date("SET_AT"), "null");
  EXPECT_EQ(of_close_date("CHANGES", 30), "null");
  row_ = kMissingRow;
  EXPECT_EQ(of_close_date("SET_AT"), "unknown: the record is not in the data");
}

TEST_F(HistoryFunctions, TheyWorkOnAFieldThatIsNullByNow) {
  load({{"CloseDate", "2022-03-31", "", "2022-04-20T08:00:00Z"}});
  EXPECT_EQ(of_field("SET_AT", "CloseDate", {null()}), "2022-04-20T08:00:00Z");
  EXPECT_EQ(of_field("PRIORVALUE", "CloseDate", {null()}), "2022-03-31");
}

TEST_F(HistoryFunctions, AnUnknownFieldOrCountStaysUnknown) {
  load({{"CloseDate", "2022-03-31", "2022-04-30", "2022-04-20T08:00:00Z"}});
  EXPECT_EQ(of_field("SET_AT", "CloseDate", {unknown("hidden")}), "unknown: hidden");
  EXPECT_EQ(of_field("CHANGES", "CloseDate", {day("2022-04-30"), unknown("hidden")}), "unknown: hidden");
}

TEST_F(HistoryFunctions, PriorValueHasTheFieldsType) {
  load({{"CloseDate", "2022-03-31", "2022-04-30", "2022-04-20T08:00:00Z"},
        {"NextStep", "Call Ann", "Call Bob", "2022-04-20T08:00:00Z"}});
  EXPECT_EQ(of_close_date("PRIORVALUE"), "2022-03-31");
  EXPECT_EQ(of_field("PRIORVALUE", "NextStep", {text("Call Bob")}), "'Call Ann'");
}

TEST_F(HistoryFunctions, PriorValueOfAmountsAndBooleansHaveTheirTypesToo) {
  load({{"Amount", "1000.5", "2000", "2022-04-20T08:00:00Z"},
        {"IsWon", "false", "true", "2022-04-20T08:00:00Z"}},
       {"Id", "Amount", "IsWon"}, {{kId, "2000", "true"}});
  EXPECT_EQ(of_field("PRIORVALUE", "Amount", {money("2000")}), "$1000.50");
  EXPECT_EQ(of_field("PRIORVALUE", "IsWon", {truth(true)}), "false");
}

TEST_F(HistoryFunctions, ADateFieldsHistoryMayHoldDatetimes) {
  load({{"CloseDate", "2022-03-31T00:00:00.000Z", "2022-04-30T00:00:00.000Z", "2022-04-20T08:00:00Z"}});
  EXPECT_EQ(of_close_date("PRIORVALUE"), "2022-03-31");
  EXPECT_EQ(of_close_date("PUSHES", 30), "1");
}

TEST_F(HistoryFunctions, PriorValueIsNullWhereItWasOrWhereNothingChanged) {
  load({{"CloseDate", "", "2022-04-30", "2022-04-20T08:00:00Z"}});
  EXPECT_EQ(of_close_date("PRIORVALUE"), "null");
  row_ = 1;
  EXPECT_EQ(of_close_date("PRIORVALUE"), "null");
}

TEST_F(HistoryFunctions, AFormerValueThatCannotBeReadIsUnknown) {
  load({{"CloseDate", "soon", "2022-04-30", "2022-04-20T08:00:00Z"}});
  const std::string unreadable =
      "unknown: a former value of CloseDate, \"soon\", could not be read as a date";
  EXPECT_EQ(of_close_date("PRIORVALUE"), unreadable);
  EXPECT_EQ(of_close_date("PUSHES", 30), unreadable);
  EXPECT_EQ(of_close_date("CHANGES", 30), "1");
}

TEST_F(HistoryFunctions, ChangesCountFromTheStartOfTheLocalDay) {
  load({{"CloseDate", "2022-02-28", "2022-03-31", "2022-04-20T03:59:59Z"},
        {"CloseDate", "2022-03-31", "2022-04-30", "2022-04-20T04:00:00Z"}});
  EXPECT_EQ(of_close_date("CHANGES", 3), "2");
  set_zone("America/New_York");
  EXPECT_EQ(of_close_date("CHANGES", 3), "1");
}

TEST_F(HistoryFunctions, ChangesOfNoughtDaysAreTodays) {
  load({{"CloseDate", "2022-02-28", "2022-03-31", "2022-04-22T23:59:59Z"},
        {"CloseDate", "2022-03-31", "2022-04-30", "2022-04-23T00:00:00Z"},
        {"CloseDate", "2022-04-30", "2022-05-31", "2022-04-23T09:00:01Z"}});
  EXPECT_EQ(of_close_date("CHANGES", 0), "1");
  EXPECT_EQ(of_close_date("CHANGES", 1), "2");
}

TEST_F(HistoryFunctions, AWindowLongerThanTheCalendarHoldsAllChanges) {
  load({{"CloseDate", "2022-02-28", "2022-03-31", "1999-04-22T23:59:59Z"}});
  EXPECT_EQ(of_close_date("CHANGES", 1e6), "1");
  EXPECT_EQ(of_close_date("CHANGES", 1e300), "1");
}

TEST_F(HistoryFunctions, AWindowOfNegativeDaysHoldsNone) {
  load({{"CloseDate", "2022-02-28", "2022-03-31", "2022-04-23T08:00:00Z"}});
  EXPECT_EQ(of_close_date("CHANGES", -1), "0");
  EXPECT_EQ(of_close_date("CHANGES", -1e300), "0");
}

TEST_F(HistoryFunctions, CountsOfANullNumberOfDaysAreNull) {
  load({{"CloseDate", "2022-02-28", "2022-03-31", "2022-04-23T08:00:00Z"}});
  EXPECT_EQ(of_field("CHANGES", "CloseDate", {day("2022-04-30"), null()}), "null");
}

TEST_F(HistoryFunctions, PushesAreMovesToALaterMonth) {
  load({{"CloseDate", "2022-01-31", "2022-02-28", "2022-04-10T08:00:00Z"},    // a push
        {"CloseDate", "2022-02-28", "2022-02-15", "2022-04-11T08:00:00Z"},    // back
        {"CloseDate", "2022-02-15", "2022-02-28", "2022-04-12T08:00:00Z"},    // within the month
        {"CloseDate", "2022-12-01", "2023-01-01", "2022-04-13T08:00:00Z"},    // a push over the year's end
        {"CloseDate", "2023-01-01", "2022-06-30", "2022-04-14T08:00:00Z"}});  // back
  EXPECT_EQ(of_close_date("PUSHES", 30), "2");
}

TEST_F(HistoryFunctions, FromOrToNullIsNoPush) {
  load({{"CloseDate", "", "2022-02-28", "2022-04-10T08:00:00Z"},
        {"CloseDate", "2022-02-28", "", "2022-04-11T08:00:00Z"}});
  EXPECT_EQ(of_close_date("PUSHES", 30), "0");
}

TEST_F(HistoryFunctions, PushesBeforeTheWindowDoNotCount) {
  load({{"CloseDate", "2022-01-31", "2022-02-28", "2022-04-10T08:00:00Z"}});
  EXPECT_EQ(of_close_date("PUSHES", 13), "1");
  EXPECT_EQ(of_close_date("PUSHES", 12), "0");
}

TEST_F(HistoryFunctions, KeepsPriorFindsTheWholePreviousValueInAnyCase) {
  load({{"NextStep", "Call Ann about pricing", "x", "2022-04-10T08:00:00Z"}});
  EXPECT_EQ(keeps_prior("Send deck; call ANN about pricing"), "true");
  EXPECT_EQ(keeps_prior("Send deck; call Ann about pricings"), "false");
  EXPECT_EQ(keeps_prior("Send deck"), "false");
}

TEST_F(HistoryFunctions, KeepsPriorWantsMoreThanThePreviousValue) {
  load({{"NextStep", "Call Ann about pricing", "x", "2022-04-10T08:00:00Z"}});
  EXPECT_EQ(keeps_prior(" call ann about pricing  "), "false");
}

TEST_F(HistoryFunctions, KeepsPriorMindsOnlyPreviousValuesOfThreeWords) {
  load({{"NextStep", "call ann", "x", "2022-04-10T08:00:00Z"}});
  EXPECT_EQ(keeps_prior("call ann today"), "false");
  load({{"NextStep", "call ann today", "x", "2022-04-10T08:00:00Z"}});
  EXPECT_EQ(keeps_prior("call ann today at noon"), "true");
}

TEST_F(HistoryFunctions, KeepsPriorLooksAtTheNewestPreviousValueAlone) {
  load({{"NextStep", "Call Ann about pricing", "Send the deck", "2022-04-10T08:00:00Z"},
        {"NextStep", "Send the deck", "x", "2022-04-11T08:00:00Z"}});
  EXPECT_EQ(keeps_prior("Mail Bob; call Ann about pricing"), "false");
  EXPECT_EQ(keeps_prior("Send the deck; mail Bob"), "true");
}

TEST_F(HistoryFunctions, KeepsPriorIsFalseWithoutPreviousOrPresentValue) {
  load({{"NextStep", "", "x", "2022-04-10T08:00:00Z"}});
  EXPECT_EQ(keeps_prior("Send the deck to Ann"), "false");
  row_ = 1;
  EXPECT_EQ(keeps_prior("Send the deck to Ann"), "false");
  row_ = 0;
  EXPECT_EQ(of_field("KEEPS_PRIOR", "NextStep", {null()}), "false");
}

}  // namespace
}  // namespace plumbline
