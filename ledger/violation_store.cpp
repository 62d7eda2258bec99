#include "ledger/violation_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "ledger/query.h"
#include "ledger/rows.h"
#include "records/record_id.h"

namespace plumbline {
namespace {

// The columns of ViolationFacts, in the order read_facts_at has them.
constexpr std::string_view kFactColumns =
    "v.number, v.pack, v.policy, v.object, v.record, v.record_key, v.record_name, v.severity, "
    "coalesce(v.owner_now, v.owner), coalesce(v.owner_now_name, v.owner_name), v.state, v.opened_at, "
    "v.digest";
constexpr int kFactColumnCount = 13;

VerdictDigest digest_at(const Statement& row, int column) {
  VerdictDigest digest{};
  const std::span<const std::uint8_t> bytes = row.blob(column);
  std::copy_n(bytes.begin(), std::min(bytes.size(), digest.size()), digest.begin());
  return digest;
}

Error unreadable(const Ledger& ledger, ViolationNumber number, std::string_view column) {
  return {.code = ErrorCode::kCorrupt,
          .message = fmt::format("the ledger says of violation {} no {} that can be read",
                                 violation_name(number), column),
          .where = SourceSpan{.file = ledger.path()}};
}

// Into facts that are used again, so that a million rows ask for memory once.
Status read_facts_at(const Ledger& ledger, const Statement& row, ViolationFacts& facts) {
  facts.number = row.integer(0);
  facts.pack = row.text(1);
  facts.policy = row.text(2);
  facts.object = row.text(3);
  facts.record = row.text(4);
  facts.record_key = row.text(5);
  facts.record_name = row.text(6);
  const auto severity = parse_severity(row.text(7));
  facts.owner = row.text(8);
  facts.owner_name = row.text(9);
  const auto state = parse_violation_state(row.text(10));
  const auto opened_at = parse_instant(row.text(11));
  facts.digest = digest_at(row, 12);
  if (!severity) return fail(unreadable(ledger, facts.number, "severity"));
  if (!state) return fail(unreadable(ledger, facts.number, "state"));
  if (!opened_at) return fail(unreadable(ledger, facts.number, "opened_at"));
  facts.severity = *severity;
  facts.state = *state;
  facts.opened_at = *opened_at;
  return {};
}

Error no_such(const Ledger& ledger, ViolationNumber number) {
  return {.code = ErrorCode::kNotFound,
          .message = fmt::format("the ledger knows no violation {}; plumbline violations list --state all "
                                 "shows those it knows",
                                 violation_name(number)),
          .where = SourceSpan{.file = ledger.path()}};
}

// Asks a statement whose second parameter is a number for each of them.
template <class Read>
Status for_each_number(Ledger& ledger, const std::string& sql, std::span<const ViolationNumber> numbers,
                       const Read& read) {
  Result<std::unique_ptr<Statement>> ask = ledger.database().prepare(sql);
  if (!ask) return fail(ask.error());
  for (const ViolationNumber number : numbers) {
    (*ask)->bind_integer(1, ledger.organisation());
    (*ask)->bind_integer(2, number);
    const Result<bool> row = (*ask)->step();
    if (!row) return fail(row.error());
    if (!*row) return fail(no_such(ledger, number));
    const Status done = read(**ask);
    (*ask)->reset();
    if (!done) return done;
  }
  return {};
}

// Changes are kept in the order of the syncs that brought them: those of syncs after the last run are at the
// end, and found from there.
Result<std::optional<std::int64_t>> last_old_change(Ledger& ledger) {
  std::optional<std::int64_t> last;
  const Status read =
      for_each_row(ledger.database(),
                   "SELECT coalesce((SELECT c.id FROM change c WHERE c.org = ?1 AND c.sync < s.first "
                   "ORDER BY c.id DESC LIMIT 1), 0) FROM (SELECT min(id) AS first FROM sync WHERE org = ?1 "
                   "AND seen_at > (SELECT max(as_of) FROM run WHERE org = ?1)) s WHERE s.first IS NOT NULL",
                   {ledger.organisation()}, [&](const Statement& row) { last = row.integer(0); });
  if (!read) return fail(read.error());
  return last;
}

// Salesforce writes an id with 15 or 18 characters, and ?2 has the 15; other ids compare whole.
std::string is_owner(std::string_view column) {
  return fmt::format("({0} = ?3 OR (length(?2) = {1} AND substr({0}, 1, {1}) = ?2))", column, kIdKeyBytes);
}

// What a filter asks of a row; its texts are bound as parameters 2 to 7.
std::string conditions_of(const ViolationFilter& filter) {
  std::string sql = "v.org = ?1";
  if (filter.states == ViolationFilter::States::kOpen) sql += " AND v.state = 'open'";
  if (filter.states == ViolationFilter::States::kClosed) sql += " AND v.state <> 'open'";
  if (!filter.owner.empty()) {
    sql += fmt::format(" AND ({} OR lower(coalesce(v.owner_now_name, v.owner_name)) = lower(?3)",
                       is_owner("coalesce(v.owner_now, v.owner)"));
    if (filter.states != ViolationFilter::States::kOpen) {
      sql += fmt::format(
          " OR lower(v.owner_name) = lower(?3) OR EXISTS(SELECT 1 FROM transition t WHERE t.org = v.org AND "
          "t.violation = v.number AND {})",
          is_owner("t.owner"));
    }
    sql += ")";
  }
  if (!filter.policy.empty()) sql += " AND (v.policy = ?4 OR v.pack || '/' || v.policy = ?4)";
  if (!filter.object.empty()) sql += " AND lower(v.object) = lower(?5)";
  if (!filter.record.empty()) sql += " AND (v.record_key = ?6 OR lower(v.record_name) = lower(?7))";
  if (filter.at_least == Severity::kMedium) sql += " AND v.severity <> 'low'";
  if (filter.at_least == Severity::kHigh) sql += " AND v.severity = 'high'";
  return sql;
}

Result<std::uint64_t> count_rows(Ledger& ledger, std::string_view condition) {
  const Result<std::int64_t> count =
      ask_integer(ledger.database(), fmt::format("SELECT count(*) FROM violation WHERE {}", condition),
                  {ledger.organisation()});
  if (!count) return fail(count.error());
  return static_cast<std::uint64_t>(*count);
}

void read_whole_at(const Statement& row, Violation& violation) {
  int column = kFactColumnCount;
  const auto text = [&] { return std::string(row.text(column++)); };
  violation.first_owner = text();
  violation.first_owner_name = text();
  violation.changed_at = parse_instant(row.text(column++)).value_or(violation.facts.opened_at);
  violation.closed_at = parse_instant(row.text(column++));
  violation.unknown_since = parse_instant(row.text(column++));
  violation.unknown_reason = text();
  violation.times_opened = row.integer(column++);
  violation.evidence = text();
  violation.message = text();
  violation.remedy = text();
}

}  // namespace

Result<std::uint64_t> count_violations(Ledger& ledger) { return count_rows(ledger, "org = ?1"); }

Result<std::uint64_t> count_open_violations(Ledger& ledger) {
  return count_rows(ledger, "org = ?1 AND state = 'open'");
}

Result<LedgerState> read_ledger_state(Ledger& ledger) {
  const Result<std::int64_t> sync = ask_integer(ledger.database(), "SELECT max(id) FROM sync", {});
  if (!sync) return fail(sync.error());
  const Result<std::int64_t> run = ask_integer(ledger.database(), "SELECT max(id) FROM run", {});
  if (!run) return fail(run.error());
  return LedgerState{.sync = *sync, .run = *run};
}

Status read_known_violations(Ledger& ledger, const std::function<void(const KnownViolation&)>& take) {
  Result<std::unique_ptr<Statement>> rows = ledger.database().prepare(
      "SELECT number, pack, policy, object, record_key, state, unknown_since IS NOT NULL, digest "
      "FROM violation WHERE org = ?1 ORDER BY number");
  if (!rows) return fail(rows.error());
  const Statement& row = **rows;
  (*rows)->bind_integer(1, ledger.organisation());
  return each_row(**rows, [&]() -> Status {
    const std::optional<ViolationState> state = parse_violation_state(row.text(5));
    if (!state) return fail(unreadable(ledger, row.integer(0), "state"));
    take({.number = row.integer(0),
          .pack = row.text(1),
          .policy = row.text(2),
          .object = row.text(3),
          .record_key = row.text(4),
          .state = *state,
          .is_unknown = row.integer(6) != 0,
          .digest = digest_at(row, 7)});
    return {};
  });
}

Result<std::vector<ViolationFacts>> read_violation_facts(Ledger& ledger,
                                                         std::span<const ViolationNumber> numbers) {
  std::vector<ViolationFacts> all;
  all.reserve(numbers.size());
  const Status read = for_each_number(
      ledger, fmt::format("SELECT {} FROM violation v WHERE v.org = ?1 AND v.number = ?2", kFactColumns),
      numbers, [&](const Statement& row) { return read_facts_at(ledger, row, all.emplace_back()); });
  if (!read) return fail(read.error());
  return all;
}

Result<std::vector<DoubtedViolation>> read_doubted_violations(Ledger& ledger, Instant closed_from) {
  std::vector<DoubtedViolation> doubted;
  const Result<std::optional<std::int64_t>> before = last_old_change(ledger);
  if (!before) return fail(before.error());
  if (!*before) return doubted;  // no run, or nothing has come since
  Result<std::unique_ptr<Statement>> rows = ledger.database().prepare(fmt::format(
      "SELECT DISTINCT {}, r.packs FROM change c JOIN field f ON f.id = c.field "
      "JOIN object o ON o.id = f.object "
      "JOIN violation v ON v.org = c.org AND v.record_key = c.record AND v.object = o.name COLLATE NOCASE "
      "JOIN run r ON r.id = v.opened_run "
      "WHERE c.org = ?1 AND c.id > ?2 AND c.happened_at < CAST(strftime('%s', v.opened_at) AS INTEGER) "
      "AND c.seen_at > CAST(strftime('%s', v.opened_at) AS INTEGER) "
      "AND (v.state = 'open' OR (v.state <> 'retracted' AND v.opened_at >= ?3)) ORDER BY v.number",
      kFactColumns));
  if (!rows) return fail(rows.error());
  const std::string from = format_instant(closed_from);
  (*rows)->bind_integer(1, ledger.organisation());
  (*rows)->bind_integer(2, **before);
  (*rows)->bind_text(3, from);
  const Status read = each_row(**rows, [&] {
    DoubtedViolation& violation = doubted.emplace_back();
    violation.packs = (*rows)->text(kFactColumnCount);
    return read_facts_at(ledger, **rows, violation.facts);
  });
  if (!read) return fail(read.error());
  return doubted;
}

Status scan_violations(Ledger& ledger, const ViolationFilter& filter,
                       const std::function<void(const ViolationFacts&)>& take) {
  Result<std::unique_ptr<Statement>> rows = ledger.database().prepare(fmt::format(
      "SELECT {} FROM violation v WHERE {} ORDER BY v.number", kFactColumns, conditions_of(filter)));
  if (!rows) return fail(rows.error());
  const std::string_view owner_key = id_key(filter.owner);
  const std::string_view record_key = id_key(filter.record);
  (*rows)->bind_integer(1, ledger.organisation());
  const auto bind = [&](int parameter, std::string_view text, const std::string& wanted) {
    if (!wanted.empty()) (*rows)->bind_text(parameter, text);
  };
  bind(2, owner_key, filter.owner);
  bind(3, filter.owner, filter.owner);
  bind(4, filter.policy, filter.policy);
  bind(5, filter.object, filter.object);
  bind(6, record_key, filter.record);
  bind(7, filter.record, filter.record);
  ViolationFacts facts;
  return each_row(**rows, [&]() -> Status {
    if (Status read = read_facts_at(ledger, **rows, facts); !read) return read;
    take(facts);
    return {};
  });
}

Result<std::vector<Violation>> read_violations(Ledger& ledger, std::span<const ViolationNumber> numbers) {
  std::vector<Violation> all;
  all.reserve(numbers.size());
  const Status read = for_each_number(
      ledger,
      fmt::format("SELECT {}, v.owner, v.owner_name, v.changed_at, v.closed_at, v.unknown_since, "
                  "v.unknown_reason, v.times_opened, v.evidence, v.message, v.remedy "
                  "FROM violation v WHERE v.org = ?1 AND v.number = ?2",
                  kFactColumns),
      numbers, [&](const Statement& row) -> Status {
        Violation& violation = all.emplace_back();
        if (Status facts = read_facts_at(ledger, row, violation.facts); !facts) return facts;
        read_whole_at(row, violation);
        return {};
      });
  if (!read) return fail(read.error());
  return all;
}

}  // namespace plumbline
