// What `plumbline init` tells on standard output.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "daemon/cli/init_survey.h"
#include "policies/data_gaps.h"

namespace plumbline {

inline constexpr std::size_t kShownUnknownFiles = 20;
inline constexpr std::size_t kShownGaps = 15;

struct InitFacts {
  const Schema& schema;  // the standard one, without the data's columns
  const Survey& survey;
  const MapProposal& proposal;
  const Schema& bound_schema;  // that the gaps' objects and fields are of
  const DataGaps& gaps;
  std::string field_map{};  // where it was written
  std::string pack{};
  std::string extends{};
  std::string next{};  // the command to run
  std::size_t columns = 80;
};

std::string init_report(const InitFacts& facts);

}  // namespace plumbline
