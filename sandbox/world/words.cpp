#include "sandbox/world/words.h"

#include <array>

namespace plumbline::sandbox {
namespace {

constexpr auto kGiven = std::to_array<std::string_view>(
    {"Amélie", "Bram",  "Carmen", "Dario", "Elif", "Frida", "Günther", "Hana",
     "Inès",   "Jonas", "Katya",  "Liam",  "Mei",  "Niamh", "Oskar",   "Paulo",
     "Quinn",  "Rosa",  "Stefan", "Tuva",  "Umar", "Vera",  "Wendy",   "Yusuf"});
constexpr auto kFamily = std::to_array<std::string_view>(
    {"Abbott", "Bjørk",  "Castro",  "D'Angelo", "Eriksen", "Fischer", "Gómez",    "Hughes",
     "Ito",    "Jansen", "Kaya",    "Lund",     "Marsh",   "Nguyễn",  "O'Connor", "Petrov",
     "Quist",  "Reyes",  "Schäfer", "Tran",     "Ueda",    "Vogel",   "Walsh",    "Zhang"});
constexpr auto kCompany = std::to_array<std::string_view>(
    {"Alder",   "Beacon",  "Cobalt",  "Drift",     "Ember",  "Falcon",          "Grünwald",
     "Harbor",  "Iris",    "Juniper", "Kestrel",   "Lumen",  "Maple \"North\"", "Nimbus",
     "Orchard", "Pioneer", "Quarry",  "Río Verde", "Summit", "Tundra"});
constexpr auto kTail = std::to_array<std::string_view>(
    {" Labs", " GmbH", ", Inc.", " Ltd", " AG", " & Sons", " 合同会社", " Group", " Systems", ""});
constexpr auto kWords = std::to_array<std::string_view>(
    {"agree",   "pricing",  "with",        "finance", "send",   "proposal", "demo",    "for",
     "the",     "security", "team",        "legal",   "review", "of",       "terms",   "meet",
     "sponsor", "about",    "rollout",     "order",   "form",   "to",       "confirm", "budget",
     "seats",   "“pilot”",  "\"go live\"", "Q3,",     "Größe",  "naïve",    "見積",    "✅"});
constexpr auto kVague = std::to_array<std::string_view>({"TBD", "Follow up", "waiting", "call", "n/a"});

}  // namespace

std::string_view given_name(Dice& dice) { return dice.one_of(kGiven); }
std::string_view family_name(Dice& dice) { return dice.one_of(kFamily); }

std::string company(Dice& dice) {
  std::string name(dice.one_of(kCompany));
  if (dice.per_mille(500)) (name += ' ') += dice.one_of(kCompany);
  name += dice.one_of(kTail);
  return name;
}

std::string sentence(Dice& dice, int words) {
  std::string text;
  for (int word = 0; word < words; ++word) {
    if (word > 0) text += ' ';
    text += dice.one_of(kWords);
  }
  return text;
}

std::string next_step(Dice& dice, Day day) {
  if (dice.per_mille(80)) return {};
  if (dice.per_mille(100)) return std::string(dice.one_of(kVague));
  std::string text = format_day(day) + ": ";
  text += sentence(dice, dice.between(3, 9));
  if (dice.per_mille(50)) text += "\nthen " + sentence(dice, 3);
  return text;
}

std::string notes(Dice& dice, Day day, int entries) {
  std::string text;
  for (int entry = 0; entry < entries; ++entry) {
    if (entry > 0) text += dice.per_mille(300) ? "\r\n" : "\n";
    text += format_day(day - std::chrono::days(7 * entry)) + " - " + sentence(dice, dice.between(5, 15));
  }
  return text;
}

std::string plain_letters(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    if (c >= 'a' && c <= 'z') letters += c;
    if (c >= 'A' && c <= 'Z') letters += static_cast<char>(c - 'A' + 'a');
  }
  return letters;
}

}  // namespace plumbline::sandbox
