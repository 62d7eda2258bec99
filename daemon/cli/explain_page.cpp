// The explanation as a page to read: what is wrong first, what does not concern the record last and shortest.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/utf8.h"
#include "daemon/cli/condition_tree.h"
#include "daemon/cli/explain.h"
#include "daemon/cli/wrap.h"
#include "policies/display.h"
#include "policies/mentions.h"

namespace plumbline {
namespace {

constexpr std::size_t kLeastColumns = 60;
constexpr std::size_t kMostColumns = 160;
constexpr std::size_t kTitleIndent = 2;
constexpr std::size_t kIndent = 4;
constexpr std::size_t kHashShown = 8;  // characters of a pack's hash: enough to tell two versions apart

constexpr std::string_view kPlain = "\033[0m";
constexpr std::string_view kBold = "\033[1m";
constexpr std::string_view kDim = "\033[2m";

std::string_view colour_of(PolicyOutcome outcome) {
  switch (outcome) {
    case PolicyOutcome::kViolated:
      return "\033[1;31m";
    case PolicyOutcome::kUnknown:
      return "\033[33m";
    case PolicyOutcome::kNotViolated:
      return "\033[32m";
    case PolicyOutcome::kOutOfScope:
      break;
  }
  return kDim;
}

std::string_view origin_of(ZoneOrigin origin) {
  switch (origin) {
    case ZoneOrigin::kPolicy:
      return "the policy's own time zone";
    case ZoneOrigin::kOwner:
      return "the owner's time zone";
    case ZoneOrigin::kGiven:
      return "the time zone of --zone";
    case ZoneOrigin::kPack:
      return "the pack's time zone";
    case ZoneOrigin::kNone:
      return "since neither owner nor pack has a time zone";
  }
  return "";
}

std::string moment_of(const PolicyTrace& trace) {
  const std::string now = display_value(Value::of(trace.time.now), trace.time.zone, "");
  return fmt::format("{} in {}, {}", now, trace.time.zone.name(), origin_of(trace.zone));
}

std::string pack_of(const Pack& pack) {
  return fmt::format("{} ({})", pack.name, std::string_view(pack.hash).substr(0, kHashShown));
}

struct ShowEvidence {
  const TimeZone& zone;
  std::string operator()(NullValue) const { return "none"; }
  std::string operator()(UnknownValue) const { return "(unknown)"; }
  std::string operator()(const std::string& text) const { return text; }
  template <class Known>
  std::string operator()(const Known& known) const {
    return display_value(Value::of(known), zone, "");
  }
};

void names_in(const PartTrace& trace, std::set<std::string, std::less<>>& names) {
  names.insert(trace.part->text);
  for (const PartTrace& inner : trace.parts) names_in(inner, names);
}

class Page {
 public:
  explicit Page(const ExplainFacts& facts)
      : facts_(facts), columns_(std::clamp(facts.terminal.columns, kLeastColumns, kMostColumns)) {}

  std::string record(const ExplainedRecord& record) {
    add_head(record);
    for (const PolicyOutcome outcome : {PolicyOutcome::kViolated, PolicyOutcome::kUnknown,
                                        PolicyOutcome::kNotViolated, PolicyOutcome::kOutOfScope}) {
      add_section(record, outcome);
    }
    add_not_judged(record);
    return std::move(page_);
  }

  std::string tally(const std::vector<TalliedPolicy>& policies) {
    for (const TalliedPolicy& policy : policies) {
      if (!page_.empty()) page_ += '\n';
      add_tally(policy);
    }
    return std::move(page_);
  }

 private:
  std::string styled(std::string_view style, std::string_view text) const {
    if (!facts_.terminal.colour || style.empty()) return std::string(text);
    return fmt::format("{}{}{}", style, text, kPlain);
  }

  // `first` before the first line, as many blanks before the others.
  void add_wrapped(std::string_view text, std::string_view first) {
    const std::size_t indent = display_width(first);
    bool is_first = true;
    for (const std::string& line : wrap_words(printable(text), columns_ - indent)) {
      page_ += is_first ? std::string(first) : std::string(indent, ' ');
      page_ += line;
      page_ += '\n';
      is_first = false;
    }
  }

  void add_head(const ExplainedRecord& record) {
    std::string what = fmt::format("{} {}", record.object, record.id.empty() ? "without id" : record.id);
    const std::string& title = record.name.empty() ? what : record.name;
    for (const std::string& line : wrap_words(printable(title), columns_))
      page_ += styled(kBold, line) + "\n";
    if (record.name.empty()) what.clear();
    if (!record.owner.empty()) what += (what.empty() ? "Owned by " : ", owned by ") + record.owner;
    if (!what.empty()) add_wrapped(what, "");
    // Told once where all policies agree, as they do but for those that have a time zone of their own.
    for (const ExplainedPolicy& policy : record.policies) {
      if (policy.plan && head_moment_.empty() && policy.trace.zone != ZoneOrigin::kPolicy)
        head_moment_ = moment_of(policy.trace);
    }
    if (!head_moment_.empty()) add_wrapped("Judged as of " + head_moment_, "");
    std::set<const Pack*> packs;
    for (const ExplainedPolicy& policy : record.policies) packs.insert(policy.pack);
    several_packs_ = packs.size() > 1;
    add_wrapped(
        counts_of(record) + (several_packs_ || packs.empty() ? "" : ", by pack " + pack_of(**packs.begin())),
        "");
  }

  static std::string counts_of(const ExplainedRecord& record) {
    std::array<std::size_t, 5> counts{};
    for (const ExplainedPolicy& policy : record.policies)
      ++counts[policy.outcome ? static_cast<std::size_t>(*policy.outcome) : counts.size() - 1];
    static constexpr std::array<std::string_view, 5> kWords = {"violated", "unknown", "not violated",
                                                               "out of scope", "not judged"};
    std::string text;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", counts[i], kWords[i]);
    }
    return text.empty() ? "No policy looks at it" : text;
  }

  void add_section(const ExplainedRecord& record, PolicyOutcome outcome) {
    bool first = true;
    std::size_t widest = 0;
    for (const ExplainedPolicy& policy : record.policies) {
      if (policy.outcome == outcome) widest = std::max(widest, title_of(policy).size());
    }
    for (const ExplainedPolicy& policy : record.policies) {
      if (policy.outcome != outcome) continue;
      if (first) page_ += fmt::format("\n{}\n", styled(colour_of(outcome), upper(word_of(outcome))));
      const bool brief = outcome == PolicyOutcome::kOutOfScope && !facts_.policies_named;
      if (brief) {
        add_out_of_scope(policy, widest);
      } else {
        if (!first) page_ += '\n';
        add_policy(policy);
      }
      first = false;
    }
  }

  std::string title_of(const ExplainedPolicy& policy) const {
    const Policy& written = *policy.policy->policy;
    return several_packs_ ? fmt::format("{}/{}", written.pack, written.id) : written.id;
  }

  void add_out_of_scope(const ExplainedPolicy& policy, std::size_t widest) {
    const std::string lead = fmt::format("{:{}}{}  ", "", kTitleIndent, padded(title_of(policy), widest));
    std::string why;
    if (policy.trace.judged_when) {
      for (const PartTrace* leaf : deciding_leaves(*policy.trace.judged_when)) {
        const std::string label = label_of(*leaf->part, *policy.trace.judged_when->part);
        const std::vector<PartValue> values = values_of(*leaf);
        const std::string here =
            values.empty() ? fmt::format("it is {}", word_of(leaf->truth)) : joined(values);
        why += fmt::format("{}{}, but {}", why.empty() ? "only where " : "; or ", label, here);
      }
    }
    add_wrapped(why, lead);
  }

  void add_policy(const ExplainedPolicy& policy) {
    add_title(policy);
    const PolicyTrace& trace = policy.trace;
    if (const std::string moment = moment_of(trace); moment != head_moment_)
      add_wrapped("as of " + moment, std::string(kIndent, ' '));
    const bool scope_told =
        trace.judged_when && (policy.outcome != PolicyOutcome::kNotViolated || facts_.policies_named);
    if (scope_told) add_tree("judged when", *trace.judged_when);
    if (policy.outcome != PolicyOutcome::kOutOfScope)
      add_tree(scope_told || facts_.policies_named ? "violated when" : "", trace.violated_when);
    if (policy.verdict) add_verdict(policy);
    if (!policy.needs.empty() && policy.outcome == PolicyOutcome::kUnknown)
      add_wrapped(fmt::format("{}", fmt::join(policy.needs, "; ")),
                  fmt::format("{:{}}to know: ", "", kIndent));
    if (policy.outcome != PolicyOutcome::kNotViolated || facts_.policies_named) add_parameters(policy);
  }

  void add_title(const ExplainedPolicy& policy) {
    const Policy& written = *policy.policy->policy;
    const std::string severity(to_string(written.severity));
    const std::string from = several_packs_ ? fmt::format(", {}", pack_of(*policy.pack)) : "";
    const std::string title = fmt::format("{} \u2013 {}", title_of(policy), written.title);
    const std::string behind = severity + from;
    const std::size_t used = kTitleIndent + display_width(title) + display_width(behind) + 2;
    const std::string lead(kTitleIndent, ' ');
    if (used <= columns_) {
      page_ += lead + styled(kBold, printable(title)) + std::string(columns_ - used + 2, ' ') + behind + "\n";
      return;
    }
    for (const std::string& line : wrap_words(printable(title), columns_ - kTitleIndent))
      page_ += lead + styled(kBold, line) + "\n";
    page_ += std::string(kIndent, ' ') + behind + "\n";
  }

  void add_tree(std::string_view label, const PartTrace& root) {
    if (!label.empty()) page_ += fmt::format("{:{}}{}\n", "", kIndent, styled(kDim, label));
    page_ += render_tree(tree_lines(root), columns_, facts_.terminal.colour);
  }

  void add_verdict(const ExplainedPolicy& policy) {
    const Verdict& verdict = *policy.verdict;
    const std::string lead(kIndent, ' ');
    if (!verdict.message.empty()) add_wrapped(verdict.message, lead);
    if (!verdict.remedy.empty()) add_wrapped(verdict.remedy, lead + "\u2192 ");
    if (!verdict.reason.empty()) add_wrapped(verdict.reason, lead + "because ");
    // What the tree has shown already is not shown again.
    std::set<std::string, std::less<>> shown;
    if (policy.trace.judged_when) names_in(*policy.trace.judged_when, shown);
    names_in(policy.trace.violated_when, shown);
    std::string rest;
    for (const EvidenceItem& item : verdict.evidence) {
      if (!shown.insert(item.name).second) continue;
      rest += fmt::format("{}{} = {}", rest.empty() ? "" : "; ", item.name,
                          std::visit(ShowEvidence{policy.trace.time.zone}, item.value));
    }
    if (!rest.empty()) add_wrapped(rest, lead + "evidence: ");
  }

  // Those the tree has not shown, and those that are not as the pack first had them.
  void add_parameters(const ExplainedPolicy& policy) {
    std::set<std::string, std::less<>> shown;
    if (policy.trace.judged_when) names_in(*policy.trace.judged_when, shown);
    names_in(policy.trace.violated_when, shown);
    std::string text;
    for (const Parameter* parameter : mentions_of(*policy.pack, *policy.policy->policy).parameters) {
      const bool changed = !parameter->overridden_in.empty();
      if (!changed && shown.contains(":" + parameter->name)) continue;
      text += fmt::format("{}:{} = {}{}", text.empty() ? "" : "; ", parameter->name,
                          display_parameter(*parameter),
                          changed ? fmt::format(" (changed in pack {})", parameter->overridden_in) : "");
    }
    if (!text.empty()) add_wrapped(text, fmt::format("{:{}}parameters: ", "", kIndent));
  }

  // By what is missing: a column brings all policies that wait for it.
  void add_not_judged(const ExplainedRecord& record) {
    std::vector<std::pair<std::string, std::string>> by_need;  // and the policies
    for (const ExplainedPolicy& policy : record.policies) {
      if (policy.outcome) continue;
      const std::string need = fmt::format("{}", fmt::join(policy.needs, "; "));
      const auto known = std::ranges::find(by_need, need, &std::pair<std::string, std::string>::first);
      if (known == by_need.end()) {
        by_need.emplace_back(need, title_of(policy));
      } else {
        known->second += ", " + title_of(policy);
      }
    }
    if (by_need.empty()) return;
    page_ += fmt::format("\n{}\n", styled(kDim, "NOT JUDGED"));
    for (const auto& [need, policies] : by_need) {
      add_wrapped("for want of " + need + ":", std::string(kTitleIndent, ' '));
      add_wrapped(policies, std::string(kIndent, ' '));
    }
  }

  void add_tally(const TalliedPolicy& tallied) {
    const Policy& written = *tallied.policy->policy;
    const std::string title = fmt::format("{} \u2013 {}", written.id, written.title);
    for (const std::string& line : wrap_words(printable(title), columns_))
      page_ += styled(kBold, line) + "\n";
    if (!tallied.needs.empty()) {
      add_wrapped(fmt::format("Not judged: it needs {}", fmt::join(tallied.needs, "; ")), "");
      return;
    }
    add_wrapped(fmt::format("{} of {}, by pack {}", counted(tallied.records, "record", "records"),
                            tallied.object, pack_of(*tallied.pack)),
                "");
    page_ += '\n';
    const std::array<std::pair<PolicyOutcome, std::uint64_t>, 4> counts = {
        {{PolicyOutcome::kViolated, tallied.violated},
         {PolicyOutcome::kUnknown, tallied.unknown},
         {PolicyOutcome::kNotViolated, tallied.not_violated},
         {PolicyOutcome::kOutOfScope, tallied.out_of_scope}}};
    for (const auto& [outcome, records] : counts) {
      const std::string line =
          fmt::format("  {}{:>9}", padded(word_of(outcome), kOutcomeColumns), with_commas(records));
      page_ += styled(records > 0 ? colour_of(outcome) : kDim, line) + "\n";
    }
    if (tallied.reasons.empty()) return;
    page_ += "\nWhat decided\n";
    for (const TalliedReason& reason : tallied.reasons) {
      const std::string lead = fmt::format("  {}{:>9}  ", padded(word_of(reason.outcome), kOutcomeColumns),
                                           with_commas(reason.records));
      const std::string first = reason.first_id.empty() ? reason.first_name : reason.first_id;
      add_wrapped(fmt::format("{}{}", reason.why, first.empty() ? "" : fmt::format(" (such as {})", first)),
                  lead);
    }
  }

  static constexpr std::size_t kOutcomeColumns = 14;

  const ExplainFacts& facts_;
  std::size_t columns_;
  bool several_packs_ = false;
  std::string head_moment_;
  std::string page_;
};

}  // namespace

std::string explain_page(const ExplainedRecord& record, const ExplainFacts& facts) {
  return Page(facts).record(record);
}

std::string tally_page(const std::vector<TalliedPolicy>& policies, const ExplainFacts& facts) {
  return Page(facts).tally(policies);
}

}  // namespace plumbline
