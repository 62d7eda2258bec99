#include "daemon/cli/log_options.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

#include "base/utf8.h"
#include "daemon/cli/ledger_options.h"
#include "ledger/audit/log_key.h"

namespace plumbline {

Step<Ledger> open_log(std::string_view command, ParsedOptions& parsed, Streams& streams) {
  return open_ledger(command, parsed, streams, DatabaseAccess::kRead);
}

int tell_log_error(Streams& streams, const Error& error) { return tell_ledger_error(streams, error); }

Result<std::vector<NoteKey>> named_keys(const std::string& named) {
  // A key has pluses and no file of that name is likely, so the file is looked for where it is no key.
  Result<NoteKey> key = parse_note_key(named);
  if (key) return std::vector<NoteKey>{std::move(*key)};
  return read_public_keys(named);
}

std::optional<Instant> read_time(ParsedOptions& parsed, std::string_view option) {
  const std::optional<std::string> text = parsed.one(option);
  if (!text) return std::nullopt;
  if (const std::optional<Day> day = parse_day(trim(*text)))
    return Instant(std::chrono::duration_cast<std::chrono::seconds>(day->time_since_epoch()));
  const std::optional<Instant> instant = parse_instant(trim(*text));
  if (!instant) {
    parsed.faults.push_back(fmt::format(
        "{} {} is no moment; write 2024-06-01T12:00:00Z, an offset such as +02:00 for the Z, or a date alone",
        option, *text));
  }
  return instant;
}

std::optional<std::uint64_t> read_number(ParsedOptions& parsed, std::string_view option, std::uint64_t most) {
  const std::optional<std::string> text = parsed.one(option);
  if (!text) return std::nullopt;
  std::uint64_t number = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, code] = std::from_chars(text->data(), end, number);
  if (code == std::errc{} && stop == end && number >= 1 && number <= most) return number;
  parsed.faults.push_back(fmt::format("{} {} is not a number from 1 to {}", option, *text, most));
  return std::nullopt;
}

}  // namespace plumbline
