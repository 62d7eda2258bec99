#include "ledger/record_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/json.h"

namespace plumbline {
namespace {

constexpr std::string_view kModifiedField = "LastModifiedDate";
constexpr std::string_view kDeletedField = "IsDeleted";
// Says no more than that some field of the record changed, or none.
constexpr std::string_view kUntrackedField = "SystemModstamp";

// Of find_: what stands before the fields.
enum FoundColumn : std::uint8_t {
  kRow,
  kSync,
  kChangedAt,
  kOther,
  kUnread,
  kUnseenAt,
  kDeleted,
  kFirstField
};
// Of insert_ and update_: what stands behind the fields.
enum InsertParameter : std::uint8_t {
  kInsertOrg = 1,
  kInsertKey,
  kInsertDeleted,
  kInsertFirstSeen,
  kInsertChangedAt,
  kInsertSync,
  kInsertOther,
  kInsertUnread,
};
enum UpdateParameter : std::uint8_t {
  kUpdateDeleted = 1,
  kUpdateChangedAt,
  kUpdateSync,
  kUpdateOther,
  kUpdateUnread,
  kUpdateOrg,
  kUpdateRow,
};

void bind_json(Statement& statement, int parameter, std::string_view json) {
  if (json.empty()) {
    statement.bind_null(parameter);
  } else {
    statement.bind_text(parameter, json);
  }
}

}  // namespace

RecordWriter::RecordWriter(Ledger& ledger, RecordTables& tables, std::size_t object,
                           const ObjectSchema& schema, const SyncMoment& moment, ChangeStore& changes,
                           ChangeStore::Histories histories, RowPrecedence precedence, RejectSink& rejects)
    : ledger_(ledger),
      database_(ledger.database()),
      tables_(tables),
      object_index_(object),
      schema_(schema),
      moment_(moment),
      seen_at_(format_instant(moment.seen_at)),
      changes_(changes),
      histories_(histories),
      precedence_(precedence),
      rejects_(rejects) {}

void RecordWriter::note(Status status) {
  if (status || failure_) return;
  failure_ = std::move(status.error());
  failed_ = true;
}

Status RecordWriter::begin() {
  const Result<bool> empty = tables_.is_empty(object_index_);
  if (!empty) return fail(empty.error());
  first_load_ = *empty;
  if (first_load_) return {};
  Result<std::unique_ptr<Statement>> newest =
      database_.prepare(fmt::format("SELECT max(rowid) FROM {}", table()));
  if (!newest) return fail(newest.error());
  const Result<bool> row = (*newest)->step();
  if (!row) return fail(row.error());
  first_new_row_ = (*newest)->integer(0) + 1;
  return {};
}

void RecordWriter::begin_source(std::string file, std::vector<FieldSource> sources,
                                std::span<const std::size_t> /*not_kept*/) {
  files_.push_back(std::move(file));
  counts_.emplace_back();
  if (!failure_) note(begin_rows(std::move(sources)));
}

Status RecordWriter::begin_rows(std::vector<FieldSource> sources) {
  std::vector<RecordCells::Place> places;
  std::vector<bool> has(object().fields.size());
  const auto take = [&](std::string_view name, std::size_t position, FieldSource source) -> Status {
    const Result<std::size_t> field = tables_.ensure_field(object_index_, name);
    if (!field) return fail(field.error());
    has.resize(object().fields.size());
    if (has[*field]) return {};  // of two columns of one field the first counts
    has[*field] = true;
    places.push_back({.field = *field, .position = position, .source = std::move(source)});
    return tables_.note_delivery(object_index_, *field, moment_.sync);
  };
  std::optional<std::size_t> id;
  for (std::size_t position = 0; position < sources.size(); ++position) {
    const std::size_t field = sources[position].field;
    if (schema_.id_field() == field && !id) id = position;
    if (is_read_as_another(sources, position)) continue;
    if (Status taken = take(schema_.fields[field].name, position, sources[position]); !taken) return taken;
  }
  // A source that does not say which records were deleted holds none that were.
  if (schema_.find(kDeletedField)) {
    if (Status taken = take(kDeletedField, RecordCells::Place::kNowhere, {}); !taken) return taken;
  }
  if (object().ids == RecordIds::kNone) {
    id.reset();
  } else if (!id) {
    return fail(
        {.code = ErrorCode::kInvalidInput,
         .message = fmt::format("there is no Id here, and the ledger tells records of {} apart by it; "
                                "export Id",
                                object().name),
         .where = SourceSpan{.file = files_.back()}});
  }
  cells_.begin(object(), std::move(places), id);
  has_field_.push_back(std::move(has));
  missing_.clear();
  for (std::size_t field = 0; field < object().fields.size(); ++field) {
    const RecordField& known = object().fields[field];
    if (known.is_column && known.first_sync && !is_fresh(field) && !has_field_.back()[field])
      missing_.push_back(known.name);
  }
  return prepare();
}

// A column that the field map reads as a field of another name is not one of its own besides.
bool RecordWriter::is_read_as_another(std::span<const FieldSource> sources, std::size_t position) const {
  const std::string& name = schema_.fields[sources[position].field].name;
  const std::string& column = sources[position].column;
  const std::optional<std::size_t> known = object().find(name);
  if (!same_name(name, column) || (known && object().fields[*known].is_column)) return false;
  return std::ranges::any_of(sources, [&](const FieldSource& other) {
    return other.field != sources[position].field && same_name(other.column, column);
  });
}

Status RecordWriter::prepare() {
  modified_at_.reset();
  stamp_at_.reset();
  const std::span<const RecordCells::Place> typed = cells_.typed();
  for (std::size_t i = 0; i < typed.size(); ++i) {
    if (same_name(cells_.name_of(typed[i]), kModifiedField)) modified_at_ = i;
    if (same_name(cells_.name_of(typed[i]), kUntrackedField)) stamp_at_ = i;
  }
  if (Status prepared = prepare_insert(); !prepared) return prepared;
  std::string columns;
  std::string settings;
  for (const RecordCells::Place& place : typed) {
    const std::string name = quoted_name(cells_.name_of(place));
    columns += ", " + name;
    settings += name + " = ?, ";
  }
  const std::array<std::pair<std::unique_ptr<Statement>*, std::string>, 3> all = {{
      {&find_,
       fmt::format(R"(SELECT rowid, "_sync", "_changed_at", "_other", "_unread", "_unseen_at", "_deleted"{} )"
                   R"(FROM {} WHERE "_org" = ?1 AND "_key" = ?2)",
                   columns, table())},
      {&update_,
       fmt::format(R"(UPDATE {} SET {}"_deleted" = ?, "_changed_at" = ?, "_sync" = ?, "_other" = ?, )"
                   R"("_unread" = ?, "_unseen_at" = NULL WHERE "_org" = ? AND rowid = ?)",
                   table(), settings)},
      {&remove_, fmt::format(R"(DELETE FROM {} WHERE "_org" = ?1 AND rowid = ?2)", table())},
  }};
  for (const auto& [statement, sql] : all) {
    Result<std::unique_ptr<Statement>> prepared = database_.prepare(sql);
    if (!prepared) return fail(prepared.error());
    *statement = std::move(*prepared);
  }
  return {};
}

Status RecordWriter::prepare_insert() {
  std::string columns;
  std::string values;
  for (const RecordCells::Place& place : cells_.typed()) {
    columns += quoted_name(cells_.name_of(place)) + ", ";
    values += "?, ";
  }
  Result<std::unique_ptr<Statement>> prepared = database_.prepare(fmt::format(
      R"(INSERT INTO {}({}"_org", "_key", "_deleted", "_first_seen", "_changed_at", "_sync", "_other", )"
      R"("_unread") VALUES({}?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING)",
      table(), columns, values));
  if (!prepared) return fail(prepared.error());
  insert_ = std::move(*prepared);
  const auto behind = static_cast<int>(cells_.typed().size());
  insert_->bind_integer(behind + kInsertOrg, ledger_.organisation());
  insert_->bind_text(behind + kInsertFirstSeen, seen_at_);
  insert_->bind_text(behind + kInsertChangedAt, seen_at_);
  insert_->bind_integer(behind + kInsertSync, moment_.sync);
  return {};
}

void RecordWriter::add_rows(const RowBatch& batch) {
  if (failure_) return;
  const std::uint64_t rejected_before = cells_.rejected_cells();
  for (std::size_t i = 0; i < batch.places.size() && !failure_; ++i) {
    std::string fault = cells_.read(batch.row(i), files_.back(), batch.places[i], rejects_);
    if (fault.empty()) {
      note(add_row(batch.places[i]));
      continue;
    }
    ++counts_.back().rejected_rows;
    rejects_.reject(Reject{.file = files_.back(),
                           .line = batch.places[i].line,
                           .reason = std::move(fault),
                           .raw = bounded_raw(batch.raw(i))});
  }
  counts_.back().rejected_cells += cells_.rejected_cells() - rejected_before;
}

Status RecordWriter::add_row(const RowPlace& place) {
  ++counts_.back().rows;
  if (first_load_) {
    const Result<bool> added = insert(place);
    if (!added || *added) return added ? Status{} : fail(added.error());
  }
  const Result<bool> known = find();
  if (!known) return fail(known.error());
  if (*known) return take_known(place);
  const Result<bool> added = insert(place);
  return added ? Status{} : fail(added.error());
}

// False where the key is there already.
Result<bool> RecordWriter::insert(const RowPlace& place) {
  int parameter = 0;
  for (const StoredValue& value : cells_.values()) bind_value(*insert_, ++parameter, value);
  insert_->bind_text(parameter + kInsertKey, cells_.key());
  insert_->bind_integer(parameter + kInsertDeleted, cells_.deleted() ? 1 : 0);
  bind_json(*insert_, parameter + kInsertOther,
            cells_.others().empty() ? std::string_view{} : cells_.other());
  if (missing_.empty()) {
    bind_json(*insert_, parameter + kInsertUnread, cells_.unread());
  } else {
    if (Status read = read_side_cells(cells_.unread(), side_); !read) return fail(read.error());
    for (const std::string& name : missing_) side_.push_back({.name = name});
    new_unread_ = side_cells_json(side_);
    bind_json(*insert_, parameter + kInsertUnread, new_unread_);
  }
  if (Status done = insert_->run(); !done) return fail(done.error());
  if (database_.rows_changed() == 0) return false;
  ++counts_.back().added;
  ++taken_;
  set_delivered(database_.last_key(), place);
  return true;
}

void RecordWriter::set_delivered(std::int64_t row, const RowPlace& place) {
  const auto at = static_cast<std::size_t>(row);
  if (at >= delivered_.size()) delivered_.resize(std::max(at + 1, delivered_.size() * 3 / 2));
  delivered_[at] = (std::uint64_t{files_.size()} << kLineBits) | place.line;
}

Result<bool> RecordWriter::find() {
  find_->bind_integer(1, ledger_.organisation());
  find_->bind_text(2, cells_.key());
  return find_->step();
}

// find_ stands on the record.
Status RecordWriter::take_known(const RowPlace& place) {
  const std::int64_t row = find_->integer(kRow);
  const bool again = delivered(row) != 0;
  if (precedence_ == RowPrecedence::kYounger && is_stale()) {
    pass_over(row, place);
    return {};
  }
  if (again) {
    if (Status told = tell_replaced(row, place); !told) return told;
    if (row >= first_new_row_) {
      const std::size_t source = (delivered(row) >> kLineBits) - 1;
      find_->reset();
      if (Status removed = remove(row); !removed) return removed;
      --counts_[source].added;
      --taken_;
      const Result<bool> added = insert(place);
      return added ? Status{} : fail(added.error());
    }
  } else {
    ++taken_;
  }
  set_delivered(row, place);
  pending_count_ = 0;
  if (Status read = read_side_cells(find_->text(kUnread), stored_unread_); !read) return read;
  const bool typed_differ = compare_typed();
  const Result<bool> others_differ = compare_others();
  if (!others_differ) return fail(others_differ.error());
  const bool was_unseen = !find_->is_null(kUnseenAt);
  const bool is_changed = pending_count_ > 0 || was_unseen;
  if (!again) count_taken(is_changed, find_->integer(kDeleted) != 0);
  if (!typed_differ && !*others_differ && !was_unseen) {
    find_->reset();
    return {};
  }
  if (Status told = was_unseen ? tell_seen_again(again) : Status{}; !told) return told;
  if (Status written = write_changes(again); !written) return written;
  return update(row, is_changed);
}

// Whether the record at find_ is known younger than the row says it is. The ledger writes all moments alike,
// so they compare as texts.
bool RecordWriter::is_stale() const {
  for (const std::optional<std::size_t>& at : {stamp_at_, modified_at_}) {
    if (!at) continue;
    const StoredValue stored =
        read_value(*find_, static_cast<int>(kFirstField + *at), cells_.typed()[*at].type);
    const StoredValue& delivered = cells_.values()[*at];
    if (stored.kind != StoredValue::Kind::kText || delivered.kind != StoredValue::Kind::kText) continue;
    return delivered.text < stored.text;
  }
  return false;
}

// The record is there all the same, and nobody should take it for gone.
void RecordWriter::pass_over(std::int64_t row, const RowPlace& place) {
  ++counts_.back().stale;
  if (delivered(row) == 0) {
    ++taken_;
    set_delivered(row, place);
  }
  find_->reset();
}

void RecordWriter::count_taken(bool is_changed, bool was_deleted) {
  RecordCounts& counts = counts_.back();
  const bool is_deletion = precedence_ == RowPrecedence::kYounger && cells_.deleted() && !was_deleted;
  ++(is_deletion ? counts.deleted : is_changed ? counts.changed : counts.unchanged);
}

Status RecordWriter::tell_seen_again(bool again) {
  const Result<std::size_t> field = tables_.ensure_unseen_field(object_index_);
  if (!field) return fail(field.error());
  const SeenChange change{.field = object().fields[*field].id,
                          .type = FieldType::kDateTime,
                          .record = cells_.key(),
                          .old = find_->text(kUnseenAt),
                          .happened_at = moment_.seen_at};
  return again ? changes_.add_seen_again(change, ChangeStore::Histories::kNone)
               : changes_.add_seen(change, ChangeStore::Histories::kNone);
}

Status RecordWriter::tell_replaced(std::int64_t row, const RowPlace& place) {
  const std::uint64_t before = delivered(row);
  ++counts_.back().replaced;
  rejects_.reject(replaced_row({.id = std::string(cells_.key()),
                                .file = files_[(before >> kLineBits) - 1],
                                .line = before & ((std::uint64_t{1} << kLineBits) - 1),
                                .later_id = std::string(cells_.key()),
                                .later_file = files_.back(),
                                .later_line = place.line}));
  return {};
}

Status RecordWriter::remove(std::int64_t row) {
  remove_->bind_integer(1, ledger_.organisation());
  remove_->bind_integer(2, row);
  delivered_[static_cast<std::size_t>(row)] = 0;
  return remove_->run();
}

RecordWriter::Pending& RecordWriter::next_pending(std::size_t field) {
  if (pending_count_ == pending_.size()) pending_.emplace_back();
  Pending& pending = pending_[pending_count_++];
  pending.field = object().fields[field].id;
  pending.type = object().fields[field].type;
  pending.had = pending.has = false;
  pending.old.clear();
  pending.now.clear();
  return pending;
}

// Whether the columns must be written. What became of a field that was known before is noted.
bool RecordWriter::compare_typed() {
  bool differ = false;
  const std::span<const RecordCells::Place> typed = cells_.typed();
  for (std::size_t i = 0; i < typed.size(); ++i) {
    const std::string& name = cells_.name_of(typed[i]);
    const SideCell* const unread = stored_unread_.empty() ? nullptr : find_side_cell(stored_unread_, name);
    const StoredValue stored = read_value(*find_, static_cast<int>(kFirstField + i), typed[i].type);
    const std::optional<std::string_view>& now_unread = cells_.unread_text(i);
    if (unread == nullptr && !now_unread) [[likely]] {
      if (stored == cells_.values()[i]) continue;
    } else if (unread != nullptr && unread->text && now_unread && *unread->text == *now_unread) {
      continue;
    }
    differ = true;
    if (is_fresh(typed[i].field) || same_name(name, kUntrackedField)) continue;
    // What was never delivered was not known: that it is now is no change. A value from before the field was
    // hidden has stayed in its column.
    const bool was_unknown = unread != nullptr && !unread->text;
    if (was_unknown &&
        (stored.kind == StoredValue::Kind::kNull || (!now_unread && stored == cells_.values()[i])))
      continue;
    Pending& pending = next_pending(typed[i].field);
    const bool was_unread = unread != nullptr && unread->text;
    pending.had = was_unread || stored.kind != StoredValue::Kind::kNull;
    pending.has = now_unread.has_value() || cells_.values()[i].kind != StoredValue::Kind::kNull;
    if (was_unread) {
      pending.old = *unread->text;
    } else {
      append_value_text(pending.old, typed[i].type, stored);
    }
    if (now_unread) {
      pending.now = *now_unread;
    } else {
      append_value_text(pending.now, typed[i].type, cells_.values()[i]);
    }
  }
  // As they will be written: those of fields that this source does not have stay.
  std::erase_if(stored_unread_, [&](const SideCell& cell) {
    const auto is_it = [&](const RecordCells::Place& place) {
      return same_name(cells_.name_of(place), cell.name);
    };
    return std::ranges::any_of(cells_.typed(), is_it) || std::ranges::any_of(cells_.others(), is_it);
  });
  new_unread_ = cells_.unread();
  if (stored_unread_.empty()) return differ;
  static_cast<void>(read_side_cells(new_unread_, side_));
  side_.insert(side_.end(), stored_unread_.begin(), stored_unread_.end());
  new_unread_ = side_cells_json(side_);
  return differ;
}

Result<bool> RecordWriter::compare_others() {
  const std::string_view stored = find_->text(kOther);
  const std::string_view delivered = cells_.others().empty() ? std::string_view{} : cells_.other();
  if (stored == delivered || delivered.empty()) {
    new_other_ = stored;
    return find_->text(kUnread) != new_unread_;
  }
  if (Status read = read_side_cells(stored, side_); !read) return fail(read.error());
  bool differ = false;
  std::vector<SideCell> merged;
  for (const RecordField& field : object().fields) {
    if (field.is_column) continue;
    const auto place = std::ranges::find_if(cells_.others(), [&](const RecordCells::Place& at) {
      return same_name(cells_.name_of(at), field.name);
    });
    const SideCell* const before = find_side_cell(side_, field.name);
    if (place == cells_.others().end()) {
      if (before != nullptr) merged.push_back(*before);
      continue;
    }
    const auto index = static_cast<std::size_t>(place - cells_.others().begin());
    const std::optional<std::string_view>& now = cells_.other_text(index);
    merged.push_back({.name = field.name, .text = now ? std::optional<std::string>(*now) : std::nullopt});
    if (before != nullptr && before->text == merged.back().text) continue;
    differ = true;
    if (before == nullptr || same_name(field.name, kUntrackedField)) continue;
    Pending& pending = next_pending(static_cast<std::size_t>(&field - object().fields.data()));
    pending.had = before->text.has_value();
    pending.has = now.has_value();
    pending.old = before->text.value_or("");
    pending.now = now.value_or("");
  }
  new_other_ = differ ? side_cells_json(merged) : std::string(stored);
  return differ || find_->text(kUnread) != new_unread_;
}

std::optional<Instant> RecordWriter::moment_in(const StoredValue& value) const {
  if (value.kind != StoredValue::Kind::kText) return std::nullopt;
  return parse_instant(value.text);
}

// A record that was not modified, as its source says, has changed by itself (a formula): then nobody knows
// when.
Status RecordWriter::write_changes(bool again) {
  std::optional<Instant> modified;
  std::optional<Instant> modified_before;
  if (modified_at_) {
    modified = moment_in(cells_.values()[*modified_at_]);
    modified_before =
        moment_in(read_value(*find_, static_cast<int>(kFirstField + *modified_at_), FieldType::kDateTime));
  }
  const Instant old_seen_at = parse_instant(find_->text(kChangedAt)).value_or(moment_.seen_at);
  for (std::size_t i = 0; i < pending_count_; ++i) {
    const Pending& pending = pending_[i];
    const SeenChange change{
        .field = pending.field,
        .type = pending.type,
        .record = cells_.key(),
        .old = pending.had ? ChangeText(pending.old) : std::nullopt,
        .now = pending.has ? ChangeText(pending.now) : std::nullopt,
        .happened_at = modified && modified != modified_before ? *modified : moment_.seen_at,
        .old_since = modified_before,
        .old_seen_at = old_seen_at};
    Status written =
        again ? changes_.add_seen_again(change, histories_) : changes_.add_seen(change, histories_);
    if (!written) return written;
  }
  return {};
}

Status RecordWriter::update(std::int64_t row, bool is_changed) {
  const std::string changed_at = is_changed ? seen_at_ : std::string(find_->text(kChangedAt));
  find_->reset();
  int parameter = 0;
  for (const StoredValue& value : cells_.values()) bind_value(*update_, ++parameter, value);
  update_->bind_integer(parameter + kUpdateDeleted, cells_.deleted() ? 1 : 0);
  update_->bind_text(parameter + kUpdateChangedAt, changed_at);
  update_->bind_integer(parameter + kUpdateSync, moment_.sync);
  bind_json(*update_, parameter + kUpdateOther, new_other_);
  bind_json(*update_, parameter + kUpdateUnread, new_unread_);
  update_->bind_integer(parameter + kUpdateOrg, ledger_.organisation());
  update_->bind_integer(parameter + kUpdateRow, row);
  return update_->run();
}

}  // namespace plumbline
