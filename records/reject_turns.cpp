#include "records/reject_turns.h"

namespace plumbline {

void RejectTurns::reject(std::size_t reading, const Reject& reject) {
  std::unique_lock lock(mutex_);
  Reading& own = readings_[reading];
  if (turn_ != reading && own.held.size() < kMostHeldRejects) {
    own.held.push_back(reject);
    return;
  }
  changed_.wait(lock, [&] { return turn_ == reading; });
  out_.reject(reject);
}

void RejectTurns::end(std::size_t reading) noexcept {
  const std::lock_guard lock(mutex_);
  readings_[reading].ended = true;
  while (turn_ < readings_.size() && readings_[turn_].ended) {
    if (++turn_ < readings_.size()) hand_on(readings_[turn_]);
  }
  changed_.notify_all();
}

void RejectTurns::check() const {
  if (thrown_) std::rethrow_exception(thrown_);
}

void RejectTurns::hand_on(Reading& reading) noexcept {
  try {
    for (const Reject& reject : reading.held) out_.reject(reject);
  } catch (...) {
    thrown_ = std::current_exception();
  }
  reading.held = {};
}

}  // namespace plumbline
