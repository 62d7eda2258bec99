// Writes a small ledger whose audit log has every kind of row the format has, and the checkpoints beside it:
//
//   write_log FOLDER     FOLDER/sales.ledger, .key, .pub, and sent.txt; FOLDER/small.ledger with its keys
//
// The golden logs of tests/golden were made by it (without the key), and the independent verifier looks at a
// fresh one in every test run.
#include <fmt/format.h>

#include <cstdio>
#include <string>

#include "base/crypto.h"
#include "ledger/audit/anchors.h"
#include "ledger/ledger.h"

namespace {

using namespace plumbline;

constexpr Instant kStart{std::chrono::seconds{1'717'243'200}};  // 2024-06-01T12:00:00Z
constexpr int kRuns = 9;
constexpr int kOpenedInTheLargest = 300;  // so that the tree has two levels of tiles

Instant hour(int number) { return kStart + std::chrono::hours{number}; }

Status log(LedgerTransaction& transaction, std::string_view kind, const std::string& body,
           const std::string& personal = "") {
  const Result<std::int64_t> logged = transaction.log({.kind = kind, .body = body, .personal = personal});
  return logged ? Status() : Status(fail(logged.error()));
}

Status log_run(LedgerTransaction& transaction, int run, int opened) {
  Status done =
      log(transaction, "run",
          fmt::format(R"("run":{},"as_of":"{}","opened":{})", run, format_instant(hour(run)), opened));
  for (int i = 0; done && i < opened; ++i) {
    const int violation = run * 1000 + i;
    done = log(
        transaction, i % 5 == 4 ? "violation.resolved" : "violation.opened",
        fmt::format(R"("violation":{},"run":{},"policy":"essentials/no-amount","object":"Opportunity",)"
                    R"("record":"006Rt{:010}","owner":"005Rt{:010}")",
                    violation, run, violation, violation % 7),
        i % 2 == 0 ? fmt::format(R"({{"record_name":"Café Nº {} — \"Öl\"","owner_name":"Ada Marlowe-Finch",)"
                                 R"("message":"The amount is missing."}})",
                                 violation)
                   : "");
  }
  return done;
}

// The transaction is on the disk when this returns.
Status write_run(Ledger& ledger, int run, const AnchorOptions& anchors) {
  Result<LedgerTransaction> transaction = LedgerTransaction::begin(ledger, hour(run));
  if (!transaction) return fail(transaction.error());
  const int opened = run == 4 ? kOpenedInTheLargest : run;
  if (Status logged = log_run(*transaction, run, opened); !logged) return logged;
  const Result<std::string> checkpoint = transaction->commit();
  if (!checkpoint) return fail(checkpoint.error());
  const std::vector<Error> failed = anchor_checkpoint(*checkpoint, anchors);
  return failed.empty() ? Status() : Status(fail(failed.front()));
}

Status write_quiet_checkpoint(Ledger& ledger) {
  const Result<AuditLog*> log = ledger.audit_log();
  if (!log) return fail(log.error());
  if (Status begun = ledger.database().begin(); !begun) return begun;
  const Result<std::optional<std::string>> sealed = (*log)->seal(hour(kRuns + 12), QuietSeal::kWrite);
  return sealed ? ledger.database().commit() : Status(fail(sealed.error()));
}

Status erase_one(const Ledger& ledger) {
  return ledger.database().execute(
      "UPDATE audit_entry SET personal = NULL, salt = NULL WHERE seq IN "
      "(SELECT seq FROM audit_entry WHERE personal IS NOT NULL ORDER BY seq LIMIT 3)");
}

// Of one organisation, which commands then need not be told.
Status write_small(const std::string& folder) {
  Result<Ledger> ledger =
      Ledger::open(folder + "/small.ledger", {.access = DatabaseAccess::kCreate, .now = kStart});
  if (!ledger) return fail(ledger.error());
  return write_run(*ledger, 4, {});
}

Status write_all(const std::string& folder) {
  for (const std::string_view organisation : {"Northern Sales", "Øst+"}) {
    Result<Ledger> ledger = Ledger::open(
        folder + "/sales.ledger",
        {.access = DatabaseAccess::kCreate, .organisation = std::string(organisation), .now = kStart});
    if (!ledger) return fail(ledger.error());
    const bool first = organisation == "Northern Sales";
    AnchorOptions anchors;
    if (first) anchors.paths.push_back(folder + "/sent.txt");
    for (int run = 0; run < (first ? kRuns : 2); ++run) {
      if (Status written = write_run(*ledger, run, anchors); !written) return written;
    }
    if (Status quiet = write_quiet_checkpoint(*ledger); !quiet) return quiet;
    if (Status erased = erase_one(*ledger); first && !erased) return erased;
  }
  return write_small(folder);
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    std::fputs("write_log FOLDER\n", stderr);
    return 2;
  }
  const Status written = write_all(words[1]);
  if (!written) std::fprintf(stderr, "%s\n", written.error().to_string().c_str());
  return written ? 0 : 1;
}
