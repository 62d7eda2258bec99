// Writes into a .test file what came instead of what was expected. Pure: text in, text out.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "policies/run_test.h"
#include "policies/test_file.h"

namespace plumbline {

struct CaseBlessing {
  std::size_t number = 0;  // of the file's cases
  std::size_t added = 0;   // verdicts
  std::size_t removed = 0;
  std::size_t changed = 0;
  std::string refused{};  // why the case stays as it is
};

struct BlessedFile {
  std::string text;
  std::vector<CaseBlessing> cases;  // those that failed
};

// Rewrites the `expect` of the cases that failed and keeps every other byte. Rows that were right and
// comments stay where they stood; new rows come behind those of the same record, or last. A message is
// compared again where one was, and in new rows of tables that have messages. A case that expects an error
// and got none is refused: what its records come to has yet to be said.
BlessedFile bless_test_file(const TestFile& file, std::span<const CaseOutcome> outcomes);

}  // namespace plumbline
