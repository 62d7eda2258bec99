// Violations as they are kept. What is written of them comes from run_writer.h; this reads.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/ledger.h"
#include "model/violation.h"

namespace plumbline {

Result<std::uint64_t> count_violations(Ledger& ledger);
Result<std::uint64_t> count_open_violations(Ledger& ledger);

// The newest sync and run of the file: whether somebody wrote between two looks.
struct LedgerState {
  std::int64_t sync = 0;  // 0: none
  std::int64_t run = 0;
  friend bool operator==(const LedgerState&, const LedgerState&) = default;
};
Result<LedgerState> read_ledger_state(Ledger& ledger);

// All of the organisation, in the order of their numbers.
Status read_known_violations(Ledger& ledger, const std::function<void(const KnownViolation&)>& take);

// One for each, in their order. ErrorCode::kNotFound for a number that is no violation's.
Result<std::vector<ViolationFacts>> read_violation_facts(Ledger& ledger,
                                                         std::span<const ViolationNumber> numbers);

// A violation that late data may show not to have been one, and the packs its opening was judged by.
struct DoubtedViolation {
  ViolationFacts facts{};
  std::string packs{};  // JSON, as the run has it
};
// Of whose records something became known since the last run that had happened before the violation was
// opened, and was not known then: open ones, and closed ones opened at `closed_from` or later.
Result<std::vector<DoubtedViolation>> read_doubted_violations(Ledger& ledger, Instant closed_from);

// Which violations are wanted; what is empty says nothing.
struct ViolationFilter {
  enum class States : std::uint8_t { kOpen, kClosed, kAll } states = States::kOpen;
  // An id of 15 or 18 characters, or a name, in any case. Of open ones: whose record it is now; where closed
  // ones are wanted, also who had it at any time.
  std::string owner{};
  std::string policy{};  // an id, or pack/id
  std::string object{};  // in any case
  std::string record{};  // an id, or a name, in any case
  std::optional<Severity> at_least{};
};

// In the order of their numbers, without their texts.
Status scan_violations(Ledger& ledger, const ViolationFilter& filter,
                       const std::function<void(const ViolationFacts&)>& take);

// Whole, one for each, in their order. ErrorCode::kNotFound as above.
Result<std::vector<Violation>> read_violations(Ledger& ledger, std::span<const ViolationNumber> numbers);

}  // namespace plumbline
