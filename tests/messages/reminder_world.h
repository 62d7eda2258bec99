// Shipped reminders over a few records, for tests of planning them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "messages/reminders.h"
#include "policies/shipped_packs.h"

namespace plumbline {

struct ReminderRows {
  std::string_view object;
  std::vector<std::string> fields;
  std::vector<std::vector<std::string>> rows;
};

// A pack's reminders, all or those named, and the records they are about. Objects that are not named are not
// in the data.
class ReminderWorld {
 public:
  ReminderWorld(std::string_view pack, const std::vector<std::string>& only = {});

  void set(const std::vector<ReminderRows>& data);
  // Of moments after `after`, up to now. What was planned is remembered.
  MessagePlan plan(Instant after, Instant now);
  // One line a message: "2022-02-02T09:00 ann: Update the forecast".
  std::vector<std::string> planned(Instant after, Instant now);

  MessageOptions options;
  People people;
  DataTimes data_times;
  PlannedKeys keys;
  const Pack& pack() const { return *pack_; }

 private:
  std::shared_ptr<const Schema> schema_;
  std::shared_ptr<const Pack> pack_;
  BoundReminders bound_;
  std::shared_ptr<const Snapshot> snapshot_;
};

}  // namespace plumbline
