#include "daemon/cli/audit_end.h"

#include <fmt/format.h>

#include <string_view>

#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

constexpr std::uint64_t kMegabyte = 1'000'000;

std::string reached(const Reach& reach) {
  switch (reach.stage) {
    case Reach::Stage::kNothing:
      return "before anything was read";
    case Reach::Stage::kReading:
      return fmt::format("after {} of {} MB were read", with_commas(reach.done / kMegabyte),
                         with_commas(reach.all / kMegabyte));
    case Reach::Stage::kJudging:
      // How many there are is not known before they have been read.
      if (reach.all <= reach.done)
        return fmt::format("after {} records were judged", with_commas(reach.done));
      return fmt::format("after {} of {} records were judged", with_commas(reach.done),
                         with_commas(reach.all));
    case Reach::Stage::kWriting:
      return "while the result was written";
  }
  return "";
}

}  // namespace

std::string interrupted_sentence(const Reach& reach, Shown shown) {
  const std::string_view left =
      shown == Shown::kNothing ? "nothing was written" : "the result is cut short, after whole lines";
  return fmt::format("interrupted {}; {}; run the audit again", reached(reach), left);
}

SinkAnswer StoppableVerdicts::take(VerdictBatch& batch) {
  const SinkAnswer answer = writer_.take(batch);
  were_stopped_ = were_stopped_ || stopped_();
  return were_stopped_ ? SinkAnswer::kEnough : answer;
}

}  // namespace plumbline
