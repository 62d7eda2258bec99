// Which fields a pack's parameters are compared with: `StageName IN :active_stages` says that :active_stages
// holds stages. Pure; safe from any thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "policies/pack.h"
#include "records/schema.h"

namespace plumbline {

// Parameter -> (object, field). Of conditions alone; comparisons within a definition count wherever a policy
// could use it. Parameters that are compared with no field are left out.
using ParameterFields = std::map<std::string, std::set<std::pair<std::size_t, std::size_t>>, std::less<>>;
ParameterFields parameter_fields(const Pack& pack, const Schema& schema);

}  // namespace plumbline
