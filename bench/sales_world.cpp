#include "bench/sales_world.h"

#include <array>

#include "bench/dice.h"

namespace plumbline::bench {
namespace {

using namespace std::chrono;

constexpr std::string_view kIdDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kIdSuffix = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
// Records of other organisations on the same instance lie between ours.
constexpr std::uint64_t kIdStep = 7;
constexpr std::uint64_t kFirstId = 62ULL * 62 * 62 * 62 * 9;

constexpr sys_days kRulesChanged{year{2022} / 2 / 24};

struct Share {
  std::string_view name;
  std::uint64_t of_hundred;
};

template <std::size_t kSize>
std::string_view pick(Dice& dice, const std::array<Share, kSize>& shares) {
  std::uint64_t left = dice.below(100);
  for (const Share& share : shares) {
    if (left < share.of_hundred) return share.name;
    left -= share.of_hundred;
  }
  return {};
}

constexpr std::array kTeams = {Share{"SMB", 30},   Share{"MM Territory", 19}, Share{"MMKAFO", 15},
                               Share{"MMKAN", 13}, Share{"ASM", 6},           Share{"SDR", 6},
                               Share{"CS", 7}};
constexpr std::array kSegments = {Share{"SMB", 45}, Share{"Mid-Market", 40}, Share{"Large", 13}};
constexpr std::array kRegions = {Share{"NORAM", 50}, Share{"EMEA", 30}, Share{"APAC", 12}, Share{"LATAM", 6}};
constexpr std::array kDirections = {Share{"Inbound", 50}, Share{"Outbound", 40}};

long employees_of(Dice& dice, std::string_view segment) {
  if (segment == "SMB") return dice.between(1, 99);
  if (segment == "Large") return dice.between(2'000, 90'000);
  return dice.per_mille(20) ? 500 : dice.between(100, 1'999);
}

// The team that should own the account.
std::string_view right_team(const AccountFacts& account) {
  if (account.segment == "SMB" || account.segment.empty()) return "SMB";
  if (account.segment == "Large") return "ASM";
  if (!account.first_order_available) return "MMKAN";
  const bool many_employees = account.employees.value_or(0) >= 500;
  if (account.created >= kRulesChanged + days(1)) return many_employees ? "MMKAFO" : "MM Territory";
  return many_employees || account.potential_users.value_or(0) >= 100 ? "MMKAFO" : "MM Territory";
}

// Somebody of the team, or anybody where few users are to choose from.
std::size_t member_of(const SalesSizes& sizes, Dice& dice, std::string_view team) {
  constexpr int kTries = 200;
  std::size_t user = dice.below(sizes.users);
  for (int i = 0; i < kTries && user_team(sizes, user) != team; ++i) user = dice.below(sizes.users);
  return user;
}

}  // namespace

void add_record_id(std::string_view prefix, std::size_t index, std::string& out) {
  const std::size_t start = out.size();
  ((out += prefix) += "5f00") += "00000000";
  const std::uint64_t gap = (index * 0x9E3779B97F4A7C15U >> 32) % kIdStep;
  std::uint64_t number = kFirstId + index * kIdStep + gap;
  for (std::size_t at = start + 15; number > 0; number /= kIdDigits.size()) {
    out[--at] = kIdDigits[number % kIdDigits.size()];
  }
  // One character for every five: which of them are capitals.
  for (std::size_t five = 0; five < 3; ++five) {
    unsigned capitals = 0;
    for (std::size_t i = 0; i < 5; ++i) {
      const char letter = out[start + five * 5 + i];
      if (letter >= 'A' && letter <= 'Z') capitals |= 1U << i;
    }
    out += kIdSuffix[capitals];
  }
}

void add_user_id(std::size_t index, std::string& out) { add_record_id("005", index, out); }
void add_account_id(std::size_t index, std::string& out) { add_record_id("001", index, out); }
void add_opportunity_id(std::size_t index, std::string& out) { add_record_id("006", index, out); }

std::string_view user_team(const SalesSizes& sizes, std::size_t user) {
  Dice dice(sizes.seed, Matter::kUser, user);
  return pick(dice, kTeams);
}

AccountFacts account_facts(const SalesSizes& sizes, std::size_t account) {
  Dice dice(sizes.seed, Matter::kAccount, account);
  AccountFacts facts;
  facts.deleted = dice.per_mille(4);
  facts.segment = pick(dice, kSegments);
  facts.region = pick(dice, kRegions);
  facts.lead_direction = pick(dice, kDirections);
  facts.created = kSalesNow - hours(dice.between(1, 9 * 365 * 24));
  facts.created -= seconds(dice.between(0, 3599));
  // The rules changed in the middle of somebody's day: accounts of both its ends.
  if (dice.per_mille(4))
    facts.created = sys_seconds(kRulesChanged) + seconds(dice.between(0, 2 * 86'400 - 1));
  facts.first_order_available = dice.per_mille(550);
  if (!dice.per_mille(40)) facts.employees = employees_of(dice, facts.segment);
  if (!dice.per_mille(80)) facts.potential_users = dice.between(0, dice.per_mille(600) ? 99 : 800);
  if (!dice.per_mille(2)) {
    facts.owner = dice.per_mille(960) ? member_of(sizes, dice, right_team(facts)) : dice.below(sizes.users);
  }
  return facts;
}

}  // namespace plumbline::bench
