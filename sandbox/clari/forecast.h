// What the team forecasts: per fiscal quarter, week, user and field, told from the seed and the moment. A
// call is there from the moment it was entered, and a user who opts out takes all calls along, past weeks
// too, as the real service has it. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/world/world.h"

namespace plumbline::sandbox {

struct Quarter {
  int year = 2027;  // fiscal; it begins in February of the year before
  int number = 1;   // 1 to 4

  std::string id() const;  // 2027_Q1
  Day first() const;
  Day last() const;
  friend bool operator==(const Quarter&, const Quarter&) = default;
};
Quarter quarter_of(Day day);
std::optional<Quarter> parse_quarter(std::string_view id);

struct Week {
  int index = 0;
  Day first{};  // a Sunday; that of week 0 may lie before the quarter

  std::string id() const;  // TF:2026-05-03
};
// From the quarter's first week to that of `today`, or to its last.
std::vector<Week> weeks_of(const Quarter& quarter, Day today);

struct Forecaster {
  RowNumber user = 0;
  std::string id;  // 1003:00E...
  bool second_role = false;
};
// Those who are opted in on `today`. One user forecasts in two roles.
std::vector<Forecaster> forecasters(const World& world, Day today);

struct ForecastField {
  std::string_view id;
  std::string_view name;
  std::string_view type;
};
std::span<const ForecastField> forecast_fields();

struct Call {
  double value = 0;
  bool updated = false;  // a person entered it, rather than keeping last week's
  Instant entered{};
};
// Nothing where none was entered by `now`.
std::optional<Call> call_of(const World& world, const Forecaster& who, const Week& week, std::size_t field,
                            Instant now);
double quota_of(const World& world, const Forecaster& who, const Quarter& quarter);

}  // namespace plumbline::sandbox
