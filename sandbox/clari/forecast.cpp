#include "sandbox/clari/forecast.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace plumbline::sandbox {
namespace {

using namespace std::chrono;

constexpr auto kFields = std::to_array<ForecastField>({{"fc_net_commit", "Net Commit", "currency"},
                                                       {"fc_net_most_likely", "Net Most Likely", "currency"},
                                                       {"fc_net_best_case", "Net Best Case", "currency"}});
constexpr RowNumber kTwoRolesFrom = 3;  // the first of those opted in from here on has two roles
constexpr RowNumber kOptsOutEvery = 9;  // of the users, one in so many opts out one day
constexpr int kOptsOutFrom = 5;         // days after the start, and one user a day from then on

Day sunday_before(Day day) {
  const weekday name(sys_days{day.time_since_epoch()});
  return day - days(name.c_encoding());
}

Instant midnight(Day day) { return Instant{sys_days{day.time_since_epoch()}}; }

std::uint64_t place_of(const Forecaster& who, Day week, std::size_t field) {
  const auto day = static_cast<std::uint64_t>(week.time_since_epoch().count());
  return ((std::uint64_t{who.user} << 1 | (who.second_role ? 1 : 0)) << 24) + (day << 4) + field;
}

}  // namespace

std::string Quarter::id() const { return fmt::format("{}_Q{}", year, number); }

Day Quarter::first() const {
  const int month = 2 + (number - 1) * 3;  // February, May, August, November
  return make_day(year - 1, static_cast<unsigned>(month), 1);
}

Day Quarter::last() const {
  const Quarter next =
      number == 4 ? Quarter{.year = year + 1, .number = 1} : Quarter{.year = year, .number = number + 1};
  return next.first() - days(1);
}

Quarter quarter_of(Day day) {
  const year_month_day date = civil(day);
  const int month = static_cast<int>(static_cast<unsigned>(date.month()));
  return {.year = static_cast<int>(date.year()) + (month >= 2 ? 1 : 0), .number = (month + 10) % 12 / 3 + 1};
}

std::optional<Quarter> parse_quarter(std::string_view id) {
  constexpr std::size_t kBytes = 7;
  Quarter quarter;
  if (id.size() != kBytes || id.substr(4, 2) != "_Q" || id[6] < '1' || id[6] > '4') return std::nullopt;
  const auto [end, fault] = std::from_chars(id.data(), id.data() + 4, quarter.year);
  if (fault != std::errc{} || end != id.data() + 4) return std::nullopt;
  quarter.number = id[6] - '0';
  return quarter;
}

std::string Week::id() const { return "TF:" + format_day(first); }

std::vector<Week> weeks_of(const Quarter& quarter, Day today) {
  std::vector<Week> weeks;
  const Day end = std::min(quarter.last(), today);
  for (Day first = sunday_before(quarter.first()); first <= end; first += days(7)) {
    weeks.push_back({.index = static_cast<int>(weeks.size()), .first = first});
  }
  return weeks;
}

std::vector<Forecaster> forecasters(const World& world, Day today) {
  std::vector<Forecaster> all;
  const Table& users = world.table(ObjectKind::kUser);
  const auto lived = (today - world.base().today()).count();
  const auto opted_out = [&](RowNumber user) {
    if (user % kOptsOutEvery != kOptsOutEvery - 1) return false;
    return lived >= kOptsOutFrom + static_cast<long>(user / kOptsOutEvery);
  };
  const auto add = [&](RowNumber user, std::size_t number, std::string_view role_id, bool second) {
    all.push_back({.user = user, .id = fmt::format("{}:{}", number, role_id), .second_role = second});
  };
  bool two_roles_given = false;
  constexpr std::size_t kFirstNumber = 1000;
  constexpr std::size_t kSecondNumber = 900'000;
  for (RowNumber user = 0; user < users.size(); ++user) {
    if (opted_out(user) || users.get(user, user::kIsActive) == Value{false}) continue;
    const Value role_id = users.get(user, user::kUserRoleId);
    add(user, kFirstNumber + user, text_of(role_id), false);
    if (user < kTwoRolesFrom || two_roles_given) continue;
    add(user, kSecondNumber + user, world.base().id(ObjectKind::kUserRole, 0), true);
    two_roles_given = true;
  }
  return all;
}

std::span<const ForecastField> forecast_fields() { return kFields; }

std::optional<Call> call_of(const World& world, const Forecaster& who, const Week& week, std::size_t field,
                            Instant now) {
  Dice dice(world.base().sizes().seed, Matter::kClari, place_of(who, week.first, field));
  // Most enter their numbers between Monday and Friday, some never.
  const Instant entered =
      midnight(week.first) + days(dice.between(1, 5)) + minutes(dice.between(6 * 60, 22 * 60));
  const bool never = dice.per_mille(120);
  const double value = dice.per_mille(40) ? 0 : dice.between(10, 4000) * 1000 + dice.between(0, 1) * 0.5;
  const bool updated = !dice.per_mille(200);
  if (never || entered > now) return std::nullopt;
  return Call{.value = value, .updated = updated, .entered = entered};
}

double quota_of(const World& world, const Forecaster& who, const Quarter& quarter) {
  Dice dice(world.base().sizes().seed, Matter::kClari, place_of(who, quarter.first(), kFields.size()));
  return dice.between(5, 50) * 100'000.0;
}

}  // namespace plumbline::sandbox
