#include "messages/message_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/nearest_name.h"

namespace plumbline {
namespace {

constexpr std::chrono::minutes kDay{std::chrono::hours{24}};

class Validator {
 public:
  explicit Validator(const MessageOptions& options) : options_(options) {}

  std::vector<std::string> run() {
    check_channels();
    check_people_channel();
    check_sales_operations();
    check_times();
    check_numbers();
    for (const MessageRoute& route : options_.routes) check_route(route, RouteSettings{}, 1);
    if (routes_ > kMaxRoutes)
      add(fmt::format("there are {} routes, the most is {}; join those that go the same way", routes_,
                      kMaxRoutes));
    return std::move(faults_);
  }

 private:
  struct RouteSettings {
    std::string channel{};
    bool is_public = false;
  };

  void add(std::string fault) { faults_.push_back(std::move(fault)); }

  std::string unknown_channel(std::string_view where, std::string_view name) const {
    std::vector<std::string> names;
    for (const MessageChannel& channel : options_.channels) names.push_back(channel.name);
    std::string fault = fmt::format("{} names the channel `{}`, which is not among `channels`", where, name);
    const std::string meant = did_you_mean(name, names);
    return fault + (meant.empty() ? "; add it there" : meant);
  }

  void check_channels() {
    if (options_.channels.empty())
      add("no channel is configured, so nobody can be told; add one under `channels`");
    if (options_.channels.size() > kMaxMessageChannels) {
      add(fmt::format("there are {} channels, the most is {}", options_.channels.size(),
                      kMaxMessageChannels));
    }
    for (const MessageChannel& channel : options_.channels) {
      if (channel.service.empty())
        add(fmt::format("the channel `{}` has no `service`; say which one it is of", channel.name));
      if (std::ranges::count(options_.channels, channel.name, &MessageChannel::name) > 1)
        add(fmt::format("two channels are called `{}`; rename one", channel.name));
    }
  }

  void check_people_channel() {
    if (!options_.channel.empty()) {
      const MessageChannel* const channel = options_.find_channel(options_.channel);
      if (channel == nullptr) {
        add(unknown_channel("`channel`", options_.channel));
      } else if (!channel->reaches_people) {
        add(
            fmt::format("`channel` is where people are written to directly, and `{}` is a room; name a "
                        "channel with `reaches: people`",
                        options_.channel));
      }
    } else if (options_.people_channel() == nullptr && !options_.channels.empty()) {
      const auto count = std::ranges::count(options_.channels, true, &MessageChannel::reaches_people);
      if (count > 1) {
        add("several channels reach people; say with `channel` which one is meant where no route names one");
      } else if (options_.routes.empty()) {
        add("no channel reaches people, and no route leads to a room; add a channel with `reaches: people`, "
            "or a route with a `channel` and `public: true`");
      }
    }
  }

  void check_sales_operations() {
    const SalesOperations& told = options_.sales_operations;
    if (told.emails.empty() && told.channel.empty()) {
      add("`sales_operations` is required: who hears of what has no owner to tell; give `people` (e-mail "
          "addresses) or a `channel`");
    }
    if (!told.channel.empty() && options_.find_channel(told.channel) == nullptr)
      add(unknown_channel("`sales_operations`", told.channel));
  }

  void check_times() {
    if (options_.digest_at.empty() || options_.digest_at.size() > kMaxDigestTimes)
      add(fmt::format("a digest has 1 to {} times a day, such as at: \"09:00\"", kMaxDigestTimes));
    for (const std::chrono::minutes time : options_.digest_at) {
      if (time < std::chrono::minutes{0} || time >= kDay) {
        add("a digest's time is one of a day, 00:00 to 23:59");
      } else if (options_.quiet.covers(time)) {
        add(
            fmt::format("the digest at {:02}:{:02} lies in the quiet hours, and would always be held; "
                        "change one of the two",
                        time.count() / 60, time.count() % 60));
      }
    }
    const auto outside = [](std::chrono::minutes time) {
      return time < std::chrono::minutes{0} || time >= kDay;
    };
    if (outside(options_.quiet.from) || outside(options_.quiet.until))
      add("quiet hours begin and end at a time of the day, 00:00 to 23:59");
  }

  void check_numbers() {
    if (options_.digest_items < 1 || options_.digest_items > kMaxDigestItems)
      add(fmt::format("a digest shows 1 to {} items in full, not {}", kMaxDigestItems,
                      options_.digest_items));
    if (options_.messages_a_day < 1 || options_.messages_a_day > kMaxMessagesADay)
      add(fmt::format("`messages_a_day` is 1 to {}, not {}", kMaxMessagesADay, options_.messages_a_day));
    check_repeat(options_.repeat);
    check_escalation(options_.escalate_after);
    if (options_.contact.empty())
      add("`contact` is required: whom to answer about a message, such as sales-ops@example.com");
  }

  void check_repeat(std::chrono::days repeat) {
    if (repeat < std::chrono::days{1} || repeat > kLongestRepeat)
      add(fmt::format("`repeat` is 1 to {} days, not {}", kLongestRepeat.count(), repeat.count()));
  }

  void check_escalation(int after) {
    if (after < 0 || after > kLongestEscalation)
      add(fmt::format("`escalate_after` is 1 to {} working days, or never", kLongestEscalation));
  }

  void check_route(const MessageRoute& route, RouteSettings settings, std::size_t depth) {
    ++routes_;
    if (depth > kMaxRouteDepth)
      return add(
          fmt::format("routes stand in each other more than {} deep; make the tree flatter", kMaxRouteDepth));
    if (route.repeat) check_repeat(*route.repeat);
    if (route.escalate_after) check_escalation(*route.escalate_after);
    if (route.is_public) settings.is_public = *route.is_public;
    if (route.channel) settings.channel = *route.channel;
    if (route.channel || route.is_public) check_destination(settings);
    for (const MessageRoute& child : route.routes) check_route(child, settings, depth + 1);
  }

  void check_destination(const RouteSettings& settings) {
    if (settings.channel.empty()) return;
    const MessageChannel* const channel = options_.find_channel(settings.channel);
    if (channel == nullptr) return add(unknown_channel("a route", settings.channel));
    if (!channel->reaches_people && !settings.is_public &&
        settings.channel != options_.sales_operations.channel) {
      add(fmt::format(
          "a route leads to `{}`, a room where others read a person's list; say `public: true` if "
          "that is meant, or name a channel with `reaches: people`",
          settings.channel));
    }
  }

  const MessageOptions& options_;
  std::vector<std::string> faults_;
  std::size_t routes_ = 0;
};

}  // namespace

bool QuietHours::covers(std::chrono::seconds since_midnight) const {
  if (from == until) return false;
  if (from < until) return from <= since_midnight && since_midnight < until;
  return since_midnight >= from || since_midnight < until;
}

std::chrono::seconds MessageOptions::fresh_for(std::string_view object) const {
  const auto own = fresh_by_object.find(object);
  return own == fresh_by_object.end() ? fresh_within : own->second;
}

LateReminder MessageOptions::late_for(std::string_view reminder) const {
  const auto own = late_by_reminder.find(reminder);
  return own == late_by_reminder.end() ? late : own->second;
}

const MessageChannel* MessageOptions::find_channel(std::string_view wanted) const {
  const auto found = std::ranges::find(channels, wanted, &MessageChannel::name);
  return found == channels.end() ? nullptr : &*found;
}

const MessageChannel* MessageOptions::people_channel() const {
  if (!channel.empty()) return find_channel(channel);
  const MessageChannel* only = nullptr;
  for (const MessageChannel& one : channels) {
    if (!one.reaches_people) continue;
    if (only != nullptr) return nullptr;
    only = &one;
  }
  return only;
}

std::vector<std::string> validate(const MessageOptions& options) { return Validator(options).run(); }

}  // namespace plumbline
