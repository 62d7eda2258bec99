// Where a record is seen in Salesforce.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace plumbline {

class RecordLinks {
 public:
  // No base, no links.
  RecordLinks() = default;
  // An organisation's address, as its API or its browser has it: https://acme.my.salesforce.com, with or
  // without a slash at the end. kInvalidInput for what is no web address.
  static Result<RecordLinks> to(std::string_view base);

  // https://acme.lightning.force.com/lightning/r/Opportunity/006.../view. Empty without a base, and for ids
  // that Salesforce did not give.
  std::optional<std::string> link(std::string_view object, std::string_view id) const;

  // The parts of a link, for whoever makes many: what stands before the id for all records of an object
  // (empty without a base), the id as links have it (a view into `id`; empty for one Salesforce did not
  // give), and what stands behind.
  std::string before_id(std::string_view object) const;
  static std::string_view linked_id(std::string_view id);
  static constexpr std::string_view kBehindId = "/view";

 private:
  std::string base_;
};

}  // namespace plumbline
