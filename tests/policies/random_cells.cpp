#include "tests/policies/random_cells.h"

#include <array>

#include "base/calendar.h"
#include "base/time_zone.h"

namespace plumbline {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kTexts = {"Acme"sv,
                               "acme"sv,
                               "ACME Renewal"sv,
                               " Acme "sv,
                               "Acme\u00A0"sv,
                               "\u00A0Acme Renewal"sv,
                               "Ärger"sv,
                               "ÄRGER"sv,
                               "ärger mit Umlauten"sv,
                               "Straße"sv,
                               "STRASSE"sv,
                               "İstanbul"sv,
                               "ΣΊΣΥΦΟΣ"sv,
                               "σίσυφος"sv,
                               "🙂"sv,
                               "call 🙂 them"sv,
                               "100%"sv,
                               "a_c"sv,
                               "abc"sv,
                               "back\\slash"sv,
                               "O'Neil"sv,
                               "say \"so\" {twice}"sv,
                               "TBD..."sv,
                               "tbd"sv,
                               "..."sv,
                               "1"sv,
                               "1.0"sv,
                               "01"sv,
                               "1e2"sv,
                               "-2.5"sv,
                               "A"sv,
                               "4/20 call; 4/22 mail"sv,
                               "2022-04-23: met them\n2022-04-30: wrote"sv,
                               "Apr 23rd, then we shall see"sv,
                               "we call them next week"sv,
                               "we call them next week, and again"sv,
                               "two\ttabs\tand a\r\nline"sv,
                               "e\u0301 and \u00E9"sv,
                               "\u200Bzero width"sv,
                               "null"sv,
                               "true"sv};

constexpr std::array kChoices = {"1-Discovery"sv, "1-discovery"sv, "2-Scoping"sv, "Closed Won"sv,
                                 "Renewal"sv,     "acme"sv,        "SMB"sv,       "Large"sv};

constexpr std::array kNumbers = {"0"sv,     "1"sv,      "1.0"sv,     "2"sv,      "3"sv,
                                 "-1"sv,    "0.5"sv,    "2.5"sv,     "2.675"sv,  "-2.675"sv,
                                 "100"sv,   "1E2"sv,    "1000.01"sv, "5000"sv,   "9007199254740993"sv,
                                 "1e300"sv, "-1e300"sv, "1.7e308"sv, "1e-300"sv, "-0.0"sv,
                                 "0.1"sv,   "0.3"sv,    "30"sv,      "90.5"sv};

constexpr std::array kAmounts = {"0"sv,
                                 "0.01"sv,
                                 "-0.01"sv,
                                 "1"sv,
                                 "2.5"sv,
                                 "100"sv,
                                 "1000"sv,
                                 "1000.01"sv,
                                 "5000"sv,
                                 "-12.5"sv,
                                 "1.0E4"sv,
                                 "123456.78"sv,
                                 "9007199254740.93"sv,
                                 "9999999999999999.99"sv,
                                 "10000000000000000"sv,
                                 "-10000000000000000"sv};

constexpr std::array kNows = {"2022-04-23T09:00:00Z"sv, "2022-04-30T03:59:59Z"sv, "2024-03-10T06:59:59Z"sv,
                              "2024-03-10T07:00:00Z"sv, "2024-11-03T05:30:00Z"sv, "2018-11-04T02:59:59Z"sv,
                              "2011-12-30T09:59:59Z"sv, "2024-02-29T12:00:00Z"sv, "2022-12-31T23:30:00Z"sv,
                              "2022-01-31T18:14:59Z"sv, "2021-09-30T10:00:01Z"sv, "2045-07-01T00:00:00Z"sv};
constexpr std::array kEdgeNows = {"1700-01-20T00:00:00Z"sv, "4000-12-15T23:00:00Z"sv};

constexpr std::array kZones = {"America/New_York"sv, "UTC"sv,          "Asia/Kathmandu"sv,
                               "Europe/Berlin"sv,    "Pacific/Apia"sv, "america/sao_paulo"sv,
                               "Mars/Olympus"sv,     "Asia/Tokyo "sv};

constexpr std::array kSteps = {0, 0, 0, 1, -1, 1, -1, 2, 6, -7, 7, -30, 30, -31, -90, 91, -365, 400};

Day clamped(Day day) { return std::clamp(day, kFirstDay, kLastDay); }

Instant any_instant(RandomSource& random, Instant now) {
  using std::chrono::hours;
  using std::chrono::seconds;
  const Instant near = now + hours{24 * random.pick(kSteps)};
  if (random.chance(50)) return near + seconds{random.around(1)};
  if (random.chance(70)) {
    // The midnights of zones to both sides of Greenwich, one second either way.
    const auto midnight = std::chrono::floor<std::chrono::days>(near);
    const hours zone{random.around(14)};
    return Instant{midnight} + zone + seconds{random.around(1)};
  }
  constexpr std::array kTurns = {"2024-03-10T07:00:00Z"sv, "2024-03-10T06:59:59Z"sv,
                                 "2024-11-03T05:59:59Z"sv, "2024-11-03T06:00:00Z"sv,
                                 "2018-11-04T03:00:00Z"sv, "2011-12-30T10:00:00Z"sv,
                                 "2011-12-31T09:59:59Z"sv, "1700-01-01T00:00:00Z"sv,
                                 "4000-12-31T23:59:59Z"sv, "2022-04-23T12:00:00+05:45"sv};
  return parse_instant(random.pick(kTurns)).value_or(now);
}

}  // namespace

std::string_view random_text(RandomSource& random) {
  static const std::string kLong = [] {
    std::string text = "2022-04-01 a long note ";
    for (int i = 0; i < 40; ++i) text += "über alles Mögliche, ";
    return text + "renewal";
  }();
  return random.chance(2) ? std::string_view(kLong) : random.pick(kTexts);
}

std::string_view random_choice(RandomSource& random) { return random.pick(kChoices); }

std::string random_choices(RandomSource& random) {
  constexpr std::array kFew = {"A"sv, "b"sv, "B"sv, "C c"sv, " A "sv, "Ä"sv};
  std::string choices(random.pick(kFew));
  while (random.chance(50)) {
    choices += ';';
    choices += random.pick(kFew);
  }
  return choices;
}

Day random_day(RandomSource& random, Day today) {
  const Day near = clamped(today + std::chrono::days{random.pick(kSteps)});
  if (random.chance(70)) return near;
  switch (random.below(6)) {
    case 0:
      return month_end(near);
    case 1:
      return month_start(near);
    case 2:
      return make_day(2024, 2, 29);
    case 3:
      return random.chance(30) ? kFirstDay : clamped(month_start(today) - std::chrono::days{1});
    case 4:
      return random.chance(30) ? kLastDay : clamped(month_end(today) + std::chrono::days{1});
    default:
      return clamped(today + std::chrono::days{random.around(800)});
  }
}

Instant random_instant(RandomSource& random, Instant now) {
  const Instant first{kFirstDay.time_since_epoch()};
  const Instant last{(kLastDay + std::chrono::days{1}).time_since_epoch() - std::chrono::seconds{1}};
  return std::clamp(any_instant(random, now), first, last);
}

std::string_view random_number(RandomSource& random) { return random.pick(kNumbers); }
std::string_view random_money(RandomSource& random) { return random.pick(kAmounts); }

std::string random_cell(RandomSource& random, FieldType type, Instant now) {
  const Day today{std::chrono::floor<std::chrono::days>(now).time_since_epoch()};
  constexpr std::array kTruths = {"true"sv, "false"sv, "TRUE"sv, "0"sv, "1"sv};
  constexpr std::array kRanks = {"1"sv, "1.0"sv, "01"sv, "2"sv, "2.50"sv, "A"sv, "a"sv, "-1"sv, " 1 "sv};
  switch (type) {
    case FieldType::kBoolean:
      return std::string(random.pick(kTruths));
    case FieldType::kNumber:
      return std::string(random_number(random));
    case FieldType::kMoney:
      return std::string(random_money(random));
    case FieldType::kDate:
      return format_day(random_day(random, today));
    case FieldType::kDateTime:
      return format_instant(random_instant(random, now));
    case FieldType::kNumericText:
      return std::string(random.pick(kRanks));
    case FieldType::kMultiPicklist:
      return random_choices(random);
    default:
      return std::string(random.chance(50) ? random_choice(random) : random_text(random));
  }
}

std::string_view unreadable_cell(RandomSource& random, FieldType type) {
  switch (type) {
    case FieldType::kBoolean:
      return "perhaps";
    case FieldType::kNumber:
    case FieldType::kMoney:
      return random.chance(50) ? "$5,000" : "n/a";
    case FieldType::kDate:
    case FieldType::kDateTime:
      return random.chance(50) ? "30.02.2022" : "2022-02-30";
    default:
      return "broken \xFF bytes";
  }
}

Instant random_now(RandomSource& random) {
  const std::string_view written = random.chance(95) ? random.pick(kNows) : random.pick(kEdgeNows);
  return parse_instant(written).value();
}

std::string_view random_zone_name(RandomSource& random) { return random.pick(kZones); }

}  // namespace plumbline
