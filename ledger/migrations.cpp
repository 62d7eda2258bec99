#include "ledger/migrations.h"

#include <fmt/format.h>

#include <array>

#include "ledger/migration_1.h"

namespace plumbline {
namespace {

constexpr std::array kMigrations = {
    Migration{.version = 1, .what = "the first ledger", .sql = kMigration1},
};

Result<std::int64_t> ask(Database& database, std::string_view question) {
  Result<std::unique_ptr<Statement>> statement = database.prepare(question);
  if (!statement) return fail(statement.error());
  const Result<bool> row = (*statement)->step();
  if (!row) return fail(row.error());
  const std::int64_t answer = *row ? (*statement)->integer(0) : 0;
  (*statement)->reset();
  return answer;
}

std::unexpected<Error> refuse(const std::string& path, std::string message) {
  return fail(
      {.code = ErrorCode::kInvalidInput, .message = std::move(message), .where = SourceSpan{.file = path}});
}

struct FileFacts {
  std::int64_t application = 0;
  std::int64_t version = 0;
  std::int64_t tables = 0;
};

Result<FileFacts> facts_of(Database& database) {
  FileFacts facts;
  for (const auto& [question, answer] : {std::pair("PRAGMA application_id", &facts.application),
                                         std::pair("PRAGMA user_version", &facts.version),
                                         std::pair("SELECT count(*) FROM sqlite_schema", &facts.tables)}) {
    const Result<std::int64_t> told = ask(database, question);
    if (!told) return fail(told.error());
    *answer = *told;
  }
  return facts;
}

// Empty where the file may be used; `newest` is what this program knows.
std::string what_is_wrong(const FileFacts& facts, int newest) {
  if (facts.tables > 0 && facts.application != kLedgerApplicationId) {
    return "this is an SQLite file, but no ledger of Plumbline's; name another file";
  }
  if (facts.version > newest) {
    return fmt::format(
        "a newer Plumbline wrote this ledger (format {}, this program knows up to {}); nothing was "
        "changed: use the newer program",
        facts.version, newest);
  }
  return {};
}

Status keep_copy(Database& database, const std::string& path, int version) {
  const std::string copy = fmt::format("{}.before-v{}", path, version);
  Result<std::unique_ptr<Statement>> statement = database.prepare("VACUUM INTO ?1");
  if (!statement) return fail(statement.error());
  (*statement)->bind_text(1, copy);
  Status kept = (*statement)->run();
  if (!kept) {
    Error error = kept.error();
    error.message = fmt::format(
        "the ledger must be brought to format {}, and a copy of it cannot be kept first as {}: "
        "{}; move an older copy away, or make room",
        version, copy, error.message);
    return fail(std::move(error));
  }
  return {};
}

Status take_step(Database& database, const Migration& migration) {
  if (Status begun = database.begin(); !begun) return begun;
  Status done = database.execute(std::string(migration.sql));
  if (done) {
    done = database.execute(fmt::format("PRAGMA application_id={}; PRAGMA user_version={}",
                                        kLedgerApplicationId, migration.version));
  }
  if (!done) {
    database.rollback();
    return done;
  }
  return database.commit();
}

}  // namespace

std::span<const Migration> ledger_migrations() { return kMigrations; }

Status migrate(Database& database, const std::string& path, std::span<const Migration> migrations) {
  const Result<FileFacts> facts = facts_of(database);
  if (!facts) return fail(facts.error());
  if (std::string wrong = what_is_wrong(*facts, migrations.back().version); !wrong.empty()) {
    return refuse(path, std::move(wrong));
  }
  for (const Migration& migration : migrations) {
    if (migration.version <= facts->version) continue;
    const bool is_first_step = migration.version == facts->version + 1;
    if (facts->tables > 0 && is_first_step) {
      if (Status kept = keep_copy(database, path, migrations.back().version); !kept) return kept;
    }
    if (Status done = take_step(database, migration); !done) return done;
  }
  return {};
}

Status check_version(Database& database, const std::string& path, std::span<const Migration> migrations) {
  const Result<FileFacts> facts = facts_of(database);
  if (!facts) return fail(facts.error());
  if (std::string wrong = what_is_wrong(*facts, migrations.back().version); !wrong.empty()) {
    return refuse(path, std::move(wrong));
  }
  if (facts->tables == 0) return refuse(path, "the ledger is empty; plumbline ingest fills one");
  if (facts->version < migrations.back().version) {
    return refuse(path,
                  fmt::format("an older Plumbline wrote this ledger (format {}, this program reads {}); "
                              "plumbline ingest brings it forward, and keeps a copy first",
                              facts->version, migrations.back().version));
  }
  return {};
}

}  // namespace plumbline
