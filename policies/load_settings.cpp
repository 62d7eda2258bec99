// What a pack says beside its policies: parameters, calendar, definitions.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/nearest_name.h"
#include "base/utf8.h"
#include "policies/language/parser.h"
#include "policies/load_pack_impl.h"

namespace plumbline {
namespace {

constexpr std::array<std::string_view, 6> kCalendarKeys = {
    "fiscal_year_starts", "fiscal_year_named_by", "week_starts", "zone", "holidays", "named"};
constexpr std::array<std::string_view, 1> kNamedCalendarKeys = {"days"};

bool is_digit_char(char c) { return c >= '0' && c <= '9'; }

// 2022-04-30, with or without a time behind it, as far as its shape goes.
bool looks_like_date(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00";
  if (text.size() < kShape.size()) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == '0' ? !is_digit_char(text[i]) : text[i] != kShape[i]) return false;
  }
  return text.size() == kShape.size() || text[kShape.size()] == 'T';
}

class ParameterReader {
 public:
  ParameterReader(PackReader& reader, const Inheritance& inherited, Pack& pack)
      : reader_(reader), inherited_(inherited), pack_(pack) {
    for (const auto& [name, parameter] : pack.parameters) inherited_names_.push_back(name);
  }

  void read(const YamlEntry& entry) {
    if (!is_name(entry.key)) {
      return reader_.error(
          "PB147", entry.key_where,
          fmt::format("`{}` cannot be written as :{}; a parameter's name has letters, digits and "
                      "underscores, and begins with a letter",
                      entry.key, entry.key));
    }
    std::optional<Parameter> parameter = read_value(entry.key, entry.value);
    if (!parameter) return;
    parameter->where = entry.key_where;
    const auto base = pack_.parameters.find(entry.key);
    if (base != pack_.parameters.end()) {
      if (!same_kind(base->second, *parameter, entry.value.where)) return;
      parameter->overridden_in = pack_.name;
    } else if (!may_be_new(entry)) {
      return;
    }
    pack_.parameters.insert_or_assign(entry.key, std::move(*parameter));
  }

 private:
  static bool is_name(std::string_view name) {
    const auto ast = parse_expression(fmt::format(":{}", name));
    return ast && (*ast)->kind == AstKind::kParameter && (*ast)->text == name;
  }

  // A parameter that neither overrides nor is used is an override that is misspelled.
  bool may_be_new(const YamlEntry& entry) {
    if (inherited_.kind != Inheritance::Kind::kKnown || is_used(entry.key)) return true;
    reader_.error("PB153", entry.key_where,
                  fmt::format("nothing here uses :{}, and {} has no such parameter{}", entry.key,
                              inherited_.pack, did_you_mean(entry.key, inherited_names_)));
    return false;
  }

  bool is_used(std::string_view name) const {
    const std::string use = fmt::format(":{}", name);
    const std::string_view text = reader_.source().text;
    for (std::size_t at = text.find(use); at != std::string::npos; at = text.find(use, at + 1)) {
      const char next = at + use.size() < text.size() ? text[at + use.size()] : ' ';
      const bool goes_on =
          is_digit_char(next) || next == '_' || (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
      if (!goes_on) return true;
    }
    return false;
  }

  std::optional<Parameter> read_value(const std::string& name, const YamlNode& node) {
    Parameter parameter{.name = name};
    switch (node.kind) {
      case YamlNode::Kind::kNull:
      case YamlNode::Kind::kScalar: {
        const auto value = scalar(node);
        if (!value) return std::nullopt;
        parameter.items.push_back(*value);
        return parameter;
      }
      case YamlNode::Kind::kList:
        return read_list(std::move(parameter), node);
      case YamlNode::Kind::kMap:
        return read_map(std::move(parameter), node);
    }
    return std::nullopt;
  }

  std::optional<Parameter> read_list(Parameter parameter, const YamlNode& node) {
    parameter.kind = Parameter::Kind::kList;
    ValueType type = ValueType::kNull;
    bool sound = true;
    for (const YamlNode& item : node.items) {
      const auto value = element(item, "a list", type);
      sound = sound && value;
      if (value) parameter.items.push_back(*value);
    }
    return sound ? std::optional(std::move(parameter)) : std::nullopt;
  }

  std::optional<Parameter> read_map(Parameter parameter, const YamlNode& node) {
    parameter.kind = Parameter::Kind::kMap;
    ValueType type = ValueType::kNull;
    bool sound = true;
    for (const YamlEntry& entry : node.entries) {
      const bool again = std::ranges::any_of(
          parameter.entries, [&](const auto& other) { return equal_folded(other.first, entry.key); });
      if (again) {
        reader_.error("PB147", entry.key_where,
                      fmt::format("the key {} stands here twice; upper and lower case are one", entry.key));
      }
      const auto value = element(entry.value, "a map", type);
      sound = sound && value && !again;
      if (value) parameter.entries.emplace_back(entry.key, *value);
    }
    return sound ? std::optional(std::move(parameter)) : std::nullopt;
  }

  // One of several values, all of one type.
  std::optional<Value> element(const YamlNode& node, std::string_view where, ValueType& type) {
    if (node.is_list() || node.is_map()) {
      reader_.error("PB147", node.where,
                    fmt::format("{} of a parameter holds single values, not lists or maps", where));
      return std::nullopt;
    }
    const auto value = scalar(node);
    if (!value || value->is_null()) return value;
    if (type == ValueType::kNull) type = value->type;
    if (value->type == type) return value;
    reader_.error(
        "PB148", node.where,
        fmt::format("{} holds values of one kind, but this is {} beside {}; quotes make any value a text",
                    where, to_string(value->type), to_string(type)));
    return std::nullopt;
  }

  // YAML's plain words by their look; in quotes everything is text.
  std::optional<Value> scalar(const YamlNode& node) {
    if (node.is_null()) return Value::null();
    const std::string_view text = node.text;
    if (node.style != ScalarStyle::kPlain) return Value::of(pack_.texts->keep(node.text));
    if (equal_folded(text, "true") || equal_folded(text, "false"))
      return Value::of(equal_folded(text, "true"));
    if (looks_like_date(text)) return time(node);
    return number_or_text(node);
  }

  std::optional<Value> time(const YamlNode& node) {
    if (const auto day = parse_day(node.text)) return Value::of(*day);
    if (const auto instant = parse_instant(node.text)) return Value::of(*instant);
    reader_.error(
        "PB147", node.where,
        fmt::format(
            "{} is no day of the calendar, nor a moment such as 2022-04-30T09:00:00Z; quotes make it a text",
            node.text));
    return std::nullopt;
  }

  std::optional<Value> number_or_text(const YamlNode& node) {
    double number = 0;
    const char* const end = node.text.data() + node.text.size();
    const auto [stop, fault] = std::from_chars(node.text.data(), end, number);
    if (stop == end && fault == std::errc::result_out_of_range) {
      reader_.error("PB147", node.where,
                    "this number is too large or too small to be kept; quotes make it a text");
      return std::nullopt;
    }
    // from_chars takes the words inf and nan too.
    if (stop == end && fault == std::errc{} && std::isfinite(number)) return Value::of(number);
    return Value::of(pack_.texts->keep(node.text));
  }

  static ValueType type_of(const Parameter& parameter) {
    for (const Value& value : parameter.items) {
      if (!value.is_null()) return value.type;
    }
    for (const auto& [key, value] : parameter.entries) {
      if (!value.is_null()) return value.type;
    }
    return ValueType::kNull;
  }

  static std::string describe(const Parameter& parameter) {
    const ValueType type = type_of(parameter);
    switch (parameter.kind) {
      case Parameter::Kind::kScalar:
        return std::string(to_string(type));
      case Parameter::Kind::kList:
        return type == ValueType::kNull ? "a list" : fmt::format("a list, each {}", to_string(type));
      case Parameter::Kind::kMap:
        return type == ValueType::kNull ? "a map" : fmt::format("a map, each {}", to_string(type));
    }
    return "";
  }

  bool same_kind(const Parameter& base, const Parameter& own, const SourceSpan& where) {
    const ValueType a = type_of(base);
    const ValueType b = type_of(own);
    const bool fits = base.kind == own.kind && (a == b || a == ValueType::kNull || b == ValueType::kNull);
    if (!fits) {
      reader_.error("PB149", where,
                    fmt::format(":{} is {} in {}; here it is {}", own.name, describe(base), inherited_.pack,
                                describe(own)));
    }
    return fits;
  }

  PackReader& reader_;
  const Inheritance& inherited_;
  Pack& pack_;
  std::vector<std::string> inherited_names_;
};

class CalendarReader {
 public:
  CalendarReader(PackReader& reader, Calendar& calendar) : reader_(reader), calendar_(calendar) {}

  void read(const YamlNode& node) {
    reader_.check_keys(node, "the calendar", kCalendarKeys);
    if (const YamlNode* value = node.find("fiscal_year_starts")) read_month(*value);
    if (const YamlNode* value = node.find("fiscal_year_named_by")) read_naming(*value);
    if (const YamlNode* value = node.find("week_starts")) read_weekday(*value);
    if (const YamlNode* value = node.find("zone")) {
      if (auto zone = reader_.zone(*value, "the calendar's `zone`")) calendar_.zone = std::move(*zone);
    }
    if (const YamlNode* value = node.find("holidays")) read_holidays(*value);
    if (const YamlNode* value = node.find("named")) read_named(*value);
  }

 private:
  void read_month(const YamlNode& node) {
    constexpr unsigned kMonths = 12;
    const auto text = reader_.text(node, "`fiscal_year_starts`");
    if (!text) return;
    unsigned month = 0;
    const auto [stop, fault] = std::from_chars(text->data(), text->data() + text->size(), month);
    if (fault == std::errc{} && stop == text->data() + text->size() && month >= 1 && month <= kMonths) {
      calendar_.fiscal_year_starts = month;
    } else {
      reader_.error("PB154", node.where,
                    fmt::format("`fiscal_year_starts` is the number of a month, 1 to 12, not {}", *text));
    }
  }

  void read_naming(const YamlNode& node) {
    constexpr std::array<std::string_view, 2> kWords = {"end", "start"};
    const auto chosen = reader_.choice(node, "`fiscal_year_named_by`", kWords);
    if (chosen)
      calendar_.fiscal_year_named_by = *chosen == 0 ? FiscalYearName::kEndYear : FiscalYearName::kStartYear;
  }

  void read_weekday(const YamlNode& node) {
    constexpr std::array<std::string_view, 7> kWords = {"sunday",   "monday", "tuesday", "wednesday",
                                                        "thursday", "friday", "saturday"};
    const auto chosen = reader_.choice(node, "`week_starts`", kWords);
    if (chosen) calendar_.week_starts = std::chrono::weekday(static_cast<unsigned>(*chosen));
  }

  void read_holidays(const YamlNode& node) {
    if (!reader_.is_list(node, "`holidays`")) return;
    std::vector<Day> days;
    for (const YamlNode& item : node.items) {
      const auto text = reader_.text(item, "a holiday");
      if (!text) continue;
      const auto day = parse_day(*text);
      if (day) {
        days.push_back(*day);
      } else {
        reader_.error("PB154", item.where,
                      fmt::format("{} is not a day of the calendar; holidays are written YYYY-MM-DD", *text));
      }
    }
    std::ranges::sort(days);
    days.erase(std::unique(days.begin(), days.end()), days.end());
    calendar_.holidays = std::move(days);
  }

  void read_named(const YamlNode& node) {
    if (!reader_.is_map(node, "`named`")) return;
    for (const YamlEntry& entry : node.entries) {
      const std::string what = fmt::format("the calendar `{}`", entry.key);
      if (!reader_.is_map(entry.value, what)) continue;
      reader_.check_keys(entry.value, what, kNamedCalendarKeys);
      const YamlNode* days = entry.value.find("days");
      if (days == nullptr) {
        reader_.error("PB141", entry.key_where,
                      fmt::format("{} lacks `days`: a list such as [15, last-5-working-days]", what));
      } else if (reader_.is_list(*days, "`days`")) {
        calendar_.named.insert_or_assign(entry.key, NamedCalendar{.rules = read_rules(*days)});
      }
    }
  }

  std::vector<DayRule> read_rules(const YamlNode& node) {
    std::vector<DayRule> rules;
    for (const YamlNode& item : node.items) {
      const auto text = reader_.text(item, "a day of a calendar");
      if (!text) continue;
      const auto rule = parse_day_rule(*text);
      if (rule) {
        rules.push_back(*rule);
      } else {
        reader_.error("PB154", item.where, rule.error().message);
      }
    }
    return rules;
  }

  PackReader& reader_;
  Calendar& calendar_;
};

}  // namespace

bool is_definition_name(std::string_view name) {
  const auto ast = parse_expression(name);
  return ast && (*ast)->kind == AstKind::kPath && (*ast)->steps.size() == 1 && (*ast)->steps[0] == name &&
         name.front() != '$';
}

std::vector<MapKeys> settings_keys() {
  return {{.map = "calendar", .keys = kCalendarKeys}, {.map = "named_calendar", .keys = kNamedCalendarKeys}};
}

void read_parameters(PackReader& reader, const YamlNode& node, const Inheritance& inherited, Pack& pack) {
  if (!reader.is_map(node, "`parameters`")) return;
  ParameterReader parameters(reader, inherited, pack);
  for (const YamlEntry& entry : node.entries) {
    parameters.read(entry);
    if (!pack.parameters.contains(entry.key)) pack.unreadable.insert(entry.key);
  }
}

void read_calendar(PackReader& reader, const YamlNode& node, Calendar& calendar) {
  if (reader.is_map(node, "`calendar`")) CalendarReader(reader, calendar).read(node);
}

void read_families(PackReader& reader, const YamlNode& node, Pack& pack) {
  if (!reader.is_map(node, "`families`")) return;
  for (const YamlEntry& entry : node.entries) {
    if (!reader.is_id(entry.key, entry.key_where, "the name of a family")) continue;
    auto title = reader.text(entry.value, fmt::format("the title of the family `{}`", entry.key));
    if (!title) continue;
    const auto known = std::ranges::find(pack.families, entry.key, &Family::id);
    if (known == pack.families.end()) {
      pack.families.push_back({.id = entry.key, .title = *std::move(title)});
    } else {
      known->title = *std::move(title);
    }
  }
}

void read_definitions(PackReader& reader, const YamlNode& node, const Inheritance& inherited, Pack& pack) {
  if (!reader.is_map(node, "`define`")) return;
  const std::size_t inherited_count = pack.definitions.size();
  for (const YamlEntry& entry : node.entries) {
    if (!is_definition_name(entry.key)) {
      reader.error(
          "PB147", entry.key_where,
          fmt::format(
              "`{}` cannot be used as a word in a condition; a definition's name has letters, digits and "
              "underscores, begins with a letter, and is none of the language's own words",
              entry.key));
      pack.unreadable.insert(entry.key);
      continue;
    }
    const bool audience = std::ranges::any_of(
        pack.audiences, [&](const Audience& other) { return equal_folded(other.name, entry.key); });
    if (audience) {
      reader.error("PB147", entry.key_where,
                   fmt::format("`{}` is an audience, and so a word already; give the definition another name",
                               entry.key));
      continue;
    }
    const auto same = std::ranges::find_if(
        pack.definitions, [&](const Definition& other) { return equal_folded(other.name, entry.key); });
    const auto index = static_cast<std::size_t>(same - pack.definitions.begin());
    if (same != pack.definitions.end() && index < inherited_count) {
      reader.error("PB152", entry.key_where,
                   fmt::format("`{}` is defined by {}, and its policies mean that; give yours another name",
                               entry.key, inherited.pack));
    } else if (same != pack.definitions.end()) {
      reader.error("PB147", entry.key_where,
                   fmt::format("`{}` is defined twice; upper and lower case are one", entry.key));
    } else if (auto text = reader.source_text(entry.value, fmt::format("the definition `{}`", entry.key))) {
      pack.definitions.push_back({.name = entry.key, .text = std::move(*text)});
    } else {
      pack.unreadable.insert(entry.key);
    }
  }
}

}  // namespace plumbline
