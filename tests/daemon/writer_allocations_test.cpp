// Judging a million records makes as many verdicts; none of them may cost an allocation.
#include <gtest/gtest.h>

#include "daemon/cli/verdict_writer.h"
#include "policies/display.h"
#include "tests/allocations.h"
#include "tests/daemon/verdict_feed.h"

namespace plumbline {
namespace {

using namespace std::string_view_literals;

VerdictFeed sample() {
  Verdict verdict;
  verdict.policy = "next-step-has-date";
  verdict.pack = "commercial-sales";
  verdict.object = "Opportunity";
  verdict.record_id = "006Rt00000000JuIAI";
  verdict.record_name = "N\u00F8rdlys \"Fjord\", ferry lines of the north";
  verdict.owner_id = "005Rt00000000AbIAI";
  verdict.owner_name = "Ada Marlowe-Finch of the northern region";
  verdict.as_of = *parse_instant("2026-03-18T12:00:00Z");
  verdict.evidence = {{"IsClosed", false},
                      {"NextStep", std::string("Send the \"revised\" quote, and call them\non Monday")},
                      {"CloseDate", *parse_day("2026-04-30")},
                      {"CreatedDate", verdict.as_of},
                      {"Amount", Money{12345000}},
                      {"days", 43.52891},
                      {"Amount", NullValue{}},
                      {"Owner.Name", UnknownValue{}}};
  verdict.message = "The next step \"Send the revised quote\" has no date.";
  verdict.remedy = "Write who does what by when, such as: 24 Mar send quote (AM).";
  Verdict unknown = verdict;
  unknown.status = VerdictStatus::kUnknown;
  unknown.reason = "Amount could not be read";
  return VerdictFeed({verdict, unknown});
}

constexpr std::size_t kRounds = 100;

void fill_and_arrange(const VerdictFeed& feed, VerdictBatch& batch) {
  static constexpr std::uint32_t kBackwards[] = {1, 0};
  for (std::size_t i = 0; i < kRounds; ++i) {
    feed.add_all(batch);
    batch.arrange(kBackwards);
  }
}

class CountingOutput : public TextOutput {
 public:
  void write(std::string_view text) override { bytes_ += text.size(); }
  Status finish() override { return {}; }
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_ = 0;
};

// What a second batch of the same size costs, and its bytes show that something was done.
std::size_t allocations_when_warm(VerdictWriter& writer, CountingOutput& out) {
  const VerdictFeed feed = sample();
  writer.begin(feed.facts());
  const auto batch = writer.make_batch();
  fill_and_arrange(feed, *batch);
  writer.take(*batch);
  const std::size_t before = out.bytes();
  const std::size_t allocations = allocations_in([&] {
    fill_and_arrange(feed, *batch);
    writer.take(*batch);
  });
  EXPECT_GT(out.bytes(), before);
  return allocations;
}

TEST(WriterAllocations, AreCounted) {
  EXPECT_EQ(allocations_in([] { EXPECT_EQ(std::string(100, 'x').size(), 100U); }), 1U);
}

TEST(WriterAllocations, NoneForALineOfJson) {
  CountingOutput out;
  const RecordLinks links = RecordLinks::to("https://acme.my.salesforce.com").value();
  EXPECT_EQ(allocations_when_warm(*jsonl_writer(out, links), out), 0U);
}

TEST(WriterAllocations, NoneForARowOfCsv) {
  CountingOutput out;
  const RecordLinks links = RecordLinks::to("https://acme.my.salesforce.com").value();
  EXPECT_EQ(allocations_when_warm(*csv_writer(out, links), out), 0U);
}

TEST(WriterAllocations, NoneForWhatTheTableKeepsOnAJudgingThread) {
  CountingOutput out;
  const RecordLinks links;
  const auto writer = table_writer(out, links, {});
  const VerdictFeed feed = sample();
  writer->begin(feed.facts());
  const auto batch = writer->make_batch();
  fill_and_arrange(feed, *batch);
  writer->take(*batch);
  EXPECT_EQ(allocations_in([&] { fill_and_arrange(feed, *batch); }), 0U);
}

TEST(WriterAllocations, NoneForAVerdictOfWhichThePageOnlyCounts) {
  CountingOutput out;
  const RecordLinks links;
  const auto writer = html_writer(out, links, {.most_violations = 2, .most_unknown = 2});
  const VerdictFeed feed = sample();
  writer->begin(feed.facts());
  const auto batch = writer->make_batch();
  fill_and_arrange(feed, *batch);
  writer->take(*batch);
  EXPECT_EQ(allocations_in([&] {
              fill_and_arrange(feed, *batch);
              writer->take(*batch);
            }),
            0U);
}

TEST(WriterAllocations, NoneForValuesInAMessage) {
  const Value values[] = {Value::of(true),
                          Value::of(43.52891),
                          Value::of(12.0),
                          Value::of(Money{-123456789}),
                          Value::of(*parse_day("2026-04-30")),
                          Value::of(*parse_instant("2026-03-18T12:00:00Z")),
                          Value::of("a text that is longer than any small string can hold"sv),
                          Value::null(),
                          Value::unknown("why")};
  const TimeZone zone = TimeZone::find("America/New_York").value();
  std::string message;
  const auto fill = [&] {
    for (const Value& value : values) append_display_value(message, value, zone, "EUR");
  };
  fill();
  const std::string first = std::exchange(message, std::string());
  message.reserve(first.size());
  EXPECT_EQ(allocations_in(fill), 0U);
  EXPECT_EQ(message, first);
}

}  // namespace
}  // namespace plumbline
