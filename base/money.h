// Exact amounts of money: a whole number of hundredths, never a floating-point number.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plumbline {

struct Money {
  std::int64_t hundredths = 0;
  friend auto operator<=>(const Money&, const Money&) = default;
};

// Salesforce currency fields hold at most 16 digits before the point.
inline constexpr std::int64_t kMoneyMaxHundredths = 1'000'000'000'000'000'000;

// Plain or exponent notation (`1000`, `-12.5`, `1.0E7`). Empty for anything else, for digits beyond the
// second place that are not zero (rejected, never rounded) and for amounts beyond kMoneyMaxHundredths.
std::optional<Money> parse_money(std::string_view text);

// 1234.50
std::string format_money(Money money);
// The same into memory with kMoneyRoom bytes; returns where the next byte goes.
inline constexpr std::size_t kMoneyRoom = 24;
char* write_money(char* out, Money money);
// 1,234.50, or 1,234 where there are no hundredths
std::string display_money(Money money);
void append_display_money(std::string& out, Money money);

// Exact comparison of an amount with a number, -1, 0 or 1. The number must not be a NaN.
int compare_money_number(Money money, double number);

}  // namespace plumbline
