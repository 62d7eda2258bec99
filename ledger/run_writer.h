// One judging run, written: its packs, its transitions with the violations they change, the audit entries
// that tell of them, and the run itself. All of it in one LedgerTransaction, so that there is never half a
// run.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/ledger.h"
#include "model/transition.h"

namespace plumbline {

// A pack a run judges by.
struct RunPack {
  std::string name;
  std::string hash;
  // Its YAML; where it extends another, that one's first, with a line of --- between them.
  std::string text;
  std::uint64_t policies = 0;
};

struct RunNotJudged {
  std::string policy;  // pack/id
  std::string reason;
};

// What a run came to.
struct RunTotals {
  std::uint64_t records = 0;
  std::uint64_t violated = 0;  // verdicts
  std::uint64_t unknown = 0;   // likewise
  std::vector<RunNotJudged> not_judged{};
};

class RunWriter : public TransitionSink {
 public:
  // Both must outlive it. `written_at` is the clock's; the run is as of the transaction's moment.
  static Result<std::unique_ptr<RunWriter>> begin(Ledger& ledger, LedgerTransaction& transaction,
                                                  Instant written_at, std::span<const RunPack> packs);
  ~RunWriter() override;

  // From any thread, one call at a time.
  Status take(const TransitionView& transition) override;
  // After the last transition. Counts transitions by itself. Returns the run's number.
  Result<std::int64_t> finish(const RunTotals& totals);

 private:
  class Impl;
  explicit RunWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace plumbline
