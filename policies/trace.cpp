#include "policies/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "policies/display.h"

namespace plumbline {
namespace {

bool is_sure(Truth truth) { return truth != Truth::kUnknown; }
bool is_true(Truth truth) { return truth == Truth::kTrue; }

// Nothing of the row is told but what it holds.
class OneRecordReader : public RecordReader {
 public:
  OneRecordReader(std::unique_ptr<RecordReader> all, RowIndex row) : all_(std::move(all)), row_(row) {}

  Status start(std::size_t) override { return all_->start(row_ / kChunkRows); }
  Result<bool> next_chunk() override { return all_->next_chunk(); }
  std::size_t rows() const override { return all_->rows(); }
  RowIndex first_row() const override { return all_->first_row(); }
  RowSet visible() const override {
    return all_->visible() & RowSet::one(static_cast<ChunkRow>(row_ - all_->first_row()));
  }
  bool read(std::size_t field, Selection rows, const CellSlots& slots) override {
    return all_->read(field, rows, slots);
  }
  void read_targets(std::size_t reference_field, Selection rows, RowIndex* targets) override {
    all_->read_targets(reference_field, rows, targets);
  }
  const Dictionary& dictionary(std::size_t field) const override { return all_->dictionary(field); }
  std::vector<Reject> take_rejects() override { return all_->take_rejects(); }

 private:
  std::unique_ptr<RecordReader> all_;
  RowIndex row_;
};

class OneRecordSource : public RecordSource {
 public:
  OneRecordSource(const Snapshot& snapshot, std::size_t object, RowIndex row)
      : all_(table_source(snapshot, object)), row_(row) {}

  std::size_t items() const override { return 1; }
  std::unique_ptr<RecordReader> open() const override {
    return std::make_unique<OneRecordReader>(all_->open(), row_);
  }

 private:
  std::unique_ptr<RecordSource> all_;
  RowIndex row_;
};

// What the data lacks on the way from a record to a field: an object, a column, or a record that is referred
// to. Empty where it lacks none of these: then a cell could not be read.
std::string missing_export(const BoundExpr& field, const Snapshot& snapshot, RowIndex row) {
  const Schema& schema = snapshot.schema();
  std::size_t object = field.path.object;
  for (const PathHop& hop : field.path.hops) {
    const std::string& name = schema.object(hop.object).name;
    if (snapshot.table(hop.object) == nullptr) return fmt::format("an export of {}", name);
    if (row == kNoRow) continue;
    if (hop.kind == PathHop::Kind::kLookup) {
      row = snapshot.target(object, hop.index, row);
      if (row == kMissingRow) return fmt::format("an export of {} that holds it", name);
    } else {
      const auto rows = snapshot.related(hop.index, row);
      row = rows.empty() ? kNoRow : rows.back();
    }
    object = hop.object;
  }
  const std::size_t target = field.path.target();
  if (snapshot.table(target)->has(field.field)) return {};
  return fmt::format("the column {} in the export of {}", schema.object(target).fields[field.field].name,
                     schema.object(target).name);
}

}  // namespace

std::unique_ptr<RecordSource> one_record_source(const Snapshot& snapshot, std::size_t object, RowIndex row) {
  return std::make_unique<OneRecordSource>(snapshot, object, row);
}

Tracer::Tracer(const TracePlan& plan, const Snapshot& snapshot, const JudgeTimes& times, bool given_zone)
    : plan_(plan),
      snapshot_(snapshot),
      times_(times),
      given_zone_(given_zone),
      source_(table_source(snapshot, plan.policy().object)),
      reader_(source_->open()),
      evaluator_(plan.plan(), snapshot, times) {}

// Reading a table cannot fail: it has been read.
ChunkRow Tracer::go_to(RowIndex row) {
  const std::size_t item = row / kChunkRows;
  if (item_ != item) {
    [[maybe_unused]] const Status started = reader_->start(item);
    [[maybe_unused]] const Result<bool> more = reader_->next_chunk();
    assert(started && more && *more);
    evaluator_.start_chunk(*reader_);
    item_ = item;
  }
  return static_cast<ChunkRow>(row - reader_->first_row());
}

Truth Tracer::truth_at(NodeId node, ChunkRow row) {
  return evaluator_.values(node, RowSet::one(row)).truth(row);
}

std::optional<std::uint64_t> Tracer::count_at(NodeId node, ChunkRow row) {
  if (node == kNoNode) return std::nullopt;
  const ValueVector& values = evaluator_.values(node, RowSet::one(row));
  if (values.is_unknown(row) || values.is_null(row)) return std::nullopt;
  return static_cast<std::uint64_t>(values.number(row));
}

Truth Tracer::truth(const TracedPart& part, RowIndex row) {
  return part.of_rows || !part.is_boolean ? Truth::kNull : truth_at(part.node, go_to(row));
}

Tracer::Seen Tracer::seen(const TracedPart& part, RowIndex row) {
  const ChunkRow at = go_to(row);
  if (part.of_rows)
    return {.as_true = is_true(truth_at(part.some, at)), .as_false = is_true(truth_at(part.some_not, at))};
  const Truth truth = truth_at(part.node, at);
  return {.as_true = is_true(truth),
          .as_false = is_sure(truth) && !is_true(truth),
          .as_unknown = !is_sure(truth)};
}

// As ObjectJudge::judge_policy has it.
PolicyOutcome Tracer::outcome(RowIndex row) {
  const ChunkRow at = go_to(row);
  if (plan_.judged_when() != nullptr) {
    const Truth scope = truth_at(plan_.judged_when()->node, at);
    if (!is_sure(scope)) return PolicyOutcome::kUnknown;
    if (!is_true(scope)) return PolicyOutcome::kOutOfScope;
  }
  const Truth met = truth_at(plan_.violated_when().node, at);
  if (!is_sure(met)) return PolicyOutcome::kUnknown;
  return is_true(met) ? PolicyOutcome::kViolated : PolicyOutcome::kNotViolated;
}

PolicyTrace Tracer::trace(RowIndex row) {
  PolicyTrace told;
  told.outcome = outcome(row);
  const ChunkRow at = go_to(row);
  if (plan_.judged_when() != nullptr) told.judged_when = look_at(*plan_.judged_when(), at);
  told.violated_when = look_at(plan_.violated_when(), at);
  const bool scope_decides = told.judged_when && !is_true(told.judged_when->truth);
  mark(scope_decides ? *told.judged_when : told.violated_when, at);
  told.time = evaluator_.time_at(plan_.frame(), at);
  const TimeContext& otherwise = times_.frames[plan_.frame()].contexts[0];
  if (plan_.policy().zone) {
    told.zone = ZoneOrigin::kPolicy;
  } else if (&evaluator_.time_at(plan_.frame(), at) != &otherwise) {
    told.zone = ZoneOrigin::kOwner;
  } else if (given_zone_) {
    told.zone = ZoneOrigin::kGiven;
  } else {
    told.zone = plan_.pack().calendar.zone.empty() ? ZoneOrigin::kNone : ZoneOrigin::kPack;
  }
  return told;
}

PartTrace Tracer::look_at(const TracedPart& part, ChunkRow row) {
  PartTrace told{.part = &part};
  told.related = count_at(part.related, row);
  told.matching = count_at(part.matching, row);
  tell_value(part, row, told);
  for (const TracedPart& inner : part.parts) told.parts.push_back(look_at(inner, row));
  return told;
}

void Tracer::tell_value(const TracedPart& part, ChunkRow row, PartTrace& told) {
  if (part.kind == PartKind::kParameter) {
    told.value = part.constant;
    return;
  }
  if (part.kind == PartKind::kDays) {
    told.value = days(part, row);
    return;
  }
  if (part.of_rows) return;
  const ValueVector& values = evaluator_.values(part.node, RowSet::one(row));
  if (values.is_unknown(row)) {
    told.is_unknown = true;
    told.truth = part.is_boolean ? Truth::kUnknown : Truth::kNull;
    told.reason = std::string(evaluator_.reason(values.reason(row)));
    told.remedy = remedy_for(part, row);
  } else if (part.is_boolean) {
    told.truth = values.truth(row);
  } else {
    told.value = shown(part.node, row, part.is_converted);
    if (part.converted == kNoNode) return;
    const std::string converted = shown(part.converted, row, true);
    if (!told.value.ends_with(converted)) told.value += fmt::format(" (converted: {})", converted);
  }
}

std::string Tracer::shown(NodeId node, ChunkRow row, bool converted) {
  const ValueVector& values = evaluator_.values(node, RowSet::one(row));
  const Value value = values.is_unknown(row) ? Value::unknown("") : values.value(row);
  const bool money = value.is_known() && value.type == ValueType::kMoney;
  return display_value(value, evaluator_.time_at(plan_.frame(), row).zone,
                       money && !converted ? currency_at(row) : "");
}

std::string Tracer::currency_at(ChunkRow row) {
  if (plan_.currency() == kNoNode) return {};
  const ValueVector& values = evaluator_.values(plan_.currency(), RowSet::one(row));
  return values.kind(row) == CellKind::kKnown ? std::string(values.text(row)) : "";
}

std::string Tracer::days(const TracedPart& part, ChunkRow row) {
  const TimeContext& time = evaluator_.time_at(plan_.frame(), row);
  const std::optional<DayRange> range = days_of(*part.literal, time.today, *time.calendar);
  const auto day = [&](Day shown) { return display_value(Value::of(shown), time.zone, ""); };
  if (!range) return "outside of the calendar";
  if (range->first > range->last) return "no day";
  if (range->first == range->last) return day(range->first);
  return fmt::format("{} to {}", day(range->first), day(range->last));
}

std::string Tracer::remedy_for(const TracedPart& part, ChunkRow row) const {
  const BoundExpr& expression = without_names(*part.expression);
  if (expression.kind == BoundKind::kField)
    return missing_export(expression, snapshot_, reader_->first_row() + row);
  if (!expression.aggregate || snapshot_.table(expression.aggregate->object) != nullptr) return {};
  return fmt::format("an export of {}", snapshot_.schema().object(expression.aggregate->object).name);
}

constexpr std::size_t kAllDecide = ~std::size_t{0};

// Which of a part's parts made it what it is: the first false one of an AND, the first true one of an OR, the
// first unknown one of either; all of them where all were needed.
std::size_t Tracer::decider(const TracedPart& part, ChunkRow row) {
  const Truth whole = truth_at(part.node, row);
  const bool by_false = part.kind == PartKind::kAll && is_sure(whole) && !is_true(whole);
  const bool by_true = part.kind == PartKind::kAny && is_true(whole);
  if (is_sure(whole) && !by_false && !by_true) return kAllDecide;
  for (std::size_t i = 0; i < part.parts.size(); ++i) {
    const Truth inner = truth_at(part.parts[i].node, row);
    const bool decides = !is_sure(whole) ? !is_sure(inner) : is_sure(inner) && is_true(inner) == by_true;
    if (decides) return i;
  }
  return kAllDecide;
}

void Tracer::mark(PartTrace& trace, ChunkRow row) {
  trace.decides = true;
  const TracedPart& part = *trace.part;
  if (part.is_leaf()) return;
  const bool chain = part.kind == PartKind::kAll || part.kind == PartKind::kAny;
  const std::size_t one = chain ? decider(part, row) : kAllDecide;
  for (std::size_t i = 0; i < trace.parts.size(); ++i) {
    if (one == kAllDecide || one == i) mark(trace.parts[i], row);
  }
}

void Tracer::collect(const TracedPart& part, ChunkRow row, bool chosen,
                     std::vector<const TracedPart*>& found) {
  if (part.is_leaf()) {
    if (chosen) found.push_back(&part);
    return;
  }
  const bool chain = part.kind == PartKind::kAll || part.kind == PartKind::kAny;
  const std::size_t one = chain ? decider(part, row) : kAllDecide;
  for (std::size_t i = 0; i < part.parts.size(); ++i) {
    if (one == kAllDecide || one == i) collect(part.parts[i], row, chosen || one == i, found);
  }
}

std::vector<const TracedPart*> Tracer::deciding(RowIndex row) {
  const ChunkRow at = go_to(row);
  const bool scope = plan_.judged_when() != nullptr && !is_true(truth_at(plan_.judged_when()->node, at));
  const TracedPart& whole = scope ? *plan_.judged_when() : plan_.violated_when();
  std::vector<const TracedPart*> found;
  collect(whole, at, true, found);
  if (found.size() == 1) return found;  // there is nothing else
  // Of what is false, each is named that had to be; of what is true, the way it took where it had others.
  if (!is_true(truth_at(whole.node, at))) return found;
  found.clear();
  collect(whole, at, false, found);
  return found;
}

}  // namespace plumbline
