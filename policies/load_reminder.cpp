// Reads `reminders:`: when, to whom, about what, and what is said.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/nearest_name.h"
#include "base/utf8.h"
#include "policies/load_pack_impl.h"

namespace plumbline {
namespace {

using namespace std::string_view_literals;

constexpr std::array kReminderKeys = {"id"sv,       "title"sv,  "every"sv,   "calendar"sv, "days"sv,
                                      "of_month"sv, "from"sv,   "until"sv,   "at"sv,       "about"sv,
                                      "unless"sv,   "to"sv,     "says"sv,    "line"sv,     "by"sv,
                                      "order"sv,    "totals"sv, "section"sv, "enabled"sv};
// Each says on which days; exactly one of them stands.
constexpr std::array kDayKeys = {"every"sv, "calendar"sv, "days"sv};
constexpr std::array kWindowKeys = {"from"sv, "until"sv};
constexpr std::array kListKeys = {"line"sv, "by"sv, "order"sv, "totals"sv};

const YamlEntry* entry_of(const YamlNode& map, std::string_view key) {
  const auto found = std::ranges::find(map.entries, key, &YamlEntry::key);
  return found == map.entries.end() ? nullptr : &*found;
}

// 09:00. Empty where it is no time of a day.
std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text) {
  constexpr std::string_view kShape = "00:00";
  constexpr int kHours = 24;
  constexpr int kMinutes = 60;
  if (text.size() != kShape.size() || text[2] != ':') return std::nullopt;
  int digits[4] = {};
  for (std::size_t i = 0, digit = 0; i < text.size(); ++i) {
    if (i == 2) continue;
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    digits[digit++] = text[i] - '0';
  }
  const int hour = 10 * digits[0] + digits[1];
  const int minute = 10 * digits[2] + digits[3];
  if (hour >= kHours || minute >= kMinutes) return std::nullopt;
  return std::chrono::hours{hour} + std::chrono::minutes{minute};
}

// One entry of the list. `reminder` is new, or the one an extending pack changes.
class EntryReader {
 public:
  EntryReader(PackReader& reader, const YamlNode& node, const Inheritance& inherited,
              const std::vector<std::string>& audiences, const Pack& pack, Reminder& reminder)
      : reader_(reader),
        node_(node),
        inherited_(inherited),
        audiences_(audiences),
        pack_(pack),
        reminder_(reminder) {}

  void read() {
    reader_.check_keys(node_, "a reminder", kReminderKeys);
    if (const YamlNode* value = node_.find("title"))
      reminder_.title = reader_.text(*value, "`title`").value_or("");
    read_days();
    if (const YamlNode* value = node_.find("at")) read_times(*value);
    if (const YamlNode* value = node_.find("about")) read_about(*value);
    if (const YamlNode* value = node_.find("unless"))
      reminder_.unless = reader_.source_text(*value, "`unless`");
    if (const YamlNode* value = node_.find("to")) read_recipients(*value);
    if (const YamlNode* value = node_.find("says")) {
      if (auto text = reader_.source_text(*value, "`says`")) reminder_.says = std::move(*text);
    }
    read_list();
    if (const YamlNode* value = node_.find("section"))
      reminder_.section = reader_.text(*value, "`section`").value_or("");
    if (const YamlNode* value = node_.find("enabled"))
      reminder_.enabled = reader_.truth(*value, "`enabled`").value_or(true);
    check_about();
  }

 private:
  // A list, or a single value that stands for a list of one.
  template <class Read>
  void each(const YamlNode& node, std::string_view what, std::size_t most, const Read& read) {
    if (node.is_scalar()) return read(node);
    if (!reader_.is_list(node, what)) return;
    if (node.items.empty()) return reader_.error("PB142", node.where, fmt::format("{} is empty", what));
    if (node.items.size() > most)
      return reader_.error("PB157", node.where, fmt::format("{} has at most {} elements", what, most));
    for (const YamlNode& item : node.items) read(item);
  }

  // --- when

  void read_days() {
    const YamlEntry* chosen = nullptr;
    for (const YamlEntry& entry : node_.entries) {
      if (std::ranges::find(kDayKeys, entry.key) == kDayKeys.end()) continue;
      if (chosen != nullptr) {
        reader_.error("PB172", entry.key_where,
                      fmt::format("`{}` and `{}` both say on which days; keep one of {}", chosen->key,
                                  entry.key, fmt::join(kDayKeys, ", ")));
      } else {
        chosen = &entry;
      }
    }
    if (chosen != nullptr) {
      forget_days();
      if (chosen->key == "every") read_rule(chosen->value);
      if (chosen->key == "calendar") read_calendar(chosen->value);
      if (chosen->key == "days") read_worked_out(chosen->value);
    }
    if (const YamlNode* value = node_.find("of_month")) read_month_choice(*value);
    if (const YamlNode* value = node_.find("from")) reminder_.from = reader_.source_text(*value, "`from`");
    if (const YamlNode* value = node_.find("until")) reminder_.until = reader_.source_text(*value, "`until`");
    check_days(chosen);
  }

  void forget_days() {
    reminder_.every = {};
    reminder_.calendar.clear();
    reminder_.of_month = MonthChoice::kAll;
    reminder_.days.clear();
    reminder_.from.reset();
    reminder_.until.reset();
  }

  void read_rule(const YamlNode& node) {
    reminder_.kind = ReminderDays::kRecurrence;
    const auto text = reader_.source_text(node, "`every`");
    if (!text) return;
    auto rule = parse_recurrence(text->text);
    if (rule) {
      reminder_.every = *std::move(rule);
      rule_read_ = true;
      return;
    }
    for (const RecurrenceFault& fault : rule.error()) {
      const auto begin = static_cast<std::uint32_t>(fault.offset);
      reader_.error("PB173", text->place({begin, begin + static_cast<std::uint32_t>(fault.length)}),
                    fault.message);
    }
  }

  void read_calendar(const YamlNode& node) {
    reminder_.kind = ReminderDays::kCalendar;
    auto name = reader_.text(node, "`calendar`");
    if (!name) return;
    if (*name != kWorkingDays && !pack_.calendar.named.contains(*name)) {
      std::vector<std::string> known{std::string(kWorkingDays)};
      for (const auto& [other, calendar] : pack_.calendar.named) known.push_back(other);
      const std::string guess = did_you_mean(*name, known);
      return reader_.error(
          "PB175", node.where,
          fmt::format("no calendar `{}` under the pack's `named`{}", *name,
                      guess.empty() ? fmt::format("; there are {}", fmt::join(known, ", ")) : guess));
    }
    reminder_.calendar = *std::move(name);
  }

  void read_worked_out(const YamlNode& node) {
    reminder_.kind = ReminderDays::kWorkedOut;
    each(node, "`days`", kMaxReminderDays, [&](const YamlNode& item) {
      if (auto text = reader_.source_text(item, "a day of `days`"))
        reminder_.days.push_back(std::move(*text));
    });
  }

  void read_month_choice(const YamlNode& node) {
    constexpr std::array kWords = {"first"sv, "last"sv};
    const auto chosen = reader_.choice(node, "`of_month`", kWords);
    if (chosen) reminder_.of_month = *chosen == 0 ? MonthChoice::kFirst : MonthChoice::kLast;
  }

  void check_days(const YamlEntry* chosen) {
    if (const YamlEntry* entry = entry_of(node_, "of_month");
        entry != nullptr && reminder_.kind != ReminderDays::kCalendar)
      reader_.error("PB176", entry->key_where,
                    "`of_month` chooses among the days of a `calendar`, and there is none");
    for (const std::string_view key : kWindowKeys) {
      const YamlEntry* entry = entry_of(node_, key);
      if (entry == nullptr || reminder_.kind != ReminderDays::kWorkedOut) continue;
      reader_.error("PB176", entry->key_where,
                    fmt::format("`{}` limits `every` or `calendar`; `days` are what they are", key));
    }
    const bool rule = reminder_.kind == ReminderDays::kRecurrence && rule_read_;
    if (!rule || reminder_.from || !needs_first_day(reminder_.every) || node_.find("from") != nullptr) return;
    reader_.error(
        "PB173", chosen->value.where,
        "this rule counts from its first day, or takes its day from it; say `from:` which day that is");
  }

  void read_times(const YamlNode& node) {
    reminder_.at.clear();
    each(node, "`at`", kMaxReminderTimes, [&](const YamlNode& item) {
      const auto written = reader_.text(item, "a time of `at`");
      if (!written) return;
      const auto time = parse_time_of_day(*written);
      if (!time) {
        return reader_.error(
            "PB174", item.where,
            fmt::format("`{}` is no time of a day; write 09:00, from 00:00 to 23:59", *written));
      }
      if (std::ranges::find(reminder_.at, *time) != reminder_.at.end())
        return reader_.error("PB174", item.where, fmt::format("{} stands here twice", *written));
      reminder_.at.push_back(*time);
    });
    std::ranges::sort(reminder_.at);
  }

  // --- about what, and to whom

  bool is_audience(std::string_view name) const {
    return inherited_.kind == Inheritance::Kind::kMissing ||
           std::ranges::find(audiences_, name) != audiences_.end();
  }

  void read_about(const YamlNode& node) {
    reminder_.about.clear();
    reminder_.records.reset();
    if (node.is_map()) {
      reminder_.records = read_record_group(reader_, node, "`about`");
      return;
    }
    auto name = reader_.text(node, "`about`");
    if (!name) return;
    if (is_audience(*name)) {
      reminder_.about = *std::move(name);
      return;
    }
    const std::string guess = did_you_mean(*name, audiences_);
    reader_.error("PB145", node.where,
                  fmt::format("no audience `{}` in this pack{}", *name,
                              guess.empty() ? fmt::format("; for records write {{on: {}, where: ...}}", *name)
                                            : guess));
  }

  void read_recipients(const YamlNode& node) {
    reminder_.to.clear();
    std::vector<std::string> known(std::begin(kOwnAudiences), std::end(kOwnAudiences));
    known.insert(known.end(), audiences_.begin(), audiences_.end());
    each(node, "`to`", kMaxAudiencesInPack, [&](const YamlNode& item) {
      auto name = reader_.text(item, "an audience of `to`");
      if (!name) return;
      if (!is_own_audience(*name) && !is_audience(*name)) {
        return reader_.error("PB145", item.where,
                             fmt::format("no audience `{}` among {}{}", *name, fmt::join(known, ", "),
                                         did_you_mean(*name, known)));
      }
      if (std::ranges::find(reminder_.to, *name) != reminder_.to.end())
        return reader_.error("PB176", item.where, fmt::format("`{}` stands here twice", *name));
      reminder_.to.push_back(*std::move(name));
    });
  }

  void check_about() {
    if (!reminder_.is_about_those_told() || node_.find("about") != nullptr) return;
    for (const std::string_view key : kListKeys) {
      if (const YamlEntry* entry = entry_of(node_, key)) {
        reader_.error(
            "PB176", entry->key_where,
            fmt::format("`{}` is of a list, but there is no `about`: which records stand in it?", key));
      }
    }
    const auto own = std::ranges::find_if(reminder_.to, is_own_audience);
    const YamlNode* to = node_.find("to");
    if (own == reminder_.to.end() || to == nullptr) return;
    reader_.error(
        "PB176", to->where,
        fmt::format("`{}` is found from a record, but there is no `about`: the records, {{on: Opportunity, "
                    "where: ...}}, or an audience",
                    *own));
  }

  // --- lists

  void read_list() {
    if (const YamlNode* value = node_.find("line")) reminder_.line = reader_.source_text(*value, "`line`");
    if (const YamlNode* value = node_.find("by")) reminder_.by = reader_.source_text(*value, "`by`");
    if (const YamlNode* value = node_.find("order")) read_order(*value);
    if (const YamlNode* value = node_.find("totals")) read_totals(*value);
    if (const YamlEntry* entry = entry_of(node_, "line"); entry != nullptr && reminder_.by)
      reader_.error("PB176", entry->key_where,
                    "with `by` there is a line for each group, so `line` does not stand beside it");
    if (const YamlEntry* entry = entry_of(node_, "order");
        entry != nullptr && node_.find("line") == nullptr && !reminder_.line)
      reader_.error("PB176", entry->key_where, "`order` sorts the lines of a list; say what a `line` is");
  }

  // CloseDate, or Amount DESC.
  void read_order(const YamlNode& node) {
    reminder_.order.clear();
    each(node, "`order`", kMaxReminderTotals, [&](const YamlNode& item) {
      auto text = reader_.source_text(item, "an element of `order`");
      if (!text) return;
      const std::string_view all = trim(text->text);
      const std::size_t blank = all.find_last_of(' ');
      const std::string_view last =
          blank == std::string_view::npos ? std::string_view{} : all.substr(blank + 1);
      const bool descending = equal_folded(last, "DESC");
      if (descending || equal_folded(last, "ASC")) {
        const auto end = static_cast<std::size_t>(last.data() - text->text.data());
        text->text.resize(end);
      }
      reminder_.order.push_back({.by = *std::move(text), .descending = descending});
    });
  }

  void read_totals(const YamlNode& node) {
    reminder_.totals.clear();
    if (!reader_.is_map(node, "`totals`")) return;
    if (node.entries.size() > kMaxReminderTotals) {
      return reader_.error("PB157", node.where,
                           fmt::format("a reminder has at most {} totals", kMaxReminderTotals));
    }
    for (const YamlEntry& entry : node.entries) {
      const bool defined = std::ranges::any_of(
          pack_.definitions, [&](const Definition& other) { return equal_folded(other.name, entry.key); });
      if (!is_definition_name(entry.key) || defined) {
        reader_.error(
            "PB177", entry.key_where,
            defined
                ? fmt::format("`{}` is a word of this pack already; give the total another name", entry.key)
                : fmt::format("`{}` cannot be used as a word; the name of a total has letters, digits and "
                              "underscores, and begins with a letter",
                              entry.key));
        continue;
      }
      if (auto text = reader_.source_text(entry.value, fmt::format("the total `{}`", entry.key)))
        reminder_.totals.push_back({.name = entry.key, .text = std::move(*text)});
    }
  }

  PackReader& reader_;
  const YamlNode& node_;
  const Inheritance& inherited_;
  const std::vector<std::string>& audiences_;
  const Pack& pack_;
  Reminder& reminder_;
  bool rule_read_ = false;
};

class ReminderReader {
 public:
  ReminderReader(PackReader& reader, const Inheritance& inherited, std::span<const std::string> audiences,
                 Pack& pack)
      : reader_(reader),
        inherited_(inherited),
        audiences_(audiences.begin(), audiences.end()),
        pack_(pack),
        inherited_count_(pack.reminders.size()) {}

  void read(const YamlNode& node) {
    if (!reader_.is_map(node, "a reminder")) return;
    const YamlNode* id_node = node.find("id");
    if (id_node == nullptr)
      reader_.error("PB141", node.where, "the reminder has no `id`; give it one, such as forecast-weekly");
    const auto id = id_node == nullptr ? std::nullopt : reader_.id(*id_node, "the id of a reminder");
    if (id && is_taken(*id, id_node->where)) return;
    Reminder* const base = id ? find_inherited(*id) : nullptr;
    if (base != nullptr) {
      EntryReader(reader_, node, inherited_, audiences_, pack_, *base).read();
      base->changed_in = pack_.name;
    } else if (!is_change_of_unknown(id, id_node, node)) {
      read_new(id, id_node, node);
    }
  }

 private:
  bool is_taken(const std::string& id, const SourceSpan& where) {
    const auto [first, is_new] = lines_.try_emplace(id, where.line);
    if (!is_new) {
      reader_.error("PB144", where,
                    fmt::format("the reminder {} stands here again, first on line {}; every id is used once",
                                id, first->second));
      return true;
    }
    if (std::ranges::find(pack_.policies, id, &Policy::id) == pack_.policies.end()) return false;
    reader_.error("PB144", where, fmt::format("{} is the id of a policy; every id is used once", id));
    return true;
  }

  Reminder* find_inherited(std::string_view id) {
    const auto end = pack_.reminders.begin() + static_cast<std::ptrdiff_t>(inherited_count_);
    const auto found = std::ranges::find(pack_.reminders.begin(), end, id, &Reminder::id);
    return found == end ? nullptr : &*found;
  }

  // An entry of an extending pack that says neither when nor what is no reminder of its own.
  bool is_change_of_unknown(const std::optional<std::string>& id, const YamlNode* id_node,
                            const YamlNode& node) {
    const bool own = node.find("says") != nullptr ||
                     std::ranges::any_of(kDayKeys, [&](std::string_view key) { return node.find(key); });
    if (inherited_.kind != Inheritance::Kind::kKnown || own || !id) return false;
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < inherited_count_; ++i) ids.push_back(pack_.reminders[i].id);
    const std::string guess = did_you_mean(*id, ids);
    reader_.error(
        "PB153", id_node->where,
        fmt::format("{} has no reminder {}{}", inherited_.pack, *id,
                    guess.empty() ? "; a reminder of your own says when, to whom and what" : guess));
    return true;
  }

  void read_new(const std::optional<std::string>& id, const YamlNode* id_node, const YamlNode& node) {
    Reminder reminder;
    reminder.id = id.value_or("");
    reminder.pack = pack_.name;
    reminder.document = pack_.document;
    reminder.where = id_node == nullptr ? node.where : id_node->where;
    report_missing(node, reminder.where);
    EntryReader(reader_, node, inherited_, audiences_, pack_, reminder).read();
    pack_.reminders.push_back(std::move(reminder));
  }

  void report_missing(const YamlNode& node, const SourceSpan& where) {
    std::vector<std::string> missing;
    const bool days = std::ranges::any_of(kDayKeys, [&](std::string_view key) { return node.find(key); });
    if (!days) missing.emplace_back("one of `every`, `calendar` and `days`");
    for (const std::string_view key : {"at", "to", "says"}) {
      if (node.find(key) == nullptr) missing.push_back(fmt::format("`{}`", key));
    }
    if (!missing.empty())
      reader_.error("PB141", where, fmt::format("the reminder lacks {}", fmt::join(missing, ", ")));
  }

  PackReader& reader_;
  const Inheritance& inherited_;
  std::vector<std::string> audiences_;
  Pack& pack_;
  std::size_t inherited_count_;
  std::map<std::string, std::uint32_t, std::less<>> lines_;  // ids of this file and where they stand
};

}  // namespace

std::span<const std::string_view> reminder_keys() { return kReminderKeys; }

void read_reminders(PackReader& reader, const YamlNode& node, const Inheritance& inherited,
                    std::span<const std::string> audiences, Pack& pack) {
  if (!reader.is_list(node, "`reminders`")) return;
  if (pack.reminders.size() + node.items.size() > kMaxRemindersInPack) {
    return reader.error("PB157", node.where,
                        fmt::format("a pack has at most {} reminders", kMaxRemindersInPack));
  }
  ReminderReader reminders(reader, inherited, audiences, pack);
  for (const YamlNode& item : node.items) reminders.read(item);
}

}  // namespace plumbline
