// `plumbline log verify FILE`: whether the audit log of a ledger is what was signed; and receipts, without
// one.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/log_commands.h"
#include "daemon/cli/log_options.h"
#include "daemon/cli/wrap.h"
#include "ledger/audit/anchors.h"
#include "ledger/audit/log_key.h"
#include "ledger/audit/receipt.h"
#include "ledger/audit/small_file.h"
#include "ledger/audit/verify.h"

namespace plumbline {
namespace {

constexpr std::uint64_t kMostThreads = 256;
constexpr std::size_t kFaultsShown = 100;

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"--pubkey", "KEY",
     "The public key: a file of them, or the key itself. Default: FILE.pub, which proves less."},
    {"--anchor", "CHECKPOINT", "A file of checkpoints kept elsewhere. May be repeated.",
     OptionSpec::Times::kMany},
    {"--receipt", "FILE", "Check this receipt, with the public key alone, in place of a ledger."},
    {"--threads", "N", "Verify with so many threads. Default: one a processor."},
});

void tell_faults(const Faults& faults, Streams& streams) {
  const std::size_t shown = std::min(faults.kept.size(), kFaultsShown);
  for (std::size_t i = 0; i < shown; ++i) streams.out.write(fmt::format("  {}\n", printable(faults.kept[i])));
  if (faults.count > shown)
    streams.out.write(fmt::format("  and {} more\n", with_commas(faults.count - shown)));
}

std::string anchor_words(const LogReport& log) {
  if (log.anchored_to_end) return "anchored to its end";
  if (log.anchors == 0) return "no anchor: rollback cannot be excluded";
  return fmt::format("no anchor: rollback cannot be excluded (the farthest anchor has {} of {})",
                     with_commas(log.anchored), counted(log.entries, "entry", "entries"));
}

void tell_log(const LogReport& log, Streams& streams) {
  streams.out.write(fmt::format("{}\n", printable(log.organisation)));
  if (!log.key) {
    streams.out.write("  not verified: no public key of this log was given\n");
    return;
  }
  streams.out.write(fmt::format("  {}, {} with personal text, of which {} erased\n",
                                counted(log.entries, "entry", "entries"), with_commas(log.with_personal_text),
                                with_commas(log.erased)));
  streams.out.write(
      fmt::format("  {}{}\n", counted(log.checkpoints, "checkpoint", "checkpoints"),
                  log.newest ? fmt::format(", the newest of {}", format_instant(*log.newest)) : ""));
  streams.out.write(fmt::format("  key {}\n", printable(log.key->to_string())));
  streams.out.write(fmt::format("  {}\n", anchor_words(log)));
  tell_faults(log.faults, streams);
  streams.out.write(log.faults.none() ? "  verified: everything is as it was signed\n"
                                      : fmt::format("  NOT as it was signed: {}\n",
                                                    counted(log.faults.count, "fault", "faults")));
}

int tell_report(const VerifyReport& report, bool own_key, Streams& streams) {
  for (const LogReport& log : report.logs) tell_log(log, streams);
  if (!report.faults.none()) streams.out.write("the ledger\n");
  tell_faults(report.faults, streams);
  for (const std::string& note : report.notes) complain(streams, note);
  if (own_key) {
    complain(streams,
             "the public key was taken from beside the ledger: whoever changed the one may have changed the "
             "other; "
             "--pubkey with a key that was kept elsewhere proves more");
  }
  return report.sound() ? kExitDone : kExitIntegrity;
}

int verify_receipt(const std::string& path, const std::vector<NoteKey>& keys, Streams& streams) {
  const Result<std::string> text = read_small_file(path);
  if (!text) return tell_log_error(streams, text.error());
  const Result<CheckedReceipt> receipt = check_receipt(*text, keys);
  if (!receipt) {
    Error error = receipt.error();
    error.where = SourceSpan{.file = path};
    return tell_log_error(streams, error);
  }
  for (const CheckedEntry& entry : receipt->entries) {
    streams.out.write(fmt::format("{}\n", printable(entry.entry)));
    if (!entry.personal.empty()) streams.out.write(fmt::format("  {}\n", printable(entry.personal)));
    if (entry.erased) streams.out.write("  its personal text is not in the receipt, or was erased\n");
  }
  streams.out.write(fmt::format("verified: {} in the log of {} when it had {}, at {}\n",
                                receipt->entries.size() == 1 ? "this entry was" : "these entries were",
                                printable(receipt->origin), counted(receipt->size, "entry", "entries"),
                                format_instant(receipt->at)));
  return kExitDone;
}

// All files of anchors; false where one cannot be read, which is told.
bool read_anchor_files(const std::vector<std::string>& paths, std::vector<AnchorFile>& anchors,
                       Streams& streams) {
  for (const std::string& path : paths) {
    Result<std::string> text = read_small_file(path);
    if (!text) {
      complain(streams, text.error());
      return false;
    }
    anchors.push_back({.name = path, .text = checkpoints_in(*text)});
  }
  return true;
}

void check_arguments(ParsedOptions& parsed) {
  const bool receipt = parsed.has("--receipt");
  if (receipt && !parsed.has("--pubkey"))
    parsed.faults.emplace_back("--receipt needs --pubkey: the key of the log that it is a receipt of");
  if (receipt && (parsed.has("--anchor") || !parsed.arguments.empty()))
    parsed.faults.emplace_back("--receipt is checked by itself: without a ledger, and without anchors");
  if (!receipt && parsed.arguments.size() != 1)
    parsed.faults.emplace_back("log verify needs one ledger, or --receipt FILE");
}

int run(ParsedOptions parsed, Streams& streams) {
  check_arguments(parsed);
  const std::optional<std::uint64_t> threads = read_number(parsed, "--threads", kMostThreads);
  if (!parsed.faults.empty()) return refuse(streams, "log verify", parsed.faults);
  const std::optional<std::string> named = parsed.one("--pubkey");
  const std::string ledger = parsed.arguments.empty() ? "" : parsed.arguments[0];
  std::error_code code;
  if (!ledger.empty() && !std::filesystem::exists(ledger, code)) {
    complain(streams, ledger + ": there is no ledger here; name its file, or a copy of it");
    return kExitInput;
  }
  Result<std::vector<NoteKey>> keys = named ? named_keys(*named) : read_public_keys(public_key_path(ledger));
  if (!keys) {
    complain(streams, keys.error());
    return named && keys.error().code != ErrorCode::kNotFound ? kExitUsage : kExitInput;
  }
  if (parsed.has("--receipt")) return verify_receipt(*parsed.one("--receipt"), *keys, streams);
  VerifyOptions options{.ledger = ledger, .keys = std::move(*keys)};
  options.threads = threads.value_or(std::max(1U, std::thread::hardware_concurrency()));
  if (!read_anchor_files(parsed.all("--anchor"), options.anchors, streams)) return kExitInput;
  const Result<VerifyReport> report = verify_audit_logs(options);
  if (!report) return tell_log_error(streams, report.error());
  return tell_report(*report, !named.has_value(), streams);
}

}  // namespace

const CommandSpec& log_verify_command() {
  static constexpr CommandSpec kCommand{
      .name = "log verify",
      .arguments = "[FILE]",
      .summary = "Verify the audit log of a ledger, or a receipt.",
      .options = kOptions,
      .notes =
          "FILE is a ledger, or a copy of one; nothing else is needed, and no network. Everything is worked "
          "out "
          "again from the entries and compared with the tree and the signed checkpoints; each fault is told "
          "with "
          "its place, and the status is then 5. A checkpoint that was kept elsewhere (--anchor) shows that "
          "the "
          "log was not cut back, or written anew by somebody who holds its key.",
      .examples =
          "plumbline log verify sales.ledger --pubkey audit.pub --anchor sent.txt\n"
          "plumbline log verify --receipt V12.json --pubkey audit.pub",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
