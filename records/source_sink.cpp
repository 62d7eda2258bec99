#include "records/source_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/nearest_name.h"
#include "base/utf8.h"
#include "records/json.h"

namespace plumbline {
namespace {

constexpr std::string_view kIdField = "Id";
constexpr std::string_view kOwnerField = "OwnerId";

std::optional<std::uint32_t> find_column(std::span<const std::string> columns, std::string_view name) {
  const auto found =
      std::ranges::find_if(columns, [&](const std::string& column) { return same_name(column, name); });
  if (name.empty() || found == columns.end()) return std::nullopt;
  return static_cast<std::uint32_t>(found - columns.begin());
}

std::optional<std::size_t> only_reference_to(const ObjectSchema& child, std::string_view parent) {
  std::optional<std::size_t> only;
  for (std::size_t field = 0; field < child.fields.size(); ++field) {
    if (!same_name(child.fields[field].references, parent)) continue;
    if (only) return std::nullopt;
    only = field;
  }
  return only;
}

}  // namespace

std::optional<std::size_t> find_source(const ObjectSchema& object, std::span<const FieldSource> sources,
                                       std::string_view field) {
  const auto index = object.find(field);
  const auto found = index ? std::ranges::find(sources, *index, &FieldSource::field) : sources.end();
  if (found == sources.end()) return std::nullopt;
  return static_cast<std::size_t>(found - sources.begin());
}

Result<std::vector<std::uint32_t>> SourceSink::on_header(std::span<const std::string> names) {
  columns_.assign(names.begin(), names.end());
  std::set<std::size_t> looked_at = load_.kept;
  if (load_.checked_id) looked_at.insert(*load_.checked_id);
  for (const std::size_t field : looked_at) {
    if (field == load_.checked_id) {
      add_checked(field);
    } else {
      add_source(field, true);
    }
  }
  if (load_.streamed) begin_part();
  add_parent_links();
  rows_.begin_source(file_.name, sources_, other_fields());
  std::vector<std::uint32_t> wanted = positions_;
  if (!links_.empty()) {
    wanted.push_back(*find_column(columns_, kRelationshipColumn));
    wanted.push_back(*find_column(columns_, kParentColumn));
  }
  return wanted;
}

void SourceSink::on_rows(const RowBatch& batch) {
  if (load_.once) return;
  if (load_.streamed) {
    builder_->add_rows(batch);
    return note_owners(batch);
  }
  if (links_.empty()) return rows_.add_rows(batch);
  cells_.clear();
  for (std::size_t index = 0; index < batch.places.size(); ++index) add_linked(batch.row(index));
  rows_.add_rows(RowBatch{.columns = sources_.size(), .cells = cells_, .places = batch.places});
}

void SourceSink::on_reject(const RowReject& reject) {
  if (load_.once) return;
  ++rejected_rows_;
  if (load_.streamed) load_.parts.parts.back().refused.push_back(reject.place.record);
  const bool of_column = reject.column > 0 && reject.column <= columns_.size();
  rejects_.reject(Reject{.file = file_.name,
                         .line = reject.place.line,
                         .column = of_column ? columns_[reject.column - 1] : std::string{},
                         .reason = std::string(reject.reason),
                         .raw = std::string(reject.raw)});
}

const MappedField* SourceSink::mapped_field(std::string_view name) const {
  if (load_.mapped == nullptr) return nullptr;
  const auto found = std::ranges::find_if(
      load_.mapped->fields, [&](const MappedField& field) { return same_name(field.field, name); });
  return found == load_.mapped->fields.end() ? nullptr : &*found;
}

// The column that the field map reads this field from; empty where it does not say.
std::string SourceSink::mapped_column(const std::string& name, const MappedField* mapped) const {
  if (load_.mapped != nullptr && !load_.mapped->key.empty() && same_name(name, kIdField))
    return load_.mapped->key;
  return mapped == nullptr ? std::string{} : mapped->from;
}

std::optional<std::uint32_t> SourceSink::column_of(const std::string& name, const std::string& from) const {
  const std::optional<std::uint32_t> column = find_column(columns_, from);
  return column ? column : find_column(columns_, name);
}

// The column that the field is read from; that the field map's is not there is noted.
std::optional<std::uint32_t> SourceSink::find_or_note(std::size_t field, const MappedField* mapped) {
  const std::string& name = object_.fields[field].name;
  if (mapped != nullptr && !mapped->when.empty()) return std::nullopt;  // derived by the judge, not read
  const std::string from = mapped_column(name, mapped);
  if (!from.empty() && !find_column(columns_, from)) note_missing(name, from);
  return column_of(name, from);
}

// To be kept, or else to be read again: then it is noted where.
void SourceSink::add_source(std::size_t field, bool kept) {
  const MappedField* mapped = mapped_field(object_.fields[field].name);
  const std::optional<std::uint32_t> column = find_or_note(field, mapped);
  if (!column) return;
  std::string date_format = mapped == nullptr ? std::string{} : mapped->format;
  if (kept) return add_kept(field, *column, std::move(date_format));
  CsvPart& part = load_.parts.parts.back();
  part.sources.push_back(
      {.field = field, .column = columns_[*column], .date_format = std::move(date_format), .kept = false});
  part.positions.push_back(*column);
}

void SourceSink::add_kept(std::size_t field, std::uint32_t column, std::string date_format) {
  sources_.push_back({.field = field, .column = columns_[column], .date_format = std::move(date_format)});
  positions_.push_back(column);
}

void SourceSink::add_checked(std::size_t field) {
  const std::optional<std::uint32_t> column = find_or_note(field, mapped_field(object_.fields[field].name));
  if (!column) return;
  sources_.push_back({.field = field, .column = columns_[*column], .kept = false});
  positions_.push_back(*column);
}

// Fields the file has a column of, though nobody wants them kept.
std::vector<std::size_t> SourceSink::other_fields() const {
  std::vector<std::size_t> others;
  for (std::size_t field = 0; field < object_.fields.size(); ++field) {
    if (load_.kept.contains(field)) continue;
    const std::string& name = object_.fields[field].name;
    const MappedField* mapped = mapped_field(name);
    if (mapped != nullptr && !mapped->when.empty()) continue;
    if (column_of(name, mapped_column(name, mapped))) others.push_back(field);
  }
  return others;
}

void SourceSink::note_missing(std::string_view field, const std::string& column) {
  if (columns_.empty()) return;
  notices_.push_back(fmt::format("the field map reads {}.{} from column {}, which {} does not have{}",
                                 object_.name, field, column, file_.name, did_you_mean(column, columns_)));
}

// The child's field that names a parent of this relationship, where it is needed.
std::optional<std::size_t> SourceSink::link_field(std::string_view relationship) const {
  const std::size_t dot = relationship.find('.');
  const std::string_view parent = dot == std::string_view::npos ? file_.untyped : relationship.substr(0, dot);
  const std::string_view name = dot == std::string_view::npos ? relationship : relationship.substr(dot + 1);
  const std::optional<std::size_t> parent_object = load_.schema.find_object(parent);
  if (!parent_object) return std::nullopt;
  std::optional<std::size_t> field;
  if (const auto found = load_.schema.find_relationship(*parent_object, name); found) {
    const Relationship& known = load_.schema.relationships()[*found];
    if (same_name(known.child, object_.name) && known.parent_field == kIdField)
      field = object_.find(known.child_field);
  } else {
    field = only_reference_to(object_, load_.schema.object(*parent_object).name);
  }
  return field && load_.kept.contains(*field) ? field : std::nullopt;
}

void SourceSink::add_parent_links() {
  const std::optional<std::uint32_t> parent = find_column(columns_, kParentColumn);
  if (!parent || !find_column(columns_, kRelationshipColumn)) return;
  own_sources_ = sources_.size();
  for (const std::string& relationship : file_.relationships) {
    const std::optional<std::size_t> field = link_field(relationship);
    if (!field) continue;
    const auto source = std::ranges::find(sources_, *field, &FieldSource::field);
    const auto position = static_cast<std::size_t>(source - sources_.begin());
    if (source == sources_.end()) add_kept(*field, *parent, {});
    links_.push_back({relationship, position});
  }
}

void SourceSink::add_linked(std::span<const RawCell> row) {
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

void SourceSink::begin_part() {
  CsvPart& part = load_.parts.parts.emplace_back();
  part.path = file_.path;
  part.name = file_.name;
  part.columns = columns_.size();
  first_item_ = load_.parts.items.size();
  for (const std::size_t field : load_.passing) {
    if (!load_.kept.contains(field)) add_source(field, false);
  }
  add_looked_at(kIdField);
  if (load_.users != nullptr) add_looked_at(kOwnerField);
  id_source_ = find_source(object_, sources_, kIdField);
  if (load_.users != nullptr) owner_source_ = find_source(object_, sources_, kOwnerField);
}

// Looked at in the first reading, too.
void SourceSink::add_looked_at(std::string_view field) {
  const CsvPart& part = load_.parts.parts.back();
  const auto passing = find_source(object_, part.sources, field);
  if (!passing) return;
  sources_.push_back(part.sources[*passing]);
  positions_.push_back(part.positions[*passing]);
}

// Of the batch's rows that were taken, those whose owners are not there.
void SourceSink::note_owners(const RowBatch& batch) {
  if (!owner_source_) return;
  const std::span<const std::uint32_t> taken = builder_->taken();
  auto table_row = static_cast<RowIndex>(builder_->rows() - taken.size());
  for (const std::uint32_t index : taken) {
    if (builder_->is_deleted(table_row++)) continue;
    const std::span<const RawCell> row = batch.row(index);
    const std::string_view owner = trim(row[*owner_source_].text);
    if (owner.empty() || load_.known_users->find(owner) != kMissingRow) continue;
    if (!is_valid_utf8(owner) || row[*owner_source_].state == CellState::kTooLong) continue;
    load_.missed_owners.add(id_source_ ? trim(row[*id_source_].text) : std::string_view{}, owner);
  }
}

void SourceSink::on_cut(const RowCut& cut) {
  if (load_.once && start_known()) return;
  end_item(cut.offset);
  load_.parts.items.push_back({.part = static_cast<std::uint32_t>(load_.parts.parts.size() - 1),
                               .offset = cut.offset,
                               .bytes = 0,
                               .place = cut.place,
                               .first_row = static_cast<RowIndex>(builder_->rows()),
                               .rows = 0});
}

void SourceSink::end_item(std::uint64_t offset) {
  if (load_.parts.items.size() == first_item_) return;
  CsvItem& item = load_.parts.items.back();
  item.bytes = offset - item.offset;
  item.rows = static_cast<std::uint32_t>(builder_->rows() - item.first_row);
}

void SourceSink::end_part(const FileStamp& stamp, char delimiter, std::uint64_t bytes,
                          std::vector<std::uint32_t> starts) {
  end_item(bytes);
  CsvPart& part = load_.parts.parts.back();
  part.stamp = stamp;
  part.delimiter = delimiter;
  part.starts = std::move(starts);
  const std::span<const std::uint64_t> refused = builder_->refused_records();
  part.refused.insert(part.refused.end(), refused.begin(), refused.end());
  std::ranges::sort(part.refused);
}

}  // namespace plumbline
