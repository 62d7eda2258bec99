// How a record stands with a policy, asked of single records: those whose violation no verdict came for, and
// those whose violation is doubted.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/violation.h"

namespace plumbline {

enum class StandingKind : std::uint8_t {
  kViolated,
  kPassed,      // in scope, and not violated
  kOutOfScope,  // judged_when does not hold
  kGone,        // deleted, or not in the data
  kUnknown,     // the data does not tell
};

struct Standing {
  StandingKind kind = StandingKind::kUnknown;
  std::string reason{};  // why unknown, or out of scope; empty else
  std::string owner{};   // of the record now; empty where the data does not tell
  std::string owner_name{};
};

class Standings {
 public:
  virtual ~Standings() = default;
  // One for each, in their order. All are of policies that can be judged.
  virtual Result<std::vector<Standing>> of(std::span<const ViolationFacts> violations) = 0;
};

// The facts of violations by their numbers: they are kept in the ledger, and few are needed at a time.
class FactsReader {
 public:
  virtual ~FactsReader() = default;
  // One for each, in their order. ErrorCode::kNotFound for a number that is no violation's.
  virtual Result<std::vector<ViolationFacts>> read(std::span<const ViolationNumber> numbers) = 0;
};

}  // namespace plumbline
