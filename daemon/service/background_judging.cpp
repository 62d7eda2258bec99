#include "daemon/service/background_judging.h"

#include <algorithm>
#include <sstream>

#include "base/utf8.h"
#include "daemon/cli/judge_ledger.h"

namespace plumbline {
namespace {

BackgroundJudged failed(const StringOutput& err) {
  const std::string_view said = trim(err.text());
  return {.failure = said.empty() ? "judging failed" : std::string(said)};
}

}  // namespace

BackgroundJudged judge_in_background(const std::string& configuration, Ledger& ledger,
                                     const AnchorOptions& anchors, const Clock& clock, StopFlag& stop) {
  const auto start = std::chrono::steady_clock::now();
  StringOutput out;
  StringOutput err;
  std::istringstream in;
  Streams streams{.out = out, .err = err, .in = in, .clock = clock, .signals = &stop};
  ParsedOptions parsed;
  parsed.values.emplace("--config", std::vector<std::string>{configuration});
  Step<JudgeLedgerInput> input = read_judge_input(parsed, streams);
  if (!input) return failed(err);
  const Result<Instant> last = ledger.last_at();
  if (!last) return {.failure = last.error().to_string()};
  input->judge.now = std::max(input->judge.now, *last);
  const Step<JudgedLedger> judged = judge_ledger("judge", ledger, *input, streams);
  if (!judged) return failed(err);
  BackgroundJudged done;
  if (!judged->checkpoint.empty()) {
    for (const Error& error : anchor_checkpoint(judged->checkpoint, anchors))
      done.failure += (done.failure.empty() ? "" : "; ") + error.to_string();
  }
  done.totals = {.succeeded = true,
                 .open = judged->open,
                 .opened = judged->verdicts.opened + judged->verdicts.reopened,
                 .closed = judged->closed.resolved + judged->closed.lapsed() + judged->retracted,
                 .time = std::chrono::duration_cast<std::chrono::milliseconds>(
                     std::chrono::steady_clock::now() - start)};
  return done;
}

}  // namespace plumbline
