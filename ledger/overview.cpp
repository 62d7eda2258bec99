#include "ledger/overview.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/utf8.h"
#include "ledger/query.h"

namespace plumbline {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kObjects = R"sql(
  SELECT t.object, t.records, t.sync, s.seen_at
  FROM (SELECT object, sum(added) - sum(deleted) AS records, max(sync) AS sync
        FROM sync_file WHERE org = ?1 GROUP BY object) t
  JOIN sync s ON s.id = t.sync AND s.org = ?1
  ORDER BY t.object)sql";

constexpr std::string_view kVanished = R"sql(
  SELECT o.name, f.name, s.seen_at
  FROM field f
  JOIN object o ON o.id = f.object AND o.org = ?1
  JOIN (SELECT object, max(sync) AS sync FROM sync_file WHERE org = ?1 GROUP BY object) t ON o.name = t.object
  JOIN sync s ON s.id = f.last_sync AND s.org = ?1
  WHERE f.org = ?1 AND f.last_sync < t.sync
  ORDER BY o.name, f.name LIMIT ?2)sql";

constexpr std::string_view kSyncs = R"sql(
  SELECT s.id, s.source, s.seen_at, s.written_at, s.complete, count(f.sync), coalesce(sum(f.rows), 0),
         coalesce(sum(f.added), 0), coalesce(sum(f.changed), 0), coalesce(sum(f.deleted), 0),
         coalesce(sum(f.rejected_rows), 0), coalesce(sum(f.rejected_cells), 0)
  FROM sync s LEFT JOIN sync_file f ON f.sync = s.id AND f.org = s.org
  WHERE s.org = ?1 AND s.id IN (SELECT id FROM sync WHERE sync.org = ?1 ORDER BY id DESC LIMIT ?2)
  GROUP BY s.id ORDER BY s.id DESC)sql";

constexpr std::string_view kOpen = R"sql(
  SELECT severity, count(*), sum(CASE WHEN unknown_since IS NULL THEN 0 ELSE 1 END)
  FROM violation WHERE org = ?1 AND state = 'open' GROUP BY severity)sql";

constexpr std::string_view kClosed = R"sql(
  SELECT state, count(*) FROM violation
  WHERE org = ?1 AND state IN ('resolved', 'lapsed', 'retracted') AND closed_at >= ?2 GROUP BY state)sql";

constexpr std::string_view kWaiversInForce =
    "SELECT count(*) FROM waiver WHERE org = ?1 AND ended_at IS NULL AND until_at > ?2";

constexpr std::string_view kWaived = R"sql(
  SELECT count(*) FROM violation v WHERE v.org = ?1 AND v.state = 'open' AND EXISTS (
    SELECT 1 FROM waiver w
    WHERE w.org = v.org AND w.ended_at IS NULL AND w.until_at > ?2
      AND (w.pack IS NULL OR w.pack = v.pack) AND (w.policy IS NULL OR w.policy = v.policy)
      AND (w.object IS NULL OR w.object = v.object) AND (w.record_key IS NULL OR w.record_key = v.record_key)
      AND (w.owner IS NULL OR w.owner = coalesce(v.owner_now, v.owner))))sql";

constexpr std::string_view kEnding = R"sql(
  SELECT number, kind, coalesce(policy, ''), coalesce(record_key, ''), coalesce(owner, ''), until_at
  FROM waiver WHERE org = ?1 AND ended_at IS NULL AND until_at > ?2 AND until_at <= ?3
  ORDER BY until_at, number LIMIT ?4)sql";

constexpr std::array kSeverities = {"high"sv, "medium"sv, "low"sv};

std::uint64_t count_in(const Statement& row, int column) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(row.integer(column), 0));
}

// Texts of ours, which were moments when they were written.
Instant moment_in(const Statement& row, int column) {
  return parse_instant(row.text(column)).value_or(Instant{});
}

class OverviewReader {
 public:
  OverviewReader(const Ledger& ledger, Instant now)
      : ledger_(ledger),
        database_(ledger.database()),
        organisation_(ledger.organisation()),
        now_(format_instant(now)),
        lately_(format_instant(now - kOverviewSpan)),
        soon_(format_instant(now + kOverviewSpan)) {}

  Result<LedgerOverview> read() {
    const Result<Instant> last = ledger_.last_at();
    if (!last) return fail(last.error());
    overview_.last_at = *last;
    for (const auto part :
         {&OverviewReader::read_objects, &OverviewReader::read_syncs, &OverviewReader::read_runs,
          &OverviewReader::read_open, &OverviewReader::read_closed, &OverviewReader::read_waivers,
          &OverviewReader::read_log, &OverviewReader::read_pruned}) {
      if (Status done = (this->*part)(); !done) return fail(done.error());
    }
    return std::move(overview_);
  }

 private:
  Status read_objects() {
    const Status objects = for_each_row(database_, kObjects, {organisation_}, [&](const Statement& row) {
      overview_.objects.push_back({.name = std::string(row.text(0)),
                                   .records = count_in(row, 1),
                                   .sync = row.integer(2),
                                   .seen_at = moment_in(row, 3)});
    });
    if (!objects) return objects;
    return for_each_row(database_, kVanished, {organisation_, static_cast<std::int64_t>(kMostListedFields)},
                        [&](const Statement& row) {
                          overview_.vanished.push_back({.object = std::string(row.text(0)),
                                                        .field = std::string(row.text(1)),
                                                        .seen_at = moment_in(row, 2)});
                        });
  }

  Status read_syncs() {
    const Result<std::int64_t> count =
        ask_integer(database_, "SELECT count(*) FROM sync WHERE org = ?1", {organisation_});
    if (!count) return fail(count.error());
    overview_.syncs = static_cast<std::uint64_t>(*count);
    return for_each_row(database_, kSyncs, {organisation_, static_cast<std::int64_t>(kShownSyncs)},
                        [&](const Statement& row) {
                          overview_.newest_syncs.push_back({.id = row.integer(0),
                                                            .source = std::string(row.text(1)),
                                                            .seen_at = moment_in(row, 2),
                                                            .written_at = moment_in(row, 3),
                                                            .is_complete = row.integer(4) != 0,
                                                            .files = count_in(row, 5),
                                                            .rows = count_in(row, 6),
                                                            .added = count_in(row, 7),
                                                            .changed = count_in(row, 8),
                                                            .deleted = count_in(row, 9),
                                                            .rejected_rows = count_in(row, 10),
                                                            .rejected_cells = count_in(row, 11)});
                        });
  }

  Status read_runs() {
    const Status newest = for_each_row(
        database_, "SELECT id, as_of, written_at FROM run WHERE org = ?1 ORDER BY id DESC LIMIT 1",
        {organisation_}, [&](const Statement& row) {
          overview_.newest_run = {
              .id = row.integer(0), .as_of = moment_in(row, 1), .written_at = moment_in(row, 2)};
        });
    if (!newest) return newest;
    const Result<std::int64_t> opened = ask_integer(
        database_, "SELECT coalesce(sum(opened + reopened), 0) FROM run WHERE org = ?1 AND as_of >= ?2",
        {organisation_, lately_});
    if (!opened) return fail(opened.error());
    overview_.lately.opened = static_cast<std::uint64_t>(*opened);
    return {};
  }

  Status read_open() {
    const Status read = for_each_row(database_, kOpen, {organisation_}, [&](const Statement& row) {
      overview_.open.push_back(
          {.severity = std::string(row.text(0)), .open = count_in(row, 1), .unknown = count_in(row, 2)});
    });
    std::ranges::sort(overview_.open, {}, [](const OpenViolations& one) {
      return std::ranges::find(kSeverities, one.severity) - kSeverities.begin();
    });
    return read;
  }

  Status read_closed() {
    return for_each_row(database_, kClosed, {organisation_, lately_}, [&](const Statement& row) {
      const std::string_view state = row.text(0);
      LatelyOverview& lately = overview_.lately;
      (state == "resolved" ? lately.resolved
       : state == "lapsed" ? lately.lapsed
                           : lately.retracted) = count_in(row, 1);
    });
  }

  Status read_waivers() {
    const Result<std::int64_t> in_force = ask_integer(database_, kWaiversInForce, {organisation_, now_});
    if (!in_force) return fail(in_force.error());
    overview_.waivers = static_cast<std::uint64_t>(*in_force);
    if (*in_force == 0) return {};
    const Result<std::int64_t> waived = ask_integer(database_, kWaived, {organisation_, now_});
    if (!waived) return fail(waived.error());
    overview_.waived = static_cast<std::uint64_t>(*waived);
    return for_each_row(database_, kEnding,
                        {organisation_, now_, soon_, static_cast<std::int64_t>(kMostListedWaivers)},
                        [&](const Statement& row) {
                          overview_.ending.push_back({.number = row.integer(0),
                                                      .kind = std::string(row.text(1)),
                                                      .policy = std::string(row.text(2)),
                                                      .record = std::string(row.text(3)),
                                                      .owner = std::string(row.text(4)),
                                                      .until = moment_in(row, 5)});
                        });
  }

  Status read_log() {
    const Result<std::int64_t> entries = ask_integer(
        database_, "SELECT coalesce(max(seq) + 1, 0) FROM audit_entry WHERE org = ?1", {organisation_});
    if (!entries) return fail(entries.error());
    overview_.entries = static_cast<std::uint64_t>(*entries);
    return for_each_row(
        database_,
        "SELECT size, note FROM audit_checkpoint WHERE org = ?1 ORDER BY size DESC, id DESC LIMIT 1",
        {organisation_}, [&](const Statement& row) {
          overview_.newest_checkpoint =
              last_checkpoint(row.text(1)).value_or(CheckpointOverview{.size = count_in(row, 0)});
        });
  }

  Status read_pruned() {
    return for_each_row(
        database_, "SELECT kind, before FROM pruned WHERE org = ?1 ORDER BY kind", {organisation_},
        [&](const Statement& row) {
          overview_.pruned.push_back({.kind = std::string(row.text(0)), .before = moment_in(row, 1)});
        });
  }

  const Ledger& ledger_;
  Database& database_;
  std::int64_t organisation_;
  std::string now_;
  std::string lately_;
  std::string soon_;
  LedgerOverview overview_;
};

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

Result<LedgerOverview> read_overview(const Ledger& ledger, Instant now) {
  if (Status begun = ledger.database().begin_reading(); !begun) return fail(begun.error());
  Result<LedgerOverview> overview = OverviewReader(ledger, now).read();
  ledger.database().rollback();
  return overview;
}

Result<std::vector<DeliveredField>> delivered_fields(const Ledger& ledger) {
  std::vector<DeliveredField> fields;
  const Status read = for_each_row(
      ledger.database(),
      "SELECT o.name, f.name FROM field f JOIN object o ON o.id = f.object AND o.org = ?1 "
      "WHERE f.org = ?1 AND f.first_sync IS NOT NULL ORDER BY o.id, f.id",
      {ledger.organisation()}, [&](const Statement& row) {
        fields.push_back({.object = std::string(row.text(0)), .field = std::string(row.text(1))});
      });
  if (!read) return fail(read.error());
  return fields;
}

// ORIGIN, SIZE, ROOT, "at MOMENT": docs/formats/audit-log.md.
std::optional<CheckpointOverview> last_checkpoint(std::string_view notes) {
  constexpr std::string_view kMoment = "at ";
  std::optional<CheckpointOverview> found;
  std::string_view size_line;
  std::string_view root_line;
  while (!notes.empty()) {
    const std::string_view line = take_line(notes);
    if (line.starts_with(kMoment)) {
      std::uint64_t size = 0;
      const char* const end = size_line.data() + size_line.size();
      const auto [stop, code] = std::from_chars(size_line.data(), end, size);
      const std::optional<Instant> at = parse_instant(line.substr(kMoment.size()));
      if (code == std::errc{} && stop == end && at) found = {.size = size, .at = at};
    }
    size_line = std::exchange(root_line, line);
  }
  return found;
}

}  // namespace plumbline
