#include "ledger/sync_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "base/json.h"
#include "ledger/change_store.h"
#include "ledger/file_digests.h"
#include "ledger/history_seed.h"
#include "ledger/record_tables.h"
#include "ledger/source_facts.h"
#include "records/read_rows.h"

namespace plumbline {
namespace {

constexpr std::string_view kFoundObject = "Violation";  // what Plumbline itself finds

// Rejects on their way to whoever wants them, the first of them kept in the ledger as well.
class KeptRejects : public RejectSink {
 public:
  KeptRejects(Ledger& ledger, RejectSink& out) : ledger_(ledger), out_(out) {}

  Status begin(std::int64_t sync) {
    Result<std::unique_ptr<Statement>> insert = ledger_.database().prepare(
        "INSERT INTO reject(org, sync, file, line, column_name, reason, raw) VALUES(?1, ?2, ?3, ?4, ?5, ?6, "
        "?7)");
    if (!insert) return fail(insert.error());
    insert_ = std::move(*insert);
    insert_->bind_integer(1, ledger_.organisation());
    insert_->bind_integer(2, sync);
    return {};
  }
  void reject(const Reject& reject) override {
    out_.reject(reject);
    if (++count_ > kMostKeptRejects || failure_) return;
    insert_->bind_text(3, reject.file);
    insert_->bind_integer(4, static_cast<std::int64_t>(reject.line));
    insert_->bind_text(5, reject.column);
    insert_->bind_text(6, reject.reason);
    insert_->bind_text(7, reject.raw);
    if (Status done = insert_->run(); !done) failure_ = done.error();
  }
  Status check() const { return failure_ ? Status(fail(*failure_)) : Status{}; }
  std::uint64_t count() const { return count_; }

 private:
  Ledger& ledger_;
  RejectSink& out_;
  std::unique_ptr<Statement> insert_;
  std::uint64_t count_ = 0;
  std::optional<Error> failure_;
};

struct Job {
  std::size_t object = 0;          // of the schema
  std::vector<std::size_t> files;  // of the folder
  RecordIds ids = RecordIds::kSalesforce;
  std::optional<std::size_t> owner{};  // of the schema: whose history it is
  bool had_no_ids = false;             // until now
  std::size_t known = 0;               // of the tables
};

class SyncWriter {
 public:
  SyncWriter(Ledger& ledger, LedgerTransaction& transaction, const SyncInput& input, RejectSink& rejects)
      : ledger_(ledger),
        transaction_(transaction),
        input_(input),
        rejects_(ledger, rejects),
        digests_(input.folder.files) {}

  Result<SyncSummary> run() {
    Status done = write();
    if (!done) return fail(done.error());
    return std::move(summary_);
  }

 private:
  Status write();
  Status add_sync();
  Status write_words(RecordTables& tables, ChangeStore& changes);
  void find_jobs();
  bool has_ids(const DataFile& file, const MappedObject* mapped) const;
  std::vector<std::size_t> derived_fields(const ObjectSchema& object) const;
  Status make_known(RecordTables& tables, Job& job);
  Status write_history(RecordTables& tables, const Job& job, ChangeStore& changes);
  Status write_records(RecordTables& tables, const Job& job, ChangeStore& changes);
  Status read(const Job& job, RowTaker& rows, const std::function<bool()>& failed);
  void count(const Job& job, const std::vector<RecordCounts>& counts);
  bool was_rejected(const Job& job) const;
  Status write_files();
  Status log();
  Status log_notes();
  const MappedObject* mapped(std::size_t object) const {
    return input_.field_map == nullptr ? nullptr : input_.field_map->find(input_.schema.object(object).name);
  }
  std::vector<const DataFile*> files_of(const Job& job) const {
    std::vector<const DataFile*> files;
    for (const std::size_t file : job.files) files.push_back(&input_.folder.files[file]);
    return files;
  }

  Ledger& ledger_;
  LedgerTransaction& transaction_;
  const SyncInput& input_;
  KeptRejects rejects_;
  SyncMoment moment_{};
  std::vector<Job> jobs_;
  std::vector<std::uint64_t> unread_rows_;  // by file: rows that no writer was handed
  std::uint64_t bytes_ = 0;
  std::uint64_t done_ = 0;
  SyncSummary summary_;
  FileDigests digests_;
};

// Before any record: what the files bring is visible, and seen, whatever was before.
Status SyncWriter::write_words(RecordTables& tables, ChangeStore& changes) {
  if (input_.words == nullptr) return {};
  const Delivery& delivery = input_.words->delivery;
  if (Status noted = note_visibility(ledger_, tables, moment_, delivery.visibility); !noted) return noted;
  const Result<std::uint64_t> unseen = mark_unseen(ledger_, tables, moment_, changes, delivery.unseen);
  if (!unseen) return fail(unseen.error());
  summary_.unseen = *unseen;
  for (const SourceState& state : delivery.state) {
    Status kept = keep_source_state(ledger_, delivery.source, state, input_.written_at);
    if (!kept) return kept;
  }
  return {};
}

// Histories come first: what they tell need not be noted as seen.
Status SyncWriter::write() {
  find_jobs();
  if (Status begun = digests_.begin(); !begun) return begun;
  if (Status added = add_sync(); !added) return added;
  if (Status begun = rejects_.begin(moment_.sync); !begun) return begun;
  Result<RecordTables> tables = RecordTables::read(ledger_);
  if (!tables) return fail(tables.error());
  for (Job& job : jobs_) {
    if (Status known = make_known(*tables, job); !known) return known;
  }
  Result<std::unique_ptr<ChangeStore>> changes = ChangeStore::open(ledger_, moment_);
  if (!changes) return fail(changes.error());
  if (Status written = write_words(*tables, **changes); !written) return written;
  for (const Job& job : jobs_) {
    if (!job.owner) continue;
    if (Status written = write_history(*tables, job, **changes); !written) return written;
  }
  if (Status superseded = (*changes)->supersede_told(); !superseded) return superseded;
  for (const Job& job : jobs_) {
    if (job.owner) continue;
    if (Status written = write_records(*tables, job, **changes); !written) return written;
  }
  if (Status kept = rejects_.check(); !kept) return kept;
  summary_.rejects = rejects_.count();
  summary_.kept_rejects = std::min(rejects_.count(), kMostKeptRejects);
  if (Status written = write_files(); !written) return written;
  return log();
}

Status SyncWriter::add_sync() {
  Result<std::unique_ptr<Statement>> add = ledger_.database().prepare(
      "INSERT INTO sync(org, source, seen_at, written_at, complete) VALUES(?1, ?2, ?3, ?4, ?5)");
  if (!add) return fail(add.error());
  const std::string seen_at = format_instant(transaction_.as_of());
  const std::string written_at = format_instant(input_.written_at);
  (*add)->bind_integer(1, ledger_.organisation());
  (*add)->bind_text(2, input_.source);
  (*add)->bind_text(3, seen_at);
  (*add)->bind_text(4, written_at);
  (*add)->bind_integer(5, input_.extent == SyncInput::Extent::kComplete ? 1 : 0);
  if (Status added = (*add)->run(); !added) return added;
  moment_ = {.sync = ledger_.database().last_key(), .seen_at = transaction_.as_of()};
  summary_.sync = moment_.sync;
  return {};
}

void SyncWriter::find_jobs() {
  const std::vector<DataFile>& files = input_.folder.files;
  unread_rows_.assign(files.size(), 0);
  for (std::size_t file = 0; file < files.size(); ++file) {
    summary_.files.push_back(
        {.name = files[file].name, .object = files[file].object, .bytes = files[file].bytes});
    bytes_ += files[file].bytes;
    if (same_name(files[file].object, kFoundObject)) {
      summary_.notices.push_back(
          fmt::format("{} is not taken: {} is what Plumbline itself finds", files[file].name, kFoundObject));
      continue;
    }
    const std::size_t object = *input_.schema.find_object(files[file].object);
    auto job = std::ranges::find(jobs_, object, &Job::object);
    if (job == jobs_.end()) job = jobs_.insert(jobs_.end(), Job{.object = object, .files = {}});
    job->files.push_back(file);
  }
  for (Job& job : jobs_) {
    for (std::size_t object = 0; object < input_.schema.object_count(); ++object) {
      if (same_name(input_.schema.object(object).history_object, input_.schema.object(job.object).name))
        job.owner = object;
    }
    const std::vector<const DataFile*> own = files_of(job);
    const MappedObject* const map = mapped(job.object);
    const bool any = std::ranges::any_of(own, [&](const DataFile* file) { return has_ids(*file, map); });
    job.ids = !any                                          ? RecordIds::kNone
              : id_rule_of(own, map) == IdRule::kSalesforce ? RecordIds::kSalesforce
                                                            : RecordIds::kAnyText;
  }
}

bool SyncWriter::has_ids(const DataFile& file, const MappedObject* mapped) const {
  const ObjectSchema& object = input_.schema.object(*input_.schema.find_object(file.object));
  const std::optional<std::size_t> id = object.id_field();
  if (!id) return false;
  std::vector<std::string> names{object.fields[*id].name};
  if (mapped != nullptr) {
    if (!mapped->key.empty()) names.push_back(mapped->key);
    for (const MappedField& field : mapped->fields) {
      if (same_name(field.field, names.front()) && !field.from.empty()) names.push_back(field.from);
    }
  }
  return std::ranges::any_of(file.columns, [&](const std::string& column) {
    return std::ranges::any_of(names, [&](const std::string& name) { return same_name(name, column); });
  });
}

// Fields that the field map works out of others.
std::vector<std::size_t> SyncWriter::derived_fields(const ObjectSchema& object) const {
  std::vector<std::size_t> derived;
  const MappedObject* const map = input_.field_map == nullptr ? nullptr : input_.field_map->find(object.name);
  if (map == nullptr) return derived;
  for (const MappedField& field : map->fields) {
    if (field.when.empty()) continue;
    if (const std::optional<std::size_t> index = object.find(field.field)) derived.push_back(*index);
  }
  return derived;
}

Status SyncWriter::make_known(RecordTables& tables, Job& job) {
  const std::string& name = input_.schema.object(job.object).name;
  if (const RecordObject* const known = tables.find(name); known != nullptr && !job.owner) {
    job.had_no_ids = known->ids == RecordIds::kNone && job.ids != RecordIds::kNone;
    if (known->ids != RecordIds::kNone && job.ids == RecordIds::kNone) {
      return fail(
          {.code = ErrorCode::kInvalidInput,
           .message = fmt::format("there is no Id here, and the ledger tells records of {} apart by it; "
                                  "export Id",
                                  name),
           .where = SourceSpan{.file = files_of(job).front()->name}});
    }
  }
  const std::optional<std::size_t> declared = input_.declared.find_object(name);
  const Schema& schema = declared ? input_.declared : input_.schema;
  const std::size_t object = declared.value_or(job.object);
  const Result<std::size_t> ensured = tables.ensure(
      schema, object, job.ids, job.owner ? RecordTables::Kept::kAsChanges : RecordTables::Kept::kAsRecords,
      derived_fields(schema.object(object)));
  if (!ensured) return fail(ensured.error());
  job.known = *ensured;
  if (!job.owner || tables.find(input_.schema.object(*job.owner).name) != nullptr) return {};
  const std::string& owner = input_.schema.object(*job.owner).name;
  const MappedObject* const map = mapped(*job.owner);
  const bool own_key = map != nullptr && !map->key.empty();
  const std::optional<std::size_t> declared_owner = input_.declared.find_object(owner);
  const Schema& owner_schema = declared_owner ? input_.declared : input_.schema;
  const std::size_t owner_object = declared_owner.value_or(*job.owner);
  const Result<std::size_t> made =
      tables.ensure(owner_schema, owner_object, own_key ? RecordIds::kAnyText : RecordIds::kSalesforce,
                    RecordTables::Kept::kAsRecords, derived_fields(owner_schema.object(owner_object)));
  return made ? Status{} : fail(made.error());
}

Status SyncWriter::write_history(RecordTables& tables, const Job& job, ChangeStore& changes) {
  const ObjectSchema& owner_schema = input_.schema.object(*job.owner);
  const auto owner = static_cast<std::size_t>(tables.find(owner_schema.name) - tables.objects().data());
  HistorySeed seed(ledger_, tables, job.known, input_.schema.object(job.object), owner, owner_schema, moment_,
                   changes, rejects_);
  if (Status begun = seed.begin(); !begun) return begun;
  const Status read_all = read(job, seed, [&] { return seed.failed(); });
  if (seed.failed() || read_all) {
    if (Status finished = seed.finish(); !finished) return finished;
  }
  if (!read_all) return read_all;
  count(job, seed.counts());
  for (const RecordCounts& counts : seed.counts()) summary_.history_rows += counts.added;
  return {};
}

Status SyncWriter::write_records(RecordTables& tables, const Job& job, ChangeStore& changes) {
  const ObjectSchema& schema = input_.schema.object(job.object);
  const bool has_history = !schema.history_object.empty() && tables.find(schema.history_object) != nullptr;
  RecordWriter writer(ledger_, tables, job.known, schema, moment_, changes,
                      has_history ? ChangeStore::Histories::kLookedUp : ChangeStore::Histories::kNone,
                      input_.precedence, rejects_);
  if (Status begun = writer.begin(); !begun) return begun;
  const Status read_all = read(job, writer, [&] { return writer.failed(); });
  if (!writer.failed() && !read_all) return read_all;
  count(job, writer.counts());
  const bool complete = input_.extent == SyncInput::Extent::kComplete;
  const bool replaces = job.ids == RecordIds::kNone || job.had_no_ids;
  const bool unsure = complete && was_rejected(job);
  if (unsure && !replaces) {
    summary_.notices.push_back(fmt::format(
        "rows of {} were rejected, so nobody knows which of its records are gone: none is taken for deleted",
        schema.name));
  }
  const bool deletes = replaces || (complete && !unsure);
  if (Status finished = writer.finish(deletes ? Undelivered::kDeleted : Undelivered::kStand); !finished)
    return finished;
  count(job, writer.counts());
  if (writer.standing() > 0)
    summary_.standing.push_back({.object = schema.name, .records = writer.standing()});
  return {};
}

Status SyncWriter::read(const Job& job, RowTaker& rows, const std::function<bool()>& failed) {
  const RowReading reading{.schema = input_.schema,
                           .object = job.object,
                           .field_map = input_.field_map,
                           .stopped = [&] { return failed() || (input_.stopped && input_.stopped()); },
                           .progress =
                               [&](std::uint64_t bytes) {
                                 done_ = std::min(done_ + bytes, bytes_);
                                 if (input_.progress) input_.progress(done_, bytes_);
                               }};
  for (const std::size_t file : job.files) {
    const Result<RowCounts> counts =
        read_rows(input_.folder.files[file], reading, rows, rejects_, summary_.notices);
    if (!counts) return fail(counts.error());
    unread_rows_[file] = counts->rejected_rows;
    if (failed()) return {};
  }
  return {};
}

void SyncWriter::count(const Job& job, const std::vector<RecordCounts>& counts) {
  for (std::size_t i = 0; i < counts.size(); ++i) {
    SyncedFile& file = summary_.files[job.files[i]];
    file.rows = counts[i].rows;
    file.added = counts[i].added;
    file.changed = counts[i].changed;
    file.unchanged = counts[i].unchanged;
    file.deleted = counts[i].deleted;
    file.stale = counts[i].stale;
    file.replaced = counts[i].replaced;
    file.rejected_rows = counts[i].rejected_rows + unread_rows_[job.files[i]];
    file.rejected_cells = counts[i].rejected_cells;
  }
}

bool SyncWriter::was_rejected(const Job& job) const {
  return std::ranges::any_of(job.files,
                             [&](std::size_t file) { return summary_.files[file].rejected_rows > 0; });
}

Status SyncWriter::write_files() {
  Result<std::unique_ptr<Statement>> add = ledger_.database().prepare(
      "INSERT INTO sync_file(org, sync, name, object, bytes, rows, added, changed, unchanged, deleted, "
      "stale, rejected_rows, rejected_cells) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)");
  if (!add) return fail(add.error());
  for (const SyncedFile& file : summary_.files) {
    (*add)->bind_integer(1, ledger_.organisation());
    (*add)->bind_integer(2, moment_.sync);
    (*add)->bind_text(3, file.name);
    (*add)->bind_text(4, file.object);
    int parameter = 4;
    for (const std::uint64_t number : {file.bytes, file.rows, file.added, file.changed, file.unchanged,
                                       file.deleted, file.stale, file.rejected_rows, file.rejected_cells})
      (*add)->bind_integer(++parameter, static_cast<std::int64_t>(number));
    if (Status added = (*add)->run(); !added) return added;
  }
  return {};
}

Status SyncWriter::log() {
  const Result<std::vector<std::string>> digests = digests_.finish();
  if (!digests) return fail(digests.error());
  std::string text;
  const bool of_source = input_.words != nullptr;
  JsonWriter json(text);
  json.begin_object();
  json.key("sync").integer(moment_.sync).key("source").string(input_.source);
  json.key("seen_at").string(format_instant(moment_.seen_at));
  json.key("complete").boolean(input_.extent == SyncInput::Extent::kComplete);
  json.key("files").begin_array();
  for (std::size_t i = 0; i < summary_.files.size(); ++i) {
    const SyncedFile& file = summary_.files[i];
    json.begin_object().key("name").string(file.name).key("object").string(file.object);
    json.key("bytes").integer(file.bytes).key("rows").integer(file.rows).key("added").integer(file.added);
    json.key("changed").integer(file.changed).key("unchanged").integer(file.unchanged);
    json.key("deleted").integer(file.deleted).key("rejected_rows").integer(file.rejected_rows);
    json.key("rejected_cells").integer(file.rejected_cells);
    if (of_source) json.key("stale").integer(file.stale);
    json.key("sha256").string((*digests)[i]).end_object();
  }
  json.end_array().key("history_rows").integer(summary_.history_rows);
  if (of_source) {
    json.key("unseen").integer(summary_.unseen);
    json.key("hidden").begin_array();
    for (const FieldVisibility& field : input_.words->delivery.visibility) {
      if (!field.visible) json.string(field.object + "." + field.field);
    }
    json.end_array();
  }
  json.end_object();
  const std::string_view body = std::string_view(text).substr(1, text.size() - 2);  // without its braces
  const Result<std::int64_t> logged = transaction_.log({.kind = "sync", .body = body});
  if (!logged) return fail(logged.error());
  summary_.log_size = *logged + 1;
  return log_notes();
}

Status SyncWriter::log_notes() {
  if (input_.words == nullptr) return {};
  for (const SourceNote& note : input_.words->delivery.notes) {
    const Result<std::int64_t> logged = transaction_.log({.kind = note.kind, .body = note.body});
    if (!logged) return fail(logged.error());
    summary_.log_size = *logged + 1;
  }
  return {};
}

}  // namespace

Result<SyncSummary> write_sync(Ledger& ledger, LedgerTransaction& transaction, const SyncInput& input,
                               RejectSink& rejects) {
  return SyncWriter(ledger, transaction, input, rejects).run();
}

}  // namespace plumbline
