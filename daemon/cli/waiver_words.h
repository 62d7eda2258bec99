// Waivers in words.
#pragma once

#include <string>

#include "base/time.h"
#include "model/waiver.h"

namespace plumbline {

// 3 Mar 2024: the moment's day in UTC.
std::string display_moment_day(Instant moment);
// "30 Jun 2024": the last day it is in force on; with the time where it ends within a day.
std::string last_day_of(const Waiver& waiver);
// "essentials/past-close-date of Opportunity 006..., of owner 005...": of which violations it is.
std::string scope_of(const Waiver& waiver);
// "W3, in force through 30 Jun 2024 or until StageName changes (Ada: the customer asked for it)".
std::string whole_waiver(const Waiver& waiver);

std::string ended_waiver(const Waiver& waiver);   // "W3 of ...: its time was over"
std::string ending_waiver(const Waiver& waiver);  // "W3 of ..., after 30 Jun 2024 (Ada: ...)"

}  // namespace plumbline
