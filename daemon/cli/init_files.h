// The two files that `plumbline init` writes, as text.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/cli/init_survey.h"
#include "policies/parameter_fields.h"

namespace plumbline {

inline constexpr std::size_t kStarterValues =
    40;  // of a field; one with more has no list of values to choose

// A value such as stands in the column, short and on one line; empty where there is none.
std::string sample_value(const SampledColumn& column);

// What stands behind the field's name in a field map: `close_date`, `{from: ..., format: ...}`.
std::string field_entry(const FieldSchema& schema, const ObjectSource& source, const FieldProposal& field);

// `about` is what the data was called, for the first line.
std::string render_field_map(const Schema& schema, const Survey& survey, const MapProposal& proposal,
                             const std::string& about);

struct StarterPack {
  std::string name;
  const Pack* base = nullptr;
  ParameterFields parameters{};           // of the base
  std::vector<const Policy*> policies{};  // of the base, that can be judged; may be none
};

std::string render_conventions(const StarterPack& starter, const Schema& schema, const Survey& survey,
                               const MapProposal& proposal);

}  // namespace plumbline
