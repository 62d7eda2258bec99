#include <fmt/format.h>

#include <array>
#include <utility>

#include "daemon/cli/judge_ledger.h"
#include "daemon/cli/waiver_words.h"
#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

constexpr std::size_t kMostWaiversTold = 5;

using Part = std::pair<std::uint64_t, std::string_view>;

// "1 out of scope, 1 gone": what there is of each.
template <std::size_t kCount>
std::string parts(const std::array<Part, kCount>& all) {
  std::string text;
  for (const auto& [number, name] : all) {
    if (number > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", with_commas(number), name);
  }
  return text;
}

std::string what_happened(const JudgedLedger& judged) {
  const ClosingCounts& closed = judged.closed;
  const std::string lapsed = parts(std::array<Part, 3>{{{closed.out_of_scope, "out of scope"},
                                                        {closed.gone, "gone"},
                                                        {closed.withdrawn, "of withdrawn policies"}}});
  std::string text = parts(std::array<Part, 5>{{{judged.verdicts.opened, "opened"},
                                                {judged.verdicts.reopened, "reopened"},
                                                {judged.verdicts.changed, "changed"},
                                                {closed.resolved, "resolved"},
                                                {closed.lapsed(), "lapsed"}}});
  if (!lapsed.empty()) text += fmt::format(" ({})", lapsed);
  const std::string rest =
      parts(std::array<Part, 3>{{{judged.retracted, "retracted"},
                                 {judged.verdicts.unknown + closed.unknown, "no longer known"},
                                 {judged.verdicts.known, "known again"}}});
  if (!rest.empty()) text += (text.empty() ? "" : ", ") + rest;
  return text.empty() ? "Nothing has changed." : text + ".";
}

std::string what_is_open(const JudgedLedger& judged) {
  if (judged.open == 0) return "No violation is open.";
  std::string text = fmt::format("{} open", counted(judged.open, "violation is", "violations are"));
  if (judged.waived > 0) text += fmt::format(", {} of them under a waiver", with_commas(judged.waived));
  return text + ".";
}

void add_waivers(std::string& text, std::string_view title, const std::vector<Waiver>& waivers,
                 std::string (*words)(const Waiver&)) {
  for (std::size_t i = 0; i < std::min(waivers.size(), kMostWaiversTold); ++i)
    text += fmt::format("{}: {}\n", title, words(waivers[i]));
  if (waivers.size() > kMostWaiversTold)
    text += fmt::format("{}: {} more\n", title, with_commas(waivers.size() - kMostWaiversTold));
}

}  // namespace

std::string judge_summary(const JudgedLedger& judged) {
  std::string text = fmt::format("{}\n{}\n", what_happened(judged), what_is_open(judged));
  add_waivers(text, "Waiver ended", judged.waivers_ended, ended_waiver);
  add_waivers(text, "Waiver ends soon", judged.waivers_ending, ending_waiver);
  if (judged.doubts_not_looked_at > 0) {
    text += fmt::format(
        "{} late data makes doubtful stand: they were opened by another version of their pack, "
        "or at too many moments.\n",
        counted(judged.doubts_not_looked_at, "violation that", "violations that"));
  }
  if (judged.verdicts.without_id > 0) {
    text += fmt::format("{} not kept: the records have no id to know them by.\n",
                        counted(judged.verdicts.without_id, "verdict was", "verdicts were"));
  }
  for (const NotJudged& policy : judged.judged.not_judged)
    text += fmt::format("Not judged: {}/{}: {}\n", policy.pack, policy.policy, policy.reason);
  return text + fmt::format("Run {}: {} judged as of {} by {}.\n", judged.run,
                            counted(judged.judged.records, "record", "records"), format_instant(judged.as_of),
                            fmt::join(judged.packs, ", "));
}

}  // namespace plumbline
