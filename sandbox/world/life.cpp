#include "sandbox/world/life.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sandbox/world/words.h"

namespace plumbline::sandbox {
namespace {

using namespace std::chrono;

constexpr int kOpensAt = 6;  // hours in UTC between which somebody of a team around the world works
constexpr int kClosesAt = 22;
constexpr double kWorkingSeconds = (kClosesAt - kOpensAt) * 3600.0;
constexpr int kTries = 40;  // to find a record that suits

Value word(std::string_view text) { return Value{std::string(text)}; }

bool is_working(Instant second) {
  const auto day = floor<days>(second);
  const weekday name(day);
  if (name == Saturday || name == Sunday) return false;
  const auto hour = floor<hours>(second - day).count();
  return hour >= kOpensAt && hour < kClosesAt;
}

double amount_of(Dice& dice) { return dice.between(500, 400'000) + dice.between(0, 3) * 0.25; }

RowNumber number(std::uint64_t value) { return static_cast<RowNumber>(value); }

}  // namespace

Day Life::today() const { return Day{floor<days>(world_.now()).time_since_epoch()}; }

void Life::advance_to(Instant until) {
  if (options_.quiet) return world_.set_now(until);
  const double a_second = options_.changes_a_day *
                          static_cast<double>(world_.base().count(ObjectKind::kOpportunity)) /
                          kWorkingSeconds;
  const double whole = std::floor(a_second);
  for (Instant second = world_.now() + seconds(1); second <= until;) {
    const Instant hour_ends = std::min<Instant>(floor<hours>(second) + hours(1), until + seconds(1));
    // Nobody looks before `until`, so hours without work pass at once.
    const bool working = is_working(second);
    for (; working && second < hour_ends; second += seconds(1)) {
      world_.set_now(second);
      Dice dice(world_.base().sizes().seed, Matter::kLife,
                static_cast<std::uint64_t>(second.time_since_epoch().count()));
      live_second(second, static_cast<std::uint64_t>(whole) + (dice.chance(a_second - whole) ? 1 : 0));
    }
    second = hour_ends;
  }
  world_.set_now(until);
}

void Life::live_second(Instant second, std::uint64_t most) {
  const std::uint64_t seed = world_.base().sizes().seed;
  const auto at = static_cast<std::uint64_t>(second.time_since_epoch().count());
  for (std::uint64_t turn = 0; turn < most; ++turn) {
    Dice dice(seed, Matter::kLife, (turn + 1) << 40 | at);
    act(dice);
  }
  // Every other day, in the middle of it, an administrator updates thousands of records at once.
  const auto of_day = second - floor<days>(second);
  const auto day = floor<days>(second).time_since_epoch().count();
  if (day % 2 == 0 && of_day == hours(13) + minutes(37)) mass_update(options_.mass_rows);
}

void Life::act(Dice& dice) {
  const std::uint64_t roll = dice.below(1000);
  if (roll < 560) {
    if (const auto row = pick_open(dice)) commit(dice, edit_opportunity(dice, *row));
  } else if (roll < 600) {
    if (const auto row = pick_open(dice)) commit(dice, close_opportunity(dice, *row));
  } else if (roll < 660) {
    commit(dice, create_opportunity(dice));
  } else if (roll < 820) {
    commit(dice, log_task(dice));
  } else if (roll < 870) {
    commit(dice, complete_task(dice));
  } else if (roll < 890) {
    commit(dice, plan_event(dice));
  } else if (roll < 915) {
    commit(dice, edit_account(dice));
  } else if (roll < 920) {
    commit(dice, reassign_account(dice));
  } else if (roll < 922) {
    commit(dice, merge_accounts(dice));
  } else if (roll < 925) {
    commit(dice, edit_user(dice));
  } else if (roll < 970) {
    commit(dice, work_lead(dice));
  } else if (roll < 985) {
    const ObjectKind object = dice.per_mille(700) ? ObjectKind::kOpportunity : ObjectKind::kTask;
    if (const auto row = pick(dice, object)) {
      commit(dice, {{.object = object, .kind = ChangeKind::kDelete, .row = *row}});
    }
  } else {
    const auto row = pick(dice, ObjectKind::kOpportunity, true);
    if (row && !world_.purged(ObjectKind::kOpportunity, *row)) {
      commit(dice, {{.object = ObjectKind::kOpportunity, .kind = ChangeKind::kUndelete, .row = *row}});
    }
  }
}

void Life::commit(Dice& dice, std::vector<Change> changes) {
  if (changes.empty()) return;
  const RowNumber user = number(dice.below(world_.base().count(ObjectKind::kUser)));
  if (dice.chance(options_.late_share)) {
    const auto most = static_cast<std::uint64_t>(std::max<long>(options_.most_late.count(), 1));
    return world_.begin(user, world_.now() + seconds(1 + static_cast<long>(dice.below(most))),
                        std::move(changes));
  }
  world_.commit(user, std::move(changes));
}

std::optional<RowNumber> Life::pick(Dice& dice, ObjectKind object, bool deleted) const {
  const Table& rows = world_.table(object);
  if (rows.size() == 0) return std::nullopt;
  for (int turn = 0; turn < kTries; ++turn) {
    const RowNumber row = number(dice.below(rows.size()));
    if (rows.deleted(row) == deleted && !world_.held(object, row)) return row;
  }
  return std::nullopt;
}

std::optional<RowNumber> Life::pick_open(Dice& dice) const {
  for (int turn = 0; turn < kTries; ++turn) {
    const auto row = pick(dice, ObjectKind::kOpportunity);
    if (row && world_.table(ObjectKind::kOpportunity).get(*row, opportunity::kIsClosed) == Value{false})
      return row;
  }
  return std::nullopt;
}

std::vector<Change> Life::edit_opportunity(Dice& dice, RowNumber row) const {
  Change change{.row = row};
  const std::uint64_t roll = dice.below(100);
  if (roll < 45) {
    const Day due = today() + days(dice.between(-2, 14));
    change.values = {{opportunity::kNextStep, text_value(next_step(dice, due))},
                     {opportunity::kNextStepsDate, due}};
  } else if (roll < 62) {
    change.values = {{opportunity::kStageName, word(sales_stages()[dice.below(kOpenStages)].name)}};
  } else if (roll < 77) {
    const Value pushes = world_.table(ObjectKind::kOpportunity).get(row, opportunity::kPushCount);
    const auto* count = std::get_if<double>(&pushes);
    change.values = {{opportunity::kCloseDate, today() + days(dice.between(-3, 150))},
                     {opportunity::kPushCount, (count == nullptr ? 0 : *count) + 1}};
  } else if (roll < 87) {
    change.values = {{opportunity::kAmount, dice.per_mille(60) ? Value{} : Value{amount_of(dice)}}};
  } else if (roll < 95) {
    change.values = {{opportunity::kManagerNotes, notes(dice, today(), 2)},
                     {opportunity::kRedGreen, word(dice.per_mille(400) ? "Red" : "Green")}};
  } else {
    change.values = {
        {opportunity::kOwnerId,
         world_.base().id(ObjectKind::kUser, dice.below(world_.base().count(ObjectKind::kUser)))}};
  }
  return {std::move(change)};
}

std::vector<Change> Life::close_opportunity(Dice& dice, RowNumber row) const {
  const bool won = dice.per_mille(450);
  Change change{.row = row};
  change.values = {{opportunity::kStageName, word(sales_stages()[won ? kWonStage : kLostStage].name)},
                   {opportunity::kCloseDate, today()}};
  if (!won && !dice.per_mille(200)) change.values.emplace_back(opportunity::kClosedReason, word("Price"));
  return {std::move(change)};
}

std::vector<Change> Life::create_opportunity(Dice& dice) const {
  const auto parent = pick(dice, ObjectKind::kAccount);
  if (!parent) return {};
  const Table& accounts = world_.table(ObjectKind::kAccount);
  Change change{.object = ObjectKind::kOpportunity, .kind = ChangeKind::kCreate};
  change.values = {{opportunity::kName, "New deal - " + sentence(dice, 2)},
                   {opportunity::kAccountId, accounts.id(*parent)},
                   {opportunity::kOwnerId, accounts.get(*parent, account::kOwnerId)},
                   {opportunity::kCurrency, accounts.get(*parent, account::kCurrency)},
                   {opportunity::kStageName, word(sales_stages()[0].name)},
                   {opportunity::kCloseDate, today() + days(dice.between(10, 120))},
                   {opportunity::kType, word("New Business")},
                   {opportunity::kLeadSource, word("Web")},
                   {opportunity::kPushCount, Value{0.0}}};
  if (dice.per_mille(800)) change.values.emplace_back(opportunity::kAmount, amount_of(dice));
  return {std::move(change)};
}

std::vector<Change> Life::log_task(Dice& dice) const {
  const auto deal = pick(dice, ObjectKind::kOpportunity);
  if (!deal) return {};
  const Table& deals = world_.table(ObjectKind::kOpportunity);
  Change logged{.object = ObjectKind::kTask, .kind = ChangeKind::kCreate};
  logged.values = {{task::kSubject, sentence(dice, 4)},
                   {task::kWhatId, deals.id(*deal)},
                   {task::kOwnerId, deals.get(*deal, opportunity::kOwnerId)},
                   {task::kAccountId, deals.get(*deal, opportunity::kAccountId)},
                   {task::kStatus, word("Completed")},
                   {task::kIsClosed, true},
                   {task::kPriority, word("Normal")},
                   {task::kActivityDate, today()},
                   {task::kCompleted, world_.now()},
                   {task::kType, word("Call")}};
  Change moved{.object = ObjectKind::kOpportunity, .kind = ChangeKind::kTouch, .row = *deal};
  moved.values = {{opportunity::kLastActivityDate, today()}};
  return {std::move(logged), std::move(moved)};
}

std::vector<Change> Life::complete_task(Dice& dice) const {
  const auto row = pick(dice, ObjectKind::kTask);
  if (!row) return {};
  Change change{.object = ObjectKind::kTask, .row = *row};
  change.values = {
      {task::kStatus, word("Completed")}, {task::kIsClosed, true}, {task::kCompleted, world_.now()}};
  return {std::move(change)};
}

std::vector<Change> Life::plan_event(Dice& dice) const {
  const auto deal = pick(dice, ObjectKind::kOpportunity);
  if (!deal) return {};
  const Table& deals = world_.table(ObjectKind::kOpportunity);
  const Instant begin = world_.now() + hours(dice.between(24, 240));
  Change change{.object = ObjectKind::kEvent, .kind = ChangeKind::kCreate};
  change.values = {{event::kSubject, "Meeting: " + sentence(dice, 3)},
                   {event::kWhatId, deals.id(*deal)},
                   {event::kOwnerId, deals.get(*deal, opportunity::kOwnerId)},
                   {event::kStart, begin},
                   {event::kEnd, begin + minutes(30)},
                   {event::kActivityDate, Day{floor<days>(begin).time_since_epoch()}},
                   {event::kMinutes, Value{30.0}}};
  return {std::move(change)};
}

std::vector<Change> Life::edit_account(Dice& dice) const {
  const auto row = pick(dice, ObjectKind::kAccount);
  if (!row) return {};
  Change change{.object = ObjectKind::kAccount, .row = *row};
  if (dice.per_mille(500)) {
    // Moves the calculated field of its opportunities, and not their stamps.
    change.values = {{account::kSegment, word(dice.per_mille(500) ? "Enterprise" : "SMB")}};
  } else {
    change.values = {{account::kName, company(dice)}};
  }
  return {std::move(change)};
}

// Arithmetic for those that were there at the start, a look at each of the few that came later.
std::vector<RowNumber> Life::opportunities_of(RowNumber account_row) const {
  const Table& deals = world_.table(ObjectKind::kOpportunity);
  const std::string parent = world_.base().id(ObjectKind::kAccount, account_row);
  const auto accounts = number(world_.base().count(ObjectKind::kAccount));
  const auto at_start = number(world_.base().count(ObjectKind::kOpportunity));
  std::vector<RowNumber> rows;
  const auto consider = [&](RowNumber row) {
    if (!deals.deleted(row) && text_of(deals.get(row, opportunity::kAccountId)) == parent)
      rows.push_back(row);
  };
  if (account_row < accounts) {
    for (RowNumber row = account_row; row < at_start; row += accounts) consider(row);
  }
  for (RowNumber row = at_start; row < deals.size(); ++row) consider(row);
  return rows;
}

std::vector<Change> Life::reassign_account(Dice& dice) const {
  const auto row = pick(dice, ObjectKind::kAccount);
  if (!row) return {};
  const Value owner = world_.base().id(ObjectKind::kUser, dice.below(world_.base().count(ObjectKind::kUser)));
  std::vector<Change> changes;
  changes.push_back({.object = ObjectKind::kAccount, .row = *row, .values = {{account::kOwnerId, owner}}});
  for (const RowNumber deal : opportunities_of(*row)) {
    changes.push_back({.row = deal, .values = {{opportunity::kOwnerId, owner}}});
  }
  return changes;
}

std::vector<Change> Life::merge_accounts(Dice& dice) const {
  const auto loser = pick(dice, ObjectKind::kAccount);
  const auto winner = pick(dice, ObjectKind::kAccount);
  if (!loser || !winner || *loser == *winner) return {};
  const Value stays = world_.base().id(ObjectKind::kAccount, *winner);
  std::vector<Change> changes;
  for (const RowNumber deal : opportunities_of(*loser)) {
    changes.push_back({.row = deal, .values = {{opportunity::kAccountId, stays}}});
  }
  changes.push_back({.object = ObjectKind::kAccount,
                     .kind = ChangeKind::kDelete,
                     .row = *loser,
                     .values = {{account::kMasterRecordId, stays}}});
  return changes;
}

std::vector<Change> Life::edit_user(Dice& dice) const {
  const auto row = pick(dice, ObjectKind::kUser);
  if (!row || *row == 0) return {};
  Change change{.object = ObjectKind::kUser, .row = *row};
  change.values = {dice.per_mille(300)
                       ? std::pair{std::size_t{user::kIsActive}, Value{false}}
                       : std::pair{std::size_t{user::kTitle}, word("Senior Account Executive")}};
  return {std::move(change)};
}

std::vector<Change> Life::work_lead(Dice& dice) const {
  if (dice.per_mille(600)) {
    Change change{.object = ObjectKind::kLead, .kind = ChangeKind::kCreate};
    const std::string_view given = given_name(dice);
    const std::string_view family = family_name(dice);
    change.values = {{lead::kName, fmt::format("{} {}", given, family)},
                     {lead::kFirstName, word(given)},
                     {lead::kLastName, word(family)},
                     {lead::kCompany, company(dice)},
                     {lead::kStatus, word("New")},
                     {lead::kLeadSource, word("Web")},
                     {lead::kOwnerId, world_.base().id(ObjectKind::kUser,
                                                       dice.below(world_.base().count(ObjectKind::kUser)))}};
    return {std::move(change)};
  }
  const auto row = pick(dice, ObjectKind::kLead);
  if (!row) return {};
  Change change{.object = ObjectKind::kLead, .row = *row};
  if (dice.per_mille(800)) {
    change.values = {{lead::kStatus, word("Working")}};
  } else {
    change.values = {
        {lead::kStatus, word("Converted")}, {lead::kIsConverted, true}, {lead::kConvertedDate, today()}};
  }
  return {std::move(change)};
}

std::vector<Change> Life::edits(std::size_t rows) {
  Dice dice(world_.base().sizes().seed, Matter::kAsked, ++asked_);
  std::vector<Change> changes;
  std::set<RowNumber> taken;
  for (std::size_t turn = 0; turn < rows * 2 && changes.size() < rows; ++turn) {
    const auto row = pick(dice, ObjectKind::kOpportunity);
    if (!row || !taken.insert(*row).second) continue;
    changes.push_back({.row = *row,
                       .values = {{opportunity::kNextStep, "Asked: " + sentence(dice, 5)},
                                  {opportunity::kAmount, amount_of(dice)}}});
  }
  return changes;
}

std::size_t Life::change(std::size_t rows) {
  std::vector<Change> changes = edits(rows);
  const std::size_t count = changes.size();
  world_.commit(0, std::move(changes));
  return count;
}

std::size_t Life::commit_late(std::size_t rows, seconds delay) {
  std::vector<Change> changes = edits(rows);
  const std::size_t count = changes.size();
  world_.begin(0, world_.now() + delay, std::move(changes));
  return count;
}

std::size_t Life::mass_update(std::size_t rows) {
  Dice dice(world_.base().sizes().seed, Matter::kAsked, ++asked_);
  const Table& deals = world_.table(ObjectKind::kOpportunity);
  const RowNumber from = number(dice.below(deals.size()));
  std::vector<Change> changes;
  for (RowNumber step = 0; step < deals.size() && changes.size() < rows; ++step) {
    const RowNumber row = (from + step) % deals.size();
    if (deals.deleted(row) || world_.held(ObjectKind::kOpportunity, row)) continue;
    changes.push_back(
        {.row = row, .values = {{opportunity::kRedGreen, word(dice.per_mille(500) ? "Red" : "Green")}}});
  }
  const std::size_t count = changes.size();
  world_.commit(0, std::move(changes));
  return count;
}

std::size_t Life::remove(std::size_t rows) {
  Dice dice(world_.base().sizes().seed, Matter::kAsked, ++asked_);
  std::size_t removed = 0;
  for (std::size_t turn = 0; turn < rows; ++turn) {
    const auto row = pick(dice, ObjectKind::kOpportunity);
    if (!row) break;
    world_.commit(0, {{.kind = ChangeKind::kDelete, .row = *row}});
    ++removed;
  }
  return removed;
}

std::size_t Life::undelete(std::size_t rows) {
  const Table& deals = world_.table(ObjectKind::kOpportunity);
  std::size_t back = 0;
  for (RowNumber row = 0; row < deals.size() && back < rows; ++row) {
    if (!deals.deleted(row) || world_.purged(ObjectKind::kOpportunity, row)) continue;
    world_.commit(0, {{.kind = ChangeKind::kUndelete, .row = row}});
    ++back;
  }
  return back;
}

}  // namespace plumbline::sandbox
