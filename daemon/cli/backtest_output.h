// What a replay came to, for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "daemon/cli/backtest_run.h"
#include "daemon/cli/output.h"
#include "daemon/cli/streams.h"

namespace plumbline {

// References must outlive the call.
struct BacktestFacts {
  const Replay& replay;
  const std::vector<BoundPack>& packs;  // as many, in their order
  ReplayDays days{};                    // that were to be replayed; `first` was
  std::vector<std::string> labels{};    // the packs, as they were named
};

// A few sentences; then by policy and by owner how many would have been told, and how that went on.
void write_backtest_table(const BacktestFacts& facts, const Terminal& terminal, TextOutput& out);

// One spell a line, in the order they began, those of the draft first; keys in the order of docs/backtest.md.
void write_backtest_jsonl(const BacktestFacts& facts, TextOutput& out);

}  // namespace plumbline
