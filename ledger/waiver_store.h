// Waivers as they are kept, and the audit entries that tell of them. What may be a waiver, and when it ends,
// violations/waivers.h says.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/ledger.h"
#include "model/waiver.h"

namespace plumbline {

// All of the organisation, also those that are over, in the order of their numbers.
Result<std::vector<Waiver>> read_waivers(Ledger& ledger);

// Writes it with its entry `waiver.made`, and returns the number it was given.
Result<WaiverNumber> add_waiver(Ledger& ledger, LedgerTransaction& transaction, const Waiver& waiver);

// Its time has come: entry `waiver.ended`. As of the transaction's moment.
Status end_waiver(Ledger& ledger, LedgerTransaction& transaction, const Waiver& waiver,
                  const std::string& why);

// Somebody takes it back: entry `waiver.withdrawn`.
struct WaiverWithdrawal {
  std::string author;
  std::string reason;
};
Status withdraw_waiver(Ledger& ledger, LedgerTransaction& transaction, const Waiver& waiver,
                       const WaiverWithdrawal& withdrawal);

// Whether the ledger knows of a change of the waiver's until_field on its record that happened after the
// waiver was made. False for waivers without one.
Result<bool> has_field_changed(Ledger& ledger, const Waiver& waiver);

// Fields of an object that some sync delivered: what a waiver may end with.
Result<std::vector<std::string>> field_names_in(Ledger& ledger, const std::string& object);

}  // namespace plumbline
