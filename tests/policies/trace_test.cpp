#include "policies/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "policies/examples.h"
#include "policies/judge.h"
#include "policies/judge_times.h"
#include "tests/policies/random_pack.h"
#include "tests/policies/random_world.h"
#include "tests/policies/small_table.h"

namespace plumbline {
namespace {

using testing::HasSubstr;

std::string pack_text(std::string_view scope, std::string_view condition, std::string_view extra) {
  return fmt::format(R"(
pack: tracing
title: Tracing
source: {{document: Tests}}
{}
policies:
  - id: the-policy
    title: The policy
    on: Opportunity
    severity: low
    judged_when: |-
      {}
    violated_when: |-
      {}
    says: Wrong.
    fix: Fix.
    section: Tests
    examples:
      - {{given: {{Name: a}}, as_of: 2026-03-18, violated: true}}
      - {{given: {{Name: b}}, as_of: 2026-03-18, violated: false}}
)",
                     extra, scope, condition);
}

std::string_view word_of(Truth truth) {
  switch (truth) {
    case Truth::kTrue:
      return "true";
    case Truth::kFalse:
      return "false";
    case Truth::kUnknown:
      return "unknown";
    case Truth::kNull:
      return "null";
  }
  return "";
}

// A line a part: its text, what it came to, and a star where it decided.
void draw(const PartTrace& trace, std::size_t depth, std::string& lines) {
  const TracedPart& part = *trace.part;
  const bool truth = part.is_boolean && !part.of_rows;
  std::string result = truth ? std::string(word_of(trace.truth)) : trace.value;
  if (trace.is_unknown && !truth) result = "unknown";
  if (!trace.reason.empty()) result += " (" + trace.reason + ")";
  if (!trace.remedy.empty()) result += " [" + trace.remedy + "]";
  if (trace.matching) result += fmt::format(" {} match", *trace.matching);
  if (trace.related) result += fmt::format(" of {}", *trace.related);
  const std::string text = part.kind == PartKind::kAll   ? "AND"
                           : part.kind == PartKind::kAny ? "OR"
                                                         : part.text;
  lines += fmt::format("{:{}}{}: {}{}{}\n", "", depth * 2, text, result, trace.decides ? " *" : "",
                       part.told_before ? " (above)" : "");
  for (const PartTrace& inner : trace.parts) draw(inner, depth + 1, lines);
}

class World {
 public:
  explicit World(std::string_view condition, std::string_view scope = "true = true",
                 std::string_view extra = "") {
    const std::string text = pack_text(scope, condition, extra);
    Diagnostics diagnostics;
    auto loaded = load_pack({.file = "tracing.yaml", .text = text}, diagnostics);
    EXPECT_TRUE(loaded) << render_all(diagnostics, text);
    pack_ = bind_pack(std::make_shared<const Pack>(std::move(*loaded)), *schema_, {}, diagnostics);
    EXPECT_FALSE(diagnostics.has_errors()) << render_all(diagnostics, text);
    tables_.resize(schema_->object_count());
  }

  World& table(std::string_view object, const std::vector<std::string>& fields, const TableRows& rows) {
    tables_[*schema_->find_object(object)] = small_table(*schema_, object, fields, rows);
    return *this;
  }

  World& build() {
    snapshot_ = Snapshot::build(schema_, std::move(tables_), pack_.needs);
    times_ = std::make_unique<JudgeTimesBuilder>(*snapshot_, options_);
    const BoundPolicy& policy = pack_.policies[0];
    const TimeFrameId frame = times_->frame(pack_.pack->calendar, policy.zone);
    plan_ = std::make_unique<TracePlan>(*pack_.pack, policy, derived_, *schema_, frame);
    tracer_ = std::make_unique<Tracer>(*plan_, *snapshot_, times_->times());
    return *this;
  }

  Tracer& tracer() { return *tracer_; }

  std::string drawn(RowIndex row = 0) {
    std::string lines;
    draw(tracer_->trace(row).violated_when, 0, lines);
    return lines;
  }

  std::string deciding(RowIndex row = 0) {
    std::string texts;
    for (const TracedPart* part : tracer_->deciding(row)) texts += part->text + ";";
    return texts;
  }

 private:
  std::shared_ptr<const Schema> schema_ = std::make_shared<const Schema>(Schema::standard());
  std::vector<DerivedField> derived_;
  BoundPack pack_;
  std::vector<std::unique_ptr<Table>> tables_;
  std::shared_ptr<const Snapshot> snapshot_;
  JudgeOptions options_{.now = *parse_instant("2026-03-18T12:00:00Z")};
  std::unique_ptr<JudgeTimesBuilder> times_;
  std::unique_ptr<TracePlan> plan_;
  std::unique_ptr<Tracer> tracer_;
};

const std::vector<std::string> kFields = {"Id", "Name", "CloseDate", "Amount", "StageName", "OwnerId"};
const std::vector<std::string> kRow = {"006000000000001", "Kettle",      "2026-03-14",
                                       "1000.50",         "Prospecting", "005000000000001"};

TEST(Trace, ComparisonShowsBothSides) {
  World world("CloseDate < TODAY");
  world.table("Opportunity", kFields, {kRow}).build();
  EXPECT_EQ(world.drawn(),
            "CloseDate < TODAY: true *\n"
            "  CloseDate: 14 Mar 2026\n"
            "  TODAY: 18 Mar 2026\n");
}

TEST(Trace, FirstFalsePartOfAndDecides) {
  World world("Amount > 10 AND CloseDate > TODAY AND StageName = 'Closed'");
  world.table("Opportunity", kFields, {kRow}).build();
  EXPECT_EQ(world.drawn(),
            "AND: false *\n"
            "  Amount > 10: true\n"
            "    Amount: 1,000.50\n"
            "  CloseDate > TODAY: false *\n"
            "    CloseDate: 14 Mar 2026\n"
            "    TODAY: 18 Mar 2026\n"
            "  StageName = 'Closed': false\n"
            "    StageName: Prospecting\n");
  EXPECT_EQ(world.deciding(), "CloseDate > TODAY;");
}

TEST(Trace, TruePartOfOrDecidesWithinTrueAnd) {
  World world("Amount > 10 AND (CloseDate > TODAY OR (NOT ISBLANK(Name)))");
  world.table("Opportunity", kFields, {kRow}).build();
  EXPECT_EQ(world.drawn(),
            "AND: true *\n"
            "  Amount > 10: true *\n"
            "    Amount: 1,000.50\n"
            "  OR: true *\n"
            "    CloseDate > TODAY: false\n"
            "      CloseDate: 14 Mar 2026\n"
            "      TODAY: 18 Mar 2026\n"
            "    NOT ISBLANK(Name): true *\n"
            "      ISBLANK(Name): false\n"
            "        Name: Kettle\n");
  EXPECT_EQ(world.deciding(), "NOT ISBLANK(Name);");
}

TEST(Trace, AllPartsDecideATrueAnd) {
  World world("Amount > 10 AND CloseDate < TODAY");
  world.table("Opportunity", kFields, {kRow}).build();
  EXPECT_EQ(world.deciding(), "");
}

TEST(Trace, EveryFalsePartOfAFalseOrDecides) {
  World world("Amount < 10 OR CloseDate > TODAY");
  world.table("Opportunity", kFields, {kRow}).build();
  EXPECT_EQ(world.deciding(), "Amount < 10;CloseDate > TODAY;");
}

TEST(Trace, DefinitionIsShownOnceAndParametersByValue) {
  World world("(early AND Amount > :floor) OR (early AND StageName IN :stages)", "true = true",
              "parameters: {floor: 5000, stages: [Closed, Won]}\ndefine: {early: CloseDate < "
              "LAST_N_DAYS:3}");
  world.table("Opportunity", kFields, {kRow}).build();
  EXPECT_EQ(world.drawn(),
            "OR: false *\n"
            "  AND: false *\n"
            "    early: true\n"
            "      CloseDate < LAST_N_DAYS:3: true\n"
            "        CloseDate: 14 Mar 2026\n"
            "        LAST_N_DAYS:3: 15 Mar 2026 to 18 Mar 2026\n"
            "    Amount > :floor: false *\n"
            "      Amount: 1,000.50\n"
            "      :floor: 5000\n"
            "  AND: false *\n"
            "    early: true (above)\n"
            "    StageName IN :stages: false *\n"
            "      StageName: Prospecting\n"
            "      :stages: Closed, Won\n");
}

TEST(Trace, RelatedRowsAreCounted) {
  World world("COUNT(Tasks WHERE Status = 'Open' AND Subject LIKE 'Call%') > 1");
  world.table("Opportunity", kFields, {kRow})
      .table("Task", {"Id", "WhatId", "Status", "Subject"},
             {{"00T000000000001", "006000000000001", "Open", "Call them"},
              {"00T000000000002", "006000000000001", "Open", "Mail them"},
              {"00T000000000003", "006000000000001", "Done", "Call them"}})
      .build();
  EXPECT_EQ(world.drawn(),
            "COUNT(Tasks WHERE Status = 'Open' AND Subject LIKE 'Call%') > 1: false *\n"
            "  COUNT(Tasks WHERE Status = 'Open' AND Subject LIKE 'Call%'): 1 1 match of 3\n"
            "    AND:  1 match\n"
            "      Status = 'Open':  2 match\n"
            "      Subject LIKE 'Call%':  2 match\n");
}

TEST(Trace, UnknownSaysWhyAndWhichExportWouldTell) {
  World world("Amount > 10 AND Owner.IsActive = false");
  world.table("Opportunity", kFields, {kRow}).build();
  EXPECT_THAT(world.drawn(), HasSubstr("Owner.IsActive = false: unknown ("));
  EXPECT_THAT(world.drawn(), HasSubstr("[an export of User]"));
  EXPECT_EQ(world.tracer().outcome(0), PolicyOutcome::kUnknown);
  EXPECT_EQ(world.deciding(), "Owner.IsActive = false;");
}

TEST(Trace, OutOfScopeIsDecidedByTheScope) {
  World world("CloseDate < TODAY", "StageName = 'Closed' AND Amount > 1");
  world.table("Opportunity", kFields, {kRow}).build();
  EXPECT_EQ(world.tracer().outcome(0), PolicyOutcome::kOutOfScope);
  EXPECT_EQ(world.deciding(), "StageName = 'Closed';");
  const PolicyTrace trace = world.tracer().trace(0);
  EXPECT_TRUE(trace.judged_when->decides);
  EXPECT_FALSE(trace.violated_when.decides);
}

TEST(Trace, ZoneOfTheOwnerIsNamed) {
  World world("CloseDate < TODAY");
  std::vector<std::string> other = kRow;
  other[0] = "006000000000002";
  other[5] = "005000000000009";
  world.table("Opportunity", kFields, {kRow, other})
      .table("User", {"Id", "Name", "TimeZoneSidKey"}, {{"005000000000001", "Ana", "Asia/Tokyo"}})
      .build();
  EXPECT_EQ(world.tracer().trace(0).zone, ZoneOrigin::kOwner);
  EXPECT_EQ(world.tracer().trace(0).time.zone.name(), "Asia/Tokyo");
  EXPECT_NE(world.tracer().trace(1).zone, ZoneOrigin::kOwner);
}

// Random conditions over random records: the outcome is the judge's, and within a trace the parts add up.
class Agreement {
 public:
  explicit Agreement(std::uint64_t seed)
      : seed_(seed), world_(seed, {.rows = 120}), random_(seed ^ 0x7ACE), options_{.now = world_.now} {
    options_.unknowns = JudgeOptions::Unknowns::kHandOn;
  }

  std::size_t run() {
    const BoundPack pack = random_pack(random_, world_.now, world_.object, 8, "random");
    std::map<std::pair<std::string, std::string>, PolicyOutcome> judged;
    judge({&pack}, *world_.snapshot, options_, [&](const Verdict& verdict) {
      judged[{verdict.policy, verdict.record_id}] =
          verdict.status == VerdictStatus::kUnknown ? PolicyOutcome::kUnknown : PolicyOutcome::kViolated;
      return SinkAnswer::kMore;
    });
    JudgeTimesBuilder times(*world_.snapshot, options_);
    const Table& table = *world_.snapshot->table(world_.object);
    for (const BoundPolicy& policy : pack.policies) {
      if (policy.object != world_.object || !why_not_judged(policy, *world_.snapshot).empty()) continue;
      const TimeFrameId frame = times.frame(pack.pack->calendar, policy.zone);
      const TracePlan plan(*pack.pack, policy, world_derived_fields(), world_.snapshot->schema(), frame);
      Tracer tracer(plan, *world_.snapshot, times.times());
      for (RowIndex row = 0; row < table.rows(); ++row) {
        if (!table.visible(row) || table.id(row).empty()) continue;
        const auto found = judged.find({policy.policy->id, std::string(table.id(row))});
        const PolicyTrace trace = tracer.trace(row);
        if (found != judged.end()) {
          EXPECT_EQ(trace.outcome, found->second) << "seed " << seed_ << ", " << policy.policy->id;
        } else {
          EXPECT_GE(trace.outcome, PolicyOutcome::kNotViolated) << "seed " << seed_;
        }
        check(trace.violated_when);
        ++compared_;
      }
    }
    return compared_;
  }

 private:
  static bool holds(const PartTrace& trace) { return trace.truth == Truth::kTrue; }
  static bool is_unknown(const PartTrace& trace) { return trace.truth == Truth::kUnknown; }

  void check(const PartTrace& trace) {
    const TracedPart& part = *trace.part;
    if (part.of_rows) return;
    const auto any = [&](bool (*is)(const PartTrace&)) { return std::ranges::any_of(trace.parts, is); };
    const auto all = [&](bool (*is)(const PartTrace&)) { return std::ranges::all_of(trace.parts, is); };
    const auto fails = [](const PartTrace& inner) { return !holds(inner) && !is_unknown(inner); };
    if (part.kind == PartKind::kAll) {
      EXPECT_EQ(holds(trace), all(holds)) << part.text;
      EXPECT_EQ(is_unknown(trace), any(is_unknown) && !any(fails)) << part.text;
    } else if (part.kind == PartKind::kAny) {
      EXPECT_EQ(holds(trace), any(holds)) << part.text;
      EXPECT_EQ(is_unknown(trace), any(is_unknown) && !any(holds)) << part.text;
    } else if (part.kind == PartKind::kNot) {
      EXPECT_EQ(is_unknown(trace), is_unknown(trace.parts[0])) << part.text;
      if (!is_unknown(trace)) EXPECT_NE(holds(trace), holds(trace.parts[0])) << part.text;
    } else if (part.kind == PartKind::kDefinition && !trace.parts.empty() && part.is_boolean) {
      EXPECT_EQ(trace.truth, trace.parts[0].truth) << part.text;
    }
    if (part.kind == PartKind::kRelated && trace.matching && trace.related) {
      EXPECT_LE(*trace.matching, *trace.related) << part.text;
    }
    for (const PartTrace& inner : trace.parts) check(inner);
  }

  std::uint64_t seed_;
  RandomWorld world_;
  RandomSource random_;
  JudgeOptions options_;
  std::size_t compared_ = 0;
};

TEST(Trace, RandomPoliciesComeToTheVerdictsOfTheJudge) {
  constexpr std::uint64_t kSeeds = 12;
  std::size_t compared = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) compared += Agreement(seed).run();
  EXPECT_GT(compared, 1'000U);
}

// The judge and the trace must never differ, whatever conditions say.
class ShippedPacksTraced : public testing::TestWithParam<std::string> {};

TEST_P(ShippedPacksTraced, ComeToTheVerdictsOfTheirExamples) {
  Diagnostics diagnostics;
  const auto text = shipped_pack(GetParam());
  ASSERT_TRUE(text);
  auto pack = load_pack(*text, diagnostics);
  ASSERT_TRUE(pack);
  const std::vector<DerivedField> derived;
  std::size_t seen = 0;
  const auto visit = [&](const ExampleRun& run) {
    if (!why_not_judged(run.policy, run.snapshot).empty()) return;
    JudgeTimesBuilder times(run.snapshot, run.options);
    const TimeFrameId frame = times.frame(run.pack.pack->calendar, run.policy.zone);
    const TracePlan plan(*run.pack.pack, run.policy, derived, run.snapshot.schema(), frame);
    Tracer tracer(plan, run.snapshot, times.times());
    const RowIndex row = run.snapshot.table(run.policy.object)->find(run.record_id);
    if (row == kMissingRow) return;  // deleted: never judged
    PolicyOutcome judged = PolicyOutcome::kNotViolated;
    RecordSources one;
    one[run.policy.object] = one_record_source(run.snapshot, run.policy.object, row);
    EachVerdict sink([&](const Verdict& verdict) {
      EXPECT_EQ(verdict.record_id, run.record_id);
      judged = verdict.status == VerdictStatus::kUnknown ? PolicyOutcome::kUnknown : PolicyOutcome::kViolated;
      return SinkAnswer::kMore;
    });
    const auto summary = judge({&run.pack}, run.snapshot, one, run.options, sink, nullptr);
    ASSERT_TRUE(summary);
    EXPECT_EQ(summary->records, 1U);
    if (judged == PolicyOutcome::kNotViolated && summary->policies[0].judged == 0)
      judged = PolicyOutcome::kOutOfScope;
    EXPECT_EQ(tracer.outcome(row), judged) << run.policy.policy->id;
    EXPECT_EQ(tracer.trace(row).outcome, judged);
    ++seen;
  };
  run_examples(std::make_shared<const Pack>(std::move(*pack)), Schema::standard(), diagnostics, visit);
  EXPECT_GT(seen, 10U);
}

INSTANTIATE_TEST_SUITE_P(, ShippedPacksTraced, testing::ValuesIn(shipped_pack_names()), [](const auto& name) {
  std::string clean = name.param;
  std::erase(clean, '-');
  return clean;
});

}  // namespace
}  // namespace plumbline
