// What Salesforce says was deleted, or when it cannot say. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace plumbline {

struct DeletedReply {
  struct Record {
    std::string id;
    Instant at{};
  };
  std::vector<Record> records{};
  std::optional<Instant> earliest{};  // deletions before that are forgotten
  std::optional<Instant> covered{};   // up to when nothing can come any more
};

Result<DeletedReply> read_deleted(std::string_view body);

// sobjects/Opportunity/deleted/?start=...&end=...
std::string deleted_address(std::string_view object, Instant from, Instant to);

}  // namespace plumbline
