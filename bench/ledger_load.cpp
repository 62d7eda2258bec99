// How fast exports go into a ledger, next to the least that any program must do for it: a loop that binds
// values which are in memory already to one prepared statement, into the same table with the same index, in
// one transaction.
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "bench/ledger_data.h"
#include "bench/ledger_parts.h"
#include "bench/process_run.h"
#include "ledger/record_cells.h"
#include "ledger/sync_writer.h"
#include "records/read_rows.h"

namespace plumbline::bench {
namespace {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

constexpr Instant kNow{std::chrono::seconds{1'717'243'200}};
constexpr std::size_t kDeltaOf = 100;  // one record in so many

template <class T>
T must(Result<T> result) {
  if (!result) give_up(result.error().to_string());
  return *std::move(result);
}

class NoRejects : public RejectSink {
 public:
  void reject(const Reject& reject) override { give_up("unexpected reject: " + reject.reason); }
};

// Texts that stay where they are.
class TextStore {
 public:
  std::string_view keep(std::string_view text) {
    if (blocks_.empty() || blocks_.back().size() + text.size() > kBlock) {
      blocks_.emplace_back();
      blocks_.back().reserve(std::max(kBlock, text.size()));
    }
    std::string& block = blocks_.back();
    const std::size_t at = block.size();
    block += text;
    return std::string_view(block).substr(at);
  }

 private:
  static constexpr std::size_t kBlock = std::size_t{1} << 24;
  std::deque<std::string> blocks_;
};

// All values of a file as the table will have them, and what a delta is made of.
class Collector : public RowTaker {
 public:
  Collector(RecordTables& tables, std::size_t object, const ObjectSchema& schema)
      : tables_(tables), object_(object), schema_(schema) {}

  void begin_source(std::string /*file*/, std::vector<FieldSource> sources,
                    std::span<const std::size_t> /*not_kept*/) override {
    std::vector<RecordCells::Place> places;
    std::optional<std::size_t> id;
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const std::string& name = schema_.fields[sources[i].field].name;
      columns.push_back(sources[i].column);
      if (schema_.id_field() == sources[i].field) id = i;
      places.push_back({.field = *tables_.at(object_).find(name), .position = i, .source = sources[i]});
    }
    cells.begin(tables_.at(object_), std::move(places), id);
  }
  void add_rows(const RowBatch& batch) override {
    for (std::size_t i = 0; i < batch.places.size(); ++i) {
      if (!cells.read(batch.row(i), "", batch.places[i], rejects_).empty()) give_up("unexpected reject");
      for (StoredValue value : cells.values()) {
        if (value.kind == StoredValue::Kind::kText) value.text = texts_.keep(value.text);
        values.push_back(value);
      }
      keys.push_back(texts_.keep(cells.key()));
      if (rows++ % kDeltaOf != 0) continue;
      auto& row = delta.emplace_back();
      for (const RawCell& cell : batch.row(i)) row.emplace_back(cell.text);
    }
  }

  RecordCells cells;
  std::vector<std::string> columns;
  std::vector<StoredValue> values;
  std::vector<std::string_view> keys;
  std::vector<std::vector<std::string>> delta;
  std::size_t rows = 0;

 private:
  RecordTables& tables_;
  std::size_t object_;
  const ObjectSchema& schema_;
  TextStore texts_;
  NoRejects rejects_;
};

struct World {
  Schema declared = Schema::standard();
  Schema schema = Schema::standard();
  DataFolder folder;
};

World open_world(const std::string& file) {
  World world;
  auto opened = open_folder({.paths = {file}}, world.schema);
  if (!opened) give_up(opened.error().errors.front().to_string());
  world.folder = *std::move(opened);
  return world;
}

void remove_ledger(const std::string& path) {
  for (const char* end : {"", "-wal", "-shm", ".key", ".pub"}) fs::remove(path + end);
}

Ledger make_ledger(const std::string& path) {
  remove_ledger(path);
  return must(Ledger::open(path, {.access = DatabaseAccess::kCreate, .now = kNow}));
}

double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

struct Synced {
  double seconds = 0;
  SyncSummary summary;
};

Synced sync(Ledger& ledger, const std::string& file) {
  NoRejects rejects;
  const SteadyClock::time_point start = SteadyClock::now();
  const World world = open_world(file);
  LedgerTransaction transaction = must(LedgerTransaction::begin(ledger, kNow));
  SyncSummary summary = must(write_sync(ledger, transaction,
                                        {.source = "folder:bench",
                                         .written_at = kNow,
                                         .folder = world.folder,
                                         .declared = world.declared,
                                         .schema = world.schema},
                                        rejects));
  must(transaction.commit());
  return {.seconds = seconds_since(start), .summary = std::move(summary)};
}

void bind_bare(sqlite3_stmt* statement, int parameter, const StoredValue& value) {
  switch (value.kind) {
    case StoredValue::Kind::kNull:
      sqlite3_bind_null(statement, parameter);
      break;
    case StoredValue::Kind::kInteger:
      sqlite3_bind_int64(statement, parameter, value.integer);
      break;
    case StoredValue::Kind::kReal:
      sqlite3_bind_double(statement, parameter, value.real);
      break;
    case StoredValue::Kind::kText:
      sqlite3_bind_text(statement, parameter, value.text.data(), static_cast<int>(value.text.size()),
                        SQLITE_STATIC);
      break;
  }
}

void run_sql(sqlite3* connection, const char* sql) {
  if (sqlite3_exec(connection, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    give_up(sqlite3_errmsg(connection));
}

// The table as the ledger makes it, filled by the loop.
double run_bare(const std::string& path, const Collector& data) {
  {
    const Ledger ledger = make_ledger(path);
    RecordTables tables = must(RecordTables::read(ledger));
    const Schema schema = Schema::standard();
    must(tables.ensure(schema, *schema.find_object("Opportunity"), RecordIds::kSalesforce,
                       RecordTables::Kept::kAsRecords));
  }
  sqlite3* connection = nullptr;
  if (sqlite3_open(path.c_str(), &connection) != SQLITE_OK) give_up("cannot open the bare table");
  run_sql(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536");
  std::string columns;
  std::string parameters;
  const std::size_t fields = data.cells.typed().size();
  for (const RecordCells::Place& place : data.cells.typed()) {
    columns += quoted_name(data.cells.name_of(place)) + ", ";
    parameters += "?, ";
  }
  const std::string sql = fmt::format(
      R"(INSERT INTO "Opportunity"({}"_org", "_key", "_deleted", "_first_seen", "_changed_at", "_sync") )"
      "VALUES({}1, ?, 0, ?, ?, 1)",
      columns, parameters);
  const std::string now = format_instant(kNow);
  const SteadyClock::time_point start = SteadyClock::now();
  run_sql(connection, "BEGIN");
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(connection, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
    give_up(sqlite3_errmsg(connection));
  const auto behind = static_cast<int>(fields);
  for (std::size_t row = 0; row < data.rows; ++row) {
    for (std::size_t i = 0; i < fields; ++i)
      bind_bare(statement, static_cast<int>(i) + 1, data.values[row * fields + i]);
    bind_bare(statement, behind + 1, {.kind = StoredValue::Kind::kText, .text = data.keys[row]});
    bind_bare(statement, behind + 2, {.kind = StoredValue::Kind::kText, .text = now});
    bind_bare(statement, behind + 3, {.kind = StoredValue::Kind::kText, .text = now});
    if (sqlite3_step(statement) != SQLITE_DONE) give_up(sqlite3_errmsg(connection));
    sqlite3_reset(statement);
  }
  sqlite3_finalize(statement);
  run_sql(connection, "COMMIT");
  const double seconds = seconds_since(start);
  sqlite3_close(connection);
  remove_ledger(path);
  return seconds;
}

std::string csv_cell(std::string_view text) {
  std::string cell = "\"";
  for (const char c : text) cell += c == '"' ? std::string("\"\"") : std::string(1, c);
  return cell + "\"";
}

// Each record with another next step, and modified since.
void write_delta(const std::string& path, const Collector& data, std::size_t run) {
  std::ofstream file(path, std::ios::binary);
  for (std::size_t i = 0; i < data.columns.size(); ++i) file << (i == 0 ? "" : ",") << data.columns[i];
  file << "\n";
  for (const std::vector<std::string>& row : data.delta) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      std::string cell = row[i];
      if (data.columns[i] == "NextStep") cell = fmt::format("Call them, for the {}. time", run + 1);
      if (data.columns[i] == "LastModifiedDate") cell = format_instant(kNow + std::chrono::seconds{run});
      file << (i == 0 ? "" : ",") << csv_cell(cell);
    }
    file << "\n";
  }
}

void tell_delta(Ledger& ledger, const Collector& data, const LedgerBenchOptions& options) {
  const fs::path folder = options.data / "load-delta";
  fs::create_directories(folder);
  const std::string path = (folder / "Opportunity.csv").string();
  std::vector<double> seconds;
  for (std::size_t run = 0; run < options.runs; ++run) {
    write_delta(path, data, run);
    const Synced synced = sync(ledger, path);
    if (synced.summary.files.front().changed != data.delta.size())
      give_up("a delta did not change its records");
    seconds.push_back(synced.seconds);
  }
  fmt::print("delta: {} records of {}: {:.3f} s (median of {}), {:.0f} records/s\n", data.delta.size(),
             data.rows, median(seconds), options.runs,
             static_cast<double>(data.delta.size()) / median(seconds));
  fs::remove_all(folder);
}

void run(const LedgerBenchOptions& options) {
  const fs::path data_folder = must(sales_folder(options.data, deals_of(options.opportunities)));
  const std::string file = (data_folder / "Opportunity.csv").string();
  const std::string path = (options.data / "load.ledger").string();
  const World world = open_world(file);
  const std::size_t object = *world.schema.find_object("Opportunity");
  const Ledger scratch = make_ledger(path);
  RecordTables tables = must(RecordTables::read(scratch));
  const std::size_t known =
      must(tables.ensure(world.declared, object, RecordIds::kSalesforce, RecordTables::Kept::kAsRecords));
  Collector data(tables, known, world.schema.object(object));
  NoRejects rejects;
  std::vector<std::string> notices;
  must(read_rows(world.folder.files.front(), {.schema = world.schema, .object = object}, data, rejects,
                 notices));
  fmt::print("\n== First load beside a bare loop: {} opportunities, {} columns\n", data.rows,
             data.columns.size());

  std::vector<double> ratios;
  std::vector<double> ours;
  std::vector<double> bare;
  const auto rate = [&](double seconds) { return static_cast<double>(data.rows) / seconds; };
  for (std::size_t run = 0; run < options.runs; ++run) {
    bare.push_back(run_bare(path, data));
    Ledger ledger = make_ledger(path);
    ours.push_back(sync(ledger, file).seconds);
    ratios.push_back(bare.back() / ours.back());
    fmt::print("first load {}: bare loop {:.2f} s, sync {:.2f} s, {:.0f} % of the bare loop's rows/s\n",
               run + 1, bare.back(), ours.back(), 100 * ratios.back());
    if (run + 1 < options.runs) continue;
    const auto bytes = static_cast<double>(fs::file_size(path));
    fmt::print("first load: bare {:.0f} rows/s, sync {:.0f} rows/s, {:.0f} % (medians of {})\n",
               rate(median(bare)), rate(median(ours)), 100 * median(ratios), options.runs);
    fmt::print("file: {:.0f} bytes a record\n", bytes / static_cast<double>(data.rows));
    tell_delta(ledger, data, options);
  }
  remove_ledger(path);
}

}  // namespace

void measure_load(const LedgerBenchOptions& options) { run(options); }

}  // namespace plumbline::bench
