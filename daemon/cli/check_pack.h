// What `policy check` finds in one pack.
#pragma once

#include <cstdint>
#include <string>

#include "daemon/cli/texts.h"
#include "policies/examples.h"
#include "policies/pack.h"

namespace plumbline {

// More examples than this are left to `policy test`: whoever waits for the answer shall not.
inline constexpr std::size_t kMostExamplesAtOnce = 1'000;

struct CheckedPack {
  std::string faults;       // errors and warnings, each with its place
  std::string conclusion;   // "our-rules.yaml: ok, 12 policies"; a line
  bool has_errors = false;  // of the pack, not of its examples
};

enum class RunExamples : std::uint8_t {
  kNo,
  kYes,  // those that fail are told among the faults, and the conclusion counts them
};

// Binds and checks all of it. `texts` has what the fields came from.
CheckedPack check_pack(const PackText& text, const Fields& fields, SourceTexts texts, RunExamples examples);

// A line about an example that does not come out as it says.
std::string failed_example(const ExampleOutcome& outcome);

}  // namespace plumbline
