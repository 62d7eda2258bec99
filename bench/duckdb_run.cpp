// Runs a file of SQL with DuckDB and nothing around it, so that a measurement of this process is one of
// DuckDB.
//
//   duckdb_run LIBRARY SQL DATA THREADS OUTPUT
//
// LIBRARY is libduckdb.so, opened at run time: DuckDB is needed for the comparison alone and never to build.
// In the SQL, {data} stands for the folder DATA and {output} for the file OUTPUT.
#include <dlfcn.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

namespace {

// As DuckDB's duckdb.h declares them; of a result only its size matters here.
struct DuckResult {
  std::uint64_t counts[3];
  void* columns;
  char* error_message;
  void* internal;
};

struct Duck {
  int (*create_config)(void** config);
  int (*set_config)(void* config, const char* name, const char* value);
  int (*open_ext)(const char* path, void** database, void* config, char** error);
  int (*connect)(void* database, void** connection);
  int (*query)(void* connection, const char* sql, DuckResult* result);
  const char* (*result_error)(DuckResult* result);
};

template <class Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

std::optional<Duck> load(const char* path) {
  void* library = ::dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return std::nullopt;
  Duck duck{};
  const bool whole =
      find(library, "duckdb_create_config", duck.create_config) &&
      find(library, "duckdb_set_config", duck.set_config) &&
      find(library, "duckdb_open_ext", duck.open_ext) && find(library, "duckdb_connect", duck.connect) &&
      find(library, "duckdb_query", duck.query) && find(library, "duckdb_result_error", duck.result_error);
  return whole ? std::optional(duck) : std::nullopt;
}

std::optional<std::string> read_sql(const std::string& path, std::string_view data, std::string_view output) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  std::string sql = std::move(text).str();
  for (const auto& [mark, value] : {std::pair(std::string_view("{data}"), data), {"{output}", output}}) {
    for (std::size_t at = sql.find(mark); at != std::string::npos; at = sql.find(mark, at + value.size())) {
      sql.replace(at, mark.size(), value);
    }
  }
  return sql;
}

// What went wrong; empty for nothing.
std::string run(const Duck& duck, const std::string& sql, const char* threads) {
  constexpr int kDone = 0;
  void* config = nullptr;
  void* database = nullptr;
  void* connection = nullptr;
  char* error = nullptr;
  if (duck.create_config(&config) != kDone || duck.set_config(config, "threads", threads) != kDone) {
    return fmt::format("cannot be given {} threads", threads);
  }
  if (duck.open_ext(nullptr, &database, config, &error) != kDone) {
    return fmt::format("cannot be opened: {}", error != nullptr ? error : "no reason given");
  }
  if (duck.connect(database, &connection) != kDone) return "cannot be connected to";
  DuckResult result{};
  if (duck.query(connection, sql.c_str(), &result) == kDone) return {};
  const char* reason = duck.result_error(&result);
  return reason != nullptr ? reason : "the query failed without a reason";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    fmt::print(stderr, "usage: duckdb_run LIBRARY SQL DATA THREADS OUTPUT\n");
    return 2;
  }
  const std::optional<Duck> duck = load(argv[1]);
  if (!duck) {
    const char* reason = ::dlerror();
    fmt::print(stderr, "duckdb_run: {} cannot be used: {}\n", argv[1],
               reason != nullptr ? reason : "unknown");
    return 1;
  }
  const std::optional<std::string> sql = read_sql(argv[2], argv[3], argv[5]);
  if (!sql) {
    fmt::print(stderr, "duckdb_run: cannot read {}\n", argv[2]);
    return 1;
  }
  const std::string fault = run(*duck, *sql, argv[4]);
  if (!fault.empty()) fmt::print(stderr, "duckdb_run: {}\n", fault);
  // Taking the database apart would be part of the time and is of no use to anybody.
  (void)std::fflush(nullptr);
  ::_exit(fault.empty() ? 0 : 1);
}
