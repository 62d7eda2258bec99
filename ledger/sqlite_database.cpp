#include "ledger/sqlite_database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace plumbline {
namespace {

constexpr int kPrimaryCode = 0xFF;  // an extended result code's part that says what kind it is
constexpr int kFileMode = 0640;
constexpr int kMostAttempts = 100;  // at seeing one state by several connections
constexpr const char* kOtherProgramsFile =
    "this is an SQLite file, but no ledger of Plumbline's; name another file";

ErrorCode code_of(int result) {
  switch (result & kPrimaryCode) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorCode::kConflict;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorCode::kCorrupt;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
      return ErrorCode::kUnavailable;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
      return ErrorCode::kInvalidInput;
    default:
      return ErrorCode::kInternal;
  }
}

// Fact and remedy; `detail` is what SQLite says.
std::string sentence_of(int result, const char* detail) {
  switch (result & kPrimaryCode) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another program is writing to the ledger; try again when it has finished";
    case SQLITE_CORRUPT:
      return fmt::format("the ledger is damaged ({}); keep the file, and restore the newest backup beside it",
                         detail);
    case SQLITE_NOTADB:
      return "this is not a ledger: it is no SQLite file; name the ledger's own file";
    case SQLITE_FULL:
      return "the disk is full: nothing of this was kept; make room and run it again";
    case SQLITE_NOMEM:
      return "out of memory: nothing of this was kept; allow more (ulimit -v)";
    case SQLITE_IOERR:
      // All may have been written but for the promise that it stays.
      if (result == SQLITE_IOERR_FSYNC) {
        return fmt::format(
            "the disk did not confirm what was written ({}): it may have been kept or not, which shows when "
            "the ledger is opened again; look at the system's log for what is wrong with the disk",
            detail);
      }
      return fmt::format(
          "the disk cannot be read or written ({}): nothing of this was kept; look at the "
          "system's log for what is wrong with it",
          detail);
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return "the ledger, or the folder it lies in, may not be written; check who owns it and whether the "
             "disk is mounted for reading alone";
    case SQLITE_CANTOPEN:
      return "the ledger cannot be opened; check that its folder is there and may be written (SQLite keeps "
             "two files beside the ledger)";
    default:
      return fmt::format("the ledger's database answered: {}", detail);
  }
}

class SqliteStatement : public Statement {
 public:
  SqliteStatement(sqlite3* connection, sqlite3_stmt* statement, const std::string& path)
      : connection_(connection), statement_(statement), path_(path) {}
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;
  ~SqliteStatement() override { sqlite3_finalize(statement_); }

  void bind_null(int parameter) override { note(sqlite3_bind_null(statement_, parameter)); }
  void bind_integer(int parameter, std::int64_t value) override {
    note(sqlite3_bind_int64(statement_, parameter, value));
  }
  void bind_real(int parameter, double value) override {
    note(sqlite3_bind_double(statement_, parameter, value));
  }
  void bind_text(int parameter, std::string_view value) override {
    // A null pointer would bind NULL.
    note(sqlite3_bind_text64(statement_, parameter, value.data() != nullptr ? value.data() : "", value.size(),
                             SQLITE_STATIC, SQLITE_UTF8));
  }
  void bind_blob(int parameter, std::span<const std::uint8_t> value) override {
    if (value.empty()) {
      note(sqlite3_bind_zeroblob(statement_, parameter, 0));
      return;
    }
    note(sqlite3_bind_blob64(statement_, parameter, value.data(), value.size(), SQLITE_STATIC));
  }

  Result<bool> step() override {
    if (bind_result_ != SQLITE_OK) return fail(failure(std::exchange(bind_result_, SQLITE_OK)));
    const int result = sqlite3_step(statement_);
    if (result == SQLITE_ROW) return true;
    if (result != SQLITE_DONE) {
      Error error = failure(result);
      sqlite3_reset(statement_);
      return fail(std::move(error));
    }
    sqlite3_reset(statement_);
    return false;
  }
  Status run() override {
    const Result<bool> row = step();
    if (!row) return fail(row.error());
    if (*row) sqlite3_reset(statement_);
    return {};
  }
  void reset() override { sqlite3_reset(statement_); }

  bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
  double real(int column) const override { return sqlite3_column_double(statement_, column); }
  std::string_view text(int column) const override {
    // Each call of sqlite3_column_ looks up the row and its errors anew.
    sqlite3_value* const value = sqlite3_column_value(statement_, column);
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    if (text == nullptr) return {};
    return {text, static_cast<std::size_t>(sqlite3_value_bytes(value))};
  }
  std::span<const std::uint8_t> blob(int column) const override {
    sqlite3_value* const value = sqlite3_column_value(statement_, column);
    const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_value_blob(value));
    if (bytes == nullptr) return {};
    return {bytes, static_cast<std::size_t>(sqlite3_value_bytes(value))};
  }

 private:
  void note(int result) {
    if (result != SQLITE_OK && bind_result_ == SQLITE_OK) bind_result_ = result;
  }
  Error failure(int result) const {
    return {.code = code_of(result),
            .message = sentence_of(result, sqlite3_errmsg(connection_)),
            .where = SourceSpan{.file = path_}};
  }

  sqlite3* connection_;
  sqlite3_stmt* statement_;
  const std::string& path_;
  int bind_result_ = SQLITE_OK;
};

class SqliteDatabase : public Database {
 public:
  SqliteDatabase(sqlite3* connection, std::string path, SqliteOptions options)
      : connection_(connection), path_(std::move(path)), options_(std::move(options)) {}
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;
  ~SqliteDatabase() override { sqlite3_close_v2(connection_); }

  Result<std::unique_ptr<Statement>> prepare(std::string_view sql) override {
    sqlite3_stmt* statement = nullptr;
    const int result = sqlite3_prepare_v3(connection_, sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (result != SQLITE_OK) return fail(failure(result));
    return std::make_unique<SqliteStatement>(connection_, statement, path_);
  }
  Status execute(const std::string& sql) override {
    const int result = sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr);
    if (result != SQLITE_OK) return fail(failure(result));
    return {};
  }

  Status begin() override { return execute("BEGIN IMMEDIATE"); }
  Status begin_reading() override { return execute("BEGIN"); }
  Result<std::vector<std::unique_ptr<Database>>> begin_reading_together(std::size_t others) override;
  Status commit() override {
    Status done = execute("COMMIT");
    if (!done) rollback();
    return done;
  }
  void rollback() override {
    // After some faults SQLite has rolled back by itself.
    if (sqlite3_get_autocommit(connection_) == 0) {
      sqlite3_exec(connection_, "ROLLBACK", nullptr, nullptr, nullptr);
    }
  }

  std::int64_t rows_changed() const override { return sqlite3_changes64(connection_); }
  std::int64_t last_key() const override { return sqlite3_last_insert_rowid(connection_); }

  Error failure(int result) const {
    return {.code = code_of(result),
            .message = sentence_of(result, sqlite3_errmsg(connection_)),
            .where = SourceSpan{.file = path_}};
  }

 private:
  // Changes when another connection has written.
  Result<std::int64_t> data_version() {
    Result<std::unique_ptr<Statement>> ask = prepare("PRAGMA data_version");
    if (!ask) return fail(ask.error());
    const Result<bool> row = (*ask)->step();
    if (!row) return fail(row.error());
    const std::int64_t version = (*ask)->integer(0);
    (*ask)->reset();
    return version;
  }
  // A transaction that has looked at the file sees what it saw then.
  Status begin_and_look() {
    if (Status begun = begin_reading(); !begun) return begun;
    return execute("SELECT count(*) FROM sqlite_master");
  }

  sqlite3* connection_;
  std::string path_;
  SqliteOptions options_;
};

Error cannot_open(const std::string& path, int error) {
  const bool missing = error == ENOENT;
  return {.code = missing ? ErrorCode::kNotFound : ErrorCode::kInvalidInput,
          .message = missing ? std::string("there is no ledger here; plumbline ingest makes one")
                             : fmt::format("the ledger cannot be opened: {}; check who may read and write it",
                                           std::strerror(error)),
          .where = SourceSpan{.file = path}};
}

// Of an SQLite file's first bytes (sqlite.org/fileformat.html).
constexpr std::string_view kMagic{"SQLite format 3\0", 16};
constexpr std::size_t kPagesAt = 28;  // four bytes, the most significant one first
constexpr std::size_t kApplicationIdAt = 68;
constexpr std::string_view kApplicationId = "Plum";  // migrations.h sets it
constexpr std::size_t kHeaderBytes = 100;

// Looked at before SQLite does, which would set up anybody's file for us. A file of one page may be a ledger
// whose first commit is still in the log beside it.
Status look_at_header(std::string_view header, const std::string& path) {
  if (header.empty()) return {};
  const bool is_whole = header.size() == kHeaderBytes;
  const bool is_sqlite = header.starts_with(kMagic);
  const bool is_ours = is_whole && header.substr(kApplicationIdAt).starts_with(kApplicationId);
  const bool is_one_page = is_whole && header.substr(kPagesAt, 4) <= std::string_view("\0\0\0\1", 4);
  if (is_sqlite && (is_ours || is_one_page)) return {};
  Error error{
      .code = ErrorCode::kInvalidInput, .message = kOtherProgramsFile, .where = SourceSpan{.file = path}};
  if (!is_sqlite) error.message = sentence_of(SQLITE_NOTADB, "");
  if (!is_sqlite && is_ours) {
    error.code = ErrorCode::kCorrupt;
    error.message = sentence_of(SQLITE_CORRUPT, "its first bytes are lost");
  }
  return fail(std::move(error));
}

// The system's own words for what SQLite would only call "unable to open"; makes the file where it shall be
// made, so that nobody else may read it even for a moment.
Status look_at_file(const std::string& path, DatabaseAccess access) {
  int flags = O_RDONLY | O_CLOEXEC;
  if (access != DatabaseAccess::kRead) flags = O_RDWR | O_CLOEXEC;
  if (access == DatabaseAccess::kCreate) flags |= O_CREAT;
  const int file = ::open(path.c_str(), flags, kFileMode);
  if (file < 0) {
    Error error = cannot_open(path, errno);
    if (access == DatabaseAccess::kCreate && errno == ENOENT) {
      error.message = "the folder of the ledger does not exist; make it, or name another";
    }
    return fail(std::move(error));
  }
  struct stat facts{};
  const bool is_file = ::fstat(file, &facts) == 0 && S_ISREG(facts.st_mode);
  std::array<char, kHeaderBytes> header{};
  const ssize_t got = is_file ? ::pread(file, header.data(), header.size(), 0) : 0;
  ::close(file);
  if (!is_file) {
    return fail({.code = ErrorCode::kInvalidInput,
                 .message = "this is not a file; name the ledger's own file",
                 .where = SourceSpan{.file = path}});
  }
  return look_at_header({header.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))}, path);
}

// To read it, SQLite wants to keep its two files beside a ledger. Where it may not (a copy on a disc, a
// folder of somebody else) and no program is writing (its log would be there), the file alone tells all.
bool stands_alone(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  return ::access(folder.c_str(), W_OK) != 0 && ::access((path + "-wal").c_str(), F_OK) != 0;
}

// As SQLite wants the name of a file that nobody changes.
std::string name_of_unchanging(const std::string& path) {
  std::string name = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      name += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    } else {
      name += c;
    }
  }
  return name + "?immutable=1";
}

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(const std::string& path, const SqliteOptions& options) {
  if (options.vfs.empty()) {
    if (Status looked = look_at_file(path, options.access); !looked) return fail(looked.error());
  }
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= options.access == DatabaseAccess::kRead ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (options.access == DatabaseAccess::kCreate) flags |= SQLITE_OPEN_CREATE;
  std::string name = path;
  if (options.access == DatabaseAccess::kRead && options.vfs.empty() && stands_alone(path)) {
    name = name_of_unchanging(path);
    flags |= SQLITE_OPEN_URI;
  }
  sqlite3* connection = nullptr;
  const int result =
      sqlite3_open_v2(name.c_str(), &connection, flags, options.vfs.empty() ? nullptr : options.vfs.c_str());
  auto database = std::make_unique<SqliteDatabase>(connection, path, options);
  if (result != SQLITE_OK) return fail(database->failure(result));
  sqlite3_busy_timeout(connection, static_cast<int>(options.busy_wait.count()));
  // The size of a page counts for a new file alone. The first statement that touches the file tells whether
  // it is one of SQLite's.
  const char* settings = options.access == DatabaseAccess::kRead
                             ? "PRAGMA cache_size=-65536; PRAGMA schema_version"
                             : "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                               "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY";
  if (Status set = database->execute(settings); !set) return fail(set.error());
  return database;
}

// Nothing was written between two equal versions, so what others began to read in between is what is read
// now.
Result<std::vector<std::unique_ptr<Database>>> SqliteDatabase::begin_reading_together(std::size_t others) {
  SqliteOptions options = options_;
  options.access = DatabaseAccess::kRead;
  std::vector<std::unique_ptr<Database>> connections;
  for (std::size_t i = 0; i < others; ++i) {
    Result<std::unique_ptr<Database>> opened = open_sqlite(path_, options);
    if (!opened) return fail(opened.error());
    connections.push_back(*std::move(opened));
  }
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    const Result<std::int64_t> before = data_version();
    if (!before) return fail(before.error());
    for (const auto& connection : connections) {
      connection->rollback();
      if (Status begun = static_cast<SqliteDatabase&>(*connection).begin_and_look(); !begun)
        return fail(begun.error());
    }
    if (Status begun = begin_and_look(); !begun) return fail(begun.error());
    const Result<std::int64_t> after = data_version();
    if (!after) return fail(after.error());
    if (*before == *after) return connections;
    rollback();
  }
  return fail({.code = ErrorCode::kConflict,
               .message = "the ledger is written without a pause; try again when that has ended",
               .where = SourceSpan{.file = path_}});
}

std::string quoted_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  quoted += '"';
  return quoted;
}

}  // namespace plumbline
