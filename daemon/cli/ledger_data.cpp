#include "daemon/cli/ledger_data.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/wrap.h"
#include "ledger/prune.h"

namespace plumbline {
namespace {

constexpr std::chrono::hours kNoon{12};

// A moment, or noon of a day, UTC: one moment for all records.
std::optional<Instant> read_known_at(const std::string& text) {
  if (const std::optional<Day> day = parse_day(trim(text))) return TimeZone::utc().to_instant(*day, kNoon);
  return parse_instant(trim(text));
}

// "3 syncs, from 2024-05-01T12:00:00Z to 2024-06-01T12:00:00Z"
std::string syncs_of(const Catalogue& known) {
  std::string text = counted(known.syncs, "sync", "syncs");
  if (known.syncs == 1) return text + fmt::format(", of {}", format_instant(*known.last_sync));
  return text +
         fmt::format(", from {} to {}", format_instant(*known.first_sync), format_instant(*known.last_sync));
}

std::string moment_told(const LedgerData& data) {
  const LedgerMoment& moment = data.moment;
  if (!moment.as_of) return "the records as they are now";
  const std::string as_of = format_instant(*moment.as_of);
  std::string text = !moment.known_at || *moment.known_at == *moment.as_of
                         ? fmt::format("the records as they were at {}, as known then", as_of)
                         : fmt::format("the records as they were at {}, as known at {}", as_of,
                                       format_instant(*moment.known_at));
  if (*moment.as_of < *data.known.first_sync) {
    text += fmt::format("; what was before the first sync ({}) is known from histories alone",
                        format_instant(*data.known.first_sync));
  }
  return text;
}

}  // namespace

std::optional<LedgerInput> read_ledger_input(ParsedOptions& parsed, const JudgeOptions& judge) {
  const std::optional<std::string> known_at = parsed.one("--known-at");
  const std::optional<std::string> file = parsed.one("--ledger");
  if (!file) {
    if (known_at)
      parsed.faults.emplace_back("--known-at is about what a ledger knew; name it: --ledger FILE");
    return std::nullopt;
  }
  LedgerInput input{.file = *file};
  if (file->empty()) parsed.faults.emplace_back("--ledger names no file");
  if (parsed.has("--as-of")) input.moment.as_of = judge.now;
  if (!known_at) return input;
  input.moment.known_at = read_known_at(*known_at);
  if (!input.moment.known_at) {
    parsed.faults.push_back(fmt::format(
        "--known-at {} is no moment; write 2024-06-01T12:00:00Z, or a date alone for its noon (UTC)",
        *known_at));
  }
  if (!input.moment.as_of) {
    parsed.faults.emplace_back(
        "--known-at goes with --as-of, which says as of when the records are judged; to see what was known "
        "at a moment about that moment, --as-of alone does");
  }
  return input;
}

Result<std::unique_ptr<LedgerData>> open_ledger_data(const LedgerInput& input) {
  Result<Ledger> ledger = Ledger::open(input.file, {.access = DatabaseAccess::kRead});
  if (!ledger) return fail(ledger.error());
  if (input.moment.as_of) {
    const Instant as_of = *input.moment.as_of;
    const Status known = check_still_known(*ledger, as_of, input.moment.known_at.value_or(as_of));
    if (!known) return fail(known.error());
  }
  auto data = std::make_unique<LedgerData>(LedgerData{.ledger = *std::move(ledger), .moment = input.moment});
  Result<Catalogue> known = known_in_ledger(data->ledger, data->moment);
  if (!known) return fail(known.error());
  data->known = *std::move(known);
  return data;
}

int exit_status_of(const Error& error) {
  return error.code == ErrorCode::kCorrupt ? kExitIntegrity : kExitInput;
}

std::vector<std::string> ledger_facts(const LedgerData& data) {
  return {fmt::format("{}, organisation {}: {}", data.ledger.path(), data.ledger.organisation_name(),
                      syncs_of(data.known)),
          moment_told(data)};
}

}  // namespace plumbline
