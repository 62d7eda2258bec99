// Violations of a ledger as people and programs read them.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "daemon/cli/streams.h"
#include "model/violation.h"
#include "model/waiver.h"

namespace plumbline {

struct ListedViolation {
  Violation violation{};
  const Waiver* waiver = nullptr;  // it is under; null for none
};

// One object a line; keys in the order of docs/violations.md.
std::string violation_jsonl(const ListedViolation& listed);

std::string violations_csv_header();
std::string violation_csv(const ListedViolation& listed);

// Of all that were asked for, shown or not.
struct ListTotals {
  std::uint64_t all = 0;
  std::array<std::uint64_t, 3> by_severity{};  // by the Severity's number
  std::uint64_t waived = 0;
  std::uint64_t closed = 0;
};

// Groups by owner; owners and, within one, records in the order they come. Ends with the totals.
std::string violations_table(std::span<const ListedViolation> shown, const ListTotals& totals, Instant now,
                             const Terminal& terminal);

// {"CloseDate":"2024-03-14","NextStep":null} as lines "CloseDate: 2024-03-14" and "NextStep: none".
std::vector<std::string> evidence_lines(std::string_view evidence_json);

}  // namespace plumbline
