#include "base/money.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>

#include "base/digits.h"

namespace plumbline {
namespace {

constexpr std::int64_t kMostDigits = 19;  // kMoneyMaxHundredths has as many
constexpr std::int64_t kExponentCeiling =
    1'000'000'000;  // beyond any text's length; larger ones count as this

constexpr std::ptrdiff_t kDigitsBetweenCommas = 3;
constexpr std::size_t kDisplayRoom = 32;  // 17 digits, 5 commas, a sign and hundredths

constexpr bool is_ascii_digit(char byte) { return byte >= '0' && byte <= '9'; }

// A decimal number as digits * 10^exponent, without zeros at either end of the digits.
struct Decimal {
  bool negative = false;
  std::uint64_t digits = 0;
  std::int64_t digit_count = 0;
  std::int64_t exponent = 0;
};

// Adds one digit. Zeros are held back until a later digit shows that they count.
class DigitCollector {
 public:
  // False once there are more digits than any amount has.
  bool add(char byte) {
    ++seen_;
    if (byte == '0') {
      if (count_ > 0) ++zeros_;
      return true;
    }
    count_ += zeros_ + 1;
    if (count_ > kMostDigits) return false;
    for (; zeros_ > 0; --zeros_) value_ *= 10;
    value_ = value_ * 10 + static_cast<std::uint64_t>(byte - '0');
    return true;
  }

  std::int64_t seen() const { return seen_; }
  std::int64_t count() const { return count_; }
  std::int64_t held_back() const { return zeros_; }
  std::uint64_t value() const { return value_; }

 private:
  std::int64_t seen_ = 0;
  std::int64_t count_ = 0;
  std::int64_t zeros_ = 0;
  std::uint64_t value_ = 0;
};

bool take_sign(std::string_view& text) {
  if (text.empty() || text.front() != '-') return false;
  text.remove_prefix(1);
  return true;
}

// What follows an `e`: a sign and digits to the end of the text.
std::optional<std::int64_t> parse_exponent(std::string_view text) {
  const bool plus = !text.empty() && text.front() == '+';
  if (plus) text.remove_prefix(1);
  const bool negative = !plus && take_sign(text);
  if (text.empty()) return std::nullopt;
  std::int64_t value = 0;
  for (const char byte : text) {
    if (!is_ascii_digit(byte)) return std::nullopt;
    value = std::min(value * 10 + (byte - '0'), kExponentCeiling);
  }
  return negative ? -value : value;
}

std::optional<Decimal> parse_decimal(std::string_view text) {
  Decimal decimal{.negative = take_sign(text)};
  DigitCollector digits;
  std::size_t pos = 0;
  std::int64_t places = 0;
  bool point = false;
  for (; pos < text.size() && (is_ascii_digit(text[pos]) || (text[pos] == '.' && !point)); ++pos) {
    if (text[pos] == '.') {
      point = true;
      continue;
    }
    if (!digits.add(text[pos])) return std::nullopt;
    if (point) ++places;
  }
  if (digits.seen() == 0) return std::nullopt;
  if (pos < text.size()) {
    if (text[pos] != 'e' && text[pos] != 'E') return std::nullopt;
    const std::optional<std::int64_t> exponent = parse_exponent(text.substr(pos + 1));
    if (!exponent) return std::nullopt;
    decimal.exponent = *exponent;
  }
  decimal.exponent += digits.held_back() - places;
  decimal.digits = digits.value();
  decimal.digit_count = digits.count();
  return decimal;
}

std::uint64_t magnitude(Money money) {
  const auto bits = static_cast<std::uint64_t>(money.hundredths);
  return money.hundredths < 0 ? 0 - bits : bits;
}

// .05
char* write_hundredths(char* out, std::uint64_t amount) {
  *out++ = '.';
  return write_two_digits(out, static_cast<unsigned>(amount % 100));
}

// 1,234,567
char* write_with_thousands(char* out, std::uint64_t value) {
  std::array<char, kIntegerRoom> digits;
  const char* at = digits.data();
  const char* const end = write_integer(digits.data(), value);
  while (at != end) {
    *out++ = *at++;
    if (at != end && (end - at) % kDigitsBetweenCommas == 0) *out++ = ',';
  }
  return out;
}

}  // namespace

std::optional<Money> parse_money(std::string_view text) {
  const std::optional<Decimal> decimal = parse_decimal(text);
  if (!decimal) return std::nullopt;
  if (decimal->digits == 0) return Money{};
  const std::int64_t scale = decimal->exponent + 2;
  if (scale < 0 || decimal->digit_count + scale > kMostDigits) return std::nullopt;
  std::uint64_t hundredths = decimal->digits;
  for (std::int64_t i = 0; i < scale; ++i) hundredths *= 10;
  if (hundredths > static_cast<std::uint64_t>(kMoneyMaxHundredths)) return std::nullopt;
  const auto amount = static_cast<std::int64_t>(hundredths);
  return Money{decimal->negative ? -amount : amount};
}

char* write_money(char* out, Money money) {
  const std::uint64_t amount = magnitude(money);
  if (money.hundredths < 0) *out++ = '-';
  return write_hundredths(write_integer(out, amount / 100), amount);
}

std::string format_money(Money money) {
  std::array<char, kMoneyRoom> text;
  return {text.data(), write_money(text.data(), money)};
}

std::string display_money(Money money) {
  std::string text;
  append_display_money(text, money);
  return text;
}

void append_display_money(std::string& out, Money money) {
  const std::uint64_t amount = magnitude(money);
  std::array<char, kDisplayRoom> text;
  char* end = text.data();
  if (money.hundredths < 0) *end++ = '-';
  end = write_with_thousands(end, amount / 100);
  if (amount % 100 != 0) end = write_hundredths(end, amount);
  out.append(text.data(), end);
}

int compare_money_number(Money money, double number) {
  // A double's 53 bits times 100 (that is 25, five bits, and a shift) and any int64 fit these mantissas, so
  // neither side is rounded; infinities stay infinite.
  static_assert(std::numeric_limits<long double>::digits >= 64);
  assert(!std::isnan(number));
  const auto left = static_cast<long double>(money.hundredths);
  const long double right = static_cast<long double>(number) * 100.0L;
  if (left == right) return 0;
  return left < right ? -1 : 1;
}

}  // namespace plumbline
