// What is worth telling about data that was read, without being a fault: one sentence each. Inner to load.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "records/schema.h"
#include "records/table.h"

namespace plumbline {

// `tables` by object index, null where the object is not in the data.
// Owners who are not in User (only where there is a User table), circles of managers and of parent accounts.
std::vector<std::string> notices_of(const Schema& schema, std::span<const std::unique_ptr<Table>> tables);

}  // namespace plumbline
