// How an amount of one currency becomes one of the organisation's own.
#pragma once

#include <optional>
#include <string_view>

#include "base/money.h"

namespace plumbline {

// amount / rate (units of the amount's currency for one of the organisation's) to the nearest hundredth,
// halves away from zero. Empty for a rate that is not positive and finite, and for results beyond
// kMoneyMaxHundredths.
std::optional<Money> converted_amount(Money amount, double rate);

// Stands for "no currency code" as CONVERTED's second argument, which the binder adds where an amount is in
// the currency of another record than its own.
inline constexpr std::string_view kNoCurrency = "-";

}  // namespace plumbline
