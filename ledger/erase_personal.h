// Forgetting one person: what the ledger says of them in words goes, and every proof of the audit log stays
// good, for the log holds no more of such texts than a commitment (docs/formats/audit-log.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "ledger/ledger.h"

namespace plumbline {

struct ErasedPerson {
  std::uint64_t entries = 0;     // of the audit log that lost their personal texts
  std::uint64_t violations = 0;  // that lost the owner's name; closed ones their other texts, too
  std::uint64_t waivers = 0;     // that lost their reason
  bool user_erased = false;      // the person's own record, which the CRM has deleted
  bool user_stands = false;      // that record is there, because the CRM still has it
  bool overwritten = true;       // false: somebody reads older pages, which go when nobody does
  std::string checkpoint{};      // for anchors
};

// `owner` is the id of a user, 15 or 18 characters. One transaction with an audit entry `personal.erased`, to
// which the reason belongs as a personal text of its own. What goes is overwritten in the file. Copies of it
// (backups, exports, PATH.before-vN) are not touched. ErrorCode::kNotFound where the ledger says nothing of
// that person.
Result<ErasedPerson> erase_personal(Ledger& ledger, std::string_view owner, std::string_view reason,
                                    Instant now);

}  // namespace plumbline
