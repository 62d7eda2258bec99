#include "tests/ledger/faults/store_cycle.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <initializer_list>
#include <memory>
#include <utility>

#include "ledger/ledger.h"

namespace plumbline {
namespace {

constexpr Instant kFirstDay{std::chrono::seconds{1'717'243'200}};
constexpr int kRecords = 40;
constexpr int kViolations = 12;

Instant day(int number) { return kFirstDay + std::chrono::days{number}; }

// One transaction of one day, and the numbers that go with it.
class Work {
 public:
  Work(Ledger& ledger, LedgerTransaction transaction)
      : ledger_(ledger), transaction_(std::move(transaction)) {}

  Work& run(const std::string& sql) {
    if (status_) status_ = ledger_.database().execute(sql);
    return *this;
  }
  // The number of the entry; -1 after a failure.
  std::int64_t log(std::string_view kind, const std::string& body, std::string_view personal = {}) {
    if (!status_) return -1;
    const Result<std::int64_t> number = transaction_.log({.kind = kind, .body = body, .personal = personal});
    if (!number) status_ = fail(number.error());
    return number ? *number : -1;
  }
  std::string at() const { return format_instant(transaction_.as_of()); }
  Status commit() {
    if (!status_) return status_;
    const Result<std::string> checkpoint = transaction_.commit();
    if (!checkpoint) return fail(checkpoint.error());
    return {};
  }

 private:
  Ledger& ledger_;
  LedgerTransaction transaction_;
  Status status_{};
};

Status on_day(const std::string& path, int number, void (*act)(Work&)) {
  Result<Ledger> ledger = Ledger::open(path, {.access = DatabaseAccess::kCreate, .now = day(0)});
  if (!ledger) return fail(ledger.error());
  Result<LedgerTransaction> transaction = LedgerTransaction::begin(*ledger, day(number));
  if (!transaction) return fail(transaction.error());
  Work work(*ledger, std::move(*transaction));
  act(work);
  return work.commit();
}

void make(Work& work) { work.log("ledger.created", R"("program":"test")"); }

void take_in(Work& work, int sync, const std::string& each_record) {
  work.run(fmt::format("INSERT INTO sync VALUES({}, 1, 'folder:exports', '{}', '{}', 0)", sync, work.at(),
                       work.at()));
  work.run(fmt::format("INSERT INTO sync_file VALUES(1, {}, 'Deal.csv', 'Deal', 999, {}, {}, 0, 0, 0, 0, 0)",
                       sync, kRecords, kRecords));
  for (int record = 0; record < kRecords; ++record) {
    work.run(fmt::format(fmt::runtime(each_record), record, sync));
  }
  work.log("sync", fmt::format(R"("sync":{},"files":[{{"name":"Deal.csv","rows":{}}}])", sync, kRecords));
}

void first_sync(Work& work) {
  work.run("CREATE TABLE Deal(_org INTEGER, _key TEXT, Name TEXT, _sync INTEGER, UNIQUE(_org, _key))");
  take_in(work, 1, "INSERT INTO Deal VALUES(1, 'k{0:04}', 'name of the deal {0:0300}', {1})");
}

void second_sync(Work& work) {
  take_in(work, 2,
          "UPDATE Deal SET Name = 'renamed {0:0400}', _sync = {1} WHERE _org = 1 AND _key = 'k{0:04}';"
          "INSERT INTO change(org, field, record, old, new, happened_at, seen_at, sync) "
          "VALUES(1, 1, 'k{0:04}', 'a', 'b', 1, 2, {1})");
}

void transition(Work& work, int run, int violation, std::string_view kind) {
  const std::int64_t entry = work.log(fmt::format("violation.{}", kind),
                                      fmt::format(R"("violation":"V{}","run":{})", violation, run),
                                      R"({"message":"the close date is past"})");
  work.run(
      fmt::format("INSERT INTO transition(org, run, violation, kind, at, owner, audit_seq) "
                  "VALUES(1, {}, {}, '{}', '{}', '005', {})",
                  run, violation, kind, work.at(), entry));
}

void note_run(Work& work, int run, int opened, int resolved) {
  const std::int64_t entry = work.log("run", fmt::format(R"("run":{},"as_of":"{}")", run, work.at()));
  work.run(
      fmt::format("INSERT INTO run VALUES({0}, 1, '{1}', '{1}', '[]', {2}, {3}, 0, {3}, 0, {4}, 0, 0, 0, "
                  "{5})",
                  run, work.at(), kRecords, opened, resolved, entry));
}

void open_violations(Work& work) {
  note_run(work, 1, kViolations, 0);
  for (int number = 1; number <= kViolations; ++number) {
    work.run(
        fmt::format("INSERT INTO violation VALUES({0}, 1, 'p', 'late', 'Deal', 'k{0:04}', 'k{0:04}', '', "
                    "'high', 'open', '005', '', '{1}', 1, '{1}', NULL, NULL, NULL, 1, '{{}}', x'00', 'm', "
                    "'r')",
                    number, work.at()));
    transition(work, 1, number, "opened");
  }
}

void resolve_half(Work& work) {
  note_run(work, 2, 0, kViolations / 2);
  for (int number = 1; number <= kViolations / 2; ++number) {
    work.run(fmt::format("UPDATE violation SET state = 'resolved', closed_at = '{}' WHERE number = {}",
                         work.at(), number));
    transition(work, 2, number, "resolved");
  }
}

void waive(Work& work) {
  const std::int64_t entry =
      work.log("waiver.made", R"("waiver":"W1","kind":"waiver")", R"({"author":"ops","reason":"agreed"})");
  work.run(
      fmt::format("INSERT INTO waiver(number, org, kind, record_key, reason, author, made_at, until_at, "
                  "audit_seq) VALUES(1, 1, 'waiver', 'k0009', 'agreed', 'ops', '{0}', '{0}', {1})",
                  work.at(), entry));
}

void end_waiver(Work& work) {
  work.run(
      fmt::format("UPDATE waiver SET ended_at = '{}', ended_why = 'withdrawn' WHERE number = 1", work.at()));
  work.log("waiver.withdrawn", R"("waiver":"W1")");
}

constexpr auto kSteps = std::to_array<CycleStep>({
    {"make", [](const std::string& path) { return on_day(path, 0, make); }},
    {"first sync", [](const std::string& path) { return on_day(path, 1, first_sync); }},
    {"open violations", [](const std::string& path) { return on_day(path, 1, open_violations); }},
    {"waive", [](const std::string& path) { return on_day(path, 2, waive); }},
    {"second sync", [](const std::string& path) { return on_day(path, 3, second_sync); }},
    {"resolve half", [](const std::string& path) { return on_day(path, 3, resolve_half); }},
    {"end the waiver", [](const std::string& path) { return on_day(path, 4, end_waiver); }},
});

}  // namespace

std::span<const CycleStep> store_cycle() { return kSteps; }

}  // namespace plumbline
