// What the pretend team types: names, next steps and notes, with the quotes, commas, line breaks and scripts
// that real text has.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "sandbox/world/dice.h"

namespace plumbline::sandbox {

std::string_view given_name(Dice& dice);
std::string_view family_name(Dice& dice);
std::string company(Dice& dice);
std::string sentence(Dice& dice, int words);
// Mostly dated, now and then vague or empty.
std::string next_step(Dice& dice, Day day);
// Dated entries on lines of their own.
std::string notes(Dice& dice, Day day, int entries);
// Lower-case ASCII letters of a name, for addresses.
std::string plain_letters(std::string_view name);

}  // namespace plumbline::sandbox
