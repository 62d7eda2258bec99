#include "ledger/ledger_snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ordered_run.h"
#include "ledger/change_history.h"
#include "ledger/past_records.h"
#include "ledger/record_columns.h"
#include "ledger/sqlite_record_scan.h"
#include "ledger/sqlite_upkeep.h"
#include "ledger/violation_records.h"
#include "records/column_table.h"
#include "records/load_notices.h"

namespace plumbline {
namespace {

constexpr std::string_view kViolation = "Violation";
constexpr std::string_view kDeletedField = "IsDeleted";
constexpr std::string_view kCreatedField = "CreatedDate";
// Tables from so many records on are read by several threads, each taking some of the columns. Every one has
// to go through all records, so more than these few would not help.
constexpr std::size_t kSharedRecords = 20'000;
constexpr std::size_t kMostConnections = 3;

std::optional<Hindsight> hindsight_of(const LedgerMoment& moment) {
  if (!moment.as_of) return std::nullopt;
  return Hindsight{.as_of = *moment.as_of, .known_at = moment.known_at.value_or(*moment.as_of)};
}

// Connections, one a thread at a time.
class Connections {
 public:
  Connections(Database& first, std::vector<std::unique_ptr<Database>> others) : others_(std::move(others)) {
    free_.push_back(&first);
    for (const auto& other : others_) free_.push_back(other.get());
  }
  std::size_t count() const { return others_.size() + 1; }
  Database& take() {
    const std::lock_guard lock(mutex_);
    Database* const taken = free_.back();
    free_.pop_back();
    return *taken;
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Database>> others_;
  std::vector<Database*> free_;
};

class SnapshotLoader {
 public:
  SnapshotLoader(Ledger& ledger, std::shared_ptr<const Schema> schema, const DataNeeds& needs,
                 const LedgerMoment& moment, const LedgerLoadOptions& options)
      : database_(ledger.database()),
        organisation_(ledger.organisation()),
        schema_(std::move(schema)),
        needs_(needs),
        moment_(hindsight_of(moment)),
        options_(options) {}

  Result<LoadedData> load() {
    const std::size_t threads = std::clamp(options_.threads, 1U, kMaxLoadThreads);
    Result<std::vector<std::unique_ptr<Database>>> others =
        database_.begin_reading_together(std::min(threads, kMostConnections) - 1);
    if (!others) return fail(others.error());
    for (const auto& other : *others) {
      if (Status set = keep_few_pages(*other); !set) return fail(set.error());
    }
    Result<LoadedData> data = load(Connections(database_, *std::move(others)));
    database_.rollback();
    return data;
  }

 private:
  // What one thread does by one connection. What comes of it has a place of its own.
  using Job = std::function<Status(Database&)>;
  // The columns of one object that one job reads.
  struct Share {
    std::size_t object = 0;
    std::vector<std::size_t> fields{};
    RecordRows read{};
  };
  struct History {
    HistoryToMake wanted;
    MadeHistory made{};
  };

  Result<LoadedData> load(Connections connections) {
    Result<Catalogue> catalogue = read_catalogue(database_, organisation_, known_at());
    if (!catalogue) return fail(catalogue.error());
    catalogue_ = *std::move(catalogue);
    if (options_.field_map != nullptr) add_headers(*options_.field_map, catalogue_);
    needs_.settle(*schema_, [&](std::string_view object) { return has(object); });
    if (options_.keeping == Keeping::kEverything) needs_.keep_passing();
    tables_.resize(schema_->object_count());
    if (Status past = read_past(); !past) return fail(past.error());
    if (Status planned = plan_records(connections.count()); !planned) return fail(planned.error());
    plan_histories();
    plan_violations();
    if (Status done = run_jobs(connections); !done) return fail(done.error());
    return put_together();
  }

  std::optional<Instant> known_at() const {
    return moment_ ? std::optional(moment_->known_at) : std::nullopt;
  }

  bool is_delivered(std::string_view object) const {
    const LedgerObject* const known = catalogue_.find(object);
    return known != nullptr && known->first_seen;
  }
  // Whether the object's changes were seen from outside: that takes two looks.
  static bool is_observed(const LedgerObject& object) {
    return object.first_seen && *object.last_seen > *object.first_seen;
  }
  // Objects whose history is the named one.
  std::vector<std::size_t> owners_of(std::string_view history) const {
    std::vector<std::size_t> owners;
    for (std::size_t object = 0; object < schema_->object_count(); ++object) {
      if (!history.empty() && same_name(schema_->object(object).history_object, history))
        owners.push_back(object);
    }
    return owners;
  }
  bool has(std::string_view object) const {
    if (same_name(object, kViolation) && catalogue_.judged) return true;
    if (is_delivered(object)) return true;
    return std::ranges::any_of(owners_of(object), [&](std::size_t owner) {
      const LedgerObject* const known = catalogue_.find(schema_->object(owner).name);
      return known != nullptr && is_observed(*known);
    });
  }
  bool is_history(std::size_t object) const { return !owners_of(schema_->object(object).name).empty(); }
  bool is_made_of_violations(std::size_t object) const {
    return same_name(schema_->object(object).name, kViolation) && catalogue_.judged;
  }

  // All that is read of an object: everything is kept.
  std::set<std::size_t> wanted_fields(std::size_t object) const {
    std::set<std::size_t> wanted = needs_.fields.at(object);
    if (const auto passing = needs_.passing.find(object); passing != needs_.passing.end())
      wanted.insert(passing->second.begin(), passing->second.end());
    return wanted;
  }

  // Objects that are read out of tables of their own.
  std::vector<std::size_t> record_objects() const {
    std::vector<std::size_t> objects;
    for (const auto& [object, fields] : needs_.fields) {
      const bool stored = is_delivered(schema_->object(object).name);
      if (stored && !is_history(object) && !is_made_of_violations(object)) objects.push_back(object);
    }
    return objects;
  }

  Status read_past() {
    if (!moment_) return {};
    std::set<std::int64_t> fields;
    for (const std::size_t object : record_objects()) {
      const LedgerObject& known = *catalogue_.find(schema_->object(object).name);
      const auto add = [&](std::string_view name) {
        if (const LedgerField* const field = known.find(name)) fields.insert(field->id);
      };
      for (const std::size_t field : wanted_fields(object)) add(schema_->object(object).fields[field].name);
      add(kDeletedField);
      add(kCreatedField);
      if (known.unseen_field != 0) fields.insert(known.unseen_field);
    }
    Result<PastRecords> past = PastRecords::read(database_, organisation_, catalogue_, fields, *moment_);
    if (!past) return fail(past.error());
    past_ = *std::move(past);
    return {};
  }

  // Not below the number of the object's records.
  Result<std::size_t> record_bound(std::string_view object) {
    Result<std::unique_ptr<Statement>> ask = database_.prepare(record_bound_sql(object));
    if (!ask) return fail(ask.error());
    const Result<bool> row = (*ask)->step();
    if (!row) return fail(row.error());
    const auto bound = static_cast<std::size_t>((*ask)->integer(0));
    (*ask)->reset();
    return bound;
  }

  // Texts cost more than all else, so each share gets as many of them.
  static std::vector<Share> shares_of(std::size_t object, const std::vector<std::unique_ptr<Column>>& columns,
                                      std::size_t count) {
    std::vector<Share> shares(count, Share{.object = object});
    std::size_t next = 0;
    for (const bool texts : {true, false}) {
      for (std::size_t field = 0; field < columns.size(); ++field) {
        if (columns[field] && is_text_like(columns[field]->type()) == texts)
          shares[next++ % count].fields.push_back(field);
      }
    }
    // The first tells how many records there are, if nothing else.
    shares.resize(std::clamp(next, std::size_t{1}, count));
    return shares;
  }

  Status plan_records(std::size_t threads) {
    for (const std::size_t object : record_objects()) {
      const Result<std::size_t> bound = record_bound(schema_->object(object).name);
      if (!bound) return fail(bound.error());
      const ColumnTable& table = prepare_table(object, *bound);
      for (Share& share : shares_of(object, table.columns, *bound < kSharedRecords ? 1 : threads)) {
        Share& place = shares_.emplace_back(std::move(share));
        jobs_.emplace_back([this, &place](Database& database) { return read(database, place); });
      }
    }
    return {};
  }

  Status run_jobs(Connections& connections) {
    Status status;
    using Run = OrderedRun<Status>;
    const Run::Take take = [&](Status done) {
      status = std::move(done);
      return status ? Run::Answer::kMore : Run::Answer::kEnough;
    };
    Run(jobs_.size(), take).run(connections.count(), [&] {
      Database& database = connections.take();
      return [&](std::size_t job) { return jobs_[job](database); };
    });
    return status;
  }

  ColumnTable& prepare_table(std::size_t object, std::size_t rows) {
    const ObjectSchema& declared = schema_->object(object);
    const LedgerObject& known = *catalogue_.find(declared.name);
    ColumnTable& table = parts_[object];
    table.object = object;
    table.id_rule = known.id_rule;
    table.columns.resize(declared.fields.size());
    table.has.resize(declared.fields.size());
    for (std::size_t field = 0; field < declared.fields.size(); ++field) {
      const LedgerField* const delivered = known.find(declared.fields[field].name);
      table.has[field] = delivered != nullptr && delivered->first_seen.has_value();
    }
    const std::set<std::size_t>& looked_up = needs_.fields.at(object);
    for (const std::size_t field : wanted_fields(object)) {
      const bool is_deleted = same_name(declared.fields[field].name, kDeletedField);
      if (!table.has[field] && !is_deleted) continue;
      table.columns[field] = std::make_unique<Column>(declared.fields[field].type);
      table.columns[field]->reserve(rows);
      if (!is_deleted) note_hidden(declared, known, field, *table.columns[field]);
    }
    const auto id = declared.id_field();
    const bool found = options_.keeping == Keeping::kEverything || (id && looked_up.contains(*id));
    table.ids = found ? ColumnTable::Ids::kFound : ColumnTable::Ids::kShown;
    return table;
  }

  void note_hidden(const ObjectSchema& declared, const LedgerObject& known, std::size_t field,
                   Column& column) {
    const LedgerField* const stored = known.find(declared.fields[field].name);
    if (stored == nullptr || !stored->hidden) return;
    column.say_unknown(
        fmt::format("is hidden since {}: {}", format_instant(stored->hidden->since), stored->hidden->reason));
    notices_.push_back(fmt::format("{}.{} {}; it is unknown of every record", declared.name, stored->name,
                                   column.why_unknown()));
  }

  Status read(Database& database, Share& share) {
    const ObjectSchema& declared = schema_->object(share.object);
    const RecordsToRead wanted{.object = *catalogue_.find(declared.name),
                               .schema = declared,
                               .organisation = organisation_,
                               .past = past_ ? &*past_ : nullptr,
                               .stopped = options_.stopped};
    Result<RecordRows> rows =
        read_record_columns(database, wanted, share.fields, parts_.at(share.object).columns);
    if (!rows) return fail(rows.error());
    share.read = *std::move(rows);
    return {};
  }

  void plan_histories() {
    for (const auto& [history, columns] : needs_.fields) {
      for (const std::size_t object : owners_of(schema_->object(history).name)) {
        const LedgerObject* const known = catalogue_.find(schema_->object(object).name);
        if (known != nullptr && has(schema_->object(history).name)) plan_history(object, history, *known);
      }
    }
  }

  void plan_history(std::size_t object, std::size_t history, const LedgerObject& known) {
    History& place =
        histories_.emplace_back(History{.wanted = {.schema = *schema_,
                                                   .object = object,
                                                   .history = history,
                                                   .records = known,
                                                   .told = catalogue_.find(schema_->object(history).name),
                                                   .columns = wanted_fields(history),
                                                   .moment = moment_}});
    if (needs_.only_changes.contains(history)) place.wanted.fields = changes_asked_for(object);
    jobs_.emplace_back([this, &place](Database& database) -> Status {
      Result<MadeHistory> made = make_history(database, organisation_, place.wanted);
      if (!made) return fail(made.error());
      place.made = *std::move(made);
      return {};
    });
  }

  std::set<std::string> changes_asked_for(std::size_t object) const {
    std::set<std::string> names;
    for (const auto& [owner, field] : needs_.history) {
      if (owner != object) continue;
      const std::string& name = schema_->object(owner).fields[field].name;
      // What became of a hidden field is not known: its history would end too early.
      const LedgerObject* const known = catalogue_.find(schema_->object(owner).name);
      const LedgerField* const stored = known == nullptr ? nullptr : known->find(name);
      if (stored == nullptr || !stored->hidden) names.insert(name);
    }
    return names;
  }

  // Fields the CRM does not tell the changes of are known from when they were seen first.
  void note_known_since(std::size_t object, const LedgerObject& known, const MadeHistory& made) {
    for (const auto& [owner, index] : needs_.history) {
      if (owner != object) continue;
      const LedgerField* const field = known.find(schema_->object(object).fields[index].name);
      if (field == nullptr || !field->first_seen || field->hidden || made.told.contains(field->id)) continue;
      const bool looked_twice = *field->last_seen > *field->first_seen;
      if (looked_twice || made.observed.contains(field->id)) {
        known_since_.emplace(std::pair(object, index),
                             std::max(*field->first_seen, field->shown_at.value_or(*field->first_seen)));
      }
    }
  }

  void plan_violations() {
    const auto violation = schema_->find_object(kViolation);
    if (!violation || !is_made_of_violations(*violation) || !needs_.fields.contains(*violation)) return;
    const Instant end{std::chrono::sys_days{kLastMoment}};
    const Hindsight moment = moment_.value_or(Hindsight{.as_of = end, .known_at = end});
    jobs_.emplace_back([this, moment, object = *violation](Database& database) -> Status {
      Result<std::unique_ptr<Table>> made =
          make_violation_records(database, organisation_, *schema_, object, wanted_fields(object), moment);
      if (!made) return fail(made.error());
      tables_[object] = *std::move(made);
      return {};
    });
  }

  // Several shares of one object have each gone through all of its records.
  void join_shares() {
    for (Share& share : shares_) {
      ColumnTable& table = parts_.at(share.object);
      table.rows = share.read.rows;
      table.deleted = std::move(share.read.deleted);
    }
  }

  LoadedData put_together() {
    join_shares();
    for (History& history : histories_) {
      note_known_since(history.wanted.object, history.wanted.records, history.made);
      tables_[history.wanted.history] = std::move(history.made.table);
    }
    for (auto& [object, parts] : parts_) tables_[object] = table_of_columns(std::move(parts));
    LoadedData data;
    for (std::size_t object = 0; object < tables_.size(); ++object) {
      if (tables_[object] == nullptr) continue;
      data.counts.push_back({.object = schema_->object(object).name, .rows = tables_[object]->rows()});
    }
    data.notices = notices_of(*schema_, tables_, std::vector<OwnerMisses>(tables_.size()));
    data.notices.insert(data.notices.end(), notices_.begin(), notices_.end());
    data.snapshot =
        Snapshot::build(schema_, std::move(tables_), needs_, std::move(known_since_), options_.threads);
    for (const auto& [object, fields] : needs_.passing) {
      if (data.snapshot->table(object) != nullptr)
        data.sources.emplace(object, table_source(*data.snapshot, object));
    }
    return data;
  }

  static constexpr std::chrono::year_month_day kLastMoment{std::chrono::year{9999} / 12 / 31};

  Database& database_;
  std::int64_t organisation_;
  std::shared_ptr<const Schema> schema_;
  DataNeeds needs_;
  std::optional<Hindsight> moment_;
  const LedgerLoadOptions& options_;
  Catalogue catalogue_;
  std::optional<PastRecords> past_;
  std::map<std::size_t, ColumnTable> parts_;  // by object
  std::deque<Share> shares_;
  std::deque<History> histories_;
  std::vector<Job> jobs_;
  std::vector<std::unique_ptr<Table>> tables_;  // likewise
  ChangesKnownSince known_since_;
  std::vector<std::string> notices_;
};

}  // namespace

Result<Catalogue> known_in_ledger(Ledger& ledger, const LedgerMoment& moment) {
  const std::optional<Hindsight> then = hindsight_of(moment);
  Result<Catalogue> catalogue = read_catalogue(ledger.database(), ledger.organisation(),
                                               then ? std::optional(then->known_at) : std::nullopt);
  if (!catalogue || catalogue->syncs > 0) return catalogue;
  const Result<Catalogue> all = read_catalogue(ledger.database(), ledger.organisation(), std::nullopt);
  if (!all) return fail(all.error());
  const SourceSpan file{.file = ledger.path()};
  if (!all->first_sync) {
    return fail({.code = ErrorCode::kNotFound,
                 .message = "the ledger holds no records yet; plumbline ingest brings them",
                 .where = file});
  }
  return fail({.code = ErrorCode::kInvalidInput,
               .message = fmt::format("the ledger knew nothing at {}: its first sync is of {}; --known-at {} "
                                      "judges what was so then as far as that sync tells",
                                      format_instant(then->known_at), format_instant(*all->first_sync),
                                      format_instant(*all->first_sync)),
               .where = file});
}

Result<LoadedData> load_snapshot(Ledger& ledger, std::shared_ptr<const Schema> schema, const DataNeeds& needs,
                                 const LedgerMoment& moment, const LedgerLoadOptions& options) {
  return SnapshotLoader(ledger, std::move(schema), needs, moment, options).load();
}

}  // namespace plumbline
