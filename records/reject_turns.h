// Rejects of several readings that go on at the same time, handed on in one order whatever the threads do.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <vector>

#include "records/reject.h"

namespace plumbline {

// Rejects that one reading may have waiting. Once there are so many it waits for its turn.
inline constexpr std::size_t kMostHeldRejects = 4096;

// Reading 0 has its turn first, then reading 1. A reading must have been begun by some thread before a later
// one is, or waiting would have no end.
class RejectTurns {
 public:
  RejectTurns(RejectSink& out, std::size_t readings) : out_(out), readings_(readings) {}

  // From any thread.
  void reject(std::size_t reading, const Reject& reject);
  // The reading has no more. What goes wrong with the rejects that are handed on then (memory may run out)
  // is kept for check().
  void end(std::size_t reading) noexcept;
  // Throws what was kept. After the last reading, before it is believed that all were handed on.
  void check() const;

 private:
  struct Reading {
    std::vector<Reject> held;
    bool ended = false;
  };
  void hand_on(Reading& reading) noexcept;

  RejectSink& out_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Reading> readings_;
  std::size_t turn_ = 0;
  std::exception_ptr thrown_;
};

// The rejects of one reading, which ends with this.
class RejectTurn : public RejectSink {
 public:
  RejectTurn(RejectTurns& turns, std::size_t reading) : turns_(turns), reading_(reading) {}
  ~RejectTurn() override { turns_.end(reading_); }
  RejectTurn(const RejectTurn&) = delete;
  RejectTurn& operator=(const RejectTurn&) = delete;

  void reject(const Reject& reject) override { turns_.reject(reading_, reject); }

 private:
  RejectTurns& turns_;
  std::size_t reading_;
};

}  // namespace plumbline
