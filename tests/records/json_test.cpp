#include "records/json.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plumbline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Keeps every row as key -> text; a null cell is "<null>", a cut one "<long>".
class Keeper : public RowSink {
 public:
  std::vector<std::string> names;
  std::vector<std::map<std::string, std::string>> rows;
  std::vector<RowPlace> places;
  std::vector<std::string> rejects;
  std::vector<std::uint32_t> only{};  // columns wanted; all where empty

  Result<std::vector<std::uint32_t>> on_header(std::span<const std::string> header) override {
    names.assign(header.begin(), header.end());
    if (only.empty()) {
      for (std::uint32_t index = 0; index < names.size(); ++index) only.push_back(index);
    }
    return only;
  }
  void on_rows(const RowBatch& batch) override {
    for (std::size_t index = 0; index < batch.places.size(); ++index) {
      std::map<std::string, std::string> row;
      for (std::size_t column = 0; column < batch.columns; ++column) {
        const RawCell& cell = batch.row(index)[column];
        const std::string text = cell.state == CellState::kText   ? std::string(cell.text)
                                 : cell.state == CellState::kNull ? "<null>"
                                                                  : "<long>";
        row[names[only[column]]] = text;
      }
      rows.push_back(row);
      places.push_back(batch.places[index]);
    }
  }
  void on_reject(const RowReject& reject) override { rejects.emplace_back(reject.reason); }
};

Keeper read(std::string_view document, std::string_view object) {
  Keeper keeper;
  const Result<JsonStats> stats = read_json(document, object, keeper);
  EXPECT_TRUE(stats.has_value()) << stats.error().to_string();
  return keeper;
}

std::vector<JsonObjectOutline> outline(std::string_view document) {
  Result<std::vector<JsonObjectOutline>> result = outline_json(document);
  EXPECT_TRUE(result.has_value()) << result.error().to_string();
  return result ? *result : std::vector<JsonObjectOutline>{};
}

std::vector<std::string> object_names(std::string_view document) {
  std::vector<std::string> names;
  for (const JsonObjectOutline& entry : outline(document)) names.push_back(entry.object);
  return names;
}

Error refusal(std::string_view document) {
  const Result<std::vector<JsonObjectOutline>> result = outline_json(document);
  EXPECT_FALSE(result.has_value());
  return result ? Error{} : result.error();
}

constexpr std::string_view kPage = R"({"totalSize":2,"done":false,"nextRecordsUrl":"/q/01g-2000",
 "records":[{"attributes":{"type":"Opportunity","url":"/x"},
   "Id":"006R00000024gDtIAI","Amount":1200.5,"IsClosed":false,"NextStep":null,
   "Owner":{"attributes":{"type":"User","url":"/y"},"Name":"Jane"},"Account":null},
  {"attributes":{"type":"Opportunity"},"Id":"006R00000024gDuIAI","Amount":1.0E7}]})";

TEST(JsonOutline, APageTellsObjectKeysInOrderAndRows) {
  const auto objects = outline(kPage);
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_EQ(objects[0].object, "Opportunity");
  EXPECT_EQ(objects[0].rows, 2U);
  EXPECT_FALSE(objects[0].by_reference);
  EXPECT_THAT(objects[0].keys, ElementsAre("Id", "Amount", "IsClosed", "NextStep", "Owner.Name", "Account"));
}

TEST(JsonRead, CellsOfAPageArriveAsTheirText) {
  const Keeper kept = read(kPage, "Opportunity");
  ASSERT_EQ(kept.rows.size(), 2U);
  EXPECT_EQ(kept.rows[0].at("Id"), "006R00000024gDtIAI");
  EXPECT_EQ(kept.rows[0].at("Amount"), "1200.5");
  EXPECT_EQ(kept.rows[0].at("IsClosed"), "false");
  EXPECT_EQ(kept.rows[0].at("NextStep"), "<null>");
  EXPECT_EQ(kept.rows[0].at("Owner.Name"), "Jane");
  EXPECT_EQ(kept.rows[0].at("Account"), "<null>");
  EXPECT_EQ(kept.rows[1].at("Amount"), "1.0E7");
  EXPECT_EQ(kept.rows[1].at("Owner.Name"), "<null>") << "a key that this record does not have";
}

TEST(JsonRead, RowsCarryTheLineTheyBeginOn) {
  const Keeper kept = read(kPage, "Opportunity");
  ASSERT_EQ(kept.places.size(), 2U);
  EXPECT_EQ(kept.places[0].line, 2U);
  EXPECT_EQ(kept.places[1].line, 5U);
  EXPECT_EQ(kept.places[1].record, 2U);
}

TEST(JsonRead, OnlyTheWantedColumnsComeInTheOrderAsked) {
  Keeper keeper;
  keeper.only = {1, 0};
  ASSERT_TRUE(read_json(kPage, "opportunity", keeper).has_value());
  EXPECT_THAT(keeper.rows[1],
              ElementsAre(std::pair("Amount", "1.0E7"), std::pair("Id", "006R00000024gDuIAI")));
}

TEST(JsonRead, NumbersKeepEveryDigit) {
  const Keeper kept = read(R"([{"Id":"1","Amount":12345678901234567890.12,"Small":-0.10}])", "");
  EXPECT_EQ(kept.rows[0].at("Amount"), "12345678901234567890.12");
  EXPECT_EQ(kept.rows[0].at("Small"), "-0.10");
}

TEST(JsonRead, SeveralPagesInOneListAreOneObject) {
  const Keeper kept = read(R"([{"done":false,"records":[{"attributes":{"type":"Lead"},"Id":"1"}]},
    {"done":true,"records":[{"attributes":{"type":"Lead"},"Id":"2"},{"attributes":{"type":"Lead"},"Id":"3"}]}])",
                           "Lead");
  ASSERT_EQ(kept.rows.size(), 3U);
  EXPECT_EQ(kept.rows[2].at("Id"), "3");
}

TEST(JsonRead, TheCommandLineToolsQueryOutputIsRead) {
  const Keeper before = read(
      R"({"status":0,"result":{"records":[{"attributes":{"type":"Lead"},"Id":"7"}],"done":true}})", "Lead");
  ASSERT_EQ(before.rows.size(), 1U);
  const Keeper after =
      read(R"({"result":{"records":[{"attributes":{"type":"Lead"},"Id":"7"}]},"status":0})", "Lead");
  EXPECT_EQ(after.rows, before.rows);
}

TEST(JsonRead, ABareListOfRecordsIsRead) {
  EXPECT_EQ(read(R"([{"Id":"1"},{"Id":"2"}])", "").rows.size(), 2U);
}

TEST(JsonRead, OneRecordIsRead) {
  EXPECT_EQ(read(R"({"attributes":{"type":"Account"},"Name":"Acme"})", "Account").rows[0].at("Name"), "Acme");
  EXPECT_EQ(read(R"({"Id":"001","Name":"Acme"})", "").rows[0].at("Name"), "Acme");
}

TEST(JsonRead, TheTypeMayStandAfterOtherKeys) {
  const Keeper kept = read(R"({"records":[{"Id":"1","Owner":{"Name":"Jo","attributes":{"type":"User"}},
    "attributes":{"url":"/x","type":"Lead"}}]})",
                           "Lead");
  ASSERT_EQ(kept.rows.size(), 1U);
  EXPECT_EQ(kept.rows[0].at("Id"), "1");
  EXPECT_EQ(kept.rows[0].at("Owner.Name"), "Jo");
}

TEST(JsonRead, ParentsNestToAnyDepth) {
  const Keeper kept = read(R"([{"Id":"1","Account":{"attributes":{},"Owner":{"attributes":{},
    "Manager":{"attributes":{},"Email":"m@x.org"},"Name":"Jo"},"Name":"Acme"}}])",
                           "");
  EXPECT_EQ(kept.rows[0].at("Account.Owner.Manager.Email"), "m@x.org");
  EXPECT_EQ(kept.rows[0].at("Account.Owner.Name"), "Jo");
  EXPECT_EQ(kept.rows[0].at("Account.Name"), "Acme");
}

TEST(JsonRead, CompoundFieldsAndListsKeepTheirRawText) {
  const Keeper kept =
      read(R"([{"Id":"1","BillingAddress":{"city":"Rome","lines":["a", "b"]},"Tags":[1, [2]],"Z":{}}])", "");
  EXPECT_THAT(kept.names, ElementsAre("Id", "BillingAddress", "Tags", "Z"));
  EXPECT_EQ(kept.rows[0].at("BillingAddress"), R"({"city":"Rome","lines":["a", "b"]})");
  EXPECT_EQ(kept.rows[0].at("Tags"), "[1, [2]]");
  EXPECT_EQ(kept.rows[0].at("Z"), "{}");
}

TEST(JsonRead, ACompoundFieldOfAParentIsADottedKey) {
  const Keeper kept =
      read(R"([{"Id":"1","Account":{"BillingAddress":{"city":"Rome"},"attributes":{}}}])", "");
  EXPECT_EQ(kept.rows[0].at("Account.BillingAddress"), R"({"city":"Rome"})");
}

TEST(JsonRead, ChildrenAreRowsOfTheirOwnObjectAndNameTheirParent) {
  constexpr std::string_view kNested = R"({"records":[
    {"attributes":{"type":"Account"},"Id":"001A","Opportunities":{"totalSize":1,"done":true,"records":[
      {"attributes":{"type":"Opportunity"},"Id":"006A"}]},"Name":"Acme"}]})";
  EXPECT_THAT(object_names(kNested), ElementsAre("Opportunity", "Account"));
  EXPECT_THAT(outline(kNested)[0].relationships, ElementsAre("Account.Opportunities"));
  const Keeper children = read(kNested, "Opportunity");
  ASSERT_EQ(children.rows.size(), 1U);
  EXPECT_EQ(children.rows[0].at("$Parent"), "001A");
  EXPECT_EQ(children.rows[0].at("$Relationship"), "Account.Opportunities");
  const Keeper parents = read(kNested, "Account");
  EXPECT_THAT(parents.names, ElementsAre("Id", "Name")) << "the list's own totalSize and done are no fields";
}

TEST(JsonRead, ChildrenBeforeTheirParentsIdStillNameIt) {
  const Keeper kept = read(R"([{"Opportunities":{"records":[{"attributes":{"type":"Opportunity"},"Id":"006A",
      "Tasks":{"records":[{"Id":"00T1"}]}}]},"Id":"001A","attributes":{"type":"Account"}}])",
                           "Opportunity");
  EXPECT_EQ(kept.rows[0].at("$Parent"), "001A");
  EXPECT_EQ(kept.rows[0].at("$Relationship"), "Account.Opportunities");
}

TEST(JsonRead, ChildrenWithoutATypeAreNamedByTheirRelationship) {
  constexpr std::string_view kUntyped =
      R"([{"attributes":{"type":"Account"},"Id":"1","Opportunities":{"records":[{"Id":"2"}]}},
    {"Id":"3","Tasks":{"records":[{"Id":"4"}]}}])";
  EXPECT_THAT(object_names(kUntyped), ElementsAre("Account/Opportunities", "Account", "/Tasks", ""));
  EXPECT_EQ(read(kUntyped, "/Tasks").rows[0].at("$Relationship"), "Tasks");
}

TEST(JsonRead, ReferencesOfATreeFileStandForIds) {
  constexpr std::string_view kTree =
      R"({"records":[{"attributes":{"type":"Account","referenceId":"AccountRef1"},
    "Name":"Acme","ParentId":"@AccountRef0","Handle":"@not a reference",
    "Opportunities":{"records":[{"attributes":{"type":"Opportunity","referenceId":"OppRef1"},"Name":"Big"}]}}]})";
  const Keeper accounts = read(kTree, "Account");
  EXPECT_EQ(accounts.rows[0].at("Id"), "AccountRef1");
  EXPECT_EQ(accounts.rows[0].at("ParentId"), "AccountRef0");
  EXPECT_EQ(accounts.rows[0].at("Handle"), "@not a reference");
  const Keeper opportunities = read(kTree, "Opportunity");
  EXPECT_EQ(opportunities.rows[0].at("$Parent"), "AccountRef1");
  EXPECT_TRUE(outline(kTree)[0].by_reference);
}

TEST(JsonRead, OutsideTreeFilesAnAtSignStays) {
  EXPECT_EQ(read(R"([{"Id":"1","NextStep":"@jane"}])", "").rows[0].at("NextStep"), "@jane");
}

TEST(JsonRead, OfAKeyGivenTwiceTheLastWins) {
  const Keeper kept = read(R"([{"Id":"1","Name":"a","name":"b"}])", "");
  EXPECT_THAT(kept.names, ElementsAre("Id", "Name"));
  EXPECT_EQ(kept.rows[0].at("Name"), "b");
}

TEST(JsonRead, EscapesBecomeTheirCharacters) {
  EXPECT_EQ(read(R"([{"Id":"1","Name":"a\n\u00e9\ud83d\ude00\""}])", "").rows[0].at("Name"),
            "a\n\u00e9\U0001F600\"");
}

TEST(JsonRead, NulCharactersAreDroppedAndCounted) {
  Keeper keeper;
  const Result<JsonStats> stats = read_json(R"([{"Id":"1","Name":"a\u0000b\u0000"}])", "", keeper);
  ASSERT_TRUE(stats.has_value());
  EXPECT_EQ(stats->nul_bytes, 2U);
  EXPECT_EQ(keeper.rows[0].at("Name"), "ab");
}

TEST(JsonRead, AByteOrderMarkIsNoPartOfTheDocument) {
  EXPECT_EQ(read("\xEF\xBB\xBF[{\"Id\":\"1\"}]", "").rows.size(), 1U);
}

TEST(JsonRead, ATooLongCellIsCutAndSaysSo) {
  const std::string document =
      fmt::format(R"([{{"Id":"1","Name":"{}"}}])", std::string(kMaxCellBytes + 1, 'x'));
  EXPECT_EQ(read(document, "").rows[0].at("Name"), "<long>");
  const std::string longest = fmt::format(R"([{{"Id":"1","Name":"{}"}}])", std::string(kMaxCellBytes, 'x'));
  EXPECT_EQ(read(longest, "").rows[0].at("Name").size(), kMaxCellBytes);
}

TEST(JsonRead, ATooLargeRecordIsRejectedAndTheNextOneRead) {
  std::string document = R"([{"Id":"1")";
  for (int field = 0; field < 17; ++field) {
    document += fmt::format(R"(,"F{}":"{}")", field, std::string(kMaxCellBytes, 'x'));
  }
  document += R"(},{"Id":"2"}])";
  EXPECT_EQ(outline(document)[0].rows, 2U);
  const Keeper kept = read(document, "");
  ASSERT_EQ(kept.rows.size(), 1U);
  EXPECT_EQ(kept.rows[0].at("Id"), "2");
  EXPECT_THAT(kept.rejects, ElementsAre(HasSubstr("larger than 16 MiB")));
}

TEST(JsonRead, MoreThanABatchOfRowsArrivesWhole) {
  std::string document = "[";
  for (int row = 0; row < 5000; ++row)
    document += fmt::format("{}{{\"Id\":\"{}\"}}\n", row == 0 ? "" : ",", row);
  const Keeper kept = read(document + "]", "");
  ASSERT_EQ(kept.rows.size(), 5000U);
  EXPECT_EQ(kept.rows[4999].at("Id"), "4999");
  EXPECT_EQ(kept.places[4999].line, 5000U);
}

TEST(JsonOutline, APageOfNothingIsUnderstood) {
  for (const std::string_view empty : {R"({"totalSize":0,"done":true,"records":[]})", "[]"}) {
    const auto objects = outline(empty);
    ASSERT_EQ(objects.size(), 1U);
    EXPECT_EQ(objects[0].rows, 0U);
    EXPECT_THAT(objects[0].keys, IsEmpty());
  }
}

TEST(JsonOutline, JsonWithoutRecordsSaysWhichShapesAreRead) {
  for (const std::string_view other :
       {"{}", "7", "null", R"("text")", R"({"a":1})", "[1]", "[[]]", R"({"a":{"b":[]}})"}) {
    const Error error = refusal(other);
    EXPECT_EQ(error.code, ErrorCode::kNotFound) << other;
    EXPECT_THAT(error.message, HasSubstr("{\"records\": [...]}")) << other;
  }
}

TEST(JsonOutline, ASavedErrorAnswerIsNamedAsOne) {
  EXPECT_THAT(refusal(R"([{"message":"Session expired","errorCode":"INVALID_SESSION_ID"}])").message,
              HasSubstr("error answer of Salesforce"));
}

TEST(JsonOutline, FaultsHaveTheirLineAndColumn) {
  const Error error = refusal("[\n  {\"Id\": \"1\" \"Name\": \"x\"}\n]");
  ASSERT_TRUE(error.where.has_value());
  EXPECT_EQ(error.where->line, 2U);
  EXPECT_EQ(error.where->column, 14U);
  EXPECT_THAT(error.message, HasSubstr("a comma or } is missing after a value"));
}

TEST(JsonOutline, ACutFileIsSaidToBeCut) {
  for (const std::string_view cut :
       {R"([{"Id":"1"},)", R"([{"Id":"1")", R"([{"Id":"1)", R"({"records":[)", "[{\"Id\": \n"}) {
    EXPECT_THAT(refusal(cut).message, HasSubstr("cut short")) << cut;
  }
}

TEST(JsonOutline, WhatIsNoJsonAtAllIsSaidInPlainWords) {
  EXPECT_THAT(refusal("").message, HasSubstr("is empty"));
  EXPECT_THAT(refusal(" \r\n").message, HasSubstr("is empty"));
  EXPECT_THAT(refusal("<!doctype html>").message, HasSubstr("web page"));
  EXPECT_THAT(refusal(std::string_view("\xFF\xFE[\0", 4)).message, HasSubstr("UTF-16"));
  EXPECT_THAT(refusal(std::string_view("[]\0x", 4)).message, HasSubstr("NUL"));
  EXPECT_THAT(refusal("{\"Id\":\"1\"}\n{\"Id\":\"2\"}").message, HasSubstr("one record a line is not read"));
  EXPECT_THAT(refusal("[{Id:1}]").message, HasSubstr("key in quotes"));
  EXPECT_THAT(refusal(R"([{"Id":nul}])").message, HasSubstr("value is missing or misspelt"));
  EXPECT_THAT(refusal(R"([{"Id":1e999}])").message, HasSubstr("a number is larger"));
}

TEST(JsonOutline, NestingBeyondTheBoundIsReported) {
  const std::string deep(100'000, '[');
  EXPECT_THAT(refusal(R"([{"Id":)" + deep).message, HasSubstr("nested more than 64 deep"));
}

TEST(JsonOutline, TooManyKeysOrObjectsAreReported) {
  std::string keys = R"([{"Id":"1")";
  for (std::size_t key = 0; key < kMaxColumns; ++key) keys += fmt::format(R"(,"K{}":1)", key);
  EXPECT_THAT(refusal(keys + "}]").message, HasSubstr("more than 4096 different keys"));
  std::string objects = "[";
  for (std::size_t object = 0; object <= kMaxJsonObjects; ++object) {
    objects += fmt::format(R"({}{{"attributes":{{"type":"T{}"}}}})", object == 0 ? "" : ",", object);
  }
  EXPECT_THAT(refusal(objects + "]").message, HasSubstr("more than 256 kinds"));
  EXPECT_THAT(refusal(fmt::format(R"([{{"{}":1}}])", std::string(kMaxJsonKeyBytes + 1, 'k'))).message,
              HasSubstr("a key is longer than 1024"));
}

TEST(JsonRead, AnObjectThatIsNotThereIsNotFound) {
  Keeper keeper;
  const Result<JsonStats> stats = read_json(kPage, "Lead", keeper);
  ASSERT_FALSE(stats.has_value());
  EXPECT_EQ(stats.error().code, ErrorCode::kNotFound);
}

TEST(JsonRead, AnErrorOfTheSinkEndsTheReading) {
  class Refuser : public Keeper {
    Result<std::vector<std::uint32_t>> on_header(std::span<const std::string>) override {
      return fail(ErrorCode::kCancelled, "enough");
    }
  } refuser;
  const Result<JsonStats> stats = read_json(kPage, "Opportunity", refuser);
  ASSERT_FALSE(stats.has_value());
  EXPECT_EQ(stats.error().message, "enough");
  EXPECT_THAT(refuser.rows, IsEmpty());
}

TEST(JsonRead, ChildrenTooManyToWaitForTheirParentAreRejected) {
  std::string document = R"([{"attributes":{"type":"Account"},"Opportunities":{"records":[)";
  for (int child = 0; child < 20; ++child) {
    document += fmt::format(R"({}{{"attributes":{{"type":"Opportunity"}},"Id":"{}","N":"{}"}})",
                            child == 0 ? "" : ",", child, std::string(kMaxCellBytes - 100, 'x'));
  }
  document += R"(]},"Id":"001"}])";
  EXPECT_EQ(outline(document)[0].rows, 20U);
  const Keeper kept = read(document, "Opportunity");
  EXPECT_EQ(kept.rows.size() + kept.rejects.size(), 20U);
  ASSERT_FALSE(kept.rejects.empty());
  EXPECT_THAT(kept.rejects[0], HasSubstr("name Id first"));
  EXPECT_EQ(kept.rows[0].at("$Parent"), "001");
}

}  // namespace
}  // namespace plumbline
