#include "tests/policies/oracle/row_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "policies/display.h"
#include "tests/policies/oracle/record_times.h"
#include "tests/policies/oracle/row_evaluator.h"

namespace plumbline::oracle {
namespace {

struct Judged {
  const BoundPack* pack = nullptr;
  const BoundPolicy* policy = nullptr;
  std::size_t count = 0;  // its place in the summary
};

EvidenceValue evidence_of(const Value& value) {
  if (value.is_null()) return NullValue{};
  if (value.is_unknown()) return UnknownValue{};
  switch (value.type) {
    case ValueType::kBoolean:
      return value.boolean;
    case ValueType::kNumber:
      return value.number;
    case ValueType::kMoney:
      return value.money;
    case ValueType::kDate:
      return value.day;
    case ValueType::kDateTime:
      return value.instant;
    default:
      return std::string(value.text);
  }
}

// An amount that CONVERTED has brought into the organisation's currency is no longer in the record's.
bool comes_converted(const BoundExpr& expression) {
  if (expression.kind == BoundKind::kCall && expression.function->name == "CONVERTED") return true;
  if (expression.aggregate && expression.aggregate->value && comes_converted(*expression.aggregate->value))
    return true;
  return std::ranges::any_of(expression.children, [](const Bound& child) { return comes_converted(*child); });
}

std::string source_of(const Policy& policy) {
  if (policy.section.empty()) return policy.document;
  return policy.document.empty() ? policy.section : policy.document + ", " + policy.section;
}

class ObjectJudge {
 public:
  ObjectJudge(const Snapshot& snapshot, std::size_t object, const JudgeOptions& options,
              JudgeSummary& summary, const EachVerdict::Take& sink)
      : snapshot_(snapshot),
        object_(object),
        options_(options),
        summary_(summary),
        sink_(sink),
        times_(snapshot, object,
               {.now = options.now, .now_day = options.now_day, .default_zone = options.default_zone}),
        evaluator_(snapshot),
        names_(column_named(snapshot, object, "Name")),
        currencies_(column_named(snapshot, object, "CurrencyIsoCode")) {}

  SinkAnswer judge_record(const std::vector<Judged>& policies, RowIndex row) {
    ++summary_.records;
    const RowIndex owner = times_.owner(row);
    for (const Judged& judged : policies) {
      const TimeContext& time = times_.at(owner, judged.pack->pack->calendar, judged.policy->zone);
      evaluator_.start_record(row, time);
      const auto verdict = judge_policy(judged, row, owner, time);
      if (verdict && sink_(*verdict) == SinkAnswer::kEnough) return SinkAnswer::kEnough;
    }
    return SinkAnswer::kMore;
  }

 private:
  std::optional<Verdict> judge_policy(const Judged& judged, RowIndex row, RowIndex owner,
                                      const TimeContext& time) {
    const BoundPolicy& policy = *judged.policy;
    Truth verdict = policy.judged_when ? evaluator_.truth(*policy.judged_when) : Truth::kTrue;
    if (verdict == Truth::kFalse) return std::nullopt;
    if (verdict == Truth::kTrue) verdict = evaluator_.truth(*policy.violated_when);
    PolicyCount& count = summary_.policies[judged.count];
    ++count.judged;
    if (verdict == Truth::kFalse) return std::nullopt;
    Verdict told = describe(judged, row, owner, time);
    if (verdict == Truth::kUnknown) {
      told.status = VerdictStatus::kUnknown;
      told.reason = std::string(evaluator_.reason());
      ++count.unknown;
      if (count.example_reason.empty()) count.example_reason = told.reason;
      if (options_.unknowns == JudgeOptions::Unknowns::kCount) return std::nullopt;
      gather_evidence(policy, told);
      return told;
    }
    ++count.violated;
    gather_evidence(policy, told);
    told.message = fill(policy.says, row, time.zone);
    told.remedy = fill(policy.fix, row, time.zone);
    return told;
  }

  Verdict describe(const Judged& judged, RowIndex row, RowIndex owner, const TimeContext& time) const {
    const Policy& policy = *judged.policy->policy;
    Verdict verdict;
    verdict.policy = policy.id;
    verdict.pack = policy.pack;
    verdict.pack_hash = judged.pack->pack->hash;
    verdict.severity = policy.severity;
    verdict.object = snapshot_.schema().object(object_).name;
    verdict.record_id = std::string(snapshot_.table(object_)->id(row));
    verdict.record_name = std::string(known_text(names_, row));
    verdict.owner_id = std::string(times_.owner_id(row));
    verdict.owner_name = std::string(times_.owner_name(owner));
    verdict.as_of = time.now;
    verdict.source = source_of(policy);
    return verdict;
  }

  void gather_evidence(const BoundPolicy& policy, Verdict& verdict) {
    for (const ReadField& read : policy.reads) {
      if (read.inside != nullptr && evaluator_.first_match(*read.inside) == kNoRow) continue;
      verdict.evidence.push_back(
          {.name = read.name, .value = evidence_of(evaluator_.value(*read.expression))});
    }
    for (const BoundEvidence& evidence : policy.evidence) {
      verdict.evidence.push_back(
          {.name = evidence.name, .value = evidence_of(evaluator_.value(*evidence.expression))});
    }
  }

  std::string fill(const MessageTemplate& message, RowIndex row, const TimeZone& zone) {
    const std::string_view currency = known_text(currencies_, row);
    std::string filled;
    for (const MessageTemplate::Piece& piece : message.pieces) {
      if (!piece.expression) {
        filled += piece.text;
        continue;
      }
      filled += display_value(evaluator_.value(*piece.expression), zone,
                              comes_converted(*piece.expression) ? std::string_view{} : currency);
    }
    return filled;
  }

  const Snapshot& snapshot_;
  std::size_t object_;
  const JudgeOptions& options_;
  JudgeSummary& summary_;
  const EachVerdict::Take& sink_;
  RecordTimes times_;
  RowEvaluator evaluator_;
  const Column* names_;
  const Column* currencies_;
};

// What of the data a requirement lacks; empty where it is met.
std::string missing_phrase(const Requirement& requirement, const Snapshot& snapshot) {
  const ObjectSchema& object = snapshot.schema().object(requirement.object);
  const Table* table = snapshot.table(requirement.object);
  if (table == nullptr) return fmt::format("there is no {} data", object.name);
  if (requirement.kind == Requirement::Kind::kObject) return {};
  const std::string& field = object.fields[requirement.field].name;
  if (requirement.kind == Requirement::Kind::kField) {
    if (table->column(requirement.field) != nullptr) return {};
    return fmt::format("{} has no column {}", object.name, field);
  }
  if (snapshot.is_tracked(requirement.object, requirement.field)) return {};
  return fmt::format("{} holds no change of {}.{}", object.history_object, object.name, field);
}

using PoliciesByObject = std::map<std::size_t, std::vector<Judged>>;

PoliciesByObject judgeable(const std::vector<const BoundPack*>& packs, const Snapshot& snapshot,
                           JudgeSummary& summary) {
  PoliciesByObject by_object;
  for (const BoundPack* pack : packs) {
    for (const BoundPolicy& bound : pack->policies) {
      const Policy& policy = *bound.policy;
      if (std::string reason = oracle::why_not_judged(bound, snapshot); !reason.empty()) {
        summary.not_judged.push_back({.pack = policy.pack, .policy = policy.id, .reason = std::move(reason)});
        continue;
      }
      by_object[bound.object].push_back({.pack = pack, .policy = &bound, .count = summary.policies.size()});
      summary.policies.push_back(
          {.pack = policy.pack, .policy = policy.id, .severity = policy.severity, .example_reason = {}});
    }
  }
  return by_object;
}

}  // namespace

std::string why_not_judged(const BoundPolicy& policy, const Snapshot& snapshot) {
  if (snapshot.table(policy.object) == nullptr)
    return fmt::format("there is no {} data", snapshot.schema().object(policy.object).name);
  std::vector<std::string> reasons;
  for (const Requirement& requirement : policy.required) {
    std::string reason = missing_phrase(requirement, snapshot);
    if (!reason.empty() && std::ranges::find(reasons, reason) == reasons.end())
      reasons.push_back(std::move(reason));
  }
  return fmt::format("{}", fmt::join(reasons, "; "));
}

// Of all users, whoever owns what.
std::set<std::string> unknown_zones(const Snapshot& snapshot) {
  std::set<std::string> unknown;
  const auto users = snapshot.schema().find_object("User");
  const Table* const table = users ? snapshot.table(*users) : nullptr;
  const Column* const zones = table == nullptr ? nullptr : column_named(snapshot, *users, "TimeZoneSidKey");
  for (RowIndex row = 0; zones != nullptr && row < table->rows(); ++row) {
    const std::string_view name = known_text(zones, row);
    if (table->visible(row) && !name.empty() && !TimeZone::find(name)) unknown.emplace(name);
  }
  return unknown;
}

JudgeSummary judge(const std::vector<const BoundPack*>& packs, const Snapshot& snapshot,
                   const JudgeOptions& options, const EachVerdict::Take& sink) {
  JudgeSummary summary;
  SinkAnswer answer = SinkAnswer::kMore;
  for (const auto& [object, policies] : judgeable(packs, snapshot, summary)) {
    const Table& table = *snapshot.table(object);
    ObjectJudge object_judge(snapshot, object, options, summary, sink);
    for (RowIndex row = 0; row < table.rows() && answer == SinkAnswer::kMore; ++row) {
      if (table.visible(row)) answer = object_judge.judge_record(policies, row);
    }
  }
  for (const std::string& zone : unknown_zones(snapshot)) {
    summary.notices.push_back(fmt::format(
        "time zone `{}` of a user is not known; the default zone is used for what that user owns", zone));
  }
  return summary;
}

}  // namespace plumbline::oracle
