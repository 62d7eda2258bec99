// Reading the files of a DataFolder into tables: for each needed object its files in order, each through a
// SourceSink that picks the needed columns.
#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/nearest_name.h"
#include "records/csv.h"
#include "records/data_folder.h"
#include "records/input_file.h"
#include "records/json.h"
#include "records/load_notices.h"

namespace plumbline {
namespace {

constexpr std::string_view kIdField = "Id";

std::optional<std::uint32_t> find_column(std::span<const std::string> columns, std::string_view name) {
  const auto found =
      std::ranges::find_if(columns, [&](const std::string& column) { return same_name(column, name); });
  if (name.empty() || found == columns.end()) return std::nullopt;
  return static_cast<std::uint32_t>(found - columns.begin());
}

// Picks the columns of one object's needed fields out of a file, and hands its rows to the builder.
class SourceSink : public RowSink {
 public:
  SourceSink(const Schema& schema, std::size_t object, const std::set<std::size_t>& fields,
             const DataFile& file, const MappedObject* mapped, TableBuilder& builder, RejectSink& rejects,
             std::vector<std::string>& notices)
      : schema_(schema),
        object_(object),
        fields_(fields),
        file_(file),
        mapped_(mapped),
        builder_(builder),
        rejects_(rejects),
        notices_(notices) {}

  std::uint64_t rejected_rows() const { return rejected_rows_; }

  Result<std::vector<std::uint32_t>> on_header(std::span<const std::string> names) override {
    columns_.assign(names.begin(), names.end());
    for (const std::size_t field : fields_) add_source(field);
    add_parent_links();
    builder_.begin_source(file_.name, sources_, other_fields());
    std::vector<std::uint32_t> wanted = positions_;
    if (!links_.empty()) {
      wanted.push_back(*find_column(columns_, kRelationshipColumn));
      wanted.push_back(*find_column(columns_, kParentColumn));
    }
    return wanted;
  }

  void on_rows(const RowBatch& batch) override {
    if (links_.empty()) return builder_.add_rows(batch);
    cells_.clear();
    for (std::size_t index = 0; index < batch.places.size(); ++index) add_linked(batch.row(index));
    builder_.add_rows(RowBatch{.columns = sources_.size(), .cells = cells_, .places = batch.places});
  }

  void on_reject(const RowReject& reject) override {
    ++rejected_rows_;
    const bool of_column = reject.column > 0 && reject.column <= columns_.size();
    rejects_.reject(Reject{.file = file_.name,
                           .line = reject.place.line,
                           .column = of_column ? columns_[reject.column - 1] : std::string{},
                           .reason = std::string(reject.reason),
                           .raw = std::string(reject.raw)});
  }

 private:
  // Rows whose kRelationshipColumn says `relationship` have their parent's id in the source at `position`.
  struct Link {
    std::string relationship;
    std::size_t position = 0;
  };

  const MappedField* mapped_field(std::string_view name) const {
    if (mapped_ == nullptr) return nullptr;
    const auto found = std::ranges::find_if(
        mapped_->fields, [&](const MappedField& field) { return same_name(field.field, name); });
    return found == mapped_->fields.end() ? nullptr : &*found;
  }

  // The column that the field map reads this field from; empty where it does not say.
  std::string mapped_column(const std::string& name, const MappedField* mapped) const {
    if (mapped_ != nullptr && !mapped_->key.empty() && same_name(name, kIdField)) return mapped_->key;
    return mapped == nullptr ? std::string{} : mapped->from;
  }

  std::optional<std::uint32_t> column_of(const std::string& name, const std::string& from) const {
    const std::optional<std::uint32_t> column = find_column(columns_, from);
    return column ? column : find_column(columns_, name);
  }

  void add_source(std::size_t field) {
    const std::string& name = schema_.object(object_).fields[field].name;
    const MappedField* mapped = mapped_field(name);
    if (mapped != nullptr && !mapped->when.empty()) return;  // derived by the judge, not read
    const std::string from = mapped_column(name, mapped);
    if (!from.empty() && !find_column(columns_, from)) note_missing(name, from);
    const std::optional<std::uint32_t> column = column_of(name, from);
    if (!column) return;
    add_source(field, *column, mapped == nullptr ? std::string{} : mapped->format);
  }

  // Fields the file has a column of, though nobody wants them kept.
  std::vector<std::size_t> other_fields() const {
    std::vector<std::size_t> others;
    const std::vector<FieldSchema>& all = schema_.object(object_).fields;
    for (std::size_t field = 0; field < all.size(); ++field) {
      if (fields_.contains(field)) continue;
      const MappedField* mapped = mapped_field(all[field].name);
      if (mapped != nullptr && !mapped->when.empty()) continue;
      if (column_of(all[field].name, mapped_column(all[field].name, mapped))) others.push_back(field);
    }
    return others;
  }

  void add_source(std::size_t field, std::uint32_t column, std::string date_format) {
    sources_.push_back(
        FieldSource{.field = field, .column = columns_[column], .date_format = std::move(date_format)});
    positions_.push_back(column);
  }

  void note_missing(std::string_view field, const std::string& column) {
    if (columns_.empty()) return;
    const std::string nearest = did_you_mean(column, columns_);
    notices_.push_back(fmt::format("the field map reads {}.{} from column {}, which {} does not have{}",
                                   schema_.object(object_).name, field, column, file_.name, nearest));
  }

  // The child's field that names a parent of this relationship, where it is needed.
  std::optional<std::size_t> link_field(std::string_view relationship) const {
    const std::size_t dot = relationship.find('.');
    const std::string_view parent =
        dot == std::string_view::npos ? file_.untyped : relationship.substr(0, dot);
    const std::string_view name = dot == std::string_view::npos ? relationship : relationship.substr(dot + 1);
    const std::optional<std::size_t> parent_object = schema_.find_object(parent);
    if (!parent_object) return std::nullopt;
    const ObjectSchema& child = schema_.object(object_);
    std::optional<std::size_t> field;
    if (const auto found = schema_.find_relationship(*parent_object, name); found) {
      const Relationship& known = schema_.relationships()[*found];
      if (same_name(known.child, child.name) && known.parent_field == kIdField)
        field = child.find(known.child_field);
    } else {
      field = only_reference_to(child, schema_.object(*parent_object).name);
    }
    return field && fields_.contains(*field) ? field : std::nullopt;
  }

  static std::optional<std::size_t> only_reference_to(const ObjectSchema& child, std::string_view parent) {
    std::optional<std::size_t> only;
    for (std::size_t field = 0; field < child.fields.size(); ++field) {
      if (!same_name(child.fields[field].references, parent)) continue;
      if (only) return std::nullopt;
      only = field;
    }
    return only;
  }

  void add_parent_links() {
    const std::optional<std::uint32_t> parent = find_column(columns_, kParentColumn);
    if (!parent || !find_column(columns_, kRelationshipColumn)) return;
    own_sources_ = sources_.size();
    for (const std::string& relationship : file_.relationships) {
      const std::optional<std::size_t> field = link_field(relationship);
      if (!field) continue;
      const auto source = std::ranges::find(sources_, *field, &FieldSource::field);
      const auto position = static_cast<std::size_t>(source - sources_.begin());
      if (source == sources_.end()) add_source(*field, *parent, {});
      links_.push_back({relationship, position});
    }
  }

  void add_linked(std::span<const RawCell> row) {
    const RawCell& relationship = row[row.size() - 2];
    const RawCell& parent = row[row.size() - 1];
    const std::size_t first = cells_.size();
    for (std::size_t position = 0; position < sources_.size(); ++position) {
      cells_.push_back(position < own_sources_ ? row[position]
                                               : RawCell{.text = {}, .state = CellState::kNull});
    }
    for (const Link& link : links_) {
      if (link.relationship != relationship.text) continue;
      RawCell& cell = cells_[first + link.position];
      if (cell.text.empty()) cell = parent;
    }
  }

  const Schema& schema_;
  std::size_t object_;
  const std::set<std::size_t>& fields_;
  const DataFile& file_;
  const MappedObject* mapped_;
  TableBuilder& builder_;
  RejectSink& rejects_;
  std::vector<std::string>& notices_;
  std::vector<std::string> columns_;
  std::vector<FieldSource> sources_;
  std::vector<std::uint32_t> positions_;  // column of each source
  std::size_t own_sources_ = 0;           // sources beyond these exist for parents' ids alone
  std::vector<Link> links_;
  std::vector<RawCell> cells_;
  std::uint64_t rejected_rows_ = 0;
};

class Loader {
 public:
  Loader(const DataFolder& folder, std::shared_ptr<const Schema> schema, const FieldMap* field_map,
         DataNeeds needs, RejectSink& rejects, const LoadProgress& progress)
      : folder_(folder),
        schema_(std::move(schema)),
        field_map_(field_map),
        needs_(std::move(needs)),
        rejects_(rejects),
        progress_(progress),
        buffer_(kReadChunkBytes) {}

  Result<LoadedData> run() {
    std::vector<std::unique_ptr<Table>> tables(schema_->object_count());
    for (const auto& [object, fields] : needs_.fields) {
      for (const DataFile* file : files_of(object)) data_.bytes += file->bytes;
    }
    for (const auto& [object, fields] : needs_.fields) {
      Result<std::unique_ptr<Table>> table = read_object(object, fields);
      if (!table) return fail(std::move(table.error()));
      tables[object] = std::move(*table);
    }
    for (std::string& notice : notices_of(*schema_, tables)) data_.notices.push_back(std::move(notice));
    data_.snapshot = Snapshot::build(schema_, std::move(tables), needs_);
    return std::move(data_);
  }

 private:
  std::vector<const DataFile*> files_of(std::size_t object) const {
    std::vector<const DataFile*> files;
    for (const DataFile& file : folder_.files) {
      if (same_name(file.object, schema_->object(object).name)) files.push_back(&file);
    }
    return files;
  }

  const MappedObject* mapped(std::size_t object) const {
    return field_map_ == nullptr ? nullptr : field_map_->find(schema_->object(object).name);
  }

  // Keys of an organisation's own, and references of sfdx trees, have any shape.
  IdRule id_rule(std::size_t object, std::span<const DataFile* const> files) const {
    const MappedObject* map = mapped(object);
    const bool own_key = map != nullptr && !map->key.empty();
    const bool references = std::ranges::any_of(files, &DataFile::by_reference);
    return own_key || references ? IdRule::kAnyText : IdRule::kSalesforce;
  }

  // Null where the data has no file of this object.
  Result<std::unique_ptr<Table>> read_object(std::size_t object, const std::set<std::size_t>& fields) {
    const std::vector<const DataFile*> files = files_of(object);
    if (files.empty()) return std::unique_ptr<Table>{};
    TableBuilder builder(*schema_, object, id_rule(object, files), rejects_);
    LoadCounts counts{.object = schema_->object(object).name};
    for (const DataFile* file : files) {
      SourceSink sink(*schema_, object, fields, *file, mapped(object), builder, rejects_, data_.notices);
      Status read = file->format == FileFormat::kCsv ? read_csv(*file, sink) : read_records(*file, sink);
      if (!read) return fail(in_file(std::move(read.error()), file->name));
      counts.rejected_rows += sink.rejected_rows();
    }
    counts.rejected_rows += builder.rejected_rows();
    counts.rejected_cells = builder.rejected_cells();
    counts.replaced_rows = builder.replaced_rows();
    std::unique_ptr<Table> table = builder.finish();
    counts.rows = table->rows();
    if (counts.replaced_rows > 0) {
      data_.notices.push_back(fmt::format(
          "{} {} {} an id that a later row has too; the later row counts (--rejects "
          "FILE lists them)",
          counts.replaced_rows, counts.object, counts.replaced_rows == 1 ? "row has" : "rows have"));
    }
    data_.counts.push_back(std::move(counts));
    return table;
  }

  Status read_csv(const DataFile& file, RowSink& sink) {
    Result<InputFile> input = InputFile::open(file.path, file.name);
    if (!input) return fail(std::move(input.error()));
    CsvParser parser(CsvOptions{.file = file.name, .delimiter = std::nullopt}, sink);
    for (;;) {
      const Result<std::string_view> chunk = input->read(buffer_);
      if (!chunk) return fail(chunk.error());
      if (chunk->empty()) break;
      if (Status parsed = parser.feed(*chunk); !parsed) return parsed;
      advance(chunk->size());
    }
    if (Status parsed = parser.finish(); !parsed) return parsed;
    const CsvStats& stats = parser.stats();
    note_file(file, stats.rows + stats.rejects, stats.nul_bytes);
    return {};
  }

  Status read_records(const DataFile& file, RowSink& sink) {
    Result<InputFile> input = InputFile::open(file.path, file.name);
    if (!input) return fail(std::move(input.error()));
    const Result<std::string_view> document = input->map();
    if (!document) return fail(document.error());
    const Result<JsonStats> stats = read_json(*document, file.outline, sink);
    if (!stats) return fail(stats.error());
    note_file(file, stats->rows + stats->rejected, stats->nul_bytes);
    advance(file.bytes);
    return {};
  }

  void note_file(const DataFile& file, std::uint64_t rows, std::uint64_t nul_bytes) {
    if (rows == 0) {
      data_.notices.push_back(
          fmt::format("{} {}", file.name,
                      file.format == FileFormat::kCsv ? "holds a header and no rows" : "holds no records"));
    }
    if (nul_bytes > 0) {
      data_.notices.push_back(fmt::format("{} NUL {} dropped from {}", nul_bytes,
                                          nul_bytes == 1 ? "byte was" : "bytes were", file.name));
    }
  }

  void advance(std::uint64_t bytes) {
    done_ = std::min(done_ + bytes, data_.bytes);  // a file may have grown since it was listed
    if (progress_) progress_(done_, data_.bytes);
  }

  const DataFolder& folder_;
  std::shared_ptr<const Schema> schema_;
  const FieldMap* field_map_;
  const DataNeeds needs_;
  RejectSink& rejects_;
  const LoadProgress& progress_;
  std::vector<char> buffer_;
  std::uint64_t done_ = 0;
  LoadedData data_;
};

}  // namespace

DataNeeds needs_in(const DataFolder& folder, const Schema& schema, DataNeeds needs) {
  const auto has = [&](std::string_view object) {
    return std::ranges::any_of(folder.files,
                               [&](const DataFile& file) { return same_name(file.object, object); });
  };
  std::erase_if(needs.relationships, [&](std::size_t index) {
    const Relationship& link = schema.relationships()[index];
    return !has(link.parent) || !has(link.child);
  });
  std::erase_if(needs.history, [&](const auto& changed) {
    const ObjectSchema& object = schema.object(changed.first);
    return !has(object.name) || !has(object.history_object);
  });
  needs.add_implied(schema);
  return needs;
}

Result<LoadedData> load(const DataFolder& folder, std::shared_ptr<const Schema> schema,
                        const DataNeeds& needs, RejectSink& rejects, const LoadOptions& options) {
  DataNeeds all = needs;
  all.keep_passing();
  Result<LoadedData> data =
      Loader(folder, std::move(schema), options.field_map, std::move(all), rejects, options.progress).run();
  if (!data) return data;
  for (const auto& [object, fields] : needs.passing) {
    if (data->snapshot->table(object) == nullptr) continue;
    data->sources.emplace(object, table_source(*data->snapshot, object));
  }
  return data;
}

}  // namespace plumbline
