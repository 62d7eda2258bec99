// `plumbline violations list`: what is open, the worst first; or what was.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/ledger_options.h"
#include "daemon/cli/violations_commands.h"
#include "daemon/cli/violations_output.h"
#include "daemon/cli/waiver_words.h"
#include "ledger/violation_store.h"
#include "ledger/waiver_store.h"
#include "violations/waivers.h"

namespace plumbline {
namespace {

constexpr std::size_t kTableLimit = 200;     // where --limit is not given
constexpr std::size_t kWrittenAtOnce = 500;  // violations read whole at a time

enum class ListFormat : std::uint8_t { kTable, kJsonl, kCsv };

struct ListOptions {
  ViolationFilter filter;
  bool waived_alone = false;
  ListFormat format = ListFormat::kTable;
  std::size_t limit = 0;  // 0: all
};

constexpr auto kOptions = std::to_array<OptionSpec>({
    kLedgerOption,
    kLedgerConfigOption,
    {"--owner", "ID|NAME", "Of records of this person. With --state closed or all: at any time."},
    {"--policy", "ID", "Of this policy (id or pack/id)."},
    {"--object", "NAME", "Of records of this object."},
    {"--record", "ID|NAME", "Of this record."},
    {"--state", "STATE", "open, closed or all. Default: open."},
    {"--severity", "S", "Of this severity or worse: low, medium, high."},
    {"--waived", "", "Only those under a waiver or a snooze."},
    {"--format", "FORMAT", "table, jsonl or csv. Default: table."},
    {"--limit", "N", "At most so many, the worst first. Default: 200 in a table, else all."},
});

std::size_t read_limit(ParsedOptions& parsed, std::size_t otherwise) {
  const std::optional<std::string> text = parsed.one("--limit");
  if (!text) return otherwise;
  std::size_t limit = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, code] = std::from_chars(text->data(), end, limit);
  if (code != std::errc{} || stop != end || limit == 0)
    parsed.faults.push_back(fmt::format("--limit {} is not a number from 1", *text));
  return limit;
}

ListOptions read_options(ParsedOptions& parsed) {
  ListOptions options;
  options.filter.owner = parsed.one("--owner").value_or("");
  options.filter.policy = parsed.one("--policy").value_or("");
  options.filter.object = parsed.one("--object").value_or("");
  options.filter.record = parsed.one("--record").value_or("");
  options.filter.states =
      static_cast<ViolationFilter::States>(read_choice(parsed, "--state", {"open", "closed", "all"}, 0));
  if (parsed.has("--severity")) {
    options.filter.at_least =
        static_cast<Severity>(read_choice(parsed, "--severity", {"low", "medium", "high"}, 0));
  }
  options.waived_alone = parsed.has("--waived");
  options.format = static_cast<ListFormat>(read_choice(parsed, "--format", {"table", "jsonl", "csv"}, 0));
  options.limit = read_limit(parsed, options.format == ListFormat::kTable ? kTableLimit : 0);
  if (!parsed.arguments.empty()) {
    parsed.faults.push_back(fmt::format("violations list takes no {}; say --owner, --policy or --record",
                                        parsed.arguments.front()));
  }
  return options;
}

// The little of a violation that its place in the list needs.
struct Place {
  Severity severity = Severity::kLow;
  Instant opened_at{};
  ViolationNumber number = 0;
  const Waiver* waiver = nullptr;

  friend bool operator<(const Place& a, const Place& b) {
    return std::tuple(b.severity, a.opened_at, a.number) < std::tuple(a.severity, b.opened_at, b.number);
  }
};

Result<std::vector<Place>> find_places(Ledger& ledger, const ListOptions& options, const WaiverBook& book,
                                       ListTotals& totals) {
  std::vector<Place> places;
  const Status scanned = scan_violations(ledger, options.filter, [&](const ViolationFacts& facts) {
    const bool is_open = facts.state == ViolationState::kOpen;
    const Waiver* const waiver = is_open ? book.of(facts) : nullptr;
    if (options.waived_alone && waiver == nullptr) return;
    ++totals.all;
    ++totals.by_severity[static_cast<std::size_t>(facts.severity)];
    if (waiver != nullptr) ++totals.waived;
    if (!is_open) ++totals.closed;
    places.push_back({facts.severity, facts.opened_at, facts.number, waiver});
  });
  if (!scanned) return fail(scanned.error());
  const std::size_t wanted = options.limit == 0 ? places.size() : std::min(options.limit, places.size());
  std::partial_sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(wanted), places.end());
  places.resize(wanted);
  return places;
}

Result<std::vector<ListedViolation>> read_whole(Ledger& ledger, std::span<const Place> places) {
  std::vector<ViolationNumber> numbers;
  for (const Place& place : places) numbers.push_back(place.number);
  Result<std::vector<Violation>> violations = read_violations(ledger, numbers);
  if (!violations) return fail(violations.error());
  std::vector<ListedViolation> listed;
  for (std::size_t i = 0; i < places.size(); ++i)
    listed.push_back({.violation = std::move((*violations)[i]), .waiver = places[i].waiver});
  return listed;
}

Status write_lines(Ledger& ledger, std::span<const Place> places, ListFormat format, TextOutput& out) {
  if (format == ListFormat::kCsv) out.write(violations_csv_header());
  while (!places.empty() && !out.failed()) {
    const std::size_t part = std::min(places.size(), kWrittenAtOnce);
    const Result<std::vector<ListedViolation>> listed = read_whole(ledger, places.first(part));
    if (!listed) return fail(listed.error());
    for (const ListedViolation& violation : *listed)
      out.write(format == ListFormat::kCsv ? violation_csv(violation) : violation_jsonl(violation));
    places = places.subspan(part);
  }
  return {};
}

Status write_table(Ledger& ledger, std::span<const Place> places, const ListTotals& totals,
                   const WaiverBook& book, Streams& streams) {
  const Result<std::vector<ListedViolation>> listed = read_whole(ledger, places);
  if (!listed) return fail(listed.error());
  streams.out.write(violations_table(*listed, totals, streams.clock.now(), streams.out_terminal));
  for (const Waiver* waiver : book.ending_soon())
    streams.out.write("Ends soon: " + ending_waiver(*waiver) + "\n");
  return {};
}

Status list(Ledger& ledger, const ListOptions& options, Streams& streams) {
  if (Status reading = ledger.database().begin_reading(); !reading) return reading;
  Result<std::vector<Waiver>> waivers = read_waivers(ledger);
  if (!waivers) return fail(waivers.error());
  const WaiverBook book(*std::move(waivers), streams.clock.now());
  ListTotals totals;
  const Result<std::vector<Place>> places = find_places(ledger, options, book, totals);
  if (!places) return fail(places.error());
  const Status written = options.format == ListFormat::kTable
                             ? write_table(ledger, *places, totals, book, streams)
                             : write_lines(ledger, *places, options.format, streams.out);
  if (!written) return written;
  return ledger.database().commit();
}

int run(ParsedOptions parsed, Streams& streams) {
  const ListOptions options = read_options(parsed);
  Step<Ledger> ledger = open_ledger("violations list", parsed, streams, DatabaseAccess::kRead);
  if (!ledger) return ledger.error().status;
  const Status listed = list(*ledger, options, streams);
  return listed ? kExitDone : tell_ledger_error(streams, listed.error());
}

}  // namespace

const CommandSpec& violations_list_command() {
  static constexpr CommandSpec kCommand{
      .name = "violations list",
      .arguments = "",
      .summary = "List the violations a ledger holds: open ones, the worst first, or all there ever were.",
      .options = kOptions,
      .notes =
          "All filters that are given count together. Waivers that end within a week stand below the table.",
      .examples =
          "plumbline violations list --ledger sales.ledger\n"
          "plumbline violations list --config plumbline.yaml --severity high\n"
          "plumbline violations list --ledger sales.ledger --owner 'Ada Marlowe-Finch' --state all\n"
          "plumbline violations list --ledger sales.ledger --waived --format csv",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
