#include "bench/sales_words.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>

namespace plumbline::bench {
namespace {

using namespace std::chrono;

constexpr auto kGivenNames = std::to_array<std::string_view>(
    {"Ada",  "Zoë",   "Jürgen", "María", "Bob",    "Noor",  "Søren", "Chloé",
     "Li",   "Priya", "Tomáš",  "Grace", "Ivan",   "Aoife", "Kenji", "José",
     "Anna", "Omar",  "Lena",   "Björn", "Fatima", "Sam",   "Ngọc",  "Émile"});
constexpr auto kFamilyNames = std::to_array<std::string_view>(
    {"Byron",  "Müller",  "O'Neil",   "Ibáñez", "Smith",    "van der Berg", "Tanaka", "Nowak",
     "Dvořák", "Johnson", "Özdemir",  "Rossi",  "Svensson", "Kumar",        "Garcia", "Lefèvre",
     "Chen",   "Brown",   "Andersen", "Silva",  "Weiß",     "Haddad",       "Kim",    "Novák"});
constexpr auto kCompanies = std::to_array<std::string_view>(
    {"Acme",         "Brindle", "Ünal Yapı",       "Nordwind", "Globex",      "Kita 電機",
     "Château Noir", "Initech", "Umbra",           "Sørlie",   "Vantage",     "Hooli",
     "Stark",        "Ørsund",  "Piet & Zonen",    "Wayne",    "Blue Harbor", "Café Roma",
     "Zenith",       "Quanta",  "Société Lumière", "Tyrell",   "Fjord",       "Mañana"});
constexpr auto kCompanyTails = std::to_array<std::string_view>(
    {"Inc.", "GmbH", ", Inc.", "Ltd", "AG", "S.A.", "& Co.", "LLC", "株式会社", "Group", "", "Systems"});
constexpr auto kWords = std::to_array<std::string_view>(
    {"send",     "the",    "quote",    "to",    "finance",  "legal",   "review",   "of",      "contract",
     "for",      "budget", "approval", "with",  "CTO",      "next",    "demo",     "and",     "POC",
     "security", "then",   "decision", "after", "board",    "pricing", "renewal",  "team",    "asks",
     "their",    "about",  "seats",    "plan",  "champion", "wants",   "platform", "rollout", "before",
     "signs",    "order",  "form",     "users", "licence",  "our",     "proposal", "meets",   "buyer"});
constexpr auto kForeignWords =
    std::to_array<std::string_view>({"Übergabe", "prüfen", "réunion", "señor", "Größe", "café", "見積もり",
                                     "電話会議", "zażółć", "naïve", "Angebot", "façade"});
constexpr auto kSigns = std::to_array<std::string_view>({"–", "…", "👍", "🚀", "→", "&", "+", "✅"});
constexpr auto kMonths = std::to_array<std::string_view>(
    {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"});
constexpr auto kBlanks =
    std::to_array<std::string_view>({" ", "   ", "\t", "\n", "\u00A0", "\u3000 ", " \u2003", "\r\n"});
constexpr auto kVagueSteps = std::to_array<std::string_view>({"Follow up.",  " TBD ",
                                                              "follow up",   "Followup",
                                                              "touch base",  "Touch base!",
                                                              "check in...", "Check In",
                                                              "tbd",         "n/a",
                                                              "N/A.",        "na",
                                                              "None",        "waiting",
                                                              "Waiting…",    "Pending ;",
                                                              "call",        "Call!",
                                                              "email",       "Email",
                                                              "call them",   "Call them.",
                                                              "send email",  "see notes",
                                                              "See Notes -", "\u00A0TBD.\u00A0",
                                                              "FOLLOW UP",   "Demo",
                                                              "Negotiating", "…",
                                                              "-",           "ok 👍",
                                                              "Größe"});

void add_ugly_word(Dice& dice, std::string& out) {
  switch (dice.below(8)) {
    case 0:
      ((out += '"') += dice.one_of(kWords)) += '"';
      return;
    case 1:
      out += dice.one_of(kSigns);
      return;
    case 2:
      (out += dice.one_of(kWords)) += "\u00A0Q3";
      return;
    case 3:
      out += dice.one_of(kGivenNames);
      return;
    default:
      out += dice.one_of(kForeignWords);
  }
}

void add_short_date(Dice& dice, sys_days day, std::string& out) {
  const year_month_day date(day);
  const auto month = static_cast<unsigned>(date.month());
  switch (dice.below(4)) {
    case 0:
      add_number(month, out);
      out += '/';
      add_number(static_cast<unsigned>(date.day()), out);
      return;
    case 1:
      (out += kMonths[month - 1]) += ' ';
      add_number(static_cast<unsigned>(date.day()), out);
      return;
    case 2:
      add_padded(static_cast<unsigned>(date.day()), 2, out);
      out += '.';
      add_padded(month, 2, out);
      out += '.';
      add_number(static_cast<int>(date.year()), out);
      return;
    default:
      add_day(day, out);
  }
}

}  // namespace

void add_number(long number, std::string& out) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void add_padded(unsigned number, std::size_t digits, std::string& out) {
  out.append(digits, '0');
  for (std::size_t at = out.size(); digits > 0; --digits, number /= 10) {
    out[--at] = static_cast<char>('0' + number % 10);
  }
}

void add_person(Dice& dice, std::string& out) {
  (out += dice.one_of(kGivenNames)) += ' ';
  out += dice.one_of(kFamilyNames);
}

void add_company(Dice& dice, std::string& out) {
  out += dice.one_of(kCompanies);
  const std::string_view tail = dice.one_of(kCompanyTails);
  if (!tail.empty() && tail.front() != ',') out += ' ';
  out += tail;
}

void add_sentence(Dice& dice, std::size_t words, std::string& out) {
  // The first word is a plain one, so that no sentence begins with a date, a bullet or a blank.
  out += dice.one_of(kWords);
  for (std::size_t i = 1; i < words; ++i) {
    out += dice.per_mille(60) ? ", " : " ";
    if (dice.per_mille(90)) {
      add_ugly_word(dice, out);
    } else {
      out += dice.one_of(kWords);
    }
  }
  if (dice.per_mille(300)) out += '.';
}

void add_notes(Dice& dice, std::size_t bytes, sys_days newest, std::string& out) {
  const std::size_t end = out.size() + bytes;
  const std::string_view line_end = dice.per_mille(300) ? "\r\n" : "\n";
  for (sys_days day = newest; out.size() < end; day -= days(dice.between(2, 20))) {
    add_short_date(dice, day, out);
    out += dice.per_mille(500) ? ": " : " - ";
    add_sentence(dice, 4 + dice.below(16), out);
    out += line_end;
  }
}

void add_blank(Dice& dice, std::string& out) {
  if (dice.per_mille(200)) out += dice.one_of(kBlanks);
}

void add_vague_step(Dice& dice, std::string& out) { out += dice.one_of(kVagueSteps); }

void add_dated_step(Dice& dice, sys_days day, std::string& out) {
  add_sentence(dice, 3 + dice.below(5), out);
  out += " on ";
  add_short_date(dice, day, out);
  out += ' ';
  add_sentence(dice, 2 + dice.below(5), out);
}

void add_logged_step(Dice& dice, sys_days day, std::string& out) {
  const std::size_t entries = 2 + dice.below(3);
  for (std::size_t i = 0; i < entries; ++i, day -= days(dice.between(3, 15))) {
    if (i > 0) out += dice.per_mille(700) ? "\n" : "; ";
    add_short_date(dice, day, out);
    out += ' ';
    add_sentence(dice, 3 + dice.below(6), out);
  }
}

void add_day(sys_days day, std::string& out) {
  const year_month_day date(day);
  add_padded(static_cast<unsigned>(static_cast<int>(date.year())), 4, out);
  out += '-';
  add_padded(static_cast<unsigned>(date.month()), 2, out);
  out += '-';
  add_padded(static_cast<unsigned>(date.day()), 2, out);
}

void add_instant(Dice& dice, sys_seconds instant, std::string& out) {
  const sys_days day = floor<days>(instant);
  const auto seconds = static_cast<unsigned>((instant - day).count());
  add_day(day, out);
  out += 'T';
  add_padded(seconds / 3600, 2, out);
  out += ':';
  add_padded(seconds / 60 % 60, 2, out);
  out += ':';
  add_padded(seconds % 60, 2, out);
  out += dice.per_mille(850) ? ".000Z" : ".000+0000";
}

void add_amount(Dice& dice, long cents, std::string& out) {
  if (cents < 0) {
    out += '-';
    cents = -cents;
  }
  // What Salesforce writes from ten millions on, and some tools for any round number.
  if (cents > 0 && cents % 100'000'000 == 0 && cents < 10'000'000'000) {
    add_number(cents / 1'000'000'000, out);
    out += '.';
    add_number(cents / 100'000'000 % 10, out);
    out += "E7";
    return;
  }
  add_number(cents / 100, out);
  if (cents % 100 != 0 || dice.per_mille(250)) {
    out += '.';
    add_padded(static_cast<unsigned>(cents % 100), 2, out);
  } else if (dice.per_mille(500)) {
    out += ".0";
  }
}

void add_count(Dice& dice, long count, std::string& out) {
  add_number(count, out);
  if (dice.per_mille(400)) out += ".0";
}

void add_truth(Dice& dice, bool truth, std::string& out) {
  const std::uint64_t way = dice.below(100);
  if (way < 94) {
    out += truth ? "true" : "false";
  } else if (way < 96) {
    out += truth ? "1" : "0";
  } else if (way < 98) {
    out += truth ? "True" : "False";
  } else if (way < 99 || truth) {
    out += truth ? "TRUE" : "FALSE";
  }
}

}  // namespace plumbline::bench
