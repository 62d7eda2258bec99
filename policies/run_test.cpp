#include "policies/run_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/nearest_name.h"
#include "base/utf8.h"
#include "policies/examples.h"
#include "policies/judge_times.h"
#include "policies/text_table.h"
#include "policies/trace.h"
#include "records/record_id.h"

namespace plumbline {
namespace {

constexpr std::string_view kPackTextName = "pack text";
// A policy without an example: no fault of a pack that is part of a test.
constexpr std::string_view kNoExample = "PB146";

// What stands at `inner` of a text that is part of the file, in the file's own lines.
SourceSpan place_in_file(const SourceSpan& inner, const SourceSpan& begin, std::uint32_t indent) {
  SourceSpan outer = inner;
  outer.file = begin.file;
  outer.line = inner.line == 0 ? begin.line : begin.line + inner.line - 1;
  if (inner.column != 0) outer.column = inner.column + indent;
  return outer;
}

// The pack of one policy that a case's `condition` is.
Pack condition_pack(const TestCase& test, const Pack* base) {
  Pack pack = base == nullptr ? Pack{} : *base;
  if (base == nullptr) pack.name = kConditionName;
  const std::string& condition = test.condition->text;
  const auto file = std::make_shared<const SourceFile>(std::string(kConditionName), condition + "\n");
  const auto text_of = [&](std::string text) {
    YamlNode scalar;
    scalar.kind = YamlNode::Kind::kScalar;
    scalar.text = text;
    scalar.where = {.file = file->name, .line = 1, .column = 1, .length = 1};
    return SourceText{.text = std::move(text), .file = file, .scalar = std::move(scalar)};
  };
  Policy policy;
  policy.id = kConditionName;
  policy.pack = pack.name;
  policy.title = policy.id;
  policy.object = test.on->text;
  policy.object_where = test.on->where;
  policy.violated_when = text_of(condition);
  policy.says = text_of("The condition holds.");
  policy.fix = text_of("");
  pack.policies.clear();
  pack.policies.push_back(std::move(policy));
  pack.keeps_base = false;
  return pack;
}

// Blanks at the end of a line are nothing a person sees.
std::string without_last_blanks(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if (c == '\n') kept.resize(kept.find_last_not_of(" \t") + 1);
    kept += c;
  }
  return kept;
}

// What a case is judged by.
struct Judging {
  const BoundPack* bound = nullptr;
  std::unique_ptr<TestPacks::Loaded> own{};  // of this case alone
  std::optional<BoundPack> own_bound{};
  std::string faults{};  // of the pack or condition, as they are printed
};

class CaseRunner {
 public:
  CaseRunner(const TestCase& test, TestPacks& packs, Diagnostics& diagnostics)
      : test_(test), packs_(packs), schema_(*packs.schema()), diagnostics_(diagnostics) {}

  // Empty where the case has a fault.
  std::optional<CaseOutcome> run(const CaseVisit& visit) {
    const std::size_t errors_before = diagnostics_.error_count();
    const CaseWorld world(schema_, test_, diagnostics_);
    Judging judging;
    const bool found = find_judging(judging);
    if (found && judging.bound != nullptr) check_names(*judging.bound->pack, world);
    if (!found || diagnostics_.error_count() != errors_before) return std::nullopt;
    if (test_.expect.kind == Expectation::Kind::kError) return compare_error(std::move(judging.faults));
    const CaseJudgement judged = judge_case(*judging.bound, world, test_, packs_.schema());
    if (visit) visit(test_, *judging.bound, judged);
    return compare(*judging.bound, judged);
  }

 private:
  void fault(std::string code, const SourceSpan& where, std::string message) {
    diagnostics_.error(std::move(code), where, std::move(message));
  }
  bool expects_error() const { return test_.expect.kind == Expectation::Kind::kError; }

  // ---- The pack

  // False where there is nothing to judge by; why is told.
  bool find_judging(Judging& judging) {
    TestPacks::Loaded* loaded = nullptr;
    if (test_.pack) {
      auto found = packs_.find(test_.pack->text);
      if (!found) {
        fault("PB198", test_.pack->where, found.error().message);
        return false;
      }
      loaded = *found;
    } else if (test_.pack_text) {
      judging.own = std::make_unique<TestPacks::Loaded>(packs_.load(
          {.file = std::string(kPackTextName), .text = test_.pack_text->text}, PackExamples::kNotNeeded));
      loaded = judging.own.get();
    }
    if (test_.condition && (loaded == nullptr || loaded->bound)) return bind_own_condition(loaded, judging);
    if (expects_error()) judging.faults = faults_of(*loaded);
    if (!loaded->bound && !expects_error()) tell_faults(*loaded);
    if (!loaded->bound) return expects_error();
    judging.bound = &*loaded->bound;
    if (test_.policies.empty()) return true;
    if (!check_chosen(*loaded->pack)) return false;
    Diagnostics ignored;  // the pack was bound before
    judging.own_bound = bind_pack(loaded->pack, schema_, {}, ignored, [&](const Policy& policy) {
      return std::ranges::any_of(test_.policies, [&](const PlacedText& name) {
        return find_policy(*loaded->pack, name.text) == &policy;
      });
    });
    judging.bound = &*judging.own_bound;
    return true;
  }

  // As `plumbline policy check` tells them where the pack stands beside the test.
  std::string faults_of(const TestPacks::Loaded& loaded) const {
    Diagnostics faults;
    for (Diagnostic one : loaded.faults.sorted()) {
      if (test_.pack && one.where.file == loaded.file) one.where.file = test_.pack->text;
      one.level == DiagnosticLevel::kError ? faults.error(one.code, one.where, one.message)
                                           : faults.warning(one.code, one.where, one.message);
    }
    return render_all(faults, loaded.text);
  }

  bool bind_own_condition(const TestPacks::Loaded* loaded, Judging& judging) {
    if (!schema_.find_object(test_.on->text)) {
      fault("PB194", test_.on->where,
            fmt::format("unknown object {}{}", test_.on->text,
                        did_you_mean(test_.on->text, schema_.object_names())));
      return false;
    }
    const Pack* base = loaded == nullptr ? nullptr : loaded->pack.get();
    Diagnostics faults;
    judging.own_bound =
        bind_pack(std::make_shared<const Pack>(condition_pack(test_, base)), schema_, {}, faults);
    judging.bound = &*judging.own_bound;
    if (expects_error()) judging.faults = render_all(faults, test_.condition->text + "\n");
    if (!faults.has_errors() || expects_error()) return true;
    for (const Diagnostic& one : faults.sorted()) {
      const bool is_inside = one.where.file == kConditionName;
      if (one.level == DiagnosticLevel::kWarning) continue;
      fault(one.code,
            is_inside ? place_in_file(one.where, test_.condition->where, test_.condition->where.column - 1)
                      : one.where,
            one.message);
    }
    return false;
  }

  void tell_faults(TestPacks::Loaded& loaded) {
    if (!test_.pack_text) {
      fault("PB198", test_.pack->where,
            fmt::format("the pack {} has errors; repair them first, or write `expect error:` where they are "
                        "meant",
                        test_.pack->text));
      if (!std::exchange(loaded.told, true)) diagnostics_.append(loaded.faults);
      return;
    }
    for (const Diagnostic& one : loaded.faults.sorted()) {
      if (one.level == DiagnosticLevel::kWarning) continue;
      const bool is_inside = one.where.file == kPackTextName;
      fault(one.code,
            is_inside ? place_in_file(one.where, test_.pack_text->where, test_.pack_text_indent) : one.where,
            one.message);
    }
  }

  // ---- Names

  std::string unknown_policy(std::string_view name, const Pack& pack) const {
    std::vector<std::string> known;
    for (const Policy& policy : pack.policies) known.push_back(policy.id);
    return fmt::format("{} has no policy {}{}", pack.name, name, did_you_mean(name, known));
  }

  bool check_chosen(const Pack& pack) {
    bool sound = true;
    for (const PlacedText& name : test_.policies) {
      const Policy* policy = find_policy(pack, name.text);
      sound = sound && policy != nullptr && policy->enabled;
      if (policy == nullptr) {
        fault("PB194", name.where, unknown_policy(name.text, pack));
      } else if (!policy->enabled) {
        fault("PB197", name.where,
              fmt::format("the policy {} is switched off in {}; leave it out, or switch it on", name.text,
                          pack.name));
      }
    }
    return sound;
  }

  void check_names(const Pack& pack, const CaseWorld& world) {
    std::vector<std::pair<std::string_view, const Policy*>> seen;
    for (const ExpectedLine& expected : test_.expect.verdicts) {
      const Policy* policy = find_policy(pack, expected.policy.text);
      if (policy == nullptr) {
        fault("PB194", expected.policy.where, unknown_policy(expected.policy.text, pack));
        continue;
      }
      check_is_judged(*policy, expected, pack);
      check_record(*policy, expected, world);
      const std::string_view record = id_key(expected.record.text);
      if (std::ranges::find(seen, std::pair{record, policy}) != seen.end()) {
        fault("PB192", expected.policy.where,
              fmt::format("{} has two verdicts of {} here; keep one",
                          record.empty() ? "the case" : expected.record.text, policy->id));
      }
      seen.emplace_back(record, policy);
    }
  }

  void check_is_judged(const Policy& policy, const ExpectedLine& expected, const Pack& pack) {
    const bool chosen =
        test_.policies.empty() || std::ranges::any_of(test_.policies, [&](const PlacedText& name) {
          return find_policy(pack, name.text) == &policy;
        });
    if (chosen && policy.enabled) return;
    fault("PB197", expected.policy.where,
          chosen ? fmt::format("the policy {} is switched off in {}, so it gives no verdict", policy.id,
                               pack.name)
                 : fmt::format("the policy {} is not among the case's `policies`; add it there", policy.id));
  }

  void check_record(const Policy& policy, const ExpectedLine& expected, const CaseWorld& world) {
    const auto object = schema_.find_object(policy.object);
    if (!object || expected.verdict == CaseVerdict::kNotJudged) return;
    const std::vector<std::string>& ids = world.ids(*object);
    const bool is_there =
        std::ranges::any_of(ids, [&](const std::string& id) { return same_id(id, expected.record.text); });
    if (is_there) return;
    fault("PB194", expected.record.where,
          fmt::format("{} judges records of {}, and the case has none with the Id {}{}", policy.id,
                      schema_.object(*object).name, expected.record.text,
                      did_you_mean(expected.record.text, ids)));
  }

  // ---- Comparing

  CaseOutcome compare_error(std::string came) const {
    CaseOutcome outcome;
    outcome.error = without_last_blanks(came);
    outcome.passed = outcome.error == test_.expect.error;
    return outcome;
  }

  // Whether the case wants to know that the policy could not be judged.
  bool asks_for(const Pack& pack, std::string_view id) const {
    const auto is_it = [&](const PlacedText& name) {
      const Policy* policy = find_policy(pack, name.text);
      return policy != nullptr && policy->id == id;
    };
    return test_.condition || std::ranges::any_of(test_.policies, is_it) ||
           std::ranges::any_of(test_.expect.verdicts,
                               [&](const ExpectedLine& expected) { return is_it(expected.policy); });
  }

  static const BoundPolicy& bound_policy(const BoundPack& bound, std::string_view id) {
    return *std::ranges::find_if(bound.policies,
                                 [&](const BoundPolicy& one) { return one.policy->id == id; });
  }

  CaseOutcome compare(const BoundPack& bound, const CaseJudgement& judged) const {
    const Pack& pack = *bound.pack;
    CaseOutcome outcome;
    outcome.came = judged.lines;
    for (const NotJudged& one : judged.summary.not_judged) {
      if (!asks_for(pack, one.policy)) {
        outcome.passed_over.push_back(one);
        continue;
      }
      outcome.came.push_back(
          {.record = {}, .policy = one.policy, .verdict = CaseVerdict::kNotJudged, .message = one.reason});
    }
    std::vector<bool> expected_lines(outcome.came.size());
    const std::vector<ExpectedLine>& verdicts = test_.expect.verdicts;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      const std::string& id = find_policy(pack, verdicts[i].policy.text)->id;
      const auto line = std::ranges::find_if(outcome.came, [&](const CaseLine& came) {
        return came.policy == id && same_id(came.record, verdicts[i].record.text);
      });
      if (line == outcome.came.end()) {
        outcome.differences.push_back(
            {.expected = i, .came = {}, .why = why_not(verdicts[i], bound_policy(bound, id), judged)});
        continue;
      }
      expected_lines[static_cast<std::size_t>(line - outcome.came.begin())] = true;
      const bool same = line->verdict == verdicts[i].verdict &&
                        (!verdicts[i].message || *verdicts[i].message == line->message);
      if (!same) outcome.differences.push_back({.expected = i, .came = *line, .why = {}});
    }
    for (std::size_t i = 0; i < outcome.came.size(); ++i) {
      if (!expected_lines[i])
        outcome.differences.push_back({.expected = {}, .came = outcome.came[i], .why = {}});
    }
    outcome.passed = outcome.differences.empty();
    return outcome;
  }

  // Why an expected verdict did not come.
  static std::string why_not(const ExpectedLine& expected, const BoundPolicy& policy,
                             const CaseJudgement& judged) {
    const auto& not_judged = judged.summary.not_judged;
    const auto told = std::ranges::find(not_judged, policy.policy->id, &NotJudged::policy);
    if (told != not_judged.end()) return "the policy was not judged: " + told->reason;
    if (expected.verdict == CaseVerdict::kNotJudged) return "the policy was judged";
    const Table* const table = judged.snapshot->table(policy.object);
    const RowIndex row = table->find(expected.record.text);
    if (row >= table->rows()) return "the record is deleted";
    return why_not(row, policy, judged);
  }

  static std::string why_not(RowIndex row, const BoundPolicy& policy, const CaseJudgement& judged) {
    JudgeTimesBuilder times(*judged.snapshot, judged.options);
    const TimeFrameId frame = times.frame(judged.pack->calendar, policy.zone);
    const TracePlan plan(*judged.pack, policy, {}, judged.snapshot->schema(), frame);
    Tracer tracer(plan, *judged.snapshot, times.times());
    const bool in_scope = tracer.outcome(row) != PolicyOutcome::kOutOfScope;
    std::vector<std::string> parts;
    for (const TracedPart* part : tracer.deciding(row)) parts.push_back("`" + part->text + "`");
    return fmt::format("{} does not hold{}{}", in_scope ? "violated_when" : "judged_when",
                       parts.empty() ? "" : ", because of ", fmt::join(parts, " and "));
  }

  const TestCase& test_;
  TestPacks& packs_;
  const Schema& schema_;
  Diagnostics& diagnostics_;
};

}  // namespace

Result<TestPacks::Loaded*> TestPacks::find(const std::string& name) {
  const auto known = loaded_.find(name);
  if (known != loaded_.end()) return known->second.get();
  Result<PackText> text = find_(name);
  if (!text) return fail(std::move(text.error()));
  return loaded_.emplace(name, std::make_unique<Loaded>(load(*text, PackExamples::kNeeded)))
      .first->second.get();
}

TestPacks::Loaded TestPacks::load(const PackText& text, PackExamples examples) const {
  Loaded loaded;
  loaded.file = text.file;
  loaded.text = text.text;
  Diagnostics all;
  // The examples of shipped packs have been looked at.
  std::optional<Pack> pack = load_pack_to_check(
      text, all, text.embedded == nullptr ? PackExamples::kNeeded : PackExamples::kNotNeeded);
  BoundPack bound;
  if (pack) {
    loaded.pack = std::make_shared<const Pack>(*std::move(pack));
    bound = bind_pack(loaded.pack, *schema_, {}, all);
    check_examples(*loaded.pack, *schema_, all);
  }
  for (const Diagnostic& one : all.sorted()) {
    if (examples == PackExamples::kNotNeeded && one.code == kNoExample) continue;
    one.level == DiagnosticLevel::kError ? loaded.faults.error(one.code, one.where, one.message)
                                         : loaded.faults.warning(one.code, one.where, one.message);
  }
  if (loaded.pack && !loaded.faults.has_errors()) loaded.bound = std::move(bound);
  return loaded;
}

const Policy* find_policy(const Pack& pack, std::string_view name) {
  const std::size_t slash = name.find('/');
  const std::string_view id = name.substr(slash == std::string_view::npos ? 0 : slash + 1);
  const auto found = std::ranges::find(pack.policies, id, &Policy::id);
  if (found == pack.policies.end()) return nullptr;
  const std::string_view of = name.substr(0, slash);
  if (slash != std::string_view::npos && of != found->pack && of != pack.name) return nullptr;
  return &*found;
}

CaseJudgement judge_case(const BoundPack& pack, const CaseWorld& world, const TestCase& test,
                         const std::shared_ptr<const Schema>& schema) {
  CaseJudgement judged;
  judged.pack = pack.pack;
  judged.snapshot = world.build(schema, pack.needs);
  judged.options = options_at(test.as_of.text, test.zone);
  const auto take = [&](const Verdict& verdict) {
    const bool unknown = verdict.status == VerdictStatus::kUnknown;
    judged.lines.push_back({.record = verdict.record_id,
                            .policy = verdict.policy,
                            .verdict = unknown ? CaseVerdict::kUnknown : CaseVerdict::kViolated,
                            .message = unknown ? verdict.reason : verdict.message});
    return SinkAnswer::kMore;
  };
  judged.summary = judge({&pack}, *judged.snapshot, judged.options, take);
  return judged;
}

std::vector<CaseOutcome> run_test_file(const TestFile& file, TestPacks& packs, Diagnostics& diagnostics,
                                       const CaseVisit& visit) {
  std::vector<CaseOutcome> outcomes;
  for (std::size_t i = 0; i < file.cases.size(); ++i) {
    std::optional<CaseOutcome> outcome = CaseRunner(file.cases[i], packs, diagnostics).run(visit);
    if (!outcome) continue;
    outcome->number = i;
    outcomes.push_back(*std::move(outcome));
  }
  return outcomes;
}

}  // namespace plumbline
