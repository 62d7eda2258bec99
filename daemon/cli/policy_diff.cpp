// `plumbline policy diff OLD NEW --data DIR`: which violations another pack gains and loses, and why.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "daemon/cli/complain.h"
#include "daemon/cli/diff_output.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/judging.h"
#include "daemon/cli/load_packs.h"
#include "daemon/cli/policy_commands.h"
#include "daemon/cli/progress.h"
#include "daemon/cli/rejects.h"
#include "daemon/cli/summary.h"
#include "daemon/cli/texts.h"
#include "policies/pack_diff.h"
#include "policies/verdict_diff.h"

namespace plumbline {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"--data", "DIR|FILE", "Judge these exports by both packs. Without it, only the packs are compared.",
     OptionSpec::Times::kMany},
    {"--as-of", "TIME",
     "Judge as of this moment: 2024-06-01T12:00:00Z, with an offset, or a date alone (its noon where the "
     "owner is). Default: now."},
    kJudgedLedgerOption,
    kKnownAtOption,
    {"--zone", "IANA",
     "Time zone of owners who have none in the data, such as Europe/Berlin. Default: the packs'."},
    {"--fields", "MAP.yaml", "A field map: your own names of objects, files and fields."},
    {"--object", "NAME=FILE", "This file holds these records, whatever it is called.",
     OptionSpec::Times::kMany},
    {"--policy", "ID", "Compare this policy alone (id or pack/id).", OptionSpec::Times::kMany},
    {"--severity", "S", "Only policies of this severity or worse in one of the packs: low, medium, high."},
    {"--format", "FORMAT", "table or jsonl. Default: table."},
    {"--include-unknown", "", "Show also where the data no longer tells, or tells now."},
    {"--threads", "N", "Judge with so many threads. Default: one a processor."},
    {"--exit-code", "", "End with status 1 if a violation is gained or lost."},
});

// More packs than this are not tried: the causes they would tell apart count together.
constexpr std::size_t kMostTrials = 64;

enum class DiffFormat : std::uint8_t { kTable, kJsonl };

struct DiffOptions {
  JudgingInput input{};
  JudgeOptions judge{};
  DiffFormat format = DiffFormat::kTable;
  VerdictComparison::Unknowns unknowns = VerdictComparison::Unknowns::kLeftOut;
  bool exit_status = false;  // of violations gained or lost
};

// Else the packs alone.
bool compares_data(const DiffOptions& options) {
  return !options.input.paths.empty() || !options.input.objects.empty() || options.input.ledger;
}

DiffOptions read_options(ParsedOptions& parsed, const Clock& clock) {
  DiffOptions options;
  options.judge = read_judge_options(parsed, clock);
  // A violation that becomes unknown is told as such, whether or not other unknown verdicts are.
  options.judge.unknowns = JudgeOptions::Unknowns::kHandOn;
  options.input = read_judging_input(parsed, options.judge);
  options.input.taken = JudgingInput::Packs::kCompared;
  options.input.paths = parsed.all("--data");
  options.input.packs = parsed.arguments;
  options.format = static_cast<DiffFormat>(read_choice(parsed, "--format", {"table", "jsonl"}, 0));
  if (parsed.has("--include-unknown")) options.unknowns = VerdictComparison::Unknowns::kKept;
  options.exit_status = parsed.has("--exit-code");
  if (parsed.arguments.empty() || parsed.arguments.size() > 2) {
    parsed.faults.emplace_back(
        "policy diff takes two packs, the earlier first; or one that extends a pack that comes with "
        "Plumbline");
  }
  const bool data = compares_data(options);
  if (data) check_source(options.input, "", parsed.faults);
  if (!data && (options.format == DiffFormat::kJsonl || options.exit_status))
    parsed.faults.emplace_back(
        "--format jsonl and --exit-code are about records; say --data DIR or --ledger FILE");
  return options;
}

// Of one pack alone the earlier one is the pack it extends.
std::optional<Stop> add_extended(std::vector<std::string>& packs, Streams& streams) {
  if (packs.size() != 1) return std::nullopt;
  const Result<PackText> text = find_pack(packs[0]);
  if (!text) {
    complain(streams, text.error());
    return Stop{kExitUsage};
  }
  SourceTexts texts;
  texts.add(text->file, text->text);
  Diagnostics diagnostics;
  const std::optional<Pack> pack = load_pack_to_check(*text, diagnostics, PackExamples::kNotNeeded);
  if (!pack) {
    streams.err.write(render_faults(diagnostics, texts));
    return Stop{kExitUsage};
  }
  if (pack->extends.empty()) {
    return Stop{refuse(streams, "policy diff",
                       {fmt::format("{} extends no pack; say which one to compare it with: plumbline policy "
                                    "diff OLD {}",
                                    packs[0], packs[0])})};
  }
  packs.insert(packs.begin(), pack->extends);
  return std::nullopt;
}

std::vector<NamedText> derived_texts(const Schema& schema, const std::vector<DerivedField>& derived) {
  std::vector<NamedText> texts;
  for (const DerivedField& field : derived)
    texts.push_back({.name = schema.object(field.object).fields[field.field].name, .text = field.text});
  return texts;
}

// The packs and the trials that tell causes apart, and which policy of the comparison each of their policies
// is.
class Comparison {
 public:
  Comparison(JudgingSetup& setup, const std::vector<DerivedField>& derived)
      : setup_(setup), derived_(derived) {
    const Pack& before = *setup.packs[0].pack;
    const Pack& after = *setup.packs[1].pack;
    diff_ = diff_packs(before, after, derived_texts(*setup.schema, derived));
    for (std::size_t i = 0; i < diff_.policies.size(); ++i) numbers_[diff_.policies[i].any().id] = i;
    selected_.assign(diff_.policies.size(), false);
    for (const BoundPack& pack : setup.packs) {
      for (const BoundPolicy& policy : pack.policies) selected_[number_of(policy)] = true;
    }
    for (std::size_t i = 0; i < diff_.changes.size() && setup.packs.size() < 2 + kMostTrials; ++i) try_out(i);
  }

  const PackDiff& diff() const { return diff_; }
  const std::vector<bool>& selected() const { return selected_; }

  // Sorts the policies of all packs, in the order judge() counts them.
  void sort_out(const Snapshot& snapshot) {
    not_judged_.resize(2);
    for (auto& reasons : not_judged_) reasons.resize(diff_.policies.size());
    for (std::size_t pack = 0; pack < setup_.packs.size(); ++pack) {
      for (const BoundPolicy& policy : setup_.packs[pack].policies) {
        std::string reason = why_not_judged(policy, snapshot);
        (reason.empty() ? judged_ : silent_).push_back(place_of(pack, policy));
        if (pack < 2) not_judged_[pack][number_of(policy)] = std::move(reason);
      }
    }
  }
  const std::vector<ComparedPolicy>& judged() const { return judged_; }
  const std::vector<ComparedPolicy>& silent() const { return silent_; }
  const std::vector<std::vector<std::string>>& not_judged() const { return not_judged_; }

 private:
  std::size_t number_of(const BoundPolicy& policy) const { return numbers_.at(policy.policy->id); }

  // Where a cause stands among the policy's, if it is one that needs to be told apart.
  std::optional<std::uint32_t> place_among_causes(std::size_t policy, std::size_t change) const {
    const std::vector<std::size_t>& causes = diff_.policies[policy].causes;
    const auto found = std::ranges::find(causes, change);
    const auto place = static_cast<std::size_t>(found - causes.begin());
    if (!selected_[policy] || causes.size() < 2 || place >= std::min(causes.size(), kMostCausesTried))
      return std::nullopt;
    return static_cast<std::uint32_t>(place);
  }

  // The earlier pack with this one change. A policy that cannot be bound so has no trial of it.
  void try_out(std::size_t change) {
    const auto wanted = [&](const Policy& policy) {
      const auto number = numbers_.find(policy.id);
      return number != numbers_.end() && place_among_causes(number->second, change).has_value();
    };
    const Pack& before = *setup_.packs[0].pack;
    if (std::ranges::none_of(before.policies, wanted)) return;
    auto pack =
        std::make_shared<const Pack>(with_change(before, *setup_.packs[1].pack, diff_.changes[change]));
    Diagnostics unheard;
    BoundPack bound = bind_pack(std::move(pack), *setup_.schema, derived_, unheard, wanted);
    if (bound.policies.empty()) return;
    setup_.packs.push_back(std::move(bound));
    tried_.push_back(change);
  }

  ComparedPolicy place_of(std::size_t pack, const BoundPolicy& policy) const {
    using Role = ComparedPolicy::Role;
    const std::size_t number = number_of(policy);
    ComparedPolicy place{.policy = static_cast<std::uint32_t>(number)};
    if (pack < 2) {
      place.role = pack == 0 ? Role::kBefore : Role::kAfter;
    } else {
      place.role = Role::kTrial;
      place.cause = place_among_causes(number, tried_[pack - 2]).value_or(0);
    }
    return place;
  }

  JudgingSetup& setup_;
  const std::vector<DerivedField>& derived_;
  PackDiff diff_;
  std::map<std::string, std::size_t, std::less<>> numbers_;  // of policies by id
  std::vector<bool> selected_;
  std::vector<std::size_t> tried_;  // changes, of the packs behind the first two
  std::vector<ComparedPolicy> judged_;
  std::vector<ComparedPolicy> silent_;
  std::vector<std::vector<std::string>> not_judged_;  // of the earlier and the later pack, by policy
};

Result<LoadedData> load_data(const JudgingSetup& setup, unsigned threads, RejectLog& rejects,
                             Progress& progress) {
  const LoadOptions options{.threads = threads, .progress = [&](std::uint64_t done, std::uint64_t all) {
                              progress.show(done, all);
                            }};
  Result<LoadedData> data = load_judged(setup, options, rejects);
  progress.clear();
  return data;
}

// The audit's summary, without its counts of verdicts: those are the result itself.
void tell_summary(const JudgingSetup& setup, const Comparison& comparison, const LoadedData& data,
                  JudgeSummary judged, const RejectLog& rejects, const DiffOptions& options,
                  const Progress& progress, Streams& streams) {
  judged.policies.resize(
      static_cast<std::size_t>(std::ranges::count(comparison.selected(), true)));  // of either pack
  const std::vector<NotJudged> all = std::exchange(judged.not_judged, {});         // the trials' as well
  for (std::size_t i = 0; i < comparison.diff().policies.size(); ++i) {
    const std::string& after = comparison.not_judged()[1][i];
    const std::string& reason = after.empty() ? comparison.not_judged()[0][i] : after;
    const std::string& id = comparison.diff().policies[i].any().id;
    const auto told = std::ranges::find_if(
        all, [&](const NotJudged& policy) { return policy.policy == id && policy.reason == reason; });
    if (reason.empty() || told == all.end()) continue;
    judged.not_judged.push_back(*told);
    judged.not_judged.back().pack = setup.packs[after.empty() ? 0 : 1].pack->name;
  }
  AuditFacts facts{.folder = setup.folder, .data = data, .judged = judged, .rejects = rejects};
  facts.moment = moment_of(options.judge);
  facts.packs = {setup.packs[0].pack->name, setup.packs[1].pack->name};
  if (facts.packs[0] == facts.packs[1]) facts.packs = options.input.packs;
  facts.counts = AuditFacts::Counts::kLeftOut;
  if (setup.ledger != nullptr) facts.ledger = ledger_facts(*setup.ledger);
  facts.seconds = progress.seconds();
  facts.columns = streams.err_terminal.columns;
  streams.err.write("\n" + audit_summary(facts));
}

void write_result(const DiffOptions& options, const JudgingSetup& setup, const Comparison& comparison,
                  const VerdictComparison& verdicts, Streams& streams) {
  const DiffFacts facts{.diff = comparison.diff(),
                        .selected = comparison.selected(),
                        .before = label_of(*setup.packs[0].pack, options.input.packs[0]),
                        .after = label_of(*setup.packs[1].pack, options.input.packs[1]),
                        .compared = &verdicts,
                        .not_judged_before = comparison.not_judged()[0],
                        .not_judged_after = comparison.not_judged()[1]};
  if (options.format == DiffFormat::kJsonl) {
    write_diff_jsonl(facts, streams.out);
  } else {
    write_diff_table(facts, streams.out_terminal, streams.out);
  }
}

bool moves_a_violation(const VerdictComparison& verdicts) {
  return std::ranges::any_of(verdicts.tallies(),
                             [](const VerdictTally& tally) { return tally.gained + tally.lost > 0; });
}

int compare_data(const DiffOptions& options, Streams& streams) {
  Progress progress(streams);
  Step<JudgingSetup> setup = set_up_judging("policy diff", options.input, streams);
  if (!setup) return setup.error().status;
  const std::vector<DerivedField> derived =
      setup->field_map ? derived_fields(*setup->field_map, *setup->schema) : std::vector<DerivedField>{};
  Comparison comparison(*setup, derived);
  RejectLog rejects(nullptr);
  const Result<LoadedData> data = load_data(*setup, options.judge.threads, rejects, progress);
  if (!data) {
    complain(streams, data.error());
    return exit_status_of(data.error());
  }
  comparison.sort_out(*data->snapshot);
  VerdictComparison verdicts(comparison.judged(), comparison.silent(), comparison.diff().policies.size(),
                             options.unknowns);
  std::vector<const BoundPack*> packs;
  for (const BoundPack& pack : setup->packs) packs.push_back(&pack);
  Result<JudgeSummary> judged =
      judge(packs, *data->snapshot, data->sources, options.judge, verdicts, &rejects);
  progress.clear();  // files are read again as they are judged
  if (!judged) {
    complain(streams, judged.error());
    return kExitInput;
  }
  write_result(options, *setup, comparison, verdicts, streams);
  if (!streams.out.flush()) return kExitInput;
  tell_summary(*setup, comparison, *data, *std::move(judged), rejects, options, progress, streams);
  return options.exit_status && moves_a_violation(verdicts) ? kExitViolations : kExitDone;
}

int compare_packs(const DiffOptions& options, Streams& streams) {
  const LoadedPacks loaded = load_named_packs(options.input.packs, PackExamples::kNotNeeded, streams);
  if (!loaded.complete) return kExitUsage;
  const Pack& before = *loaded.packs[0];
  const Pack& after = *loaded.packs[1];
  const PackDiff diff = diff_packs(before, after);
  DiffFacts facts{.diff = diff,
                  .before = label_of(before, options.input.packs[0]),
                  .after = label_of(after, options.input.packs[1])};
  for (const PolicyDiff& policy : diff.policies) {
    const std::string& id = policy.any().id;
    facts.selected.push_back(std::ranges::any_of(loaded.packs, [&](const auto& pack) {
      const auto found = std::ranges::find(pack->policies, id, &Policy::id);
      return found != pack->policies.end() && is_selected(*pack, *found, options.input.selection);
    }));
  }
  write_diff_table(facts, streams.out_terminal, streams.out);
  streams.err.write("\n--data DIR tells which records gain or lose a violation by it.\n");
  return kExitDone;
}

int run(ParsedOptions parsed, Streams& streams) {
  DiffOptions options = read_options(parsed, streams.clock);
  if (!parsed.faults.empty()) return refuse(streams, "policy diff", parsed.faults);
  if (const auto stop = add_extended(options.input.packs, streams)) return stop->status;
  return compares_data(options) ? compare_data(options, streams) : compare_packs(options, streams);
}

}  // namespace

const CommandSpec& policy_diff_command() {
  static constexpr CommandSpec kCommand{
      .name = "policy diff",
      .arguments = "[OLD] NEW",
      .summary = "Compare two packs: what changed, and which violations are gained and lost by it.",
      .options = kOptions,
      .notes =
          "OLD and NEW are packs: shipped ones' names, or YAML files. NEW alone is compared with the pack it "
          "extends. Policies are known by their ids, whatever their packs are called.\n"
          "Where several changes could have moved a record, each is tried alone; those that would have moved "
          "it are told.\n"
          "Exit status: 0 done; 1 violations gained or lost and --exit-code; 2 a wrong option, pack or field "
          "map; 3 an input cannot be read.",
      .examples =
          "plumbline policy diff our-rules.yaml --data exports/\n"
          "plumbline policy diff rules-2025.yaml rules-2026.yaml --data exports/ --as-of 2026-01-31\n"
          "plumbline policy diff essentials commercial-sales",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
