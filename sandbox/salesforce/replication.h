// Which records changed or went within a window of time: getUpdated and getDeleted. Transactions that are
// under way hold back latestDateCovered.
#pragma once

#include "sandbox/salesforce/api_error.h"
#include "sandbox/world/world.h"

namespace plumbline::sandbox {

inline constexpr std::chrono::days kUpdatedWindow{30};
inline constexpr std::size_t kMostUpdatedIds = 600'000;

// GET .../sobjects/{object}/updated/?start=&end=
Answer<Response> updated(const World& world, const ObjectSpec& object, const Request& request);
// GET .../sobjects/{object}/deleted/?start=&end=
Answer<Response> deleted(const World& world, const ObjectSpec& object, const Request& request);

}  // namespace plumbline::sandbox
