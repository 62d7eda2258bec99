// Reading the audit log, for people: which entries there are of whom and when. It does not verify (verify.h).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/database.h"

namespace plumbline {

// What is empty does not count; what is given must all hold.
struct LogFilter {
  std::string owner{};                   // id; 15 and 18 characters are one
  std::string record{};                  // likewise
  std::string policy{};                  // no-next-step, or pack/no-next-step
  std::string kind{};                    // violation.opened, or violation for all that begin so
  std::optional<Instant> since{};        // not before
  std::optional<Instant> until{};        // before
  std::optional<std::uint64_t> limit{};  // the newest so many
};

// Views, valid during the call that gets them.
struct LogRow {
  std::int64_t seq = 0;
  std::string_view entry;     // canonical JSON, as it is hashed
  std::string_view personal;  // JSON; empty where there is none
  std::string_view salt;      // bytes
};

enum class ReadMore : std::uint8_t { kYes, kNo };

// In order. Wants to run inside of one reading transaction.
Status read_log(Database& database, std::int64_t organisation, const LogFilter& filter,
                const std::function<ReadMore(const LogRow&)>& take);

}  // namespace plumbline
