// What people type into a CRM: names, next steps, notes, with the commas, quotes, line breaks and scripts of
// many countries. Every function adds to `out`, which the caller uses again, so that a million rows need no
// memory.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "bench/dice.h"

namespace plumbline::bench {

void add_person(Dice& dice, std::string& out);
void add_company(Dice& dice, std::string& out);
// So many words, now and then with a comma, a quote, an accent or a sign between them.
void add_sentence(Dice& dice, std::size_t words, std::string& out);
// Dated entries on lines of their own, about `bytes` long.
void add_notes(Dice& dice, std::size_t bytes, std::chrono::sys_days newest, std::string& out);

// A cell that looks empty to people: mostly nothing, else blanks, a no-break space, an ideographic space.
void add_blank(Dice& dice, std::string& out);
// Next steps that say nothing: "Follow up.", " TBD ", "call".
void add_vague_step(Dice& dice, std::string& out);
// Ones that hold a date, or several dated entries.
void add_dated_step(Dice& dice, std::chrono::sys_days day, std::string& out);
void add_logged_step(Dice& dice, std::chrono::sys_days day, std::string& out);

// 2026-04-30
void add_day(std::chrono::sys_days day, std::string& out);
// 2026-03-02T10:11:12.000Z, or with +0000 as REST writes it
void add_instant(Dice& dice, std::chrono::sys_seconds instant, std::string& out);
// 1200, 1200.5, 1200.00 or 1.2E3: how exports write one number
void add_amount(Dice& dice, long cents, std::string& out);
void add_count(Dice& dice, long count, std::string& out);
// true or false, now and then True, FALSE, 1, 0, or blank for false
void add_truth(Dice& dice, bool truth, std::string& out);

void add_number(long number, std::string& out);
void add_padded(unsigned number, std::size_t digits, std::string& out);

}  // namespace plumbline::bench
