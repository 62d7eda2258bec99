// What the cells of random worlds and the literals of random conditions hold: few distinct values, so that
// equal ones meet often, and all the awkward ones.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "records/schema.h"
#include "tests/policies/random_source.h"

namespace plumbline {

// A text of one of the awkward kinds: case, outer blanks, no-break spaces, umlauts, emoji, numbers, dates,
// marks that mean something to LIKE, and one long one.
std::string_view random_text(RandomSource& random);
// A picklist's value; most texts of a world are such.
std::string_view random_choice(RandomSource& random);
// A;B of few choices, in any order and with blanks.
std::string random_choices(RandomSource& random);

// Near `today`, at a month's or quarter's edge, on a leap day, or at an end of the calendar.
Day random_day(RandomSource& random, Day today);
// Near `now` to the second, at midnights of several zones, where clocks are put forward or back, or at an end
// of the calendar.
Instant random_instant(RandomSource& random, Instant now);

// As exports write them: powers of ten in both notations, halves, and the largest there are.
std::string_view random_number(RandomSource& random);
std::string_view random_money(RandomSource& random);

// The text of a cell of that type, not empty, readable as the type. Not for ids and references.
std::string random_cell(RandomSource& random, FieldType type, Instant now);
// A cell that cannot be read as the type; of texts there is none but one too long.
std::string_view unreadable_cell(RandomSource& random, FieldType type);

// Moments to judge at: ordinary ones, the hours around changes of clocks, leap days, the calendar's edges.
Instant random_now(RandomSource& random);
// Names of zones as user records spell them; some nobody knows.
std::string_view random_zone_name(RandomSource& random);

}  // namespace plumbline
