// What the commands over the audit log have in common.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/cli/command.h"
#include "daemon/cli/judging.h"
#include "ledger/audit/signed_note.h"
#include "ledger/ledger.h"

namespace plumbline {

// The ledger of --ledger or --config, to be read. Faults of `parsed` are told first. Where it cannot be
// opened, that is told.
Step<Ledger> open_log(std::string_view command, ParsedOptions& parsed, Streams& streams);

// Tells what went wrong with a log, or with a file that goes with it. Returns the exit status.
int tell_log_error(Streams& streams, const Error& error);

// Public keys as --pubkey names them: a file, or the key itself.
Result<std::vector<NoteKey>> named_keys(const std::string& named);

// A moment as --as-of has it; a date alone is its first second in UTC. A fault where it is none.
std::optional<Instant> read_time(ParsedOptions& parsed, std::string_view option);
// A number from 1 to `most`. A fault where it is none.
std::optional<std::uint64_t> read_number(ParsedOptions& parsed, std::string_view option, std::uint64_t most);

}  // namespace plumbline
