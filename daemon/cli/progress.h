// How far a command has come, on a terminal, for runs long enough to make one wonder.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "daemon/cli/streams.h"

namespace plumbline {

inline constexpr std::chrono::milliseconds kProgressAfter{1000};
inline constexpr std::chrono::milliseconds kProgressEvery{200};

// Silent where standard error is no terminal. One thread. Measures from its own making.
class Progress {
 public:
  // `what` it is the progress of, as "Reading"; must outlive it.
  explicit Progress(Streams& streams, std::string_view what = "Reading");
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::uint64_t done, std::uint64_t all);
  // Takes away what was shown; before anything else is written.
  void clear();
  double seconds() const;

 private:
  Streams& streams_;
  std::string_view what_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point shown_{};
  bool visible_ = false;
};

}  // namespace plumbline
