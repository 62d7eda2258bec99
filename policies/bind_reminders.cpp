#include <fmt/format.h>

#include <algorithm>

#include "base/nearest_name.h"
#include "policies/bind_template.h"
#include "policies/bound_reminders.h"

namespace plumbline {
namespace {

constexpr std::string_view kPeople = "User";

std::optional<std::size_t> find_object(const BindScope& scope, const RecordGroup& group) {
  const auto object = scope.schema.find_object(group.object);
  if (!object) {
    scope.diagnostics.error("PB040", group.object_where,
                            fmt::format("unknown object {}{}", group.object,
                                        did_you_mean(group.object, scope.schema.object_names())));
  }
  return object;
}

BoundAudience bind_audience(const BindScope& scope, const Audience& audience) {
  BoundAudience bound{.audience = &audience};
  const auto object = find_object(scope, audience.members);
  if (!object) return bound;
  if (scope.schema.object(*object).name != kPeople) {
    scope.diagnostics.error(
        "PB170", audience.members.object_where,
        fmt::format("an audience is of people, so it is `on: {}`, not {}; for the owners of records, "
                    "write the records as a reminder's `about`",
                    kPeople, audience.members.object));
    return bound;
  }
  if (audience.members.where) {
    BoundCondition where = bind_condition(scope, *audience.members.where, *object);
    bound.where = std::move(where.root);
    bound.needs = std::move(where.needs);
  }
  return bound;
}

class ReminderBinder {
 public:
  ReminderBinder(const BindScope& scope, const Reminder& reminder, BoundReminder& bound)
      : scope_(scope), reminder_(reminder), bound_(bound) {}

  void run() {
    if (!find_records()) return;
    if (reminder_.unless) bound_.unless = take(bind_condition(scope_, *reminder_.unless, bound_.object));
    for (const SourceText& day : reminder_.days) bound_.days.push_back(bind_day(day));
    if (reminder_.from) bound_.from = bind_day(*reminder_.from);
    if (reminder_.until) bound_.until = bind_day(*reminder_.until);
    bind_list();
    if (reminder_.says.text.empty()) return;  // the loader has told why
    if (reminder_.is_list()) {
      bind_heading();
    } else {
      bound_.says = bind_template(scope_, reminder_.says, bound_.object, taker());
    }
  }

 private:
  Bound take(BoundCondition condition) {
    bound_.needs.add(condition.needs);
    return std::move(condition.root);
  }
  std::function<Bound(BoundCondition)> taker() {
    return [this](BoundCondition condition) { return take(std::move(condition)); };
  }

  bool find_records() {
    const auto people = scope_.schema.find_object(kPeople);
    if (!people) return false;
    bound_.object = *people;
    if (reminder_.records) {
      const auto object = find_object(scope_, *reminder_.records);
      if (!object) return false;
      bound_.object = *object;
      if (reminder_.records->where)
        bound_.where = take(bind_condition(scope_, *reminder_.records->where, *object));
    }
    const auto audience = std::ranges::find(scope_.pack.audiences, reminder_.about, &Audience::name);
    if (audience != scope_.pack.audiences.end() && audience->members.where)
      bound_.where = take(bind_condition(scope_, *audience->members.where, bound_.object));
    bound_.needs.passing[bound_.object];  // the object itself is needed, whatever is read of it
    return true;
  }

  Bound bind_day(const SourceText& text) {
    Bound day = take(bind_value(scope_, text, bound_.object));
    if (!day || day->type == ValueType::kDate || day->type == ValueType::kNull) return day;
    const std::string_view remedy = day->type == ValueType::kDateTime ? "; DATEVALUE(...) is its local day"
                                                                      : "; such as Start_Date__c + 30";
    scope_.diagnostics.error("PB178", whole(text),
                             fmt::format("a day is expected here, not {}{}", to_string(day->type), remedy));
    return nullptr;
  }

  static SourceSpan whole(const SourceText& text) {
    return text.place({0, static_cast<std::uint32_t>(text.text.size())});
  }

  void bind_list() {
    if (reminder_.line) bound_.line = bind_template(scope_, *reminder_.line, bound_.object, taker());
    if (reminder_.by) bound_.by = take(bind_value(scope_, *reminder_.by, bound_.object));
    for (const ReminderOrder& order : reminder_.order) {
      Bound by = take(bind_value(scope_, order.by, bound_.object));
      const bool unordered = by && (by->type == ValueType::kMultiPicklist || by->type == ValueType::kId);
      if (unordered) {
        scope_.diagnostics.error("PB179", whole(order.by),
                                 fmt::format("{} has no order to sort by", to_string(by->type)));
      }
      bound_.order.push_back({.by = std::move(by), .descending = order.descending});
    }
    for (const NamedText& total : reminder_.totals) {
      Bound value = take(bind_value(scope_, total.text, bound_.object));
      if (value && !adds_up(value->type)) {
        scope_.diagnostics.error(
            "PB179", whole(total.text),
            fmt::format("{} does not add up; a total is of amounts or numbers, or counts the "
                        "records for which a condition holds",
                        to_string(value->type)));
      }
      bound_.totals.push_back({.name = total.name, .value = std::move(value)});
    }
  }

  static bool adds_up(ValueType type) {
    return type == ValueType::kMoney || type == ValueType::kNumber || type == ValueType::kBoolean;
  }

  // The person told, with the totals as further fields.
  void bind_heading() {
    auto schema = std::make_shared<Schema>(scope_.schema);
    const std::size_t people = *schema->find_object(kPeople);
    schema->add_field(people, {.name = std::string(kRecordsField), .label = "", .type = FieldType::kNumber});
    for (std::size_t i = 0; i < reminder_.totals.size(); ++i) {
      const NamedText& total = reminder_.totals[i];
      if (schema->object(people).find(total.name)) {
        scope_.diagnostics.error(
            "PB177", total.text.place({0, 1}),
            fmt::format("`{}` is a field of {}; give the total another name", total.name, kPeople));
        continue;
      }
      const Bound& value = bound_.totals[i].value;
      const bool money = value && value->type == ValueType::kMoney;
      schema->add_field(
          people, {.name = total.name, .label = "", .type = money ? FieldType::kMoney : FieldType::kNumber});
    }
    const BindScope scope{.schema = *schema,
                          .pack = scope_.pack,
                          .derived = scope_.derived,
                          .constants = scope_.constants,
                          .diagnostics = scope_.diagnostics};
    ListHeading& heading = bound_.heading.emplace();
    heading.object = people;
    bound_.says = bind_template(scope, reminder_.says, people, [&](BoundCondition condition) {
      heading.needs.add(condition.needs);
      return std::move(condition.root);
    });
    heading.schema = std::move(schema);
  }

  const BindScope& scope_;
  const Reminder& reminder_;
  BoundReminder& bound_;
};

}  // namespace

BoundReminders bind_reminders(std::shared_ptr<const Pack> pack, const Schema& schema,
                              const std::vector<DerivedField>& derived, Diagnostics& diagnostics) {
  BoundReminders bound;
  bound.pack = std::move(pack);
  const BindScope scope{.schema = schema,
                        .pack = *bound.pack,
                        .derived = derived,
                        .constants = *bound.constants,
                        .diagnostics = diagnostics};
  for (const Audience& audience : bound.pack->audiences)
    bound.audiences.push_back(bind_audience(scope, audience));
  for (const Reminder& reminder : bound.pack->reminders) {
    if (!reminder.enabled) continue;
    BoundReminder& own = bound.reminders.emplace_back();
    own.reminder = &reminder;
    ReminderBinder(scope, reminder, own).run();
  }
  return bound;
}

}  // namespace plumbline
