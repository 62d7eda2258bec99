// The days a rule of RFC 5545 comes to (base/recurrence.h reads it). Pure, safe from any thread.
#pragma once

#include <optional>
#include <vector>

#include "base/recurrence.h"
#include "base/time.h"

namespace plumbline {

// Days from `from` to `until`, both included, on which the rule falls, rising. `first` is the day it begins
// on: nothing lies before it, steps and times are counted from it, and what the rule leaves open (which
// weekday, which day of the month) is taken from it; it is one of the days only where the rule says so. A
// rule that needs a first day (needs_first_day) and has none falls on no day.
std::vector<Day> days_of(const Recurrence& rule, std::optional<Day> first, Day from, Day until);

}  // namespace plumbline
