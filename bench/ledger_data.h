// The exports that ledger_bench takes in: the made-up sales organisation, and what changed in it since.
#pragma once

#include <cstddef>
#include <filesystem>

#include "base/result.h"
#include "bench/sales_data.h"

namespace plumbline::bench {

// Users, accounts and opportunities in the proportions that engine_bench has.
SalesFolder deals_of(std::size_t opportunities);

// The folder of that size below `data`, under the name engine_bench gives it, made where it is not there.
Result<std::filesystem::path> sales_folder(const std::filesystem::path& data, const SalesFolder& what);

// Writes to the folder `delta` an Opportunity.csv with `count` rows, evenly taken from the one in `full`,
// each with another Next Step and another amount.
Status write_delta(const std::filesystem::path& full, const std::filesystem::path& delta, std::size_t count);

}  // namespace plumbline::bench
