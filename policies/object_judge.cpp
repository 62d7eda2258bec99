#include "policies/object_judge.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "policies/display.h"

namespace plumbline {

ObjectPlan::ObjectPlan(const Snapshot& snapshot, std::size_t object)
    : snapshot_(snapshot), table_(*snapshot.table(object)), plan_(snapshot.schema(), object) {
  const Schema& schema = snapshot.schema();
  const auto& fields = schema.object(object).fields;
  const auto id = std::ranges::find(fields, FieldType::kId, &FieldSchema::type);
  if (id != fields.end() && table_.has(static_cast<std::size_t>(id - fields.begin())))
    descriptive_.id = plan_.add_cell(plan_.own_row(), static_cast<std::size_t>(id - fields.begin()));
  descriptive_.name = own_cell("Name");
  descriptive_.currency = own_cell("CurrencyIsoCode");
  const auto user = schema.find_object("User");
  descriptive_.owner_id = user == object ? descriptive_.id : own_cell("OwnerId");
  const Table* const users = user ? snapshot.table(*user) : nullptr;
  const auto name = user ? schema.object(*user).find("Name") : std::nullopt;
  if (users == nullptr || !name || !users->has(*name) || plan_.owner() == kNoNode) return;
  if (descriptive_.owner_id != kNoNode) descriptive_.owner_name = plan_.add_cell(plan_.owner(), *name);
}

NodeId ObjectPlan::own_cell(std::string_view field) {
  const auto index = snapshot_.schema().object(plan_.object()).find(field);
  return index && table_.has(*index) ? plan_.add_cell(plan_.own_row(), *index) : kNoNode;
}

void ObjectPlan::add(const BoundPolicy& policy, TimeFrameId time, std::size_t number) {
  Judged judged{.number = number, .time = time};
  if (policy.judged_when) judged.judged_when = plan_.add(*policy.judged_when, time);
  judged.violated_when = plan_.add(*policy.violated_when, time);
  for (const ReadField& read : policy.reads) {
    Evidence evidence{.name = read.name};
    if (read.inside != nullptr) {
      evidence.inside = plan_.add_inside(*read.inside, *read.expression, time);
    } else {
      evidence.node = plan_.add(*read.expression, time);
    }
    judged.evidence.push_back(evidence);
  }
  for (const BoundEvidence& evidence : policy.evidence)
    judged.evidence.push_back({.name = evidence.name, .node = plan_.add(*evidence.expression, time)});
  judged.says = pieces(policy.says, time);
  judged.fix = pieces(policy.fix, time);
  policies_.push_back(std::move(judged));
}

// What a record must meet to be in the policy's scope: the parts of the AND, and of ANDs within it.
std::vector<NodeId> ObjectPlan::conjuncts(const Judged& policy) const {
  std::vector<NodeId> parts;
  std::vector<NodeId> open;
  if (policy.judged_when != kNoNode) open.push_back(policy.judged_when);
  while (!open.empty()) {
    const NodeId id = open.back();
    open.pop_back();
    const PlanNode& node = plan_.node(id);
    if (plan_.is_momentary(id)) continue;
    if (node.op == PlanOp::kAnd) {
      open.insert(open.end(), node.inputs.begin(), node.inputs.end());
    } else if (std::ranges::find(parts, id) == parts.end()) {
      parts.push_back(id);
    }
  }
  return parts;
}

// Of a policy's parts the one that most policies share, the cheapest of several.
void ObjectPlan::settle_gates() {
  std::map<NodeId, std::size_t> users;
  for (const Judged& policy : policies_) {
    for (const NodeId part : conjuncts(policy)) ++users[part];
  }
  const auto rank = [&](NodeId part) {
    return std::pair(users[part], -std::int64_t{plan_.node(part).price});
  };
  for (Judged& policy : policies_) {
    const std::vector<NodeId> parts = conjuncts(policy);
    const auto best = std::ranges::max_element(parts, {}, rank);
    if (best == parts.end() || users[*best] < 2) continue;
    const auto known = std::ranges::find(gates_, *best);
    policy.gate = static_cast<std::size_t>(known - gates_.begin());
    if (known == gates_.end()) gates_.push_back(*best);
  }
}

std::vector<ObjectPlan::Piece> ObjectPlan::pieces(const MessageTemplate& message, TimeFrameId time) {
  std::vector<Piece> made;
  for (const MessageTemplate::Piece& piece : message.pieces) {
    if (!piece.expression) {
      made.push_back({.text = piece.text});
    } else {
      made.push_back(
          {.node = plan_.add(*piece.expression, time), .converted = is_converted(*piece.expression)});
    }
  }
  return made;
}

ObjectJudge::ObjectJudge(const ObjectPlan& plan, const RecordSource& source, const JudgeTimes& times,
                         const JudgeOptions& options)
    : plan_(plan),
      options_(options),
      reader_(source.open()),
      evaluator_(plan.plan(), plan.snapshot(), times) {}

ItemResult ObjectJudge::judge(std::size_t item, const MakeBatch& make_batch) {
  // Before anything that may fail: readers of other threads may wait for this one to have started.
  Status started = reader_->start(item);
  ItemResult result;
  result.verdicts = make_batch();
  result.counts.resize(plan_.policies().size());
  if (!started) {
    result.error = std::move(started.error());
    return result;
  }
  while (true) {
    const Result<bool> more = reader_->next_chunk();
    if (!more) result.error = more.error();
    if (!more || !*more) break;
    judge_chunk(result);
  }
  result.rejects = reader_->take_rejects();
  return result;
}

void ObjectJudge::judge_chunk(ItemResult& result) {
  evaluator_.start_chunk(*reader_);
  visible_ = reader_->visible();
  result.records += visible_.size();
  told_.clear();
  open_gates();
  for (std::size_t i = 0; i < plan_.policies().size(); ++i)
    judge_policy(plan_.policies()[i], result.counts[i], *result.verdicts);
  order_by_row();
  result.verdicts->arrange(order_);
}

// From policy after policy to row after row: a counting sort, which keeps each row's policies in order.
void ObjectJudge::order_by_row() {
  starts_.assign(reader_->rows() + 1, 0);
  for (const ChunkRow row : told_) ++starts_[row + 1U];
  std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
  order_.resize(told_.size());
  for (std::size_t verdict = 0; verdict < told_.size(); ++verdict)
    order_[starts_[told_[verdict]]++] = static_cast<std::uint32_t>(verdict);
}

void ObjectJudge::open_gates() {
  behind_gates_.resize(plan_.gates().size());
  for (std::size_t gate = 0; gate < behind_gates_.size(); ++gate) {
    const ValueVector& met = evaluator_.values(plan_.gates()[gate], visible_);
    behind_gates_[gate] = visible_ & (met.trues() | met.unknowns());
  }
}

Selection ObjectJudge::behind_gate(const ObjectPlan::Judged& policy) const {
  return policy.gate == ObjectPlan::kNoGate ? visible_ : behind_gates_[policy.gate];
}

void ObjectJudge::judge_policy(const ObjectPlan::Judged& policy, PolicyCount& count, VerdictBatch& batch) {
  RowSet in_scope = behind_gate(policy);
  RowSet unsure_scope;
  if (policy.judged_when != kNoNode) {
    const ValueVector& scope = evaluator_.values(policy.judged_when, in_scope);
    unsure_scope = in_scope & scope.unknowns();
    in_scope &= scope.trues();
  }
  const ValueVector& met = evaluator_.values(policy.violated_when, in_scope);
  violated_ = in_scope & met.trues();
  const RowSet unsure = in_scope & met.unknowns();
  unknown_ = unsure | unsure_scope;
  count.judged += in_scope.size() + unsure_scope.size();
  count.violated += violated_.size();
  count.unknown += unknown_.size();

  found_.clear();
  for (const ChunkRow row : violated_ | unknown_) {
    if (violated_.contains(row)) {
      found_.push_back({.row = row});
    } else {
      const NodeId part = unsure.contains(row) ? policy.violated_when : policy.judged_when;
      found_.push_back({.row = row, .unknown = true, .reason = evaluator_.known(part).reason(row)});
    }
  }
  const auto first_unknown = std::ranges::find_if(found_, &Found::unknown);
  if (first_unknown != found_.end() && count.example_reason.empty())
    count.example_reason = std::string(evaluator_.reason(first_unknown->reason));
  if (options_.unknowns == JudgeOptions::Unknowns::kCount) {
    std::erase_if(found_, &Found::unknown);
    unknown_.clear();
  }
  if (!found_.empty()) tell(policy, batch);
}

// Everything a verdict shows is worked out for all of the policy's rows together, then told row by row.
void ObjectJudge::tell(const ObjectPlan::Judged& policy, VerdictBatch& batch) {
  gather(policy);
  const ObjectPlan::Descriptive& fields = plan_.descriptive();
  for (const Found& found : found_) {
    const TimeContext& time = evaluator_.time_at(policy.time, found.row);
    add_evidence(policy, found.row);
    VerdictView view{.policy = policy.number,
                     .row = found.row,
                     .record_id = text(fields.id, found.row),
                     .record_name = text(fields.name, found.row),
                     .owner_id = text(fields.owner_id, found.row),
                     .owner_name = text(fields.owner_name, found.row),
                     .as_of = time.now,
                     .evidence = evidence_};
    if (found.unknown) {
      view.status = VerdictStatus::kUnknown;
      view.reason = evaluator_.reason(found.reason);
    } else {
      const std::string_view currency = text(fields.currency, found.row);
      fill(policy.says, found.row, time, currency, message_);
      fill(policy.fix, found.row, time, currency, remedy_);
      view.message = message_;
      view.remedy = remedy_;
    }
    batch.add(view);
    told_.push_back(found.row);
  }
}

void ObjectJudge::gather(const ObjectPlan::Judged& policy) {
  const RowSet to_tell = violated_ | unknown_;
  const ObjectPlan::Descriptive& fields = plan_.descriptive();
  for (const NodeId field : {fields.id, fields.name, fields.owner_id, fields.owner_name, fields.currency}) {
    if (field != kNoNode) evaluator_.values(field, to_tell);
  }
  inside_.resize(std::max(inside_.size(), policy.evidence.size()));
  for (std::size_t i = 0; i < policy.evidence.size(); ++i) {
    const ObjectPlan::Evidence& evidence = policy.evidence[i];
    if (evidence.node != kNoNode) {
      evaluator_.values(evidence.node, to_tell);
    } else {
      evaluator_.first_matches(evidence.inside, to_tell, inside_[i]);
    }
  }
  for (const auto* pieces : {&policy.says, &policy.fix}) {
    for (const ObjectPlan::Piece& piece : *pieces) {
      if (piece.node != kNoNode) evaluator_.values(piece.node, violated_);
    }
  }
}

void ObjectJudge::add_evidence(const ObjectPlan::Judged& policy, ChunkRow row) {
  evidence_.clear();
  for (std::size_t i = 0; i < policy.evidence.size(); ++i) {
    const ObjectPlan::Evidence& evidence = policy.evidence[i];
    if (evidence.node != kNoNode) {
      evidence_.push_back({.name = evidence.name, .value = value(evidence.node, row)});
    } else if (inside_[i][row]) {
      evidence_.push_back({.name = evidence.name, .value = *inside_[i][row]});
    }
  }
}

void ObjectJudge::fill(const std::vector<ObjectPlan::Piece>& pieces, ChunkRow row, const TimeContext& time,
                       std::string_view currency, std::string& out) {
  out.clear();
  for (const ObjectPlan::Piece& piece : pieces) {
    if (piece.node == kNoNode) {
      out += piece.text;
    } else {
      append_display_value(out, value(piece.node, row), time.zone,
                           piece.converted ? std::string_view{} : currency);
    }
  }
}

// Of a node that was asked for the row already.
Value ObjectJudge::value(NodeId node, ChunkRow row) {
  const ValueVector& values = evaluator_.known(node);
  return values.is_unknown(row) ? Value::unknown(evaluator_.reason(values.reason(row))) : values.value(row);
}

std::string_view ObjectJudge::text(NodeId node, ChunkRow row) {
  if (node == kNoNode) return {};
  const ValueVector& values = evaluator_.known(node);
  return values.kind(row) == CellKind::kKnown ? values.text(row) : std::string_view{};
}

}  // namespace plumbline
