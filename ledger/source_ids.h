// Which records a ledger knows, by when they were made: for a source that compares them with the CRM's.
// Records that are deleted, or could not be found any more, do not count. Rows of a history do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/ledger.h"
#include "model/delivery.h"

namespace plumbline {

// Created at or after `from` and before `to`. Of an object nobody knows there are none. ErrorCode::kNotFound
// where records were delivered without CreatedDate.
Result<IdDigest> digest_of_ids(const Ledger& ledger, std::string_view object, Instant from, Instant to);
// The same ids, 15 characters each, in order.
Result<std::vector<std::string>> ids_created(const Ledger& ledger, std::string_view object, Instant from,
                                             Instant to);
Result<std::uint64_t> count_records(const Ledger& ledger, std::string_view object);

}  // namespace plumbline
