#include "tests/messages/reminder_world.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "base/diagnostic.h"
#include "tests/policies/small_table.h"

namespace plumbline {

namespace {

// Reading a pack takes longer than any test of it.
const Pack& loaded_pack(std::string_view name) {
  static std::map<std::string, Pack, std::less<>> known;
  const auto found = known.find(name);
  if (found != known.end()) return found->second;
  Diagnostics diagnostics;
  auto loaded = load_pack(shipped_pack(name).value(), diagnostics);
  if (!loaded) throw std::runtime_error("the pack cannot be loaded");
  return known.emplace(name, *std::move(loaded)).first->second;
}

}  // namespace

ReminderWorld::ReminderWorld(std::string_view name, const std::vector<std::string>& only)
    : schema_(std::make_shared<const Schema>(Schema::standard())) {
  options.channels = {{.name = "direct", .service = "file", .reaches_people = true},
                      {.name = "ops", .service = "file"}};
  options.sales_operations.channel = "ops";
  options.contact = "sales-ops@example.com";
  Diagnostics diagnostics;
  Pack pack = loaded_pack(name);
  if (!only.empty()) {
    std::erase_if(pack.reminders, [&](const Reminder& reminder) {
      return std::ranges::find(only, reminder.id) == only.end();
    });
  }
  pack_ = std::make_shared<const Pack>(std::move(pack));
  bound_ = bind_reminders(pack_, *schema_, {}, diagnostics);
  if (diagnostics.has_errors()) throw std::runtime_error(render_all(diagnostics, ""));
}

void ReminderWorld::set(const std::vector<ReminderRows>& data) {
  std::vector<std::unique_ptr<Table>> tables(schema_->object_count());
  for (const ReminderRows& rows : data)
    tables[*schema_->find_object(rows.object)] = small_table(*schema_, rows.object, rows.fields, rows.rows);
  DataNeeds needs;
  for (const BoundReminder& reminder : bound_.reminders) needs.add(reminder.needs);
  for (const BoundAudience& audience : bound_.audiences) needs.add(audience.needs);
  needs.keep_passing();
  needs.settle(*schema_, [&](std::string_view object) {
    return std::ranges::find(data, object, &ReminderRows::object) != data.end();
  });
  snapshot_ = Snapshot::build(schema_, std::move(tables), needs);
  people = people_of(*snapshot_);
}

MessagePlan ReminderWorld::plan(Instant after, Instant now) {
  const BoundReminders* const pack = &bound_;
  MessagePlan plan = plan_reminders({.options = &options,
                                     .people = &people,
                                     .packs = {&pack, 1},
                                     .snapshot = snapshot_.get(),
                                     .after = after,
                                     .planned = &keys,
                                     .data_times = data_times},
                                    now);
  for (const PlannedMessage& message : plan.messages) keys.insert(message.key);
  return plan;
}

std::vector<std::string> ReminderWorld::planned(Instant after, Instant now) {
  std::vector<std::string> lines;
  for (const PlannedMessage& message : plan(after, now).messages) {
    const std::size_t name = message.key.rfind('/');
    const std::size_t time = message.key.rfind('/', name - 1);
    lines.push_back(message.key.substr(time + 1, name - time - 1) + " " + message.message.headline);
  }
  return lines;
}

}  // namespace plumbline
