// What `policy check` finds in one pack.
#pragma once

#include <memory>
#include <string>

#include "daemon/cli/texts.h"
#include "policies/examples.h"
#include "policies/pack.h"

namespace plumbline {

struct CheckedPack {
  std::string faults;      // errors and warnings, each with its place
  std::string conclusion;  // "our-rules.yaml: ok, 12 policies"; a line
  bool has_errors = false;
  std::shared_ptr<const Pack> pack;  // null where there was none to speak of
};

// Binds and checks all of it, its examples too, without running them. `texts` has what the fields came from.
CheckedPack check_pack(const PackText& text, const Fields& fields, SourceTexts texts);

// A line about an example that does not come out as it says.
std::string failed_example(const ExampleOutcome& outcome);

}  // namespace plumbline
