#include "messages/reminder_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "policies/display.h"

namespace plumbline {
namespace {

SortKey sort_key(const Value& value) {
  SortKey key{.is_known = value.is_known()};
  if (!key.is_known) return key;
  switch (value.type) {
    case ValueType::kBoolean:
      key.number = value.boolean ? 1 : 0;
      break;
    case ValueType::kNumber:
      key.number = value.number;
      break;
    case ValueType::kMoney:
      key.number = static_cast<double>(value.money.hundredths);
      break;
    case ValueType::kDate:
      key.number = static_cast<double>(value.day.time_since_epoch().count());
      break;
    case ValueType::kDateTime:
      key.number = static_cast<double>(value.instant.time_since_epoch().count());
      break;
    default:
      key.text = lower(value.text);
  }
  return key;
}

std::string in_words(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

std::string display_total(const ListTotal& total) {
  if (!total.is_known) return "unknown";
  if (total.is_money) return total.money ? display_money(*total.money) : "none";
  return total.number ? display_value(Value::of(*total.number), TimeZone::utc(), "") : "none";
}

}  // namespace

ReminderNodes add_reminder(RecordQuery& query, const BoundReminder& reminder) {
  ReminderNodes nodes{.where = query.add(reminder.where),
                      .unless = query.add(reminder.unless),
                      .from = query.add(reminder.from),
                      .until = query.add(reminder.until),
                      .by = query.add(reminder.by)};
  for (const Bound& day : reminder.days) nodes.days.push_back(query.add(day));
  if (!reminder.heading) nodes.says = query.add(reminder.says);
  nodes.line = query.add(reminder.line);
  for (const BoundOrder& order : reminder.order) nodes.order.push_back(query.add(order.by));
  for (const BoundTotal& total : reminder.totals) nodes.totals.push_back(query.add(total.value));
  return nodes;
}

ReminderList::ReminderList(const BoundReminder& reminder) : reminder_(reminder), totals_(no_totals()) {}

// Conditions count from nought; of amounts nothing is not nought.
std::vector<ListTotal> ReminderList::no_totals() const {
  std::vector<ListTotal> totals;
  for (const BoundTotal& total : reminder_.totals) {
    ListTotal& made = totals.emplace_back();
    made.is_money = total.value->type == ValueType::kMoney;
    if (total.value->type == ValueType::kBoolean) made.number = 0;
  }
  return totals;
}

void ReminderList::add_total(const Value& value, ListTotal& total) {
  if (value.is_unknown()) total.is_known = false;
  if (!value.is_known()) return;
  if (value.type == ValueType::kMoney) {
    total.money = Money{total.money.value_or(Money{}).hundredths + value.money.hundredths};
  } else if (value.type == ValueType::kBoolean) {
    total.number = total.number.value_or(0) + (value.boolean ? 1 : 0);
  } else {
    total.number = total.number.value_or(0) + value.number;
  }
}

void ReminderList::add(RecordQuery::Row& row, const ReminderNodes& nodes) {
  ++records_;
  Group* group = nullptr;
  if (nodes.by != kNoNode) {
    const auto [place, is_new] = groups_.try_emplace(display_value(row.value(nodes.by), TimeZone::utc(), ""));
    group = &place->second;
    if (is_new) group->totals = no_totals();
    ++group->records;
  }
  for (std::size_t i = 0; i < nodes.totals.size(); ++i) {
    const Value value = row.value(nodes.totals[i]);
    add_total(value, totals_[i]);
    if (group != nullptr) add_total(value, group->totals[i]);
  }
  const QueryText& text = reminder_.heading ? nodes.line : nodes.says;
  if (text.pieces.empty()) return;
  ReminderLine line{
      .record = std::string(row.field("Id")), .name = std::string(row.field("Name")), .text = row.text(text)};
  for (const NodeId order : nodes.order) line.keys.push_back(sort_key(row.value(order)));
  lines_.push_back(std::move(line));
}

bool ReminderList::comes_before(const ReminderLine& a, const ReminderLine& b) const {
  for (std::size_t i = 0; i < a.keys.size(); ++i) {
    const SortKey& left = a.keys[i];
    const SortKey& right = b.keys[i];
    if (left.is_known != right.is_known) return left.is_known;
    const auto order = std::pair(left.number, std::string_view(left.text)) <=>
                       std::pair(right.number, std::string_view(right.text));
    if (order != 0) return reminder_.order[i].descending ? order > 0 : order < 0;
  }
  return false;
}

std::vector<ReminderLine> ReminderList::lines() const {
  std::vector<ReminderLine> sorted = lines_;
  // As in the data where nothing else is asked for.
  std::vector<std::size_t> places(lines_.size());
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
  std::ranges::sort(places, [&](std::size_t a, std::size_t b) {
    if (comes_before(lines_[a], lines_[b])) return true;
    return !comes_before(lines_[b], lines_[a]) && a < b;
  });
  for (std::size_t i = 0; i < places.size(); ++i) sorted[i] = lines_[places[i]];
  for (const auto& [name, group] : groups_) sorted.push_back(group_line(name, group));
  return sorted;
}

ReminderLine ReminderList::group_line(const std::string& name, const Group& group) const {
  ReminderLine line{.text = fmt::format("{}:", name)};
  for (std::size_t i = 0; i < group.totals.size(); ++i) {
    line.text += fmt::format("{} {} {}", i == 0 ? "" : ",", display_total(group.totals[i]),
                             in_words(reminder_.totals[i].name));
  }
  if (group.totals.empty()) line.text += fmt::format(" {}", group.records);
  return line;
}

}  // namespace plumbline
