// Reading the files of a DataFolder: each needed object's files in order, several objects at once. Objects
// whose records are judged are read for what is looked up from elsewhere alone, and for where their rows
// are (source_sink.h); the rest of them is read as they are judged (csv_source.h).
#include <algorithm>
#include <atomic>
#include <limits>
#include <mutex>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/ordered_run.h"
#include "records/csv.h"
#include "records/csv_source.h"
#include "records/data_folder.h"
#include "records/input_file.h"
#include "records/json.h"
#include "records/load_notices.h"
#include "records/read_rows.h"
#include "records/reject_turns.h"
#include "records/repeated_ids.h"
#include "records/row_relay.h"
#include "records/source_sink.h"

namespace plumbline {
namespace {

constexpr std::string_view kUser = "User";
constexpr std::size_t kHeadBytes = std::size_t{64} << 10;  // a header and a row, as a rule
// What the parser takes at once, and what stays in the cache until it has.
constexpr std::size_t kChunkBytes = std::size_t{256} << 10;
// How many rows a file has is guessed from its first chunk; so much more is set aside.
constexpr double kRowsMargin = 1.02;

// What reading the files of one object came to.
struct ObjectData {
  std::size_t object = 0;
  std::unique_ptr<Table> table;
  CsvParts parts;  // of streamed rows
  bool streamed = false;
  bool once = false;
  IdRule id_rule = IdRule::kSalesforce;
  LoadCounts counts{};
  std::vector<std::string> notices{};
  OwnerMisses missed_owners{};
  std::optional<Error> error{};
};

// Rejects of a reading that may turn out not to hold.
class HeldRejects : public RejectSink {
 public:
  void reject(const Reject& reject) override {
    if (held_.size() < kMostHeldRejects) {
      held_.push_back(reject);
    } else {
      too_many_ = true;
    }
  }
  // Then some are lost.
  bool too_many() const { return too_many_; }
  void hand_on(RejectSink& rejects) const {
    for (const Reject& reject : held_) rejects.reject(reject);
  }

 private:
  std::vector<Reject> held_;
  bool too_many_ = false;
};

class Loader {
 public:
  Loader(const DataFolder& folder, std::shared_ptr<const Schema> schema, const DataNeeds& needs,
         RejectSink& rejects, const LoadOptions& options)
      : folder_(folder), schema_(std::move(schema)), options_(options), needs_(needs), rejects_(rejects) {}

  Result<LoadedData> run() {
    std::vector<std::size_t> objects = objects_to_read();
    for (const std::size_t object : objects) {
      for (const DataFile* file : files_of(object)) data_.bytes += file->bytes;
    }
    RejectTurns turns(rejects_, objects.size());
    std::vector<ObjectData> read(schema_->object_count());
    // Users are few, and what they own is looked at as it passes.
    std::size_t first = 0;
    if (!objects.empty() && objects.front() == schema_->find_object(kUser)) {
      ObjectData users = read_object(objects[first], nullptr, first, turns);
      if (users.error) return fail(*std::move(users.error));
      read[users.object] = std::move(users);
      ++first;
    }
    const auto user = schema_->find_object(kUser);
    const Table* const users = user ? read[*user].table.get() : nullptr;
    relays_ = has_threads_to_spare(std::span(objects).subspan(first));
    std::optional<Error> error;
    using Run = OrderedRun<ObjectData>;
    const Run::Take take = [&](ObjectData object) {
      error = std::move(object.error);
      read[object.object] = std::move(object);
      return error ? Run::Answer::kEnough : Run::Answer::kMore;
    };
    Run(objects.size() - first, take).run(std::clamp(options_.threads, 1U, kMaxLoadThreads), [&] {
      return [&](std::size_t item) { return read_object(objects[first + item], users, first + item, turns); };
    });
    if (error) return fail(*std::move(error));
    turns.check();
    return put_together(read);
  }

 private:
  // Users first.
  std::vector<std::size_t> objects_to_read() const {
    std::vector<std::size_t> objects;
    const auto user = schema_->find_object(kUser);
    for (const auto& [object, fields] : needs_.fields)
      objects.insert(object == user ? objects.begin() : objects.end(), object);
    return objects;
  }

  // Whether every reading that goes through all of large files can have a second thread.
  bool has_threads_to_spare(std::span<const std::size_t> objects) const {
    const auto whole = std::ranges::count_if(objects, [&](std::size_t object) {
      const std::vector<const DataFile*> files = files_of(object);
      const bool large = std::ranges::any_of(
          files, [&](const DataFile* file) { return file->bytes >= options_.relayed_bytes; });
      return large && !load_of(object, files, nullptr).once;
    });
    return whole > 0 && options_.threads >= 2 * static_cast<std::size_t>(whole);
  }

  std::vector<const DataFile*> files_of(std::size_t object) const {
    std::vector<const DataFile*> files;
    for (const DataFile& file : folder_.files) {
      if (same_name(file.object, schema_->object(object).name)) files.push_back(&file);
    }
    return files;
  }

  const MappedObject* mapped(std::size_t object) const {
    return options_.field_map == nullptr ? nullptr : options_.field_map->find(schema_->object(object).name);
  }

  IdRule id_rule(std::size_t object, std::span<const DataFile* const> files) const {
    return id_rule_of(files, mapped(object));
  }

  ObjectLoad load_of(std::size_t object, std::span<const DataFile* const> files, const Table* users) const {
    ObjectLoad load{
        .schema = *schema_, .object = object, .mapped = mapped(object), .kept = {}, .passing = {}};
    load.kept = needs_.fields.at(object);
    const auto passing = needs_.passing.find(object);
    if (passing == needs_.passing.end()) {
      const std::optional<std::size_t> id = unkept_id(object);
      if (id && needs_.nameless.contains(object)) load.kept.insert(*id);
      return load;
    }
    load.streamed = options_.keeping == Keeping::kNeeded && are_csv(files);
    if (load.streamed) {
      load.passing = passing->second;
      load.once = options_.readings == Readings::kOneWherePossible && is_looked_up_by_nothing(object);
      if (load.once) {
        load.passing.insert(load.kept.begin(), load.kept.end());
        load.kept.clear();
      }
      load.users = object == schema_->find_object(kUser) ? nullptr : users;
      if (load.users != nullptr) load.known_users = std::make_unique<IdMemo>(*load.users);
    } else {
      load.kept.insert(passing->second.begin(), passing->second.end());
    }
    return load;
  }

  // Nothing is kept of its records but whether they were deleted.
  bool is_looked_up_by_nothing(std::size_t object) const {
    const auto deleted = schema_->object(object).find("IsDeleted");
    return std::ranges::all_of(needs_.fields.at(object), [&](std::size_t field) { return field == deleted; });
  }

  // Without a table where the data has no file of this object.
  ObjectData read_object(std::size_t object, const Table* users, std::size_t turn, RejectTurns& turns) {
    RejectTurn rejects(turns, turn);
    const std::vector<const DataFile*> files = files_of(object);
    if (files.empty()) return {.object = object, .table = nullptr, .parts = {}};
    std::optional<ObjectData> data;
    if (may_be_nameless(object, files)) data = read_nameless(object, files, turn, rejects);
    if (!data) {
      ObjectLoad load = load_of(object, files, users);
      TableBuilder builder(*schema_, object, id_rule(object, files), rejects);
      data = read_files(load, files, turn, builder, rejects);
    }
    if (data->error) note_failure(turn);
    return *std::move(data);
  }

  // Whether the ids of its records, which nothing finds by them, may be looked at and left.
  bool may_be_nameless(std::size_t object, std::span<const DataFile* const> files) const {
    return options_.keeping == Keeping::kNeeded && needs_.nameless.contains(object) && unkept_id(object) &&
           are_csv(files);
  }

  static bool are_csv(std::span<const DataFile* const> files) {
    return std::ranges::all_of(files, [](const DataFile* file) { return file->format == FileFormat::kCsv; });
  }

  std::optional<std::size_t> unkept_id(std::size_t object) const {
    const std::optional<std::size_t> id = schema_->object(object).id_field();
    return id && !needs_.fields.at(object).contains(*id) ? id : std::nullopt;
  }

  // Nothing where an id comes twice, or so much could not be read that it is better told as it is met: then
  // the ids must be kept after all.
  std::optional<ObjectData> read_nameless(std::size_t object, std::span<const DataFile* const> files,
                                          std::size_t turn, RejectSink& rejects) {
    ObjectLoad load{.schema = *schema_,
                    .object = object,
                    .mapped = mapped(object),
                    .kept = needs_.fields.at(object),
                    .passing = {},
                    .checked_id = unkept_id(object)};
    HeldRejects held;
    TableBuilder builder(*schema_, object, id_rule(object, files), held);
    builder.expect_no_repeats();
    if (needs_.only_changes.contains(object)) choose_changes(object, builder);
    ObjectData data = read_files(load, files, turn, builder, held);
    if (held.too_many() || builder.found_repeats()) return std::nullopt;
    held.hand_on(rejects);
    return data;
  }

  // Rows that say what became of the fields whose changes are asked for.
  void choose_changes(std::size_t history, TableBuilder& builder) const {
    const auto field = schema_->object(history).find("Field");
    if (!field) return;
    std::vector<std::string> names;
    for (const auto& [object, changed] : needs_.history) {
      const ObjectSchema& owner = schema_->object(object);
      if (!same_name(owner.history_object, schema_->object(history).name)) continue;
      names.push_back(owner.fields[changed].name);
      if (const std::string& own = owner.fields[changed].own_name; !own.empty()) names.push_back(own);
    }
    builder.choose_rows(*field, std::move(names));
  }

  ObjectData read_files(ObjectLoad& load, std::span<const DataFile* const> files, std::size_t turn,
                        TableBuilder& builder, RejectSink& rejects) {
    ObjectData data{.object = load.object, .table = nullptr, .parts = {}};
    data.counts.object = schema_->object(load.object).name;
    data.id_rule = id_rule(load.object, files);
    for (const DataFile* file : files) {
      SourceSink sink(load, *file, builder, rejects, data.notices);
      const Status read = load.once ? find_start(*file, sink, data)
                          : file->format == FileFormat::kCsv
                              ? read_csv(*file, load.streamed, turn, sink, builder, data)
                              : read_records(*file, turn, sink, data);
      if (!read) data.error = in_file(read.error(), file->name);
      if (data.error) return data;
      data.counts.rejected_rows += sink.rejected_rows();
    }
    data.once = load.once;
    if (const Status replaced = replace_repeated(load, data.id_rule, builder); !replaced)
      data.error = replaced.error();
    if (data.error) return data;
    data.counts.rejected_rows += builder.rejected_rows();
    data.counts.rejected_cells = builder.rejected_cells();
    data.counts.replaced_rows = builder.replaced_rows();
    data.table = builder.finish();
    data.counts.rows = data.table->rows() + builder.passed_over_rows();
    data.streamed = load.streamed;
    data.parts = std::move(load.parts);
    data.missed_owners = std::move(load.missed_owners);
    note_replaced(data);
    return data;
  }

  void note_failure(std::size_t turn) {
    std::size_t first = first_failed_.load();
    while (turn < first && !first_failed_.compare_exchange_weak(first, turn)) {
    }
  }

  static void note_replaced(ObjectData& data) {
    if (data.counts.replaced_rows == 0) return;
    data.notices.push_back(fmt::format(
        "{} {} {} an id that a later row has too; the later row counts (--rejects FILE lists them)",
        data.counts.replaced_rows, data.counts.object,
        data.counts.replaced_rows == 1 ? "row has" : "rows have"));
  }

  Status read_csv(const DataFile& file, bool streamed, std::size_t turn, SourceSink& sink,
                  TableBuilder& builder, ObjectData& data) {
    Result<InputFile> input = InputFile::open(file.path, file.name);
    if (!input) return fail(std::move(input.error()));
    const Result<FileStamp> stamp = input->stamp();
    if (!stamp) return fail(stamp.error());
    std::optional<RowRelay> relay;
    if (relays_ && file.bytes >= options_.relayed_bytes) relay.emplace(sink);
    CsvParser parser(
        CsvOptions{.file = file.name, .delimiter = std::nullopt, .cut_bytes = streamed ? kItemBytes : 0},
        relay ? static_cast<RowSink&>(*relay) : sink);
    const auto memory = std::make_unique_for_overwrite<char[]>(kChunkBytes);
    const std::span buffer(memory.get(), kChunkBytes);
    const std::size_t rows_before = builder.rows();
    for (;;) {
      const Result<std::string_view> chunk = input->read(buffer);
      if (!chunk) return fail(chunk.error());
      if (chunk->empty()) break;
      if (Status parsed = parser.feed(*chunk); !parsed) return parsed;
      if (parser.stats().bytes == chunk->size()) {
        if (relay) relay->settle();
        expect_rows(file, parser.stats(), rows_before, builder);
      }
      if (Status going = advance(chunk->size(), turn); !going) return going;
    }
    if (Status parsed = parser.finish(); !parsed) return parsed;
    if (relay) relay->settle();
    const CsvStats& stats = parser.stats();
    if (streamed) sink.end_part(*stamp, parser.delimiter(), stats.bytes, parser.take_starts());
    note_file(file, stats.rows + stats.rejects, stats.nul_bytes, data.notices);
    return {};
  }

  // Reads a file up to its first row.
  static Status find_start(const DataFile& file, SourceSink& sink, ObjectData& data) {
    Result<InputFile> input = InputFile::open(file.path, file.name);
    if (!input) return fail(std::move(input.error()));
    const Result<FileStamp> stamp = input->stamp();
    if (!stamp) return fail(stamp.error());
    CsvParser parser(CsvOptions{.file = file.name, .delimiter = std::nullopt, .cut_bytes = kItemBytes}, sink);
    const auto memory = std::make_unique_for_overwrite<char[]>(kHeadBytes);
    const std::span buffer(memory.get(), kHeadBytes);
    bool at_end = false;
    while (!at_end && !sink.start_known()) {
      const Result<std::string_view> chunk = input->read(buffer);
      if (!chunk) return fail(chunk.error());
      at_end = chunk->empty();
      if (Status parsed = at_end ? parser.finish() : parser.feed(*chunk); !parsed) return parsed;
    }
    sink.end_part(*stamp, parser.delimiter(), 0, {});
    if (at_end && !sink.start_known()) note_file(file, 0, parser.stats().nul_bytes, data.notices);
    return {};
  }

  static void expect_rows(const DataFile& file, const CsvStats& stats, std::size_t rows_before,
                          TableBuilder& builder) {
    if (stats.bytes == 0 || stats.rows == 0) return;
    const double rows = static_cast<double>(stats.rows) * static_cast<double>(file.bytes) /
                        static_cast<double>(stats.bytes) * kRowsMargin;
    builder.expect_rows(rows_before + static_cast<std::size_t>(std::min(rows, double{kMaxTableRows})));
  }

  Status read_records(const DataFile& file, std::size_t turn, RowSink& sink, ObjectData& data) {
    Result<InputFile> input = InputFile::open(file.path, file.name);
    if (!input) return fail(std::move(input.error()));
    const Result<std::string_view> document = input->map();
    if (!document) return fail(document.error());
    const Result<JsonStats> stats = read_json(*document, file.outline, sink);
    if (!stats) return fail(stats.error());
    note_file(file, stats->rows + stats->rejected, stats->nul_bytes, data.notices);
    return advance(file.bytes, turn);
  }

  // Fails where an object that counts before this one has failed: what else is read is of no use then.
  Status advance(std::uint64_t bytes, std::size_t turn) {
    if (first_failed_ < turn) return fail(ErrorCode::kCancelled, "an earlier file could not be read");
    if (options_.stopped && options_.stopped()) return fail(ErrorCode::kCancelled, "reading was stopped");
    const std::lock_guard lock(mutex_);
    done_ = std::min(done_ + bytes, data_.bytes);  // a file may have grown since it was listed
    if (options_.progress) options_.progress(done_, data_.bytes);
    return {};
  }

  std::unique_ptr<RecordSource> source_of(ObjectData& object) const {
    const Snapshot& snapshot = *data_.snapshot;
    if (!object.streamed) return table_source(snapshot, object.object);
    if (!object.once) return csv_source(snapshot, object.object, std::move(object.parts));
    const auto user = schema_->find_object(kUser);
    const Table* const users = user && *user != object.object ? snapshot.table(*user) : nullptr;
    return passing_source(snapshot, object.object, object.id_rule, std::move(object.parts), users);
  }

  Result<LoadedData> put_together(std::vector<ObjectData>& read) {
    std::vector<std::unique_ptr<Table>> tables;
    for (ObjectData& object : read) tables.push_back(std::move(object.table));
    for (std::size_t object = 0; object < read.size(); ++object) {
      if (tables[object] == nullptr) continue;
      data_.counts.push_back(std::move(read[object].counts));
      std::ranges::move(read[object].notices, std::back_inserter(data_.notices));
    }
    std::vector<OwnerMisses> missed;
    for (ObjectData& object : read) missed.push_back(std::move(object.missed_owners));
    std::ranges::move(notices_of(*schema_, tables, missed), std::back_inserter(data_.notices));
    data_.snapshot = Snapshot::build(schema_, std::move(tables), needs_, {},
                                     std::clamp(options_.threads, 1U, kMaxLoadThreads));
    for (const auto& [object, fields] : needs_.passing) {
      if (data_.snapshot->table(object) != nullptr) data_.sources.emplace(object, source_of(read[object]));
    }
    return std::move(data_);
  }

  const DataFolder& folder_;
  std::shared_ptr<const Schema> schema_;
  const LoadOptions& options_;
  const DataNeeds& needs_;
  RejectSink& rejects_;
  std::atomic<std::size_t> first_failed_ = std::numeric_limits<std::size_t>::max();  // by turn
  std::mutex mutex_;
  std::uint64_t done_ = 0;
  bool relays_ = false;  // rows found by one thread are taken by another
  LoadedData data_;
};

}  // namespace

DataNeeds needs_in(const DataFolder& folder, const Schema& schema, DataNeeds needs) {
  needs.settle(schema, [&](std::string_view object) {
    return std::ranges::any_of(folder.files,
                               [&](const DataFile& file) { return same_name(file.object, object); });
  });
  return needs;
}

Result<LoadedData> load(const DataFolder& folder, std::shared_ptr<const Schema> schema,
                        const DataNeeds& needs, RejectSink& rejects, const LoadOptions& options) {
  return Loader(folder, std::move(schema), needs, rejects, options).run();
}

bool settle(LoadedData& data) {
  for (const auto& [object, source] : data.sources) {
    const std::optional<PassedRecords> passed = source->passed();
    if (!passed) continue;
    if (!passed->tidy) return false;
    const std::string& name = data.snapshot->schema().object(object).name;
    const auto counts = std::ranges::find(data.counts, name, &LoadCounts::object);
    if (counts != data.counts.end()) counts->rows = passed->rows;
    data.notices.insert(data.notices.end(), passed->notices.begin(), passed->notices.end());
  }
  return true;
}

}  // namespace plumbline
