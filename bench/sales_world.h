// Who is who in the made-up sales organisation: facts about users and accounts that other records depend on,
// told from an index alone.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plumbline::bench {

struct SalesSizes {
  std::uint64_t seed = 1;
  std::size_t opportunities = 1'000'000;
  std::size_t accounts = 250'000;
  std::size_t users = 2'000;
};

// The moment the data is made for: a Wednesday in the first week of a fiscal quarter, when most policies have
// something to look at, and late enough for it to be Thursday in Tokyo and Sydney.
inline constexpr std::string_view kSalesAsOf = "2026-05-06T20:00:00Z";
inline constexpr std::chrono::sys_days kSalesToday{std::chrono::year{2026} / 5 / 6};
inline constexpr std::chrono::sys_seconds kSalesNow{kSalesToday + std::chrono::hours(20)};

// Of 18 characters. Ids of neighbours differ in little, also in the case of a letter alone.
void add_record_id(std::string_view prefix, std::size_t index, std::string& out);
void add_user_id(std::size_t index, std::string& out);
void add_account_id(std::size_t index, std::string& out);
void add_opportunity_id(std::size_t index, std::string& out);

std::string_view user_team(const SalesSizes& sizes, std::size_t user);

struct AccountFacts {
  bool deleted = false;
  std::optional<std::size_t> owner{};  // empty: the cell is blank
  std::string_view segment{};          // empty: blank
  std::string_view region{};
  std::string_view lead_direction{};
  std::chrono::sys_seconds created{};
  bool first_order_available = false;
  std::optional<long> employees{};
  std::optional<long> potential_users{};
};

AccountFacts account_facts(const SalesSizes& sizes, std::size_t account);

}  // namespace plumbline::bench
