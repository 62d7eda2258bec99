// Signals that ask the process to end, as a command sees them.
#pragma once

namespace plumbline {

class StopSignals {
 public:
  virtual ~StopSignals() = default;

  // Until now such a signal ends the process where it is. From now on the first one is only noted, and the
  // command ends by itself; a second one ends the process.
  virtual void watch() = 0;
  // The number of the first one; 0 as long as there was none. From any thread.
  virtual int seen() const = 0;
  // What was seen has been heeded: seen() is 0 again, so that what there is so far can still be written, and
  // the next signal is the first one.
  virtual void forget() = 0;
};

}  // namespace plumbline
