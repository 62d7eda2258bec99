// The table under `expect:` of a .test file. Used by test_file.cpp alone.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "policies/test_file.h"

namespace plumbline {

// Reads one table after another: its heading, then its rows. Faults are PB191, PB195 and PB197.
class ExpectTable {
 public:
  explicit ExpectTable(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void read_header(const std::vector<PlacedText>& names, const SourceSpan& where, Expectation& expect);
  // As many cells as there were names. `line` is that of the file, from 0.
  void read_row(const std::vector<TestCell>& cells, std::size_t line, Expectation& expect);

 private:
  void fault(std::string code, const SourceSpan& where, std::string message);
  bool read_verdict(const std::string& text, const SourceSpan& where, CaseVerdict& verdict);
  void check(const ExpectedLine& expected);

  Diagnostics& diagnostics_;
  std::vector<std::size_t> columns_;  // which column stands where
  bool complete_ = false;             // the heading names all that rows need
};

}  // namespace plumbline
