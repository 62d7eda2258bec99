// The pretend receiver of checkpoints: keeps what is posted to its secret address, as an auditor would. For
// one thread.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <utility>

#include "sandbox/web/faults.h"
#include "sandbox/web/message.h"

namespace plumbline::sandbox {

inline constexpr std::size_t kMostCheckpoints = 10'000;  // the newest are kept
inline constexpr std::size_t kMostCheckpointBytes = std::size_t{64} << 10;

class Anchors {
 public:
  Anchors(Faults& faults, std::string secret) : faults_(faults), secret_(std::move(secret)) {}

  // POST /anchors/SECRET. Refused is what is no checkpoint, and one whose headers say something else.
  Response handle(const Request& request);
  // Path of the address, which is all that is needed to post there.
  std::string target() const { return "/anchors/" + secret_; }
  // What was taken, in order, byte for byte; an empty line behind each.
  std::string kept() const;

 private:
  Response take(const Request& request);

  Faults& faults_;
  std::string secret_;
  std::deque<std::string> checkpoints_;
};

}  // namespace plumbline::sandbox
