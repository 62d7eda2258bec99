// `plumbline log receipt ID`: what proves that a decision is in the log, to give away.
#include <fmt/format.h>

#include <charconv>

#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/ledger_options.h"
#include "daemon/cli/log_commands.h"
#include "daemon/cli/log_options.h"
#include "ledger/audit/receipt.h"

namespace plumbline {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({kLedgerOption, kLedgerConfigOption});

struct ReceiptId {
  bool of_violation = false;
  std::int64_t number = 0;
};

// V12 is a violation, 345 an entry.
std::optional<ReceiptId> parse_id(std::string_view text) {
  ReceiptId id{.of_violation = text.starts_with('V') || text.starts_with('v')};
  if (id.of_violation) text.remove_prefix(1);
  const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), id.number);
  if (code != std::errc{} || stop != text.data() + text.size() || id.number < 0) return std::nullopt;
  return id;
}

Result<std::string> receipt_of(const Ledger& ledger, const ReceiptId& id) {
  std::vector<std::int64_t> entries = {id.number};
  if (id.of_violation) {
    Result<std::vector<std::int64_t>> found =
        entries_of_violation(ledger.database(), ledger.organisation(), id.number);
    if (!found) return fail(found.error());
    if (found->empty())
      return fail(ErrorCode::kNotFound, fmt::format("there is no violation V{} in the ledger", id.number));
    entries = std::move(*found);
  }
  return make_receipt(ledger.database(), ledger.organisation(), entries);
}

int run(ParsedOptions parsed, Streams& streams) {
  const std::optional<ReceiptId> id =
      parsed.arguments.size() == 1 ? parse_id(parsed.arguments[0]) : std::nullopt;
  if (!id)
    parsed.faults.emplace_back(
        "log receipt needs one ID: V12 for all that is said of a violation, or the number of an "
        "entry, as log show has it");
  Step<Ledger> ledger = open_log("log receipt", parsed, streams);
  if (!ledger) return ledger.error().status;
  if (Status begun = ledger->database().begin_reading(); !begun)
    return tell_log_error(streams, begun.error());
  const Result<std::string> receipt = receipt_of(*ledger, *id);
  ledger->database().rollback();
  if (!receipt) return tell_log_error(streams, receipt.error());
  streams.out.write(*receipt + "\n");
  return kExitDone;
}

}  // namespace

const CommandSpec& log_receipt_command() {
  static constexpr CommandSpec kCommand{
      .name = "log receipt",
      .arguments = "ID",
      .summary = "Print what proves that a decision is in the audit log.",
      .options = kOptions,
      .notes =
          "ID is a violation (V12) or the number of an entry. The receipt is one line of JSON: the entries, "
          "the "
          "hashes that lead from each to the root, and the signed checkpoint. plumbline log verify --receipt "
          "checks it with the public key alone. It has the personal text of the entries in it, where that "
          "was "
          "not erased.",
      .examples = "plumbline log receipt V12 --ledger sales.ledger > V12.json",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
