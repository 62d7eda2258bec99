// The steps a ledger's file went through, from an empty one to what this program writes. Forward only, each
// step whole or not at all, with a copy of the file kept beside it first.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/database.h"

namespace plumbline {

struct Migration {
  int version = 0;        // of the file once the step is done; they rise by one
  std::string_view what;  // for people: "the first ledger"
  std::string_view sql;
};

// Those of this program, in order. A released one never changes.
std::span<const Migration> ledger_migrations();

// Marks the file as ours ("Plum"), whatever its name.
inline constexpr int kLedgerApplicationId = 0x506C756D;

// Brings the file at `path` up to the last of `migrations`. An existing ledger is copied first, to
// PATH.before-vN (N the version it comes to). Refuses a file that is no ledger, or that a newer program
// wrote.
Status migrate(Database& database, const std::string& path, std::span<const Migration> migrations);

// Whether a file that is only read is of the last version: an older or newer one is refused with a sentence.
Status check_version(Database& database, const std::string& path, std::span<const Migration> migrations);

}  // namespace plumbline
