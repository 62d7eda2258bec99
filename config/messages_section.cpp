#include "config/messages_section.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/utf8.h"

namespace plumbline {
namespace {

using namespace std::string_view_literals;
using std::chrono::days;

// docs/errors.md explains it.
constexpr std::string_view kDoesNotHold = "CF027";

constexpr std::array kKeys = {
    "channels"sv, "channel"sv,        "sales_operations"sv, "contact"sv,      "routes"sv,
    "digest"sv,   "quiet"sv,          "repeat"sv,           "late_after"sv,   "escalate_after"sv,
    "late"sv,     "messages_a_day"sv, "reminders"sv,        "fresh_within"sv, "recheck_before_send"sv,
    "fresh"sv};
constexpr std::array kOperationsKeys = {"people"sv, "channel"sv};
constexpr std::array kDigestKeys = {"at"sv, "items"sv};
constexpr std::array kQuietKeys = {"from"sv, "until"sv};
constexpr std::array kReminderKeys = {"late"sv, "link"sv};
constexpr std::array kRouteKeys = {"policy"sv, "family"sv,   "severity"sv, "team"sv,           "segment"sv,
                                   "region"sv, "owner"sv,    "tell"sv,     "channel"sv,        "send"sv,
                                   "public"sv, "continue"sv, "repeat"sv,   "escalate_after"sv, "routes"sv};

constexpr std::string_view kNever = "never";
constexpr std::string_view kNobody = "nobody";
constexpr std::size_t kMostNames = 1'000;

class MessagesReader : private SectionReader {
 public:
  MessagesReader(MessagesSection& section, Diagnostics& diagnostics)
      : SectionReader(diagnostics), section_(section), options_(section.options) {}

  void read(const YamlNode& node) {
    section_.where = node.where;
    if (!is_section(node, "messages", "contact: sales-ops@example.com")) return;
    check_keys(node, "`messages`", kKeys);
    for (const YamlEntry& entry : node.entries) read_key(entry.key, entry.value);
  }

 private:
  void read_key(std::string_view key, const YamlNode& node) {
    if (key == "channels") read_channels(node);
    if (key == "channel") take_text(node, "`channel`", options_.channel);
    if (key == "sales_operations") read_operations(node);
    if (key == "contact") take_text(node, "`contact`", options_.contact);
    if (key == "routes") read_routes(node, options_.routes, 1);
    if (key == "digest") read_digest(node);
    if (key == "quiet") read_quiet(node);
    if (key == "repeat") options_.repeat = day_count(node, "repeat").value_or(options_.repeat);
    if (key == "escalate_after") options_.escalate_after = escalation(node).value_or(options_.escalate_after);
    if (key == "late_after") options_.late_after = span(node, key).value_or(options_.late_after);
    if (key == "late") options_.late = lateness(node).value_or(options_.late);
    if (key == "messages_a_day")
      options_.messages_a_day = number(node, key, 1, kMaxMessagesADay).value_or(options_.messages_a_day);
    if (key == "reminders") read_reminders(node);
    if (key == "fresh_within") options_.fresh_within = span(node, key).value_or(options_.fresh_within);
    if (key == "fresh") read_fresh(node);
    if (key == "recheck_before_send")
      options_.recheck_before_send = span(node, key).value_or(options_.recheck_before_send);
  }

  void take_text(const YamlNode& node, std::string_view what, std::string& into) {
    if (auto text = placed(node, what)) into = std::move(text->text);
  }

  std::vector<std::string> names(const YamlNode& node, std::string_view key) {
    std::vector<std::string> found;
    for (PlacedText& one : texts(node, key, kMostNames)) found.push_back(std::move(one.text));
    return found;
  }

  void read_channels(const YamlNode& node) {
    if (!is_section(node, "channels", "direct: {service: slack_bot, reaches: people}")) return;
    for (const YamlEntry& entry : node.entries) {
      if (!is_section(entry.value, entry.key, "service: teams")) continue;
      MessageChannel channel{.name = entry.key, .service = {}};
      YamlNode rest = entry.value;
      if (const YamlNode* const service = entry.value.find("service"))
        take_text(*service, "`service`", channel.service);
      if (const YamlNode* const reaches = entry.value.find("reaches"))
        channel.reaches_people = one_of(*reaches, "reaches", "people", "room").value_or(false);
      std::erase_if(rest.entries,
                    [](const YamlEntry& one) { return one.key == "service" || one.key == "reaches"; });
      section_.channels.insert_or_assign(channel.name, std::move(rest));
      options_.channels.push_back(std::move(channel));
    }
  }

  // Whether it is the first of the two.
  std::optional<bool> one_of(const YamlNode& node, std::string_view key, std::string_view yes,
                             std::string_view no) {
    const auto text = placed(node, fmt::format("`{}`", key));
    if (!text) return std::nullopt;
    const std::string word = lower(text->text);
    if (word == yes) return true;
    if (word == no) return false;
    error(kWrongValue, text->where, fmt::format("`{}` is `{}` or `{}`, not {}", key, yes, no, text->text));
    return std::nullopt;
  }

  void read_operations(const YamlNode& node) {
    if (!is_section(node, "sales_operations", "people: [ops@example.com]")) return;
    check_keys(node, "`sales_operations`", kOperationsKeys);
    if (const YamlNode* const people = node.find("people"))
      options_.sales_operations.emails = names(*people, "people");
    if (const YamlNode* const channel = node.find("channel"))
      take_text(*channel, "`channel` of `sales_operations`", options_.sales_operations.channel);
  }

  std::optional<std::chrono::minutes> time(const PlacedText& text) {
    const auto digit = [&](std::size_t at) { return text.text[at] >= '0' && text.text[at] <= '9'; };
    const bool shaped =
        text.text.size() == 5 && text.text[2] == ':' && digit(0) && digit(1) && digit(3) && digit(4);
    const int hour = shaped ? (text.text[0] - '0') * 10 + text.text[1] - '0' : 24;
    const int minute = shaped ? (text.text[3] - '0') * 10 + text.text[4] - '0' : 60;
    if (hour < 24 && minute < 60) return std::chrono::hours{hour} + std::chrono::minutes{minute};
    error(kWrongValue, text.where,
          fmt::format("{} is no time of the day; write it in quotes, such as \"09:00\"", text.text));
    return std::nullopt;
  }

  void read_digest(const YamlNode& node) {
    if (!is_section(node, "digest", "at: \"09:00\"")) return;
    check_keys(node, "`digest`", kDigestKeys);
    if (const YamlNode* const at = node.find("at")) {
      options_.digest_at.clear();
      for (const PlacedText& text : texts(*at, "at", kMaxDigestTimes)) {
        if (const auto one = time(text)) options_.digest_at.push_back(*one);
      }
      std::ranges::sort(options_.digest_at);
    }
    if (const YamlNode* const items = node.find("items"))
      options_.digest_items = number(*items, "items", 1, kMaxDigestItems).value_or(options_.digest_items);
  }

  void read_quiet(const YamlNode& node) {
    if (!is_section(node, "quiet", "from: \"18:00\", until: \"08:00\"")) return;
    check_keys(node, "`quiet`", kQuietKeys);
    for (const auto& [key, end] :
         {std::pair("from"sv, &options_.quiet.from), std::pair("until"sv, &options_.quiet.until)}) {
      const YamlNode* const written = node.find(key);
      const auto text = written != nullptr ? placed(*written, fmt::format("`{}`", key)) : std::nullopt;
      if (text) *end = time(*text).value_or(*end);
    }
  }

  std::optional<days> day_count(const YamlNode& node, std::string_view key) {
    const auto time = span(node, key);
    if (!time) return std::nullopt;
    const days whole = std::chrono::floor<days>(*time);
    if (whole == *time && whole >= days{1} && whole <= kLongestRepeat) return whole;
    error(kWrongValue, node.where,
          fmt::format("`{}` is whole days, 1 to {}, such as 7 days", key, kLongestRepeat.count()));
    return std::nullopt;
  }

  std::optional<int> escalation(const YamlNode& node) {
    const auto text = placed(node, "`escalate_after`");
    if (!text) return std::nullopt;
    if (lower(text->text) == kNever) return 0;
    const auto count = number(node, "escalate_after", 1, kLongestEscalation);
    return count ? std::optional(static_cast<int>(*count)) : std::nullopt;
  }

  std::optional<LateReminder> lateness(const YamlNode& node) {
    const auto sends = one_of(node, "late", "send", "skip");
    if (!sends) return std::nullopt;
    return *sends ? LateReminder::kSend : LateReminder::kSkip;
  }

  void read_reminders(const YamlNode& node) {
    if (!is_section(node, "reminders", "forecast-weekly: {late: skip}")) return;
    for (const YamlEntry& entry : node.entries) {
      if (!is_section(entry.value, entry.key, "late: skip")) continue;
      check_keys(entry.value, fmt::format("`{}`", entry.key), kReminderKeys);
      if (const YamlNode* const late = entry.value.find("late")) {
        if (const auto chosen = lateness(*late)) options_.late_by_reminder[entry.key] = *chosen;
      }
      if (const YamlNode* const link = entry.value.find("link")) read_link(entry.key, *link);
    }
  }

  void read_link(const std::string& reminder, const YamlNode& node) {
    const auto text = placed(node, "`link`");
    if (!text) return;
    if (!text->text.starts_with("https://"))
      return error(kWrongValue, text->where,
                   fmt::format("`link` begins with https://, unlike {}", text->text));
    options_.reminder_links[reminder] = text->text;
  }

  void read_fresh(const YamlNode& node) {
    if (!is_section(node, "fresh", "ForecastSubmission: 2 hours")) return;
    for (const YamlEntry& entry : node.entries) {
      if (const auto time = span(entry.value, entry.key)) options_.fresh_by_object[entry.key] = *time;
    }
  }

  void read_routes(const YamlNode& node, std::vector<MessageRoute>& routes, std::size_t depth) {
    if (!node.is_list())
      return error(kWrongKind, node.where, "`routes` is a list; begin each route with `- `");
    if (depth > kMaxRouteDepth) {
      return error(
          kTooMany, node.where,
          fmt::format("routes stand in each other more than {} deep; make the tree flatter", kMaxRouteDepth));
    }
    for (const YamlNode& item : node.items) {
      if (!item.is_map()) {
        error(kWrongKind, item.where, "a route has keys, such as {severity: high, tell: manager}");
        continue;
      }
      check_keys(item, "a route", kRouteKeys);
      MessageRoute& route = routes.emplace_back();
      for (const YamlEntry& entry : item.entries) read_route_key(entry.key, entry.value, route, depth);
    }
  }

  void read_route_key(std::string_view key, const YamlNode& node, MessageRoute& route, std::size_t depth) {
    if (key == "policy") route.policies = names(node, key);
    if (key == "family") route.families = names(node, key);
    if (key == "severity") read_severities(node, route);
    if (key == "team") route.teams = names(node, key);
    if (key == "segment") route.segments = names(node, key);
    if (key == "region") route.regions = names(node, key);
    if (key == "owner") route.owners = names(node, key);
    if (key == "tell") {
      route.tell = names(node, key);
      if (*route.tell == std::vector<std::string>{std::string(kNobody)}) route.tell->clear();
    }
    if (key == "channel") take_text(node, "a route's `channel`", route.channel.emplace());
    if (key == "send") {
      if (const auto digest = one_of(node, key, "digest", "at once"))
        route.send = *digest ? SendTime::kDigest : SendTime::kAtOnce;
    }
    if (key == "public") route.is_public = truth(node, key);
    if (key == "continue") route.goes_on = truth(node, key).value_or(false);
    if (key == "repeat") route.repeat = day_count(node, key);
    if (key == "escalate_after") route.escalate_after = escalation(node);
    if (key == "routes") read_routes(node, route.routes, depth + 1);
  }

  void read_severities(const YamlNode& node, MessageRoute& route) {
    for (const PlacedText& text : texts(node, "severity", kMostNames)) {
      if (const auto severity = parse_severity(lower(text.text))) {
        route.severities.push_back(*severity);
      } else {
        error(kWrongValue, text.where, fmt::format("a severity is high, medium or low, not {}", text.text));
      }
    }
  }

  MessagesSection& section_;
  MessageOptions& options_;
};

}  // namespace

void read_messages(const YamlNode& node, MessagesSection& messages, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.error_count();
  MessagesReader(messages, diagnostics).read(node);
  if (diagnostics.error_count() != before) return;  // what could not be read would be told as missing
  for (std::string& fault : validate(messages.options))
    diagnostics.error(std::string(kDoesNotHold), node.where, std::move(fault));
}

std::vector<MapKeys> message_keys() {
  return {{.map = "messages", .keys = kKeys},
          {.map = "sales_operations", .keys = kOperationsKeys},
          {.map = "digest", .keys = kDigestKeys},
          {.map = "quiet", .keys = kQuietKeys},
          {.map = "reminder_settings", .keys = kReminderKeys},
          {.map = "route", .keys = kRouteKeys}};
}

}  // namespace plumbline
