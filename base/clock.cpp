#include "base/clock.h"

#include <chrono>

namespace plumbline {

Instant SystemClock::now() const {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace plumbline
