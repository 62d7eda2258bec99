#include "ledger/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "ledger/migrations.h"
#include "ledger/query.h"

namespace plumbline {
namespace {

Error fault(const Ledger& ledger, ErrorCode code, std::string message) {
  return {.code = code, .message = std::move(message), .where = SourceSpan{.file = ledger.path()}};
}

std::string hours_and_minutes(std::chrono::seconds span) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(span).count();
  if (minutes < 1) return fmt::format("{} s", span.count());
  if (minutes < 60) return fmt::format("{} min", minutes);
  return fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

}  // namespace

Result<Ledger> Ledger::open(const std::string& path, const LedgerOptions& options) {
  SqliteOptions sqlite = options.sqlite;
  sqlite.access = options.access;
  Result<std::unique_ptr<Database>> database = open_sqlite(path, sqlite);
  if (!database) return fail(database.error());
  const Status fits = options.access == DatabaseAccess::kRead
                          ? check_version(**database, path, ledger_migrations())
                          : migrate(**database, path, ledger_migrations());
  if (!fits) return fail(fits.error());
  Ledger ledger;
  ledger.database_ = std::move(*database);
  ledger.path_ = path;
  ledger.program_ = options.program;
  if (Status found = ledger.find_organisation(options); !found) return fail(found.error());
  return ledger;
}

Status Ledger::find_organisation(const LedgerOptions& options) {
  Result<std::unique_ptr<Statement>> all =
      database_->prepare("SELECT id, name FROM organisation ORDER BY id");
  if (!all) return fail(all.error());
  std::string names;
  std::size_t count = 0;
  while (true) {
    const Result<bool> row = (*all)->step();
    if (!row) return fail(row.error());
    if (!*row) break;
    const std::string_view name = (*all)->text(1);
    names += fmt::format("{}{}", count++ == 0 ? "" : ", ", name);
    if (options.organisation.empty() || options.organisation == name) {
      organisation_ = (*all)->integer(0);
      organisation_name_ = name;
    }
  }
  if (options.organisation.empty() && count > 1) {
    return fail(
        fault(*this, ErrorCode::kInvalidInput,
              fmt::format("the ledger holds several organisations: say which one (organisation.name in the "
                          "configuration): {}",
                          names)));
  }
  if (organisation_ != 0) return {};
  if (count > 0 && (options.access == DatabaseAccess::kRead || !options.adds_organisation)) {
    return fail(fault(*this, ErrorCode::kNotFound,
                      fmt::format("the ledger knows no organisation \"{}\"; it holds {}: say that name "
                                  "(organisation.name in the configuration), or name another ledger",
                                  options.organisation, names)));
  }
  if (options.access == DatabaseAccess::kRead) {
    return fail(fault(*this, ErrorCode::kNotFound, "the ledger is empty; plumbline ingest fills one"));
  }
  organisation_name_ =
      options.organisation.empty() ? std::string(kDefaultOrganisation) : options.organisation;
  Result<std::unique_ptr<Statement>> add =
      database_->prepare("INSERT INTO organisation(name, made_at, last_at) VALUES(?1, ?2, ?3)");
  if (!add) return fail(add.error());
  const std::string now = format_instant(options.now);
  const std::string never = format_instant(Instant{});
  (*add)->bind_text(1, organisation_name_);
  (*add)->bind_text(2, now);
  (*add)->bind_text(3, never);
  if (Status added = (*add)->run(); !added) return added;
  organisation_ = database_->last_key();
  return {};
}

Result<AuditLog*> Ledger::audit_log() {
  if (log_ == nullptr) {
    Result<std::unique_ptr<AuditLog>> opened =
        AuditLog::open(*database_, organisation_, organisation_name_, path_);
    if (!opened) return fail(opened.error());
    log_ = std::move(*opened);
  }
  return log_.get();
}

Result<Instant> Ledger::last_at() const {
  Result<std::unique_ptr<Statement>> ask =
      database_->prepare("SELECT last_at FROM organisation WHERE id = ?1");
  if (!ask) return fail(ask.error());
  (*ask)->bind_integer(1, organisation_);
  const Result<bool> row = (*ask)->step();
  if (!row) return fail(row.error());
  const std::optional<Instant> at = *row ? parse_instant((*ask)->text(0)) : std::nullopt;
  (*ask)->reset();
  if (!at) return fail(fault(*this, ErrorCode::kCorrupt, "the ledger does not say when it was last written"));
  return *at;
}

Result<LedgerTransaction> LedgerTransaction::begin_as_told(Ledger& ledger, Instant as_of) {
  const Result<AuditLog*> log = ledger.audit_log();
  if (!log) return fail(log.error());
  if (Status begun = ledger.database().begin(); !begun) return fail(begun.error());
  return LedgerTransaction(ledger, **log, as_of);
}

Result<LedgerTransaction> LedgerTransaction::begin_not_before_last(Ledger& ledger, Instant as_of) {
  Result<LedgerTransaction> transaction = begin_as_told(ledger, as_of);
  if (!transaction) return transaction;
  const Result<Instant> last = ledger.last_at();
  if (!last) return fail(last.error());
  transaction->as_of_ = std::max(as_of, *last);
  return transaction;
}

Result<LedgerTransaction> LedgerTransaction::begin(Ledger& ledger, Instant as_of) {
  Result<LedgerTransaction> transaction = begin_as_told(ledger, as_of);
  if (!transaction) return transaction;
  const Result<Instant> last = ledger.last_at();
  if (!last) return fail(last.error());
  if (as_of < *last) {
    return fail(
        fault(ledger, ErrorCode::kInvalidInput,
              fmt::format("time runs backwards: this would be written as of {}, and the ledger was last "
                          "written as of {}, {} later; nothing was written: set the clock right, or wait",
                          format_instant(as_of), format_instant(*last), hours_and_minutes(*last - as_of))));
  }
  return transaction;
}

LedgerTransaction::LedgerTransaction(LedgerTransaction&& other) noexcept
    : ledger_(std::exchange(other.ledger_, nullptr)),
      log_(other.log_),
      as_of_(other.as_of_),
      knows_begin_(other.knows_begin_) {}

LedgerTransaction::~LedgerTransaction() {
  if (ledger_ == nullptr) return;
  log_->forget();
  ledger_->database().rollback();
}

Result<std::int64_t> LedgerTransaction::log(const AuditEntry& entry) {
  if (!knows_begin_ && !ledger_->program_.empty()) {
    if (Status created = log_creation(); !created) return fail(created.error());
  }
  knows_begin_ = true;
  return log_->append(as_of_, entry);
}

// As of the first thing that is written, which may be of a day long ago.
Status LedgerTransaction::log_creation() {
  const Result<std::int64_t> entries =
      ask_integer(ledger_->database(), "SELECT EXISTS(SELECT 1 FROM audit_entry WHERE org = ?1)",
                  {ledger_->organisation()});
  if (!entries) return fail(entries.error());
  if (*entries != 0) {
    ledger_->program_.clear();
    return {};
  }
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("program").string(ledger_->program_);
  json.key("organisation").string(ledger_->organisation_name());
  const Sha256Digest key = log_->key_digest();
  json.key("key_sha256").string(to_hex(key)).end_object();
  const std::string_view body = std::string_view(text).substr(1, text.size() - 2);  // without its braces
  const Result<std::int64_t> logged = log_->append(as_of_, {.kind = "ledger.created", .body = body});
  return logged ? Status{} : fail(logged.error());
}

Result<std::string> LedgerTransaction::commit() {
  Result<std::optional<std::string>> sealed = log_->seal(as_of_);
  if (!sealed) return fail(sealed.error());
  if (Status noted = note_moment(); !noted) return fail(noted.error());
  if (Status done = ledger_->database().commit(); !done) return fail(done.error());
  const std::string checkpoint = sealed->value_or("");
  if (!checkpoint.empty()) ledger_->last_checkpoint_ = checkpoint;
  ledger_ = nullptr;
  return checkpoint;
}

Status LedgerTransaction::note_moment() {
  Result<std::unique_ptr<Statement>> note =
      ledger_->database().prepare("UPDATE organisation SET last_at = ?1 WHERE id = ?2");
  if (!note) return fail(note.error());
  const std::string at = format_instant(as_of_);
  (*note)->bind_text(1, at);
  (*note)->bind_integer(2, ledger_->organisation());
  return (*note)->run();
}

}  // namespace plumbline
