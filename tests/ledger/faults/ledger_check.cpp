#include "tests/ledger/faults/ledger_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "base/crypto.h"
#include "ledger/audit/log_key.h"
#include "ledger/audit/verify.h"
#include "ledger/database.h"
#include "ledger/sqlite_database.h"

namespace plumbline {
namespace {

// A question that has no rows where all is well; the first column of a row says which one is wrong.
struct Rule {
  std::string_view what;
  std::string_view sql;
};

constexpr auto kRules = std::to_array<Rule>({
    {"the entries of the log are numbered without gaps",
     "SELECT count(*) FROM audit_entry GROUP BY org HAVING count(*) <> max(seq) + 1 OR min(seq) <> 0"},
    {"an entry has no member twice",
     "SELECT seq FROM audit_entry WHERE (SELECT count(*) FROM json_each(entry)) <> "
     "(SELECT count(DISTINCT key) FROM json_each(entry))"},
    {"a run has the transitions it counted",
     "SELECT r.id FROM run r WHERE "
     "(SELECT count(*) FROM transition t WHERE t.org = r.org AND t.run = r.id AND t.kind NOT IN "
     "('unknown', 'known')) <> r.opened + r.changed + r.resolved + r.lapsed + r.reopened + r.retracted"},
    {"a run has its entry",
     "SELECT r.id FROM run r LEFT JOIN audit_entry e ON e.org = r.org AND e.seq = r.audit_seq "
     "WHERE e.kind IS NOT 'run' OR json_extract(e.entry, '$.run') <> r.id"},
    {"an entry of a run has its run",
     "SELECT e.seq FROM audit_entry e LEFT JOIN run r ON r.org = e.org AND r.audit_seq = e.seq "
     "WHERE e.kind = 'run' AND r.id IS NULL"},
    {"a transition has its run",
     "SELECT t.id FROM transition t LEFT JOIN run r ON r.org = t.org AND r.id = t.run WHERE r.id IS NULL"},
    {"a transition has its entry",
     "SELECT t.id FROM transition t LEFT JOIN audit_entry e ON e.org = t.org AND e.seq = t.audit_seq "
     "WHERE e.kind IS NOT 'violation.' || t.kind"},
    {"an entry of a violation has its transition",
     "SELECT e.seq FROM audit_entry e LEFT JOIN transition t ON t.org = e.org AND t.audit_seq = e.seq "
     "WHERE e.kind GLOB 'violation.*' AND t.id IS NULL"},
    {"a violation is in the state that its newest transition left it in",
     "SELECT v.number FROM violation v WHERE (v.state = 'open') <> "
     "((SELECT t.kind FROM transition t WHERE t.org = v.org AND t.violation = v.number AND t.kind NOT IN "
     "('unknown', 'known', 'changed') ORDER BY t.id DESC LIMIT 1) IN ('opened', 'reopened'))"},
    {"a sync has its entry",
     "SELECT s.id FROM sync s WHERE NOT EXISTS (SELECT 1 FROM audit_entry e WHERE e.org = s.org "
     "AND e.kind = 'sync' AND json_extract(e.entry, '$.sync') = s.id)"},
    {"an entry of a sync has its sync, and says of its files what the table says",
     "SELECT e.seq FROM audit_entry e WHERE e.kind = 'sync' AND ("
     "NOT EXISTS (SELECT 1 FROM sync s WHERE s.org = e.org AND s.id = json_extract(e.entry, '$.sync')) OR "
     "(SELECT coalesce(sum(json_extract(f.value, '$.rows')), 0) FROM json_each(e.entry, '$.files') f) <> "
     "(SELECT coalesce(sum(f.rows), 0) FROM sync_file f WHERE f.org = e.org "
     "AND f.sync = json_extract(e.entry, '$.sync')))"},
    {"a file of a sync has its sync",
     "SELECT f.name FROM sync_file f LEFT JOIN sync s ON s.org = f.org AND s.id = f.sync WHERE s.id IS NULL"},
    {"a change has its sync",
     "SELECT c.id FROM change c LEFT JOIN sync s ON s.org = c.org AND s.id = c.sync WHERE s.id IS NULL"},
    {"a waiver has its entry",
     "SELECT w.number FROM waiver w LEFT JOIN audit_entry e ON e.org = w.org AND e.seq = w.audit_seq "
     "WHERE e.kind IS NOT 'waiver.made'"},
    {"an entry of a waiver has its waiver",
     "SELECT e.seq FROM audit_entry e LEFT JOIN waiver w ON w.org = e.org AND w.audit_seq = e.seq "
     "WHERE e.kind = 'waiver.made' AND w.number IS NULL"},
    {"the newest checkpoint is of all entries",
     "SELECT c.org FROM audit_checkpoint c GROUP BY c.org HAVING max(c.size) <> "
     "(SELECT count(*) FROM audit_entry e WHERE e.org = c.org)"},
});

// Tables that hold the work of chance, or are worked out from others.
bool is_digested(std::string_view table) {
  return !table.starts_with("audit_") && !table.starts_with("sqlite_");
}

Result<std::vector<std::string>> first_column(Database& database, std::string_view sql) {
  Result<std::unique_ptr<Statement>> ask = database.prepare(sql);
  if (!ask) return fail(ask.error());
  std::vector<std::string> values;
  while (true) {
    const Result<bool> row = (*ask)->step();
    if (!row) return fail(row.error());
    if (!*row) return values;
    values.emplace_back((*ask)->text(0));
  }
}

Status check_rules(Database& database, std::vector<std::string>& faults) {
  Result<std::vector<std::string>> pages = first_column(database, "PRAGMA integrity_check");
  if (!pages) return fail(pages.error());
  for (const std::string& page : *pages) {
    if (page != "ok") faults.push_back("SQLite finds the file damaged: " + page);
  }
  for (const Rule& rule : kRules) {
    const Result<std::vector<std::string>> wrong = first_column(database, rule.sql);
    if (!wrong) return fail(wrong.error());
    for (const std::string& which : *wrong)
      faults.push_back(fmt::format("not so: {} ({})", rule.what, which));
  }
  return {};
}

Result<std::string> columns_of(Database& database, const std::string& table) {
  const Result<std::vector<std::string>> names =
      first_column(database, fmt::format("SELECT name FROM pragma_table_info('{}') ORDER BY name", table));
  if (!names) return fail(names.error());
  std::string columns;
  for (const std::string& name : *names) columns += ", quote(" + quoted_name(name) + ")";
  return columns;
}

// Every row as the text of its cells, in the order of the text: the order of the rows in the file tells
// nothing.
Result<std::string> text_of_table(Database& database, const std::string& table) {
  const Result<std::string> columns = columns_of(database, table);
  if (!columns) return fail(columns.error());
  const Result<std::vector<std::string>> rows = first_column(
      database, fmt::format("SELECT json_array(''{0}) FROM {1} ORDER BY 1", *columns, quoted_name(table)));
  if (!rows) return fail(rows.error());
  std::string text = table + "\n";
  for (const std::string& row : *rows) text += row + "\n";
  return text;
}

std::string without_commitment(std::string entry) {
  constexpr std::string_view kMember = R"("personal":")";
  constexpr std::size_t kDigits = 64;
  const std::size_t at = entry.find(kMember);
  if (at != std::string::npos) entry.erase(at + kMember.size(), kDigits);
  return entry;
}

Result<std::string> digest_of(Database& database) {
  const Result<std::vector<std::string>> tables =
      first_column(database, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
  if (!tables) return fail(tables.error());
  std::string all;
  for (const std::string& table : *tables) {
    if (!is_digested(table)) continue;
    const Result<std::string> text = text_of_table(database, table);
    if (!text) return fail(text.error());
    all += *text;
  }
  const Result<std::vector<std::string>> entries =
      first_column(database, "SELECT entry || coalesce(personal, '') FROM audit_entry ORDER BY org, seq");
  if (!entries) return fail(entries.error());
  for (const std::string& entry : *entries) all += without_commitment(entry) + "\n";
  return sha256_hex(all);
}

// As an auditor verifies it, with the key that lies beside it.
void verify_logs(const std::string& path, std::vector<std::string>& faults) {
  Result<std::vector<NoteKey>> keys = read_public_keys(public_key_path(path));
  if (!keys) return faults.push_back(keys.error().to_string());
  const Result<VerifyReport> report = verify_audit_logs({.ledger = path, .keys = *std::move(keys)});
  if (!report) return faults.push_back(report.error().to_string());
  for (const std::string& fault : report->faults.kept) faults.push_back(fault);
  for (const LogReport& log : report->logs) {
    if (!log.key) faults.push_back("the log is signed by a key that is not beside it");
    for (const std::string& fault : log.faults.kept) faults.push_back(fault);
  }
}

Result<std::unique_ptr<Database>> open_writable(const std::string& path) {
  return open_sqlite(path, {.access = DatabaseAccess::kWrite});
}

}  // namespace

Result<CheckedLedger> look_at_ledger(const std::string& path) {
  CheckedLedger state;
  const Result<std::unique_ptr<Database>> database = open_writable(path);
  if (!database) {
    if (database.error().code == ErrorCode::kNotFound) return state;
    return fail(database.error());
  }
  const Result<std::vector<std::string>> tables =
      first_column(**database, "SELECT name FROM sqlite_schema WHERE name = 'organisation'");
  if (!tables) return fail(tables.error());
  if (tables->empty()) return state;
  if (Status checked = check_rules(**database, state.faults); !checked) return fail(checked.error());
  const Result<std::vector<std::string>> entries =
      first_column(**database, "SELECT count(*) FROM audit_entry");
  if (!entries) return fail(entries.error());
  state.entries = std::stoll(entries->front());
  Result<std::string> digest = digest_of(**database);
  if (!digest) return fail(digest.error());
  state.digest = std::move(*digest);
  if (state.entries > 0) verify_logs(path, state.faults);
  return state;
}

Result<LogEnd> end_of_log(const std::string& path) {
  const Result<std::unique_ptr<Database>> database = open_writable(path);
  if (!database) return fail(database.error());
  if (Status begun = (*database)->begin_reading(); !begun) return fail(begun.error());
  const Result<std::vector<std::string>> entries =
      first_column(**database, "SELECT count(*) FROM audit_entry");
  if (!entries) return fail(entries.error());
  const Result<std::vector<std::string>> notes =
      first_column(**database, "SELECT note FROM audit_checkpoint ORDER BY id DESC LIMIT 1");
  if (!notes) return fail(notes.error());
  return LogEnd{.entries = std::stoll(entries->front()), .checkpoint = notes->empty() ? "" : notes->front()};
}

std::string what_is_lost(const std::string& path, std::int64_t entries, const std::string& checkpoint) {
  const Result<LogEnd> now = end_of_log(path);
  if (!now) return now.error().to_string();
  if (now->entries < entries) {
    return fmt::format("{} entries were committed, and {} are there", entries, now->entries);
  }
  const Result<std::unique_ptr<Database>> database = open_writable(path);
  if (!database) return database.error().to_string();
  const Result<std::vector<std::string>> notes =
      first_column(**database, fmt::format("SELECT note FROM audit_checkpoint WHERE size = {}", entries));
  if (!notes) return notes.error().to_string();
  const auto is_it = [&](const std::string& note) { return sha256_hex(note) == checkpoint; };
  if (entries == 0 || std::ranges::any_of(*notes, is_it)) return {};
  return fmt::format("the checkpoint that was committed at {} entries is not there", entries);
}

}  // namespace plumbline
