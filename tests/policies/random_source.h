// Random choices that are the same on every machine: what a seed gave once it gives for ever, so that a
// failure can be called back by its number.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline {

class RandomSource {
 public:
  explicit RandomSource(std::uint64_t seed) : state_(seed) {}

  // Sebastiano Vigna's splitmix64: one addition, two multiplications, no bad seeds.
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31U);
  }

  // 0 up to, not including, `count`, which is not 0. The slight preference for small numbers does no harm
  // here.
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }
  // -reach to reach.
  int around(int reach) { return static_cast<int>(below(static_cast<std::size_t>(reach) * 2 + 1)) - reach; }
  bool chance(unsigned percent) { return below(100) < percent; }

  template <class T, std::size_t N>
  const T& pick(const std::array<T, N>& choices) {
    return choices[below(N)];
  }
  template <class T>
  const T& pick(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

  // A source of its own for one part, so that a change there leaves the others as they are.
  RandomSource fork() { return RandomSource(next()); }

 private:
  std::uint64_t state_;
};

// The parts with blanks between them. Braces evaluate from left to right, the arguments of a call in any
// order: parts that draw from a RandomSource are only ever put together here.
inline std::string spaced(std::initializer_list<std::string> parts) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += ' ';
    text += part;
  }
  return text;
}

}  // namespace plumbline
