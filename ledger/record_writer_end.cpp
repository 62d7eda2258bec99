// What can be said of an object's records only once all rows of a sync have come: which are no longer there,
// which came twice, and whose cells nobody has delivered yet.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "ledger/record_writer.h"

namespace plumbline {
namespace {

constexpr std::string_view kDeletedField = "IsDeleted";
constexpr int kRowsAtOnce = 10'000;

}  // namespace

Status RecordWriter::finish(Undelivered undelivered) {
  if (failure_) return fail(*failure_);
  insert_.reset();
  if (first_load_) return mark_unknown(false);
  const Result<std::uint64_t> known = count_known();
  if (!known) return fail(known.error());
  const std::uint64_t others = *known - std::min(*known, taken_);
  if (Status marked = mark_unknown(others > 0); !marked) return marked;
  if (others == 0) return {};
  if (undelivered == Undelivered::kDeleted) return delete_undelivered();
  standing_ = others;
  return {};
}

Result<std::uint64_t> RecordWriter::count_known() {
  Result<std::unique_ptr<Statement>> count =
      database_.prepare(fmt::format(R"(SELECT count(*) FROM {} WHERE "_org" = ?1)", table()));
  if (!count) return fail(count.error());
  (*count)->bind_integer(1, ledger_.organisation());
  const Result<bool> row = (*count)->step();
  if (!row) return fail(row.error());
  return static_cast<std::uint64_t>((*count)->integer(0));
}

// That they were deleted is a change like any other.
Status RecordWriter::delete_undelivered() {
  const std::optional<std::size_t> field = object().find(kDeletedField);
  const bool has_column = field && object().fields[*field].is_column;
  Result<std::unique_ptr<Statement>> all = database_.prepare(fmt::format(
      R"(SELECT rowid, "_key" FROM {} WHERE "_org" = ?1 AND "_deleted" = 0 AND rowid > ?2 ORDER BY )"
      "rowid LIMIT {}",
      table(), kRowsAtOnce));
  if (!all) return fail(all.error());
  Result<std::unique_ptr<Statement>> remove = database_.prepare(fmt::format(
      R"(UPDATE {} SET {} "_deleted" = 1, "_changed_at" = ?1, "_sync" = ?2 WHERE "_org" = ?3 AND )"
      "rowid = ?4",
      table(), has_column ? quoted_name(kDeletedField) + " = 1," : ""));
  if (!remove) return fail(remove.error());
  (*remove)->bind_text(1, seen_at_);
  (*remove)->bind_integer(2, moment_.sync);
  (*remove)->bind_integer(3, ledger_.organisation());
  std::int64_t after = 0;
  std::vector<std::pair<std::int64_t, std::string>> rows;
  for (std::size_t count = kRowsAtOnce; count == kRowsAtOnce;) {
    (*all)->bind_integer(1, ledger_.organisation());
    (*all)->bind_integer(2, after);
    rows.clear();
    for (count = 0;; ++count) {
      const Result<bool> found = (*all)->step();
      if (!found) return fail(found.error());
      if (!*found) break;
      after = (*all)->integer(0);
      if (delivered(after) == 0) rows.emplace_back(after, (*all)->text(1));
    }
    for (const auto& [row, key] : rows) {
      if (field) {
        const Status told = changes_.add_seen({.field = object().fields[*field].id,
                                               .type = FieldType::kBoolean,
                                               .record = key,
                                               .old = "false",
                                               .now = "true",
                                               .happened_at = moment_.seen_at},
                                              ChangeStore::Histories::kNone);
        if (!told) return told;
      }
      (*remove)->bind_integer(4, row);
      if (Status removed = (*remove)->run(); !removed) return removed;
      ++counts_.back().deleted;
    }
  }
  return {};
}

// A column that comes for the first time leaves cells of records it did not come for. They would be taken for
// empty: it is noted that nobody knows them.
Status RecordWriter::mark_unknown(bool some_undelivered) {
  std::vector<std::vector<std::size_t>> lacking(files_.size() + 1);  // fields, by source + 1
  bool any = false;
  for (std::size_t field = 0; field < object().fields.size(); ++field) {
    if (!object().fields[field].is_column || !is_fresh(field)) continue;
    if (some_undelivered) lacking[0].push_back(field);
    for (std::size_t source = 0; source < has_field_.size(); ++source) {
      if (field >= has_field_[source].size() || !has_field_[source][field])
        lacking[source + 1].push_back(field);
    }
  }
  for (const std::vector<std::size_t>& fields : lacking) any = any || !fields.empty();
  return any ? mark_rows(lacking) : Status{};
}

Status RecordWriter::mark_rows(const std::vector<std::vector<std::size_t>>& lacking) {
  Result<std::unique_ptr<Statement>> all = database_.prepare(fmt::format(
      R"(SELECT rowid, "_unread" FROM {} WHERE "_org" = ?1 AND rowid > ?2 ORDER BY rowid LIMIT {})", table(),
      kRowsAtOnce));
  if (!all) return fail(all.error());
  Result<std::unique_ptr<Statement>> write = database_.prepare(
      fmt::format(R"(UPDATE {} SET "_unread" = ?1 WHERE "_org" = ?2 AND rowid = ?3)", table()));
  if (!write) return fail(write.error());
  (*write)->bind_integer(2, ledger_.organisation());
  std::int64_t after = 0;
  std::vector<std::pair<std::int64_t, std::string>> rows;
  for (std::size_t count = kRowsAtOnce; count == kRowsAtOnce;) {
    (*all)->bind_integer(1, ledger_.organisation());
    (*all)->bind_integer(2, after);
    rows.clear();
    for (count = 0;; ++count) {
      const Result<bool> found = (*all)->step();
      if (!found) return fail(found.error());
      if (!*found) break;
      after = (*all)->integer(0);
      const std::vector<std::size_t>& fields = lacking[delivered(after) >> kLineBits];
      if (fields.empty()) continue;
      if (Status read = read_side_cells((*all)->text(1), side_); !read) return read;
      for (const std::size_t field : fields) side_.push_back({.name = object().fields[field].name});
      rows.emplace_back(after, side_cells_json(side_));
    }
    for (const auto& [row, unread] : rows) {
      (*write)->bind_text(1, unread);
      (*write)->bind_integer(3, row);
      if (Status written = (*write)->run(); !written) return written;
    }
  }
  return {};
}

}  // namespace plumbline
