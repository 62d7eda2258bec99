// What time it is, behind an interface: a run asks once, freezes the answer, and tests give their own.
#pragma once

#include "base/time.h"

namespace plumbline {

// Safe to ask from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

// The machine's clock, cut to whole seconds.
class SystemClock : public Clock {
 public:
  Instant now() const override;
};

// Always the same moment.
class FixedClock : public Clock {
 public:
  explicit FixedClock(Instant instant) : instant_(instant) {}
  Instant now() const override { return instant_; }

 private:
  Instant instant_;
};

}  // namespace plumbline
