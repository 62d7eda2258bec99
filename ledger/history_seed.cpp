#include "ledger/history_seed.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/json.h"
#include "base/utf8.h"
#include "records/id_fault.h"
#include "records/raw_cell.h"

namespace plumbline {
namespace {

// By Part; the record's is the owner's history_field.
constexpr auto kPartNames = std::to_array<std::string_view>(
    {"Id", "", "Field", "OldValue", "NewValue", "CreatedById", "CreatedDate"});
constexpr std::string_view kDeletedField = "IsDeleted";

IdRule rule_of(RecordIds ids) {
  return ids == RecordIds::kSalesforce ? IdRule::kSalesforce : IdRule::kAnyText;
}

}  // namespace

HistorySeed::HistorySeed(Ledger& ledger, RecordTables& tables, std::size_t history,
                         const ObjectSchema& schema, std::size_t owner, const ObjectSchema& owner_schema,
                         const SyncMoment& moment, ChangeStore& changes, RejectSink& rejects)
    : ledger_(ledger),
      database_(ledger.database()),
      tables_(tables),
      history_(history),
      schema_(schema),
      owner_(owner),
      owner_schema_(owner_schema),
      moment_(moment),
      changes_(changes),
      rejects_(rejects) {}

void HistorySeed::note(Status status) {
  if (status || failure_) return;
  failure_ = std::move(status.error());
  failed_ = true;
}

Status HistorySeed::begin() {
  Result<std::unique_ptr<Statement>> any = database_.prepare(
      "SELECT 1 FROM change c JOIN field f ON f.id = c.field WHERE c.org = ?1 AND f.object = ?2 AND "
      "c.history IS "
      "NOT NULL LIMIT 1");
  if (!any) return fail(any.error());
  (*any)->bind_integer(1, ledger_.organisation());
  (*any)->bind_integer(2, tables_.at(owner_).id);
  const Result<bool> found = (*any)->step();
  if (!found) return fail(found.error());
  first_load_ = !*found;
  return {};
}

void HistorySeed::begin_source(std::string file, std::vector<FieldSource> sources,
                               std::span<const std::size_t> /*not_kept*/) {
  files_.push_back(std::move(file));
  counts_.emplace_back();
  if (failure_) return;
  sources_ = std::move(sources);
  note(begin_rows(sources_));
}

Status HistorySeed::begin_rows(const std::vector<FieldSource>& sources) {
  positions_.assign(kParts, std::nullopt);
  others_.clear();
  for (std::size_t position = 0; position < sources.size(); ++position) {
    const std::string& name = schema_.fields[sources[position].field].name;
    std::size_t part = 0;
    while (part < kParts && !same_name(name, part == kRecord ? std::string_view(owner_schema_.history_field)
                                                             : kPartNames[part])) {
      ++part;
    }
    if (part == kParts) {
      others_.push_back({.name = name, .position = position});
    } else if (!positions_[part]) {
      positions_[part] = position;
    }
    const Result<std::size_t> field = tables_.ensure_field(history_, name);
    if (!field) return fail(field.error());
    if (Status noted = tables_.note_delivery(history_, *field, moment_.sync); !noted) return noted;
  }
  for (const Part part : {kRecord, kField, kAt}) {
    if (positions_[part]) continue;
    return fail(
        {.code = ErrorCode::kInvalidInput,
         .message = fmt::format("there is no {} here, so nobody can tell what its rows changed; export it",
                                part == kRecord ? owner_schema_.history_field : kPartNames[part]),
         .where = SourceSpan{.file = files_.back()}});
  }
  return {};
}

void HistorySeed::add_rows(const RowBatch& batch) {
  keys_.clear();
  for (std::size_t i = 0; i < batch.places.size() && !failure_; ++i) {
    std::string fault = add_row(batch.row(i));
    if (fault.empty()) continue;
    ++counts_.back().rejected_rows;
    rejects_.reject(Reject{.file = files_.back(),
                           .line = batch.places[i].line,
                           .reason = std::move(fault),
                           .raw = bounded_raw(batch.raw(i))});
  }
  if (!keys_.empty()) seen_ids_.front().add_piece(keys_);
}

std::optional<std::string_view> HistorySeed::text_of(std::span<const RawCell> row, Part part,
                                                     bool& readable) const {
  if (!positions_[part]) return std::nullopt;
  const RawCell& cell = row[*positions_[part]];
  const CellKind kind = read_raw_cell(cell, FieldType::kText).kind;
  readable = readable && kind != CellKind::kUnknown;
  if (kind != CellKind::kKnown) return std::nullopt;
  return cell.text;
}

// Why the row cannot be taken; empty where it was.
std::string HistorySeed::add_row(std::span<const RawCell> row) {
  const auto rule = rule_of(tables_.at(history_).ids);
  const bool has_id = positions_[kId].has_value();
  if (has_id) {
    const std::size_t at = *positions_[kId];
    if (std::string fault = id_fault(row[at], sources_[at].column, rule); !fault.empty()) return fault;
  }
  const std::size_t at = *positions_[kRecord];
  const IdRule owner_rule = rule_of(tables_.at(owner_).ids);
  if (std::string fault = id_fault(row[at], sources_[at].column, owner_rule); !fault.empty()) return fault;
  bool readable = true;
  const std::optional<std::string_view> field = text_of(row, kField, readable);
  const ChangeText old = text_of(row, kOld, readable);
  const ChangeText now = text_of(row, kNew, readable);
  const ChangeText by = text_of(row, kBy, readable);
  if (!readable) return "a cell of the change is no text (too long, or not UTF-8); export it again";
  if (!field) return "Field is blank, so nobody can tell what changed; the row is left out";
  const std::size_t when = *positions_[kAt];
  const CellValue moment = read_raw_cell(row[when], FieldType::kDateTime, sources_[when].date_format);
  if (moment.kind != CellKind::kKnown) {
    return fmt::format("{}: {}", sources_[when].column,
                       moment.kind == CellKind::kNull ? "is blank, so nobody can tell when it changed"
                                                      : std::string(moment.reason));
  }
  const Result<std::int64_t> id = field_id(trim(*field));
  if (!id) {
    note(fail(id.error()));
    return {};
  }
  write_other(row);
  const ToldChange change{.field = *id,
                          .record = id_key(trim(row[at].text), owner_rule),
                          .old = old,
                          .now = now,
                          .happened_at = moment.instant,
                          .by = by ? ChangeText(trim(*by)) : std::nullopt,
                          .id = has_id ? trim(row[*positions_[kId]].text) : std::string_view{},
                          .other = other_};
  ++counts_.back().rows;
  if (first_load_) {
    if (has_id) keys_.push_back(id_key(change.id, rule));
  } else {
    const Result<bool> known = changes_.knows(change);
    if (!known || *known) {
      note(known ? Status{} : fail(known.error()));
      ++counts_.back().unchanged;
      return {};
    }
  }
  ++counts_.back().added;
  note(changes_.add_told(change));
  return {};
}

// The owner's field that the history calls so; one that the owner is not known to have is noted.
Result<std::int64_t> HistorySeed::field_id(std::string_view name) {
  if (const auto known = fields_.find(name); known != fields_.end()) return known->second;
  std::string_view field = name;
  for (const FieldSchema& declared : owner_schema_.fields) {
    if (!declared.own_name.empty() && same_name(declared.own_name, name)) field = declared.name;
  }
  const Result<std::size_t> index = tables_.ensure_field(owner_, field);
  if (!index) return fail(index.error());
  const std::int64_t id = tables_.at(owner_).fields[*index].id;
  fields_.emplace(name, id);
  return id;
}

// What else the row says; that it was not deleted is not worth a word.
void HistorySeed::write_other(std::span<const RawCell> row) {
  other_.clear();
  bool any = false;
  for (const Other& other : others_) {
    const RawCell& cell = row[other.position];
    if (cell.state == CellState::kNull || trim(cell.text).empty()) continue;
    if (same_name(other.name, kDeletedField) && !read_raw_cell(cell, FieldType::kBoolean).boolean) continue;
    any = true;
  }
  if (!any) return;
  JsonWriter json(other_);
  json.begin_object();
  for (const Other& other : others_) {
    const RawCell& cell = row[other.position];
    if (cell.state == CellState::kNull || trim(cell.text).empty()) continue;
    json.key(other.name).string(cell.text);
  }
  json.end_object();
}

Status HistorySeed::finish() {
  if (failure_) return fail(*failure_);
  if (first_load_ && SeenIds::any_twice(seen_ids_)) return remove_repeated();
  return {};
}

// Of rows with one id the last one stays.
Status HistorySeed::remove_repeated() {
  Result<std::unique_ptr<Statement>> remove = database_.prepare(
      "DELETE FROM change WHERE org = ?1 AND sync = ?2 AND history <> '' AND id NOT IN (SELECT max(id) FROM "
      "change "
      "WHERE org = ?1 AND sync = ?2 AND history <> '' GROUP BY history)");
  if (!remove) return fail(remove.error());
  (*remove)->bind_integer(1, ledger_.organisation());
  (*remove)->bind_integer(2, moment_.sync);
  if (Status removed = (*remove)->run(); !removed) return removed;
  const auto removed = static_cast<std::uint64_t>(database_.rows_changed());
  counts_.back().added -= std::min(counts_.back().added, removed);
  counts_.back().replaced += removed;
  return {};
}

}  // namespace plumbline
