// Verdicts while a run is under way: views into what the judging thread has at hand, valid during one call.
// Whoever takes them turns them into bytes or rows of its own, on the judging threads, so that nothing is
// allocated for a verdict and nobody waits for one writer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "model/verdict.h"
#include "policies/language/value.h"

namespace plumbline {

// What all verdicts of one policy share.
struct PolicyFacts {
  std::string policy;  // id within the pack
  std::string pack;
  std::string pack_hash;  // SHA-256 of the pack's text, hex
  Severity severity = Severity::kMedium;
  std::string object;
  std::string source;   // document and section the rule comes from
  std::string title{};  // what people call it
};

struct EvidenceView {
  std::string_view name;
  Value value;
};

struct VerdictView {
  VerdictStatus status = VerdictStatus::kViolated;
  std::size_t policy = 0;          // index into the PolicyFacts given to VerdictSink::begin
  std::string_view record_id{};    // as the file spells it; empty where there is no id column
  std::string_view record_name{};  // empty where the record has none
  std::string_view owner_id{};     // empty where there is none
  std::string_view owner_name{};   // empty where the owner is not in the data
  Instant as_of{};
  std::span<const EvidenceView> evidence{};  // a name may stand twice; the first counts
  std::string_view message{};                // what is wrong, with the values; empty for kUnknown
  std::string_view remedy{};                 // what to do; empty for kUnknown
  std::string_view reason{};                 // why unknown; empty for kViolated
};

Verdict to_verdict(const VerdictView& view, const PolicyFacts& facts);

// Some rows' verdicts in the form their taker wants. One thread at a time. Used again after it was taken.
class VerdictBatch {
 public:
  virtual ~VerdictBatch() = default;
  // In the order they are come by: policy after policy.
  virtual void add(const VerdictView& verdict) = 0;
  // Puts what was added since the last call (each by its number in that order, from 0) into this order: row
  // after row. What is not arranged when the batch is taken stays as it was added.
  virtual void arrange(std::span<const std::uint32_t> order) = 0;
};

// Answering kEnough ends the run early: nobody reads the rest.
enum class SinkAnswer : std::uint8_t { kMore, kEnough };

// Takes the verdicts of a run: in order of object (as the schema lists them), record as in the file, policy
// as in the packs.
class VerdictSink {
 public:
  virtual ~VerdictSink() = default;
  // Once, before everything else. The facts outlive the run.
  virtual void begin(std::span<const PolicyFacts> policies) = 0;
  // From any thread, also several at once.
  virtual std::unique_ptr<VerdictBatch> make_batch() = 0;
  // In order, one at a time, on the thread that called judge(). Leaves the batch empty. The batch is one of
  // make_batch().
  virtual SinkAnswer take(VerdictBatch& batch) = 0;
};

// A sink for callers who want whole Verdicts one by one.
class EachVerdict : public VerdictSink {
 public:
  using Take = std::function<SinkAnswer(const Verdict&)>;
  explicit EachVerdict(Take take) : take_(std::move(take)) {}

  void begin(std::span<const PolicyFacts> policies) override { policies_ = policies; }
  std::unique_ptr<VerdictBatch> make_batch() override;
  SinkAnswer take(VerdictBatch& batch) override;

 private:
  Take take_;
  std::span<const PolicyFacts> policies_;
};

}  // namespace plumbline
