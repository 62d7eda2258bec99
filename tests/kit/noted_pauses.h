// Pauses that take no time and are noted.
#pragma once

#include <functional>
#include <vector>

#include "base/async.h"

namespace plumbline {

class NotedPauses : public Pauses {
 public:
  Async<void> pause(std::chrono::milliseconds time) override {
    pauses_.push_back(time);
    if (on_pause_) on_pause_(time);
    co_return;
  }
  // Such as moving a clock on.
  void on_pause(std::function<void(std::chrono::milliseconds)> act) { on_pause_ = std::move(act); }

  const std::vector<std::chrono::milliseconds>& pauses() const { return pauses_; }

 private:
  std::vector<std::chrono::milliseconds> pauses_;
  std::function<void(std::chrono::milliseconds)> on_pause_;
};

}  // namespace plumbline
