// Chance that is the same on every machine: splitmix64, and nothing of the standard library's distributions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace plumbline::sandbox {

// What a throw is about, so that one more throw for names moves no account to another owner.
enum class Matter : std::uint64_t {
  kUser = 1,
  kAccount,
  kContact,
  kOpportunity,
  kStamp,
  kHistory,
  kTask,
  kEvent,
  kLead,
  kLife,
  kAsked,
  kFault,
  kClari,
};

// For one thing and one matter: things can be made in any order, and one may be asked about without making
// another.
class Dice {
 public:
  Dice(std::uint64_t seed, Matter matter, std::uint64_t index)
      : state_(mix(mix(seed + kStep * static_cast<std::uint64_t>(matter)) + index)) {}

  std::uint64_t next() {
    state_ += kStep;
    return mix(state_);
  }
  // Less than `bound`, which must be above 0 and fit 32 bits.
  std::uint64_t below(std::uint64_t bound) { return ((next() >> 32) * bound) >> 32; }
  // Both ends included.
  int between(int least, int most) {
    return least + static_cast<int>(below(static_cast<std::uint64_t>(most - least) + 1));
  }
  bool per_mille(std::uint64_t share) { return below(1000) < share; }
  // True with this probability, 0 to 1.
  bool chance(double probability) {
    constexpr double kRange = 9007199254740992.0;  // 2^53
    return static_cast<double>(next() >> 11) / kRange < probability;
  }
  std::string_view one_of(std::span<const std::string_view> items) { return items[below(items.size())]; }

 private:
  static constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15U;

  static std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31);
  }

  std::uint64_t state_;
};

}  // namespace plumbline::sandbox
