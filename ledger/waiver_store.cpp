#include "ledger/waiver_store.h"

#include <fmt/format.h>

#include "base/json.h"
#include "ledger/query.h"
#include "ledger/rows.h"

namespace plumbline {
namespace {

// The members of the entries of one waiver, which all begin alike.
std::string body_of(const Waiver& waiver, const std::string& why) {
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("waiver").integer(waiver.number);
  json.key("waiver_kind").string(to_string(waiver.kind));
  const auto add = [&](std::string_view key, const std::string& text) {
    if (!text.empty()) json.key(key).string(text);
  };
  add("policy", waiver.pack.empty() ? waiver.policy : waiver.pack + "/" + waiver.policy);
  add("object", waiver.object);
  add("record", waiver.record_key);
  add("owner", waiver.owner);
  json.key("until").string(format_instant(waiver.until));
  add("until_field", waiver.until_field);
  add("reason", why);
  json.end_object();
  return body.substr(1, body.size() - 2);
}

std::string personal_of(const std::string& author, const std::string& reason) {
  std::string personal;
  JsonWriter(personal).begin_object().key("author").string(author).key("reason").string(reason).end_object();
  return personal;
}

Status mark_ended(Ledger& ledger, const LedgerTransaction& transaction, WaiverNumber number,
                  const std::string& why) {
  Result<std::unique_ptr<Statement>> end = ledger.database().prepare(
      "UPDATE waiver SET ended_at = ?3, ended_why = ?4 WHERE org = ?1 AND number = ?2");
  if (!end) return fail(end.error());
  const std::string at = format_instant(transaction.as_of());
  (*end)->bind_integer(1, ledger.organisation());
  (*end)->bind_integer(2, number);
  (*end)->bind_text(3, at);
  (*end)->bind_text(4, why);
  return (*end)->run();
}

Error unreadable(const Ledger& ledger, WaiverNumber number) {
  return {.code = ErrorCode::kCorrupt,
          .message = fmt::format("what the ledger says of waiver {} cannot be read", waiver_name(number)),
          .where = SourceSpan{.file = ledger.path()}};
}

}  // namespace

Result<std::vector<Waiver>> read_waivers(Ledger& ledger) {
  Result<std::unique_ptr<Statement>> rows = ledger.database().prepare(
      "SELECT number, kind, pack, policy, object, record_key, owner, reason, author, made_at, until_at, "
      "until_field, ended_at, ended_why FROM waiver WHERE org = ?1 ORDER BY number");
  if (!rows) return fail(rows.error());
  (*rows)->bind_integer(1, ledger.organisation());
  const Statement& row = **rows;
  std::vector<Waiver> all;
  const Status read = each_row(**rows, [&]() -> Status {
    const std::optional<WaiverKind> kind = parse_waiver_kind(row.text(1));
    const std::optional<Instant> made_at = parse_instant(row.text(9));
    const std::optional<Instant> until = parse_instant(row.text(10));
    if (!kind || !made_at || !until) return fail(unreadable(ledger, row.integer(0)));
    const auto text = [&](int column) { return std::string(row.text(column)); };
    all.push_back({.number = row.integer(0),
                   .kind = *kind,
                   .pack = text(2),
                   .policy = text(3),
                   .object = text(4),
                   .record_key = text(5),
                   .owner = text(6),
                   .reason = text(7),
                   .author = text(8),
                   .made_at = *made_at,
                   .until = *until,
                   .until_field = text(11),
                   .ended_at = parse_instant(row.text(12)),
                   .ended_why = text(13)});
    return {};
  });
  if (!read) return fail(read.error());
  return all;
}

Result<WaiverNumber> add_waiver(Ledger& ledger, LedgerTransaction& transaction, const Waiver& waiver) {
  // Numbers are given once in the file, whosever records they are of.
  const auto last = ask_integer(ledger.database(), "SELECT max(number) FROM waiver", {});
  if (!last) return fail(last.error());
  Waiver made = waiver;
  made.number = *last + 1;
  const Result<std::int64_t> entry = transaction.log(
      {.kind = "waiver.made", .body = body_of(made, {}), .personal = personal_of(made.author, made.reason)});
  if (!entry) return fail(entry.error());
  Result<std::unique_ptr<Statement>> add = ledger.database().prepare(
      "INSERT INTO waiver(org, number, kind, pack, policy, object, record_key, owner, reason, author, "
      "made_at, "
      "until_at, until_field, audit_seq) "
      "VALUES(?1, ?2, ?3, nullif(?4, ''), nullif(?5, ''), nullif(?6, ''), nullif(?7, ''), nullif(?8, ''), "
      "?9, "
      "?10, ?11, ?12, nullif(?13, ''), ?14)");
  if (!add) return fail(add.error());
  Statement& row = **add;
  const std::string made_at = format_instant(made.made_at);
  const std::string until = format_instant(made.until);
  row.bind_integer(1, ledger.organisation());
  row.bind_integer(2, made.number);
  row.bind_text(3, to_string(made.kind));
  row.bind_text(4, made.pack);
  row.bind_text(5, made.policy);
  row.bind_text(6, made.object);
  row.bind_text(7, made.record_key);
  row.bind_text(8, made.owner);
  row.bind_text(9, made.reason);
  row.bind_text(10, made.author);
  row.bind_text(11, made_at);
  row.bind_text(12, until);
  row.bind_text(13, made.until_field);
  row.bind_integer(14, *entry);
  if (Status added = row.run(); !added) return fail(added.error());
  return made.number;
}

Status end_waiver(Ledger& ledger, LedgerTransaction& transaction, const Waiver& waiver,
                  const std::string& why) {
  const Result<std::int64_t> entry = transaction.log({.kind = "waiver.ended", .body = body_of(waiver, why)});
  if (!entry) return fail(entry.error());
  return mark_ended(ledger, transaction, waiver.number, why);
}

Status withdraw_waiver(Ledger& ledger, LedgerTransaction& transaction, const Waiver& waiver,
                       const WaiverWithdrawal& withdrawal) {
  const Result<std::int64_t> entry =
      transaction.log({.kind = "waiver.withdrawn",
                       .body = body_of(waiver, {}),
                       .personal = personal_of(withdrawal.author, withdrawal.reason)});
  if (!entry) return fail(entry.error());
  return mark_ended(ledger, transaction, waiver.number,
                    fmt::format("{} took it back: {}", withdrawal.author, withdrawal.reason));
}

Result<bool> has_field_changed(Ledger& ledger, const Waiver& waiver) {
  if (waiver.until_field.empty()) return false;
  Result<std::unique_ptr<Statement>> ask = ledger.database().prepare(
      "SELECT 1 FROM object o JOIN field f ON f.org = o.org AND f.object = o.id AND f.name = ?3 "
      "JOIN change c ON c.org = f.org AND c.field = f.id AND c.record = ?4 AND c.happened_at > ?5 "
      "WHERE o.org = ?1 AND o.name = ?2 LIMIT 1");
  if (!ask) return fail(ask.error());
  (*ask)->bind_integer(1, ledger.organisation());
  (*ask)->bind_text(2, waiver.object);
  (*ask)->bind_text(3, waiver.until_field);
  (*ask)->bind_text(4, waiver.record_key);
  (*ask)->bind_integer(5, waiver.made_at.time_since_epoch().count());
  const Result<bool> row = (*ask)->step();
  (*ask)->reset();
  return row;
}

Result<std::vector<std::string>> field_names_in(Ledger& ledger, const std::string& object) {
  std::vector<std::string> names;
  const Status read = for_each_row(ledger.database(),
                                   "SELECT f.name FROM field f JOIN object o ON o.id = f.object "
                                   "WHERE o.org = ?1 AND o.name = ?2 AND f.first_sync IS NOT NULL "
                                   "ORDER BY f.name",
                                   {ledger.organisation(), object},
                                   [&](const Statement& row) { names.emplace_back(row.text(0)); });
  if (!read) return fail(read.error());
  return names;
}

}  // namespace plumbline
