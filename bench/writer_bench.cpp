// What writing a verdict costs, as the judging threads do it: views in, lines out.
//
// Each format twice: `rising` adds row after row; `arranged` adds policy after policy, as judging by columns
// does, and puts the lines into the order of the rows. bytes is of one verdict. The memory of the table is of
// one violation, of 200,000.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <malloc.h>

#include <array>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "daemon/cli/verdict_writer.h"

namespace {

using namespace plumbline;
using namespace std::string_view_literals;

constexpr std::size_t kBatchRows = 1024;
constexpr std::size_t kPolicies = 4;

// Sees every byte's address and copies none.
class NoOutput : public TextOutput {
 public:
  void write(std::string_view text) override {
    bytes_ += text.size();
    benchmark::DoNotOptimize(text.data());
  }
  Status finish() override { return {}; }
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_ = 0;
};

std::vector<PolicyFacts> some_facts() {
  const PolicyFacts facts{.policy = "next-step-has-date",
                          .pack = "commercial-sales",
                          .pack_hash = std::string(64, 'a'),
                          .severity = Severity::kMedium,
                          .object = "Opportunity",
                          .source = "Commercial sales handbook, Next steps and logs"};
  return std::vector<PolicyFacts>(kPolicies, facts);
}

std::array<EvidenceView, 5> some_evidence() {
  return {{{"IsClosed", Value::of(false)},
           {"NextStep", Value::of("Send the revised quote"sv)},
           {"CloseDate", Value::of(*parse_day("2026-04-30"))},
           {"Amount", Value::of(Money{12345000})},
           {"StageName", Value::of("Negotiation"sv)}}};
}

VerdictView some_verdict(std::span<const EvidenceView> evidence) {
  return {.record_id = "006Rt00000000JuIAI",
          .record_name = "Copper Kettle - Fleet telematics",
          .owner_id = "005Rt00000000AbIAI",
          .owner_name = "Ada Marlowe-Finch",
          .as_of = *parse_instant("2026-03-18T12:00:00Z"),
          .evidence = evidence,
          .message =
              "The next step \"Send the revised quote\" has no date, 43 days before the close date 30 Apr "
              "2026.",
          .remedy = "Write who does what by when, such as: 24 Mar send quote (AM)."};
}

// From policy after policy to row after row.
std::vector<std::uint32_t> order_of_rows() {
  std::vector<std::uint32_t> order;
  for (std::size_t row = 0; row < kBatchRows; ++row) {
    for (std::size_t policy = 0; policy < kPolicies; ++policy)
      order.push_back(static_cast<std::uint32_t>(policy * kBatchRows + row));
  }
  return order;
}

using MakeWriter = std::unique_ptr<VerdictWriter> (*)(TextOutput&, const RecordLinks&);

void write_verdicts(benchmark::State& state, MakeWriter make, const std::vector<std::uint32_t>& order) {
  NoOutput out;
  const RecordLinks links = RecordLinks::to("https://acme.my.salesforce.com").value();
  const std::vector<PolicyFacts> facts = some_facts();
  const std::array<EvidenceView, 5> evidence = some_evidence();
  const auto writer = make(out, links);
  writer->begin(facts);
  const auto batch = writer->make_batch();
  VerdictView verdict = some_verdict(evidence);
  const std::size_t before = out.bytes();
  for (auto _ : state) {
    for (std::size_t i = 0; i < kBatchRows * kPolicies; ++i) {
      verdict.policy = i / kBatchRows;
      batch->add(verdict);
    }
    batch->arrange(order);
    writer->take(*batch);
  }
  const auto verdicts = static_cast<double>(state.iterations()) * kBatchRows * kPolicies;
  const auto bytes = static_cast<double>(out.bytes() - before);
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  state.counters["bytes"] = bytes / verdicts;
  state.counters["time/verdict"] =
      benchmark::Counter(verdicts, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void rising(benchmark::State& state, MakeWriter make) {
  std::vector<std::uint32_t> order(kBatchRows * kPolicies);
  std::iota(order.begin(), order.end(), 0U);
  write_verdicts(state, make, order);
}

void arranged(benchmark::State& state, MakeWriter make) { write_verdicts(state, make, order_of_rows()); }

BENCHMARK_CAPTURE(rising, jsonl, &jsonl_writer);
BENCHMARK_CAPTURE(arranged, jsonl, &jsonl_writer);
BENCHMARK_CAPTURE(rising, csv, &csv_writer);
BENCHMARK_CAPTURE(arranged, csv, &csv_writer);

// Every violation with a message of its own, two a record, a hundred owners.
void table(benchmark::State& state) {
  constexpr std::size_t kViolations = 200'000;
  const RecordLinks links;
  const std::vector<PolicyFacts> facts = some_facts();
  double memory = 0;
  for (auto _ : state) {
    NoOutput out;
    const std::size_t before = ::mallinfo2().uordblks + ::mallinfo2().hblkhd;
    const auto writer = table_writer(out, links, {});
    writer->begin(facts);
    auto batch = writer->make_batch();
    VerdictView verdict = some_verdict({});
    for (std::size_t i = 0; i < kViolations; ++i) {
      const std::string id = fmt::format("006Rt{:010}IAI", i / 2);
      const std::string name = fmt::format("Copper Kettle - Fleet telematics {}", i / 2);
      const std::string owner = fmt::format("005Rt{:010}IAI", i / 2 % 100);
      const std::string message = fmt::format("The next step was agreed {} days before the close date.", i);
      verdict.policy = i % 2;
      verdict.record_id = id;
      verdict.record_name = name;
      verdict.owner_id = owner;
      verdict.message = message;
      batch->add(verdict);
      if (i % kBatchRows == kBatchRows - 1) writer->take(*batch);
    }
    writer->take(*batch);
    batch.reset();
    memory = static_cast<double>(::mallinfo2().uordblks + ::mallinfo2().hblkhd - before);
    writer->end();
  }
  state.counters["memory/violation"] = memory / kViolations;
  state.counters["time/violation"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * kViolations,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(table)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
