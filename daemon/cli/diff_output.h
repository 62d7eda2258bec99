// A comparison of two packs, written for people or for programs.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "daemon/cli/output.h"
#include "daemon/cli/streams.h"
#include "policies/pack_diff.h"
#include "policies/verdict_diff.h"

namespace plumbline {

// References must outlive the call.
struct DiffFacts {
  const PackDiff& diff;
  std::vector<bool> selected{};  // by policy: told at all
  std::string before{};          // the packs, as they were named
  std::string after{};
  const VerdictComparison* compared = nullptr;  // null where there is no data
  // By policy: why the data cannot answer it; empty where it can.
  std::vector<std::string> not_judged_before{};
  std::vector<std::string> not_judged_after{};
};

// What changed in the packs; violations gained and lost by policy and by person; the records, the worst
// first.
void write_diff_table(const DiffFacts& facts, const Terminal& terminal, TextOutput& out);

// One object a line for each record that a policy says something else of; keys in the order of docs/cli.md.
void write_diff_jsonl(const DiffFacts& facts, TextOutput& out);

}  // namespace plumbline
