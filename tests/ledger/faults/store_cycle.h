// A small life of a ledger, without judging: made-up exports are taken in; that violations open and close,
// and that somebody is excused and no longer, is written by hand. Each step opens the ledger, commits once,
// and closes it; what it does follows from what is there, so that steps can be repeated in any order.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace plumbline {

struct CycleStep {
  std::string_view name;
  Status (*run)(const std::string& path);
};

// Each kind of step at least once. The first one makes the file.
std::span<const CycleStep> store_cycle();

}  // namespace plumbline
