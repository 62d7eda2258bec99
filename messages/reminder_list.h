// What is gathered for one message of a reminder: its lines in their order, and what they add up to. Inner to
// reminders.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "messages/list_heading.h"
#include "messages/record_query.h"
#include "policies/bound_reminders.h"

namespace plumbline {

// A reminder's expressions in a query over its records.
struct ReminderNodes {
  NodeId where = kNoNode;
  NodeId unless = kNoNode;
  std::vector<NodeId> days{};
  NodeId from = kNoNode;
  NodeId until = kNoNode;
  QueryText says{};  // of a plain one
  QueryText line{};
  NodeId by = kNoNode;
  std::vector<NodeId> order{};
  std::vector<NodeId> totals{};
};
ReminderNodes add_reminder(RecordQuery& query, const BoundReminder& reminder);

// A value that can be sorted by, and outlives its record. Null and unknown come last.
struct SortKey {
  bool is_known = false;
  double number = 0;
  std::string text{};  // folded
};

struct ReminderLine {
  std::string record{};
  std::string name{};
  std::string text{};
  std::vector<SortKey> keys{};
};

class ReminderList {
 public:
  explicit ReminderList(const BoundReminder& reminder);

  void add(RecordQuery::Row& row, const ReminderNodes& nodes);
  // Without what is said of it: that it is one of them.
  void add_unread() { ++records_; }

  std::size_t records() const { return records_; }
  const std::vector<ListTotal>& totals() const { return totals_; }
  // In the order the reminder asks for; of one with `by`, a line for each value.
  std::vector<ReminderLine> lines() const;

 private:
  struct Group {
    std::size_t records = 0;
    std::vector<ListTotal> totals{};
  };

  std::vector<ListTotal> no_totals() const;
  static void add_total(const Value& value, ListTotal& total);
  ReminderLine group_line(const std::string& name, const Group& group) const;
  bool comes_before(const ReminderLine& a, const ReminderLine& b) const;

  const BoundReminder& reminder_;
  std::size_t records_ = 0;
  std::vector<ListTotal> totals_;
  std::vector<ReminderLine> lines_;
  std::map<std::string, Group> groups_;
};

}  // namespace plumbline
