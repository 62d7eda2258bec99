// How an audit ends before its end: interrupted, or because nobody can take what it says.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "daemon/cli/streams.h"
#include "daemon/cli/verdict_writer.h"

namespace plumbline {

// How far an audit has come.
struct Reach {
  enum class Stage : std::uint8_t { kNothing, kReading, kJudging, kWriting } stage = Stage::kNothing;
  std::uint64_t done = 0;  // bytes read, or records judged
  std::uint64_t all = 0;
};

// Whether the result so far can be seen.
enum class Shown : std::uint8_t { kNothing, kWholeLines };

// "interrupted after 812 of 2,650 MB were read; nothing was written; run the audit again"
std::string interrupted_sentence(const Reach& reach, Shown shown);

// Hands a sink its verdicts until the run is stopped.
class StoppableVerdicts : public VerdictSink {
 public:
  // Both must outlive this. `stopped` is asked once a batch.
  StoppableVerdicts(VerdictSink& writer, const std::function<bool()>& stopped)
      : writer_(writer), stopped_(stopped) {}

  void begin(std::span<const PolicyFacts> policies) override { writer_.begin(policies); }
  std::unique_ptr<VerdictBatch> make_batch() override { return writer_.make_batch(); }
  SinkAnswer take(VerdictBatch& batch) override;

  bool were_stopped() const { return were_stopped_; }

 private:
  VerdictSink& writer_;
  const std::function<bool()>& stopped_;
  bool were_stopped_ = false;
};

}  // namespace plumbline
