#include "tests/ledger/faults/store_cycle.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <utility>

#include "ledger/ledger.h"
#include "ledger/sync_writer.h"
#include "records/data_folder.h"
#include "records/reject.h"
#include "records/schema.h"

namespace plumbline {
namespace {

constexpr Instant kFirstDay{std::chrono::seconds{1'717'243'200}};
constexpr int kRecords = 40;
constexpr int kViolations = 12;

// One transaction, an hour after the one before.
class Work {
 public:
  Work(Ledger& ledger, LedgerTransaction transaction)
      : ledger_(ledger), transaction_(std::move(transaction)) {}

  Work& run(const std::string& sql) {
    if (status_) status_ = ledger_.database().execute(sql);
    return *this;
  }
  // What a question with one number for an answer comes to.
  std::int64_t ask(const std::string& sql) {
    if (!status_) return 0;
    Result<std::unique_ptr<Statement>> question = ledger_.database().prepare(sql);
    const Result<bool> row = question ? (*question)->step() : Result<bool>(fail(question.error()));
    if (!row) {
      status_ = fail(row.error());
      return 0;
    }
    const std::int64_t answer = *row ? (*question)->integer(0) : 0;
    (*question)->reset();
    return answer;
  }
  // The number of the entry; -1 after a failure.
  std::int64_t log(std::string_view kind, const std::string& body, std::string_view personal = {}) {
    if (!status_) return -1;
    const Result<std::int64_t> number = transaction_.log({.kind = kind, .body = body, .personal = personal});
    if (!number) status_ = fail(number.error());
    return number ? *number : -1;
  }
  // A failure of something that writes by itself.
  template <class T>
  void note(const Result<T>& done) {
    if (status_ && !done) status_ = fail(done.error());
  }
  Ledger& ledger() { return ledger_; }
  LedgerTransaction& transaction() { return transaction_; }
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

Status an_hour_later(const std::string& path, void (*act)(Work&)) {
  Result<Ledger> ledger = Ledger::open(path, {.access = DatabaseAccess::kCreate, .now = kFirstDay});
  if (!ledger) return fail(ledger.error());
  const Result<Instant> last = ledger->last_at();
  if (!last) return fail(last.error());
  Result<LedgerTransaction> transaction =
      LedgerTransaction::begin(*ledger, std::max(kFirstDay, *last) + std::chrono::hours{1});
  if (!transaction) return fail(transaction.error());
  Work work(*ledger, std::move(*transaction));
  act(work);
  return work.commit();
}

void make(Work& work) { work.log("ledger.created", R"("program":"test")"); }

class NoRejects : public RejectSink {
 public:
  void reject(const Reject&) override {}
};

// Opportunities that all have another Next Step than the day before, as exports of a folder beside the
// ledger.
std::string write_exports(const std::string& ledger, std::int64_t day) {
  const std::filesystem::path folder = ledger + ".exports";
  std::filesystem::create_directories(folder);
  std::ofstream file(folder / "Opportunity.csv");
  file << "Id,Name,StageName,Amount,CloseDate,NextStep,Region__c,LastModifiedDate\n";
  for (int record = 0; record < kRecords; ++record) {
    file << fmt::format(
        "006{0:012},Deal {0},Proposal,{1}.50,2024-06-{2:02},step {3} {0:0200},North,2024-05-01T08:00:00Z\n",
        record, 100 + day, 1 + (record + day) % 28, day);
  }
  return folder.string();
}

void take_in(Work& work) {
  const std::string exports = write_exports(work.ledger().path(), work.ask("SELECT count(*) FROM sync"));
  const Schema declared = Schema::standard();
  Schema schema = declared;
  const auto folder = open_folder({.paths = {exports}}, schema);
  NoRejects rejects;
  if (folder) {
    work.note(write_sync(work.ledger(), work.transaction(),
                         {.source = "folder:exports",
                          .written_at = work.transaction().as_of(),
                          .folder = *folder,
                          .declared = declared,
                          .schema = schema},
                         rejects));
  } else {
    work.note(Result<SyncSummary>(fail(folder.error().errors.front())));
  }
}

void transition(Work& work, std::int64_t run, int violation, std::string_view kind) {
  const std::int64_t entry = work.log(fmt::format("violation.{}", kind),
                                      fmt::format(R"("violation":"V{}","run":{})", violation, run),
                                      R"({"message":"the close date is past"})");
  work.run(
      fmt::format("INSERT INTO transition(org, run, violation, kind, at, owner, audit_seq) "
                  "VALUES(1, {}, {}, '{}', '{}', '005', {})",
                  run, violation, kind, work.at(), entry));
}

struct RunCounts {
  int opened = 0;
  int resolved = 0;
  int reopened = 0;
};

void note_run(Work& work, std::int64_t run, const RunCounts& counts) {
  const std::int64_t entry = work.log("run", fmt::format(R"("run":{},"as_of":"{}")", run, work.at()));
  work.run(
      fmt::format("INSERT INTO run(id, org, as_of, written_at, packs, records, violated, unknown, opened, "
                  "changed, resolved, "
                  "lapsed, reopened, retracted, audit_seq) "
                  "VALUES({0}, 1, '{1}', '{1}', '[]', {2}, 0, 0, {3}, 0, {4}, 0, {5}, 0, {6})",
                  run, work.at(), kRecords, counts.opened, counts.resolved, counts.reopened, entry));
}

// Every second violation is there in a run, the others in the next.
void judge(Work& work) {
  const std::int64_t run = work.ask("SELECT count(*) + 1 FROM run");
  RunCounts counts;
  for (int number = 1; number <= kViolations; ++number) {
    const std::string where = fmt::format(" FROM violation WHERE number = {}", number);
    const bool violated = (number + run) % 2 == 0;
    if (work.ask("SELECT count(*)" + where) == 0) {
      work.run(fmt::format(
          "INSERT INTO violation(number, org, pack, policy, object, record, record_key, record_name, "
          "severity, state, owner, owner_name, opened_at, opened_run, changed_at, times_opened, "
          "evidence, digest, message, remedy) VALUES({0}, 1, 'p', 'late', 'Opportunity', 'k{0:04}', "
          "'k{0:04}', '', 'high', 'open', '005', '', '{1}', {2}, '{1}', 1, '{{}}', x'00', 'm', 'r')",
          number, work.at(), run));
      transition(work, run, number, "opened");
      ++counts.opened;
      continue;
    }
    const bool is_open = work.ask("SELECT state = 'open'" + where) == 1;
    if (is_open == violated) continue;
    work.run(fmt::format("UPDATE violation SET state = '{}', changed_at = '{}' WHERE number = {}",
                         violated ? "open" : "resolved", work.at(), number));
    transition(work, run, number, violated ? "reopened" : "resolved");
    ++(violated ? counts.reopened : counts.resolved);
  }
  note_run(work, run, counts);
}

void waive(Work& work) {
  const std::int64_t number = work.ask("SELECT count(*) + 1 FROM waiver");
  const std::int64_t entry =
      work.log("waiver.made", fmt::format(R"("waiver":"W{}","waiver_kind":"waiver")", number),
               R"({"author":"ops","reason":"agreed"})");
  work.run(
      fmt::format("INSERT INTO waiver(number, org, kind, record_key, reason, author, made_at, until_at, "
                  "audit_seq) VALUES({0}, 1, 'waiver', 'k0009', 'agreed', 'ops', '{1}', '{1}', {2})",
                  number, work.at(), entry));
}

void unwaive(Work& work) {
  const std::int64_t number = work.ask("SELECT coalesce(max(number), 0) FROM waiver WHERE ended_at IS NULL");
  work.run(fmt::format("UPDATE waiver SET ended_at = '{}', ended_why = 'withdrawn' WHERE number = {}",
                       work.at(), number));
  work.log("waiver.withdrawn", fmt::format(R"("waiver":"W{}")", number));
}

template <void (*kAct)(Work&)>
Status step(const std::string& path) {
  return an_hour_later(path, kAct);
}

constexpr auto kSteps = std::to_array<CycleStep>({{"make", step<make>},
                                                  {"take in", step<take_in>},
                                                  {"judge", step<judge>},
                                                  {"waive", step<waive>},
                                                  {"take in again", step<take_in>},
                                                  {"judge again", step<judge>},
                                                  {"unwaive", step<unwaive>}});

}  // namespace

std::span<const CycleStep> store_cycle() { return kSteps; }

}  // namespace plumbline
