// Pauses that take the time they are told to.
#pragma once

#include "base/async.h"

namespace plumbline {

class TimerPauses : public Pauses {
 public:
  Async<void> pause(std::chrono::milliseconds time) override;
};

}  // namespace plumbline
