#include "records/value_shapes.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/utf8.h"
#include "records/cell.h"
#include "records/record_id.h"

namespace plumbline {
namespace {

// Days as people and tools write them, the likelier first; and what may stand behind them.
constexpr std::array kDayForms = std::to_array<std::string_view>({
    "%Y-%m-%d", "%d.%m.%Y",  "%d/%m/%Y",  "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d",
    "%Y.%m.%d", "%d.%m.%y",  "%d/%m/%y",  "%m/%d/%y", "%d-%m-%y", "%m-%d-%y", "%d %b %Y",
    "%d-%b-%Y", "%d. %b %Y", "%b %d, %Y", "%b %d %Y", "%d-%b-%y", "%d %b %y", "%Y%m%d",
});
constexpr std::array kTimeForms =
    std::to_array<std::string_view>({"", " %H:%M", " %H:%M:%S", ", %H:%M", ", %H:%M:%S", " %I:%M %p",
                                     ", %I:%M %p", " %I:%M:%S %p", ", %I:%M:%S %p", "T%H:%M:%S"});

// The same form with day and month in the other order; empty where that is no form people write.
std::string swapped(std::string_view format) {
  constexpr std::array kPairs = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"%d/%m/", "%m/%d/"}, {"%d-%m-", "%m-%d-"}});
  for (const auto& [day_first, month_first] : kPairs) {
    if (format.starts_with(day_first))
      return std::string(month_first) + std::string(format.substr(month_first.size()));
    if (format.starts_with(month_first))
      return std::string(day_first) + std::string(format.substr(day_first.size()));
  }
  return {};
}

struct Readable {
  std::uint64_t good = 0;
  std::uint64_t bad = 0;
  std::string bad_value{};
  bool enough() const { return good > 0 && 100 * good >= kFittingPercent * (good + bad); }
};

// Picklist values of a describe document stand no times, and count once.
std::uint64_t weight(const SampledValue& value) { return std::max<std::uint64_t>(value.times, 1); }

template <class Reads>
Readable count_readable(const SampledColumn& column, Reads reads) {
  Readable readable;
  for (const SampledValue& value : column.values) {
    if (reads(value.text)) {
      readable.good += weight(value);
    } else {
      if (readable.bad == 0) readable.bad_value = value.text;
      readable.bad += weight(value);
    }
  }
  return readable;
}

Readable count_by_format(const SampledColumn& column, std::string_view format) {
  return count_readable(column,
                        [&](const std::string& text) { return parse_with_format(text, format).has_value(); });
}

Readable count_by_type(const SampledColumn& column, FieldType type) {
  return count_readable(
      column, [&](const std::string& text) { return read_cell(text, type).kind == CellKind::kKnown; });
}

struct FoundFormat {
  std::string format;
  Readable readable;
};

// The form that reads most of the values, if it reads enough. The first value rules most forms out at once.
std::optional<FoundFormat> find_format(const SampledColumn& column) {
  constexpr std::size_t kFirstValues = 5;  // one of which must be readable
  std::optional<FoundFormat> best;
  for (const std::string_view day : kDayForms) {
    for (const std::string_view time : kTimeForms) {
      const std::string format = std::string(day) + std::string(time);
      const std::size_t first = std::min(kFirstValues, column.values.size());
      const bool possible = std::any_of(
          column.values.begin(), column.values.begin() + static_cast<std::ptrdiff_t>(first),
          [&](const SampledValue& value) { return parse_with_format(value.text, format).has_value(); });
      if (!possible) continue;
      Readable readable = count_by_format(column, format);
      if (!readable.enough() || (best && best->readable.good >= readable.good)) continue;
      best = FoundFormat{.format = format, .readable = std::move(readable)};
    }
  }
  return best;
}

ValueFit fit_from(const Readable& readable) {
  return {.kind = readable.enough() ? ValueFit::Kind::kFits : ValueFit::Kind::kUnreadable,
          .format = {},
          .other_format = {},
          .yes = {},
          .bad = readable.bad_value,
          .bad_cells = readable.bad};
}

ValueFit fit_dates(const SampledColumn& column, FieldType type) {
  const Readable plain = count_by_type(column, type);
  if (plain.enough()) return fit_from(plain);
  const std::optional<FoundFormat> found = find_format(column);
  if (!found) return fit_from(plain);
  ValueFit fit = fit_from(found->readable);
  fit.format = found->format;
  const std::string other = swapped(found->format);
  if (other.empty() || count_by_format(column, other).good < found->readable.good) return fit;
  fit.kind = ValueFit::Kind::kAmbiguous;
  fit.other_format = other;
  return fit;
}

// 1 to 3 digits, and behind each point 3 more.
bool is_grouped_by_points(std::string_view text) {
  std::size_t digits = 0;
  std::size_t points = 0;
  for (const char c : text.substr(text.starts_with('-') ? 1 : 0)) {
    if (c == '.') {
      if (points == 0 ? digits < 1 || digits > 3 : digits != 3) return false;
      ++points;
      digits = 0;
    } else if (c >= '0' && c <= '9') {
      ++digits;
    } else {
      return false;
    }
  }
  return points > 0 && digits == 3;
}

ValueFit fit_numbers(const SampledColumn& column, FieldType type) {
  ValueFit fit = fit_from(count_by_type(column, type));
  const auto has_point = [](const SampledValue& value) { return value.text.find('.') != std::string::npos; };
  const auto first = std::ranges::find_if(column.values, has_point);
  const bool grouped =
      first != column.values.end() && std::ranges::all_of(column.values, [&](const SampledValue& value) {
        return !has_point(value) || is_grouped_by_points(value.text);
      });
  if (!grouped || fit.kind != ValueFit::Kind::kFits) return fit;
  fit.kind = ValueFit::Kind::kThousands;
  fit.bad = first->text;
  return fit;
}

struct Truth {
  std::string_view word;
  bool yes = false;
};
constexpr std::array kTruths = std::to_array<Truth>({
    {"yes", true},     {"y", true},      {"ja", true},        {"j", true},        {"oui", true},
    {"sí", true},      {"si", true},     {"x", true},         {"wahr", true},     {"closed", true},
    {"won", true},     {"active", true}, {"aktiv", true},     {"checked", true},  {"true", true},
    {"1", true},       {"no", false},    {"n", false},        {"nein", false},    {"non", false},
    {"falsch", false}, {"open", false},  {"inactive", false}, {"inaktiv", false}, {"unchecked", false},
    {"false", false},  {"0", false},     {"-", false},
});

ValueFit fit_booleans(const SampledColumn& column) {
  const Readable plain = count_by_type(column, FieldType::kBoolean);
  if (plain.enough()) return fit_from(plain);
  ValueFit fit = fit_from(plain);
  for (const SampledValue& value : column.values) {
    const std::string text = lower(value.text);
    const auto* const truth = std::ranges::find(kTruths, text, &Truth::word);
    if (truth == kTruths.end()) return fit;
    if (truth->yes) fit.yes.push_back(value.text);
  }
  if (!fit.yes.empty()) fit.kind = ValueFit::Kind::kTruths;
  return fit;
}

struct IdPrefix {
  std::string_view prefix;
  std::string_view object;
};
constexpr std::array kIdPrefixes = std::to_array<IdPrefix>({
    {"001", "Account"},
    {"003", "Contact"},
    {"005", "User"},
    {"006", "Opportunity"},
    {"00Q", "Lead"},
    {"00T", "Task"},
    {"00U", "Event"},
    {"017", "OpportunityFieldHistory"},
    {"00G", "Group"},
    {"500", "Case"},
    {"701", "Campaign"},
    {"012", "RecordType"},
});

bool is_salesforce_id(std::string_view text) {
  // A word of 15 letters is none: ids have digits, and begin with one as a rule.
  return id_shape(text) == IdShape::kSalesforce &&
         std::ranges::any_of(text.substr(0, 3), [](char c) { return c >= '0' && c <= '9'; });
}

bool has_word(std::string_view text, std::string_view word) {
  return (" " + std::string(text) + " ").find(" " + std::string(word) + " ") != std::string::npos;
}

// In lower case, everything that is no letter a blank.
std::string plain_words(std::string_view text) {
  std::string words;
  for (std::size_t pos = 0; pos < text.size();) {
    const char32_t c = decode_utf8(text, pos);
    append_utf8(words, is_letter(c) ? c : U' ');
  }
  return lower(words);
}

}  // namespace

ValueFit fit_values(const SampledColumn& column, FieldType type) {
  if (column.values.empty()) return {};
  switch (type) {
    case FieldType::kDate:
    case FieldType::kDateTime:
      return fit_dates(column, type);
    case FieldType::kBoolean:
      return fit_booleans(column);
    case FieldType::kNumber:
    case FieldType::kMoney:
      return fit_numbers(column, type);
    case FieldType::kText:
    case FieldType::kNumericText:
    case FieldType::kMultiPicklist:
    case FieldType::kId:
    case FieldType::kReference:
      break;
  }
  return fit_from(count_readable(column, [](const std::string& text) { return is_valid_utf8(text); }));
}

DayOrder day_order_of(const SampledColumn& column) {
  const ValueFit fit = fit_values(column, FieldType::kDate);
  if (fit.kind != ValueFit::Kind::kFits || swapped(fit.format).empty()) return DayOrder::kUnknown;
  return fit.format.starts_with("%d") ? DayOrder::kDayFirst : DayOrder::kMonthFirst;
}

bool are_salesforce_ids(const SampledColumn& column) {
  return !column.values.empty() &&
         count_readable(column, [](const std::string& text) { return is_salesforce_id(text); }).enough();
}

std::string object_of_ids(const SampledColumn& column) {
  if (!are_salesforce_ids(column)) return {};
  std::string object;
  for (const SampledValue& value : column.values) {
    const std::string_view prefix = std::string_view(value.text).substr(0, 3);
    const auto* const known = std::ranges::find(kIdPrefixes, prefix, &IdPrefix::prefix);
    const std::string_view its = known == kIdPrefixes.end() ? "other" : known->object;
    if (its == "Group") continue;  // a queue owns what it waits for
    if (!object.empty() && object != its) return {};
    object = its;
  }
  return object;
}

ClosedStages closed_stages(const std::vector<SampledValue>& values) {
  constexpr std::array kWon = std::to_array<std::string_view>(
      {"won", "gewonnen", "gagné", "gagnée", "ganado", "ganada", "vinto", "vinta"});
  constexpr std::array kLost = std::to_array<std::string_view>(
      {"lost", "verloren", "perdu", "perdue", "perdido", "perdida", "perso", "abandoned", "cancelled",
       "canceled", "disqualified", "unqualified", "duplicate", "dead", "closed", "storniert"});
  ClosedStages stages;
  for (const SampledValue& value : values) {
    const std::string words = plain_words(value.text);
    const auto says = [&](const auto& known) {
      return std::ranges::any_of(known, [&](std::string_view word) { return has_word(words, word); });
    };
    const bool won = says(kWon);
    if (won) stages.won.push_back(value.text);
    if (won || says(kLost)) stages.closed.push_back(value.text);
  }
  return stages;
}

}  // namespace plumbline
