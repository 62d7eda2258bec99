#include "ledger/erase_personal.h"

#include <fmt/format.h>

#include <memory>
#include <vector>

#include "base/json.h"
#include "base/utf8.h"
#include "ledger/query.h"
#include "ledger/sqlite_upkeep.h"
#include "records/record_id.h"

namespace plumbline {
namespace {

constexpr std::string_view kUserObject = "User";

// Who asked for it is nobody's to erase by the same means.
constexpr std::string_view kEntriesWithOwners =
    "SELECT seq, json_extract(entry, '$.owner') FROM audit_entry "
    "WHERE org = ?1 AND personal IS NOT NULL AND kind <> 'personal.erased'";

class Eraser {
 public:
  Eraser(const Ledger& ledger, std::string_view owner)
      : organisation_(ledger.organisation()), database_(ledger.database()), key_(id_key(owner)) {}

  Status erase() {
    for (const auto step :
         {&Eraser::erase_entries, &Eraser::erase_violations, &Eraser::erase_waivers, &Eraser::erase_user}) {
      if (Status done = (this->*step)(); !done) return done;
    }
    return {};
  }
  bool found_any() const {
    return erased_.entries + erased_.violations + erased_.waivers > 0 || erased_.user_erased ||
           erased_.user_stands;
  }
  ErasedPerson& erased() { return erased_; }

 private:
  Status erase_entries() {
    std::vector<std::int64_t> numbers;
    const Status read =
        for_each_row(database_, kEntriesWithOwners, {organisation_}, [&](const Statement& row) {
          if (!row.is_null(1) && id_key(row.text(1)) == key_) numbers.push_back(row.integer(0));
        });
    if (!read) return read;
    const Result<std::unique_ptr<Statement>> forget =
        database_.prepare("UPDATE audit_entry SET personal = NULL, salt = NULL WHERE org = ?1 AND seq = ?2");
    if (!forget) return fail(forget.error());
    for (const std::int64_t number : numbers) {
      (*forget)->bind_integer(1, organisation_);
      (*forget)->bind_integer(2, number);
      if (Status done = (*forget)->run(); !done) return done;
    }
    erased_.entries = numbers.size();
    return {};
  }

  // An open violation is told again by every run: what it says is the record's data of today.
  Status erase_violations() {
    constexpr std::string_view kTextsOfClosed =
        ", record_name = CASE WHEN state = 'open' THEN record_name ELSE '' END, "
        "message = CASE WHEN state = 'open' THEN message ELSE '' END, "
        "evidence = CASE WHEN state = 'open' THEN evidence ELSE '{}' END";
    const Result<std::int64_t> first =
        erase_of_owner("violation", "owner", fmt::format("owner_name = ''{}", kTextsOfClosed));
    if (!first) return fail(first.error());
    const Result<std::int64_t> later =
        erase_of_owner("violation", "owner_now", fmt::format("owner_now_name = ''{}", kTextsOfClosed));
    if (!later) return fail(later.error());
    erased_.violations = static_cast<std::uint64_t>(*first + *later);
    return {};
  }
  Status erase_waivers() {
    const Result<std::int64_t> rows = erase_of_owner("waiver", "owner", "reason = ''");
    if (!rows) return fail(rows.error());
    erased_.waivers = static_cast<std::uint64_t>(*rows);
    return {};
  }

  // Owners stand as the source spells them, with 15 or 18 characters. How many rows it was.
  Result<std::int64_t> erase_of_owner(std::string_view table, std::string_view column,
                                      std::string_view what) {
    std::vector<std::string> spellings;
    const Status read = for_each_row(
        database_,
        fmt::format("SELECT DISTINCT {0} FROM {1} WHERE org = ?1 AND {0} IS NOT NULL", column, table),
        {organisation_}, [&](const Statement& row) {
          if (id_key(row.text(0)) == key_) spellings.emplace_back(row.text(0));
        });
    if (!read) return fail(read.error());
    std::int64_t count = 0;
    for (const std::string& spelling : spellings) {
      const Result<std::int64_t> rows = run_statement(
          database_, fmt::format("UPDATE {} SET {} WHERE org = ?1 AND {} = ?2", table, what, column),
          {organisation_, spelling});
      if (!rows) return rows;
      count += *rows;
    }
    return count;
  }

  Status erase_user() {
    const Result<bool> has = has_record_table(database_, kUserObject);
    if (!has) return fail(has.error());
    if (!*has) return {};
    const std::string table = quoted_name(kUserObject);
    const Result<std::int64_t> standing = ask_integer(
        database_,
        fmt::format("SELECT count(*) FROM {} WHERE _org = ?1 AND _key = ?2 AND _deleted = 0", table),
        {organisation_, key_});
    if (!standing) return fail(standing.error());
    erased_.user_stands = *standing > 0;
    if (erased_.user_stands) return {};
    const Result<std::string> blanks = text_columns_as_null();
    if (!blanks) return fail(blanks.error());
    const Result<std::int64_t> rows = run_statement(
        database_,
        fmt::format("UPDATE {} SET {}_other = NULL, _unread = NULL WHERE _org = ?1 AND _key = ?2", table,
                    *blanks),
        {organisation_, key_});
    if (!rows) return fail(rows.error());
    erased_.user_erased = *rows > 0;
    return erase_changes_of_user();
  }

  Result<std::string> text_columns_as_null() {
    std::string blanks;
    const Status read =
        for_each_row(database_,
                     "SELECT f.name FROM field f JOIN object o ON o.id = f.object AND o.org = ?1 "
                     "WHERE f.org = ?1 AND o.name = ?2 AND f.type = 'text' AND f.is_column = 1",
                     {organisation_, kUserObject},
                     [&](const Statement& row) { blanks += quoted_name(row.text(0)) + " = NULL, "; });
    if (!read) return fail(read.error());
    return blanks;
  }

  // That something changed, and when, stays.
  Status erase_changes_of_user() {
    const Result<std::int64_t> rows = run_statement(
        database_,
        "UPDATE change SET old = NULL, new = NULL, other = NULL WHERE org = ?1 AND record = ?2 AND field IN ("
        "SELECT f.id FROM field f JOIN object o ON o.id = f.object AND o.org = ?1 WHERE f.org = ?1 "
        "AND o.name = ?3 AND (f.type = 'text' OR f.is_column = 0))",
        {organisation_, key_, kUserObject});
    if (!rows) return fail(rows.error());
    return {};
  }

  std::int64_t organisation_;
  Database& database_;
  std::string_view key_;
  ErasedPerson erased_;
};

Status log_it(LedgerTransaction& transaction, std::string_view owner, std::string_view reason,
              const ErasedPerson& erased) {
  std::string body;
  JsonWriter(body)
      .begin_object()
      .key("owner")
      .string(owner)
      .key("entries")
      .integer(erased.entries)
      .key("violations")
      .integer(erased.violations)
      .key("waivers")
      .integer(erased.waivers)
      .key("user")
      .boolean(erased.user_erased)
      .end_object();
  std::string personal;
  JsonWriter(personal).begin_object().key("reason").string(reason).end_object();
  const std::string_view members = std::string_view(body).substr(1, body.size() - 2);
  const Result<std::int64_t> logged =
      transaction.log({.kind = "personal.erased", .body = members, .personal = personal});
  if (!logged) return fail(logged.error());
  return {};
}

}  // namespace

Result<ErasedPerson> erase_personal(Ledger& ledger, std::string_view owner, std::string_view reason,
                                    Instant now) {
  if (Status set = overwrite_deleted(ledger.database()); !set) return fail(set.error());
  Result<LedgerTransaction> transaction = LedgerTransaction::begin(ledger, now);
  if (!transaction) return fail(transaction.error());
  Eraser eraser(ledger, trim(owner));
  if (Status done = eraser.erase(); !done) return fail(done.error());
  if (!eraser.found_any()) {
    return fail(
        {.code = ErrorCode::kNotFound,
         .message = fmt::format("the ledger says nothing of {} that could be erased; the id of a user "
                                "is wanted, as in OwnerId",
                                trim(owner)),
         .where = SourceSpan{.file = ledger.path()}});
  }
  ErasedPerson erased = eraser.erased();
  if (Status logged = log_it(*transaction, trim(owner), reason, erased); !logged) return fail(logged.error());
  Result<std::string> checkpoint = transaction->commit();
  if (!checkpoint) return fail(checkpoint.error());
  erased.checkpoint = *std::move(checkpoint);
  const Result<bool> emptied = empty_written_ahead(ledger.database());
  if (!emptied) return fail(emptied.error());
  erased.overwritten = *emptied;
  return erased;
}

}  // namespace plumbline
