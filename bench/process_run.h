// Runs a program to its end and says what it took: the whole process, start and end with it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace plumbline::bench {

struct ProcessCost {
  double seconds = 0;      // from before the fork to after the wait
  double cpu_seconds = 0;  // of all its threads, user and system
  double peak_mb = 0;      // most memory in use at once, in 10^6 bytes; never less than the caller's own peak
};

struct Process {
  std::vector<std::string> command;  // a program's path and its arguments
  std::string log;                   // standard output and error go into this file
};

// An Error where the program cannot be started, or ends with another exit status than 0; it holds the end of
// the log. One at a time: costs are those of the one child.
Result<ProcessCost> run_process(const Process& process);

// For figures of runs: the one in the middle, or the higher of the two there. `values` must not be empty.
double median(std::vector<double> values);

}  // namespace plumbline::bench
