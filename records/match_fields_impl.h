// Pairing the headers of one object with its fields. Inner to match_fields.
#pragma once

#include <cstdint>
#include <vector>

#include "records/match_fields.h"
#include "records/name_match.h"

namespace plumbline {

// By name, and by what stands in the column; references and dates that need another column to be understood
// are as sure as their name.
std::vector<FieldProposal> pair_fields(const Schema& schema, const ObjectSource& source);

// How many of the column's cells are a value of `keys`, in percent.
std::uint64_t percent_among(const SampledColumn& column, const SampledColumn& keys);

// Field = 'a', or Field IN ('a', 'b').
std::string soql_among(std::string_view field, const std::vector<std::string>& texts);

}  // namespace plumbline
