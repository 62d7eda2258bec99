#include "policies/verdict_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plumbline {
namespace {

using namespace std::string_view_literals;

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<PolicyFacts> kFacts = {{.policy = "past",
                                          .pack = "p",
                                          .pack_hash = "h",
                                          .severity = Severity::kHigh,
                                          .object = "Lead",
                                          .source = "s"},
                                         {.policy = "owner",
                                          .pack = "p",
                                          .pack_hash = "h",
                                          .severity = Severity::kLow,
                                          .object = "Lead",
                                          .source = "t"}};

struct Taken {
  std::vector<std::string> messages;
  std::size_t enough = 1000;

  EachVerdict sink() {
    return EachVerdict([this](const Verdict& verdict) {
      messages.push_back(verdict.message);
      return messages.size() < enough ? SinkAnswer::kMore : SinkAnswer::kEnough;
    });
  }
};

void add(VerdictBatch& batch, std::initializer_list<std::string_view> messages) {
  for (const std::string_view message : messages) batch.add({.message = message});
}

TEST(ToVerdict, TakesWhatThePolicySharesFromItsFacts) {
  const Verdict verdict = to_verdict({.policy = 1}, kFacts[1]);
  EXPECT_EQ(verdict.policy, "owner");
  EXPECT_EQ(verdict.pack, "p");
  EXPECT_EQ(verdict.pack_hash, "h");
  EXPECT_EQ(verdict.severity, Severity::kLow);
  EXPECT_EQ(verdict.object, "Lead");
  EXPECT_EQ(verdict.source, "t");
}

TEST(ToVerdict, OwnsItsTexts) {
  std::string text = "one text for all of the fields, too long to be small";
  const std::string before = text;
  const EvidenceView evidence[] = {{.name = text, .value = Value::of(std::string_view(text))}};
  const Verdict verdict = to_verdict({.status = VerdictStatus::kUnknown,
                                      .record_id = text,
                                      .record_name = text,
                                      .owner_id = text,
                                      .owner_name = text,
                                      .as_of = *parse_instant("2026-03-18T12:00:00Z"),
                                      .evidence = evidence,
                                      .message = text,
                                      .remedy = text,
                                      .reason = text},
                                     kFacts[0]);
  text.assign(text.size(), '?');
  EXPECT_EQ(verdict.status, VerdictStatus::kUnknown);
  EXPECT_EQ(verdict.as_of, *parse_instant("2026-03-18T12:00:00Z"));
  EXPECT_THAT((std::vector{verdict.record_id, verdict.record_name, verdict.owner_id, verdict.owner_name,
                           verdict.message, verdict.remedy, verdict.reason}),
              testing::Each(before));
  EXPECT_THAT(verdict.evidence, ElementsAre(EvidenceItem{before, before}));
}

TEST(ToVerdict, TellsEvidenceByItsKind) {
  const EvidenceView evidence[] = {{"null", Value::null(ValueType::kNumber)},
                                   {"unknown", Value::unknown("why")},
                                   {"truth", Value::of(true)},
                                   {"number", Value::of(2.5)},
                                   {"money", Value::of(Money{100})},
                                   {"day", Value::of(*parse_day("2026-03-18"))},
                                   {"id", Value::of("006"sv, ValueType::kId)}};
  EXPECT_THAT(
      to_verdict({.evidence = evidence}, kFacts[0]).evidence,
      ElementsAre(EvidenceItem{"null", NullValue{}}, EvidenceItem{"unknown", UnknownValue{}},
                  EvidenceItem{"truth", true}, EvidenceItem{"number", 2.5}, EvidenceItem{"money", Money{100}},
                  EvidenceItem{"day", *parse_day("2026-03-18")}, EvidenceItem{"id", std::string("006")}));
}

TEST(EachVerdict, HandsOnInTheOrderArranged) {
  Taken taken;
  EachVerdict sink = taken.sink();
  sink.begin(kFacts);
  const auto batch = sink.make_batch();
  add(*batch, {"b", "c", "a"});
  batch->arrange(std::vector<std::uint32_t>{2, 0, 1});
  add(*batch, {"e", "d"});
  batch->arrange(std::vector<std::uint32_t>{1, 0});
  add(*batch, {"f"});
  EXPECT_EQ(sink.take(*batch), SinkAnswer::kMore);
  EXPECT_THAT(taken.messages, ElementsAre("a", "b", "c", "d", "e", "f"));
}

TEST(EachVerdict, StopsWhereItsTakerHasEnough) {
  Taken taken{.messages = {}, .enough = 2};
  EachVerdict sink = taken.sink();
  sink.begin(kFacts);
  const auto batch = sink.make_batch();
  add(*batch, {"a", "b", "c"});
  EXPECT_EQ(sink.take(*batch), SinkAnswer::kEnough);
  EXPECT_THAT(taken.messages, ElementsAre("a", "b"));
}

TEST(EachVerdict, LeavesATakenBatchEmpty) {
  Taken taken;
  EachVerdict sink = taken.sink();
  sink.begin(kFacts);
  const auto batch = sink.make_batch();
  add(*batch, {"a"});
  sink.take(*batch);
  taken.messages.clear();
  sink.take(*batch);
  EXPECT_THAT(taken.messages, IsEmpty());
}

}  // namespace
}  // namespace plumbline
