#include "policies/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "base/utf8.h"
#include "policies/display.h"
#include "policies/language/row_evaluator.h"

namespace plumbline {
namespace {

// Rows one thread takes at a time.
constexpr std::size_t kChunkRows = 2048;
// Chunks that may wait for an earlier one to be handed on.
constexpr std::size_t kMaxChunksAhead = 16;

// One policy with its pack, in the order verdicts are told.
struct Judged {
  const BoundPack* pack = nullptr;
  const BoundPolicy* policy = nullptr;
  std::size_t count = 0;  // its PolicyCount
};

// The moment judged, for one calendar and zone.
class Moments {
 public:
  explicit Moments(const JudgeOptions& options) : options_(options) {}

  const TimeContext& at(const TimeZone& zone, const Calendar& calendar) {
    for (const auto& moment : moments_) {
      if (moment->zone == zone && moment->calendar == &calendar) return *moment;
    }
    auto made = std::make_unique<TimeContext>();
    made->zone = zone;
    made->calendar = &calendar;
    made->now = options_.now_day ? zone.to_instant(*options_.now_day, std::chrono::hours{12}) : options_.now;
    made->today = zone.day_of(made->now);
    return *moments_.emplace_back(std::move(made));
  }

 private:
  const JudgeOptions& options_;
  std::vector<std::unique_ptr<TimeContext>> moments_;
};

// Whose time zone and name a record has.
class Owners {
 public:
  Owners(const Snapshot& snapshot, std::size_t object) : snapshot_(snapshot), object_(object) {
    const Schema& schema = snapshot.schema();
    user_ = schema.find_object("User");
    owner_field_ = schema.object(object).find("OwnerId");
    if (user_) {
      zone_ = column(*user_, "TimeZoneSidKey");
      name_ = column(*user_, "Name");
    }
    owner_ids_ = owner_field_ && snapshot.table(object) != nullptr
                     ? snapshot.table(object)->column(*owner_field_)
                     : nullptr;
    is_user_ = user_ == object;
  }

  // The owner's row among the users, or kNoRow.
  RowIndex row(RowIndex record) const {
    if (is_user_) return record;
    if (!user_ || !owner_field_ || snapshot_.table(*user_) == nullptr || owner_ids_ == nullptr) return kNoRow;
    const RowIndex found = snapshot_.target(object_, *owner_field_, record);
    return found == kMissingRow ? kNoRow : found;
  }
  std::string_view id(RowIndex record) const {
    if (is_user_) return snapshot_.table(object_)->id(record);
    return text(owner_ids_, record);
  }
  std::string_view name(RowIndex owner) const {
    return owner == kNoRow ? std::string_view{} : text(name_, owner);
  }
  std::string_view zone(RowIndex owner) const {
    return owner == kNoRow ? std::string_view{} : text(zone_, owner);
  }

 private:
  const Column* column(std::size_t object, std::string_view field) const {
    const auto index = snapshot_.schema().object(object).find(field);
    const Table* table = snapshot_.table(object);
    return index && table != nullptr ? table->column(*index) : nullptr;
  }
  static std::string_view text(const Column* column, RowIndex row) {
    return column != nullptr && column->kind(row) == CellKind::kKnown ? column->text(row)
                                                                      : std::string_view{};
  }

  const Snapshot& snapshot_;
  std::size_t object_;
  std::optional<std::size_t> user_;
  std::optional<std::size_t> owner_field_;
  const Column* zone_ = nullptr;
  const Column* name_ = nullptr;
  const Column* owner_ids_ = nullptr;
  bool is_user_ = false;
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

bool is_converted(const BoundExpr& expression) {
  if (expression.kind == BoundKind::kCall && expression.function->name == "CONVERTED") return true;
  const BoundAggregate* aggregate = expression.aggregate.get();
  if (aggregate != nullptr && aggregate->value && is_converted(*aggregate->value)) return true;
  return std::ranges::any_of(expression.children, [](const Bound& child) { return is_converted(*child); });
}

std::string source_of(const Policy& policy) {
  if (policy.section.empty()) return policy.document;
  return policy.document.empty() ? policy.section : policy.document + ", " + policy.section;
}

// What one chunk of rows came to.
struct ChunkResult {
  std::vector<Verdict> verdicts;
  std::vector<PolicyCount> counts;  // one a judged policy of the object
  std::uint64_t records = 0;
  std::set<std::string, std::less<>> unknown_zones;
};

// Judges rows of one object. One a thread.
class ObjectJudge {
 public:
  ObjectJudge(const Snapshot& snapshot, std::size_t object, const std::vector<Judged>& policies,
              const JudgeOptions& options)
      : snapshot_(snapshot),
        table_(*snapshot.table(object)),
        object_(object),
        policies_(policies),
        options_(options),
        owners_(snapshot, object),
        moments_(options),
        evaluator_(snapshot) {
    const ObjectSchema& schema = snapshot.schema().object(object);
    if (const auto field = schema.find("Name")) names_ = table_.column(*field);
    if (const auto field = schema.find("CurrencyIsoCode")) currencies_ = table_.column(*field);
  }

  ChunkResult judge_rows(RowIndex begin, RowIndex end) {
    ChunkResult result;
    result.counts.resize(policies_.size());
    for (RowIndex row = begin; row < end; ++row) {
      if (!table_.visible(row)) continue;
      ++result.records;
      judge_record(row, result);
    }
    return result;
  }

 private:
  void judge_record(RowIndex row, ChunkResult& result) {
    const RowIndex owner = owners_.row(row);
    bool started = false;
    for (std::size_t i = 0; i < policies_.size(); ++i) {
      const Judged& judged = policies_[i];
      const TimeContext& time = moments_.at(zone_for(judged, owner, result), judged.pack->pack->calendar);
      if (started) {
        evaluator_.set_time(time);
      } else {
        evaluator_.start_record(row, time);
        started = true;
      }
      judge_policy(*judged.policy, *judged.pack, row, owner, time, result.counts[i], result.verdicts);
    }
  }

  TimeZone zone_for(const Judged& judged, RowIndex owner, ChunkResult& result) {
    if (judged.policy->zone) return *judged.policy->zone;
    const std::string_view name = owners_.zone(owner);
    if (!name.empty()) {
      const auto known = zones_.find(name);
      if (known != zones_.end()) {
        if (known->second) return *known->second;
      } else {
        auto found = TimeZone::find(name);
        zones_.emplace(std::string(name), found ? std::optional(*found) : std::nullopt);
        if (found) return *found;
      }
      if (result.unknown_zones.find(name) == result.unknown_zones.end()) result.unknown_zones.emplace(name);
    }
    if (options_.default_zone) return *options_.default_zone;
    const auto zone = TimeZone::find(judged.pack->pack->calendar.zone);
    return zone ? *zone : TimeZone::utc();
  }

  void judge_policy(const BoundPolicy& policy, const BoundPack& pack, RowIndex row, RowIndex owner,
                    const TimeContext& time, PolicyCount& count, std::vector<Verdict>& verdicts) {
    const Truth scope = policy.judged_when ? evaluator_.truth(*policy.judged_when) : Truth::kTrue;
    if (scope == Truth::kFalse) return;
    const Truth violated =
        scope == Truth::kUnknown ? Truth::kUnknown : evaluator_.truth(*policy.violated_when);
    ++count.judged;
    if (violated == Truth::kFalse) return;
    if (violated == Truth::kUnknown) {
      ++count.unknown;
      if (count.example_reason.empty()) count.example_reason = std::string(evaluator_.reason());
      if (options_.unknowns == JudgeOptions::Unknowns::kCount) return;
    } else {
      ++count.violated;
    }
    Verdict verdict = describe(policy, pack, row, owner, time);
    if (violated == Truth::kUnknown) {
      verdict.status = VerdictStatus::kUnknown;
      verdict.reason = std::string(evaluator_.reason());
      gather_evidence(policy, verdict);
    } else {
      gather_evidence(policy, verdict);
      verdict.message = fill(policy.says, row, time.zone);
      verdict.remedy = fill(policy.fix, row, time.zone);
    }
    verdicts.push_back(std::move(verdict));
  }

  Verdict describe(const BoundPolicy& policy, const BoundPack& pack, RowIndex row, RowIndex owner,
                   const TimeContext& time) const {
    Verdict verdict;
    verdict.policy = policy.policy->id;
    verdict.pack = policy.policy->pack;
    verdict.pack_hash = pack.pack->hash;
    verdict.severity = policy.policy->severity;
    verdict.object = snapshot_.schema().object(object_).name;
    verdict.record_id = std::string(table_.id(row));
    verdict.record_name = std::string(text(names_, row));
    verdict.owner_id = std::string(owners_.id(row));
    verdict.owner_name = std::string(owners_.name(owner));
    verdict.as_of = time.now;
    verdict.source = source_of(*policy.policy);
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
    std::string text_out;
    for (const MessageTemplate::Piece& piece : message.pieces) {
      if (!piece.expression) {
        text_out += piece.text;
        continue;
      }
      // A converted amount is no longer in the record's currency.
      const std::string_view currency =
          is_converted(*piece.expression) ? std::string_view{} : text(currencies_, row);
      text_out += display_value(evaluator_.value(*piece.expression), zone, currency);
    }
    return text_out;
  }

  static std::string_view text(const Column* column, RowIndex row) {
    return column != nullptr && column->kind(row) == CellKind::kKnown ? column->text(row)
                                                                      : std::string_view{};
  }

  const Snapshot& snapshot_;
  const Table& table_;
  std::size_t object_;
  const std::vector<Judged>& policies_;
  const JudgeOptions& options_;
  Owners owners_;
  Moments moments_;
  RowEvaluator evaluator_;
  std::map<std::string, std::optional<TimeZone>, std::less<>> zones_;
  const Column* names_ = nullptr;
  const Column* currencies_ = nullptr;
};

// Runs chunks on several threads and hands their results on in order.
class ChunkRun {
 public:
  ChunkRun(std::size_t chunks, const std::function<SinkAnswer(ChunkResult)>& take)
      : results_(chunks), take_(take) {}

  template <class MakeJudge>
  void run(unsigned threads, RowIndex rows, const MakeJudge& make_judge) {
    std::vector<std::jthread> workers;
    // Goes before the workers do: however this ends, an exception of the sink included, none waits for more
    // to do.
    const Stopper stopper{*this};
    for (unsigned i = 0; i < std::min<std::size_t>(threads, results_.size()); ++i) {
      workers.emplace_back([&] {
        auto judge = make_judge();
        while (const auto chunk = next()) {
          const auto begin = static_cast<RowIndex>(*chunk * kChunkRows);
          const auto end = static_cast<RowIndex>(std::min<std::size_t>(begin + kChunkRows, rows));
          done(*chunk, judge->judge_rows(begin, end));
        }
      });
    }
    for (std::size_t chunk = 0; chunk < results_.size(); ++chunk) {
      if (take_(wait_for(chunk)) == SinkAnswer::kEnough) return;
    }
  }

 private:
  struct Stopper {
    ChunkRun& run;
    ~Stopper() { run.stop(); }
  };

  std::optional<std::size_t> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return next_ >= results_.size() || next_ < taken_ + kMaxChunksAhead; });
    return next_ < results_.size() ? std::optional(next_++) : std::nullopt;
  }
  // Threads finish the chunk they are at and find no other.
  void stop() {
    const std::lock_guard lock(mutex_);
    next_ = results_.size();
    changed_.notify_all();
  }
  void done(std::size_t chunk, ChunkResult result) {
    const std::lock_guard lock(mutex_);
    results_[chunk] = std::move(result);
    changed_.notify_all();
  }
  ChunkResult wait_for(std::size_t chunk) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return results_[chunk].has_value(); });
    ++taken_;
    changed_.notify_all();
    ChunkResult result = std::move(*results_[chunk]);
    results_[chunk].reset();
    return result;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::optional<ChunkResult>> results_;
  std::size_t next_ = 0;
  std::size_t taken_ = 0;
  const std::function<SinkAnswer(ChunkResult)>& take_;
};

void add(PolicyCount& total, const PolicyCount& part) {
  total.judged += part.judged;
  total.violated += part.violated;
  total.unknown += part.unknown;
  if (total.example_reason.empty()) total.example_reason = part.example_reason;
}

std::string missing_phrase(const Requirement& requirement, const Snapshot& snapshot) {
  const ObjectSchema& object = snapshot.schema().object(requirement.object);
  if (snapshot.table(requirement.object) == nullptr) return fmt::format("there is no {} data", object.name);
  if (requirement.kind == Requirement::Kind::kField)
    return fmt::format("{} has no column {}", object.name, object.fields[requirement.field].name);
  return fmt::format("{} holds no change of {}.{}", object.history_object, object.name,
                     object.fields[requirement.field].name);
}

bool is_met(const Requirement& requirement, const Snapshot& snapshot) {
  const Table* table = snapshot.table(requirement.object);
  if (table == nullptr) return false;
  switch (requirement.kind) {
    case Requirement::Kind::kObject:
      return true;
    case Requirement::Kind::kField:
      return table->has(requirement.field);
    case Requirement::Kind::kHistory:
      return snapshot.is_tracked(requirement.object, requirement.field);
  }
  return false;
}

}  // namespace

std::string why_not_judged(const BoundPolicy& policy, const Snapshot& snapshot) {
  if (snapshot.table(policy.object) == nullptr) {
    return fmt::format("there is no {} data", snapshot.schema().object(policy.object).name);
  }
  std::vector<std::string> reasons;
  for (const Requirement& requirement : policy.required) {
    if (is_met(requirement, snapshot)) continue;
    std::string reason = missing_phrase(requirement, snapshot);
    if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end())
      reasons.push_back(std::move(reason));
  }
  return fmt::format("{}", fmt::join(reasons, "; "));
}

JudgeSummary judge(const std::vector<const BoundPack*>& packs, const Snapshot& snapshot,
                   const JudgeOptions& options, const VerdictSink& sink) {
  JudgeSummary summary;
  std::map<std::size_t, std::vector<Judged>> by_object;
  for (const BoundPack* pack : packs) {
    for (const BoundPolicy& policy : pack->policies) {
      if (std::string reason = why_not_judged(policy, snapshot); !reason.empty()) {
        summary.not_judged.push_back(
            {.pack = policy.policy->pack, .policy = policy.policy->id, .reason = std::move(reason)});
        continue;
      }
      by_object[policy.object].push_back({.pack = pack, .policy = &policy, .count = summary.policies.size()});
      summary.policies.push_back({.pack = policy.policy->pack,
                                  .policy = policy.policy->id,
                                  .severity = policy.policy->severity,
                                  .example_reason = {}});
    }
  }
  std::set<std::string, std::less<>> unknown_zones;
  bool enough = false;
  for (const auto& [object, policies] : by_object) {
    if (enough) break;
    const auto rows = static_cast<RowIndex>(snapshot.table(object)->rows());
    const std::function<SinkAnswer(ChunkResult)> take = [&](ChunkResult chunk) {
      summary.records += chunk.records;
      for (std::size_t i = 0; i < chunk.counts.size(); ++i)
        add(summary.policies[policies[i].count], chunk.counts[i]);
      unknown_zones.merge(chunk.unknown_zones);
      for (const Verdict& verdict : chunk.verdicts) {
        if (!enough && sink(verdict) == SinkAnswer::kEnough) enough = true;
      }
      return enough ? SinkAnswer::kEnough : SinkAnswer::kMore;
    };
    ChunkRun run((rows + kChunkRows - 1) / kChunkRows, take);
    run.run(std::clamp(options.threads, 1U, kMaxThreads), rows,
            [&] { return std::make_unique<ObjectJudge>(snapshot, object, policies, options); });
  }
  for (const std::string& zone : unknown_zones) {
    summary.notices.push_back(fmt::format(
        "time zone `{}` of a user is not known; the default zone is used for what that user owns", zone));
  }
  return summary;
}

}  // namespace plumbline
